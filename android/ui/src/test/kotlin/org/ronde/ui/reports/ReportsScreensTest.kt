package org.ronde.ui.reports

import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.test.DesktopComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasScrollToIndexAction
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.onAllNodesWithText
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollToIndex
import androidx.compose.ui.test.performTextInput
import androidx.compose.ui.test.performTextReplacement
import androidx.compose.ui.test.performTouchInput
import kotlinx.coroutines.runBlocking
import org.junit.AfterClass
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.BeforeClass
import org.junit.Test
import org.ronde.Adding
import org.ronde.Language
import org.ronde.core.PAGE
import org.ronde.core.Repository
import org.ronde.ui.Duo
import org.ronde.ui.PATIENCE_MS
import org.ronde.ui.Phone
import org.ronde.ui.Stand
import org.ronde.ui.THREE_LOOKS
import org.ronde.ui.becomes
import org.ronde.ui.everyControlIsLargeAndNamed
import org.ronde.ui.noTextIsCut
import org.ronde.ui.onScreen
import org.ronde.ui.photograph
import org.ronde.ui.texts
import org.ronde.ui.waitFor

/** Mes rapports on the real notebook. */
@OptIn(ExperimentalTestApi::class)
class ReportsScreensTest {
    private var opened: String? = null

    private fun shows(repository: Repository, stand: Stand = Stand(), story: DesktopComposeUiTest.() -> Unit) {
        runBlocking { repository.speak(stand.language) }
        onScreen(stand, { ReportsScreen(repository, { opened = it }, { opened = it }, { opened = "sync" }) }, story)
    }

    private fun holds(name: String, stand: Stand) = shows(duo.ines, stand) {
        waitFor("Rixe, place des Épars")
        photograph(name)
        everyControlIsLargeAndNamed()
        noTextIsCut()
    }

    @Test
    fun every_rung_and_what_asks_somebody_is_shown_in_the_three_themes() =
        THREE_LOOKS.forEach { holds("reports-${it.look}".lowercase(), it) }

    @Test
    fun it_holds_in_english_and_on_a_small_screen() = holds("reports-en-320", Stand(language = Language.EN, width = 320, height = 640))

    @Test
    fun it_holds_with_words_twice_as_large() = holds("reports-200", Stand(fontScale = 2f, height = 1400))

    @Test
    fun no_report_is_a_sentence() = Phone.blank().use { phone ->
        shows(phone.repository) { waitFor("Aucun rapport pour l’instant. Ce que vous déposez reste ici.") }
    }

    @Test
    fun accents_and_ligatures_do_not_matter_to_a_search_and_none_found_is_a_sentence() = shows(duo.ines) {
        onNode(hasSetTextAction()).performTextInput("epars")
        waitUntil("one is found", PATIENCE_MS) { onAllNodesWithText("Tag, parking Cathédrale").fetchSemanticsNodes().isEmpty() }
        onNodeWithText("Rixe, place des Épars").assertExists()
        onNode(hasSetTextAction()).performTextReplacement("zzz \"' OR 1=1 --")
        waitFor("Rien sur ce téléphone pour", part = true)
        photograph("reports-none-found")
        onNodeWithContentDescription("Effacer la recherche").performClick()
        waitFor("Tag, parking Cathédrale")
    }

    @Test
    fun filters_show_what_they_say_and_a_row_opens_its_report() = shows(duo.ines, Stand(height = 1600)) {
        onNode(hasText("À revoir") and hasClickAction()).performClick()
        waitUntil("the others are gone", PATIENCE_MS) { onAllNodesWithText("Tag, parking Cathédrale").fetchSemanticsNodes().isEmpty() }
        onNodeWithText("2 valeurs diffèrent").assertExists()
        onNodeWithText("Rixe, place des Épars").performClick()
        assertEquals(apart, opened)
    }

