package org.ronde.ui.form

import androidx.compose.ui.test.DesktopComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.assertIsFocused
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performTextInput
import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assume.assumeTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.ronde.World
import org.ronde.core.Repository
import org.ronde.ui.Child
import org.ronde.ui.PATIENCE_MS
import org.ronde.ui.Stand
import org.ronde.ui.onScreen
import org.ronde.ui.photograph
import org.ronde.ui.waitFor

private const val PASSPHRASE = "phrase"

private fun opened(directory: Path): Repository = runBlocking { Repository.open(directory, PASSPHRASE) }

@OptIn(ExperimentalTestApi::class)
private fun form(repository: Repository, draft: String, story: DesktopComposeUiTest.() -> Unit) =
    onScreen(Stand(height = 1600), { FormScreen(repository, draft, {}, {}) }) {
        waitFor("Déposer")
        story()
    }

/** The form while the phone is killed, or full. */
@OptIn(ExperimentalTestApi::class)
class HardTimesTest {
    @get:Rule
    val folder = TemporaryFolder()

    @Test
    fun a_form_killed_while_it_is_filled_comes_back_to_the_same_field() {
        val phone = folder.newFolder("phone").toPath()
        val draft = Child(Killed::class, phone.toString()).use { child ->
            child.says("typed").also { child.isKilled() }
        }
        opened(phone).use { repository ->
            assertEquals(listOf(draft), repository.drafts.value.map { it.id })
            form(repository, draft) {
                onNodeWithContentDescription("Nombre de personnes").assertIsFocused()
                onNodeWithText("12").assertExists()
                onNodeWithText("Six personnes se battent.").assertExists()
            }
        }
    }

    @Test
    fun a_full_phone_says_so_keeps_the_words_and_files_once_there_is_room() {
        val small = folder.newFolder("small").toPath()
        assumeTrue("this machine lets nobody mount a small file system: skipped", Child.mounts(small))
        World(folder.newFolder("town").toPath()).use { world ->
            world.opens()
            Child(Full::class, small.toString(), world.road.address, world.invitation("Inès"), under = Child.within(small)).use { child ->
                child.says("filed")
                assertEquals(0, child.ends())
            }
        }
    }
}

/** The officer whose phone is killed. */
@OptIn(ExperimentalTestApi::class)
object Killed {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val repository = opened(Path.of(arguments.single()))
        val draft = runBlocking { repository.newDraft("youth.brawl") }
        form(repository, draft.id) {
            onNodeWithContentDescription("Ce que vous avez vu").performTextInput("Six personnes se battent.")
            onNodeWithContentDescription("Nombre de personnes").performScrollTo().performClick()
            onNodeWithContentDescription("Nombre de personnes").performTextInput("12")
            waitUntil("it is on disk", PATIENCE_MS) { repository.drafts.value.any { "people_count" in it.facts } }
            println("typed ${draft.id}")
            System.out.flush()
            Thread.currentThread().join()
        }
    }
}

/** The officer whose phone is full. */
@OptIn(ExperimentalTestApi::class)
object Full {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val (directory, server, code) = arguments
        val repository = opened(Path.of(directory, "phone"))
        val draft = runBlocking {
            repository.enrol(server, code)
            repository.newDraft("youth.brawl")
        }
        form(repository, draft.id) {
            val filler = Path.of(directory, "filler").also(::fill)
            onNodeWithContentDescription("Ce que vous avez vu").performTextInput("Constatons. ".repeat(5_000).take(59_000))
            waitFor("Vos derniers mots sont à l’écran, pas encore sur le disque.")
            photograph("form-full")
            onNodeWithText("Déposer").performClick()
            waitFor("le brouillon est gardé", part = true)
            photograph("form-full-filing")
            check(repository.reports.value.items.isEmpty()) { "a report was filed by halves" }

            Files.delete(filler)
            onNodeWithText("Déposer").performClick()
            waitFor("Déposé à", part = true)
            val filed = runBlocking { repository.read(draft.id) }
            check(filed.detail.statements.single().statement.text.length == 59_000) { "words were lost" }
        }
        repository.close()
        println("filed")
    }

    private fun fill(file: Path) {
        try {
            Files.newOutputStream(file).use { out -> while (true) out.write(ByteArray(4096)) }
        } catch (_: IOException) {
            // No room is left: that is what it is for.
        }
    }
}
