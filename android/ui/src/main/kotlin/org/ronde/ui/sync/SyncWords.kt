// The words of Synchro; why something waits is the core's to say. Changes when it says something new.
package org.ronde.ui.sync

import androidx.compose.runtime.Composable
import androidx.compose.runtime.ReadOnlyComposable
import org.ronde.PersonsAct
import org.ronde.ui.theme.Ronde

/** Words of Synchro. */
interface SyncWords {
    val title: String
    val received: String
    val waiting: String
    val lastContact: String
    val never: String
    val nothingLost: String
    val order: String
    val onFirstNetwork: String
    val asks: String
    val notYours: String
    val seeReport: String
    val sendNow: String
    val stop: String

    fun act(act: PersonsAct): String?
    fun of(part: Long, whole: Long): String
    fun reports(count: Long): String
    fun more(count: Int): String
    fun at(hour: String): String

    companion object {
        /** The words of the language on screen. */
        val current: SyncWords
            @Composable @ReadOnlyComposable get() = Ronde.of(SyncWordsFr, SyncWordsEn)
    }
}
