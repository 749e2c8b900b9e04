// Aujourd'hui: who writes, what was filed today, drafts to go on with, how far everything is, and
// Signaler under the thumb. Changes with what an officer looks at first.
package org.ronde.ui.today

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
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import java.time.Instant
import java.time.LocalDate
import java.time.ZoneId
import org.ronde.Cause
import org.ronde.Draft
import org.ronde.FactValue
import org.ronde.Identity
import org.ronde.ListItem
import org.ronde.core.Repository
import org.ronde.core.SyncState
import org.ronde.core.Words
import org.ronde.ui.capture.Direct
import org.ronde.ui.capture.DirectStrip
import org.ronde.ui.parts.Hairline
import org.ronde.ui.parts.Heading
import org.ronde.ui.parts.Icon
import org.ronde.ui.parts.LinkRow
import org.ronde.ui.parts.MainButton
import org.ronde.ui.parts.OutlinedChip
import org.ronde.ui.parts.Panel
import org.ronde.ui.parts.PressedRow
import org.ronde.ui.parts.Rung
import org.ronde.ui.parts.SeverityMark
import org.ronde.ui.parts.StatusChip
import org.ronde.ui.parts.SyncLine
import org.ronde.ui.parts.SyncTone
import org.ronde.ui.parts.Text
import org.ronde.ui.parts.Title
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.medium
import org.ronde.ui.theme.strong

/** Aujourd'hui. [trailing] stands at the right of the title, such as the settings. */
@Composable
fun TodayScreen(
    repository: Repository,
    direct: Direct,
    onCapture: () -> Unit,
    onDraft: (draft: String) -> Unit,
    onReport: (doc: String) -> Unit,
    onReports: () -> Unit,
    onSync: () -> Unit,
    trailing: @Composable () -> Unit = {},
) {
    val words by repository.words.collectAsState()
    val identity by repository.identity.collectAsState()
    val reports by repository.reports.collectAsState()
    val drafts by repository.drafts.collectAsState()
    val today = LocalDate.now()
    val own = reports.items.filter { it.row.author == identity?.agent && dayOf(it.row.recordedMs) == today }
    Box(Modifier.fillMaxSize(), contentAlignment = Alignment.TopCenter) {
        Column(Modifier.widthIn(max = WIDEST).fillMaxSize()) {
            Column(
                Modifier.weight(1f).verticalScroll(rememberScrollState()).padding(start = 16.dp, end = 16.dp, bottom = 16.dp),
                verticalArrangement = Arrangement.spacedBy(10.dp),
            ) {
                Who(identity, today, trailing)
                Drafts(drafts.filterNot { it.id in direct.drafts }, words, onDraft)
                OwnReports(own, words, onReport, onReports)
            }
            Column(Modifier.padding(start = 16.dp, end = 16.dp, top = 8.dp, bottom = 12.dp), Arrangement.spacedBy(10.dp)) {
                DirectStrip(direct, words)
                HowFar(repository, words, onSync)
                MainButton(TodayWords.current.capture, onCapture, icon = "plus")
            }
        }
    }
}

private fun dayOf(ms: Long): LocalDate = Instant.ofEpochMilli(ms).atZone(ZoneId.systemDefault()).toLocalDate()

@Composable
private fun Who(identity: Identity?, today: LocalDate, trailing: @Composable () -> Unit) {
    val speech = TodayWords.current
    Row(Modifier.fillMaxWidth().padding(top = 8.dp), Arrangement.SpaceBetween, Alignment.CenterVertically) {
        Column(Modifier.weight(1f)) {
            Title(speech.title, style = Ronde.type.title.copy(fontSize = 26.sp, lineHeight = 32.sp))
            val who = listOfNotNull(speech.day(today), identity?.name)
            Text(who.joinToString(" · "), style = Ronde.type.meta, color = Ronde.colors.muted)
        }
        trailing()
    }
}

