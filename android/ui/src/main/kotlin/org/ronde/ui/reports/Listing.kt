// What the list shows, in which order, and what waits while a finger is on it. Pure. Changes with what
// a person may ask of the list.
package org.ronde.ui.reports

import java.time.Instant
import java.time.LocalDate
import java.time.ZoneId
import org.ronde.ListItem
import org.ronde.Status

/** Which reports are shown. */
enum class Filter { All, Mine, Asks }

/** Whether a filter shows a report; [self] is the agent of this phone. */
internal fun Filter.takes(item: ListItem, self: String?): Boolean = when (this) {
    Filter.All -> true
    Filter.Mine -> item.row.author == self
    Filter.Asks -> item.status is Status.NeedsYou || item.row.divergences > 0u || (item.row.toComplete && item.row.author == self)
}

/**
 * The list while a finger is on it: the rows of [shown] in their places, each as it is [now]; new rows
 * wait, and a row that went away stays as it was.
 */
internal fun steady(shown: List<ListItem>, now: List<ListItem>): List<ListItem> {
    val latest = now.associateBy { it.row.doc }
    return shown.map { latest[it.row.doc] ?: it }
}

/** Reports by the local day they were written, in the order of the list. */
internal fun byDay(items: List<ListItem>, zone: ZoneId): List<Pair<LocalDate, List<ListItem>>> =
    items.groupBy { dayOf(it.row.recordedMs, zone) }.toList()

internal fun dayOf(ms: Long, zone: ZoneId): LocalDate = Instant.ofEpochMilli(ms).atZone(zone).toLocalDate()
