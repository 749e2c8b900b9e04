// What a person adds to a report in words: their statement, or why its filing is void. Changes with what
// may be added.
package org.ronde.ui.detail

import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.ui.text.input.KeyboardCapitalization
import org.ronde.Adding
import org.ronde.core.Report
import org.ronde.core.Repository
import org.ronde.ui.form.STATEMENT
import org.ronde.ui.form.slot
import org.ronde.ui.parts.Field
import org.ronde.ui.parts.LocalReadOnly
import org.ronde.ui.parts.MainButton
import org.ronde.ui.parts.Sheet
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde

/** One's own words, added to a report. */
@Composable
internal fun StatementSheet(repository: Repository, report: Report, onClose: () -> Unit) {
    val speech = DetailWords.current
    val begun = rememberBegun(repository, report, Adding.Statement, onClose = onClose)
    val asking = Asking(speech.addStatement, speech.statementLabel, speech.statementHint, speech.add, "plus", lines = 6)
    Typing(repository, begun, Adding.Statement, asking)
}

/** Why a filing is void. */
@Composable
internal fun VoidSheet(repository: Repository, report: Report, onClose: () -> Unit) {
    val speech = DetailWords.current
    val begun = rememberBegun(repository, report, Adding.Void, onClose = onClose)
    val late = report.detail.item.row.voided && !begun.busy
    val said = if (late) speech.voidedAlready else speech.voidHint
    Typing(repository, begun, Adding.Void, Asking(speech.voidTitle, speech.voidReason, null, speech.voidReport, "ban", lines = 3, said, late))
}

private data class Asking(
    val title: String,
    val label: String,
    val hint: String?,
    val act: String,
    val icon: String,
    val lines: Int,
    val said: String? = null,
    /** It can no longer be added: it is only read, or thrown away. */
    val late: Boolean = false,
)

/** A field and the one act it is for. */
@Composable
private fun Typing(repository: Repository, begun: Begun, what: Adding, asked: Asking) {
    Sheet(asked.title, begun::close, veilCloses = !begun.holds, footer = {
        Hindrance(repository, begun)
        if (!asked.late) MainButton(asked.act, begun::add, icon = asked.icon, enabled = begun.holds && !begun.busy)
        DropButton(repository, begun, what)
    }) {
        asked.said?.let { Text(it, style = Ronde.type.meta, color = Ronde.colors.muted) }
        val form = begun.form ?: return@Sheet
        CompositionLocalProvider(LocalReadOnly provides (begun.busy || asked.late)) {
            Field(
                label = asked.label,
                value = form.draft.statement,
                onValue = form::state,
                hint = asked.hint,
                lines = asked.lines,
                keyboard = KeyboardOptions(capitalization = KeyboardCapitalization.Sentences),
                requester = slot(form, STATEMENT),
                onFocus = { form.holds(STATEMENT) },
            )
        }
    }
}
