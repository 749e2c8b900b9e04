package org.ronde.ui.form

import androidx.compose.ui.input.key.Key
import androidx.compose.ui.test.DesktopComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.assert
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.assertIsFocused
import androidx.compose.ui.test.onAllNodesWithText
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.onRoot
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performKeyInput
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performTextInput
import androidx.compose.ui.test.performTextReplacement
import androidx.compose.ui.test.pressKey
import java.time.LocalDate
import kotlinx.coroutines.runBlocking
import org.junit.AfterClass
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.BeforeClass
import org.junit.Test
import org.ronde.Draft
import org.ronde.FactValue
import org.ronde.Involved
import org.ronde.InvolvedKind
import org.ronde.Language
import org.ronde.periodOf
import org.ronde.positionOf
import org.ronde.ui.Duo
import org.ronde.ui.PATIENCE_MS
import org.ronde.ui.Phone
import org.ronde.ui.Stand
import org.ronde.ui.detail.DetailScreen
import org.ronde.ui.everyControlIsLargeAndNamed
import org.ronde.ui.noTextIsCut
import org.ronde.ui.onScreen
import org.ronde.ui.photograph
import org.ronde.ui.texts
import org.ronde.ui.waitFor

/** What an officer types reaches the notebook, and what is filed is what was typed. */
@OptIn(ExperimentalTestApi::class)
class FormStoryTest {
    private val repository get() = phone.repository

    private fun new(type: String): Draft = runBlocking { repository.newDraft(type) }

    // The draft in hand, whose id the report keeps.
    private lateinit var doc: String

    private fun on(draft: Draft, story: DesktopComposeUiTest.() -> Unit) {
        doc = draft.id
        var left = false
        onScreen(Stand(height = 2400), { if (!left) FormScreen(repository, draft.id, { left = true }, {}) }) {
            waitFor("Déposer")
            story()
        }
    }

    private fun DesktopComposeUiTest.field(label: String) = onNodeWithContentDescription(label).performScrollTo()

    private fun DesktopComposeUiTest.files(): Map<String, FactValue> {
        onNodeWithText("Déposer").performClick()
        waitFor("Déposé à", part = true)
        return runBlocking { repository.read(doc) }.detail.first
    }

    @Test
    fun a_brawl_is_filed_as_it_was_typed() = on(new("youth.brawl")) {
        field("Ce que vous avez vu").performTextInput("Six personnes se battent.")
        field("Nombre de personnes").performTextInput("6")
        field("Début").performTextInput("2241")
        field("Gravité 5, Critique").performClick()
        field("Urgent, Oui").performClick()
        field("Titre").performTextInput("Rixe, place des Épars")
        onNodeWithContentDescription("Blessures", substring = true).performScrollTo().performClick()
        onNodeWithText("Légères").performScrollTo().performClick()
        onNodeWithText("Ajouter une personne").performScrollTo().performClick()
        waitFor("Personne 1")
        onNodeWithContentDescription("Rôle, Victime").performScrollTo().performClick()
        onNodeWithText("Ajouter un véhicule").performScrollTo().performClick()
        waitFor("Véhicule 1")
        field("Immatriculation").performTextInput("AB-123-CD")
        val filed = files()
        photograph("form-filed")
        everyControlIsLargeAndNamed()
        onNodeWithText("Sur ce téléphone").assertIsDisplayed()
        val expected = mapOf(
            "facts/people_count" to FactValue.Integer(6), "facts/severity" to FactValue.Integer(5), "facts/urgent" to FactValue.Flag(true),
            "facts/title" to FactValue.Text("Rixe, place des Épars"), "facts/injuries" to FactValue.Text("light"),
        )
        assertEquals(expected, filed.filterKeys { it in expected })
        val period = checkNotNull(filed["facts/occurred"]?.let(::periodOf))
        assertEquals("22:41", period.local(period.fromMs).toLocalTime().toString())
        val about = filed.filterKeys { it.startsWith("person/") || it.startsWith("vehicle/") }
            .mapKeys { it.key.substringBefore('/') + it.key.substringAfterLast('/') }
        assertEquals(mapOf("personrole" to FactValue.Text("victim"), "vehicleplate" to FactValue.Text("AB-123-CD")), about)
    }

    @Test
    fun an_empty_form_files_all_the_same() = on(new("youth.brawl")) {
        onNodeWithText("Position inconnue. Vous pouvez déposer, le lieu sera complété ensuite.").assertIsDisplayed()
        files()
        onNodeWithText("À compléter").assertIsDisplayed()
    }

