// Icons of the Tabler outline set (MIT, icons/LICENSE-tabler.txt), read from icons/tabler.txt: one
// line an icon, name then path. Changes with how icons are drawn.
package org.ronde.ui.parts

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.layout.size
import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.Path
import androidx.compose.ui.graphics.StrokeCap
import androidx.compose.ui.graphics.StrokeJoin
import androidx.compose.ui.graphics.drawscope.Stroke
import androidx.compose.ui.graphics.drawscope.scale
import androidx.compose.ui.graphics.vector.PathParser
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.role
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.resource

/** The icons that the program ships, by Tabler's names. */
object Icons {
    private val drawn: Map<String, String> by lazy {
        resource("icons/tabler.txt").decodeToString().lineSequence().filter { it.isNotBlank() }
            .associate { line -> line.substringBefore(' ') to line.substringAfter(' ') }
    }

    /** Whether an icon of that name is shipped. */
    fun has(name: String): Boolean = name in drawn

    /** Its outline in a square of 24; an icon of a newer catalogue is shown as three dots. */
    internal fun path(name: String): Path = PathParser().parsePathString(drawn[name] ?: drawn.getValue("dots")).toPath()
}

/** An icon; without a [description] it is decoration beside the words that say the same. */
@Composable
fun Icon(
    name: String,
    modifier: Modifier = Modifier,
    description: String? = null,
    size: Dp = 24.dp,
    tint: Color = Ronde.colors.text,
    stroke: Float = 1.9f,
) {
    val path = remember(name) { Icons.path(name) }
    val said = description?.let {
        Modifier.semantics {
            contentDescription = it
            role = Role.Image
        }
    }
    Canvas(modifier.then(said ?: Modifier).size(size)) {
        scale(this.size.width / GRID, pivot = Offset.Zero) {
            drawPath(path, tint, style = Stroke(stroke, cap = StrokeCap.Round, join = StrokeJoin.Round))
        }
    }
}

private const val GRID = 24f
