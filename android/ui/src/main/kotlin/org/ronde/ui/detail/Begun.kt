// What is begun about a report, in hand while its sheet is open: kept as it is typed, added by one act or
// thrown away. Knows the repository, no field. Changes with what may be begun.
package org.ronde.ui.detail

import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.Stable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import org.ronde.Adding
import org.ronde.Draft
import org.ronde.FactValue
import org.ronde.Language
import org.ronde.NotebookException
import org.ronde.core.Report
import org.ronde.core.Repository
import org.ronde.core.isSame
import org.ronde.ui.form.FormState
import org.ronde.ui.form.FormWords
import org.ronde.ui.parts.OutlinedButton
import org.ronde.ui.parts.Problem
import org.ronde.ui.parts.QuietButton
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde

/** What is begun in an open sheet. What the report says already is shown, and never kept as typed. */
@Stable
internal class Begun(
    private val repository: Repository,
    private val scope: CoroutineScope,
    private val facts: Map<String, FactValue>,
    private val onClose: () -> Unit,
) {
    /** What is typed; none while it is being read. */
    var form: FormState? by mutableStateOf(null)
        private set

    /** Why it could not be read, or added. */
    var refused: NotebookException? by mutableStateOf(null)
        private set

    /** It is on its way into the report: nothing of it changes. */
    val busy: Boolean get() = form?.isFrozen == true

    /** Something is typed. */
    val holds: Boolean get() = form?.let { typed(it.draft).run { statement.isNotBlank() || facts.isNotEmpty() } } == true

    /** The facts that are typed, by name. */
    val codes: Set<String> get() = form?.let { typed(it.draft).facts.keys }.orEmpty()

    /** The version of the report that it was begun from. */
    val shown: List<String>? get() = form?.draft?.about?.shown

    suspend fun open(report: Report, adding: Adding, language: Language) = try {
        val held = held(report, adding)
        form = FormState(held.copy(facts = facts + held.facts), language) { now ->
            refused = null
            repository.keep(typed(now))
        }
    } catch (no: NotebookException) {
        refused = no
    }

    /** What was begun; anew when the report came to say the same meanwhile. */
    private suspend fun held(report: Report, adding: Adding): Draft {
        val (doc, heads) = report.detail.item.row.doc to report.detail.heads
        val held = repository.begin(doc, adding, heads)
        if (held.facts.isEmpty() || typed(held).facts.isNotEmpty()) return held
        return try {
            repository.discard(held.id)
            repository.begin(doc, adding, heads)
        } catch (_: NotebookException) {
            // It is thrown away with the act of the sheet, or by hand.
            held
        }
    }

    /** Adds it to the report, and closes the sheet. */
    fun add() = act { if (holds) repository.add(it.draft.id) else discard(it) }

    /** Throws it away, and closes the sheet. */
    fun drop() = act(::discard)

    private suspend fun discard(form: FormState) = try {
        repository.discard(form.draft.id)
    } catch (_: NotebookException.NotFound) {
        // It is neither typed nor on the disk.
    }

    /** Leaves the sheet: what is typed waits. Closed halfway through adding, nobody would know where the words are. */
    fun close() {
        if (busy) return
        form?.leave()
        onClose()
    }

    private fun act(done: suspend (FormState) -> Unit) {
        val form = form?.takeUnless { it.isFrozen } ?: return
        form.isFrozen = true
        scope.launch {
            try {
                done(form)
                onClose()
            } catch (no: NotebookException) {
                // Once it is done nothing of it is typed any more: what was added would be begun again.
                refused = no
                form.isFrozen = false
            }
        }
    }

    private fun typed(draft: Draft) = draft.copy(facts = changed(facts, draft.facts))
}

/** What is begun of [adding] about a report, in hand; [facts]: what a form of it shows before anything is typed. */
@Composable
internal fun rememberBegun(
    repository: Repository,
    report: Report,
    adding: Adding,
    facts: Map<String, FactValue> = emptyMap(),
    onClose: () -> Unit,
): Begun {
    val scope = rememberCoroutineScope()
    val language = Ronde.language
    val begun = remember(adding, language) { Begun(repository, scope, facts, onClose) }
    LaunchedEffect(begun) { begun.open(report, adding, language) }
    return begun
}

/** What differs, by name; nothing that was taken back, for a fact is corrected and never erased. */
internal fun changed(before: Map<String, FactValue>, typed: Map<String, FactValue>): Map<String, FactValue> =
    typed.filter { (code, value) -> !value.isSame(before[code]) }

/** Beside the act of a sheet: what stands in its way, or is not on the disk. */
@Composable
internal fun Hindrance(repository: Repository, begun: Begun) {
    val words by repository.words.collectAsState()
    val unsaved by repository.unsaved.collectAsState()
    val notKept = begun.form?.let { unsaved[it.draft.id] }
    Problem(begun.refused?.let(words::said) ?: notKept?.let { "${words.said(it)} ${FormWords.current.notKept}" })
}

/** Throws away what is typed, or waits; asked twice. */
@Composable
internal fun DropButton(repository: Repository, begun: Begun, what: Adding) {
    val everyBegun by repository.begun.collectAsState()
    val draft = begun.form?.draft
    val isThere = begun.holds || everyBegun.any { it.id == draft?.id }
    if (draft != null && isThere && !begun.busy) AskedTwice(draft, what, begun::drop)
}

/** What keeps it stands where the first press was, across the sheet: a double tap destroys nothing. */
@Composable
internal fun AskedTwice(draft: Draft, what: Adding, onDrop: () -> Unit) {
    val speech = DetailWords.current
    var sure by remember(draft.statement, draft.facts) { mutableStateOf(false) }
    if (sure) {
        LaunchedEffect(draft) {
            delay(ARMED)
            sure = false
        }
        Text(speech.dropAsked, Modifier.semantics { liveRegion = LiveRegionMode.Polite }, style = Ronde.type.meta)
        OutlinedButton(speech.dropSurely, onDrop, Modifier.fillMaxWidth(), icon = "trash")
        QuietButton(speech.dropNot, { sure = false }, Modifier.fillMaxWidth())
    } else {
        QuietButton(speech.drop(what), { sure = true }, Modifier.fillMaxWidth(), icon = "trash")
    }
}

// A question that nobody answers is not asked any more.
private val ARMED = 10.seconds
