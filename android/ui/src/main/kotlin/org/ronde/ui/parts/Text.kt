// A text of the theme. Wraps, is never cut, and reads in its own direction. Changes with how text is set.
package org.ronde.ui.parts

import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.text.BasicText
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.rememberTextMeasurer
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.text.style.TextOverflow
import org.ronde.ui.theme.Ronde

/** A text. [maxLines] cuts with an ellipsis: only for a title of a row whose whole text opens beside. */
@Composable
fun Text(
    text: String,
    modifier: Modifier = Modifier,
    style: TextStyle = Ronde.type.body,
    color: Color = Ronde.colors.text,
    maxLines: Int = Int.MAX_VALUE,
    align: TextAlign = TextAlign.Unspecified,
) {
    BasicText(
        text = text,
        modifier = modifier,
        style = style.copy(color = color, textAlign = align),
        maxLines = maxLines,
        overflow = TextOverflow.Ellipsis,
    )
}

/** The title of a part of a screen, found by a screen reader as such. */
@Composable
fun Heading(
    text: String,
    modifier: Modifier = Modifier,
    style: TextStyle = Ronde.type.heading,
    color: Color = Ronde.colors.text,
    align: TextAlign = TextAlign.Unspecified,
) {
    Text(text, modifier.semantics { heading() }, style, color, align = align)
}

/** The title of a screen: as large as [style], unless its longest word would not fit a line. */
@Composable
fun Title(text: String, modifier: Modifier = Modifier, style: TextStyle = Ronde.type.title) {
    val measurer = rememberTextMeasurer()
    BoxWithConstraints(modifier) {
        val longest = text.split(' ').maxOf { measurer.measure(it, style).size.width }
        val fits = if (longest <= constraints.maxWidth) 1f else constraints.maxWidth / (longest + 1f)
        Heading(text, style = style.copy(fontSize = style.fontSize * fits, lineHeight = style.lineHeight * fits))
    }
}
