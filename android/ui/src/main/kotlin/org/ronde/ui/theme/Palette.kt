// What a theme colours, by role. Knows names and families, no value: those are generated into
// Tokens.kt. Changes when the design gains or loses a role.
package org.ronde.ui.theme

import androidx.compose.runtime.Immutable
import androidx.compose.ui.graphics.Color

/** The three themes. */
enum class Look { Day, Night, RedNight }

/** Ink on its tint: a status chip, the sync line, a dot of a timeline. */
@Immutable
data class Tinted(val ink: Color, val tint: Color)

/** A severity mark: letter [on] a shape filled with [fill]; [tint] behind an alarm only. */
@Immutable
data class Severity(val fill: Color, val on: Color, val tint: Color)

/** One colour by state of the ladder; plum, [needsYou], asks a person. */
@Immutable
data class StatusColors(
    val draft: Tinted,
    val stored: Tinted,
    val partial: Tinted,
    val delivered: Tinted,
    val read: Tinted,
    val assigned: Tinted,
    val closed: Tinted,
    val needsYou: Tinted,
)

/** A theme, whole. [severities] are read by level, 1 to 5, with [severity]. */
@Immutable
data class Palette(
    val canvas: Color,
    val surface: Color,
    val sunken: Color,
    val raised: Color,
    val inverse: Color,
    val text: Color,
    val muted: Color,
    val subtle: Color,
    val onInverse: Color,
    val hair: Color,
    val control: Color,
    val accent: Color,
    val onAccent: Color,
    val accentText: Color,
    val accentTint: Color,
    val accentStrong: Color,
    val focus: Color,
    val severities: List<Severity>,
    val status: StatusColors,
) {
    /** The colours of a severity; one that no scale knows is shown as the nearest that is known. */
    fun severity(level: Int): Severity = severities[level.coerceIn(1, severities.size) - 1]
}
