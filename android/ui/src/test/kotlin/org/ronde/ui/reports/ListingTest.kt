package org.ronde.ui.reports

import java.time.ZoneId
import org.junit.Assert.assertEquals
import org.junit.Test
import org.ronde.ListItem
import org.ronde.Row
import org.ronde.Status

/** What the list shows, and what it keeps in its place. */
class ListingTest {
    private fun item(doc: String, title: String = doc, ms: Long = 0, author: String = "self", divergences: UInt = 0u) = ListItem(
        Row(doc, "other", title, 1u, null, ms, ms, author, "Inès", "pm", 0u, divergences, false, false, false, null, false),
        Status.Stored,
        null,
    )

    @Test
    fun under_a_finger_rows_change_in_place_and_new_ones_wait() {
        val shown = listOf(item("b"), item("a"))
        val now = listOf(item("c"), item("b", "b corrected"))
        assertEquals(listOf("b" to "b corrected", "a" to "a"), steady(shown, now).map { it.row.doc to it.row.title })
    }

    @Test
    fun a_day_is_the_local_one() {
        val midnight = 1_763_852_400_000 // 23 November 2025, 00:00 in Paris
        val days = byDay(listOf(item("late", ms = midnight), item("early", ms = midnight - 1)), ZoneId.of("Europe/Paris"))
        assertEquals(listOf(23, 22), days.map { it.first.dayOfMonth })
    }

    @Test
    fun filters_take_what_they_say() {
        assertEquals(listOf(true, false), listOf(item("a"), item("b", author = "other")).map { Filter.Mine.takes(it, "self") })
        assertEquals(listOf(true, false), listOf(item("a", divergences = 1u), item("b")).map { Filter.Asks.takes(it, "self") })
    }
}