    @Test
    fun a_row_under_a_finger_stays_in_its_place_when_a_report_arrives() {
        shows(duo.ines, Stand(height = 1600)) {
            waitFor("Tag, parking Cathédrale")
            val row = { onNodeWithText("Tag, parking Cathédrale").fetchSemanticsNode().positionInRoot.y }
            val before = row()
            onNode(hasScrollToIndexAction()).performTouchInput { down(Offset(centerX, centerY)) }
            val doc = duo.files("Arrivé sous le doigt", people = 2)
            runBlocking { duo.ines.reports.becomes { shown -> shown.items.any { it.row.doc == doc } } }
            waitForIdle()
            assertEquals(before, row())
            assertEquals(emptyList<String>(), texts().filter { it == "Arrivé sous le doigt" })
            onNode(hasScrollToIndexAction()).performTouchInput { up() }
            waitFor("Arrivé sous le doigt")
        }
    }

    @Test
    fun words_begun_about_a_report_that_is_not_here_are_read_and_thrown_away_in_the_list() = Duo().use { other ->
        runBlocking {
            val begun = other.ines.begin(other.files("Rixe, gare"), Adding.Statement, emptyList())
            val alone = begun.copy(id = "0f".repeat(16), statement = "Un homme part en courant.", about = begun.about?.copy(doc = "00".repeat(16)))
            other.ines.keep(alone)
            other.ines.flush()
        }
        shows(other.ines) {
            waitFor("Constatations commencées\u00a0: Rixe")
            onNodeWithText("Lire").performClick()
            waitFor("Un homme part en courant.")
            onNodeWithText("Jeter ces constatations").performClick()
            photograph("reports-orphan")
            everyControlIsLargeAndNamed()
            noTextIsCut()
            onNodeWithText("Jeter, sans retour").performClick()
            waitUntil("it is gone", PATIENCE_MS) { texts().none { "commencées" in it } }
        }
    }

    @Test
    fun strange_titles_are_shown_as_text() {
        val strange = listOf("<img src=x onerror=alert(1)>", "ثم نفس سقطت", "👩🏽‍🚒 🇫🇷", "Ω≈ç√∫˜µ≤≥÷", "﷽", "`touch /tmp/x`")
        Duo().use { other ->
            strange.forEach { title -> other.files(title) }
            shows(other.ines, Stand(height = 1600)) {
                for (title in strange) waitFor(title)
                noTextIsCut()
            }
        }
    }

    @Test
    fun a_long_list_is_scrolled_to_its_end() = Duo().use { many ->
        repeat(PAGE * 2 + 7) { many.files("Rapport $it") }
        shows(many.ines) {
            var last = -1
            while ("Rapport 0" !in texts()) {
                val held = many.ines.reports.value.items.size
                assertTrue("stuck at $held reports", held > last || !many.ines.reports.value.complete)
                last = held
                onNode(hasScrollToIndexAction()).performScrollToIndex(held)
                waitUntil("more is read", PATIENCE_MS) { many.ines.reports.value.run { complete || items.size > held } }
                waitForIdle()
            }
        }
        assertEquals(PAGE * 2 + 7, many.ines.reports.value.items.size)
    }

    companion object {
        private lateinit var duo: Duo
        private lateinit var apart: String

        @JvmStatic
        @BeforeClass
        fun a_phone_with_a_report_on_each_rung() {
            duo = Duo()
            val closed = duo.files("Chien errant, Lucé", type = "nuisance.roaming_dog", severity = 1, people = null)
            val read = duo.files("Occupation de hall", type = "incivility.hall_occupation", severity = 3, people = null)
            apart = duo.files("Rixe, place des Épars")
            duo.disagree(apart, inesSays = 7)
            duo.acts(read, "read")
            duo.acts(closed, "close", "reason" to "rappel à l’ordre fait")
            duo.files("Tag, parking Cathédrale", type = "incivility.tag", severity = 2, people = null)
            duo.meet()
            duo.files("Vitre d’abribus brisée", type = "transit.damage", severity = 5, people = null, statement = "")
            runBlocking {
                duo.ines.newDraft("nuisance.noise_night")
                duo.ines.reports.becomes { it.items.size == 5 }
            }
        }

        @JvmStatic
        @AfterClass
        fun it_is_put_away() = duo.close()
    }
}
