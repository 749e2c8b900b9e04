package org.ronde.ui.parts

internal object PartWordsFr : PartWords {
    override val back = "Retour"
    override val close = "Fermer"
    override val cancel = "Annuler"
    override val yes = "Oui"
    override val no = "Non"
    override val severities = listOf("Information", "Faible", "Modérée", "Grave", "Critique")

    override fun mark(level: Int) = "Gravité $level, ${severities.getOrElse(level - 1) { "" }}"
}
