// Qui a écrit quoi, quand: dots on a line, the name and what was done, then how. A long history is
// folded to its latest steps. Also what became of the report, and the supervision's words.
// Changes with how a history is shown.
package org.ronde.ui.detail

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.IntrinsicSize
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxHeight
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.SpanStyle
import androidx.compose.ui.text.buildAnnotatedString
import androidx.compose.ui.text.withStyle
import androidx.compose.ui.unit.dp
import org.ronde.Lifecycle
import org.ronde.Remark
import org.ronde.ui.parts.Icon
import org.ronde.ui.parts.Panel
import org.ronde.ui.parts.QuietButton
import org.ronde.ui.parts.Rung
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.strong

/** What the supervision did with it, and the words it left. */
@Composable
internal fun Handling(life: Lifecycle, remarks: List<Remark>, facts: FactWords) {
    val (words, speech) = facts.words to facts.speech
    PartHeading(speech.handling)
    Panel(padding = 14.dp) {
        val said = buildList {
            life.read?.let { add(Rung.Read to speech.readBy(it.provenance?.name ?: speech.unknown, words.moment(it.atMs))) }
            life.assigned?.let { act ->
                val (by, hour) = (act.provenance?.name ?: speech.unknown) to words.moment(act.atMs)
                add(Rung.Assigned to (handedTo(act.assignee, by)?.let { speech.assignedTo(it, hour) } ?: speech.takenBy(by, hour)))
            }
            life.closed?.let {
                add(Rung.Closed to speech.closedBy(it.reason.orEmpty(), it.provenance?.name ?: speech.unknown, words.moment(it.atMs)))
            }
        }
        if (said.isEmpty()) Text(speech.notRead, color = Ronde.colors.muted)
        for ((rung, line) in said) {
            Row(Modifier.padding(vertical = 4.dp), Arrangement.spacedBy(12.dp), Alignment.CenterVertically) {
                Icon(rung.icon, tint = rung.colors.ink)
                Text(line, Modifier.weight(1f))
            }
        }
    }
    if (remarks.isEmpty()) return
    PartHeading(speech.comments)
    for (remark in remarks) {
        Panel(padding = 14.dp) {
            val by = remark.provenance
            Text(by?.name ?: speech.unknown, style = Ronde.type.body.strong)
            Text(remark.text, Modifier.padding(vertical = 4.dp))
            if (by != null) {
                val hour = speech.written(words.moment(by.t.wallMs)).replaceFirstChar { it.uppercase() }
                Text(hour, style = Ronde.type.micro, color = Ronde.colors.subtle)
            }
        }
    }
}

@Composable
internal fun Timeline(all: List<Told>, facts: FactWords) {
    val speech = facts.speech
    var open by rememberSaveable { mutableStateOf(false) }
    PartHeading(speech.history)
    val shown = if (open || all.size <= FOLDED) all else all.takeLast(FOLDED)
    val older = all.size - shown.size
    if (older > 0) QuietButton("${speech.openAll} (${speech.older(older)})", { open = true }, icon = "history")
    Column {
        shown.forEachIndexed { index, told -> OneStep(told, index == shown.lastIndex, facts) }
    }
}

@Composable
private fun OneStep(told: Told, last: Boolean, facts: FactWords) {
    Row(Modifier.height(IntrinsicSize.Min).semantics(mergeDescendants = true) {}, Arrangement.spacedBy(12.dp)) {
        Column(horizontalAlignment = Alignment.CenterHorizontally) {
            val rung = told.rung
            val ground = if (rung == null) Modifier.border(1.dp, Ronde.colors.control, CircleShape)
            else Modifier.background(rung.colors.tint, CircleShape)
            Box(ground.size(28.dp), contentAlignment = Alignment.Center) {
                Icon(told.icon, size = 17.dp, tint = rung?.colors?.ink ?: Ronde.colors.muted)
            }
            if (!last) Box(Modifier.width(2.dp).weight(1f).background(Ronde.colors.hair))
        }
        Column(Modifier.weight(1f).padding(top = 2.dp, bottom = 14.dp)) {
            val strong = Ronde.type.body.strong.fontWeight
            val said = buildAnnotatedString {
                told.who?.let { withStyle(SpanStyle(fontWeight = strong)) { append("$it ") } }
                append(told.what)
            }
            Said(said)
            if (told.how.isNotEmpty()) Text(told.how.replaceFirstChar { it.uppercase() }, style = Ronde.type.meta, color = Ronde.colors.muted)
        }
        told.atMs?.let { Text(facts.words.moment(it), Modifier.padding(top = 2.dp), style = Ronde.type.meta, color = Ronde.colors.muted) }
    }
}

@Composable
private fun Said(said: androidx.compose.ui.text.AnnotatedString) =
    androidx.compose.foundation.text.BasicText(said, style = Ronde.type.body.copy(color = Ronde.colors.text))

private const val FOLDED = 12
