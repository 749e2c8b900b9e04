// Chips: a state of the ladder, filled; a fact that is no state, outlined. They wrap, they are not
// pressed. Changes with the ladder or the look of chips.
package org.ronde.ui.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.runtime.ReadOnlyComposable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import org.ronde.Status
import org.ronde.ui.theme.Palette
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.Tinted
import org.ronde.ui.theme.medium

/** A rung of the status ladder, with the icon that finds it. */
enum class Rung(val icon: String) {
    Draft("pencil"),
    Stored("device-mobile"),
    Partial("cloud-up"),
    Delivered("cloud-check"),
    Read("eye"),
    Assigned("user-check"),
    Closed("circle-check"),
    NeedsYou("hand-stop"),
    ;

    /** Its ink and its tint in the theme in force. */
    val colors: Tinted @Composable @ReadOnlyComposable get() = inkOf(Ronde.colors)

    private fun inkOf(palette: Palette): Tinted = with(palette.status) {
        when (this@Rung) {
            Draft -> draft
            Stored -> stored
            Partial -> partial
            Delivered -> delivered
            Read -> read
            Assigned -> assigned
            Closed -> closed
            NeedsYou -> needsYou
        }
    }

    companion object {
        /** The rung of a report's status. */
        fun of(status: Status): Rung = when (status) {
            is Status.Draft -> Draft
            is Status.Stored -> Stored
            is Status.Delivered -> Delivered
            is Status.Read -> Read
            is Status.Assigned -> Assigned
            is Status.Closed -> Closed
            is Status.NeedsYou -> NeedsYou
        }
    }
}

/** The state of a report: icon, word, colour. [icon] when something else than a rung is said in its colour. */
@Composable
fun StatusChip(rung: Rung, words: String, modifier: Modifier = Modifier, icon: String = rung.icon) {
    val (ink, tint) = rung.colors
    Chip(icon, words, ink, modifier.background(tint, PILL))
}

/** A fact that is not a state: two linked reports, three photos, "À compléter". */
@Composable
fun OutlinedChip(words: String, modifier: Modifier = Modifier, icon: String? = null) {
    Chip(icon, words, Ronde.colors.muted, modifier.border(1.dp, Ronde.colors.hair, PILL))
}

@Composable
private fun Chip(icon: String?, words: String, ink: Color, modifier: Modifier) {
    Row(
        modifier.semantics(mergeDescendants = true) {}.heightIn(min = 28.dp).padding(start = 9.dp, end = 11.dp, top = 3.dp, bottom = 3.dp),
        horizontalArrangement = Arrangement.spacedBy(5.dp),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        if (icon != null) Icon(icon, size = 17.dp, tint = ink)
        Text(words, style = Ronde.type.micro.medium.copy(fontSize = 13.5.sp), color = ink)
    }
}

// A pill at one line, a rounded box when its words wrap.
private val PILL = RoundedCornerShape(14.dp)
