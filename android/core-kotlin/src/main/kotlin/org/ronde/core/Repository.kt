package org.ronde.core

import java.nio.file.Path
import java.time.Instant
import java.time.ZoneId
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import org.ronde.Adding
import org.ronde.Cause
import org.ronde.Change
import org.ronde.Commune
import org.ronde.Detail
import org.ronde.Draft
import org.ronde.FactValue
import org.ronde.Filed
import org.ronde.Identity
import org.ronde.KeyVault
import org.ronde.Language
import org.ronde.ListItem
import org.ronde.Notebook
import org.ronde.NotebookException
import org.ronde.NotebookInterface
import org.ronde.ReceiptView
import org.ronde.SetAside
import org.ronde.Step
import org.ronde.SyncReport
import org.ronde.SyncStatus

/** A report with all that its screen shows. */
data class Report(val detail: Detail, val history: List<Step>, val receipt: ReceiptView)

/** How far everything is. */
data class SyncState(val status: SyncStatus) {
    /** A synchronisation is under way. */
    val running: Boolean get() = status.cause == Cause.SENDING
}

/**
 * The phone's notebook as screens use it: what is, are flows of the present state; what is done, are
 * suspending verbs. Nothing runs on the caller's thread; what is refused is a [NotebookException].
 */
class Repository private constructor(
    private val notebook: NotebookInterface,
    private val threads: Threads,
    language: Language,
) : AutoCloseable {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
    private val changes = Changes()
    private val saver = DraftSaver(scope, threads.writing, notebook::saveDraft, ::noteUnsaved)
    private val list = ReportList(notebook)

    private val speech = MutableStateFlow(Words(language))
    private val self = MutableStateFlow<Identity?>(null)
    private val written = MutableStateFlow<List<Draft>>(emptyList())
    private val beside = MutableStateFlow<List<Draft>>(emptyList())
    private val alone = MutableStateFlow<List<Draft>>(emptyList())
    private val state = MutableStateFlow(SyncState(notebook.syncStatus()))
    private val aside = MutableStateFlow<List<SetAside>>(emptyList())
    private val land = MutableStateFlow<List<Commune>>(emptyList())
    private val notSaved = MutableStateFlow<Map<String, NotebookException>>(emptyMap())
    private val wrong = MutableStateFlow<NotebookException?>(null)
    private val revisions = MutableStateFlow(Revisions())

    /** The catalogue's labels and the core's sentences, in the language of now. */
    val words: StateFlow<Words> = speech.asStateFlow()

    /** Who writes; nobody before enrolment. */
    val identity: StateFlow<Identity?> = self.asStateFlow()

    /** Drafts, latest saved first. */
    val drafts: StateFlow<List<Draft>> = written.asStateFlow()

    /** What is begun about reports and not in them yet, saved or not, first begun first. */
    val begun: StateFlow<List<Draft>> = beside.asStateFlow()

    /** Those of [begun] whose report is not on this phone: nothing but this leads to them. */
    val orphaned: StateFlow<List<Draft>> = alone.asStateFlow()

    /** The list, newest first; [more] lengthens it. */
    val reports: StateFlow<Reports> = list.shown

    /** How far everything is. */
    val sync: StateFlow<SyncState> = state.asStateFlow()

    /** What a person must look at. */
    val setAside: StateFlow<List<SetAside>> = aside.asStateFlow()

    /** The communes of the territory; empty before the server sent them. */
    val communes: StateFlow<List<Commune>> = land.asStateFlow()

    /** Why the last keystrokes of a draft, by its id, are not on disk; they are in memory and tried again. */
    val unsaved: StateFlow<Map<String, NotebookException>> = notSaved.asStateFlow()

    /** The last refresh that failed, until one succeeds: what is shown may be old. */
    val trouble: StateFlow<NotebookException?> = wrong.asStateFlow()

    // Drafts ---------------------------------------------------------------------------------------

    /** A new draft, on disk when this returns. */
    suspend fun newDraft(reportType: String): Draft = write { newDraft(reportType) }

    /** A draft as it was last typed. */
    suspend fun draft(id: String): Draft = saver.latest(id) ?: read { draft(id) }

    /** Takes a draft as it is now and returns at once; on disk less than half a second later. */
    fun keep(draft: Draft) {
        saver.keep(draft)
        if (draft.about != null) beside.update { all -> (listOf(draft).filterNot(Draft::isBlank) + all.filter { it.id != draft.id }).asBegun() }
    }

    /** Everything typed is on disk when this returns, or [unsaved] says what is not: the app is left. */
    suspend fun flush() {
        saver.flush()
    }

    /** Throws a draft away, or what was begun about a report. When it is refused it stays as it was typed. */
    suspend fun discard(id: String) {
        saver.drop(id) { written { discardDraft(id) } }
        notSaved.update { it - id }
        beside.update { all -> all.filter { it.id != id } }
        alone.update { all -> all.filter { it.id != id } }
        // What was only in memory tells nobody that it is gone.
        changes.changed(Change.Drafts)
    }

    /** Déposer: durable when it returns. When it is refused the draft stays as it was typed. */
    suspend fun file(id: String): Filed = saver.lastly(id) { written { file(id) } }

    /**
     * What was begun of this about a report, as it was last typed, or a blank one: to [keep] as it is typed.
     * [shown]: the version on screen (`detail.heads`).
     */
    suspend fun begin(doc: String, adding: Adding, shown: List<String>): Draft = saver.inTurn {
        saver.unsaved().find { it.about?.doc == doc && it.about?.adding == adding } ?: notebook.begin(doc, adding, shown)
    }

    /** Adds what was begun to its report; none when it changes nothing. When it is refused it stays. */
    suspend fun add(id: String): String? = saver.lastly(id) { written { add(id) } }

    /** An id for a person or a vehicle of a draft. */
    suspend fun newId(): String = read { newUlid() }

    // Reports --------------------------------------------------------------------------------------

    /** One page more of [reports]. */
    suspend fun more() = withContext(threads.reading) { list.more() }

    /** Reports that hold every word. */
    suspend fun search(query: String, limit: Int = PAGE): List<ListItem> = read { search(query, limit.toUInt()) }

    /** A report as it is now. */
    suspend fun read(doc: String): Report = read { whole(doc) }

    /** A report, again each time it may have changed; ends with the refusal of a reading. */
    fun report(doc: String): Flow<Report> =
        revisions.map { it.of(doc) }.distinctUntilChanged().map { notebook.whole(doc) }.flowOn(threads.reading)

    /** Corrects facts, by key (`facts/people_count`), from the version on screen (`detail.heads`). */
    suspend fun correct(doc: String, shown: List<String>, puts: Map<String, FactValue>): String? =
        write { correct(doc, shown, puts) }

    /** Adds one's own words; [sourceAuthor]: whose words they are when taken over. */
    suspend fun state(doc: String, text: String, sourceAuthor: String? = null, supersedes: String? = null): String =
        write { state(doc, text, sourceAuthor, supersedes) }

    /** Voids a mistaken filing. */
    suspend fun void(doc: String, reason: String): String = write { void(doc, reason) }

    /** Settles a divergence from the author's side. */
    suspend fun decide(doc: String, shown: List<String>, key: String, value: FactValue): String? =
        write { decide(doc, shown, key, value) }

    /** The commune a position is in, degrees. */
    suspend fun communeAt(lon: Double, lat: Double): Commune? = read { communeAt(lon, lat) }

    // The server -----------------------------------------------------------------------------------

    /** Enrols with the code of an invitation; [pin]: SHA-256 of the server's certificate, 32 bytes. */
    suspend fun enrol(server: String, code: String, pin: ByteArray? = null): Identity {
        val identity = withContext(threads.talking) { notebook.enrol(server, code, pin) }
        refresh(Stale.ALL)
        return identity
    }

    /** Sends and receives now; a coroutine that is cancelled stops it and loses nothing. */
    suspend fun synchronise(): SyncReport = withContext(threads.talking) { notebook.sync() }

    /** Stops the synchronisation under way; nothing is lost. */
    fun stop() = notebook.cancelSync()

    /** Speaks another language from now on. */
    suspend fun speak(language: Language) {
        speech.value = withContext(threads.reading) { Words(language) }
    }

    // ----------------------------------------------------------------------------------------------

    private suspend fun <T> write(act: NotebookInterface.() -> T): T = withContext(threads.writing) { written(act) }

    private fun <T> written(act: NotebookInterface.() -> T): T = try {
        notebook.act()
    } catch (full: NotebookException.FreeSpace) {
        changes.changed(Change.Status)
        throw full
    }

    private suspend fun <T> read(ask: NotebookInterface.() -> T): T = withContext(threads.reading) { notebook.ask() }

    private fun NotebookInterface.whole(doc: String) = Report(read(doc), history(doc), receipt(doc))

    private fun noteUnsaved(refused: Map<String, NotebookException>) {
        notSaved.value = refused
        // What is only in memory is shown too.
        if (refused.isNotEmpty()) changes.changed(Change.Drafts)
        if (refused.values.any { it is NotebookException.FreeSpace }) changes.changed(Change.Status)
    }

    private suspend fun refresh(stale: Stale) = withContext(threads.reading) {
        try {
            if (stale.drafts) readDrafts()
            if (stale.reports) {
                list.refresh(stale.docs)
                revisions.value = revisions.value.after(stale.docs)
            }
            if (stale.drafts || stale.reports) alone.value = beside.value.filterNot(::hasReport)
            if (stale.status) readStatus()
            // Only a server sends a territory, and what it sent names no report.
            if (stale.docs == null && notebook.identity() != null) land.value = notebook.communes()
            wrong.value = null
        } catch (refused: NotebookException) {
            wrong.value = refused
        }
    }

    private fun readDrafts() {
        written.value = notebook.drafts()
        val typed = saver.unsaved().filter { it.about != null }
        val saved = notebook.begun().associateBy { it.id }
        val newer = typed.filter { saved[it.id]?.copy(savedMs = it.savedMs)?.isSame(it) != true }.associateBy { it.id }
        beside.value = (newer.values.filterNot(Draft::isBlank) + saved.values.filter { it.id !in newer }).asBegun()
    }

    private fun hasReport(begun: Draft) = begun.about?.let { notebook.item(it.doc) } != null

    private fun readStatus() {
        state.value = SyncState(notebook.syncStatus())
        aside.value = notebook.setAside()
        self.value = notebook.identity()
    }

    private suspend fun begin() {
        notebook.observe(changes)
        refresh(Stale.ALL)
        scope.launch { while (true) refresh(changes.next()) }
    }

    /** Saves what was typed and closes the notebook; blocks until both are done. */
    override fun close() {
        runBlocking { saver.flush() }
        notebook.observe(null)
        notebook.cancelSync()
        scope.cancel()
        threads.close()
        (notebook as? AutoCloseable)?.close()
    }

    companion object {
        /** Opens the notebook of a directory with a key vault of the host: Android's Keystore. */
        suspend fun open(directory: Path, vault: KeyVault, language: Language = Language.FR): Repository =
            opened(language) { Notebook.open(directory.toString(), vault, zone()) }

        /** Opens it with a vault kept in a file under a passphrase: desktops and tests. */
        suspend fun open(directory: Path, passphrase: String, language: Language = Language.FR): Repository =
            opened(language) { Notebook.openWithPassphrase(directory.toString(), passphrase, zone()) }

        internal suspend fun opened(language: Language, open: () -> NotebookInterface): Repository {
            val threads = Threads()
            val opened = runCatching {
                withContext(threads.writing) { Repository(open(), threads, language) }
            }
            return opened.onFailure { threads.close() }.getOrThrow().also { it.begin() }
        }

        private fun zone() = ZoneId.systemDefault().minutes(Instant.now())
    }
}

private fun Draft.isBlank(): Boolean = statement.isBlank() && facts.isEmpty()

private fun List<Draft>.asBegun(): List<Draft> = sortedWith(compareBy({ it.about?.begunMs }, { it.id }))

/** How often each report may have changed since the repository was opened. */
private data class Revisions(val all: Long = 0, val each: Map<String, Long> = emptyMap()) {
    fun of(doc: String): Pair<Long, Long> = all to (each[doc] ?: 0)

    fun after(docs: Set<String>?): Revisions =
        if (docs == null) copy(all = all + 1) else copy(each = each + docs.associateWith { (each[it] ?: 0) + 1 })
}
