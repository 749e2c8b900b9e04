// The parts of a report in the order they are read: what, what is disputed, who saw what, facts, what
// became of it, who wrote it. Changes with that order.
package org.ronde.ui.detail

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import org.ronde.core.Report
import org.ronde.ui.parts.Header
import org.ronde.ui.parts.Heading
import org.ronde.ui.parts.OutlinedButton
import org.ronde.ui.parts.QuietButton
import org.ronde.ui.parts.Rung
import org.ronde.ui.parts.SeverityMark
import org.ronde.ui.parts.StatusChip
import org.ronde.ui.parts.Text
import org.ronde.ui.reports.Asked as AskedChip
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.medium

@Composable
internal fun DetailBody(
    report: Report,
    facts: FactWords,
    telling: Telling,
    self: String?,
    begun: List<Waits>,
    onBack: (() -> Unit)?,
    ask: (Asked) -> Unit,
) {
    val detail = report.detail
    val speech = facts.speech
    Column(Modifier.fillMaxSize()) {
        Header(detail.item.row.title, onBack)
        Box(Modifier.fillMaxWidth().verticalScroll(rememberScrollState()), contentAlignment = Alignment.TopCenter) {
            Column(
                Modifier.widthIn(max = WIDEST).fillMaxWidth().padding(start = 16.dp, end = 16.dp, bottom = 24.dp),
                verticalArrangement = Arrangement.spacedBy(12.dp),
            ) {
                Head(report, facts) { ask(Asked.Receipt) }
                Waiting(begun, facts) { ask(Asked.of(it)) }
                for (apart in detail.divergences.sortedByDescending { it.open }) DivergenceCard(apart, facts, telling)
                Statements(detail.statements, facts, telling)
                OutlinedButton(speech.addStatement, { ask(Asked.Statement) }, Modifier.fillMaxWidth(), icon = "plus")
                FactList(report, facts, onAdd = { ask(Asked.Missing) }) { ask(Asked.fact(it)) }
                InvolvedList(detail.facts, facts)
                Handling(detail.lifecycle, detail.comments, facts)
                Timeline(remember(report, telling) { telling.tell(report) }, facts)
                if (detail.item.row.author == self && !detail.item.row.voided) {
                    QuietButton(speech.voidReport, { ask(Asked.Void) }, icon = "ban")
                }
            }
        }
    }
}

/** Mark, state, when, where, by whom, under which number. */
@Composable
private fun Head(report: Report, facts: FactWords, onReceipt: () -> Unit) {
    val row = report.detail.item.row
    val (words, speech) = facts.words to facts.speech
    Row(Modifier.fillMaxWidth(), Arrangement.spacedBy(12.dp)) {
        SeverityMark(row.severity.toInt(), size = 44.dp)
        Column(Modifier.weight(1f), verticalArrangement = Arrangement.spacedBy(6.dp)) {
            FlowRow(horizontalArrangement = Arrangement.spacedBy(6.dp), verticalArrangement = Arrangement.spacedBy(6.dp)) {
                StatusChip(Rung.of(report.detail.item.status), words.status(report.detail.item.status))
                AskedChip(row)
            }
            val hours = listOfNotNull(
                speech.observed(words.moment(row.occurredMs)).takeIf { apart(row.occurredMs, row.recordedMs) },
                speech.written(words.moment(row.recordedMs)),
            ).joinToString(", ").replaceFirstChar { it.uppercase() }
            Text(hours, style = Ronde.type.meta, color = Ronde.colors.muted)
            val who = listOfNotNull(facts.commune(row.commune), row.authorName, row.unit.takeIf { it.isNotBlank() })
            Text(who.joinToString(" · "), style = Ronde.type.meta, color = Ronde.colors.muted)
            report.detail.item.number?.let { Text("${speech.number} $it", style = Ronde.type.data, color = Ronde.colors.muted) }
        }
    }
    OutlinedButton(speech.receipt, onReceipt, Modifier.fillMaxWidth(), icon = "qrcode")
}

/** Times that differ by more than five minutes are both said. */
private fun apart(oneMs: Long, otherMs: Long) = kotlin.math.abs(oneMs - otherMs) > FIVE_MINUTES_MS

/** The title of a part of the report. */
@Composable
internal fun PartHeading(said: String, hint: String? = null) {
    Column(Modifier.padding(top = 8.dp)) {
        Heading(said)
        if (hint != null) Text(hint, style = Ronde.type.micro.medium, color = Ronde.colors.subtle)
    }
}

private const val FIVE_MINUTES_MS = 5 * 60 * 1000L
private val WIDEST = 720.dp
