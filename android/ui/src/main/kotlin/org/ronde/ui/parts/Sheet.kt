// A sheet that rises from the bottom over a screen; what is behind can be neither pressed nor read
// while it is open. Changes with the look of sheets.
package org.ronde.ui.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.clickable
import androidx.compose.foundation.focusGroup
import androidx.compose.foundation.focusable
import androidx.compose.foundation.gestures.detectTapGestures
import androidx.compose.foundation.interaction.MutableInteractionSource
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.verticalScroll
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.remember
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.focus.FocusRequester
import androidx.compose.ui.focus.focusProperties
import androidx.compose.ui.focus.focusRequester
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.input.key.Key
import androidx.compose.ui.input.key.KeyEventType
import androidx.compose.ui.input.key.key
import androidx.compose.ui.input.key.onPreviewKeyEvent
import androidx.compose.ui.input.key.type
import androidx.compose.ui.input.pointer.pointerInput
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.dismiss
import androidx.compose.ui.semantics.paneTitle
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import org.ronde.ui.theme.Look
import org.ronde.ui.theme.Radius
import org.ronde.ui.theme.Ronde

/** A screen, and the [sheet] over it while there is one. */
@Composable
fun SheetStage(sheet: (@Composable () -> Unit)?, modifier: Modifier = Modifier, screen: @Composable () -> Unit) {
    Box(modifier.fillMaxSize()) {
        val behind = if (sheet == null) Modifier else Modifier.clearAndSetSemantics {}
        Box(behind.fillMaxSize().focusProperties { onEnter = { if (sheet != null) cancelFocusChange() } }.focusGroup()) { screen() }
        sheet?.invoke()
    }
}

/**
 * A bottom sheet, inside the `sheet` of [SheetStage]. [footer] stays visible while the rest scrolls under it.
 * [veilCloses]: a touch beside it closes it; not while words are being written in it.
 */
@Composable
fun Sheet(
    title: String,
    onClose: () -> Unit,
    modifier: Modifier = Modifier,
    veilCloses: Boolean = true,
    footer: (@Composable ColumnScope.() -> Unit)? = null,
    content: @Composable ColumnScope.() -> Unit,
) {
    val colors = Ronde.colors
    val shape = RoundedCornerShape(topStart = Radius.tile, topEnd = Radius.tile)
    val edge = if (Ronde.look == Look.Day) Modifier else Modifier.border(1.dp, colors.control, shape)
    // "Back" closes the sheet wherever the focus is, the veil that was touched too.
    val back = Modifier.onPreviewKeyEvent { event ->
        val asks = event.key == Key.Escape || event.key == Key.Back
        if (asks && event.type == KeyEventType.KeyUp) onClose()
        asks
    }
    BoxWithConstraints(modifier.fillMaxSize().then(back), contentAlignment = Alignment.BottomCenter) {
        val veil = remember { MutableInteractionSource() }
        val here = remember { FocusRequester() }
        LaunchedEffect(Unit) { here.requestFocus() }
        Box(
            Modifier.fillMaxSize().background(Color.Black.copy(alpha = VEIL)).clearAndSetSemantics {}
                .clickable(veil, indication = null) { if (veilCloses) onClose() },
        )
        Column(
            Modifier.widthIn(max = WIDEST).fillMaxWidth().heightIn(max = maxHeight * HIGHEST).then(edge).clip(shape)
                .background(colors.raised).pointerInput(Unit) { detectTapGestures {} }
                .focusRequester(here).focusable()
                .semantics {
                    paneTitle = title
                    dismiss {
                        onClose()
                        true
                    }
                },
        ) {
            Row(Modifier.fillMaxWidth().padding(start = 16.dp, end = 4.dp, top = 8.dp), verticalAlignment = Alignment.CenterVertically) {
                Heading(title, Modifier.weight(1f))
                IconButton("x", PartWords.current.close, onClose)
            }
            Column(
                Modifier.weight(1f, fill = false).verticalScroll(rememberScrollState())
                    .padding(start = 16.dp, end = 16.dp, top = 4.dp, bottom = 16.dp),
                verticalArrangement = Arrangement.spacedBy(12.dp),
                content = content,
            )
            if (footer != null) {
                Hairline()
                Column(Modifier.padding(16.dp), verticalArrangement = Arrangement.spacedBy(12.dp), content = footer)
            }
        }
    }
}

private val WIDEST = 560.dp
private const val VEIL = 0.5f
private const val HIGHEST = 0.92f