@Composable
private fun Drafts(drafts: List<Draft>, words: Words, onDraft: (String) -> Unit) {
    if (drafts.isEmpty()) return
    val speech = TodayWords.current
    Heading(speech.drafts, Modifier.padding(top = 6.dp), Ronde.type.meta.medium, Ronde.colors.subtle)
    Panel {
        drafts.forEachIndexed { index, draft ->
            if (index > 0) Hairline()
            PressedRow({ onDraft(draft.id) }, act = speech.goOn) {
                val byDefault = words.forms.types.find { it.code == draft.reportType }?.severity?.toInt() ?: 1
                SeverityMark((draft.facts["severity"] as? FactValue.Integer)?.v1?.toInt() ?: byDefault)
                Column(Modifier.weight(1f), verticalArrangement = Arrangement.spacedBy(5.dp)) {
                    Text(draft.name(words), style = Ronde.type.body.strong)
                    StatusChip(Rung.Draft, speech.kept(words.moment(draft.savedMs)))
                }
                Icon("chevron-right", tint = Ronde.colors.muted)
            }
        }
    }
}

private fun Draft.name(words: Words): String {
    val title = (facts["title"] as? FactValue.Text)?.v1?.takeIf { it.isNotBlank() }
    return title ?: words.label("type/$reportType").removePrefix("type/")
}

@Composable
private fun OwnReports(own: List<ListItem>, words: Words, onReport: (String) -> Unit, onReports: () -> Unit) {
    val speech = TodayWords.current
    if (own.isEmpty()) {
        Text(speech.nothing, Modifier.padding(top = 6.dp), color = Ronde.colors.muted)
        return
    }
    Panel {
        own.take(SHOWN).forEachIndexed { index, item ->
            if (index > 0) Hairline()
            ReportRow(item, words) { onReport(item.row.doc) }
        }
    }
    LinkRow(speech.reportsToday(own.size), onReports)
}

@Composable
private fun ReportRow(item: ListItem, words: Words, onPress: () -> Unit) {
    val speech = TodayWords.current
    PressedRow(onPress, act = speech.see) {
        SeverityMark(item.row.severity.toInt(), Modifier.align(Alignment.Top))
        Column(Modifier.weight(1f), verticalArrangement = Arrangement.spacedBy(5.dp)) {
            val hour = words.moment(item.row.recordedMs)
            // Beside large words, an hour leaves no room for the title.
            val large = LocalDensity.current.fontScale > LARGE
            Row(horizontalArrangement = Arrangement.spacedBy(8.dp)) {
                Text(item.row.title, Modifier.weight(1f), style = Ronde.type.body.strong, maxLines = TITLE_LINES)
                if (!large) Text(hour, style = Ronde.type.meta, color = Ronde.colors.muted)
            }
            if (large) Text(hour, style = Ronde.type.meta, color = Ronde.colors.muted)
            FlowRow(horizontalArrangement = Arrangement.spacedBy(6.dp), verticalArrangement = Arrangement.spacedBy(6.dp)) {
                StatusChip(Rung.of(item.status), words.status(item.status))
                val apart = item.row.divergences.toInt()
                if (apart > 0) StatusChip(Rung.NeedsYou, speech.divergences(apart), icon = "arrows-split-2")
                else if (item.row.toComplete) OutlinedChip(speech.toComplete)
            }
        }
    }
}

@Composable
private fun HowFar(repository: Repository, words: Words, onSync: () -> Unit) {
    val sync: SyncState by repository.sync.collectAsState()
    val speech = TodayWords.current
    val status = sync.status
    val asking = (listOf(status.cause) + status.notes.map { it.cause }).any { it in ASKING }
    val tone = when {
        asking -> SyncTone.Asks
        status.cause == Cause.ALL_RECEIVED || status.cause == Cause.NOTHING_WRITTEN -> SyncTone.Received
        else -> SyncTone.Waiting
    }
    val (title, kept) = words.sentence(status).split(" · ", limit = 2).let { it.first() to it.getOrNull(1) }
    val detail = status.notes.firstOrNull()?.let(words::sentence) ?: kept
    SyncLine(tone, title, detail = detail, act = speech.openSync, onClick = onSync)
}

// What only a person can settle.
private val ASKING = setOf(
    Cause.STORAGE_FULL, Cause.UPDATE_NEEDED, Cause.REVOKED, Cause.NOT_ENROLLED, Cause.CLOCK_OFF, Cause.SET_ASIDE, Cause.SERVER_REFUSED,
)
private val WIDEST = 720.dp
private const val SHOWN = 5
private const val TITLE_LINES = 4
private const val LARGE = 1.3f
