package org.ronde.ui.form

import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.test.DesktopComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performTextReplacement
import kotlinx.coroutines.runBlocking
import org.junit.AfterClass
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.BeforeClass
import org.junit.Test
import org.ronde.ui.Phone
import org.ronde.ui.Stand
import org.ronde.ui.naughtyStrings
import org.ronde.ui.noTextIsCut
import org.ronde.ui.onScreen
import org.ronde.ui.photograph
import org.ronde.ui.texts
import org.ronde.ui.waitFor

/** Words of any kind are shown as the words they are, in every field, and are kept whole. */
@OptIn(ExperimentalTestApi::class)
class AnyWordsTest {
    private fun form(height: Int = 800, story: DesktopComposeUiTest.(draft: String) -> Unit) {
        val draft = runBlocking { phone.repository.newDraft("transit.assault_staff") }
        onScreen(Stand(height = height), { FormScreen(phone.repository, draft.id, {}, {}) }) {
            waitFor("Déposer")
            story(draft.id)
        }
    }

    /** Every field of words on screen, by what is said of it. */
    private fun DesktopComposeUiTest.fields(): List<String> =
        onAllNodes(hasSetTextAction()).fetchSemanticsNodes().map { node ->
            node.config[SemanticsProperties.ContentDescription].single()
        }

    private fun DesktopComposeUiTest.shows(field: String, words: String) {
        onNodeWithContentDescription(field).performTextReplacement(words)
        val shown = onNodeWithContentDescription(field).fetchSemanticsNode().config[SemanticsProperties.EditableText].text
        assertEquals(field, words, shown)
    }

    @Test
    fun naughty_strings_are_shown_as_they_are_in_every_field() {
        val naughty = naughtyStrings() ?: return
        form { draft ->
            for (opened in listOf("Autres précisions", "Jour, fin, heure constatée", "Lieu", "Ajouter une personne")) {
                onNodeWithText(opened).performScrollTo().performClick()
            }
            waitFor("Personne 1")
            val fields = fields()
            val everywhere = listOf("Ce que vous avez vu", "Titre", "Adresse", "Latitude, longitude", "Commune", "Signalement", "Mots-clés")
            assertTrue("$fields", fields.containsAll(everywhere))
            // A few strings a field: every field is given some, and every string is given to a field.
            val handfuls = naughty.chunked(HANDFUL).map { it.joinToString(" ") }
            for ((index, words) in handfuls.withIndex()) shows(fields[index % fields.size], words)
            assertTrue("${handfuls.size} handfuls, ${fields.size} fields", handfuls.size >= fields.size)
            photograph("form-naughty")
            val statement = naughty.joinToString("\n").take(20_000)
            shows("Ce que vous avez vu", statement)
            runBlocking { phone.repository.flush() }
            assertEquals(statement, runBlocking { phone.repository.draft(draft) }.statement)
        }
    }

    @Test
    fun ten_thousand_characters_emoji_and_right_to_left_are_drawn_whole() {
        val arabic = "وصلنا إلى المكان ووجدنا ستة أشخاص"
        val emoji = "👩🏽‍🚒🇫🇷 Rixe 🤼 à l’arrêt 🚏"
        form { draft ->
            shows("Ce que vous avez vu", "Mot à mot. ".repeat(910).take(10_000))
            noTextIsCut()
            shows("Titre", emoji)
            shows("Direction", arabic)
            assertTrue(texts().containsAll(listOf(emoji, arabic)))
            runBlocking { phone.repository.flush() }
            val kept = runBlocking { phone.repository.draft(draft) }
            assertEquals(10_000, kept.statement.length)
        }
        form(1800) {
            shows("Ce que vous avez vu", arabic)
            shows("Titre", emoji)
            noTextIsCut()
            photograph("form-rtl")
        }
    }

    companion object {
        private const val HANDFUL = 16
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
