// People and vehicles involved: any number, each with a few words, all optional. Changes with what is
// asked of them.
package org.ronde.ui.form

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.runtime.Composable
import androidx.compose.runtime.key
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.input.KeyboardCapitalization
import androidx.compose.ui.unit.dp
import org.ronde.FactValue
import org.ronde.Involved
import org.ronde.InvolvedKind
import org.ronde.ui.parts.Field
import org.ronde.ui.parts.Icon
import org.ronde.ui.parts.OutlinedButton
import org.ronde.ui.parts.Panel
import org.ronde.ui.parts.QuietButton
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.strong

/** Everyone and every vehicle of the draft, and the buttons that add one. */
@Composable
internal fun InvolvedSection(form: FormState, onAdd: (InvolvedKind) -> Unit) {
    val words = FormWords.current
    Row(Modifier.heightIn(min = 32.dp), Arrangement.spacedBy(12.dp), Alignment.CenterVertically) {
        Icon("user")
        Text(words.people, Modifier.weight(1f), style = Ronde.type.body.strong)
        if (form.draft.involved.isEmpty()) Text(words.optional, style = Ronde.type.meta, color = Ronde.colors.muted)
    }
    for (kind in InvolvedKind.entries) {
        form.draft.involved.filter { it.kind == kind }.forEachIndexed { index, one -> key(one.id) { OneInvolved(form, one, index + 1) } }
    }
    FlowRow(horizontalArrangement = Arrangement.spacedBy(8.dp), verticalArrangement = Arrangement.spacedBy(8.dp)) {
        OutlinedButton(words.addPerson, { onAdd(InvolvedKind.PERSON) }, icon = "user-plus")
        OutlinedButton(words.addVehicle, { onAdd(InvolvedKind.VEHICLE) }, icon = "car")
    }
}

@Composable
private fun OneInvolved(form: FormState, one: Involved, number: Int) {
    val words = FormWords.current
    val name = if (one.kind == InvolvedKind.PERSON) words.person(number) else words.vehicle(number)
    Panel(padding = 14.dp) {
        Column(verticalArrangement = Arrangement.spacedBy(8.dp)) {
            FlowRow(
                Modifier.fillMaxWidth(),
                horizontalArrangement = Arrangement.SpaceBetween,
                itemVerticalAlignment = Alignment.CenterVertically,
            ) {
                Text(name, style = Ronde.type.body.strong)
                QuietButton(words.remove, { form.remove(one.id) }, icon = "trash")
            }
            if (one.kind == InvolvedKind.PERSON) {
                Word(form, one, "role", words.role, words.roles)
                Word(form, one, "age_band", words.ageBand, words.ageBands)
            } else {
                Word(form, one, "plate", words.plate, capitals = true)
                Word(form, one, "make", words.make)
                Word(form, one, "colour", words.colour)
                Word(form, one, "role", words.role, words.vehicleRoles)
            }
            Word(form, one, "description", words.description)
        }
    }
}

/** A word about someone, typed or pressed. */
@Composable
private fun Word(
    form: FormState,
    one: Involved,
    field: String,
    label: String,
    offered: List<String> = emptyList(),
    capitals: Boolean = false,
) {
    val code = "${one.id}/$field"
    val value = (one.fields[field] as? FactValue.Text)?.v1.orEmpty()
    val capitalization = if (capitals) KeyboardCapitalization.Characters else KeyboardCapitalization.Sentences
    Field(
        label = label, value = value, onValue = { form.describe(one.id, field, it) },
        wraps = true,
        keyboard = KeyboardOptions(capitalization = capitalization),
        style = if (capitals) Ronde.type.data.copy(fontSize = Ronde.type.body.fontSize) else Ronde.type.body,
        requester = slot(form, code), onFocus = { form.holds(code) },
    )
    if (offered.isEmpty()) return
    FlowRow(Modifier.padding(bottom = 4.dp), Arrangement.spacedBy(6.dp), Arrangement.spacedBy(6.dp)) {
        for (word in offered) {
            Pressed(word, word == value, said = "$label, $word") {
                form.describe(one.id, field, if (word == value) "" else word)
            }
        }
    }
}
