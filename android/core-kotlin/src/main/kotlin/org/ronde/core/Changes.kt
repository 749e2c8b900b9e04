package org.ronde.core

import kotlinx.coroutines.channels.Channel
import org.ronde.Change
import org.ronde.Observer

/** What is to be read again. */
internal data class Stale(
    val drafts: Boolean = false,
    val status: Boolean = false,
    val reports: Boolean = false,
    /** Which reports; none: any of them. */
    val docs: Set<String>? = emptySet(),
) {
    fun with(change: Change): Stale = when (change) {
        is Change.Drafts -> copy(drafts = true)
        is Change.Status -> copy(status = true)
        is Change.Reports -> copy(reports = true, docs = change.docs?.let { more -> docs?.plus(more) })
    }

    companion object {
        val ALL = Stale(drafts = true, status = true, reports = true, docs = null)
    }
}

/** Everything that changed since it was last asked. */
internal class Changes : Observer {
    private val heard = Channel<Change>(Channel.UNLIMITED)

    /** Called on the thread that changed something: hands over and returns. */
    override fun changed(change: Change) {
        heard.trySend(change)
    }

    /** Waits for a change, and takes every other that came meanwhile with it. */
    suspend fun next(): Stale {
        var stale = Stale().with(heard.receive())
        while (true) stale = stale.with(heard.tryReceive().getOrNull() ?: return stale)
    }
}
