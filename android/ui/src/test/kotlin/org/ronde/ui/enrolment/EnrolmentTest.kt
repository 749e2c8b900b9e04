package org.ronde.ui.enrolment

import androidx.compose.ui.test.DesktopComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performTextInput
import androidx.compose.ui.test.performTextReplacement
import java.nio.file.Files
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test
import org.ronde.Language
import org.ronde.World
import org.ronde.ui.Phone
import org.ronde.ui.Stand
import org.ronde.ui.THREE_LOOKS
import org.ronde.ui.everyControlIsLargeAndNamed
import org.ronde.ui.noTextIsCut
import org.ronde.ui.noWordIsBroken
import org.ronde.ui.onScreen
import org.ronde.ui.photograph
import org.ronde.ui.waitFor

/** Enrôlement with a real server: a phone becomes one of the agglomeration, or reads why not. */
@OptIn(ExperimentalTestApi::class)
class EnrolmentTest {
    private fun enrolment(phone: Phone, stand: Stand = Stand(), onDone: () -> Unit = {}, story: DesktopComposeUiTest.() -> Unit) {
        runBlocking { phone.repository.speak(stand.language) }
        onScreen(stand, { EnrolmentScreen(phone.repository, onDone) }, story)
    }

    @Test
    fun what_is_asked_holds_on_every_screen() = Phone.blank().use { phone ->
        val stands = THREE_LOOKS + Stand(fontScale = 2f) + Stand(width = 320, fontScale = 2f) + Stand(language = Language.EN, width = 320, height = 640) +
            Stand(width = 800, height = 1100)
        stands.forEachIndexed { index, stand ->
            enrolment(phone, stand) {
                photograph("enrolment-$index")
                everyControlIsLargeAndNamed()
                noTextIsCut()
                noWordIsBroken()
            }
        }
    }

    @Test
    fun a_typed_code_enrols_and_a_wrong_one_says_what_to_do() {
        val world = World(Files.createTempDirectory("ronde-enrolment"))
        world.use {
            world.opens()
            Phone.blank().use { phone ->
                var done = false
                enrolment(phone, onDone = { done = true }) {
                    onNodeWithText("Enrôler").performClick()
                    onNodeWithText("Saisissez l’adresse donnée par votre service.").assertIsDisplayed()
                    onNodeWithText("Saisissez le code donné par votre service.").assertIsDisplayed()

                    type("Adresse du serveur", world.road.address)
                    type("Code d’invitation", "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF")
                    onNodeWithText("Enrôler").performClick()
                    waitFor("code", part = true)
                    photograph("enrolment-refused")
                    assertNull(phone.repository.identity.value)

                    val code = world.invitation("Inès")
                    onNodeWithContentDescription("Code d’invitation").performTextReplacement(code)
                    onNodeWithText("Enrôler").performClick()
                    waitFor("Ce téléphone écrit au nom de Inès, pour Agglomération de Valbrume.")
                    photograph("enrolment-done")
                    everyControlIsLargeAndNamed()
                    onNodeWithText("Commencer").performClick()
                }
                assertEquals("Inès" to true, phone.repository.identity.value?.name to done)
            }
        }
    }

    private fun DesktopComposeUiTest.type(field: String, words: String) =
        onNodeWithContentDescription(field).performScrollTo().performTextInput(words)

    @Test
    fun a_fingerprint_is_64_figures_however_they_are_grouped() {
        val bytes = ByteArray(32) { it.toByte() }
        val plain = bytes.joinToString("") { "%02x".format(it) }
        for (typed in listOf(plain, plain.uppercase(), plain.chunked(2).joinToString(":"), plain.chunked(4).joinToString(" "))) {
            assertArrayEquals(typed, bytes, fingerprint(typed))
        }
        for (typed in listOf("", plain.dropLast(1), plain + "0", plain.replace('0', 'g'))) assertNull(typed, fingerprint(typed))
    }
}
