package org.ronde.ui.today

import java.time.LocalDate
import java.time.format.DateTimeFormatter
import java.util.Locale

internal object TodayWordsEn : TodayWords {
    override val title = "Today"
    override val capture = "Report"
    override val drafts = "To go on with"
    override val goOn = "Go on"
    override val see = "Open"
    override val nothing = "No report today. Those you file are here, even without a network."
    override val toComplete = "To be completed"
    override val openSync = "Open Sync"

    override fun day(date: LocalDate): String = DAY.format(date)
    override fun reportsToday(count: Int) = if (count == 1) "1 report today" else "$count reports today"
    override fun kept(hour: String) = "Draft kept at $hour"
    override fun divergences(count: Int) = if (count == 1) "1 divergence" else "$count divergences"

    private val DAY = DateTimeFormatter.ofPattern("EEEE d MMMM", Locale.UK)
}
