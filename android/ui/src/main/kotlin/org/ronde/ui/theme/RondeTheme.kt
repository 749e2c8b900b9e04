// The theme that every screen stands in: colours, texts, language. Knows the design's tokens, no
// screen. Changes when a screen needs something more of its surroundings.
package org.ronde.ui.theme

import androidx.compose.foundation.LocalIndication
import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.text.selection.LocalTextSelectionColors
import androidx.compose.foundation.text.selection.TextSelectionColors
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.ReadOnlyComposable
import androidx.compose.runtime.remember
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.Modifier
import org.ronde.Language

private val LocalPalette = staticCompositionLocalOf<Palette> { error("a screen stands in RondeTheme") }
private val LocalType = staticCompositionLocalOf<TypeScale> { error("a screen stands in RondeTheme") }
private val LocalLook = staticCompositionLocalOf { Look.Day }
private val LocalLanguage = staticCompositionLocalOf { Language.FR }

/** What a screen reads of its surroundings. */
object Ronde {
    /** The colours of the theme in force. */
    val colors: Palette @Composable @ReadOnlyComposable get() = LocalPalette.current

    /** The text styles. */
    val type: TypeScale @Composable @ReadOnlyComposable get() = LocalType.current

    /** Which theme is in force. */
    val look: Look @Composable @ReadOnlyComposable get() = LocalLook.current

    /** The language of every word on screen. */
    val language: Language @Composable @ReadOnlyComposable get() = LocalLanguage.current

    /** One of two wordings, by the language. */
    @Composable
    @ReadOnlyComposable
    fun <T> of(fr: T, en: T): T = if (language == Language.FR) fr else en
}

/** The colours of a theme. */
fun paletteOf(look: Look): Palette = when (look) {
    Look.Day -> DayPalette
    Look.Night -> NightPalette
    Look.RedNight -> RedNightPalette
}

/** A ground of the theme's own colour, with everything a screen reads from it. */
@Composable
fun RondeTheme(look: Look, language: Language = Language.FR, content: @Composable () -> Unit) {
    val palette = paletteOf(look)
    val type = remember { typeScale(TextFamily, DataFamily) }
    val selection = TextSelectionColors(palette.accent, palette.accent.copy(alpha = SELECTION_ALPHA))
    CompositionLocalProvider(
        LocalPalette provides palette,
        LocalType provides type,
        LocalLook provides look,
        LocalLanguage provides language,
        LocalTextSelectionColors provides selection,
        LocalIndication provides PressAndFocus(palette),
    ) {
        Box(Modifier.fillMaxSize().background(palette.canvas)) { content() }
    }
}

private const val SELECTION_ALPHA = 0.3f
