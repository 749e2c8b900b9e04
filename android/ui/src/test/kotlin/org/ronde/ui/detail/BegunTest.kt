package org.ronde.ui.detail

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Test
import org.ronde.About
import org.ronde.Adding
import org.ronde.Draft
import org.ronde.Language
import org.ronde.ui.Duo

/** What is begun about a report, without its screen. */
class BegunTest {
    @Test
    fun a_keystroke_that_comes_once_the_words_are_added_begins_nothing_anew() = Duo().use { duo ->
        runBlocking {
            val doc = duo.files("Rixe close")
            val closed = CompletableDeferred<Unit>()
            val begun = Begun(duo.ines, this, emptyMap()) { closed.complete(Unit) }
            begun.open(duo.ines.read(doc), Adding.Statement, Language.FR)
            val form = checkNotNull(begun.form)
            form.state("Un homme part")
            begun.add()
            closed.await()
            form.state("Un homme part en courant")
            duo.ines.flush()
            assertEquals(emptyList<Draft>(), duo.ines.begun.value.filter { "courant" in it.statement })
            assertEquals("Un homme part", duo.ines.read(doc).detail.statements.last().statement.text)
        }
    }

    @Test
    fun what_is_typed_under_a_report_does_not_tell_it_again() = runBlocking {
        fun draft(words: String, doc: String = "here", id: String = "one") =
            Draft(id, "other", emptyMap(), emptyList(), words, null, 0, null, About(doc, Adding.Statement, emptyList(), 7))
        val typed = flowOf(listOf(draft("U")), listOf(draft("Un")), listOf(draft("Un"), draft("Là", "there", "two")), emptyList())
        assertEquals(listOf(listOf(Waits("one", Adding.Statement, 7)), emptyList()), typed.waiting("here").toList())
    }
}
