package org.ronde.ui.detail

import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.DesktopComposeUiTest
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.test.assert
import androidx.compose.ui.test.click
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.onAllNodesWithText
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.onRoot
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performTextInput
import androidx.compose.ui.test.performTextReplacement
import androidx.compose.ui.test.performTouchInput
import java.io.File
import kotlinx.coroutines.runBlocking
import org.junit.AfterClass
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.BeforeClass
import org.junit.Test
import org.ronde.FactValue
import org.ronde.Language
import org.ronde.ui.Duo
import org.ronde.ui.PATIENCE_MS
import org.ronde.ui.Stand
import org.ronde.ui.THREE_LOOKS
import org.ronde.ui.becomes
import org.ronde.ui.everyControlIsLargeAndNamed
import org.ronde.ui.noTextIsCut
import org.ronde.ui.onScreen
import org.ronde.ui.photograph
import org.ronde.ui.texts
import org.ronde.ui.waitFor

/** A report on the real notebook: every author's words and values, and what the supervisor decided. */
@OptIn(ExperimentalTestApi::class)
class DetailScreensTest {
    private fun opens(doc: String, stand: Stand = Stand(), story: DesktopComposeUiTest.() -> Unit) {
        runBlocking { duo.ines.speak(stand.language) }
        onScreen(stand, { DetailScreen(duo.ines, doc, onBack = {}) }) {
            waitUntil("the report is open", PATIENCE_MS) { texts().size > 5 }
            story()
        }
    }

    private fun holds(name: String, doc: String, stand: Stand) = opens(doc, stand) {
        photograph(name)
        everyControlIsLargeAndNamed()
        noTextIsCut()
    }

    @Test
    fun a_divergence_is_shown_in_the_three_themes() =
        THREE_LOOKS.forEach { holds("detail-${it.look}".lowercase(), apart, it.copy(height = 2200)) }

    @Test
    fun it_holds_in_english_and_on_a_small_screen() =
        holds("detail-en-320", decided, Stand(language = Language.EN, width = 320, height = 2600))

    @Test
    fun it_holds_with_words_twice_as_large() = holds("detail-200", apart, Stand(fontScale = 2f, height = 4200))

    @Test
    fun on_a_tablet_what_each_saw_stands_side_by_side() = holds("detail-tablet", apart, Stand(width = 800, height = 1600))

    @Test
    fun both_values_stand_at_the_same_size_with_their_authors_and_none_leads() = opens(apart, Stand(height = 2600)) {
        val voices = listOf("7" to "Inès Benali", "10" to "Karim Oudji").map { (value, name) ->
            onNode(hasText(value) and hasText(name)).fetchSemanticsNode()
        }
        assertEquals(1, voices.map { it.size }.toSet().size)
        onNodeWithText("Combien de personnes\u00a0?").assertExists()
        assertTrue(texts().containsAll(listOf("7", "10", "Version 1\u00a0: 6")))
        assertTrue(texts().any { it == "À départager par la supervision" })
    }

    @Test
    fun the_supervisors_decision_is_shown_with_name_time_and_reason() = opens(decided, Stand(height = 2600)) {
        val said = texts()
        assertTrue(said.toString(), said.any { Regex("Hélène a décidé à \\d\\d:\\d\\d\u00a0: 10").matches(it) })
        assertTrue(said.contains("Motif\u00a0: Compté sur les images"))
        assertTrue(said.contains("Décidé par la supervision"))
        assertTrue(said.contains("Qui est le riverain qui a appelé ?"))
        assertTrue(said.any { it.startsWith("Lu par Hélène à") })
    }

    @Test
    fun a_fact_is_corrected_from_the_screen_and_version_1_stays() {
        val doc = duo.files("Rixe à corriger", people = 6)
        opens(doc, Stand(height = 1600)) {
            onNode(hasText("Nombre de personnes") and hasClickAction()).performClick()
            onNodeWithText("Corriger").performClick()
            onNode(hasSetTextAction()).performTextReplacement("8")
            photograph("detail-correct")
            onNodeWithText("Garder la correction").performClick()
            waitFor("Version 1\u00a0: 6")
            assertTrue(texts().contains("8"))
            assertTrue(texts().toString(), texts().any { "corrige Nombre de personnes\u00a0: 6 → 8" in it })
        }
        val read = runBlocking { duo.ines.read(doc) }
        assertEquals(FactValue.Integer(8), read.detail.facts.getValue("facts/people_count").value)
        assertEquals(FactValue.Integer(6), read.detail.first.getValue("facts/people_count"))
    }

    @Test
    fun words_are_added_verbatim_and_a_filing_is_voided_with_its_reason() {
        val doc = duo.files("Rixe à annuler")
        opens(doc, Stand(height = 1600)) {
            onNodeWithText("Ajouter mes constatations").performClick()
            onNode(hasSetTextAction()).performTextInput(STRANGE)
            onNodeWithText("Ajouter au rapport").performClick()
            waitUntil("the words are shown", PATIENCE_MS) { STRANGE in texts() }
            onNodeWithText("Annuler ce dépôt").performScrollTo().performClick()
            onNode(hasSetTextAction()).performTextInput("Saisi deux fois")
            photograph("detail-void")
            onNode(hasText("Annuler ce dépôt") and hasClickAction()).performClick()
            waitFor("Annulé")
        }
        assertTrue(runBlocking { duo.ines.read(doc) }.detail.item.row.voided)
    }

