package org.ronde.core

import java.util.concurrent.atomic.AtomicReference
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import org.ronde.Draft
import org.ronde.NotebookException

/** The longest that a keystroke is only in memory, when the storage takes it. */
private val SOON: Duration = 300.milliseconds

/** When a draft that the storage refused is tried again. */
private val AGAIN: Duration = 5.seconds

/**
 * Saves drafts as they are typed: soon after the first keystroke that is not saved, the latest state
 * of each, in order. Knows when to save; what saving means, and where, is its owner's.
 */
internal class DraftSaver(
    private val scope: CoroutineScope,
    private val writing: CoroutineDispatcher,
    private val save: (Draft) -> Unit,
    private val told: (Map<String, NotebookException>) -> Unit,
) {
    private val typed = AtomicReference<Map<String, Draft>>(emptyMap())
    private val waiting = AtomicReference<Job?>(null)
    private val one = Mutex()

    /** Takes a draft as it is now; returns at once. */
    fun keep(draft: Draft) {
        typed.updateAndGet { it + (draft.id to draft) }
        flushIn(SOON)
    }

    /** What was typed and is not saved yet. */
    fun latest(id: String): Draft? = typed.get()[id]

    /** Everything typed that is not saved yet. */
    fun unsaved(): Collection<Draft> = typed.get().values

    private fun forget(id: String) {
        typed.updateAndGet { it - id }
    }

    /** Saves everything typed until now; what is refused stays in memory, and its refusal is answered. */
    suspend fun flush(): Map<String, NotebookException> = one.withLock {
        withContext(writing) { savedAll() }.also(::note)
    }

    /**
     * Saves everything typed, then acts on a draft, in one turn of the writing thread: nothing typed comes
     * in between. Its refusal is thrown and nothing is done; once it is done nothing is left to save of it.
     */
    suspend fun <T> lastly(id: String, act: () -> T): T = one.withLock {
        val (refused, done) = withContext(writing) {
            val refused = savedAll()
            refused to if (id in refused) null else runCatching { act().also { forget(id) } }
        }
        note(refused)
        refused[id]?.let { throw it }
        checkNotNull(done).getOrThrow()
    }

    /** Acts while nothing is being saved or done last with a draft: what it finds is not half done. */
    suspend fun <T> inTurn(act: () -> T): T = one.withLock { withContext(writing) { act() } }

    /** Throws a draft away, then what was typed of it: when it is refused nothing is forgotten. */
    suspend fun drop(id: String, discard: () -> Unit) = inTurn {
        try {
            discard()
        } catch (never: NotebookException.NotFound) {
            // What never was on the disk is only in memory.
            if (latest(id) == null) throw never
        }
        forget(id)
    }

    private fun savedAll(): Map<String, NotebookException> = typed.get().values.mapNotNull(::saved).toMap()

    private fun note(refused: Map<String, NotebookException>) {
        told(refused)
        if (refused.values.any { it is NotebookException.FreeSpace || it is NotebookException.TryLater }) flushIn(AGAIN)
    }

    private fun saved(draft: Draft): Pair<String, NotebookException>? = try {
        save(draft)
        // A later keystroke of the same draft is not saved by this.
        typed.updateAndGet { if (it[draft.id] === draft) it - draft.id else it }
        null
    } catch (refused: NotebookException) {
        draft.id to refused
    }

    private fun flushIn(delay: Duration) {
        val next = scope.launch(start = CoroutineStart.LAZY) {
            delay(delay)
            waiting.set(null)
            flush()
        }
        if (waiting.compareAndSet(null, next)) next.start() else next.cancel()
    }
}
