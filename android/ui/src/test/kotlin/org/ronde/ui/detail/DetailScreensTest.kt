package org.ronde.ui.detail

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.DesktopComposeUiTest
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.input.key.Key
import androidx.compose.ui.test.assert
import androidx.compose.ui.test.click
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.onRoot
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performTextInput
import androidx.compose.ui.test.performTextReplacement
import androidx.compose.ui.test.performKeyInput
import androidx.compose.ui.test.performTouchInput
import androidx.compose.ui.test.pressKey
import kotlinx.coroutines.runBlocking
import org.junit.AfterClass
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.BeforeClass
import org.junit.Test
import org.ronde.Draft
import org.ronde.FactValue
import org.ronde.Language
import org.ronde.Position
import org.ronde.positionValue
import org.ronde.ui.Duo
import org.ronde.ui.PATIENCE_MS
import org.ronde.ui.Stand
import org.ronde.ui.THREE_LOOKS
import org.ronde.ui.becomes
import org.ronde.ui.everyControlIsLargeAndNamed
import org.ronde.ui.naughtyStrings
import org.ronde.ui.noTextIsCut
import org.ronde.ui.onScreen
import org.ronde.ui.photograph
import org.ronde.ui.texts
import org.ronde.ui.theme.Look
import org.ronde.ui.theme.RondeTheme
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
        assertTrue("roles are said in words", texts().any { it.startsWith("Agent de police municipale · ") })
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
            waitForField()
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
            types(STRANGE)
            onNodeWithText("Ajouter au rapport").performClick()
            waitUntil("the words are shown", PATIENCE_MS) { STRANGE in texts() }
            onNodeWithText("Annuler ce dépôt").performScrollTo().performClick()
            types("Saisi deux fois")
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
            types("Un homme part en courant.")
            onRoot().performTouchInput { click(Offset(width / 2f, 40f)) }
            waitForIdle()
            onNode(hasSetTextAction()).assertExists("the veil closes nothing while there are words")
            onNodeWithContentDescription("Fermer").performClick()
            waitFor("Constatations commencées à", part = true)
            assertTrue("Un homme part en courant." !in texts())
            photograph("detail-begun")
            everyControlIsLargeAndNamed()
            noTextIsCut()
            onNodeWithText("Annuler ce dépôt").performScrollTo().performClick()
            waitForField()
            onNode(hasSetTextAction()).assert(hasText("Un homme part en courant.").not())
            onNodeWithContentDescription("Fermer").performClick()
            onNodeWithText("Reprendre").performScrollTo().performClick()
            waitForField()
            onNode(hasSetTextAction()).assert(hasText("Un homme part en courant."))
            photograph("detail-resumed")
            everyControlIsLargeAndNamed()
            onNodeWithText("Ajouter au rapport").performClick()
            waitUntil("it waits no more", PATIENCE_MS) { "Un homme part en courant." in texts() && texts().none { "commencées" in it } }
            onNodeWithText("Ajouter mes constatations").performScrollTo().performClick()
            waitForField()
            onNode(hasSetTextAction()).assert(hasText("Un homme part en courant.").not())
        }
        assertEquals(2, runBlocking { duo.ines.read(doc) }.detail.statements.size)
    }

    @Test
    fun a_correction_being_typed_outlives_the_veil_the_sheet_and_the_screen() {
        val doc = duo.files("Rixe à corriger plus tard", people = 6)
        opens(doc, Stand(height = 1600)) {
            corrects("8")
            onRoot().performTouchInput { click(Offset(width / 2f, 40f)) }
            waitForIdle()
            onNode(hasSetTextAction()).assertExists("the veil closes nothing while something is typed")
            onRoot().performKeyInput { pressKey(Key.Escape) }
            waitFor("Correction commencée à", part = true)
        }
        opens(doc, Stand(height = 1600)) {
            waitFor("Correction commencée à", part = true)
            onNode(hasSetTextAction()).assertDoesNotExist()
            onNodeWithText("Reprendre").performClick()
            waitForField()
            onNode(hasSetTextAction()).assert(hasText("8"))
            onNodeWithText("Garder la correction").performClick()
            waitFor("Version 1\u00a0: 6")
            waitUntil("it waits no more", PATIENCE_MS) { texts().none { "commencée" in it } }
        }
    }

    @Test
    fun what_is_begun_is_thrown_away_by_hand_only_and_asked_twice() {
        val doc = duo.files("Rixe à laisser", people = 6)
        opens(doc, Stand(height = 1600)) {
            corrects("9")
            val first = onNodeWithText("Jeter cette correction").fetchSemanticsNode().boundsInRoot.center
            repeat(2) { onRoot().performTouchInput { click(first) } }
            onNodeWithText("Jeter cette correction").assertExists("a double tap throws nothing away")
            onNodeWithText("Jeter cette correction").performClick()
            photograph("detail-drop")
            everyControlIsLargeAndNamed()
            noTextIsCut()
            onNode(hasSetTextAction()).performTextReplacement("99")
            onNodeWithText("Jeter, sans retour").assertDoesNotExist()
            onNodeWithText("Jeter cette correction").performClick()
            mainClock.advanceTimeBy(10_100)
            onNodeWithText("Jeter, sans retour").assertDoesNotExist()
            onNode(hasSetTextAction()).assert(hasText("99"))
            onNodeWithText("Jeter cette correction").performClick()
            onNodeWithText("Jeter, sans retour").performClick()
            waitUntil("the sheet is closed", PATIENCE_MS) { onAllNodes(hasSetTextAction()).fetchSemanticsNodes().isEmpty() }
            onNodeWithText("Reprendre").assertDoesNotExist()
            corrects("6")
            onRoot().performTouchInput { click(Offset(width / 2f, 40f)) }
            waitForIdle()
            onNode(hasSetTextAction()).assertDoesNotExist()
            onNodeWithText("Reprendre").assertDoesNotExist()
        }
        val read = runBlocking { duo.ines.read(doc) }
        assertEquals(FactValue.Integer(6), read.detail.facts.getValue("facts/people_count").value)
        duo.ines.begun.value.filter { it.about?.doc == doc }.let { assertEquals(emptyList<Draft>(), it) }
    }

    @Test
    fun a_correction_begun_before_another_came_says_what_the_report_says_now() {
        resumesAfterKarimsEight("Rixe corrigée à deux", typed = "9") {
            waitFor("Le rapport dit maintenant 8 (Karim Oudji, ", part = true)
            onNode(hasSetTextAction()).assert(hasText("9"))
            photograph("detail-moved")
            noTextIsCut()
        }
    }

    @Test
    fun a_correction_that_somebody_else_made_meanwhile_waits_no_more() {
        resumesAfterKarimsEight("Rixe corrigée pareillement", typed = "8") {
            onNode(hasSetTextAction()).assert(hasText("8"))
            onNodeWithText("Jeter cette correction").assertDoesNotExist()
            onNodeWithContentDescription("Fermer").performClick()
            waitUntil("it waits no more", PATIENCE_MS) { texts().none { "commencée" in it } }
        }
    }

    @Test
    fun a_reason_begun_for_a_report_voided_meanwhile_is_only_read_or_thrown_away() {
        val doc = duo.files("Rixe annulée entre-temps")
        opens(doc, Stand(height = 1600)) {
            onNodeWithText("Annuler ce dépôt").performScrollTo().performClick()
            types("Saisi deux")
            onNodeWithContentDescription("Fermer").performClick()
            waitFor("Motif d’annulation commencé à", part = true)
        }
        runBlocking { duo.ines.void(doc, "Saisi deux fois") }
        opens(doc, Stand(height = 1600)) {
            waitFor("Annulé")
            onNodeWithText("Reprendre").performClick()
            waitFor("Saisi deux")
            waitFor("Ce rapport est déjà annulé.", part = true)
            onNode(hasText("Annuler ce dépôt") and hasClickAction()).assertDoesNotExist()
            photograph("detail-voided-already")
            onNodeWithText("Jeter ce motif").performClick()
            onNodeWithText("Jeter, sans retour").performClick()
            waitUntil("it waits no more", PATIENCE_MS) { texts().none { "commencé" in it } }
        }
    }

    @Test
    fun a_place_that_is_only_looked_at_begins_no_correction() {
        val at = Position(484_500_000, 15_000_000, 10u, null, "typed", null)
        val doc = duo.files("Rixe à situer", more = mapOf("position" to positionValue(at)))
        opens(doc, Stand(height = 2400)) {
            asksCommune()
            // The sheet asked the same before, on the same thread.
            assertTrue(runBlocking { duo.ines.communeAt(1.5, 48.45) } != null)
            waitForIdle()
            assertEquals(emptyList<Draft>(), duo.ines.begun.value.filter { it.about?.doc == doc })
        }
    }

    @Test
    fun half_a_name_of_a_commune_outlives_the_sheet_and_is_no_correction() {
        val doc = duo.files("Rixe à situer plus tard")
        opens(doc, Stand(height = 2400)) {
            asksCommune()
            onNodeWithContentDescription("Commune").performTextInput("Zut")
            onNodeWithContentDescription("Fermer").performClick()
            waitFor("Correction commencée à", part = true)
            onNodeWithText("Reprendre").performScrollTo().performClick()
            waitForField()
            onNodeWithContentDescription("Commune").assert(hasText("Zut"))
            onNodeWithText("Garder la correction").performClick()
            waitFor("Choisissez une commune de la liste, ou effacez son nom.")
            photograph("detail-commune")
        }
        assertTrue("facts/commune" !in runBlocking { duo.ines.read(doc) }.detail.facts)
    }

    @Test
    fun another_language_under_an_open_sheet_keeps_the_words_and_says_numbers_its_own_way() {
        val doc = duo.files("Amas", type = "waste.bags")
        runBlocking { duo.ines.speak(Language.FR) }
        var language by mutableStateOf(Language.FR)
        onScreen(Stand(height = 2400), { RondeTheme(Look.Day, language) { DetailScreen(duo.ines, doc, onBack = {}) } }) {
            waitFor("Ajouter un fait")
            onNodeWithText("Ajouter un fait").performScrollTo().performClick()
            onNode(hasText("Volume", substring = true) and hasClickAction()).performScrollTo().performClick()
            waitForField()
            onNode(hasSetTextAction()).performTextReplacement("1,5")
            language = Language.EN
            waitUntil("it is said in English", PATIENCE_MS) { onAllNodes(hasSetTextAction() and hasText("1.5")).fetchSemanticsNodes().isNotEmpty() }
        }
    }

    private fun DesktopComposeUiTest.asksCommune() {
        onNodeWithText("Ajouter un fait").performScrollTo().performClick()
        onNode(hasText("Commune") and hasClickAction()).performScrollTo().performClick()
        waitForField()
    }

    /** Inès begins a correction and leaves it; she resumes it once Karim's is in the report. */
    private fun resumesAfterKarimsEight(title: String, typed: String, story: DesktopComposeUiTest.() -> Unit) {
        val doc = duo.files(title, people = 6)
        opens(doc, Stand(height = 1600)) {
            corrects(typed)
            onRoot().performKeyInput { pressKey(Key.Escape) }
            waitFor("Correction commencée à", part = true)
        }
        duo.meet()
        duo.corrects(duo.karim, doc, 8)
        duo.meet()
        opens(doc, Stand(height = 1600)) {
            onNodeWithText("Reprendre").performClick()
            waitForField()
            story()
        }
    }

    /** Opens the correction of the number of people, and types. */
    private fun DesktopComposeUiTest.corrects(count: String) {
        onNode(hasText("Nombre de personnes") and hasClickAction()).performScrollTo().performClick()
        onNodeWithText("Corriger").performClick()
        waitForField()
        onNode(hasSetTextAction()).performTextReplacement(count)
    }

    private fun DesktopComposeUiTest.types(words: String) {
        waitForField()
        onNode(hasSetTextAction()).performTextInput(words)
    }

    /** A sheet shows its field once what was begun is read. */
    private fun DesktopComposeUiTest.waitForField() =
        waitUntil("the field is there", PATIENCE_MS) { onAllNodes(hasSetTextAction()).fetchSemanticsNodes().isNotEmpty() }

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
            waitForField()
            onNode(hasSetTextAction()).performTextReplacement("12")
            onNodeWithText("Garder la correction").performClick()
            waitFor("12")
            assertTrue("absent de la version 1" in texts().map { it.lowercase() })
        }
    }

    @Test
    fun what_somebody_was_given_is_not_said_to_be_taken_on() {
        val doc = duo.files("Rixe à suivre")
        duo.meet()
        for ((to, said) in listOf("Karim Oudji" to "Affecté à Karim Oudji", "Hélène" to "Pris en charge par Hélène")) {
            duo.acts(doc, "assign", "to" to to)
            duo.meet()
            opens(doc, Stand(height = 2200)) { assertEquals("$said: ${texts()}", 2, texts().count { it.startsWith("$said à ") }) }
        }
        opens(doc, Stand(height = 2200)) {
            assertTrue(texts().toString(), texts().any { "affecte à Karim Oudji" in it } && texts().any { "prend le rapport en charge" in it })
        }
    }

    @Test
    fun every_naughty_string_is_shown_word_for_word() {
        val naughty = naughtyStrings() ?: return
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
