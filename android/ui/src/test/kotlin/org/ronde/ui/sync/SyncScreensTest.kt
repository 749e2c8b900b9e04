package org.ronde.ui.sync

import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import kotlinx.coroutines.runBlocking
import org.junit.AfterClass
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.BeforeClass
import org.junit.Test
import org.ronde.Cause
import org.ronde.FactValue
import org.ronde.Language
import org.ronde.NotebookException
import org.ronde.PersonsAct
import org.ronde.ui.Duo
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

/** Synchro on the real library and a real server: how far, why it waits, and the act. */
@OptIn(ExperimentalTestApi::class)
class SyncScreensTest {
    private var opened: String? = null

    private fun holds(name: String, stand: Stand) {
        runBlocking { duo.ines.speak(stand.language) }
        onScreen(stand, { SyncScreen(duo.ines, { opened = it }) }) {
            waitFor("Rixe, place des Épars")
            photograph(name)
            everyControlIsLargeAndNamed()
            noTextIsCut()
        }
    }

    @Test
    fun why_it_waits_and_since_when_is_said_in_the_three_themes() = THREE_LOOKS.forEach { holds("sync-${it.look}".lowercase(), it) }

    @Test
    fun it_holds_in_english_and_on_a_small_screen() = holds("sync-en-320", Stand(language = Language.EN, width = 320, height = 640))

    @Test
    fun it_holds_with_words_twice_as_large() = holds("sync-200", Stand(fontScale = 2f, height = 1400))

    @Test
    fun three_lines_count_reports_and_what_waits_opens() = onScreen(Stand(height = 1000), { SyncScreen(duo.ines, { opened = it }) }) {
        waitFor("1 sur 2")
        waitFor("En attente de réseau depuis", part = true)
        assertTrue(texts().toString(), texts().any { "Rien n’est perdu, tout partira seul." in it })
        assertTrue(texts().any { Regex("à \\d\\d:\\d\\d").matches(it) })
        onNodeWithText("Rixe, place des Épars").performScrollTo().performClick()
        assertEquals(waiting, opened)
    }

    @Test
    fun what_is_urgent_leaves_first_then_the_oldest() = Duo().use { duo ->
        val urgent = mapOf("urgent" to FactValue.Flag(true))
        duo.files("Tag")
        duo.files("Dépôt")
        duo.files("Rixe", more = urgent)
        onScreen(Stand(height = 1000), { SyncScreen(duo.ines, {}) }) {
            waitFor("Rixe")
            assertEquals(listOf("Rixe", "Tag", "Dépôt"), texts().filter { it in listOf("Tag", "Dépôt", "Rixe") })
        }
    }

    @Test
    fun sending_now_empties_the_queue_and_says_that_all_is_received() = Duo().use { duo ->
        duo.files("Rixe, gare")
        onScreen(Stand(), { SyncScreen(duo.ines, {}) }) {
            waitFor("0 sur 1")
            onNodeWithText("Envoyer maintenant").performClick()
            waitFor("Tout est reçu", part = true)
            waitFor("1 sur 1")
            photograph("sync-received")
        }
    }

    @Test
    fun a_server_that_never_answers_is_left_by_the_same_button_and_nothing_is_lost() = Duo().use { duo ->
        val doc = duo.files("Rixe, gare")
        duo.world.road.goesSilent()
        onScreen(Stand(), { SyncScreen(duo.ines, {}) }) {
            onNodeWithText("Envoyer maintenant").performClick()
            waitFor("Arrêter l’envoi")
            duo.world.road.takesOneIn()
            photograph("sync-sending")
            onNodeWithText("Arrêter l’envoi").performClick()
            waitFor("Envoyer maintenant")
        }
        assertEquals(Cause.STOPPED, runBlocking { duo.ines.sync.becomes { it.status.cause == Cause.STOPPED } }.status.cause)
        assertEquals(doc, duo.ines.reports.value.items.single().row.doc)
    }

    @Test
    fun a_revoked_phone_asks_for_a_person_and_the_phone_can_call() = Duo().use { duo ->
        val device = checkNotNull(duo.ines.identity.value).device
        duo.files("Rixe, gare")
        duo.server("device", "revoke", device)
        runBlocking {
            try {
                duo.ines.synchronise()
            } catch (_: NotebookException) {
                // It is refused: that is the story.
            }
            duo.ines.sync.becomes { it.status.act == PersonsAct.CALL_SERVICE || it.status.needsYou > 0uL }
        }
        var called = 0
        onScreen(Stand(height = 1000), { SyncScreen(duo.ines, {}, mapOf(PersonsAct.CALL_SERVICE to { called++ })) }) {
            waitFor("Appeler le service")
            photograph("sync-revoked")
            everyControlIsLargeAndNamed()
            noTextIsCut()
            onNodeWithText("Appeler le service").performClick()
        }
        assertEquals(1, called)
        onScreen(Stand(), { SyncScreen(duo.ines, {}) }) { waitFor("Appeler le service.", part = true) }
    }

    @Test
    fun a_phone_that_has_written_nothing_says_so() = Phone.offline().use { phone ->
        onScreen(Stand(), { SyncScreen(phone.repository, {}) }) {
            waitFor("Rien à envoyer")
            photograph("sync-nothing")
            everyControlIsLargeAndNamed()
        }
    }

    companion object {
        private lateinit var duo: Duo
        private lateinit var waiting: String

        @JvmStatic
        @BeforeClass
        fun one_report_received_and_one_that_waits() {
            duo = Duo()
            duo.files("Tag, parking Cathédrale", type = "incivility.tag", severity = 2, people = null)
            duo.meet()
            duo.world.closes()
            waiting = duo.files("Rixe, place des Épars")
            runBlocking {
                try {
                    duo.ines.synchronise()
                } catch (_: NotebookException.TryLater) {
                    // There is no network: that is the story.
                }
                duo.ines.sync.becomes { it.status.cause == Cause.NO_NETWORK }
            }
        }

        @JvmStatic
        @AfterClass
        fun it_is_put_away() = duo.close()
    }
}
