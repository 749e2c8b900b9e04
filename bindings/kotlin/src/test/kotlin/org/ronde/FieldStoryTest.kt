package org.ronde

import java.nio.file.Path
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.serialization.json.JsonObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir

/** A French screen at noon of 23 November 2026, one hour east of UTC. */
private val READER = Reader(Language.FR, 1_795_435_200_000, 60)

/** The field story through the generated Kotlin: real server, real files, a network that comes and goes. */
class FieldStoryTest {
    @TempDir
    lateinit var directory: Path

    private fun story(tell: World.() -> Unit) = World(directory).use { world ->
        world.opens()
        world.tell()
    }

    private fun Notebook.syncs(): SyncReport = runBlocking { sync() }

    private fun Notebook.status(doc: DocId): Status = read(doc).item.status

    /** A draft of a brawl, filled as a person would. */
    private fun Notebook.brawl(people: Long = 6): Draft {
        val place = Position(484_500_000, 15_000_000, 80u, 2u, "gnss", false)
        val draft = newDraft("youth.brawl").copy(
            facts = mapOf(
                "title" to FactValue.Text("Rixe place du Marché"),
                "severity" to FactValue.Integer(4),
                "people_count" to FactValue.Integer(people),
                "injuries" to FactValue.Text("light"),
                "position" to positionValue(place),
            ),
            statement = "Je vois six personnes se battre devant le kiosque.",
        )
        saveDraft(draft)
        return draft
    }

    @Test
    fun `a report filed without coverage is delivered, read, corrected apart and settled`() = story {
        val ines = enrolled("Inès")
        val marc = enrolled("Marc")
        closes()

        val draft = ines.brawl()
        val filed = ines.file(draft.id)
        assertEquals(draft.id to false, filed.doc to filed.again)
        assertTrue(ines.drafts().isEmpty())
        assertTrue(ines.file(draft.id).again, "filing a filed draft answers the same report")
        val item = ines.list(null, 10u).items.single()
        assertEquals("Rixe place du Marché" to "Sur ce téléphone", item.row.title to statusWords(item.status, READER))
        assertEquals(Point(484_500_000, 15_000_000), item.row.place)
        val waits = ines.syncStatus()
        assertEquals(1uL to Cause.NO_NETWORK, waits.waiting to waits.cause)
        assertTrue(waits.sentence.endsWith("· 1\u00a0rapport") && waits.sentenceEn.endsWith("· 1\u00a0report"), waits.sentence)

        opens()
        val done = ines.syncs()
        assertEquals(true to 0uL, done.complete to done.waiting)
        assertEquals(Status.Delivered, ines.status(filed.doc))
        val receipt = ines.receipt(filed.doc)
        assertTrue(receipt.covered)
        assertNotNull(receipt.number)
        assertNotNull(receipt.signed)
        assertEquals(listOf(filed.eid), receipt.envelopes.map { it.eid })
        assertEquals("99001", ines.communeAt(1.5, 48.45)?.insee)
        assertEquals(7, ines.communes().size)

        supervisor.ask("/reports/${filed.doc}/read", JsonObject(emptyMap()))
        ines.syncs()
        val read = assertInstanceOf(Status.Read::class.java, ines.status(filed.doc))
        assertEquals("Hélène", read.by)
        assertEquals("Read by Hélène at 13:00", statusWords(read.copy(atMs = READER.nowMs), READER.copy(language = Language.EN)))

        marc.syncs()
        val seen = listOf(ines, marc).associateWith { it.read(filed.doc) }
        assertEquals(draft.statement, seen.getValue(marc).statements.single().statement.text)
        assertEquals(484_500_000, positionOf(seen.getValue(marc).facts.getValue("facts/position").value)?.latE7)
        ines.correct(filed.doc, seen.getValue(ines).heads, mapOf("facts/people_count" to FactValue.Integer(7)))
        marc.correct(filed.doc, seen.getValue(marc).heads, mapOf("facts/people_count" to FactValue.Integer(9)))
        listOf(ines, marc, ines).forEach { it.syncs() }
        val apart = ines.read(filed.doc).divergences.single()
        assertEquals(true to "facts/people_count", apart.open to apart.key)
        assertEquals(
            mapOf("Inès" to FactValue.Integer(7), "Marc" to FactValue.Integer(9)),
            apart.voices.associate { it.provenance?.name to it.value },
        )

        supervisor.decides(filed.doc, 9, "Compté sur les images")
        listOf(ines, marc).forEach { phone ->
            phone.syncs()
            val settled = phone.read(filed.doc).divergences.single()
            assertFalse(settled.open)
            val decided = settled.decisions.single()
            assertEquals(FactValue.Integer(9), decided.value)
            assertEquals("Compté sur les images" to "Hélène", decided.decision.reason to decided.provenance?.name)
            assertEquals(FactValue.Integer(9), phone.read(filed.doc).facts.getValue("facts/people_count").value)
        }
        val steps = marc.history(filed.doc)
        val told = steps.flatMap { step -> step.writes.map { step.provenance?.name to it.key.substringBefore("/") } }
        assertEquals("Inès" to "facts", told.first())
        assertTrue(steps.first().isFirst)
        assertTrue(told.containsAll(listOf("Marc" to "facts", "Hélène" to "event")), told.toString())
        assertEquals("Hélène" to "decision", told.last())
        assertEquals(listOf(filed.doc), marc.search("kiosque", 10u).map { it.row.doc })
    }

