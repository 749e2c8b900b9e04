// Synchro: how far everything is in three lines, why it waits and since when, what a person must do,
// and Envoyer maintenant. Every cause is the core's sentence. Changes with what is to be known of it.
package org.ronde.ui.sync

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.launch
import org.ronde.Cause
import org.ronde.NotebookException
import org.ronde.PersonsAct
import org.ronde.SyncStatus
import org.ronde.core.Repository
import org.ronde.core.Words
import org.ronde.ui.app.TabHeader
import org.ronde.ui.parts.MainButton
import org.ronde.ui.parts.OutlinedButton
import org.ronde.ui.parts.SyncLine
import org.ronde.ui.parts.SyncTone

/**
 * Synchro. [trailing] stands at the right of the title, such as the settings; [acts]: what this phone can do
 * itself of what a person is asked.
 */
@Composable
fun SyncScreen(
    repository: Repository,
    onReport: (doc: String) -> Unit,
    acts: Map<PersonsAct, () -> Unit> = emptyMap(),
    trailing: @Composable () -> Unit = {},
) {
    val words by repository.words.collectAsState()
    val sync by repository.sync.collectAsState()
    val aside by repository.setAside.collectAsState()
    val reports by repository.reports.collectAsState()
    Box(Modifier.fillMaxSize(), contentAlignment = Alignment.TopCenter) {
        Column(Modifier.widthIn(max = WIDEST).fillMaxSize()) {
            TabHeader(SyncWords.current.title, trailing)
            Column(
                Modifier.weight(1f).verticalScroll(rememberScrollState()).padding(start = 16.dp, end = 16.dp, bottom = 12.dp),
                verticalArrangement = Arrangement.spacedBy(10.dp),
            ) {
                HowFar(sync.status, words)
                Why(sync.status, words, acts)
                AsideList(aside, words, onReport)
                Queue(reports.items, sync.status, onReport)
            }
            SendNow(repository, sync.running)
        }
    }
}

/** Why everything stands as it does, then what is to be known besides; each with what a person does about it. */
@Composable
private fun Why(status: SyncStatus, words: Words, acts: Map<PersonsAct, () -> Unit>) {
    val (title, kept) = words.sentence(status).split(" · ", limit = 2).let { it.first() to it.getOrNull(1) }
    val calm = SyncWords.current.nothingLost.takeIf { status.waiting > 0uL && toneOf(status.cause) == SyncTone.Waiting }
    // How many reports wait is counted above.
    OneCause(status.cause, status.act, title, listOfNotNull(calm ?: kept), acts)
    for (note in status.notes.filterNot { it.cause == Cause.ALL_RECEIVED }) {
        OneCause(note.cause, note.act, words.sentence(note), emptyList(), acts)
    }
}

/** A cause, and its act: a button where this phone can do it, else words. */
@Composable
private fun OneCause(cause: Cause, act: PersonsAct?, title: String, more: List<String>, acts: Map<PersonsAct, () -> Unit>) {
    val asked = act?.let { SyncWords.current.act(it) }
    val done = act?.let(acts::get)
    val detail = more + listOfNotNull(asked.takeIf { done == null }?.let { "$it." })
    SyncLine(toneOf(cause), title, detail = detail.joinToString("\n").ifEmpty { null }, icon = iconOf(cause))
    if (asked != null && done != null) OutlinedButton(asked, done, Modifier.fillMaxWidth())
}

private fun toneOf(cause: Cause): SyncTone = when (cause) {
    Cause.ALL_RECEIVED, Cause.NOTHING_WRITTEN -> SyncTone.Received
    in ASKING -> SyncTone.Asks
    else -> SyncTone.Waiting
}

private fun iconOf(cause: Cause): String = when (cause) {
    Cause.READING_LOCKED -> "lock"
    Cause.CLOCK_OFF -> "clock"
    Cause.ALL_RECEIVED, Cause.NOTHING_WRITTEN -> "cloud-check"
    Cause.SENDING -> "refresh"
    Cause.STOPPED, Cause.SERVER_BUSY, Cause.NO_NETWORK -> "clock-pause"
    else -> "hand-stop"
}

@Composable
private fun SendNow(repository: Repository, running: Boolean) {
    val speech = SyncWords.current
    val scope = rememberCoroutineScope()
    var asked by remember { mutableStateOf(false) }
    Column(Modifier.fillMaxWidth().padding(start = 16.dp, end = 16.dp, bottom = 12.dp), verticalArrangement = Arrangement.spacedBy(10.dp)) {
        if (running || asked) {
            OutlinedButton(speech.stop, repository::stop, Modifier.fillMaxWidth(), icon = "x", height = 64.dp)
        } else {
            MainButton(speech.sendNow, icon = "send", onClick = {
                asked = true
                scope.launch {
                    try {
                        repository.synchronise()
                    } catch (_: NotebookException) {
                        // The status says why, in the line above.
                    } finally {
                        asked = false
                    }
                }
            })
        }
    }
}

// What a person must do something about: nothing else leaves before that.
private val ASKING = setOf(
    Cause.STORAGE_FULL, Cause.UPDATE_NEEDED, Cause.REVOKED, Cause.NOT_ENROLLED, Cause.CLOCK_OFF, Cause.SET_ASIDE, Cause.SERVER_REFUSED,
)
private val WIDEST = 720.dp
