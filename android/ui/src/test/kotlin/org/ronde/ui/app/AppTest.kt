package org.ronde.ui.app

import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.test.DesktopComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.assertIsSelected
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.runDesktopComposeUiTest
import androidx.compose.ui.unit.Density
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.AfterClass
import org.junit.Assert.assertEquals
import org.junit.BeforeClass
import org.junit.Test
import org.ronde.FactValue
import org.ronde.Language
import org.ronde.Status
import org.ronde.ui.Duo
import org.ronde.ui.PIXELS
import org.ronde.ui.PATIENCE_MS
import org.ronde.ui.becomes
import org.ronde.ui.everyControlIsLargeAndNamed
import org.ronde.ui.noTextIsCut
import org.ronde.ui.photograph
import org.ronde.ui.texts
import org.ronde.ui.theme.Look
import org.ronde.ui.waitFor

/** The app around its screens: tabs, back, settings, and the place that is come back to. */
@OptIn(ExperimentalTestApi::class)
class AppTest {
    private val store = MemoryStore()

    private fun app(width: Int = 360, height: Int = 800, scale: Float = 1f, story: DesktopComposeUiTest.() -> Unit) =
        runDesktopComposeUiTest((width * PIXELS).toInt(), (height * PIXELS).toInt()) {
            setContent {
                CompositionLocalProvider(LocalDensity provides Density(PIXELS, scale)) {
                    RondeApp(duo.ines, store, store.load(), every = null)
                }
            }
            story()
        }

    private fun DesktopComposeUiTest.tab(words: String) = onNode(hasText(words) and TAB)

    @Test
    fun the_tabs_lead_to_their_screens_and_back_comes_home() = app {
        waitFor("Signaler")
        tab("Mes rapports").performClick()
        waitFor("Rixe, place des Épars")
        tab("Mes rapports").assertIsSelected()
        onNodeWithText("Rixe, place des Épars").performClick()
        waitFor("Constatations")
        onNodeWithContentDescription("Retour").performClick()
        tab("Synchro").performClick()
        waitFor("Envoyer maintenant")
        photograph("app-sync")
        everyControlIsLargeAndNamed()
        assertEquals("Sync", store.load().place.written())
    }

    @Test
    fun a_killed_app_opens_where_it_was_left_with_the_field_in_hand() {
        val draft = runBlocking { duo.ines.newDraft("youth.brawl") }
        runBlocking {
            duo.ines.keep(draft.copy(facts = mapOf("title" to FactValue.Text("Bagarre")), statement = "Je vois", focus = "statement"))
            duo.ines.flush()
        }
        store.save(Preferences(place = Place(Tab.Reports, listOf(Above.Form(draft.id)))))
        app {
            waitUntil("the statement is in hand", PATIENCE_MS) {
                onAllNodes(hasSetTextAction() and FOCUSED and hasText("Je vois", substring = true)).fetchSemanticsNodes().isNotEmpty()
            }
            onNodeWithContentDescription("Retour").performClick()
            waitFor("Chercher", part = true)
            assertEquals("Reports", runBlocking { store.load().place.written() })
        }
        runBlocking { duo.ines.discard(draft.id) }
    }

    @Test
    fun theme_and_language_change_at_once_and_are_kept() {
        app(height = 1000) {
            waitFor("Signaler")
            onNodeWithContentDescription("Réglages").performClick()
            onNodeWithText("Nuit rouge").performClick()
            onNodeWithText("English").performClick()
            waitFor("Settings")
            photograph("settings-rednight-en")
            everyControlIsLargeAndNamed()
            noTextIsCut()
            waitUntil("it is kept", PATIENCE_MS) { store.load().run { look == Look.RedNight && language == Language.EN } }
            onNodeWithText("Français").performClick()
            waitFor("Réglages")
        }
        store.save(Preferences(look = Look.Day, place = Place(Tab.Today, listOf(Above.Settings))))
        app(height = 1000) {
            waitFor("Réglages")
            photograph("settings-day")
        }
    }

    @Test
    fun on_a_tablet_the_list_stands_beside_the_report() {
        store.save(Preferences(place = Place(Tab.Reports)))
        app(width = 960, height = 700) {
            waitFor("Choisissez un rapport dans la liste.")
            onNode(hasText("Rixe, place des Épars") and hasClickAction()).performClick()
            waitFor("Constatations")
            photograph("app-tablet")
            everyControlIsLargeAndNamed()
            noTextIsCut()
        }
    }

    @Test
    fun it_holds_with_words_twice_as_large_on_a_small_screen() = app(width = 320, height = 700, scale = 2f) {
        waitFor("Signaler")
        photograph("app-320-200")
        everyControlIsLargeAndNamed()
        noTextIsCut()
    }

    @Test
    fun what_is_filed_leaves_by_itself() = runBlocking {
        val touch = launch(Dispatchers.Default) { keepInTouch(duo.ines) }
        val doc = duo.files("Partira seul")
        duo.ines.reports.becomes { shown -> shown.items.any { it.row.doc == doc && it.status !is Status.Stored } }
        touch.cancel()
    }

    @Test
    fun a_server_that_goes_away_is_said_and_what_waited_leaves_when_it_is_back() = Duo().use { town ->
        runDesktopComposeUiTest((360 * PIXELS).toInt(), (800 * PIXELS).toInt(), testTimeout = 5.minutes) {
            setContent { CompositionLocalProvider(LocalDensity provides Density(PIXELS)) { RondeApp(town.ines, MemoryStore(), Preferences(look = Look.Day), every = 1.seconds) } }
            waitFor("Signaler")
            tab("Synchro").performClick()
            town.world.closes()
            town.files("Écrit sans serveur")
            waitFor("En attente de réseau", part = true)
            waitFor("Écrit sans serveur")
            town.world.opens()
            waitFor("Tout est reçu", part = true)
        }
    }

    companion object {
        private val TAB = SemanticsMatcher.expectValue(SemanticsProperties.Role, Role.Tab)
        private val FOCUSED = SemanticsMatcher.expectValue(SemanticsProperties.Focused, true)
        private lateinit var duo: Duo

        @JvmStatic
        @BeforeClass
        fun a_phone_with_one_report() {
            duo = Duo()
            duo.files("Rixe, place des Épars")
            duo.meet()
        }

        @JvmStatic
        @AfterClass
        fun it_is_put_away() = duo.close()
    }
}
