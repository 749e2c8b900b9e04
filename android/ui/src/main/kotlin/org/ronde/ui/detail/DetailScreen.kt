// A report on screen: opens it, keeps it as it is now, and the sheets over it. Knows the repository;
// its parts know only the report. Changes with what a person may do with a report.
package org.ronde.ui.detail

import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.flow.drop
import kotlinx.coroutines.flow.first
import org.ronde.Adding
import org.ronde.NotebookException
import org.ronde.core.Report
import org.ronde.core.Repository
import org.ronde.ui.parts.Header
import org.ronde.ui.parts.SheetStage
import org.ronde.ui.parts.SyncLine
import org.ronde.ui.parts.SyncTone
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde

/** What is being read of a report. */
private sealed interface Opened {
    data object Reading : Opened

    /** The report as it was last read; [because] when a later reading was refused. */
    class Shown(val report: Report, val because: NotebookException? = null) : Opened

    class Refused(val because: NotebookException) : Opened
}

/** A sheet over the report, as a word that survives a kill: `correct:facts/people_count`. */
@JvmInline
internal value class Asked(val word: String) {
    val kind: String get() = word.substringBefore(':')
    val key: String get() = word.substringAfter(':', "")

    companion object {
        val Receipt = Asked("receipt")
        val Statement = Asked("statement")
        val Void = Asked("void")
        val Missing = Asked("missing")
        fun fact(key: String) = Asked("fact:$key")
        fun correct(key: String) = Asked("correct:$key")

        fun of(adding: Adding) = when (adding) {
            is Adding.Statement -> Statement
            is Adding.Void -> Void
            is Adding.Correction -> correct(adding.key)
        }
    }
}

/** Détail. [onBack]: none where the list stands beside. */
@Composable
fun DetailScreen(repository: Repository, doc: String, onBack: (() -> Unit)?) {
    var opened by remember(doc) { mutableStateOf<Opened>(Opened.Reading) }
    LaunchedEffect(doc) {
        while (true) {
            try {
                repository.report(doc).collect { opened = Opened.Shown(it) }
            } catch (refused: NotebookException) {
                // What is on screen stays, and whatever is being written over it.
                val last = opened
                opened = if (last is Opened.Shown) Opened.Shown(last.report, refused) else Opened.Refused(refused)
            }
            // What was locked or not there yet may come with the next conversation.
            repository.sync.drop(1).first()
        }
    }
    when (val now = opened) {
        is Opened.Reading -> Header("", onBack)
        is Opened.Shown -> Shown(repository, now.report, now.because, onBack)
        is Opened.Refused -> {
            val words by repository.words.collectAsState()
            Column {
                Header("", onBack)
                Text(words.said(now.because), Modifier.padding(16.dp))
            }
        }
    }
}

@Composable
private fun Shown(repository: Repository, report: Report, because: NotebookException?, onBack: (() -> Unit)?) {
    val words by repository.words.collectAsState()
    val communes by repository.communes.collectAsState()
    val identity by repository.identity.collectAsState()
    val speech = DetailWords.current
    val facts = remember(words, communes, speech) { FactWords(words, speech, communes) }
    val telling = remember(facts, identity?.device) { Telling(facts, identity?.device) }
    val doc = report.detail.item.row.doc
    // Not at each keystroke of a sheet: the whole report would be told again under it.
    val begun by remember(doc) { repository.begun.waiting(doc) }.collectAsState(remember(doc) { waiting(doc, repository.begun.value) })
    var word by rememberSaveable(doc) { mutableStateOf(leftOpen(repository, doc)?.word.orEmpty()) }
    val asked = Asked(word)
    val close: () -> Unit = { word = "" }
    val ask: (Asked) -> Unit = { word = it.word }
    val sheet: (@Composable () -> Unit)? = when (asked.kind) {
        "receipt" -> ({ ReceiptSheet(report.receipt, words, close) })
        "statement" -> ({ StatementSheet(repository, report, close) })
        "void" -> ({ VoidSheet(repository, report, close) })
        "missing" -> ({ MissingSheet(report, facts, close) { ask(Asked.correct(it)) } })
        "fact" -> ({ FactSheet(report, asked.key, facts, close) { ask(Asked.correct(asked.key)) } })
        "correct" -> ({ CorrectSheet(repository, report, asked.key, facts, close) })
        else -> null
    }
    SheetStage(sheet) {
        Column {
            if (because != null) SyncLine(SyncTone.Asks, words.said(because))
            Box(Modifier.weight(1f)) { DetailBody(report, facts, telling, identity?.agent, begun, onBack, ask) }
        }
    }
}

/** A sheet that nobody left by hand: the app was killed over it. */
private fun leftOpen(repository: Repository, doc: String): Asked? =
    repository.begun.value.filter { it.about?.doc == doc && it.focus != null }.maxByOrNull { it.savedMs }
        ?.about?.let { Asked.of(it.adding) }
