// The form of a draft, whole: opens it, keeps it, files it. Knows the repository; its parts know only
// the state in hand. Changes with what filing asks of a person.
package org.ronde.ui.form

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.launch
import org.ronde.NotebookException
import org.ronde.Problem
import org.ronde.core.Repository
import org.ronde.ui.parts.Header
import org.ronde.ui.parts.LocalReadOnly
import org.ronde.ui.parts.MainButton
import org.ronde.ui.parts.QuietButton
import org.ronde.ui.parts.Sheet
import org.ronde.ui.parts.SheetStage
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.strong

/** What the identifier of a draft turned out to be. */
private sealed interface Opened {
    /** A draft to go on with. */
    class Writing(val form: FormState) : Opened

    /** A report: the draft was filed, now or before. */
    data object Filed : Opened

    /** Neither; the sentence says why. */
    class Nothing(val because: NotebookException) : Opened
}

/**
 * The form of a draft. [onBack] leaves it, filed or kept; [onFiled] asks to see the filed report.
 * Opened again on a draft that was filed meanwhile, it says so.
 */
@Composable
fun FormScreen(repository: Repository, draftId: String, onBack: () -> Unit, onFiled: (doc: String) -> Unit) {
    var opened by remember(draftId) { mutableStateOf<Opened?>(null) }
    val language = Ronde.language
    LaunchedEffect(draftId) {
        opened = try {
            Opened.Writing(FormState(repository.draft(draftId), language, repository::keep))
        } catch (gone: NotebookException) {
            if (isReport(repository, draftId)) Opened.Filed else Opened.Nothing(gone)
        }
    }
    when (val now = opened) {
        null -> Unit
        is Opened.Writing -> WritingForm(repository, now.form, onBack) { opened = Opened.Filed }
        is Opened.Filed -> FiledNotice(repository, draftId, onBack) { onFiled(draftId) }
        is Opened.Nothing -> Gone(repository, now.because, onBack)
    }
}

private suspend fun isReport(repository: Repository, id: String): Boolean = try {
    repository.read(id)
    true
} catch (_: NotebookException) {
    false
}

@Composable
private fun Gone(repository: Repository, because: NotebookException, onBack: () -> Unit) {
    val words by repository.words.collectAsState()
    Column {
        Header("", onBack)
        Text(words.said(because), Modifier.padding(16.dp))
    }
}

/** The form while it is filled, and what stands in the way of filing. */
@Composable
private fun WritingForm(repository: Repository, form: FormState, onBack: () -> Unit, onFiled: () -> Unit) {
    val scope = rememberCoroutineScope()
    var refused by remember { mutableStateOf<NotebookException?>(null) }
    var unfit by remember { mutableStateOf<List<Problem>>(emptyList()) }

    fun file() {
        if (form.isFrozen) return
        form.dropHalfACommune(repository.communes.value)
        form.isFrozen = true
        scope.launch {
            try {
                repository.file(form.draft.id)
                onFiled()
            } catch (asked: NotebookException.FixForm) {
                form.isFrozen = false
                unfit = asked.problems
            } catch (other: NotebookException) {
                form.isFrozen = false
                refused = other
            }
        }
    }

    var leaving by remember { mutableStateOf(false) }
    val leave: () -> Unit = {
        if (!leaving) {
            leaving = true
            scope.launch {
                repository.flush()
                onBack()
            }
        }
    }
    val sheet: (@Composable () -> Unit)? = if (unfit.isEmpty()) null else {
        {
            Unfit(repository, form, unfit, onCorrect = { unfit = emptyList() }) {
                form.drop(unfit.mapTo(mutableSetOf()) { it.field })
                unfit = emptyList()
                file()
            }
        }
    }
    SheetStage(sheet) {
        CompositionLocalProvider(LocalReadOnly provides form.isFrozen) {
            FormBody(repository, form, leave, refused, onFile = {
                refused = null
                file()
            })
        }
    }
}

/** What cannot be filed as it was typed: to correct, or to file without. */
@Composable
private fun Unfit(repository: Repository, form: FormState, problems: List<Problem>, onCorrect: () -> Unit, onWithout: () -> Unit) {
    val words by repository.words.collectAsState()
    val speech = FormWords.current
    val facts = problems.all { it.field in form.draft.facts }
    Sheet(speech.unfitTitle, onCorrect, footer = {
        if (facts) {
            MainButton(speech.fileWithout, onWithout)
            QuietButton(speech.correct, onCorrect)
        } else {
            MainButton(speech.correct, onCorrect)
        }
    }) {
        for (problem in problems) {
            Column(verticalArrangement = Arrangement.spacedBy(2.dp)) {
                Text(words.problem(problem), style = Ronde.type.body.strong)
                val typed = form.fact(problem.field).text()?.lines()?.filter { it.isNotBlank() }?.joinToString(" ") ?: continue
                Text("« ${typed.take(SHOWN)} »", style = Ronde.type.meta, color = Ronde.colors.muted)
            }
        }
    }
}

private const val SHOWN = 200
