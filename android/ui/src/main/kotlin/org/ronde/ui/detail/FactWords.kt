// Facts as a person reads them: labels, values with hours and names of places, in the form's order.
// Pure. Changes with how a kind of fact reads.
package org.ronde.ui.detail

import org.ronde.Commune
import org.ronde.FactValue
import org.ronde.FieldKind
import org.ronde.Field
import org.ronde.core.Words
import org.ronde.periodOf
import org.ronde.ui.form.dayOf
import org.ronde.ui.form.typed

/** Says facts in one language. */
internal class FactWords(val words: Words, val speech: DetailWords, communes: List<Commune>) {
    private val communes = communes.associate { it.insee to it.name }
    private val fields: Map<String, Field> =
        (words.forms.types.flatMap { it.fields } + words.forms.common).associateBy { it.code }

    /** The field of a code; none for one of a later catalogue. */
    fun field(code: String): Field? = fields[code]

    fun label(code: String): String = words.label("field/$code").removePrefix("field/")

    /** The name of a commune. */
    fun commune(insee: String?): String? = insee?.let(communes::get)

    fun value(code: String, value: FactValue): String {
        val period = (value as? FactValue.Bytes)?.let { periodOf(it) }
        if (period != null) {
            val (from, to) = words.moment(period.fromMs) to words.moment(period.toMs)
            val happened = if (from == to) speech.from(from) else speech.period(from, to)
            val observed = period.observedMs?.let { speech.observed(words.moment(it)) }
            return listOfNotNull(happened, observed).joinToString(" · ").replaceFirstChar { it.uppercase() }
        }
        if (value is FactValue.Text) {
            commune(value.v1)?.takeIf { code == "commune" }?.let { return it }
            if (field(code)?.kind is FieldKind.Date) return dayOf(value.v1)?.typed() ?: value.v1
        }
        return words.value(code, value).replaceFirstChar { if (value is FactValue.Flag) it.uppercaseChar() else it }
    }

    /** Codes in the order of the form, those it does not know after them. */
    fun inOrder(codes: Collection<String>, reportType: String): List<String> {
        val own = words.forms.types.find { it.code == reportType }?.fields.orEmpty().map { it.code }
        val order = (words.forms.common.map { it.code } + own).withIndex().associate { (at, code) -> code to at }
        return codes.sortedWith(compareBy({ order[it] ?: Int.MAX_VALUE }, { it }))
    }
}

/** The code of a fact's key, `facts/people_count`; null for another key. */
internal fun codeOf(key: String): String? = key.removePrefix("facts/").takeIf { it != key }
