// The mark of a severity: shape, letter and colour, so that no one of the three is needed alone.
// Changes with the design's marks.
package org.ronde.ui.parts

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.layout.size
import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.graphics.drawscope.Stroke
import androidx.compose.ui.graphics.drawscope.scale
import androidx.compose.ui.graphics.vector.PathParser
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.role
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.drawText
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.rememberTextMeasurer
import androidx.compose.ui.unit.Density
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.strong

/** Severity 1 to 5, said as "Gravité 4, Grave"; 20 in a legend, 24 in a tile, 28 in a row, 44 by a title. */
@Composable
fun SeverityMark(level: Int, modifier: Modifier = Modifier, size: Dp = 28.dp) {
    val known = level.coerceIn(1, SHAPES.size)
    val (fill, on) = Ronde.colors.severity(known)
    val said = PartWords.current.mark(known)
    val shape = remember(known) { PathParser().parsePathString(SHAPES[known - 1]).toPath() }
    val ring = remember { PathParser().parsePathString(RING).toPath() }
    val style = Ronde.type.body.strong
    val measurer = rememberTextMeasurer()
    val letter = remember(known, style) {
        // Measured on the mark's own grid: the letter follows the mark's size, never the text's.
        val lone = TextStyle(fontFamily = style.fontFamily, fontWeight = FontWeight.Bold, fontSize = (if (known == 3) 11f else 12.5f).sp)
        measurer.measure(LETTERS[known - 1], lone, density = Density(1f, 1f))
    }
    val image = Modifier.semantics {
        contentDescription = said
        role = Role.Image
    }
    Canvas(modifier.then(image).size(size)) {
        scale(this.size.width / GRID, pivot = Offset.Zero) {
            drawPath(shape, fill)
            if (known == 5) drawPath(ring, on, style = Stroke(1.3f))
            val baseline = if (known == 3) 19.3f else 16.4f
            drawText(letter, on, Offset(GRID / 2 - letter.size.width / 2f, baseline - letter.firstBaseline))
        }
    }
}

private const val GRID = 24f
private val LETTERS = listOf("I", "F", "M", "G", "C")
private val SHAPES = listOf(
    "M12 1.5a10.500 10.500 0 1 0 0 21a10.500 10.500 0 1 0 0 -21z",
    "M5.5 2h13a3.5 3.5 0 0 1 3.5 3.5v13a3.5 3.5 0 0 1 -3.5 3.5h-13a3.5 3.5 0 0 1 -3.5 -3.5v-13a3.5 3.5 0 0 1 3.5 -3.5z",
    "M12 1.600L23.200 21a1 1 0 0 1 -0.900 1.600H1.700A1 1 0 0 1 0.800 21z",
    "M12 0.400L23.600 12L12 23.600L0.400 12z",
    "M7.200 0.600h9.600l6.600 6.600v9.600l-6.600 6.600H7.200L0.600 16.800V7.200z",
)
private const val RING = "M8 2.700h8l5.300 5.300v8L16 21.300H8L2.700 16V8z"
