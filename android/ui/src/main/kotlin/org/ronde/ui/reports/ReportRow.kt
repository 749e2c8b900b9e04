// One report of a list: mark, title, hour; place and who; at most two chips, the state and then what
// asks something. Changes with what a row says.
package org.ronde.ui.reports

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.drawBehind
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.selected
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import java.time.Instant
import java.time.ZoneId
import java.time.format.DateTimeFormatter
import org.ronde.ListItem
import org.ronde.Row as ReportFacts
import org.ronde.core.Words
import org.ronde.ui.parts.OutlinedChip
import org.ronde.ui.parts.PressedRow
import org.ronde.ui.parts.Rung
import org.ronde.ui.parts.SeverityMark
import org.ronde.ui.parts.StatusChip
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.strong

/** A report as a row. [commune]: name of its commune; [mine]: its author's name is not repeated; [selected]: open beside. */
@Composable
fun ReportRow(item: ListItem, words: Words, commune: String?, mine: Boolean, selected: Boolean, onPress: () -> Unit) {
    val colors = Ronde.colors
    val (ground, edge) = if (selected) colors.accentTint to colors.accent else colors.surface to colors.surface
    Box(Modifier.background(ground).drawBehind { drawRect(edge, size = Size(EDGE.toPx(), size.height)) }) {
        PressedRow(onPress, Modifier.semantics { this.selected = selected }, act = ReportsWords.current.see) {
            SeverityMark(item.row.severity.toInt(), Modifier.align(Alignment.Top))
            Column(Modifier.weight(1f), verticalArrangement = Arrangement.spacedBy(4.dp)) {
                Title(item.row)
                val where = listOfNotNull(commune, item.row.authorName.takeUnless { mine })
                if (where.isNotEmpty()) Text(where.joinToString(" · "), style = Ronde.type.meta, color = colors.muted)
                Chips(item, words)
            }
        }
    }
}

/** Title and hour: beside one another, or below when words are large, and then none is cut. */
@Composable
private fun Title(row: ReportFacts) {
    val large = LocalDensity.current.fontScale >= LARGE
    FlowRow(Modifier.fillMaxWidth(), Arrangement.spacedBy(8.dp)) {
        val all = if (large) Modifier.fillMaxWidth() else Modifier.weight(1f)
        Text(row.title, all, style = Ronde.type.body.strong, maxLines = if (large) Int.MAX_VALUE else TITLE_LINES)
        Text(hourOf(row.recordedMs), style = Ronde.type.meta, color = Ronde.colors.muted)
    }
}

@Composable
private fun Chips(item: ListItem, words: Words) {
    FlowRow(horizontalArrangement = Arrangement.spacedBy(6.dp), verticalArrangement = Arrangement.spacedBy(6.dp)) {
        StatusChip(Rung.of(item.status), words.status(item.status))
        Asked(item.row)
    }
}

/** What a report asks of somebody, or what is to be known of it before it is believed: one thing. */
@Composable
fun Asked(row: ReportFacts) {
    val speech = ReportsWords.current
    when {
        row.voided -> OutlinedChip(speech.voided, icon = "ban")
        row.divergences > 0u -> StatusChip(Rung.NeedsYou, speech.divergences(row.divergences.toInt()), icon = "arrows-split-2")
        row.toComplete -> OutlinedChip(speech.toComplete, icon = "pencil")
        row.doubtfulTime -> OutlinedChip(speech.doubtfulTime, icon = "clock")
        row.urgent -> OutlinedChip(speech.urgent, icon = "alert-circle")
    }
}

private fun hourOf(ms: Long): String = HOUR.format(Instant.ofEpochMilli(ms).atZone(ZoneId.systemDefault()))

private val HOUR = DateTimeFormatter.ofPattern("HH:mm")
private val EDGE = 3.dp
private const val TITLE_LINES = 3
private const val LARGE = 1.5f
