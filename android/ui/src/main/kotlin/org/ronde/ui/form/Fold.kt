// Words folded for a search: no accents, no case, no hyphens. Changes with how people type names.
package org.ronde.ui.form

import java.text.Normalizer

/** Lower case, no accents, words one space apart; œ and æ are two letters. */
internal fun folded(words: String): String = Normalizer.normalize(words.lowercase(), Normalizer.Form.NFD)
    .replace(MARKS, "").replace("œ", "oe").replace("æ", "ae").replace("ß", "ss").replace(APART, " ").trim()

/** Whether every word of a query begins a word of a text; `st prest` finds Saint-Prest. */
fun matches(query: String, text: String): Boolean {
    val words = folded(text).split(' ')
    fun finds(asked: List<String>) = asked.all { word -> words.any { it.startsWith(word) } }
    val asked = folded(query).split(' ')
    return finds(asked) || finds(asked.map { SHORT[it] ?: it })
}

private val MARKS = Regex("\\p{Mn}+")
private val APART = Regex("[^\\p{L}\\p{N}]+")
private val SHORT = mapOf("st" to "saint", "ste" to "sainte")