    @Test
    fun `the author's side settles what two colleagues wrote apart`() = story {
        val ines = enrolled("Inès")
        val marc = enrolled("Marc")
        val doc = ines.file(ines.brawl().id).doc
        listOf(ines, marc).forEach { it.syncs() }
        listOf(ines to 7L, marc to 9L).forEach { (phone, people) ->
            phone.correct(doc, phone.read(doc).heads, mapOf("facts/people_count" to FactValue.Integer(people)))
        }
        listOf(ines, marc, ines).forEach { it.syncs() }
        assertEquals(1u, ines.read(doc).item.row.divergences)
        ines.decide(doc, ines.read(doc).heads, "facts/people_count", FactValue.Integer(8))
        listOf(ines, marc).forEach { phone ->
            phone.syncs()
            assertTrue(phone.read(doc).divergences.isEmpty())
            assertEquals(FactValue.Integer(8), phone.read(doc).facts.getValue("facts/people_count").value)
        }
    }

    @Test
    fun `a form is checked while it is filled and says who was involved and when`() = story {
        val phone = enrolled("Inès")
        val wrong = problemsOf(phone.brawl(people = -1)).single()
        assertEquals("people_count" to Reason.OutOfRange(0.0, 100_000.0), wrong.field to wrong.reason)
        val hours = Period(1_700_000_000_000, 1_700_000_600_000, 60, null)
        val plate = FactValue.Text("AB-123-CD")
        val van = Involved(phone.newUlid(), InvolvedKind.VEHICLE, mapOf("plate" to plate))
        val draft = phone.brawl().let { it.copy(facts = it.facts + ("occurred" to periodValue(hours)), involved = listOf(van)) }
        phone.saveDraft(draft)
        assertTrue(problemsOf(phone.draft(draft.id)).isEmpty())
        val shown = phone.read(phone.file(draft.id).doc)
        assertEquals(hours.fromMs, shown.item.row.occurredMs)
        assertEquals(hours, periodOf(shown.first.getValue("facts/occurred")))
        assertEquals(plate, shown.facts.getValue("vehicle/${van.id}/plate").value)
    }

    @Test
    fun `a list is read page by page without a report twice`() = story {
        val phone = enrolled("Inès")
        val filed = List(5) { phone.file(phone.brawl().id).doc }
        val pages = generateSequence(phone.list(null, 2u)) { page -> page.next?.let { phone.list(it, 2u) } }
        assertEquals(filed.sorted(), pages.flatMap { it.items }.map { it.row.doc }.toList().sorted())
    }

    @Test
    fun `words are added and a mistake is voided, but nothing is rewritten`() = story {
        val phone = enrolled("Inès")
        val draft = phone.brawl()
        val doc = phone.file(draft.id).doc
        phone.state(doc, "Une septième personne arrive.", null, null)
        assertEquals(
            listOf(draft.statement, "Une septième personne arrive."), phone.read(doc).statements.map { it.statement.text },
        )
        assertThrows<NotebookException.NotAllowed> { phone.saveDraft(draft) }
        phone.void(doc, "Déposé deux fois")
        assertTrue(phone.read(doc).item.row.voided)
        assertTrue(phone.syncs().complete)
        assertTrue(phone.setAside().isEmpty())
    }

    @Test
    fun `every error says what the app does now`() = story {
        val phone = enrolled("Inès")
        val unknown = assertThrows<NotebookException.FixForm> { phone.file(phone.newDraft("no.such_type").id) }
        assertEquals("type" to Reason.UnknownType, unknown.problems.single().let { it.field to it.reason })
        assertThrows<NotebookException.NotFound> { phone.read("00".repeat(16)) }
        val nameless = assertThrows<NotebookException.NotFound> { phone.read("not an identifier") }
        assertEquals("Rien ici ne porte ce nom. Voyez la liste.", nameless.fr)
        assertEquals("Nothing here has this name. See the list.", nameless.en)

        val stranger = Notebook.openWithPassphrase(file("stranger"), "phrase", 60)
        assertNull(stranger.identity())
        assertThrows<NotebookException.SignInAgain> { stranger.file(stranger.brawl().id) }
        assertThrows<NotebookException.NotAllowed> { runBlocking { stranger.enrol(road.address, "not a code", null) } }
        val short = assertThrows<NotebookException.NotAllowed> {
            runBlocking { stranger.enrol(road.address, "not a code", ByteArray(5)) }
        }
        assertTrue("32 bytes" in short.reason, short.reason)

        phone.file(phone.brawl().id)
        closes()
        val offline = assertThrows<NotebookException.TryLater> { phone.syncs() }
        assertTrue(offline.afterS > 0u)
        assertEquals("Le serveur ne répond pas. Tout reste ici et partira seul.", offline.fr)
        assertEquals(1uL, phone.syncStatus().waiting)
    }

