// The words of Mes rapports. Changes when it says something new.
package org.ronde.ui.reports

import androidx.compose.runtime.Composable
import androidx.compose.runtime.ReadOnlyComposable
import java.time.LocalDate
import org.ronde.Adding
import org.ronde.ui.theme.Ronde

/** Words of Mes rapports. */
interface ReportsWords {
    val title: String
    val search: String
    val searchHint: String
    val clear: String
    val show: String
    val drafts: String
    val goOn: String
    val see: String
    val read: String
    val withoutReport: String
    val needsYou: String
    val nothing: String
    val nothingOf: String
    val voided: String
    val toComplete: String
    val doubtfulTime: String
    val urgent: String

    fun filter(filter: Filter): String
    fun day(date: LocalDate, today: LocalDate): String
    fun begun(what: Adding, title: String): String
    fun kept(hour: String): String
    fun divergences(count: Int): String
    fun notFound(query: String): String
    fun found(count: Int): String

    companion object {
        /** The words of the language on screen. */
        val current: ReportsWords
            @Composable @ReadOnlyComposable get() = Ronde.of(ReportsWordsFr, ReportsWordsEn)
    }
}
