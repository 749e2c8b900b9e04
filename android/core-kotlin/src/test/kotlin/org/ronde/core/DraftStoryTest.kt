package org.ronde.core

import java.nio.file.Path
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import org.ronde.FactValue
import org.ronde.NotebookException

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
