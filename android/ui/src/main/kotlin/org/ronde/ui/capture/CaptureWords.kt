// The words of Signaler. Changes when it says something new.
package org.ronde.ui.capture

import androidx.compose.runtime.Composable
import androidx.compose.runtime.ReadOnlyComposable
import org.ronde.ui.theme.Ronde

/** Words of Signaler. */
interface CaptureWords {
    val title: String
    val direct: String
    val how: String
    val armed: String
    val recent: String
    val search: String
    val fill: String
    val fileNow: String
    val none: String
    val colon: String

    fun otherTypes(count: Int): String
    fun filedIn(name: String, seconds: Int): String
    fun filing(name: String): String
    fun filedAt(name: String, hour: String): String
    fun takenBack(name: String): String

    companion object {
        /** The words of the language on screen. */
        val current: CaptureWords
            @Composable @ReadOnlyComposable get() = Ronde.of(CaptureWordsFr, CaptureWordsEn)
    }
}
