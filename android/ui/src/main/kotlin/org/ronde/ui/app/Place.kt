// Where a person is in the app: one of three tabs, and what is open above it. Knows no screen. Changes
// when a screen appears.
package org.ronde.ui.app

/** The three tabs, in their order. */
enum class Tab(val icon: String) { Today("home"), Reports("stack-2"), Sync("refresh") }

/** A screen above the tabs. */
sealed interface Above {
    /** Signaler. */
    data object Capture : Above

    /** The form of a draft. */
    data class Form(val draft: String) : Above

    /** A report. */
    data class Report(val doc: String) : Above

    /** Réglages. */
    data object Settings : Above
}

/** A tab, and what is above it, the nearest last. */
data class Place(val tab: Tab = Tab.Today, val above: List<Above> = emptyList()) {
    /** One step back; null when the app is left. */
    fun back(): Place? = when {
        above.isNotEmpty() -> copy(above = above.dropLast(1))
        tab != Tab.Today -> Place()
        else -> null
    }

    /** As one short line, to be kept: `Reports/report:0199…`. It names screens and ids, never content. */
    fun written(): String = (listOf(tab.name) + above.map(::word)).joinToString("/")

    companion object {
        /** Reads what [written] made; what is not understood is left out. */
        fun of(line: String): Place {
            val words = line.split('/').take(DEEPEST)
            val tab = Tab.entries.find { it.name == words.first() } ?: return Place()
            return Place(tab, words.drop(1).mapNotNull(::above))
        }
    }
}

private fun word(above: Above): String = when (above) {
    is Above.Capture -> "capture"
    is Above.Form -> "form:${above.draft}"
    is Above.Report -> "report:${above.doc}"
    is Above.Settings -> "settings"
}

private fun above(word: String): Above? = when (word.substringBefore(':')) {
    "capture" -> Above.Capture
    "form" -> word.substringAfter(':', "").takeIf { it.isNotEmpty() }?.let(Above::Form)
    "report" -> word.substringAfter(':', "").takeIf { it.isNotEmpty() }?.let(Above::Report)
    "settings" -> Above.Settings
    else -> null
}

private const val DEEPEST = 8
