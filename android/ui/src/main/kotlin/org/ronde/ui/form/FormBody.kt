// The fields of a form in their order, and Déposer in the thumb zone. Changes with the order of the form.
package org.ronde.ui.form

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
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
import org.ronde.FactValue
import org.ronde.NotebookException
import org.ronde.ReportType
import org.ronde.core.Repository
import org.ronde.core.Words
import org.ronde.ui.parts.Hairline
import org.ronde.ui.parts.Header
import org.ronde.ui.parts.Heading
import org.ronde.ui.parts.MainButton
import org.ronde.ui.parts.OutlinedButton
import org.ronde.ui.parts.QuietButton
import org.ronde.ui.parts.Rung
import org.ronde.ui.parts.StatusChip
import org.ronde.ui.parts.SyncLine
import org.ronde.ui.parts.SyncTone
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde

@Composable
internal fun FormBody(repository: Repository, form: FormState, onBack: () -> Unit, refused: NotebookException?, onFile: () -> Unit) {
    val words by repository.words.collectAsState()
    val type = words.forms.types.find { it.code == form.draft.reportType }
    Column(Modifier.fillMaxSize(), horizontalAlignment = Alignment.CenterHorizontally) {
        Column(Modifier.weight(1f).widthIn(max = WIDEST).fillMaxWidth()) {
            Header(words.label("type/${form.draft.reportType}").removePrefix("type/"), onBack) { Kept(repository, form, words) }
            Column(
                Modifier.weight(1f).verticalScroll(rememberScrollState()).padding(start = 16.dp, end = 16.dp, bottom = 16.dp),
                verticalArrangement = Arrangement.spacedBy(10.dp),
            ) {
                NotOnDisk(repository, form, words)
                if (type?.noContent == true) NoContentFields(form, type, words) else Fields(repository, form, type, words)
            }
        }
        Footer(words, refused, onFile)
    }
}

/** When the draft was last on disk. */
@Composable
private fun Kept(repository: Repository, form: FormState, words: Words) {
    val drafts by repository.drafts.collectAsState()
    val speech = FormWords.current
    val kept = drafts.find { it.id == form.draft.id }?.savedMs
    StatusChip(Rung.Draft, if (kept == null) speech.draft else speech.keptAt(words.moment(kept)))
}

/** Typed words that the disk refused, and why. */
@Composable
private fun NotOnDisk(repository: Repository, form: FormState, words: Words) {
    val unsaved by repository.unsaved.collectAsState()
    val because = unsaved[form.draft.id] ?: return
    val scope = rememberCoroutineScope()
    val speech = FormWords.current
    SyncLine(SyncTone.Asks, words.said(because), detail = speech.notKept)
    OutlinedButton(speech.retry, { scope.launch { repository.flush() } }, icon = "refresh")
}

@Composable
private fun ColumnScope.NoContentFields(form: FormState, type: ReportType, words: Words) {
    // There is nothing to state where nothing is kept: the report is complete without words.
    LaunchedEffect(form) { form.put("no_statement", FactValue.Flag(true)) }
    Text(FormWords.current.noContent)
    val period = rememberPeriod(form, OCCURRED)
    HourField(form, OCCURRED, FormWords.current.start, period.start) { period.type { start = it } }
    val shown = type.fields.filterNot { it.code in SEALED || it.code == OCCURRED || it.code == "no_statement" }
    for (field in shown) FactField(form, field, words)
}

@Composable
private fun ColumnScope.Fields(repository: Repository, form: FormState, type: ReportType?, words: Words) {
    val communes by repository.communes.collectAsState()
    val land = remember(communes) { Land(communes, repository::communeAt) }
    val scope = rememberCoroutineScope()
    val common = words.forms.common.associateBy { it.code }
    val own = type?.fields.orEmpty()

    StatementField(form, words, form.problem(STATEMENT)?.let(words::problem))
    SeverityPicker(form, type?.severity?.toInt() ?: 1)
    FlagField(form, "urgent", words.label("field/urgent"))
    Opening(form, PLACE, { open, press -> PlaceCard(form, land, open, press) }) { PlaceFields(form, land, words.forms, words) }
    When(form, own.find { it.code == COUNT }, words)
    common["title"]?.let { FactField(form, it, words) }
    val rest = own.filterNot { it.code == COUNT || it.code in SEALED }
    if (rest.isNotEmpty()) Heading(FormWords.current.facts, Modifier.padding(top = 6.dp))
    for (field in rest) FactField(form, field, words)
    InvolvedSection(form, words) { kind -> scope.launch { form.add(repository.newId(), kind) } }
    val more = words.forms.common.filterNot { it.code in SEALED || it.code in PLACED || own.any { one -> one.code == it.code } }
    Opening(form, more.map { it.code }.toSet(), { open, press -> More(open, press) }) {
        for (field in more) FactField(form, field, words)
    }
}

/** The hour it began, how many people, and the rest of when behind one button. */
@Composable
private fun ColumnScope.When(form: FormState, count: org.ronde.Field?, words: Words) {
    val speech = FormWords.current
    val period = rememberPeriod(form, OCCURRED)
    val start: @Composable (Modifier) -> Unit = { HourField(form, OCCURRED, speech.start, period.start, it) { period.type { start = it } } }
    if (count == null) start(Modifier) else Beside(start) { FactField(form, count, words, it) }
    Opening(form, TIMES, { open, press ->
        QuietButton(speech.whenTitle, press, icon = if (open) "chevron-up" else "clock")
    }) { PeriodRest(form, OCCURRED, period, observed = true) }
}

@Composable
private fun More(open: Boolean, onPress: () -> Unit) {
    val speech = FormWords.current
    QuietButton(if (open) speech.fewer else speech.more, onPress, icon = if (open) "chevron-up" else "chevron-down")
}

/** Fields behind a button; open from the start when the field that was left is one of them. */
@Composable
private fun ColumnScope.Opening(
    form: FormState,
    codes: Set<String>,
    button: @Composable (open: Boolean, onPress: () -> Unit) -> Unit,
    fields: @Composable ColumnScope.() -> Unit,
) {
    var open by remember(form) { mutableStateOf(form.comeBackTo in codes) }
    button(open) { open = !open }
    if (open) fields()
}

@Composable
private fun Footer(words: Words, refused: NotebookException?, onFile: () -> Unit) {
    Hairline()
    Box(Modifier.fillMaxWidth().background(Ronde.colors.surface), contentAlignment = Alignment.Center) {
        Column(
            Modifier.widthIn(max = WIDEST).padding(start = 16.dp, end = 16.dp, top = 12.dp, bottom = 16.dp),
            verticalArrangement = Arrangement.spacedBy(10.dp),
        ) {
            if (refused != null) SyncLine(SyncTone.Asks, words.said(refused))
            MainButton(FormWords.current.file, onFile, icon = "check")
        }
    }
}

private const val OCCURRED = "occurred"
private const val COUNT = "people_count"
private val PLACE = setOf("address", "commune", "position", "place_kind")
private val TIMES = setOf("$OCCURRED.day", "$OCCURRED.last", "$OCCURRED.end", "$OCCURRED.observed")

// Said elsewhere in the form; the source of a report is said by imports only.
private val PLACED = PLACE + setOf(OCCURRED, "title", "severity", "urgent", "no_statement", "source_type", "source_area", "source_id")

// Written by the core.
private val SEALED = setOf("type", "template")
private val WIDEST = 560.dp
