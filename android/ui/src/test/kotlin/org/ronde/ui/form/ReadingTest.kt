package org.ronde.ui.form

import java.time.LocalDate
import java.time.LocalTime
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.ronde.FactValue
import org.ronde.FieldKind
import org.ronde.Language
import org.ronde.positionOf

/** Days, hours, places and numbers as people type them. */
class ReadingTest {
    @Test
    fun an_hour_reads_from_its_first_figure_on() {
        val typed = mapOf(
            "2" to "02:00", "22" to "22:00", "224" to "22:04", "2241" to "22:41",
            "22:41" to "22:41", "22h41" to "22:41", "22 4" to "22:04", "7.30" to "07:30",
        )
        for ((words, hour) in typed) assertEquals(words, LocalTime.parse(hour), hourOf(words))
        for (words in listOf("", "24", "2260", "22:4:1", "midi", "99999999999", "22:411")) assertNull(words, hourOf(words))
    }

    @Test
    fun a_day_reads_as_people_and_as_records_write_it() {
        val day = LocalDate.of(2026, 11, 3)
        for (words in listOf("03/11/2026", "3/11/2026", "3.11.2026", "3 11 2026", "2026-11-03", "03112026")) assertEquals(words, day, dayOf(words))
        for (words in listOf("", "3", "31/02/2026", "31022026", "0311202", "3/11/26", "hier", "3/11/99999999999")) assertNull(words, dayOf(words))
        assertEquals("of this year", LocalDate.of(2027, 11, 22), dayOf("22/11", LocalDate.of(2027, 3, 1)))
        assertEquals("of this year, in figures", LocalDate.of(2027, 11, 22), dayOf("2211", LocalDate.of(2027, 3, 1)))
        assertNull("31/02", dayOf("31/02"))
        assertTrue(listOf("", "3", "3/11", "3/11/202", "0311202").all(::mayBecomeADay))
        assertFalse(listOf("hier", "31/02/2026", "31022026").any(::mayBecomeADay))
    }

    @Test
    fun a_place_is_as_accurate_as_it_was_typed() {
        fun read(words: String) = positionFact(words)?.let(::positionOf)?.let { Triple(it.latE7, it.lonE7, it.accuracyDm) }
        assertEquals(Triple(484_469_000, 14_892_000, 111u), read("48.4469, 1.4892"))
        assertEquals(Triple(484_469_000, 14_892_000, 111u), read("48,4469 1,4892"))
        assertEquals(Triple(-330_000_000, -701_000_000, 1_110_000u), read("-33 -70.1"))
        assertEquals("no finer than a metre", 10u, read("48.44690001, 1.48920001")?.third)
        for (words in listOf("", "48.4469", "91, 0", "0, 181", "ici, là", "48.4, 1.4, 2")) assertNull(words, positionFact(words))
    }

    @Test
    fun a_number_that_is_none_stays_the_words_it_is() {
        val (count, volume) = FieldKind.Integer(0, 100) to FieldKind.Decimal(0.0, 10.0)
        assertEquals(FactValue.Integer(6), factOf(count, " 6 "))
        assertEquals(FactValue.Decimal(2.5), factOf(volume, "2,5"))
        for (words in listOf("six", "6 ou 7", "99999999999999999999", "NaN")) {
            assertEquals(FactValue.Text(words), factOf(count, words))
            assertEquals(words, wordsOf(count, factOf(count, words), Language.FR))
        }
        assertEquals(FactValue.Text("NaN"), factOf(volume, "NaN"))
        assertEquals("2,5", wordsOf(volume, FactValue.Decimal(2.5), Language.FR))
        assertEquals("2.5", wordsOf(volume, FactValue.Decimal(2.5), Language.EN))
    }

    @Test
    fun a_name_is_found_without_accents_hyphens_or_all_its_letters() {
        assertTrue(matches("st prest", "Saint-Prest"))
        assertTrue(matches("prest", "Saint-Prest"))
        assertTrue(matches("EPERNON", "Épernon"))
        assertTrue(matches("coeur", "Cœur de ville"))
        assertTrue(matches("st", "Stationnement"))
        assertFalse(matches("ours", "Jours"))
    }
}
