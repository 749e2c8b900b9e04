// Mes rapports: what needs a person, drafts, and every report this phone holds, with its state. Knows
// the repository; rows know one report. Changes with what a person looks for in the list.
package org.ronde.ui.reports

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyListState
import androidx.compose.foundation.lazy.rememberLazyListState
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.derivedStateOf
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.input.pointer.PointerEventPass
import androidx.compose.ui.input.pointer.pointerInput
import androidx.compose.ui.text.input.ImeAction
import androidx.compose.ui.unit.dp
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.delay
import org.ronde.ListItem
import org.ronde.NotebookException
import org.ronde.core.Repository
import org.ronde.ui.app.TabHeader
import org.ronde.ui.form.Pressed
import org.ronde.ui.parts.Field
import org.ronde.ui.parts.IconButton
import org.ronde.ui.parts.SheetStage

/** Mes rapports. [hidden]: drafts that are shown elsewhere; [selected]: the report that is open beside the list. */
@Composable
fun ReportsScreen(
    repository: Repository,
    onReport: (doc: String) -> Unit,
    onDraft: (draft: String) -> Unit,
    onSync: () -> Unit,
    hidden: Set<String> = emptySet(),
    selected: String? = null,
) {
    var query by rememberSaveable { mutableStateOf("") }
    var filter by rememberSaveable { mutableStateOf(Filter.All) }
    val identity by repository.identity.collectAsState()
    val reports by repository.reports.collectAsState()
    var found by remember { mutableStateOf<List<ListItem>?>(null) }
    LaunchedEffect(query, reports) {
        if (query.isBlank()) return@LaunchedEffect run { found = null }
        delay(TYPING)
        found = try {
            repository.search(query, FOUND)
        } catch (_: NotebookException) {
            emptyList()
        }
    }
    val self = identity?.agent
    // Until a search answers, what was there stays.
    val now = (found ?: reports.items).filter { filter.takes(it, self) }
    val state = rememberLazyListState()
    val touch = remember { Touch() }
    val held = touch.down || state.isScrollInProgress
    val shown = rememberSteady(now, held, Triple(query.isBlank(), found, filter))
    MoreWhenNear(repository, state, query.isBlank() && !reports.complete, reports.items.size)
    val orphaned by repository.orphaned.collectAsState()
    var read by rememberSaveable { mutableStateOf("") }
    val orphan = orphaned.find { it.id == read }
    val sheet: (@Composable () -> Unit)? = orphan?.let { { OrphanSheet(repository, it) { read = "" } } }
    SheetStage(sheet) {
        Column(Modifier.fillMaxSize()) {
            TabHeader(ReportsWords.current.title)
            Asking(query, { query = it }, filter) { filter = it }
            val sought = Sought(query.trim(), filter, found != null, shown, held)
            ReportList(repository, sought, state, self, hidden, selected, onReport, onDraft, { read = it }, onSync, touch.watch())
        }
    }
}

/** What is looked for, and what answers. [answered]: the search has; [held]: a finger is on the list. */
internal data class Sought(
    val query: String,
    val filter: Filter,
    val answered: Boolean,
    val items: List<ListItem>,
    val held: Boolean,
)

@Composable
private fun Asking(query: String, onQuery: (String) -> Unit, filter: Filter, onFilter: (Filter) -> Unit) {
    val speech = ReportsWords.current
    Column(Modifier.padding(start = 16.dp, end = 16.dp, bottom = 8.dp), verticalArrangement = Arrangement.spacedBy(8.dp)) {
        Field(
            label = speech.search,
            value = query,
            onValue = { onQuery(it.take(LONGEST)) },
            hint = speech.searchHint,
            icon = "search",
            keyboard = KeyboardOptions(imeAction = ImeAction.Search),
            beside = { if (query.isNotEmpty()) IconButton("x", speech.clear, { onQuery("") }) },
        )
        FlowRow(
            Modifier.fillMaxWidth().selectableGroup(),
            horizontalArrangement = Arrangement.spacedBy(8.dp),
            verticalArrangement = Arrangement.spacedBy(8.dp),
        ) {
            for (one in Filter.entries) Pressed(speech.filter(one), one == filter) { onFilter(one) }
        }
    }
}

/** Whether a finger is on the list. */
private class Touch {
    var down by mutableStateOf(false)
        private set

    fun watch(): Modifier = Modifier.pointerInput(this) {
        awaitPointerEventScope {
            while (true) down = awaitPointerEvent(PointerEventPass.Initial).changes.any { it.pressed }
        }
    }
}

/** The list as it is, or as it was when it was [held]; another question is answered at once. */
@Composable
private fun rememberSteady(now: List<ListItem>, held: Boolean, question: Any): List<ListItem> {
    val before = remember(question) { mutableStateOf<List<ListItem>?>(null) }
    val shown = before.value?.takeIf { held }?.let { steady(it, now) } ?: now
    LaunchedEffect(question, shown) { before.value = shown }
    return shown
}

/** What is, or what was when it was [held]. */
@Composable
internal fun <T> rememberHeld(now: T, held: Boolean): T {
    val before = remember { mutableStateOf(now) }
    val shown = if (held) before.value else now
    LaunchedEffect(shown) { before.value = shown }
    return shown
}

/** Reads one page more when the end is near; again until there is enough to fill the screen. */
@Composable
private fun MoreWhenNear(repository: Repository, state: LazyListState, any: Boolean, held: Int) {
    val near by remember(state) {
        derivedStateOf {
            val layout = state.layoutInfo
            (layout.visibleItemsInfo.lastOrNull()?.index ?: 0) >= layout.totalItemsCount - AHEAD
        }
    }
    LaunchedEffect(near, any, held) {
        if (near && any) repository.more()
    }
}

private val TYPING = 120.milliseconds
private const val FOUND = 200
private const val AHEAD = 15
private const val LONGEST = 200
