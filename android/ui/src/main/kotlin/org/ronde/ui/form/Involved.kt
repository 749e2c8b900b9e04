// People and vehicles involved: any number, each with the few words that the catalogue asks, all optional.
// Changes with how they are asked.
package org.ronde.ui.form

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.runtime.Composable
import androidx.compose.runtime.key
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.input.KeyboardCapitalization
import androidx.compose.ui.unit.dp
import org.ronde.FactValue
import org.ronde.FieldKind
import org.ronde.Involved
import org.ronde.InvolvedKind
import org.ronde.core.Words
import org.ronde.ui.parts.Field
import org.ronde.ui.parts.Icon
import org.ronde.ui.parts.OutlinedButton
import org.ronde.ui.parts.Panel
import org.ronde.ui.parts.QuietButton
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.medium
import org.ronde.ui.theme.strong

/** Everyone and every vehicle of the draft, and the buttons that add one. */
@Composable
internal fun InvolvedSection(form: FormState, words: Words, onAdd: (InvolvedKind) -> Unit) {
    val speech = FormWords.current
    Row(Modifier.heightIn(min = 32.dp), Arrangement.spacedBy(12.dp), Alignment.CenterVertically) {
        Icon("user")
        Text(speech.people, Modifier.weight(1f), style = Ronde.type.body.strong)
        if (form.draft.involved.isEmpty()) Text(speech.optional, style = Ronde.type.meta, color = Ronde.colors.muted)
    }
    for (kind in InvolvedKind.entries) {
        form.draft.involved.filter { it.kind == kind }.forEachIndexed { index, one -> key(one.id) { OneInvolved(form, one, index + 1, words) } }
    }
    FlowRow(horizontalArrangement = Arrangement.spacedBy(8.dp), verticalArrangement = Arrangement.spacedBy(8.dp)) {
        OutlinedButton(speech.addPerson, { onAdd(InvolvedKind.PERSON) }, icon = "user-plus")
        OutlinedButton(speech.addVehicle, { onAdd(InvolvedKind.VEHICLE) }, icon = "car")
    }
}

@Composable
private fun OneInvolved(form: FormState, one: Involved, number: Int, words: Words) {
    val speech = FormWords.current
    val name = if (one.kind == InvolvedKind.PERSON) speech.person(number) else speech.vehicle(number)
    Panel(padding = 14.dp) {
        Column(verticalArrangement = Arrangement.spacedBy(8.dp)) {
            FlowRow(
                Modifier.fillMaxWidth(),
                horizontalArrangement = Arrangement.SpaceBetween,
                itemVerticalAlignment = Alignment.CenterVertically,
            ) {
                Text(name, style = Ronde.type.body.strong)
                QuietButton(speech.remove, { form.remove(one.id) }, icon = "trash")
            }
            val asked = if (one.kind == InvolvedKind.PERSON) words.forms.person else words.forms.vehicle
            for (field in asked) Word(form, one, field, words)
        }
    }
}

/** A word about someone: one of those that the catalogue has, else typed. */
@Composable
private fun Word(form: FormState, one: Involved, field: org.ronde.Field, words: Words) {
    val label = words.label("field/${field.code}")
    val held = (one.fields[field.code] as? FactValue.Text)?.v1.orEmpty()
    val kind = field.kind
    if (kind is FieldKind.Choice) return Offered(form, one, field.code, kind.choices, held, label, words)
    val place = "${one.id}/${field.code}"
    val plate = field.code == "plate"
    val capitalization = if (plate) KeyboardCapitalization.Characters else KeyboardCapitalization.Sentences
    Field(
        label = label, value = held, onValue = { form.describe(one.id, field.code, it) },
        wraps = true,
        keyboard = KeyboardOptions(capitalization = capitalization),
        style = if (plate) Ronde.type.data.copy(fontSize = Ronde.type.body.fontSize) else Ronde.type.body,
        requester = slot(form, place), onFocus = { form.holds(place) },
    )
}

/** Words to press, one of them or none; a word that the catalogue does not have, as drafts of before held, stands among them. */
@Composable
private fun Offered(form: FormState, one: Involved, field: String, choices: List<String>, held: String, label: String, words: Words) {
    Text(label, style = Ronde.type.micro.medium, color = Ronde.colors.subtle)
    FlowRow(Modifier.padding(bottom = 4.dp).selectableGroup(), Arrangement.spacedBy(6.dp), Arrangement.spacedBy(6.dp)) {
        val older = held.takeUnless { it.isBlank() || it in choices }
        for (choice in choices + listOfNotNull(older)) {
            val said = words.value(field, FactValue.Text(choice))
            Pressed(said, choice == held, said = "$label, $said") { form.describe(one.id, field, if (choice == held) "" else choice) }
        }
    }
}
