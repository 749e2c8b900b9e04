package org.ronde.core

import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.ronde.Draft
import org.ronde.NotebookException

/** What is done last with a draft is done with its last words. */
class DraftSaverTest {
    private val thread = Executors.newSingleThreadExecutor().asCoroutineDispatcher()
    private val turns = AtomicInteger()
    private val writing = object : CoroutineDispatcher() {
        override fun dispatch(context: CoroutineContext, block: Runnable) {
            turns.incrementAndGet()
            thread.dispatch(context, block)
        }
    }
    private val scope = CoroutineScope(Job() + Dispatchers.Default)
    private val done = mutableListOf<String>()

    private fun draft(words: String) = Draft("one", "other", emptyMap(), emptyList(), words, null, 0, null, null)

    @AfterEach
    fun end() {
        scope.cancel()
        thread.close()
    }

    @Test
    fun `the last words are saved and filed in one turn, and nothing is left to save`() = runBlocking {
        val saver = DraftSaver(scope, writing, { done += it.statement }) {}
        saver.keep(draft("Six"))
        saver.keep(draft("Six personnes"))
        saver.lastly("one") { done += "filed" }
        assertEquals(listOf("Six personnes", "filed"), done)
        assertEquals(1, turns.get())
        assertNull(saver.latest("one"))
    }

    @Test
    fun `what asks for a draft that is on its way gets it once it is done, not as it was`() = runBlocking {
        val saver = DraftSaver(scope, writing, { done += it.statement }) {}
        saver.keep(draft("Six"))
        lateinit var asked: Job
        saver.lastly("one") {
            asked = launch(Dispatchers.Unconfined) { saver.inTurn { done += "asked: ${saver.latest("one")}" } }
            done += "added"
        }
        asked.join()
        assertEquals(listOf("Six", "added", "asked: null"), done)
    }

    @Test
    fun `words that could not be thrown away stay, those that never were on the disk are forgotten`() = runBlocking {
        val full = NotebookException.FreeSpace("", "", "", 0uL)
        val saver = DraftSaver(scope, writing, { throw full }) {}
        saver.keep(draft("Six"))
        assertThrows<NotebookException.FreeSpace> { runBlocking { saver.drop("one") { throw full } } }
        assertEquals("Six", saver.latest("one")?.statement)
        saver.drop("one") { throw NotebookException.NotFound("", "", "") }
        assertNull(saver.latest("one"))
        assertThrows<NotebookException.NotFound> { runBlocking { saver.drop("one") { throw NotebookException.NotFound("", "", "") } } }
        Unit
    }

    @Test
    fun `words that are not saved are not filed, and stay`() = runBlocking {
        val saver = DraftSaver(scope, writing, { throw NotebookException.NotFound("", "", "") }) {}
        saver.keep(draft("Six"))
        assertThrows<NotebookException.NotFound> { runBlocking { saver.lastly("one") { done += "filed" } } }
        assertEquals(emptyList<String>(), done)
        assertEquals("Six", saver.latest("one")?.statement)
    }
}
