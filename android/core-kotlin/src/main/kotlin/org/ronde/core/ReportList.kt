package org.ronde.core

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import org.ronde.ListItem
import org.ronde.NotebookInterface
import org.ronde.PageKey

/** Reports as a list shows them, newest first: as many pages as were asked for. */
data class Reports(
    val items: List<ListItem> = emptyList(),
    /** There is nothing older than the last item. */
    val complete: Boolean = false,
)

/** Reports in one page. */
const val PAGE: Int = 50

/** The notebook gives no more in one answer. */
private const val MOST = 500

/** Beyond this many, reading the whole window again costs less than report by report. */
private const val FEW = 20

/** The part of the list that was opened so far, kept as it is on disk. For one thread. */
internal class ReportList(private val notebook: NotebookInterface) {
    private val window = MutableStateFlow(Reports())
    val shown: StateFlow<Reports> = window.asStateFlow()

    /** Reads one page more. */
    fun more() {
        val held = window.value
        if (held.complete) return
        val page = notebook.list(held.items.lastOrNull()?.key(), PAGE.toUInt())
        window.value = Reports(held.items + page.items, page.next == null)
    }

    /** Reads again what changed: some reports, or any. */
    fun refresh(docs: Set<String>?) =
        if (docs == null || docs.size > FEW) everything() else docs.forEach(::one)

    private fun everything() {
        val wanted = maxOf(window.value.items.size, PAGE)
        val items = ArrayList<ListItem>(wanted)
        var after: PageKey? = null
        do {
            val page = notebook.list(after, minOf(wanted - items.size, MOST).toUInt())
            items += page.items
            after = page.next
        } while (after != null && items.size < wanted)
        window.value = Reports(items, after == null)
    }

    private fun one(doc: String) {
        val held = window.value
        val without = held.items.filterNot { it.row.doc == doc }
        val now = notebook.item(doc) ?: return run { window.value = held.copy(items = without) }
        val place = without.indexOfFirst { NEWEST_FIRST.compare(now, it) < 0 }
        window.value = when {
            place >= 0 -> held.copy(items = without.subList(0, place) + now + without.subList(place, without.size))
            held.complete -> held.copy(items = without + now)
            // It lies beyond what was opened.
            else -> held.copy(items = without)
        }
    }
}

/** As the notebook orders them. */
private val NEWEST_FIRST = compareByDescending<ListItem> { it.row.recordedMs }.thenByDescending { it.row.doc }

private fun ListItem.key() = PageKey(row.recordedMs, row.doc)
