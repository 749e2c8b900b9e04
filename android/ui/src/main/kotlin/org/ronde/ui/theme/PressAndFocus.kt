// How a control answers a finger and a keyboard: a veil while pressed, a ring 2 away when focused,
// nothing that moves. Changes with the design's focus and press.
package org.ronde.ui.theme

import androidx.compose.foundation.IndicationNodeFactory
import androidx.compose.foundation.interaction.FocusInteraction
import androidx.compose.foundation.interaction.HoverInteraction
import androidx.compose.foundation.interaction.InteractionSource
import androidx.compose.foundation.interaction.PressInteraction
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.CornerRadius
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.drawscope.ContentDrawScope
import androidx.compose.ui.graphics.drawscope.Stroke
import androidx.compose.ui.node.DelegatableNode
import androidx.compose.ui.node.DrawModifierNode
import androidx.compose.ui.node.invalidateDraw
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.launch

/** The indication of every control of the theme. */
internal data class PressAndFocus(private val palette: Palette) : IndicationNodeFactory {
    override fun create(interactionSource: InteractionSource): DelegatableNode = Shown(interactionSource, palette)
}

private class Shown(private val source: InteractionSource, private val palette: Palette) :
    Modifier.Node(), DrawModifierNode {
    private var presses = 0
    private var hovers = 0
    private var focuses = 0

    override fun onAttach() {
        coroutineScope.launch {
            source.interactions.collect { interaction ->
                when (interaction) {
                    is PressInteraction.Press -> presses++
                    is PressInteraction.Release, is PressInteraction.Cancel -> presses--
                    is HoverInteraction.Enter -> hovers++
                    is HoverInteraction.Exit -> hovers--
                    is FocusInteraction.Focus -> focuses++
                    is FocusInteraction.Unfocus -> focuses--
                }
                invalidateDraw()
            }
        }
    }

    override fun ContentDrawScope.draw() {
        drawContent()
        if (presses > 0) drawRect(palette.text.copy(alpha = PRESS_ALPHA))
        else if (hovers > 0) drawRect(palette.text.copy(alpha = HOVER_ALPHA))
        if (focuses > 0) ring()
    }

    // Inside the control, which may be clipped to its own shape: outside it would be cut.
    private fun ContentDrawScope.ring() {
        val width = RING.toPx()
        val inset = width * 1.5f
        drawRoundRect(
            color = palette.focus,
            topLeft = Offset(inset, inset),
            size = Size(size.width - 2 * inset, size.height - 2 * inset),
            cornerRadius = CornerRadius(minOf(Radius.control.toPx(), size.minDimension / 2)),
            style = Stroke(width),
        )
    }
}

private val RING = 2.dp
private const val PRESS_ALPHA = 0.12f
private const val HOVER_ALPHA = 0.05f
