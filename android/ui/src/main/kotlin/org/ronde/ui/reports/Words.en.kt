package org.ronde.ui.reports

import java.time.LocalDate
import java.time.format.DateTimeFormatter
import java.util.Locale
import org.ronde.Adding

internal object ReportsWordsEn : ReportsWords {
    override val title = "My reports"
    override val search = "Search"
    override val searchHint = "Word, place, number"
    override val clear = "Clear the search"
    override val show = "Show"
    override val drafts = "Drafts"
    override val goOn = "Go on"
    override val see = "Open"
    override val read = "Read"
    override val withoutReport = "The report cannot be read on this phone. What you began is kept here."
    override val needsYou = "To check"
    override val nothing = "No report yet. What you file stays here."
    override val nothingOf = "No report answers this choice."
    override val voided = "Voided"
    override val toComplete = "To complete"
    override val doubtfulTime = "Doubtful time"
    override val urgent = "Urgent"

    override fun filter(filter: Filter) = when (filter) {
        Filter.All -> "All"
        Filter.Mine -> "Mine"
        Filter.Asks -> "To check"
    }

    override fun day(date: LocalDate, today: LocalDate) = when (date) {
        today -> "Today"
        today.minusDays(1) -> "Yesterday"
        else -> date.format(if (date.year == today.year) DAY else DAY_OF_YEAR)
    }

    override fun begun(what: Adding, title: String) = when (what) {
        is Adding.Statement -> "Statement begun: $title"
        is Adding.Void -> "Reason for voiding begun: $title"
        is Adding.Correction -> "Correction begun: $title"
    }

    override fun kept(hour: String) = "Draft kept at $hour"
    override fun divergences(count: Int) = if (count == 1) "2 values differ" else "$count divergences"
    override fun notFound(query: String) = "Nothing on this phone for “$query”."
    override fun found(count: Int) = if (count == 1) "1 report found" else "$count reports found"

    private val DAY = DateTimeFormatter.ofPattern("EEEE d MMMM", Locale.UK)
    private val DAY_OF_YEAR = DateTimeFormatter.ofPattern("EEEE d MMMM yyyy", Locale.UK)
}
