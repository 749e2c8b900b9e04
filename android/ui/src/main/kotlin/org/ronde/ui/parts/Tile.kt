// A tile of Signaler: what can be reported, with the severity it starts at. Changes with its look.
package org.ronde.ui.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.combinedClickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import org.ronde.ui.theme.Radius
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.Target
import org.ronde.ui.theme.strong

/** 104 high or more. [armed]: the next touch files at once. [act] is said for the touch, [heldAct] for holding. */
@Composable
fun Tile(
    icon: String,
    name: String,
    severity: Int,
    act: String,
    onClick: () -> Unit,
    modifier: Modifier = Modifier,
    armed: Boolean = false,
    heldAct: String? = null,
    onHold: (() -> Unit)? = null,
) {
    val colors = Ronde.colors
    val shape = RoundedCornerShape(Radius.tile)
    val edge = if (armed) Modifier.border(2.dp, colors.accent, shape) else Modifier.border(1.dp, colors.hair, shape)
    Column(
        modifier.clip(shape).background(if (armed) colors.accentTint else colors.surface).then(edge)
            .combinedClickable(
                role = Role.Button, onClickLabel = act, onLongClickLabel = heldAct, onLongClick = onHold, onClick = onClick,
            )
            .heightIn(min = Target.tile).padding(12.dp),
        verticalArrangement = Arrangement.SpaceBetween,
    ) {
        Row(Modifier.fillMaxWidth(), horizontalArrangement = Arrangement.SpaceBetween) {
            Icon(icon, size = 32.dp, tint = colors.accentText, stroke = 1.7f)
            SeverityMark(severity, size = 24.dp)
        }
        Text(name, Modifier.padding(top = 6.dp), style = Ronde.type.body.strong.copy(fontSize = 16.sp, lineHeight = 20.sp))
    }
}
