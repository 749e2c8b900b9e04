// The three lines of Synchro, what is set aside, and what leaves next. Changes with their look.
package org.ronde.ui.sync

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.semantics.ProgressBarRangeInfo
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.progressBarRangeInfo
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import org.ronde.ListItem
import org.ronde.SetAside
import org.ronde.Status
import org.ronde.SyncStatus
import org.ronde.core.Words
import org.ronde.ui.parts.Hairline
import org.ronde.ui.parts.Heading
import org.ronde.ui.parts.Icon
import org.ronde.ui.parts.Panel
import org.ronde.ui.parts.PressedRow
import org.ronde.ui.parts.Rung
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.medium
import org.ronde.ui.theme.strong

/** Written and received, waiting, last contact. */
@Composable
internal fun HowFar(status: SyncStatus, words: Words) {
    val speech = SyncWords.current
    Panel(padding = 14.dp) {
        val (received, written) = status.reportsReceived.toLong() to status.reports.toLong()
        Line(Rung.Delivered, "cloud-check", speech.received, speech.of(received, written))
        if (written > 0) Bar(received, written, "${speech.received}, ${speech.of(received, written)}")
        Line(Rung.Stored, "device-mobile", speech.waiting, speech.reports(status.reportsWaiting.toLong()))
        Line(Rung.Read, "history", speech.lastContact, status.lastContactMs?.let { speech.at(words.moment(it)) } ?: speech.never)
    }
}

@Composable
private fun Line(rung: Rung, icon: String, said: String, value: String) {
    Row(
        Modifier.fillMaxWidth().heightIn(min = 44.dp).semantics(mergeDescendants = true) {},
        horizontalArrangement = Arrangement.spacedBy(12.dp),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        Icon(icon, tint = rung.colors.ink)
        // The value goes below when words are large.
        FlowRow(Modifier.weight(1f), Arrangement.SpaceBetween) {
            Text(said, Modifier.padding(end = 8.dp))
            Text(value, style = Ronde.type.body.strong)
        }
    }
}

/** A counted quantity: reports, never a guess of time. */
@Composable
private fun Bar(part: Long, whole: Long, said: String) {
    val share = part.toFloat() / whole
    Box(
        Modifier.fillMaxWidth().padding(top = 2.dp, bottom = 6.dp).height(6.dp).clip(CircleShape).background(Ronde.colors.sunken)
            .semantics {
                contentDescription = said
                progressBarRangeInfo = ProgressBarRangeInfo(share, 0f..1f)
            },
    ) {
        Box(Modifier.fillMaxWidth(share).height(6.dp).background(Rung.Delivered.colors.ink))
    }
}

/** What is set aside and why, each with the report to open. */
@Composable
internal fun AsideList(aside: List<SetAside>, words: Words, onReport: (String) -> Unit) {
    if (aside.isEmpty()) return
    val speech = SyncWords.current
    SmallHeading(speech.asks)
    Panel {
        aside.forEachIndexed { index, one ->
            if (index > 0) Hairline()
            val doc = one.doc
            if (doc == null) OneAside(one, words, Modifier.padding(14.dp))
            else PressedRow({ onReport(doc) }, act = speech.seeReport) {
                OneAside(one, words, Modifier.weight(1f))
                Icon("chevron-right", tint = Ronde.colors.muted)
            }
        }
    }
}

@Composable
private fun OneAside(one: SetAside, words: Words, modifier: Modifier) {
    Row(modifier, Arrangement.spacedBy(12.dp), Alignment.CenterVertically) {
        Icon("hand-stop", tint = Rung.NeedsYou.colors.ink)
        Column {
            Text(words.sentence(one).replaceFirstChar { it.uppercase() })
            if (!one.own) Text(SyncWords.current.notYours, style = Ronde.type.meta, color = Ronde.colors.muted)
        }
    }
}

/** The reports that leave next in the order of their sending: what is urgent, then the oldest. */
@Composable
internal fun Queue(items: List<ListItem>, status: SyncStatus, onReport: (String) -> Unit) {
    val waiting = items.filter { it.status is Status.Stored }.asReversed().sortedByDescending { it.row.urgent }
    if (waiting.isEmpty()) return
    val speech = SyncWords.current
    val shown = waiting.take(SHOWN)
    SmallHeading(speech.order)
    Panel {
        shown.forEachIndexed { index, item ->
            if (index > 0) Hairline()
            PressedRow({ onReport(item.row.doc) }, act = speech.seeReport) {
                Icon("file-text", tint = Ronde.colors.muted)
                Column(Modifier.weight(1f)) {
                    Text(item.row.title, style = Ronde.type.body.strong, maxLines = 2)
                    Text(speech.onFirstNetwork, style = Ronde.type.meta, color = Ronde.colors.muted)
                }
            }
        }
    }
    val more = status.reportsWaiting.toInt() - shown.size
    if (more > 0) Text(speech.more(more), style = Ronde.type.meta, color = Ronde.colors.muted)
}

@Composable
private fun SmallHeading(said: String) = Heading(said, Modifier.padding(start = 2.dp, top = 4.dp), Ronde.type.meta.medium, Ronde.colors.subtle)

private const val SHOWN = 5
