// The words of the parts that every screen shares. Changes when a part says something new.
package org.ronde.ui.parts

import androidx.compose.runtime.Composable
import androidx.compose.runtime.ReadOnlyComposable
import org.ronde.ui.theme.Ronde

/** Words of the shared parts. */
interface PartWords {
    val back: String
    val close: String
    val cancel: String
    val yes: String
    val no: String
    val severities: List<String>

    /** What a severity mark is, to a person who does not see it. */
    fun mark(level: Int): String

    companion object {
        /** The words of the language on screen. */
        val current: PartWords
            @Composable @ReadOnlyComposable get() = Ronde.of(PartWordsFr, PartWordsEn)
    }
}
