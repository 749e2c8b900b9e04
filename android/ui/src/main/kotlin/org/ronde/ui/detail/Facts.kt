// Facts with who wrote them, version 1 beside what was corrected; people and vehicles. Changes with
// how facts are shown.
package org.ronde.ui.detail

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import org.ronde.Shown
import org.ronde.core.Report
import org.ronde.ui.parts.Hairline
import org.ronde.ui.parts.Icon
import org.ronde.ui.parts.Panel
import org.ronde.ui.parts.PressedRow
import org.ronde.ui.parts.QuietButton
import org.ronde.ui.parts.Rung
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.medium

@Composable
internal fun FactList(report: Report, facts: FactWords, onAdd: () -> Unit, onFact: (key: String) -> Unit) {
    val detail = report.detail
    val speech = facts.speech
    PartHeading(speech.facts)
    val codes = facts.inOrder(detail.facts.keys.mapNotNull(::codeOf) - HEAD, detail.item.row.reportType)
    if (codes.isEmpty()) Text(speech.noFacts, color = Ronde.colors.muted)
    else Panel {
        codes.forEachIndexed { index, code ->
            if (index > 0) Hairline()
            val key = "facts/$code"
            val shown = detail.facts.getValue(key)
            PressedRow({ onFact(key) }, act = speech.see) {
                OneFact(report, code, shown, facts, Modifier.weight(1f))
                Icon("chevron-right", tint = Ronde.colors.muted)
            }
        }
    }
    if (missing(report, facts).isNotEmpty()) QuietButton(speech.complete, onAdd, icon = "plus")
}

@Composable
private fun OneFact(report: Report, code: String, shown: Shown, facts: FactWords, modifier: Modifier) {
    val speech = facts.speech
    val key = "facts/$code"
    Column(modifier, verticalArrangement = Arrangement.spacedBy(2.dp)) {
        Text(facts.label(code), style = Ronde.type.micro.medium, color = Ronde.colors.subtle)
        if (shown.diverges) {
            // Both in the order of the card above, in the same ink: no value leads.
            val apart = report.detail.divergences.find { it.key == key }?.voices?.map { it.value } ?: (listOf(shown.value) + shown.also)
            for (value in apart) Text(facts.value(code, value))
            Row(horizontalArrangement = Arrangement.spacedBy(6.dp), verticalAlignment = Alignment.CenterVertically) {
                Icon("arrows-split-2", size = 17.dp, tint = Rung.NeedsYou.colors.ink)
                Text(speech.undecidedStill, style = Ronde.type.meta, color = Rung.NeedsYou.colors.ink)
            }
        } else {
            Text(facts.value(code, shown.value))
            report.detail.wrote[key]?.let {
                Text("${it.name} · ${facts.words.moment(it.t.wallMs)}", style = Ronde.type.meta, color = Ronde.colors.muted)
            }
        }
        val first = report.detail.first[key]
        if (first != shown.value || shown.diverges) {
            val said = first?.let { "${speech.version1}${speech.colon} ${facts.value(code, it)}" } ?: speech.notInVersion1
            Text(said.replaceFirstChar { it.uppercase() }, style = Ronde.type.meta, color = Ronde.colors.muted)
        }
    }
}

/** People and vehicles, each under what is said of it. */
@Composable
internal fun InvolvedList(all: Map<String, Shown>, facts: FactWords) {
    val groups = all.filterKeys { it.startsWith("person/") || it.startsWith("vehicle/") }
        .toSortedMap().entries.groupBy { it.key.substringBeforeLast('/') }
    if (groups.isEmpty()) return
    val speech = facts.speech
    PartHeading(speech.involved)
    Panel {
        groups.entries.forEachIndexed { index, (group, said) ->
            if (index > 0) Hairline()
            Row(Modifier.padding(14.dp), Arrangement.spacedBy(12.dp)) {
                val person = group.startsWith("person/")
                Icon(if (person) "user" else "car", tint = Ronde.colors.muted)
                Column {
                    Text(if (person) speech.person else speech.vehicle, style = Ronde.type.micro.medium, color = Ronde.colors.subtle)
                    for ((key, shown) in said) {
                        val code = key.substringAfterLast('/')
                        Text((listOf(shown.value) + shown.also).joinToString(" / ") { facts.value(code, it) })
                    }
                }
            }
        }
    }
}

// What the head of the report says already, or no person wrote.
private val HEAD = setOf("type", "template", "no_statement")
