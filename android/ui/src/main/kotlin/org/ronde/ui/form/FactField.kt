// A field of the catalogue, by its kind: words, numbers, days, choices, yes or no, periods. Knows the
// kinds, no field by name. Changes when the catalogue gains a kind.
package org.ronde.ui.form

import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.input.KeyboardCapitalization
import androidx.compose.ui.text.input.KeyboardType
import org.ronde.FactValue
import org.ronde.FieldKind
import org.ronde.core.Words
import org.ronde.ui.parts.Field

/** One field of the form; [label] when the catalogue's own says too much. */
@Composable
internal fun FactField(form: FormState, field: org.ronde.Field, words: Words, modifier: Modifier = Modifier, label: String? = null) {
    val said = label ?: words.label("field/${field.code}")
    when (val kind = field.kind) {
        is FieldKind.Flag -> FlagField(form, field.code, said, modifier)
        is FieldKind.Choice -> ChoiceField(form, field, kind.choices, said, words, modifier)
        is FieldKind.Period -> PeriodField(form, field.code, said, modifier)
        else -> TypedField(form, field, said, words, modifier)
    }
}

@Composable
private fun TypedField(form: FormState, field: org.ronde.Field, said: String, words: Words, modifier: Modifier) {
    val form2 = FormWords.current
    val hint = when {
        form.isMissing(field.code) -> form2.toComplete
        field.kind is FieldKind.Date -> form2.dayHint
        field.kind is FieldKind.Position -> form2.coordinatesHint
        else -> null
    }
    Field(
        label = said,
        value = form.words(field),
        onValue = { form.type(field, it) },
        modifier = modifier,
        problem = form.problem(field.code)?.let(words::problem),
        hint = hint,
        wraps = field.kind is FieldKind.Text || field.kind is FieldKind.Reference,
        keyboard = keyboardOf(field.kind),
        requester = slot(form, field.code),
        onFocus = { form.holds(field.code) },
    )
}

private fun keyboardOf(kind: FieldKind): KeyboardOptions = when (kind) {
    is FieldKind.Integer -> KeyboardOptions(keyboardType = KeyboardType.Number)
    is FieldKind.Decimal -> KeyboardOptions(keyboardType = KeyboardType.Decimal)
    is FieldKind.Date -> KeyboardOptions(keyboardType = KeyboardType.Number)
    is FieldKind.Text -> KeyboardOptions(capitalization = KeyboardCapitalization.Sentences)
    else -> KeyboardOptions.Default
}

/** The value of a choice or of any fact of words. */
internal fun FactValue?.text(): String? = (this as? FactValue.Text)?.v1?.takeIf { it.isNotBlank() }
