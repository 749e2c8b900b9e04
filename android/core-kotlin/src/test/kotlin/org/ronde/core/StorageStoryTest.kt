package org.ronde.core

import java.nio.file.Files
import java.nio.file.Path
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import org.ronde.Adding
import org.ronde.Cause
import org.ronde.Child
import org.ronde.Language
import org.ronde.NotebookException
import org.ronde.PersonsAct
import org.ronde.SmallStorage
import org.ronde.Status
import org.ronde.World

/** No room left on the phone, on a real file system that is full. */
class StorageStoryTest {
    @TempDir
    lateinit var directory: Path

    @Test
    fun `storage full while filing is said, the words are kept, and filing works once there is room`() {
        val small = Files.createDirectory(directory.resolve("small"))
        val storage = SmallStorage(small)
        assumeTrue(storage.isAllowed, "this machine lets nobody mount a small file system: skipped")
        World(directory).use { world ->
            world.opens()
            val child = Child(Cramped::class, small.toString(), world.road.address, world.invitation("Inès"), under = storage.command)
            child.says("filed again")
            assertEquals(0, child.ends())
        }
    }
}

/** The officer whose phone is full. */
object Cramped {
    @JvmStatic
    fun main(arguments: Array<String>) = runBlocking {
        val (directory, server, code) = arguments
        val phone = phone(Path.of(directory, "phone"))
        phone.enrol(server, code)
        phone.files()
        val draft = phone.newDraft("youth.brawl").brawl()
        phone.keep(draft)
        phone.flush()
        val filler = Path.of(directory, "filler").also(SmallStorage::fill)

        val typed = draft.copy(statement = "Constatons. ".repeat(5_000))
        phone.keep(typed)
        val unsaved = phone.unsaved.becomes { it.isNotEmpty() }
        assertTrue(unsaved.keys == setOf(draft.id) && unsaved[draft.id] is NotebookException.FreeSpace, "$unsaved")
        val full = phone.sync.becomes { it.status.cause == Cause.STORAGE_FULL }.status
        assertEquals(PersonsAct.FREE_SPACE, full.act)
        val refused = assertThrows<NotebookException.FreeSpace> { phone.file(draft.id) }
        assertEquals(
            "Stockage plein. Ce qui est déposé est sauf, le brouillon est gardé. Libérez de la place.",
            phone.words.value.said(refused),
        )
        assertTrue(Words(Language.EN).said(refused).startsWith("Storage is full."))
        assertEquals(typed, phone.draft(draft.id), "what was typed is still there")
        assertEquals(1, phone.reports.value.items.size, "nothing was filed by halves")

        val filed = phone.reports.value.items.single().row.doc
        val begun = phone.begin(filed, Adding.Statement, phone.read(filed).detail.heads)
        phone.keep(begun.copy(statement = "Un homme court. ".repeat(3_000)))
        assertEquals(begun.id, phone.begun.becomes { it.isNotEmpty() }.single().id, "what is only in memory waits too")
        assertEquals("Un homme court. ".repeat(3_000), phone.begin(filed, Adding.Statement, emptyList()).statement)
        assertThrows<NotebookException.FreeSpace> { phone.add(begun.id) }
        assertEquals(setOf(draft.id, begun.id), phone.unsaved.value.keys, "each of two that are not on the disk is said")

        Files.delete(filler)
        checkNotNull(phone.add(begun.id))
        phone.begun.becomes { it.isEmpty() }
        assertEquals(2, phone.read(filed).detail.statements.size)
        val doc = phone.file(draft.id).doc
        assertEquals(typed.statement, phone.read(doc).detail.statements.single().statement.text)
        phone.unsaved.becomes { it.isEmpty() }
        phone.sync.becomes { it.status.cause == Cause.NO_NETWORK }
        assertTrue(phone.synchronise().complete)
        assertTrue(phone.reports.becomes { list -> list.items.all { it.status == Status.Delivered } }.items.size == 2)
        phone.close()
        println("filed again")
    }
}
