// One fact: every value it had, with who wrote it; and the editor that corrects it, made of the form's
// own fields. Changes with how a fact is corrected.
package org.ronde.ui.detail

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import org.ronde.Adding
import org.ronde.Commune
import org.ronde.FactValue
import org.ronde.Field
import org.ronde.FieldKind
import org.ronde.core.Report
import org.ronde.core.Repository
import org.ronde.ui.form.FactField
import org.ronde.ui.form.FormState
import org.ronde.ui.form.FormWords
import org.ronde.ui.form.Land
import org.ronde.ui.form.PlaceFields
import org.ronde.ui.form.SeverityPicker
import org.ronde.ui.form.isHalfACommune
import org.ronde.ui.parts.Hairline
import org.ronde.ui.parts.Icon
import org.ronde.ui.parts.LocalReadOnly
import org.ronde.ui.parts.MainButton
import org.ronde.ui.parts.Panel
import org.ronde.ui.parts.PressedRow
import org.ronde.ui.parts.Problem
import org.ronde.ui.parts.Sheet
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.strong

/** Every value of a fact, the first first. */
@Composable
internal fun FactSheet(report: Report, key: String, facts: FactWords, onClose: () -> Unit, onCorrect: () -> Unit) {
    val speech = facts.speech
    val code = codeOf(key) ?: key
    val written = report.history.flatMap { step -> step.writes.filter { it.key == key }.map { step to it } }
    Sheet(facts.label(code), onClose, footer = { MainButton(speech.correct, onCorrect, icon = "pencil") }) {
        written.forEachIndexed { index, (step, write) ->
            if (index > 0) Hairline()
            Column(Modifier.semantics(mergeDescendants = true) {}, verticalArrangement = Arrangement.spacedBy(2.dp)) {
                Text(facts.value(code, write.value), style = Ronde.type.title.copy(fontSize = 20.sp, lineHeight = 26.sp))
                val by = step.provenance
                val hour = by?.let { speech.written(facts.words.moment(it.t.wallMs)) }
                Text(listOfNotNull(by?.name ?: speech.unknown, hour).joinToString(", "), style = Ronde.type.meta)
                if (step.isFirst) Text(speech.version1, style = Ronde.type.meta.strong, color = Ronde.colors.muted)
            }
        }
        if (written.isEmpty()) report.detail.facts[key]?.let { Text(facts.value(code, it.value)) }
    }
}

/** What the form asks of this type and nobody entered yet; one of them opens its editor. */
@Composable
internal fun MissingSheet(report: Report, facts: FactWords, onClose: () -> Unit, onFact: (key: String) -> Unit) {
    val speech = facts.speech
    Sheet(speech.complete, onClose) {
        Text(speech.completeHint, style = Ronde.type.meta, color = Ronde.colors.muted)
        Panel {
            missing(report, facts).forEachIndexed { index, code ->
                if (index > 0) Hairline()
                PressedRow({ onFact("facts/$code") }, act = speech.correct) {
                    Text(facts.label(code), Modifier.weight(1f))
                    Icon("chevron-right", tint = Ronde.colors.muted)
                }
            }
        }
    }
}

/** The fields without a fact: those of the report's type, then the common ones, as the form has them. */
internal fun missing(report: Report, facts: FactWords): List<String> {
    val type = facts.words.forms.types.find { it.code == report.detail.item.row.reportType } ?: return emptyList()
    val asked = type.fields + if (type.noContent) emptyList() else facts.words.forms.common
    return asked.map { it.code }.filter { "facts/$it" !in report.detail.facts && it !in NOT_TYPED && !it.startsWith(IMPORTED) }
}

/** Corrects a fact from the version on screen when it was begun. */
@Composable
internal fun CorrectSheet(repository: Repository, report: Report, key: String, facts: FactWords, onClose: () -> Unit) {
    val speech = facts.speech
    val code = codeOf(key) ?: return onClose()
    val seen = remember(key) { factsOf(report) }
    val begun = rememberBegun(repository, report, Adding.Correction(key), seen, onClose)
    val communes by repository.communes.collectAsState()
    var pressed by remember(begun) { mutableStateOf(false) }
    Sheet("${speech.correctTitle}${speech.colon} ${facts.label(code)}", begun::close, veilCloses = !begun.holds, footer = {
        Hindrance(repository, begun)
        Problem(FormWords.current.chooseCommune.takeIf { pressed && begun.namesHalfACommune(communes) })
        MainButton(speech.keep, {
            pressed = true
            if (begun.isFit(code, communes)) begun.add()
        }, icon = "check")
        DropButton(repository, begun, Adding.Correction(key))
    }) {
        Text(speech.correctHint, style = Ronde.type.meta, color = Ronde.colors.muted)
        val form = begun.form ?: return@Sheet
        if (begun.shown?.toSet() != report.detail.heads.toSet()) (begun.codes + code).forEach { SaysNow(report, it, facts) }
        CompositionLocalProvider(LocalReadOnly provides begun.busy) { Editor(repository, form, code, seen["position"], facts) }
    }
}

private fun Begun.isFit(code: String, communes: List<Commune>) =
    form?.unfit()?.none { it.field == code } == true && !namesHalfACommune(communes)

private fun Begun.namesHalfACommune(communes: List<Commune>) = "commune" in codes && form?.isHalfACommune(communes) == true

/** What the report came to say of a fact since its correction was begun, or at any time before. */
@Composable
private fun SaysNow(report: Report, code: String, facts: FactWords) {
    val shown = report.detail.facts["facts/$code"] ?: return
    val by = report.detail.wrote["facts/$code"] ?: return
    val value = (listOf(shown.value) + shown.also).joinToString(" / ") { facts.value(code, it) }
    val said = facts.speech.saysNow(value, by.name ?: facts.speech.unknown, facts.words.moment(by.t.wallMs))
    Text(said, Modifier.semantics { liveRegion = LiveRegionMode.Polite }, style = Ronde.type.meta.strong)
}

@Composable
private fun ColumnScope.Editor(repository: Repository, form: FormState, code: String, position: FactValue?, facts: FactWords) {
    val communes by repository.communes.collectAsState()
    when (code) {
        "severity" -> SeverityPicker(form, byDefault = 1)
        "commune" -> {
            val land = remember(communes) { Land(communes, repository::communeAt) }
            PlaceFields(form, land, facts.words.forms, facts.words, known = position)
        }
        else -> FactField(form, facts.field(code) ?: Field(code, FieldKind.Text(LONGEST), false), facts.words)
    }
}

/** The report's facts as a form shows them. */
private fun factsOf(report: Report): Map<String, FactValue> =
    report.detail.facts.mapNotNull { (key, shown) -> codeOf(key)?.let { it to shown.value } }.toMap()

// What no field of a form holds.
private val NOT_TYPED = setOf("type", "template", "no_statement")
// What an import says of where a report came from.
private const val IMPORTED = "source_"
private const val LONGEST = 10_000uL
