// A draft in hand: what the person typed, word for word, and what it means as facts. Every change is
// handed over to be kept. Knows no widget. Changes with what a form may edit.
package org.ronde.ui.form

import androidx.compose.runtime.Stable
import androidx.compose.runtime.derivedStateOf
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateMapOf
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import org.ronde.Draft
import org.ronde.FactValue
import org.ronde.Field
import org.ronde.FieldKind
import org.ronde.Involved
import org.ronde.InvolvedKind
import org.ronde.Problem
import org.ronde.Reason
import org.ronde.problemsOf

/** The draft on screen. [keep] is called with every state of it, keystroke by keystroke. */
@Stable
class FormState(opened: Draft, private val language: org.ronde.Language, private val keep: (Draft) -> Unit) {
    private val typed = mutableStateMapOf<String, String>()

    /** The draft as it is now. */
    var draft: Draft by mutableStateOf(opened)
        private set

    /** The field that the person left, when the form was opened; null once it has been come back to. */
    var comeBackTo: String? by mutableStateOf(opened.focus)
        private set

    /** While the draft is filed nothing of it changes: what is filed is what is on screen. */
    var isFrozen: Boolean by mutableStateOf(false)

    /** How often facts were taken back: fields that hold typed words read them again. */
    var drops: Int by mutableStateOf(0)
        private set

    private val problems: Map<String, Problem> by derivedStateOf { problemsOf(draft).associateBy { it.field } }

    /** What is wrong with a field; an empty one is only to be completed, which is no problem. */
    fun problem(code: String): Problem? = problems[code]?.takeUnless { it.reason is Reason.Missing }

    /** Whether a field is still to be completed. */
    fun isMissing(code: String): Boolean = problems[code]?.reason is Reason.Missing

    /** The facts that cannot be filed as they were typed. */
    fun unfit(): List<Problem> = problems.values.filter { it.reason !is Reason.Missing }

    fun fact(code: String): FactValue? = draft.facts[code]

    /** Sets a fact, or takes it back. */
    fun put(code: String, value: FactValue?) =
        change { it.copy(facts = if (value == null) it.facts - code else it.facts + (code to value)) }

    /** What a field of words shows: what was typed, else what the fact says. */
    fun words(field: Field): String =
        typed[field.code] ?: draft.facts[field.code]?.let { wordsOf(field.kind, it, language) }.orEmpty()

    /** What was typed in a field: a fact as soon as it reads as one, and the bare words until then. */
    fun type(field: Field, words: String) {
        if (isFrozen) return
        typed[field.code] = words
        put(field.code, if (words.isBlank()) null else factOf(field.kind, words))
    }

    /** The author's words; once there are some, nothing says that there are none. */
    fun state(words: String) = change {
        it.copy(statement = words, facts = if (words.isBlank()) it.facts else it.facts - "no_statement")
    }

    /** The field in hand, to come back to. */
    fun holds(code: String) {
        if (draft.focus != code) change { it.copy(focus = code) }
    }

    /** No field is in hand any more. */
    fun leave() = change { it.copy(focus = null) }

    /** Takes facts back: those that cannot be filed as they were typed. */
    fun drop(codes: Set<String>) {
        codes.forEach(typed::remove)
        change { it.copy(facts = it.facts - codes) }
        drops++
    }

    /** The field that was left has the focus again. */
    fun cameBack() {
        comeBackTo = null
    }

    /** Adds a person or a vehicle. */
    fun add(id: String, kind: InvolvedKind) = change { it.copy(involved = it.involved + Involved(id, kind, emptyMap())) }

    /** Sets a word about a person or a vehicle, or takes it back. */
    fun describe(id: String, field: String, words: String) = change { draft ->
        draft.copy(
            involved = draft.involved.map { one ->
                if (one.id != id) return@map one
                one.copy(fields = if (words.isBlank()) one.fields - field else one.fields + (field to FactValue.Text(words)))
            },
        )
    }

    /** Takes a person or a vehicle away. */
    fun remove(id: String) = change { it.copy(involved = it.involved.filterNot { one -> one.id == id }) }

    private fun change(edit: (Draft) -> Draft) {
        if (isFrozen) return
        val next = edit(draft)
        if (next == draft) return
        draft = next
        keep(next)
    }
}

/** The fact that typed words stand for; the bare words when the field cannot read them yet. */
internal fun factOf(kind: FieldKind, words: String): FactValue {
    val bare = words.trim()
    val read = when (kind) {
        is FieldKind.Integer -> bare.toLongOrNull()?.let(FactValue::Integer)
        is FieldKind.Decimal -> bare.replace(',', '.').toDoubleOrNull()?.takeIf { it.isFinite() }?.let(FactValue::Decimal)
        is FieldKind.Date -> dayOf(bare)?.let { FactValue.Text(it.toString()) }
        is FieldKind.Position -> positionFact(bare)
        else -> null
    }
    return read ?: FactValue.Text(words)
}
