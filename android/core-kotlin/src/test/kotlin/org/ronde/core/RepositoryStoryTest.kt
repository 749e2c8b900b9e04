package org.ronde.core

import java.nio.file.Path
import java.util.concurrent.ConcurrentLinkedQueue
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import org.ronde.Cause
import org.ronde.FactValue
import org.ronde.Language
import org.ronde.NotebookException
import org.ronde.PersonsAct
import org.ronde.Status
import org.ronde.World
import org.ronde.decides

/** What the screens see of a phone: flows that follow what is done, here and elsewhere. */
class RepositoryStoryTest {
    @TempDir
    lateinit var directory: Path

    private fun story(tell: suspend World.() -> Unit) = World(directory).use { world ->
        world.opens()
        runBlocking { world.tell() }
    }

    private val people = "facts/people_count"

    @Test
    fun `a report filed without coverage is on the list, then received, and every flow follows`() = story {
        val ines = phone("Inès")
        assertEquals("Inès", ines.identity.value?.name)
        closes()
        val doc = ines.files()
        val listed = ines.reports.becomes { it.items.size == 1 }.items.single()
        assertEquals(doc to Status.Stored, listed.row.doc to listed.status)
        assertEquals("Sur ce téléphone", ines.words.value.status(listed.status))
        ines.drafts.becomes { it.isEmpty() }
        assertThrows<NotebookException.TryLater> { ines.synchronise() }
        val waits = ines.sync.becomes { it.status.reportsWaiting == 1uL && it.status.cause == Cause.NO_NETWORK }.status
        assertTrue(Regex("En attente de réseau depuis \\d\\d:\\d\\d · 1\u00a0rapport").matches(ines.words.value.sentence(waits)))
        assertEquals(PersonsAct.SEND_NOW, waits.act)

        opens()
        assertTrue(ines.synchronise().complete)
        val received = ines.reports.becomes { it.items.single().status is Status.Delivered }.items.single()
        assertEquals("Reçu par le serveur", ines.words.value.status(received.status))
        val all = ines.sync.becomes { it.status.cause == Cause.ALL_RECEIVED }.status
        assertEquals("Tout est reçu\u00a0: 1\u00a0rapport sur 1", ines.words.value.sentence(all))
        assertTrue(ines.read(doc).receipt.covered)
        assertEquals(7, ines.communes.becomes { it.isNotEmpty() }.size)
        ines.close()
    }

    @Test
    fun `what two phones wrote apart is shown, and the supervisor's decision arrives on the open screen`() = story {
        val ines = phone("Inès")
        val marc = phone("Marc")
        val doc = ines.files()
        listOf(ines, marc).forEach { it.synchronise() }
        listOf(ines to 7L, marc to 9L).forEach { (phone, count) ->
            phone.correct(doc, phone.read(doc).detail.heads, mapOf(people to FactValue.Integer(count)))
        }
        listOf(ines, marc, ines).forEach { it.synchronise() }
        val apart = ines.report(doc).first { it.detail.divergences.isNotEmpty() }.detail.divergences.single()
        assertTrue(apart.open)
        assertEquals(setOf("Inès", "Marc"), apart.voices.map { it.provenance?.name }.toSet())

        supervisor.decides(doc, 9, "Compté sur les images")
        ines.synchronise()
        val shown = ines.report(doc).first { it.detail.divergences.none { apart -> apart.open } }
        assertEquals(FactValue.Integer(9), shown.detail.facts.getValue(people).value)
        val decided = shown.detail.divergences.single().decisions.single()
        assertEquals("Compté sur les images" to "Hélène", decided.decision.reason to decided.provenance?.name)
        assertEquals("Marc", shown.detail.wrote.getValue(people).name, "the value that holds is still its author's")
        assertTrue(shown.history.any { it.provenance?.name == "Hélène" })
        listOf(ines, marc).forEach { it.close() }
    }

