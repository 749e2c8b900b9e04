package org.ronde.core

import java.nio.file.Path
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import org.ronde.Adding
import org.ronde.Child
import org.ronde.FactValue
import org.ronde.NotebookException
import org.ronde.World

/** What is typed is kept: through leaving, closing and killing. */
class DraftStoryTest {
    @TempDir
    lateinit var directory: Path

    @Test
    fun `a draft saved as it was typed survives a kill, with the field that was typed in`() {
        val child = Child(Typist::class, directory.toString())
        val id = child.says("typed")
        child.isKilled()
        phone(directory).use { phone ->
            val draft = phone.drafts.value.single()
            assertEquals(id, draft.id)
            assertEquals(Typist.WORDS, draft.statement, "nobody flushed: it was saved as it was typed")
            assertEquals("statement", draft.focus)
            assertEquals(FactValue.Text("Rixe"), draft.facts["title"])
        }
    }

    @Test
    fun `the last keystroke wins, whatever came before it`() {
        val typed = "Deux groupes se font face, puis se dispersent vers la gare."
        val draft = phone(directory).use { phone ->
            runBlocking {
                val draft = phone.newDraft("youth.brawl")
                typed.indices.forEach { phone.keep(draft.copy(statement = typed.take(it + 1))) }
                assertEquals(typed, phone.draft(draft.id).statement, "a screen that comes back sees it at once")
                phone.flush()
                assertEquals(typed, phone.drafts.becomes { it.single().statement == typed }.single().statement)
                phone.keep(draft.copy(statement = "$typed Fin."))
                draft
            }
        }
        phone(directory).use { assertEquals("$typed Fin.", runBlocking { it.draft(draft.id) }.statement, "closing saves") }
    }

    @Test
    fun `what is begun about a report survives a kill, is no draft, and is added once`() = World(directory).use { world ->
        world.opens()
        val doc = world.phone("Inès").use { runBlocking { it.files() } }
        Child(Adder::class, world.file("Inès"), doc).use { child ->
            child.says("typed")
            child.isKilled()
        }
        phone(Path.of(world.file("Inès"))).use { phone ->
            assertTrue(phone.drafts.value.isEmpty())
            val begun = phone.begun.value.single()
            assertEquals(Typist.WORDS, begun.statement)
            assertEquals("statement", begun.focus)
            runBlocking {
                assertEquals(begun.id, phone.begin(doc, Adding.Statement, emptyList()).id)
                checkNotNull(phone.add(begun.id))
                phone.begun.becomes { it.isEmpty() }
                assertNull(phone.add(begun.id), "it was added already")
                assertEquals(Typist.WORDS, phone.read(doc).detail.statements.last().statement.text)
            }
        }
    }

    @Test
    fun `what is begun about a report that is not here is found all the same, and thrown away by hand`() = World(directory).use { world ->
        world.opens()
        world.phone("Inès").use { phone ->
            runBlocking {
                val doc = phone.files()
                val begun = phone.begin(doc, Adding.Statement, emptyList())
                phone.keep(begun.copy(statement = Typist.WORDS))
                phone.keep(begun.copy(id = "0f".repeat(16), statement = "Seuls", about = begun.about?.copy(doc = "00".repeat(16))))
                phone.flush()
                assertEquals("Seuls", phone.orphaned.becomes { it.isNotEmpty() }.single().statement)
                assertEquals(2, phone.begun.value.size)
                phone.discard("0f".repeat(16))
                assertTrue(phone.orphaned.value.isEmpty())
                assertEquals(Typist.WORDS, phone.begun.becomes { it.size == 1 }.single().statement)
            }
        }
    }

    @Test
    fun `what is begun keeps its place, whatever is typed in last`() = World(directory).use { world ->
        world.opens()
        world.phone("Inès").use { phone ->
            runBlocking {
                val doc = phone.files()
                val (first, second) = listOf(Adding.Statement to 1L, Adding.Void to 2L).map { (adding, ms) ->
                    phone.begin(doc, adding, emptyList()).let { it.copy(statement = "Un", about = it.about?.copy(begunMs = ms)) }
                }
                listOf(first, second).forEach(phone::keep)
                for (last in listOf(first, second)) {
                    phone.flush()
                    phone.keep(last.copy(statement = "Une"))
                    assertEquals(listOf(first.id, second.id), phone.begun.value.map { it.id }, "as it is typed")
                    phone.flush()
                    val read = phone.begun.becomes { all -> all.any { it.id == last.id && it.statement == "Une" && it.savedMs > last.savedMs } }
                    assertEquals(listOf(first.id, second.id), read.map { it.id }, "as it is read")
                }
            }
        }
    }

    @Test
    fun `a draft that was thrown away stays away`() = phone(directory).use { phone ->
        runBlocking {
            val draft = phone.newDraft("youth.brawl")
            phone.keep(draft.copy(statement = "À jeter"))
            phone.discard(draft.id)
            phone.flush()
            assertThrows<NotebookException.NotFound> { phone.draft(draft.id) }
            assertTrue(phone.drafts.becomes { it.isEmpty() }.isEmpty())
        }
    }
}

/** Types a draft, waits until the notebook says that it is saved, and stays until it is killed. */
object Typist {
    const val WORDS = "Je vois deux hommes courir vers la place."

    @JvmStatic
    fun main(arguments: Array<String>) = runBlocking {
        val phone = phone(Path.of(arguments.single()))
        val draft = phone.newDraft("youth.brawl").copy(facts = mapOf("title" to FactValue.Text("Rixe")), focus = "statement")
        WORDS.indices.forEach { phone.keep(draft.copy(statement = WORDS.take(it + 1))) }
        phone.drafts.becomes { drafts -> drafts.any { it.statement == WORDS } }
        println("typed ${draft.id}")
        System.`in`.read()
        Unit
    }
}

/** Types words to be added to a report, and stays until it is killed. */
object Adder {
    @JvmStatic
    fun main(arguments: Array<String>) = runBlocking {
        val (directory, doc) = arguments
        val phone = phone(Path.of(directory))
        val begun = phone.begin(doc, Adding.Statement, phone.read(doc).detail.heads).copy(focus = "statement")
        Typist.WORDS.indices.forEach { phone.keep(begun.copy(statement = Typist.WORDS.take(it + 1))) }
        // Read from the disk: it has the hour of the save.
        phone.begun.becomes { all -> all.any { it.statement == Typist.WORDS && it.savedMs > begun.savedMs } }
        println("typed")
        System.`in`.read()
        Unit
    }
}
