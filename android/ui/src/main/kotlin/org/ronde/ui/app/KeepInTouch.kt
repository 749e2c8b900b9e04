// When the app talks to the server by itself: at once when something was written, and every so often.
// What a conversation is, and why one failed, is the core's. Changes with when it is worth trying.
package org.ronde.ui.app

import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.withTimeoutOrNull
import org.ronde.NotebookException
import org.ronde.core.Repository

/** How often the server is asked for news when nothing else is to be said. */
val OFTEN: Duration = 30.seconds

/** Synchronises until it is cancelled; never ends by itself. */
suspend fun keepInTouch(repository: Repository, every: Duration = OFTEN): Nothing {
    val written = repository.sync.map { it.status.written }.distinctUntilChanged()
    while (true) {
        val before = repository.sync.value.status.written
        val wait = try {
            repository.synchronise()
            every
        } catch (later: NotebookException.TryLater) {
            // Filing tries at once; a server that asks to be left alone is not asked sooner.
            maxOf(every, later.afterS.toInt().seconds)
        } catch (_: NotebookException) {
            // The status says why, and what a person does about it.
            every
        }
        withTimeoutOrNull(wait) { written.first { it != before } }
    }
}
