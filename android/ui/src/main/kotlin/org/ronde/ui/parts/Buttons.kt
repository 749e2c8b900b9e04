// Buttons. One filled button a screen, 64 high in the thumb zone; the others are outlined or quiet.
// Each says its act. Changes with the look of buttons.
package org.ronde.ui.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.sizeIn
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.Shape
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import org.ronde.ui.theme.Radius
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.Target
import org.ronde.ui.theme.strong

/** The one filled button of a screen. Disabled, it keeps its words and says nothing else: prefer a sentence. */
@Composable
fun MainButton(words: String, onClick: () -> Unit, modifier: Modifier = Modifier, icon: String? = null, enabled: Boolean = true) {
    val colors = Ronde.colors
    val ink = if (enabled) colors.onAccent else colors.muted
    val ground = if (enabled) colors.accent else colors.sunken
    val shape = RoundedCornerShape(Radius.tile)
    val style = Ronde.type.heading.copy(fontSize = 20.sp)
    Press(words, icon, ink, style, enabled, onClick, Target.primary, shape, modifier.fillMaxWidth(), ground)
}

/** A second act beside the main one. */
@Composable
fun OutlinedButton(
    words: String,
    onClick: () -> Unit,
    modifier: Modifier = Modifier,
    icon: String? = null,
    enabled: Boolean = true,
    height: Dp = Target.phone,
) {
    val colors = Ronde.colors
    val shape = RoundedCornerShape(if (height >= Target.primary) Radius.tile else Radius.card)
    val ink = if (enabled) colors.text else colors.muted
    val style = Ronde.type.body.strong.copy(fontSize = 16.sp)
    Press(words, icon, ink, style, enabled, onClick, height, shape, modifier.border(1.5.dp, colors.control, shape), colors.surface)
}

/** An act without a frame: a link to another screen, "Annuler". */
@Composable
fun QuietButton(words: String, onClick: () -> Unit, modifier: Modifier = Modifier, icon: String? = null) {
    val style = Ronde.type.body.strong.copy(fontSize = 16.sp)
    val shape = RoundedCornerShape(Radius.control)
    Press(words, icon, Ronde.colors.accentText, style, true, onClick, Target.phone, shape, modifier, Color.Transparent, side = 8.dp)
}

/** An icon pressed, 48 square, with the words that say its act. */
@Composable
fun IconButton(icon: String, words: String, onClick: () -> Unit, modifier: Modifier = Modifier, tint: Color = Ronde.colors.text) {
    Box(
        modifier.clip(CircleShape).clickable(role = Role.Button, onClick = onClick)
            .sizeIn(minWidth = Target.phone, minHeight = Target.phone).semantics { contentDescription = words },
        contentAlignment = Alignment.Center,
    ) {
        Icon(icon, size = 26.dp, tint = tint)
    }
}

@Composable
private fun Press(
    words: String,
    icon: String?,
    ink: Color,
    style: TextStyle,
    enabled: Boolean,
    onClick: () -> Unit,
    height: Dp,
    shape: Shape,
    modifier: Modifier,
    ground: Color,
    side: Dp = 14.dp,
) {
    Row(
        modifier.clip(shape).background(ground).clickable(enabled, role = Role.Button, onClick = onClick)
            .heightIn(min = height).sizeIn(minWidth = Target.phone).padding(horizontal = side, vertical = 6.dp),
        horizontalArrangement = Arrangement.spacedBy(10.dp, Alignment.CenterHorizontally),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        if (icon != null) Icon(icon, size = if (height >= Target.primary) 26.dp else 22.dp, tint = ink)
        Text(words, style = style, color = ink, align = TextAlign.Center)
    }
}
