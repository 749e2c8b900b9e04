package org.ronde.ui.today

import java.time.LocalDate
import java.time.format.DateTimeFormatter
import java.util.Locale

internal object TodayWordsFr : TodayWords {
    override val title = "Aujourd’hui"
    override val capture = "Signaler"
    override val drafts = "À reprendre"
    override val goOn = "Reprendre"
    override val see = "Ouvrir"
    override val nothing = "Aucun rapport aujourd’hui. Ceux que vous déposez sont ici, même hors réseau."
    override val toComplete = "À compléter"
    override val openSync = "Ouvrir Synchro"

    override fun day(date: LocalDate): String = DAY.format(date).replaceFirstChar { it.titlecase(Locale.FRENCH) }
    override fun reportsToday(count: Int) = if (count == 1) "1 rapport aujourd’hui" else "$count rapports aujourd’hui"
    override fun kept(hour: String) = "Brouillon gardé à $hour"
    override fun divergences(count: Int) = if (count == 1) "1 divergence" else "$count divergences"

    private val DAY = DateTimeFormatter.ofPattern("EEEE d MMMM", Locale.FRENCH)
}
