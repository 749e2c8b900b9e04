package org.ronde.core

import java.lang.reflect.InvocationHandler
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Proxy
import java.nio.file.Path
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.Executors
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.ronde.Adding
import org.ronde.FactValue
import org.ronde.Language
import org.ronde.Notebook
import org.ronde.NotebookInterface
import org.ronde.World

/** The thread that draws the screen never waits for the notebook. */
class ScreenThreadTest {
    @TempDir
    lateinit var directory: Path

    /** Every call of the notebook: its verb and its thread. */
    private val calls = ConcurrentLinkedQueue<Pair<String, String>>()

    private fun watched(notebook: Notebook): NotebookInterface {
        val note = InvocationHandler { _, verb, given ->
            // What follows is the coroutine's name, where assertions are on.
            calls += verb.name.substringBefore('-') to Thread.currentThread().name.substringBefore(" @")
            try {
                verb.invoke(notebook, *given.orEmpty())
            } catch (thrown: InvocationTargetException) {
                throw thrown.targetException
            }
        }
        val faces = arrayOf(NotebookInterface::class.java, AutoCloseable::class.java)
        return Proxy.newProxyInstance(javaClass.classLoader, faces, note) as NotebookInterface
    }

    @Test
    fun `every verb runs on a thread of the repository, and what is written on one only`() = World(directory).use { world ->
        world.opens()
        val screen = Executors.newSingleThreadExecutor { Thread(it, "screen") }.asCoroutineDispatcher()
        runBlocking(screen) {
            val path = world.file("Inès")
            val phone = Repository.opened(Language.FR) { watched(Notebook.openWithPassphrase(path, PASSPHRASE, 60)) }
            phone.enrol(world.road.address, world.invitation("Inès"))
            val doc = phone.files()
            phone.synchronise()
            phone.report(doc).first()
            val heads = phone.read(doc).detail.heads
            phone.correct(doc, heads, mapOf("facts/people_count" to FactValue.Integer(8)))
            phone.state(doc, "Une septième personne arrive.")
            val begun = phone.begin(doc, Adding.Statement, heads)
            phone.keep(begun.copy(statement = "Une huitième."))
            phone.add(begun.id)
            phone.void(doc, "Déposé deux fois")
            phone.search("rixe")
            phone.more()
            phone.communeAt(1.5, 48.45)
            phone.discard(phone.newDraft("other").id)
            phone.newId()
            phone.flush()
        }
        screen.close()
        val verbs = calls.groupBy({ it.first }, { it.second }).mapValues { it.value.toSet() }
        val seen = verbs.keys
        val expected = setOf(
            "newDraft", "saveDraft", "discardDraft", "file", "correct", "state", "void", "list", "item", "read", "history",
            "receipt", "search", "syncStatus", "setAside", "communes", "communeAt", "identity", "drafts", "enrol", "sync",
        )
        assertEquals(emptySet<String>(), expected - seen, "the story uses every verb that may wait")
        // These two hand over and return.
        val waits = verbs - setOf("observe", "cancelSync")
        assertTrue(waits.values.flatten().all { it.startsWith("ronde-") }, waits.toString())
        listOf("begin", "add", "saveDraft", "file", "correct", "state", "void", "discardDraft", "newDraft").forEach { verb ->
            assertEquals(setOf("ronde-writing"), waits.getValue(verb), verb)
        }
    }
}