    @Test
    fun `a list longer than a page opens page by page, and what changes keeps its place`() = story {
        val filed = phone("Inès").use { phone -> List(PAGE + 5) { phone.files(title = "Rixe $it") } }
        val phone = phone(Path.of(file("Inès")))
        val first = phone.reports.value
        assertEquals(filed.reversed().take(PAGE) to false, first.items.map { it.row.doc } to first.complete)
        val newest = phone.files()
        phone.reports.becomes { it.items.first().row.doc == newest }
        phone.more()
        phone.more()
        assertEquals(listOf(newest) + filed.reversed(), phone.reports.value.items.map { it.row.doc })
        assertTrue(phone.reports.value.complete)

        val old = filed.first()
        phone.correct(old, phone.read(old).detail.heads, mapOf("facts/title" to FactValue.Text("Rixe corrigée")))
        val after = phone.reports.becomes { it.items.last().row.title == "Rixe corrigée" }
        assertEquals(listOf(newest) + filed.reversed(), after.items.map { it.row.doc })
        assertEquals(listOf(old), phone.search("corrigée").map { it.row.doc })
        phone.close()
    }

    @Test
    fun `everything is said in the language of now`() = story {
        val phone = phone("Inès")
        phone.speak(Language.EN)
        val words = phone.words.value
        assertEquals("Nothing to send", words.sentence(phone.sync.value.status))
        assertEquals("Brawl", words.label("type/youth.brawl"))
        val refused = assertThrows<NotebookException.NotFound> { phone.read("00".repeat(16)) }
        assertEquals("This report is no longer on this phone. See the list.", words.said(refused))
        val draft = phone.newDraft("youth.brawl").brawl(people = -1)
        phone.keep(draft)
        val wrong = assertInstanceOf(NotebookException.FixForm::class.java, runCatching { phone.file(draft.id) }.exceptionOrNull())
        assertEquals("people_count", wrong.problems.single().field)
        assertTrue(words.said(wrong).startsWith("To correct: "), words.said(wrong))
        assertEquals(draft.statement, phone.draft(draft.id).statement, "the draft stays")
        phone.close()
    }

    @Test
    fun `a phone that is not enrolled writes, and says what is missing`() {
        val phone = phone(directory)
        assertNull(phone.identity.value)
        assertEquals(Cause.NOT_ENROLLED to PersonsAct.ENROL, phone.sync.value.status.run { cause to act })
        runBlocking {
            val draft = phone.newDraft("youth.brawl").brawl()
            phone.keep(draft)
            val refused = assertThrows<NotebookException.SignInAgain> { phone.file(draft.id) }
            assertEquals("Ce téléphone n’est pas enrôlé. Saisissez le code d’une invitation.", phone.words.value.said(refused))
            assertEquals(draft.id, phone.drafts.becomes { it.isNotEmpty() }.single().id)
        }
        phone.close()
    }

    @Test
    fun `a notebook closed while it is read ends quietly`() {
        val loud = ConcurrentLinkedQueue<Throwable>()
        val before = Thread.getDefaultUncaughtExceptionHandler()
        Thread.setDefaultUncaughtExceptionHandler { _, thrown -> loud += thrown }
        try {
            repeat(40) {
                val phone = phone(directory)
                runBlocking { phone.keep(phone.newDraft("youth.brawl")) }
                phone.close()
            }
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before)
        }
        assertEquals(emptyList<Throwable>(), loud.toList())
    }

    @Test
    fun `a synchronisation whose screen goes away stops and loses nothing`() = story {
        val phone = phone("Inès")
        val doc = phone.files()
        road.goesSilent()
        coroutineScope {
            val syncing = async { phone.synchronise() }
            withContext(Dispatchers.IO) { road.takesOneIn() }
            phone.sync.becomes { it.running }
            syncing.cancel()
        }
        assertEquals(Cause.STOPPED, phone.sync.becomes { !it.running }.status.cause)
        closes()
        opens()
        assertTrue(phone.synchronise().complete)
        assertFalse(phone.read(doc).detail.item.status is Status.Stored)
        phone.close()
    }
}