    /** The least a vault can be: what it wraps, it opens again. */
    private open class Xor : KeyVault {
        override fun wrap(secret: ByteArray) = secret.map { (it.toInt() xor 0x5A).toByte() }.toByteArray()
        override fun unwrap(wrapped: ByteArray) = wrap(wrapped)
        override fun devicePublicKey() = ByteArray(0)
        override fun signEs256(message: ByteArray) = ByteArray(0)
        override fun attestation(challenge: ByteArray) = ByteArray(0)
    }

    /** A phone whose vault is locked, and says so in two ways. */
    private class Locked : Xor() {
        override fun wrap(secret: ByteArray) = throw HostException.Unavailable("the phone is locked")
        override fun unwrap(wrapped: ByteArray) = throw IllegalStateException("the vault's service died")
    }

    @Test
    fun `a vault that throws asks to sign in again and opens nothing`() {
        val phone = directory.resolve("phone").toString()
        val refused = assertThrows<NotebookException.SignInAgain> { Notebook.open(phone, Locked(), 60) }
        assertTrue("the phone is locked" in refused.reason, refused.reason)
        val draft = Notebook.open(phone, Xor(), 60).use { it.brawl() }
        val thrown = assertThrows<NotebookException.SignInAgain> { Notebook.open(phone, Locked(), 60) }
        assertTrue("service died" in thrown.reason, thrown.reason)
        assertEquals(draft.statement, Notebook.open(phone, Xor(), 60).draft(draft.id).statement)
    }

    @Test
    fun `a synchronisation is stopped at will and loses nothing`() = story {
        val phone = enrolled("Inès")
        val doc = phone.file(phone.brawl().id).doc
        closes()
        road.goesSilent()
        val later = assertThrows<NotebookException.TryLater> {
            runBlocking {
                val syncing = async(Dispatchers.Default) { phone.sync() }
                withContext(Dispatchers.IO) { road.takesOneIn() }
                phone.cancelSync()
                road.isCut()
                syncing.await()
            }
        }
        assertEquals(0u, later.afterS, "stopped by a person, not given up")
        assertEquals(Status.Stored, phone.status(doc))
        opens()
        assertTrue(phone.syncs().complete)
        assertEquals(Status.Delivered, phone.status(doc))
    }

    @Test
    fun `a coroutine that is cancelled drops the synchronisation and loses nothing`() = story {
        val phone = enrolled("Inès")
        val doc = phone.file(phone.brawl().id).doc
        road.goesSilent()
        runBlocking {
            val syncing = async(Dispatchers.Default) { phone.sync() }
            withContext(Dispatchers.IO) { road.takesOneIn() }
            syncing.cancel()
        }
        assertEquals(Status.Stored, phone.status(doc))
        closes()
        opens()
        assertTrue(phone.syncs().complete)
        assertEquals(Status.Delivered, phone.status(doc))
    }

    @Test
    fun `a screen hears of changes and its failures are its own`() {
        val heard = CopyOnWriteArrayList<Change>()
        val screen = object : Observer {
            override fun changed(change: Change) {
                heard += change
                error("a screen that fails to redraw")
            }
        }
        val phone = Notebook.openWithPassphrase(directory.resolve("phone").toString(), "phrase", 60)
        phone.observe(screen)
        val draft = phone.brawl()
        phone.observe(null)
        phone.discardDraft(draft.id)
        assertEquals(listOf<Change>(Change.Drafts, Change.Drafts), heard)
        assertTrue(phone.drafts().isEmpty())
    }

    @Test
    fun `the catalogue is enough to build a form`() {
        val forms = catalogue(Language.FR)
        val brawl = forms.types.single { it.code == "youth.brawl" }
        val injuries = brawl.fields.single { it.code == "injuries" }
        val kind = assertInstanceOf(FieldKind.Choice::class.java, injuries.kind)
        assertTrue(injuries.required)
        val choices = kind.choices.associateWith { forms.words.getValue("choice/injuries/$it") }
        assertEquals(choices["light"], words("injuries", FactValue.Text("light"), Language.FR))
        val named = forms.types.map { "type/${it.code}" } + forms.axes.map { "axis/$it" } +
            forms.common.map { "field/${it.code}" } + (1..5).map { "severity/$it" }
        assertEquals(emptyList<String>(), named.filter { forms.words[it].isNullOrEmpty() })
    }
}
