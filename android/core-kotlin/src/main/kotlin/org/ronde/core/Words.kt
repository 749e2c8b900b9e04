package org.ronde.core

import java.time.Instant
import java.time.ZoneId
import org.ronde.FactValue
import org.ronde.Forms
import org.ronde.Language
import org.ronde.Note
import org.ronde.NotebookException
import org.ronde.Problem
import org.ronde.Reader
import org.ronde.SetAside
import org.ronde.Status
import org.ronde.SyncStatus
import org.ronde.catalogue
import org.ronde.momentWords
import org.ronde.statusWords
import org.ronde.words

/** Everything the core says, in one language. Immutable; made on a thread that may wait. */
class Words(val language: Language, private val zone: ZoneId = ZoneId.systemDefault()) {
    /** Everything that can be reported: types, fields, labels. */
    val forms: Forms = catalogue(language)

    /**
     * A label of the catalogue: `type/waste.bags`, `axis/A1`, `field/title`, `choice/hazard/none`,
     * `severity/3`, `role/officer`; the key when it has none.
     */
    fun label(key: String): String = forms.words[key] ?: key

    /** What a person is in the service; the code of a role that this version does not know. */
    fun role(code: String): String = forms.words["role/$code"] ?: code

    /** The words of the ladder: « Lu par Hélène Marchand à 23:12 ». */
    fun status(status: Status): String = statusWords(status, reader())

    /** A moment, ms UTC: « 14:02 », and with its day when that is not today: « 22 nov., 14:02 ». */
    fun moment(ms: Long): String = momentWords(ms, reader())

    /** A fact as a person reads it; the field's code without `facts/`. */
    fun value(field: String, value: FactValue): String = words(field, value, language)

    /** What is wrong with a field. */
    fun problem(problem: Problem): String = either(problem.fr, problem.en)

    /** What happened and what to do. */
    fun said(refused: NotebookException): String = when (refused) {
        is NotebookException.SignInAgain -> either(refused.fr, refused.en)
        is NotebookException.TryLater -> either(refused.fr, refused.en)
        is NotebookException.FreeSpace -> either(refused.fr, refused.en)
        is NotebookException.FixForm -> either(refused.fr, refused.en)
        is NotebookException.UpdateApp -> either(refused.fr, refused.en)
        is NotebookException.Rescue -> either(refused.fr, refused.en)
        is NotebookException.NotAllowed -> either(refused.fr, refused.en)
        is NotebookException.NotFound -> either(refused.fr, refused.en)
        is NotebookException.Bug -> either(refused.fr, refused.en)
    }

    /** Why what was written stands where it stands: « En attente de réseau depuis 14:02 · 3 rapports ». */
    fun sentence(status: SyncStatus): String = either(status.sentence, status.sentenceEn)

    /** One more thing to know of it. */
    fun sentence(note: Note): String = either(note.sentence, note.sentenceEn)

    /** Why something is set aside. */
    fun sentence(aside: SetAside): String = either(aside.sentence, aside.sentenceEn)

    private fun either(fr: String, en: String) = if (language == Language.FR) fr else en

    private fun reader() = Instant.now().let { now -> Reader(language, now.toEpochMilli(), zone.minutes(now)) }
}

/** The offset of local time from UTC at a moment, minutes. */
internal fun ZoneId.minutes(at: Instant): Short = (rules.getOffset(at).totalSeconds / 60).toShort()
