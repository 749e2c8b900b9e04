// The line that says how far everything is: icon, cause and since when, what is kept. The words are
// the core's. Changes with the look of that line.
package org.ronde.ui.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.strong

/** How the line stands: waiting is slate, received is green, a person asked is plum. */
enum class SyncTone(val rung: Rung, val icon: String) {
    Waiting(Rung.Stored, "clock-pause"),
    Received(Rung.Delivered, "cloud-check"),
    Asks(Rung.NeedsYou, "hand-stop"),
}

/** [title] is the sentence, [detail] what is kept; a touch opens Synchro, or nothing without [onClick]. */
@Composable
fun SyncLine(
    tone: SyncTone,
    title: String,
    modifier: Modifier = Modifier,
    detail: String? = null,
    icon: String = tone.icon,
    act: String? = null,
    onClick: (() -> Unit)? = null,
) {
    val (ink, tint) = tone.rung.colors
    val pressed = if (onClick == null) Modifier else Modifier.clickable(onClickLabel = act, role = Role.Button, onClick = onClick)
    Row(
        modifier.fillMaxWidth().clip(RoundedCornerShape(14.dp)).background(tint).then(pressed)
            .semantics(mergeDescendants = true) { liveRegion = LiveRegionMode.Polite }
            .heightIn(min = 56.dp).padding(horizontal = 16.dp, vertical = 8.dp),
        horizontalArrangement = Arrangement.spacedBy(12.dp),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        Icon(icon, tint = ink)
        Column(Modifier.weight(1f)) {
            Text(title, style = Ronde.type.meta.strong, color = ink)
            if (detail != null) Text(detail, style = Ronde.type.meta, color = ink)
        }
    }
}
