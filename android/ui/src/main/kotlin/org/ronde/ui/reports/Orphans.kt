// What is begun about a report that is not on this phone: its row beside the drafts, and the sheet where it is
// read or thrown away. Changes with what may be done with words that have no report.
package org.ronde.ui.reports

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.itemsIndexed
import androidx.compose.foundation.text.selection.SelectionContainer
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import kotlinx.coroutines.launch
import org.ronde.Draft
import org.ronde.NotebookException
import org.ronde.core.Repository
import org.ronde.core.Words
import org.ronde.ui.detail.AskedTwice
import org.ronde.ui.detail.DetailWords
import org.ronde.ui.detail.FactWords
import org.ronde.ui.parts.Icon
import org.ronde.ui.parts.PressedRow
import org.ronde.ui.parts.Problem
import org.ronde.ui.parts.Sheet
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.strong

internal fun LazyListScope.orphans(all: List<Draft>, words: Words, onRead: (String) -> Unit) =
    itemsIndexed(all, { _, draft -> "orphan/${draft.id}" }) { index, draft ->
        Card(index, all.size) {
            val speech = ReportsWords.current
            PressedRow({ onRead(draft.id) }, act = speech.read) {
                Icon("pencil", tint = Ronde.colors.status.draft.ink)
                Text(speech.name(draft, words), Modifier.weight(1f))
                Text(speech.read, style = Ronde.type.body.strong, color = Ronde.colors.accentText)
            }
        }
    }

/** Words without their report, to read or to throw away. */
@Composable
internal fun OrphanSheet(repository: Repository, draft: Draft, onClose: () -> Unit) {
    val words by repository.words.collectAsState()
    val communes by repository.communes.collectAsState()
    val (speech, detail) = ReportsWords.current to DetailWords.current
    val facts = remember(words, communes, detail) { FactWords(words, detail, communes) }
    val scope = rememberCoroutineScope()
    var refused by remember { mutableStateOf<NotebookException?>(null) }
    Sheet(speech.name(draft, words), onClose, footer = {
        Problem(refused?.let(words::said))
        draft.about?.let { about ->
            AskedTwice(draft, about.adding) {
                scope.launch {
                    try {
                        repository.discard(draft.id)
                        onClose()
                    } catch (no: NotebookException) {
                        refused = no
                    }
                }
            }
        }
    }) {
        Text(speech.withoutReport, style = Ronde.type.meta, color = Ronde.colors.muted)
        SelectionContainer {
            Text((listOf(draft.statement) + draft.facts.map { (code, value) -> "${facts.label(code)}${detail.colon} ${facts.value(code, value)}" })
                .filter { it.isNotBlank() }.joinToString("\n"))
        }
    }
}

private fun ReportsWords.name(draft: Draft, words: Words): String =
    begun(checkNotNull(draft.about).adding, words.label("type/${draft.reportType}").removePrefix("type/"))
