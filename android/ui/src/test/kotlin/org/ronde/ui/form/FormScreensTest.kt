package org.ronde.ui.form

import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import java.time.LocalDate
import java.time.LocalTime
import kotlinx.coroutines.runBlocking
import org.junit.AfterClass
import org.junit.BeforeClass
import org.junit.Test
import org.ronde.Draft
import org.ronde.FactValue
import org.ronde.Involved
import org.ronde.InvolvedKind
import org.ronde.Language
import org.ronde.Period
import org.ronde.periodValue
import org.ronde.ui.Phone
import org.ronde.ui.Stand
import org.ronde.ui.THREE_LOOKS
import org.ronde.ui.everyControlIsLargeAndNamed
import org.ronde.ui.noTextIsCut
import org.ronde.ui.noWordIsBroken
import org.ronde.ui.onScreen
import org.ronde.ui.photograph
import org.ronde.ui.waitFor

/** The form on the real notebook, whatever the type, the size and the theme. */
@OptIn(ExperimentalTestApi::class)
class FormScreensTest {
    private fun holds(name: String, stand: Stand, draft: Draft, waited: String, keep: Boolean = true) {
        runBlocking { phone.repository.speak(stand.language) }
        onScreen(stand, { FormScreen(phone.repository, draft.id, {}, {}) }) {
            waitFor(waited, part = true)
            if (keep) photograph(name)
            everyControlIsLargeAndNamed()
            noTextIsCut()
            noWordIsBroken()
        }
    }

    @Test
    fun a_brawl_half_written_is_shown_in_the_three_themes() =
        THREE_LOOKS.forEach { holds("form-${it.look}".lowercase(), it, brawl(), "six individus") }

    @Test
    fun it_holds_in_english_and_on_a_small_screen() =
        holds("form-en-320", Stand(language = Language.EN, width = 320, height = 640), brawl(), "six individus")

    @Test
    fun it_holds_with_words_twice_as_large() =
        listOf(360, 320).forEach { holds("form-200-$it", Stand(width = it, fontScale = 2f), brawl(), "six individus") }

    @Test
    fun it_holds_on_a_tablet() = holds("form-tablet", Stand(width = 800, height = 1100), brawl(), "six individus")

    @Test
    fun the_whole_form_is_seen_at_once_with_everything_open() {
        runBlocking { phone.repository.speak(Language.FR) }
        val draft = brawl()
        onScreen(Stand(height = 4200), { FormScreen(phone.repository, draft.id, {}, {}) }) {
            waitFor("six individus", part = true)
            for (opened in listOf("Autres précisions", "Jour, fin, heure constatée", "Rue du Grand-Faubourg")) {
                onNodeWithText(opened).performScrollTo().performClick()
            }
            photograph("form-whole")
            everyControlIsLargeAndNamed()
            noTextIsCut()
            noWordIsBroken()
        }
    }

    @Test
    fun every_type_of_the_catalogue_has_a_form_that_holds() {
        runBlocking { phone.repository.speak(Language.FR) }
        val words = phone.repository.words.value
        for (type in words.forms.types.distinctBy { type -> type.fields.map { it.code } to type.noContent }) {
            val draft = runBlocking { phone.repository.newDraft(type.code) }
            holds("form-type-${type.code}", Stand(height = 1800), draft, words.label("type/${type.code}"))
        }
    }

    companion object {
        private lateinit var phone: Phone

        private fun brawl(): Draft = runBlocking {
            val draft = phone.repository.newDraft("youth.brawl")
            val start = instantOf(LocalDate.now(), LocalTime.of(10, 41))
            val filled = draft.copy(
                statement = "À notre arrivée, six individus s’empoignent devant l’abribus. " +
                    "Deux prennent la fuite vers la rue du Grand-Faubourg.",
                facts = mapOf(
                    "address" to FactValue.Text("Rue du Grand-Faubourg"),
                    "commune" to FactValue.Text(phone.repository.communes.value.first().insee),
                    "people_count" to FactValue.Integer(6),
                    "injuries" to FactValue.Text("light"),
                    "minors" to FactValue.Flag(true),
                    "occurred" to periodValue(Period(start, start, zoneMinutes(start), null)),
                ),
                involved = listOf(Involved(phone.repository.newId(), InvolvedKind.PERSON, mapOf("role" to FactValue.Text("witness")))),
            )
            phone.repository.keep(filled)
            phone.repository.flush()
            filled
        }

        @JvmStatic
        @BeforeClass
        fun a_phone_with_its_communes() {
            phone = Phone.offline()
        }

        @JvmStatic
        @AfterClass
        fun it_is_put_away() = phone.close()
    }
}
