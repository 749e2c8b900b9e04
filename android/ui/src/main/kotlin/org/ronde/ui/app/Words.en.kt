package org.ronde.ui.app

internal object AppWordsEn : AppWords {
    override val settings = "Settings"
    override val theme = "Theme"
    override val system = "As the phone"
    override val day = "Day"
    override val night = "Night"
    override val redNight = "Red night"
    override val redNightHint = "Keeps eyes used to the dark."
    override val language = "Language"
    override val thisPhone = "This phone"
    override val writesAs = "Writes as"
    override val server = "Server"
    override val leaseEnds = "Reading offline until"
    override val choose = "Choose a report in the list."

    override fun tab(tab: Tab) = when (tab) {
        Tab.Today -> "Today"
        Tab.Reports -> "My reports"
        Tab.Sync -> "Sync"
    }
}
