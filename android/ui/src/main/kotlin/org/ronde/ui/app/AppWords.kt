// The words of the tabs and the settings. Changes when they say something new.
package org.ronde.ui.app

import androidx.compose.runtime.Composable
import androidx.compose.runtime.ReadOnlyComposable
import org.ronde.ui.theme.Ronde

/** Words of the app around its screens. */
interface AppWords {
    val settings: String
    val theme: String
    val system: String
    val day: String
    val night: String
    val redNight: String
    val redNightHint: String
    val language: String
    val thisPhone: String
    val writesAs: String
    val server: String
    val leaseEnds: String
    val choose: String

    fun tab(tab: Tab): String

    companion object {
        /** The words of the language on screen. */
        val current: AppWords
            @Composable @ReadOnlyComposable get() = Ronde.of(AppWordsFr, AppWordsEn)
    }
}
