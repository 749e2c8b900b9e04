package org.ronde.ui.capture

import androidx.compose.ui.test.DesktopComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.onAllNodesWithText
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.longClick
import androidx.compose.ui.test.performTextInput
import androidx.compose.ui.test.performTouchInput
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.junit.After
import org.junit.AfterClass
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.BeforeClass
import org.junit.Test
import org.ronde.Language
import org.ronde.ui.PATIENCE_MS
import org.ronde.ui.Phone
import org.ronde.ui.Stand
import org.ronde.ui.THREE_LOOKS
import org.ronde.ui.everyControlIsLargeAndNamed
import org.ronde.ui.noTextIsCut
import org.ronde.ui.noWordIsBroken
import org.ronde.ui.onScreen
import org.ronde.ui.photograph
import org.ronde.ui.waitFor

/** Signaler on the real notebook: every type is found, and one touch files. */
@OptIn(ExperimentalTestApi::class)
class CaptureScreensTest {
    private val opened = mutableListOf<String>()

    private fun capture(stand: Stand = Stand(), story: DesktopComposeUiTest.() -> Unit) {
        runBlocking { phone.repository.speak(stand.language) }
        onScreen(stand, { CaptureScreen(phone.repository, rememberDirect(phone.repository), {}, { opened += it }) }, story)
    }

    private fun holds(name: String, stand: Stand) = capture(stand) {
        photograph(name)
        everyControlIsLargeAndNamed()
        noTextIsCut()
        noWordIsBroken()
    }

    @After
    fun nothing_is_left_to_go_on_with() = runBlocking { phone.repository.drafts.value.forEach { phone.repository.discard(it.id) } }

    @Test
    fun the_tiles_hold_in_the_three_themes() = THREE_LOOKS.forEach { holds("capture-${it.look}".lowercase(), it) }

    @Test
    fun they_hold_in_english_and_on_a_small_screen() = holds("capture-en-320", Stand(language = Language.EN, width = 320, height = 640))

    @Test
    fun they_hold_with_words_twice_as_large() =
        listOf(360, 320).forEach { holds("capture-200-$it", Stand(width = it, fontScale = 2f)) }

    @Test
    fun they_hold_on_a_tablet() = holds("capture-tablet", Stand(width = 800, height = 1100))

    @Test
    fun a_type_is_found_without_its_accents_and_opens_its_form() = capture {
        onNodeWithContentDescription("Chercher un type").performTextInput("depot pneu")
        waitFor("Dépôt de pneus")
        onNodeWithText("Dépôt de pneus").performClick()
        waitUntil("a form is opened", PATIENCE_MS) { opened.isNotEmpty() }
        assertEquals("waste.tyres", runBlocking { phone.repository.draft(opened.single()) }.reportType)
    }

    @Test
    fun a_word_that_no_type_has_is_said() = capture {
        onNodeWithContentDescription("Chercher un type").performTextInput("zeppelin")
        onNodeWithText("Aucun type de ce nom. Essayez un autre mot.").assertIsDisplayed()
    }

    @Test
    fun one_touch_files_after_ten_seconds_and_is_a_draft_until_then() = capture(SMALL) {
        val before = phone.repository.reports.value.items.size
        mainClock.autoAdvance = false
        oneTouch()
        waitForHeld("Incendie\u00a0: dépôt dans 10\u00a0s")
        photograph("capture-direct")
        assertEquals(listOf("fire"), runBlocking { phone.repository.drafts.value }.map { it.reportType })
        mainClock.advanceTimeBy(9_000)
        waitForHeld("Incendie\u00a0: dépôt dans 1\u00a0s")
        assertEquals("not filed before the time is over", before, phone.repository.reports.value.items.size)
        mainClock.advanceTimeBy(1_000)
        mainClock.autoAdvance = true
        waitFor("Incendie\u00a0: déposé à", part = true)
        waitUntil("the list has it", PATIENCE_MS) { phone.repository.reports.value.items.size == before + 1 }
        assertEquals("fire", phone.repository.reports.value.items.first().row.reportType)
    }

    @Test
    fun a_tile_held_down_files_as_direct_does() = capture(SMALL) {
        val before = phone.repository.reports.value.items.size
        onNodeWithContentDescription("Chercher un type").performTextInput("incendie")
        onNode(hasText("Incendie") and hasClickAction()).performTouchInput { longClick() }
        waitFor("Incendie\u00a0: d", part = true)
        assertTrue("no form is opened by it", opened.isEmpty())
        waitFor("Incendie\u00a0: déposé à", part = true)
        waitUntil("the list has it", PATIENCE_MS) { phone.repository.reports.value.items.size == before + 1 }
    }

    @Test
    fun annuler_within_ten_seconds_leaves_nothing() = capture(SMALL) {
        val before = phone.repository.reports.value.items.size
        mainClock.autoAdvance = false
        oneTouch()
        waitForHeld("Incendie\u00a0: dépôt dans 10\u00a0s")
        mainClock.advanceTimeBy(8_000)
        onNodeWithText("Annuler").performClick()
        mainClock.advanceTimeBy(3_000)
        mainClock.autoAdvance = true
        waitFor("Incendie\u00a0: annulé. Rien n’est déposé.")
        waitUntil("the draft is gone", PATIENCE_MS) { phone.repository.drafts.value.isEmpty() }
        assertEquals(before, phone.repository.reports.value.items.size)
    }

    private fun DesktopComposeUiTest.oneTouch() {
        onNodeWithContentDescription("Chercher un type").performTextInput("incendie")
        mainClock.advanceTimeBy(100)
        onNodeWithText("Direct").performClick()
        mainClock.advanceTimeBy(100)
        assertTrue(onAllNodesWithText("Incendie").fetchSemanticsNodes().isNotEmpty())
        onNode(hasText("Incendie") and hasClickAction()).performClick()
    }

    /** The draft is made on the notebook's own thread: real time passes, the screen's clock by frames only. */
    private fun DesktopComposeUiTest.waitForHeld(words: String) =
        waitUntil("\"$words\" is said", PATIENCE_MS) {
            mainClock.advanceTimeByFrame()
            onAllNodesWithText(words).fetchSemanticsNodes().isNotEmpty()
        }

    companion object {
        // A second of the screen's clock is sixty pictures.
        private val SMALL = Stand(width = 320, height = 480)
        private lateinit var phone: Phone

        @JvmStatic
        @BeforeClass
        fun a_phone_that_filed_two_reports() {
            phone = Phone.offline()
            runBlocking {
                for (type in listOf("waste.bags", "youth.brawl")) phone.repository.file(phone.repository.newDraft(type).id)
                phone.repository.reports.first { it.items.size == 2 }
            }
        }

        @JvmStatic
        @AfterClass
        fun it_is_put_away() = phone.close()
    }
}