    @Test
    fun a_phone_that_knows_no_place_and_no_hour_files_and_shows_what_it_knows() = Duo().use { town ->
        // Enrolled, and not one synchronisation: no commune has a name here.
        val blank = runBlocking { town.ines.newDraft("youth.brawl") }
        onScreen(Stand(height = 2400), { FormScreen(town.ines, blank.id, {}, {}) }) {
            waitFor("Déposer")
            onNodeWithText("Lieu").performScrollTo().performClick()
            onNodeWithText("La liste des communes arrive à la première synchronisation.").performScrollTo().assertIsDisplayed()
            onNodeWithText("Déposer").performClick()
            waitFor("Déposé à", part = true)
        }
        val read = runBlocking { town.ines.read(blank.id) }
        assertEquals(emptySet<String>(), read.detail.first.keys intersect setOf("facts/position", "facts/commune", "facts/occurred"))
        onScreen(Stand(height = 1600), { DetailScreen(town.ines, blank.id, onBack = {}) }) {
            waitFor("Écrit à", part = true)
            assertTrue(texts().toString(), texts().none { "null" in it || "1970" in it })
            noTextIsCut()
        }
    }

    @Test
    fun a_place_typed_as_figures_says_its_commune() = on(new("waste.bags")) {
        onNodeWithText("Lieu").performScrollTo().performClick()
        field("Latitude, longitude").performTextInput("48.45, 1.5")
        waitFor("48.45000, 1.50000")
        val communes = repository.communes.value.associate { it.insee to it.name }
        waitFor(communes.getValue("99001"), part = true)
        val filed = files()
        assertEquals(FactValue.Text("99001"), filed["facts/commune"])
        assertEquals(484_500_000 to 15_000_000, filed["facts/position"]?.let(::positionOf)?.let { it.latE7 to it.lonE7 })
    }

    @Test
    fun a_commune_is_found_by_the_beginning_of_its_name() = on(new("waste.bags")) {
        onNodeWithText("Lieu").performScrollTo().performClick()
        field("Commune").performTextInput("valbrume grand")
        waitFor("Valbrume-le-Grand", part = true)
        val insee = repository.communes.value.first { it.name == "Valbrume-le-Grand" }.insee
        assertEquals(FactValue.Text(insee), files()["facts/commune"])
    }

    @Test
    fun half_a_name_of_a_commune_is_kept_as_it_is_typed_and_never_stands_in_the_way() {
        val draft = new("waste.bags")
        on(draft) {
            onNodeWithText("Lieu").performScrollTo().performClick()
            field("Commune").performTextInput("Zut")
            runBlocking { phone.repository.flush() }
        }
        on(draft) {
            field("Commune").assert(hasText("Zut"))
            assertNull(files()["facts/commune"])
        }
    }

    @Test
    fun an_answer_that_cannot_be_read_stays_on_screen_and_never_holds_the_report_back() = on(new("youth.brawl")) {
        field("Nombre de personnes").performTextInput("une dizaine")
        onNodeWithText("Nombre de personnes\u00a0: donnez un nombre entier.").assertIsDisplayed()
        onNodeWithText("Déposer").performClick()
        waitFor("Ces réponses ne se lisent pas")
        onNodeWithText("« une dizaine »").assertIsDisplayed()
        photograph("form-unfit")
        onRoot().performKeyInput { pressKey(Key.Escape) }
        waitUntil("the sheet is closed", PATIENCE_MS) { onAllNodesWithText("Corriger").fetchSemanticsNodes().isEmpty() }
        onNodeWithText("une dizaine").assertIsDisplayed()
        onNodeWithText("Déposer").performClick()
        waitFor("Ces réponses ne se lisent pas")
        onNodeWithText("Déposer sans ces réponses").performClick()
        waitFor("Déposé à", part = true)
        assertNull(runBlocking { repository.read(doc) }.detail.first["facts/people_count"])
    }

    @Test
    fun an_hour_that_does_not_read_is_asked_about_and_comes_back_as_it_was_typed() {
        val draft = new("youth.brawl")
        on(draft) {
            field("Début").performTextReplacement("25:10")
            onNodeWithText("Déposer").performClick()
            waitFor("Ces réponses ne se lisent pas")
            onNodeWithText("Corriger").performClick()
            onNodeWithContentDescription("Retour").performClick()
            waitUntil("it is on disk", PATIENCE_MS) { repository.drafts.value.any { it.id == draft.id && "occurred" in it.facts } }
        }
        on(draft) {
            onNodeWithText("25:10").performScrollTo().assertIsDisplayed()
            field("Début").performTextReplacement("22:10")
            val period = checkNotNull(files()["facts/occurred"]?.let(::periodOf))
            assertEquals("22:10", period.local(period.fromMs).toLocalTime().toString())
        }
    }

    @Test
    fun what_is_filed_changes_no_more() {
        val kept = mutableListOf<Draft>()
        val form = FormState(new("youth.brawl"), Language.FR) { kept += it }
        form.state("Six personnes")
        form.isFrozen = true
        form.state("Six personnes se battent")
        PeriodState(form, "occurred", LocalDate.of(2026, 11, 23)).type { start = "22" }
        assertEquals(listOf("Six personnes"), kept.map { it.statement })
        form.isFrozen = false
        form.state("Six personnes se battent")
        assertEquals("Six personnes se battent", kept.last().statement)
    }

