package org.ronde.ui.theme

import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.luminance
import org.junit.Assert.assertTrue
import org.junit.Test

/** What is read is 4.5 to 1 on every ground it stands on, what is only seen 3 to 1: in the three themes. */
class ContrastTest {
    private fun contrast(one: Color, other: Color): Float {
        val (light, dark) = listOf(one.luminance(), other.luminance()).sortedDescending()
        return (light + 0.05f) / (dark + 0.05f)
    }

    private fun Palette.grounds() = mapOf("canvas" to canvas, "surface" to surface, "raised" to raised)

    private fun everyPair(least: Float, pairs: (Palette) -> Map<String, Pair<Color, Color>>) = Look.entries.forEach { look ->
        for ((name, pair) in pairs(paletteOf(look))) {
            val measured = contrast(pair.first, pair.second)
            assertTrue("$look, $name: $measured to 1", measured >= least)
        }
    }

    @Test
    fun every_text_is_read_on_every_ground() = everyPair(4.5f) { palette ->
        val inks = mapOf(
            "text" to palette.text, "muted" to palette.muted, "subtle" to palette.subtle,
            "accent" to palette.accentText, "asks" to palette.status.needsYou.ink,
        )
        inks.flatMap { (ink, color) -> palette.grounds().map { (ground, behind) -> "$ink on $ground" to (color to behind) } }.toMap() +
            ("main button" to (palette.onAccent to palette.accent)) + ("pressed answer" to (palette.accentText to palette.accentTint)) +
            ("chosen option" to (palette.text to palette.accentTint)) + ("disabled button" to (palette.muted to palette.sunken))
    }

    @Test
    fun every_chip_and_every_mark_is_read() = everyPair(4.5f) { palette ->
        val states = with(palette.status) { listOf(draft, stored, partial, delivered, read, assigned, closed, needsYou) }
        states.mapIndexed { index, state -> "state $index" to (state.ink to state.tint) }.toMap() +
            palette.severities.mapIndexed { index, mark -> "letter ${index + 1}" to (mark.on to mark.fill) } +
            palette.severities.mapIndexed { index, mark -> "level ${index + 1}" to (palette.text to mark.tint) }
    }

    @Test
    fun every_edge_of_a_control_and_every_mark_is_seen() = everyPair(3f) { palette ->
        val seen = mapOf("control" to palette.control, "accent" to palette.accent, "focus" to palette.focus) +
            palette.severities.mapIndexed { index, mark -> "mark ${index + 1}" to mark.fill }
        seen.flatMap { (name, color) -> palette.grounds().map { (ground, behind) -> "$name on $ground" to (color to behind) } }.toMap()
    }
}