    @Test
    fun words_being_written_outlive_the_sheet_until_they_are_in_the_report() {
        val doc = duo.files("Rixe à compléter")
        opens(doc, Stand(height = 1600)) {
            onNodeWithText("Ajouter mes constatations").performClick()
            onNode(hasSetTextAction()).performTextInput("Un homme part en courant.")
            onRoot().performTouchInput { click(Offset(width / 2f, 40f)) }
            waitForIdle()
            onNode(hasSetTextAction()).assertExists("the veil closes nothing while there are words")
            onNodeWithContentDescription("Fermer").performClick()
            waitForIdle()
            assertTrue("Un homme part en courant." !in texts())
            onNodeWithText("Annuler ce dépôt").performScrollTo().performClick()
            onNode(hasSetTextAction()).assert(hasText("Un homme part en courant.").not())
            onNodeWithContentDescription("Fermer").performClick()
            onNodeWithText("Ajouter mes constatations").performScrollTo().performClick()
            onNode(hasSetTextAction()).assert(hasText("Un homme part en courant."))
            onNodeWithText("Ajouter au rapport").performClick()
            waitUntil("the sheet is closed", PATIENCE_MS) { onAllNodesWithText("Ajouter au rapport").fetchSemanticsNodes().isEmpty() }
            onNodeWithText("Ajouter mes constatations").performScrollTo().performClick()
            onNode(hasSetTextAction()).assert(hasText("Un homme part en courant.").not())
        }
    }

    @Test
    fun a_received_report_shows_a_receipt_that_can_be_checked_without_a_network() = THREE_LOOKS.forEach { stand ->
        opens(decided, stand) {
            onNodeWithText("Accusé de dépôt").performClick()
            waitFor("Vérifiable sans réseau")
            photograph("receipt-${stand.look}".lowercase())
            onNodeWithContentDescription("Code QR de l’accusé signé par le serveur").assertExists()
            everyControlIsLargeAndNamed()
            noTextIsCut()
        }
    }

    @Test
    fun a_report_that_waits_says_so_on_its_receipt() = opens(duo.files("Rixe en attente")) {
        onNodeWithText("Accusé de dépôt").performClick()
        waitFor("Pas encore reçu")
        photograph("receipt-waiting")
    }

    @Test
    fun ten_thousand_characters_and_right_to_left_are_shown_whole() {
        val long = "Constatations. ".repeat(667).take(9_900) + " شوهد شجار أمام الموقف 👮🏽‍♀️"
        val doc = duo.files("شجار في ساحة Épars 👮🏽‍♀️", statement = long)
        opens(doc, Stand(height = 8000)) {
            assertTrue(long in texts())
            noTextIsCut()
        }
    }

    @Test
    fun a_fact_that_nobody_entered_is_added_afterwards() {
        val doc = duo.files("Rixe à compléter", people = null)
        opens(doc, Stand(height = 1600)) {
            onNodeWithText("Ajouter un fait").performClick()
            photograph("detail-missing")
            everyControlIsLargeAndNamed()
            onNode(hasText("Nombre de personnes") and hasClickAction()).performScrollTo().performClick()
            onNode(hasSetTextAction()).performTextReplacement("12")
            onNodeWithText("Garder la correction").performClick()
            waitFor("12")
            assertTrue("absent de la version 1" in texts().map { it.lowercase() })
        }
    }

    @Test
    fun every_naughty_string_is_shown_word_for_word() {
        val list = File(System.getProperty("ronde.build")).resolve("../../../../shared/data/security/blns").listFiles().orEmpty().find { it.extension == "txt" }
        if (list == null) return println("skipped: the big list of naughty strings is not beside this repository")
        val naughty = list.readLines().filter { it.isNotBlank() && !it.startsWith("#") }
        val doc = duo.files(naughty.last { it.length in 5..100 })
        runBlocking { naughty.chunked(NAUGHTY).forEach { duo.ines.state(doc, it.joinToString("\n")) } }
        opens(doc, Stand(height = 800)) {
            val shown = texts().toSet()
            naughty.chunked(NAUGHTY).forEach { assertTrue("not shown: $it", it.joinToString("\n") in shown) }
        }
    }

    @Test
    fun a_report_that_is_not_here_says_so() = onScreen(Stand(), { DetailScreen(duo.ines, "00".repeat(16), onBack = {}) }) {
        waitFor("Ce rapport n’est plus sur ce téléphone", part = true)
    }

    companion object {
        private const val NAUGHTY = 25
        private const val STRANGE = "<script>alert('ù')</script> \u202Eabc 👮🏽‍♀️ \"'; DROP TABLE reports;--"
        private lateinit var duo: Duo
        private lateinit var apart: String
        private lateinit var decided: String

        @JvmStatic
        @BeforeClass
        fun a_brawl_that_two_people_saw() {
            duo = Duo()
            apart = brawl("Rixe, place des Épars")
            decided = brawl("Rixe, gare routière")
            duo.decides(decided, 10, "Compté sur les images")
            duo.acts(decided, "comments", "text" to "Qui est le riverain qui a appelé ?")
            duo.acts(decided, "read")
            duo.acts(apart, "read")
            duo.meet()
            runBlocking { duo.ines.reports.becomes { it.items.size == 2 } }
        }

        private fun brawl(title: String): String {
            val more = mapOf("weapons" to FactValue.Text("none"), "injuries" to FactValue.Text("light"), "filmed" to FactValue.Flag(true))
            val doc = duo.files(title, more = more)
            duo.meet()
            runBlocking { duo.karim.state(doc, "Bagarre au quai, une dizaine de jeunes. Portes fermées, départ retardé de 9 min.") }
            duo.disagree(doc, inesSays = 7)
            runBlocking { duo.karim.state(doc, "Vitre de l’abribus étoilée. Pas de blessé à bord.") }
            duo.meet()
            return doc
        }

        @JvmStatic
        @AfterClass
        fun they_part() = duo.close()
    }
}
