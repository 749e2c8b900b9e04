package org.ronde.ui.app

import androidx.compose.runtime.Composable
import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.test.DesktopComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.onFirst
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performTextReplacement
import kotlinx.coroutines.runBlocking
import org.junit.AfterClass
import org.junit.Assert.assertEquals
import org.junit.BeforeClass
import org.junit.Test
import org.ronde.ui.Duo
import org.ronde.ui.PATIENCE_MS
import org.ronde.ui.Phone
import org.ronde.ui.Stand
import org.ronde.ui.capture.CaptureScreen
import org.ronde.ui.capture.rememberDirect
import org.ronde.ui.detail.DetailScreen
import org.ronde.ui.enrolment.EnrolmentScreen
import org.ronde.ui.naughtyStrings
import org.ronde.ui.noTextIsCut
import org.ronde.ui.onScreen
import org.ronde.ui.photograph
import org.ronde.ui.reports.ReportsScreen
import org.ronde.ui.texts
import org.ronde.ui.waitFor

/** Words of any kind in every field of the app besides the form's: as they are, and no more than words. */
@OptIn(ExperimentalTestApi::class)
class AnyFieldTest {
    private fun shown(content: @Composable () -> Unit, story: DesktopComposeUiTest.() -> Unit) = onScreen(Stand(height = 1600), content, story)

    /** Every handful of strings in every field on screen. */
    private fun DesktopComposeUiTest.takesEverything(naughty: List<String>) {
        waitForField()
        val fields = onAllNodes(hasSetTextAction()).fetchSemanticsNodes().map { it.config[SemanticsProperties.ContentDescription].single() }
        for (field in fields) for (words in naughty.chunked(HANDFUL).map { it.joinToString(" ").take(SHORTEST_LIMIT) }) {
            onNodeWithContentDescription(field).performTextReplacement(words)
            waitForIdle()
            assertEquals(field, words, onNodeWithContentDescription(field).fetchSemanticsNode().config[SemanticsProperties.EditableText].text)
        }
    }

    private fun DesktopComposeUiTest.waitForField() =
        waitUntil("a field is there", PATIENCE_MS) { onAllNodes(hasSetTextAction()).fetchSemanticsNodes().isNotEmpty() }

    private fun DesktopComposeUiTest.presses(words: String) {
        val node = onAllNodes(hasText(words) and hasClickAction()).onFirst()
        // The acts of a sheet do not scroll.
        val scrolls = generateSequence(node.fetchSemanticsNode().parent) { it.parent }.any { SemanticsActions.ScrollBy in it.config }
        (if (scrolls) node.performScrollTo() else node).performClick()
    }

    @Test
    fun naughty_strings_are_words_where_types_and_reports_are_sought_and_where_one_enrols() {
        val naughty = naughtyStrings() ?: return
        shown({ CaptureScreen(duo.ines, rememberDirect(duo.ines), {}, {}) }) {
            takesEverything(naughty)
            photograph("capture-naughty")
        }
        shown({ ReportsScreen(duo.ines, onReport = {}, onDraft = {}, onSync = {}) }) {
            takesEverything(naughty)
            photograph("reports-naughty")
        }
        Phone.blank().use { phone ->
            shown({ EnrolmentScreen(phone.repository) {} }) {
                takesEverything(naughty)
                photograph("enrolment-naughty")
            }
        }
    }

    @Test
    fun naughty_strings_are_words_in_every_sheet_over_a_report_and_reach_it_word_for_word() {
        val naughty = naughtyStrings() ?: return
        val doc = duo.files("Rixe étrange")
        val everything = naughty.joinToString("\n").take(LONG)
        shown({ DetailScreen(duo.ines, doc, onBack = {}) }) {
            waitFor("Ajouter mes constatations")
            for (sheet in listOf("Annuler ce dépôt", "Titre", "Nombre de personnes")) {
                presses(sheet)
                if (sheet != "Annuler ce dépôt") presses("Corriger")
                takesEverything(naughty)
                onNodeWithText(if (sheet == "Annuler ce dépôt") "Jeter ce motif" else "Jeter cette correction").performClick()
                onNodeWithText("Jeter, sans retour").performClick()
                waitUntil("the sheet is closed", PATIENCE_MS) { onAllNodes(hasSetTextAction()).fetchSemanticsNodes().isEmpty() }
            }
            presses("Ajouter mes constatations")
            takesEverything(naughty)
            onNode(hasSetTextAction()).performTextReplacement(everything)
            presses("Ajouter au rapport")
            waitUntil("the words are shown", PATIENCE_MS) { everything in texts() }
        }
        assertEquals(everything, runBlocking { duo.ines.read(doc) }.detail.statements.last().statement.text)
    }

    @Test
    fun ten_thousand_characters_emoji_and_right_to_left_are_added_and_corrected_whole() {
        val doc = duo.files("Rixe en toutes langues")
        val long = "Mot à mot. ".repeat(910).take(9_900) + " وصلنا إلى المكان 👩🏽‍🚒🇫🇷"
        val title = "شجار 👮🏽‍♀️ place des Épars"
        shown({ DetailScreen(duo.ines, doc, onBack = {}) }) {
            waitFor("Ajouter mes constatations")
            presses("Ajouter mes constatations")
            waitForField()
            onNode(hasSetTextAction()).performTextReplacement(long)
            noTextIsCut()
            presses("Ajouter au rapport")
            waitUntil("the words are shown", PATIENCE_MS) { long in texts() }
            presses("Titre")
            presses("Corriger")
            waitForField()
            onNode(hasSetTextAction()).performTextReplacement(title)
            photograph("detail-correct-rtl")
            presses("Garder la correction")
            waitUntil("the title is shown", PATIENCE_MS) { texts().count { it == title } >= 2 }
            noTextIsCut()
        }
    }

    companion object {
        private const val HANDFUL = 16

        // A search takes 200 characters.
        private const val SHORTEST_LIMIT = 200
        private const val LONG = 20_000
        private lateinit var duo: Duo

        @JvmStatic
        @BeforeClass
        fun a_phone_with_a_report() {
            duo = Duo()
            duo.files("Rixe, place des Épars")
        }

        @JvmStatic
        @AfterClass
        fun it_is_put_away() = duo.close()
    }
}
