// The words of Aujourd'hui. Changes when it says something new.
package org.ronde.ui.today

import androidx.compose.runtime.Composable
import androidx.compose.runtime.ReadOnlyComposable
import java.time.LocalDate
import org.ronde.ui.theme.Ronde

/** Words of Aujourd'hui. */
interface TodayWords {
    val title: String
    val capture: String
    val drafts: String
    val goOn: String
    val see: String
    val nothing: String
    val toComplete: String
    val openSync: String

    fun day(date: LocalDate): String
    fun reportsToday(count: Int): String
    fun kept(hour: String): String
    fun divergences(count: Int): String

    companion object {
        /** The words of the language on screen. */
        val current: TodayWords
            @Composable @ReadOnlyComposable get() = Ronde.of(TodayWordsFr, TodayWordsEn)
    }
}
