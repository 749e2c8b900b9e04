package org.ronde.ui.app

internal object AppWordsFr : AppWords {
    override val settings = "Réglages"
    override val theme = "Thème"
    override val system = "Comme le téléphone"
    override val day = "Jour"
    override val night = "Nuit"
    override val redNight = "Nuit rouge"
    override val redNightHint = "Garde les yeux habitués au noir."
    override val language = "Langue"
    override val thisPhone = "Ce téléphone"
    override val writesAs = "Écrit au nom de"
    override val server = "Serveur"
    override val leaseEnds = "Lecture hors réseau jusqu’à"
    override val choose = "Choisissez un rapport dans la liste."

    override fun tab(tab: Tab) = when (tab) {
        Tab.Today -> "Aujourd’hui"
        Tab.Reports -> "Mes rapports"
        Tab.Sync -> "Synchro"
    }
}
