// Answers that are pressed, not typed: one of a list, yes or no. Nothing pressed is no answer, and an
// answer pressed again is taken back. Changes with the look of choices.
package org.ronde.ui.form

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.sizeIn
import androidx.compose.foundation.clickable
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.semantics.stateDescription
import androidx.compose.ui.unit.dp
import org.ronde.FactValue
import org.ronde.core.Words
import org.ronde.ui.parts.Icon
import org.ronde.ui.parts.PartWords
import org.ronde.ui.parts.Problem
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Radius
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.Target
import org.ronde.ui.theme.medium
import org.ronde.ui.theme.strong

/** One of a list: pressed, it opens in place; nothing covers the form. */
@Composable
internal fun ChoiceField(
    form: FormState,
    field: org.ronde.Field,
    choices: List<String>,
    said: String,
    words: Words,
    modifier: Modifier = Modifier,
) {
    var open by remember { mutableStateOf(false) }
    val chosen = form.fact(field.code).text()
    val speech = FormWords.current
    val answer = when {
        chosen != null -> words.label("choice/${field.code}/$chosen").substringAfterLast('/')
        form.isMissing(field.code) -> speech.toComplete
        else -> speech.noAnswer
    }
    val colors = Ronde.colors
    val shape = RoundedCornerShape(10.dp)
    val edge = if (open) Modifier.border(2.dp, colors.accent, shape) else Modifier.border(1.dp, colors.control, shape)
    Column(modifier, verticalArrangement = Arrangement.spacedBy(4.dp)) {
        Column(Modifier.fillMaxWidth().clip(shape).background(colors.surface).then(edge)) {
            Row(
                Modifier.fillMaxWidth().clickable(role = Role.DropdownList, onClickLabel = speech.choose) {
                    open = !open
                    form.holds(field.code)
                }.semantics(mergeDescendants = true) { contentDescription = "$said, $answer" }
                    .heightIn(min = 56.dp).padding(horizontal = 14.dp, vertical = 8.dp),
                horizontalArrangement = Arrangement.spacedBy(12.dp),
                verticalAlignment = Alignment.CenterVertically,
            ) {
                Column(Modifier.weight(1f), verticalArrangement = Arrangement.spacedBy(2.dp)) {
                    Text(said, style = Ronde.type.micro.medium, color = if (open) colors.accentText else colors.subtle)
                    Text(answer, color = if (chosen == null) colors.subtle else colors.text)
                }
                Icon(if (open) "chevron-up" else "chevron-down", tint = colors.muted)
            }
            if (open) {
                Column(Modifier.selectableGroup()) {
                    for (choice in choices) Option(words.label("choice/${field.code}/$choice").substringAfterLast('/'), choice == chosen) {
                        form.put(field.code, if (choice == chosen) null else FactValue.Text(choice))
                        open = false
                    }
                }
            }
        }
        Problem(form.problem(field.code)?.let(words::problem))
    }
}

/** One line of a list of answers, 48 high or more. */
@Composable
internal fun Option(said: String, chosen: Boolean, onPress: () -> Unit) {
    val colors = Ronde.colors
    Row(
        Modifier.fillMaxWidth().selectable(chosen, role = Role.RadioButton, onClick = onPress)
            .background(if (chosen) colors.accentTint else colors.surface)
            .heightIn(min = Target.phone).padding(horizontal = 14.dp, vertical = 8.dp),
        horizontalArrangement = Arrangement.spacedBy(12.dp),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        Box(Modifier.size(20.dp).border(if (chosen) 6.dp else 2.dp, if (chosen) colors.accent else colors.control, CircleShape))
        Text(said, Modifier.weight(1f))
    }
}

/** Yes, no, or no answer. */
@Composable
internal fun FlagField(form: FormState, code: String, said: String, modifier: Modifier = Modifier) {
    val parts = PartWords.current
    val answer = (form.fact(code) as? FactValue.Flag)?.v1
    FlowRow(
        modifier.fillMaxWidth().heightIn(min = 56.dp),
        horizontalArrangement = Arrangement.SpaceBetween,
        verticalArrangement = Arrangement.spacedBy(6.dp),
        itemVerticalAlignment = Alignment.CenterVertically,
    ) {
        Text(said, Modifier.padding(end = 12.dp))
        Row(Modifier.selectableGroup(), horizontalArrangement = Arrangement.spacedBy(8.dp)) {
            for ((words, value) in listOf(parts.yes to true, parts.no to false)) {
                Pressed(words, answer == value, said = "$said, $words") {
                    form.holds(code)
                    form.put(code, if (answer == value) null else FactValue.Flag(value))
                }
            }
        }
    }
}

/** A small answer that is pressed or not, 48 high. [said] when the words alone do not say of what. */
@Composable
internal fun Pressed(words: String, on: Boolean, modifier: Modifier = Modifier, said: String = words, onPress: () -> Unit) {
    val colors = Ronde.colors
    val shape = RoundedCornerShape(Radius.card)
    Box(
        modifier.clip(shape).background(if (on) colors.accentTint else colors.surface)
            .border(if (on) 2.dp else 1.dp, if (on) colors.accent else colors.control, shape)
            .selectable(on, role = Role.RadioButton, onClick = onPress).semantics { contentDescription = said }
            .sizeIn(minWidth = 56.dp, minHeight = Target.phone).padding(horizontal = 12.dp, vertical = 6.dp),
        contentAlignment = Alignment.Center,
    ) {
        val style = Ronde.type.meta
        Text(words, style = if (on) style.strong else style.medium, color = if (on) colors.accentText else colors.text)
    }
}

/** A box that is ticked or not, with its words. */
@Composable
internal fun Tick(words: String, on: Boolean, modifier: Modifier = Modifier, onPress: (Boolean) -> Unit) {
    val colors = Ronde.colors
    Row(
        modifier.clip(RoundedCornerShape(Radius.control)).selectable(on, role = Role.Checkbox) { onPress(!on) }
            .semantics { stateDescription = if (on) "✓" else "" }
            .heightIn(min = Target.phone).padding(horizontal = 4.dp),
        horizontalArrangement = Arrangement.spacedBy(8.dp),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        val box = RoundedCornerShape(4.dp)
        Box(
            Modifier.size(20.dp).background(if (on) colors.accent else colors.surface, box)
                .border(1.5.dp, if (on) colors.accent else colors.control, box),
            contentAlignment = Alignment.Center,
        ) {
            if (on) Icon("check", size = 16.dp, tint = colors.onAccent, stroke = 3f)
        }
        Text(words, style = Ronde.type.meta, color = colors.muted)
    }
}
