// What a person adds to a report: their statement, or why its filing is void. Changes with what may be
// added.
package org.ronde.ui.detail

import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.MutableState
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.setValue
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.ui.text.input.KeyboardCapitalization
import kotlinx.coroutines.launch
import org.ronde.NotebookException
import org.ronde.core.Report
import org.ronde.core.Repository
import org.ronde.ui.parts.Field
import org.ronde.ui.parts.LocalReadOnly
import org.ronde.ui.parts.MainButton
import org.ronde.ui.parts.Problem
import org.ronde.ui.parts.Sheet
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde

/** One's own words, added to a report. */
@Composable
internal fun StatementSheet(repository: Repository, report: Report, typed: MutableState<String>, onClose: () -> Unit) {
    val speech = DetailWords.current
    val doc = report.detail.item.row.doc
    Typing(
        repository,
        Asking(speech.addStatement, speech.statementLabel, speech.statementHint, speech.add, "plus", lines = 6),
        typed,
        onClose,
    ) { words -> repository.state(doc, words) }
}

/** Why a filing is void. */
@Composable
internal fun VoidSheet(repository: Repository, report: Report, typed: MutableState<String>, onClose: () -> Unit) {
    val speech = DetailWords.current
    val doc = report.detail.item.row.doc
    Typing(
        repository,
        Asking(speech.voidTitle, speech.voidReason, null, speech.voidReport, "ban", lines = 3, said = speech.voidHint),
        typed,
        onClose,
    ) { reason -> repository.void(doc, reason) }
}

private data class Asking(
    val title: String,
    val label: String,
    val hint: String?,
    val act: String,
    val icon: String,
    val lines: Int,
    val said: String? = null,
)

/** A field and the one act it is for. What is typed is its owner's: it outlives the sheet until the act is done. */
@Composable
private fun Typing(
    repository: Repository,
    asked: Asking,
    held: MutableState<String>,
    onClose: () -> Unit,
    act: suspend (String) -> Unit,
) {
    var typed by held
    var refused by remember { mutableStateOf<NotebookException?>(null) }
    var busy by remember { mutableStateOf(false) }
    val words by repository.words.collectAsState()
    val scope = rememberCoroutineScope()
    // Closed halfway, nobody would know whether the words are in the report.
    val close: () -> Unit = { if (!busy) onClose() }
    Sheet(asked.title, close, veilCloses = typed.isBlank(), footer = {
        Problem(refused?.let(words::said))
        MainButton(asked.act, icon = asked.icon, enabled = typed.isNotBlank() && !busy, onClick = {
            busy = true
            scope.launch {
                try {
                    act(typed)
                    typed = ""
                    onClose()
                } catch (no: NotebookException) {
                    refused = no
                } finally {
                    busy = false
                }
            }
        })
    }) {
        asked.said?.let { Text(it, style = Ronde.type.meta, color = Ronde.colors.muted) }
        CompositionLocalProvider(LocalReadOnly provides busy) {
            Field(
                label = asked.label,
                value = typed,
                onValue = {
                    typed = it
                    refused = null
                },
                hint = asked.hint,
                lines = asked.lines,
                keyboard = KeyboardOptions(capitalization = KeyboardCapitalization.Sentences),
            )
        }
    }
}
