// The list itself: sections and rows, each under a key of its own, so that what arrives above does not
// move what is read. Changes with the sections of the list.
package org.ronde.ui.reports

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.LazyListState
import androidx.compose.foundation.lazy.itemsIndexed
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.unit.dp
import java.time.LocalDate
import java.time.ZoneId
import org.ronde.Cause
import org.ronde.Draft
import org.ronde.FactValue
import org.ronde.SetAside
import org.ronde.core.Repository
import org.ronde.core.Words
import org.ronde.ui.parts.Hairline
import org.ronde.ui.parts.Heading
import org.ronde.ui.parts.Icon
import org.ronde.ui.parts.PressedRow
import org.ronde.ui.parts.Rung
import org.ronde.ui.parts.SeverityMark
import org.ronde.ui.parts.StatusChip
import org.ronde.ui.parts.SyncLine
import org.ronde.ui.parts.SyncTone
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.medium
import org.ronde.ui.theme.strong

@Composable
internal fun ReportList(
    repository: Repository,
    sought: Sought,
    state: LazyListState,
    self: String?,
    hidden: Set<String>,
    selected: String?,
    onReport: (String) -> Unit,
    onDraft: (String) -> Unit,
    onOrphan: (String) -> Unit,
    onSync: () -> Unit,
    modifier: Modifier,
) {
    val words by repository.words.collectAsState()
    val aside by repository.setAside.collectAsState()
    val drafts by repository.drafts.collectAsState()
    val orphaned by repository.orphaned.collectAsState()
    val sync by repository.sync.collectAsState()
    val trouble by repository.trouble.collectAsState()
    val communes by repository.communes.collectAsState()
    val named = remember(communes) { communes.associate { it.insee to it.name } }
    val speech = ReportsWords.current
    val days = remember(sought.items) { byDay(sought.items, ZoneId.systemDefault()) }
    val today = LocalDate.now()
    val bare = sought.query.isEmpty() && sought.filter != Filter.Mine
    val asks = rememberHeld(aside.filter { it.own }, sought.held)
    val begun = rememberHeld(drafts.filterNot { it.id in hidden }, sought.held)
    val lost = rememberHeld(orphaned, sought.held)
    val locked = rememberHeld(sync.status.notes.find { it.cause == Cause.READING_LOCKED }, sought.held)
    val old = rememberHeld(trouble, sought.held)
    val own = if (bare) asks else emptyList()
    val open = if (sought.query.isEmpty() && sought.filter != Filter.Asks) begun else emptyList()
    val alone = if (sought.query.isEmpty() && sought.filter != Filter.Asks) lost else emptyList()
    LazyColumn(modifier, state, PaddingValues(start = 16.dp, end = 16.dp, bottom = 16.dp)) {
        if (locked != null) item("locked") { SyncLine(SyncTone.Waiting, words.sentence(locked), icon = "lock") }
        // What could not be read again: what is shown may be old.
        if (old != null) item("old") { SyncLine(SyncTone.Asks, words.said(old)) }
        asks(own, words, onReport, onSync)
        if (open.isNotEmpty() || alone.isNotEmpty()) item("drafts") { SectionHeading(speech.drafts) }
        drafts(open, words, onDraft)
        orphans(alone, words, onOrphan)
        for ((day, items) in days) {
            item("day/$day") { SectionHeading(speech.day(day, today)) }
            itemsIndexed(items, { _, item -> item.row.doc }) { index, item ->
                Card(index, items.size) {
                    val mine = item.row.author == self
                    ReportRow(item, words, named[item.row.commune], mine, item.row.doc == selected) { onReport(item.row.doc) }
                }
            }
        }
        if (days.isEmpty() && (sought.query.isEmpty() || sought.answered)) {
            item("nothing") { Text(nothing(sought, speech), Modifier.padding(top = 16.dp), color = Ronde.colors.muted) }
        }
    }
}

private fun nothing(sought: Sought, speech: ReportsWords): String = when {
    sought.query.isNotEmpty() -> speech.notFound(sought.query)
    sought.filter != Filter.All -> speech.nothingOf
    else -> speech.nothing
}

private fun LazyListScope.asks(aside: List<SetAside>, words: Words, onReport: (String) -> Unit, onSync: () -> Unit) {
    if (aside.isEmpty()) return
    item("asks") { SectionHeading(ReportsWords.current.needsYou) }
    itemsIndexed(aside, { index, one -> "aside/${one.eid ?: index}" }) { index, one ->
        Card(index, aside.size) {
            PressedRow({ one.doc?.let(onReport) ?: onSync() }, act = ReportsWords.current.see) {
                Icon("hand-stop", tint = Rung.NeedsYou.colors.ink)
                Text(words.sentence(one).replaceFirstChar { it.uppercase() }, Modifier.weight(1f))
                Icon("chevron-right", tint = Ronde.colors.muted)
            }
        }
    }
}

private fun LazyListScope.drafts(drafts: List<Draft>, words: Words, onDraft: (String) -> Unit) {
    itemsIndexed(drafts, { _, draft -> "draft/${draft.id}" }) { index, draft ->
        Card(index, drafts.size) {
            val speech = ReportsWords.current
            PressedRow({ onDraft(draft.id) }, act = speech.goOn) {
                SeverityMark(draft.severity(words))
                Column(Modifier.weight(1f), verticalArrangement = Arrangement.spacedBy(5.dp)) {
                    Text(draft.name(words), style = Ronde.type.body.strong, maxLines = 2)
                    StatusChip(Rung.Draft, speech.kept(words.moment(draft.savedMs)))
                }
                Icon("chevron-right", tint = Ronde.colors.muted)
            }
        }
    }
}

private fun Draft.severity(words: Words): Int =
    (facts["severity"] as? FactValue.Integer)?.v1?.toInt()
        ?: words.forms.types.find { it.code == reportType }?.severity?.toInt() ?: 1

private fun Draft.name(words: Words): String =
    (facts["title"] as? FactValue.Text)?.v1?.takeIf { it.isNotBlank() } ?: words.label("type/$reportType").removePrefix("type/")

@Composable
private fun SectionHeading(said: String) =
    Heading(said, Modifier.padding(start = 2.dp, top = 14.dp, bottom = 8.dp), Ronde.type.meta.medium, Ronde.colors.subtle)

/** One row of a card that may be longer than the screen: round where the card ends. */
@Composable
internal fun Card(index: Int, of: Int, content: @Composable () -> Unit) {
    val (top, bottom) = (if (index == 0) 18.dp else 0.dp) to (if (index == of - 1) 18.dp else 0.dp)
    Box(Modifier.clip(RoundedCornerShape(top, top, bottom, bottom)).background(Ronde.colors.surface)) {
        Column {
            if (index > 0) Hairline()
            content()
        }
    }
}
