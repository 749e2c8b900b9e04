// The author's own words, or that there is nothing to state. Changes with how statements are written.
package org.ronde.ui.form

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.runtime.Composable
import androidx.compose.ui.text.input.KeyboardCapitalization
import androidx.compose.ui.unit.dp
import org.ronde.FactValue
import org.ronde.core.Words
import org.ronde.ui.parts.Field

/** The field that a report begins with. */
@Composable
internal fun StatementField(form: FormState, words: Words, problem: String?) {
    val speech = FormWords.current
    Column(verticalArrangement = Arrangement.spacedBy(2.dp)) {
        Field(
            label = speech.seen,
            value = form.draft.statement,
            onValue = form::state,
            problem = problem,
            hint = speech.seenHint,
            lines = 4,
            keyboard = KeyboardOptions(capitalization = KeyboardCapitalization.Sentences),
            requester = slot(form, STATEMENT),
            onFocus = { form.holds(STATEMENT) },
        )
        // Words written are never contradicted by a tick left on.
        if (form.draft.statement.isBlank()) {
            val nothing = form.fact("no_statement") == FactValue.Flag(true)
            Tick(speech.nothingSeen, nothing) { form.put("no_statement", if (it) FactValue.Flag(true) else null) }
        }
    }
}

internal const val STATEMENT = "statement"
