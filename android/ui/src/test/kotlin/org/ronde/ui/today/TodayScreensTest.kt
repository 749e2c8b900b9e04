package org.ronde.ui.today

import androidx.compose.runtime.Composable
import androidx.compose.ui.test.ExperimentalTestApi
import kotlinx.coroutines.runBlocking
import org.junit.AfterClass
import org.junit.BeforeClass
import org.junit.Test
import org.ronde.FactValue
import org.ronde.Language
import org.ronde.ui.Phone
import org.ronde.ui.Stand
import org.ronde.ui.THREE_LOOKS
import org.ronde.ui.capture.rememberDirect
import org.ronde.ui.everyControlIsLargeAndNamed
import org.ronde.ui.noTextIsCut
import org.ronde.ui.noWordIsBroken
import org.ronde.ui.onScreen
import org.ronde.ui.photograph
import org.ronde.ui.waitFor

/** Aujourd'hui on the real notebook: what is kept here is on screen, whatever the size and the theme. */
@OptIn(ExperimentalTestApi::class)
class TodayScreensTest {
    @Composable
    private fun Today(of: Phone = phone) = TodayScreen(of.repository, rememberDirect(of.repository), {}, {}, {}, {}, {})

    private fun holds(name: String, stand: Stand) {
        runBlocking { phone.repository.speak(stand.language) }
        onScreen(stand, { Today() }) {
            waitFor("Rixe, place des Épars")
            photograph(name)
            everyControlIsLargeAndNamed()
            noTextIsCut()
            noWordIsBroken()
        }
    }

    @Test
    fun what_was_filed_and_what_is_to_go_on_with_are_shown_in_the_three_themes() =
        THREE_LOOKS.forEach { holds("today-${it.look}".lowercase(), it) }

    @Test
    fun it_holds_in_english_and_on_a_small_screen() = holds("today-en-320", Stand(language = Language.EN, width = 320, height = 640))

    @Test
    fun it_holds_with_words_twice_as_large() =
        listOf(360, 320).forEach { holds("today-200-$it", Stand(width = it, fontScale = 2f)) }

    @Test
    fun it_holds_on_a_tablet() = holds("today-tablet", Stand(width = 800, height = 600))

    @Test
    fun no_report_and_one_report_are_said_as_such() = Phone.offline().use { other ->
        onScreen(Stand(), { Today(other) }) {
            waitFor("Aucun rapport aujourd’hui. Ceux que vous déposez sont ici, même hors réseau.")
            runBlocking { other.repository.file(other.repository.newDraft("youth.brawl").id) }
            waitFor("1 rapport aujourd’hui")
            waitFor("En attente de réseau", part = true)
            photograph("today-one")
            noTextIsCut()
        }
    }

    companion object {
        private lateinit var phone: Phone

        @JvmStatic
        @BeforeClass
        fun a_phone_with_three_reports_and_a_draft() {
            phone = Phone.offline()
            runBlocking {
                val titles = listOf(
                    "incivility.hall_occupation" to "Occupation de hall",
                    "incivility.tag" to "Tag, parking Cathédrale",
                    "youth.brawl" to "Rixe, place des Épars",
                )
                for ((type, title) in titles) {
                    val draft = phone.repository.newDraft(type)
                    phone.repository.keep(draft.copy(facts = mapOf("title" to FactValue.Text(title))))
                    phone.repository.file(draft.id)
                }
                phone.repository.newDraft("nuisance.noise_night")
            }
        }

        @JvmStatic
        @AfterClass
        fun it_is_put_away() = phone.close()
    }
}
