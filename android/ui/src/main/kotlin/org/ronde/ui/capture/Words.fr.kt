package org.ronde.ui.capture

internal object CaptureWordsFr : CaptureWords {
    override val title = "Signaler"
    override val direct = "Direct"
    override val how = "Touchez pour remplir. Direct dépose tout de suite, avec 10\u00a0s pour annuler."
    override val armed = "Le prochain type touché est déposé tout de suite. Vous avez 10\u00a0s pour annuler."
    override val recent = "Vos plus récents"
    override val search = "Chercher un type"
    override val fill = "Remplir"
    override val fileNow = "Déposer tout de suite"
    override val none = "Aucun type de ce nom. Essayez un autre mot."
    override val colon = "\u00a0:"

    override fun otherTypes(count: Int) = "Autre type, $count au total"
    override fun filedIn(name: String, seconds: Int) = "$name\u00a0: dépôt dans $seconds\u00a0s"
    override fun filing(name: String) = "$name\u00a0: dépôt en cours"
    override fun filedAt(name: String, hour: String) = "$name\u00a0: déposé à $hour. Sur ce téléphone."
    override fun takenBack(name: String) = "$name\u00a0: annulé. Rien n’est déposé."
}
