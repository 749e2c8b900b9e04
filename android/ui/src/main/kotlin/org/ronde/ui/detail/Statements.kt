// What each author saw, verbatim: one column an author, of the same size, in the order they wrote;
// what the author adds later stands below, never merged. Changes with how statements are shown.
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
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.text.selection.SelectionContainer
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import org.ronde.StatementView
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Radius
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.medium
import org.ronde.ui.theme.strong

@Composable
internal fun Statements(all: List<StatementView>, facts: FactWords, telling: Telling) {
    val speech = facts.speech
    PartHeading(speech.statements, speech.statementsHint.takeIf { all.isNotEmpty() })
    if (all.isEmpty()) return Text(speech.noStatement, color = Ronde.colors.muted)
    // The words of one author stand together; authors in the order of their first words.
    val authors = all.groupBy { it.statement.by to it.statement.sourceAuthor }.values.toList()
    SideBySide(authors) { parts, modifier -> OneAuthor(parts, facts, telling, modifier) }
}

@Composable
private fun OneAuthor(parts: List<StatementView>, facts: FactWords, telling: Telling, modifier: Modifier) {
    val speech = facts.speech
    val shape = RoundedCornerShape(Radius.card)
    val first = parts.first()
    Column(
        modifier.background(Ronde.colors.surface, shape).border(1.dp, Ronde.colors.hair, shape).padding(14.dp),
        verticalArrangement = Arrangement.spacedBy(8.dp),
    ) {
        Column {
            Text(first.provenance?.name ?: speech.unknown, style = Ronde.type.body.strong)
            val role = listOfNotNull(facts.words.role(first.statement.role), first.provenance?.unit).filter { it.isNotBlank() }
            Text(role.joinToString(" · "), style = Ronde.type.meta, color = Ronde.colors.muted)
            first.statement.sourceAuthor?.let { Text(speech.takenFrom(it), style = Ronde.type.meta.medium, color = Ronde.colors.muted) }
        }
        Words(first, facts, telling)
        for (later in parts.drop(1)) {
            Row(Modifier.height(IntrinsicSize.Min), Arrangement.spacedBy(12.dp)) {
                Box(Modifier.width(2.dp).fillMaxHeight().background(Ronde.colors.control))
                Column(verticalArrangement = Arrangement.spacedBy(4.dp)) { Words(later, facts, telling, speech.later) }
            }
        }
    }
}

@Composable
private fun Words(part: StatementView, facts: FactWords, telling: Telling, verb: String? = null) {
    SelectionContainer { Text(part.statement.text) }
    val by = part.provenance
    val hour = facts.speech.written(facts.words.moment(by?.t?.wallMs ?: part.statement.atMs))
    val said = if (verb == null) hour.replaceFirstChar { it.uppercase() } else hour.replaceFirst(hour.substringBefore(' '), verb)
    val offline = by?.receivedMs?.let { it - by.t.wallMs > OFFLINE_MS }
    Text(
        listOfNotNull(said, by?.let { telling.how(it, offline) }).joinToString(", "),
        style = Ronde.type.micro,
        color = Ronde.colors.subtle,
    )
}

private const val OFFLINE_MS = 2 * 60 * 1000L
