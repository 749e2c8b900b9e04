// Grounds that content lies on: a card of one level, its rows, the hairline between them. Changes with
// the look of cards.
package org.ronde.ui.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.RowScope
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import org.ronde.ui.theme.Radius
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.Target
import org.ronde.ui.theme.strong

/** A card on the canvas, with a hairline. Cards hold no cards. */
@Composable
fun Panel(modifier: Modifier = Modifier, padding: Dp = 0.dp, content: @Composable ColumnScope.() -> Unit) {
    val shape = RoundedCornerShape(18.dp)
    Column(
        modifier.fillMaxWidth().clip(shape).background(Ronde.colors.surface).border(1.dp, Ronde.colors.hair, shape).padding(padding),
        content = content,
    )
}

/** A row of a card that opens something: 64 high or more, said as one. */
@Composable
fun PressedRow(onClick: () -> Unit, modifier: Modifier = Modifier, act: String? = null, content: @Composable RowScope.() -> Unit) {
    Row(
        modifier.fillMaxWidth().clickable(onClickLabel = act, role = Role.Button, onClick = onClick)
            .heightIn(min = Target.primary).padding(horizontal = 14.dp, vertical = 10.dp),
        horizontalArrangement = Arrangement.spacedBy(12.dp),
        verticalAlignment = Alignment.CenterVertically,
        content = content,
    )
}

/** A line of words that leads to another screen. */
@Composable
fun LinkRow(words: String, onClick: () -> Unit, modifier: Modifier = Modifier) {
    val ink = Ronde.colors.accentText
    Row(
        modifier.fillMaxWidth().clip(RoundedCornerShape(Radius.control)).clickable(role = Role.Button, onClick = onClick)
            .heightIn(min = Target.phone).padding(horizontal = 4.dp),
        horizontalArrangement = Arrangement.spacedBy(8.dp),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        Text(words, Modifier.weight(1f), style = Ronde.type.body.strong.copy(fontSize = 16.sp), color = ink)
        Icon("chevron-right", tint = ink)
    }
}

/** Decoration between rows: nothing is understood by it alone. */
@Composable
fun Hairline(modifier: Modifier = Modifier) {
    Box(modifier.fillMaxWidth().height(1.dp).background(Ronde.colors.hair))
}
