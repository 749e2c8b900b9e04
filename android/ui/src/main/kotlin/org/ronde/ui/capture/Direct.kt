// Reports filed by one touch: held ten seconds as drafts, then filed. A kill before that leaves the
// draft, which Aujourd'hui shows. Lives above the screens. Changes with what one touch files.
package org.ronde.ui.capture

import androidx.compose.runtime.Composable
import androidx.compose.runtime.Stable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableIntStateOf
import androidx.compose.runtime.mutableStateListOf
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.setValue
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import org.ronde.NotebookException
import org.ronde.core.Repository

/** Where a report filed by one touch is. */
sealed interface Held {
    /** On disk as a draft, filed in [seconds]. */
    data class Waiting(val seconds: Int) : Held

    /** Being filed: too late to take it back. */
    data object Filing : Held

    /** Durable under its id since [ms], UTC. */
    data class Filed(val doc: String, val ms: Long) : Held

    /** Taken back in time: nothing was filed. */
    data object Cancelled : Held

    /** Refused; the draft, when there is one, stays. */
    data class Refused(val because: NotebookException) : Held
}

/** One report filed by one touch. */
@Stable
class OneTouch internal constructor(val reportType: String) {
    /** Where it is now. */
    var held: Held by mutableStateOf(Held.Waiting(HELD_SECONDS))
        internal set
    internal var draft: String? = null
    internal var work: Job? = null
    internal val isUnderWay: Boolean get() = held is Held.Waiting || held is Held.Filing
}

/** The reports filed by one touch since the app was opened, latest last. */
@Stable
class Direct internal constructor(private val repository: Repository, private val scope: CoroutineScope) {
    private val touches = mutableStateListOf<OneTouch>()

    /** What is still to be said of them. */
    val shown: List<OneTouch> get() = touches

    /** The drafts under way, which no list of drafts repeats. */
    val drafts: Set<String> get() = touches.filter { it.isUnderWay }.mapNotNullTo(mutableSetOf()) { it.draft }

    /** Makes the draft at once, and files it in ten seconds. */
    fun touch(reportType: String) {
        val one = OneTouch(reportType)
        touches.removeAll { !it.isUnderWay }
        touches += one
        one.work = scope.launch { hold(one) }
    }

    /** Takes a report back; nothing of it stays. */
    fun cancel(one: OneTouch) {
        if (one.held !is Held.Waiting) return
        one.held = Held.Cancelled
        // A draft that is still being made is thrown away by whoever makes it.
        val draft = one.draft ?: return
        one.work?.cancel()
        scope.launch { discard(one, draft) }
    }

    /** Says nothing more of it. */
    fun dismiss(one: OneTouch) {
        if (!one.isUnderWay) touches -= one
    }

    private suspend fun hold(one: OneTouch) = try {
        val draft = repository.newDraft(one.reportType).id
        if (one.held is Held.Cancelled) discard(one, draft) else count(one, draft)
    } catch (refused: NotebookException) {
        one.held = Held.Refused(refused)
    }

    private suspend fun count(one: OneTouch, draft: String) {
        one.draft = draft
        for (seconds in HELD_SECONDS downTo 1) {
            one.held = Held.Waiting(seconds)
            delay(SECOND_MS)
        }
        one.held = Held.Filing
        repository.file(draft)
        one.held = Held.Filed(draft, System.currentTimeMillis())
        // It is filed, whatever becomes of reading it again for the minute that the record itself holds.
        val recorded = try {
            repository.read(draft).detail.item.row.recordedMs
        } catch (_: NotebookException) {
            return
        }
        one.held = Held.Filed(draft, recorded)
    }

    private suspend fun discard(one: OneTouch, draft: String) = try {
        repository.discard(draft)
    } catch (refused: NotebookException) {
        one.held = Held.Refused(refused)
    }
}

/** One for the whole app, above navigation: ten seconds go on whatever screen is shown. */
@Composable
fun rememberDirect(repository: Repository): Direct {
    val scope = rememberCoroutineScope()
    return remember(repository) { Direct(repository, scope) }
}

private const val HELD_SECONDS = 10
private const val SECOND_MS = 1_000L
