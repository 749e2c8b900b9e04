// How grave, and whether it is urgent. Changes with the scale.
package org.ronde.ui.form

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.IntrinsicSize
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxHeight
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.sizeIn
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.rememberTextMeasurer
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import org.ronde.FactValue
import org.ronde.ui.parts.PartWords
import org.ronde.ui.parts.SeverityMark
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Radius
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.Target
import org.ronde.ui.theme.medium
import org.ronde.ui.theme.strong

/** The five levels; the type's own is chosen until the person chooses. */
@Composable
internal fun SeverityPicker(form: FormState, byDefault: Int) {
    val words = FormWords.current
    val chosen = (form.fact("severity") as? FactValue.Integer)?.v1?.toInt() ?: byDefault
    fun choose(level: Int) = form.put("severity", FactValue.Integer(level.toLong()))
    Column(verticalArrangement = Arrangement.spacedBy(6.dp)) {
        Text(words.severity, style = Ronde.type.meta.medium, color = Ronde.colors.subtle)
        BoxWithConstraints {
            val gap = Arrangement.spacedBy(GAP)
            if (widestWord() * LEVELS + GAP * (LEVELS - 1) <= maxWidth) {
                Row(Modifier.selectableGroup().height(IntrinsicSize.Min), gap) {
                    for (level in 1..LEVELS) Level(level, level == chosen, Modifier.weight(1f).fillMaxHeight()) { choose(level) }
                }
            } else {
                FlowRow(Modifier.selectableGroup(), gap, gap) {
                    for (level in 1..LEVELS) Level(level, level == chosen, Modifier) { choose(level) }
                }
            }
        }
    }
}

/** What the longest name of a level takes, so that no name is broken in a row of five. */
@Composable
private fun widestWord(): Dp {
    val measurer = rememberTextMeasurer()
    val style = Ronde.type.micro.strong
    val widest = FormWords.current.shortSeverities.maxOf { measurer.measure(it, style).size.width }
    return with(LocalDensity.current) { widest.toDp() } + SIDES * 2
}

@Composable
private fun Level(level: Int, on: Boolean, modifier: Modifier, onPress: () -> Unit) {
    val colors = Ronde.colors
    val severity = colors.severity(level)
    val shape = RoundedCornerShape(Radius.card)
    val said = PartWords.current.mark(level)
    Column(
        modifier.clip(shape).background(if (on) severity.tint else colors.surface)
            .border(if (on) 2.dp else 1.dp, if (on) severity.fill else colors.control, shape)
            .selectable(on, role = Role.RadioButton, onClick = onPress).semantics { contentDescription = said }
            .sizeIn(minWidth = Target.phone, minHeight = 68.dp).padding(horizontal = SIDES, vertical = 6.dp),
        verticalArrangement = Arrangement.spacedBy(3.dp, Alignment.CenterVertically),
        horizontalAlignment = Alignment.CenterHorizontally,
    ) {
        Box(Modifier.clearAndSetSemantics {}) { SeverityMark(level) }
        val style = Ronde.type.micro
        Text(
            FormWords.current.shortSeverities[level - 1],
            Modifier.clearAndSetSemantics {},
            style = if (on) style.strong else style.medium,
            align = TextAlign.Center,
        )
    }
}

private const val LEVELS = 5
private val GAP = 6.dp
private val SIDES = 3.dp
