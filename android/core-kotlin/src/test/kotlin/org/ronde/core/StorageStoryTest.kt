package org.ronde.core

import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import org.ronde.Cause
import org.ronde.Language
import org.ronde.NotebookException
import org.ronde.PersonsAct
import org.ronde.Status
import org.ronde.World

/** No room left on the phone, on a real file system that is full. */
class StorageStoryTest {
    @TempDir
    lateinit var directory: Path

    @Test
    fun `storage full while filing is said, the words are kept, and filing works once there is room`() {
        val small = Files.createDirectory(directory.resolve("small"))
        assumeTrue(mounts(small), "this machine lets nobody mount a small file system: skipped")
        World(directory).use { world ->
            world.opens()
            val child = Child(Cramped::class, small.toString(), world.road.address, world.invitation("Inès"), under = within(small))
            child.says("filed again")
            assertEquals(0, child.ends())
        }
    }

    /** A file system of 24 MB, seen by what runs in it only. */
    private fun within(place: Path) =
        listOf("unshare", "-rm", "sh", "-c", "mount -t tmpfs -o size=24m tmpfs \"$0\" && exec \"$@\"", place.toString())

    private fun mounts(place: Path): Boolean = try {
        ProcessBuilder(within(place) + "true").redirectErrorStream(true).start().run {
            inputStream.readAllBytes()
            waitFor() == 0
        }
    } catch (_: IOException) {
        false
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
        val filler = Path.of(directory, "filler").also(::fills)

        val typed = draft.copy(statement = "Constatons. ".repeat(5_000))
        phone.keep(typed)
        val unsaved = checkNotNull(phone.unsaved.becomes { it != null })
        assertTrue(unsaved.draft == draft.id && unsaved.because is NotebookException.FreeSpace, "$unsaved")
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

        Files.delete(filler)
        val doc = phone.file(draft.id).doc
        assertEquals(typed.statement, phone.read(doc).detail.statements.single().statement.text)
        phone.unsaved.becomes { it == null }
        phone.sync.becomes { it.status.cause == Cause.NO_NETWORK }
        assertTrue(phone.synchronise().complete)
        assertTrue(phone.reports.becomes { list -> list.items.all { it.status == Status.Delivered } }.items.size == 2)
        phone.close()
        println("filed again")
    }

    private fun fills(file: Path) {
        try {
            Files.newOutputStream(file).use { out -> while (true) out.write(ByteArray(4096)) }
        } catch (_: IOException) {
            // No room is left: that is what it is for.
        }
    }
}
