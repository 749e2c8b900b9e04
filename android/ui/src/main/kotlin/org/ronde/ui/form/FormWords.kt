// The words of the form. Changes when the form says something new.
package org.ronde.ui.form

import androidx.compose.runtime.Composable
import androidx.compose.runtime.ReadOnlyComposable
import org.ronde.ui.theme.Ronde

/** Words of the form. */
interface FormWords {
    val draft: String
    val seen: String
    val seenHint: String
    val nothingSeen: String
    val noContent: String
    val severity: String
    val shortSeverities: List<String>
    val place: String
    val noPosition: String
    val noCommunes: String
    val communeHint: String
    val noSuchCommune: String
    val chooseCommune: String
    val coordinates: String
    val coordinatesHint: String
    val police: String
    val gendarmerie: String
    val editPlace: String
    val start: String
    val whenTitle: String
    val startDay: String
    val endDay: String
    val end: String
    val observed: String
    val dayHint: String
    val hourHint: String
    val endsBefore: String
    val noDay: String
    val noHour: String
    val facts: String
    val more: String
    val fewer: String
    val people: String
    val optional: String
    val addPerson: String
    val addVehicle: String
    val remove: String
    val toComplete: String
    val noAnswer: String
    val choose: String
    val file: String
    val retry: String
    val notKept: String
    val correct: String
    val fileWithout: String
    val unfitTitle: String
    val done: String
    val seeReport: String
    val completeLater: String

    fun keptAt(hour: String): String
    fun person(number: Int): String
    fun vehicle(number: Int): String
    fun filedAt(hour: String, state: String): String

    companion object {
        /** The words of the language on screen. */
        val current: FormWords
            @Composable @ReadOnlyComposable get() = Ronde.of(FormWordsFr, FormWordsEn)
    }
}