    @Test
    fun whatever_is_typed_of_a_period_is_read_or_asked_about() {
        fun unfit(edit: PeriodState.() -> Unit): List<String> {
            val form = FormState(new("youth.brawl").copy(facts = emptyMap()), Language.FR) {}
            PeriodState(form, "occurred", LocalDate.of(2026, 11, 23)).type(edit)
            return form.unfit().map { it.field }
        }
        val refused = listOf<PeriodState.() -> Unit>(
            { start = "25:10" },
            { end = "23:00" },
            { observed = "23:00" },
            { startDay = "22/11" },
            { start = "22"; startDay = "31/02" },
            { start = "22"; end = "25:10" },
            { start = "22"; endDay = "24/11" },
        )
        for ((which, edit) in refused.withIndex()) assertEquals("$which", listOf("occurred"), unfit(edit))
        for (edit in listOf<PeriodState.() -> Unit>({}, { start = "22"; startDay = "22/11" })) assertEquals(emptyList<String>(), unfit(edit))
    }

    @Test
    fun the_field_that_was_left_has_the_focus_again_with_its_words() {
        val draft = new("youth.brawl")
        on(draft) {
            field("Ce que vous avez vu").performTextInput("Six personnes")
            field("Titre").performClick()
            field("Titre").performTextInput("Rixe, pl")
            onNodeWithContentDescription("Retour").performClick()
            waitUntil("it is on disk", PATIENCE_MS) { repository.drafts.value.any { it.id == draft.id && it.focus == "title" } }
        }
        on(draft) {
            waitForIdle()
            onNodeWithContentDescription("Titre").assertIsFocused()
            onNodeWithText("Rixe, pl").assertIsDisplayed()
            onNodeWithContentDescription("Titre").performTextInput("ace des Épars")
            onNodeWithText("Rixe, place des Épars").assertIsDisplayed()
            onNodeWithText("Six personnes").assertExists()
        }
    }

    @Test
    fun a_field_behind_a_button_is_come_back_to_as_well() {
        val draft = new("youth.brawl")
        on(draft) {
            onNodeWithText("Jour, fin, heure constatée").performScrollTo().performClick()
            field("Début").performTextInput("22")
            field("Fin").performClick()
            field("Fin").performTextInput("23")
            waitUntil("it is on disk", PATIENCE_MS) { repository.drafts.value.any { it.id == draft.id && it.focus == "occurred.end" } }
        }
        on(draft) {
            waitForIdle()
            onNodeWithContentDescription("Fin").assertIsFocused()
            onNodeWithText("23:00").assertIsDisplayed()
        }
    }

    @Test
    fun rien_a_constater_is_said_once_and_gives_way_to_words() = on(new("youth.brawl")) {
        onNodeWithText("Rien à constater").performScrollTo().performClick()
        field("Ce que vous avez vu").performTextInput("Un cri.")
        assertTrue(onAllNodesWithText("Rien à constater").fetchSemanticsNodes().isEmpty())
        assertNull(files()["facts/no_statement"])
    }

    @Test
    fun a_referral_without_content_asks_for_none() = on(new("vigilance_referral")) {
        onNodeWithText("Ce signalement ne garde aucun contenu", substring = true).assertIsDisplayed()
        assertTrue(onAllNodesWithText("Ajouter une personne").fetchSemanticsNodes().isEmpty())
        field("Numéro de référence").performTextInput("2026-17")
        assertEquals(FactValue.Text("2026-17"), files()["facts/reference"])
    }

    @Test
    fun who_is_involved_is_kept_as_the_catalogue_has_it_and_read_in_words() {
        val older = runBlocking {
            val draft = repository.newDraft("youth.brawl")
            val gardien = Involved(repository.newId(), InvolvedKind.PERSON, mapOf("role" to FactValue.Text("gardien")))
            draft.copy(involved = listOf(gardien)).also { repository.keep(it) }
        }
        on(older) {
            field("Rôle, gardien").performClick()
            field("Rôle, Victime").performClick()
            field("Tranche d’âge, Moins de 13 ans").performClick()
            onNodeWithContentDescription("Rôle, gardien").assertDoesNotExist()
            val said = files().filterKeys { it.startsWith("person/") }.mapKeys { it.key.substringAfterLast('/') }
            assertEquals(mapOf("role" to FactValue.Text("victim"), "age_band" to FactValue.Text("under_13")), said)
        }
        onScreen(Stand(height = 1600), { DetailScreen(repository, doc, onBack = {}) }) {
            waitFor("Victime")
            waitFor("Moins de 13 ans")
        }
    }

    @Test
    fun someone_added_by_mistake_is_taken_away() = on(new("youth.brawl")) {
        onNodeWithText("Ajouter une personne").performScrollTo().performClick()
        waitFor("Personne 1")
        onNodeWithText("Retirer").performScrollTo().performClick()
        assertTrue(files().keys.none { it.startsWith("person/") })
    }

    @Test
    fun words_replaced_by_nothing_are_an_answer_taken_back() = on(new("youth.brawl")) {
        field("Nombre de personnes").performTextInput("12")
        field("Nombre de personnes").performTextReplacement("")
        assertNull(files()["facts/people_count"])
    }

    companion object {
        private lateinit var phone: Phone

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
