package org.ronde.ui.form

import androidx.compose.ui.test.DesktopComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.assertIsFocused
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.onAllNodesWithText
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performTextInput
import java.nio.file.Files
import java.nio.file.Path
import kotlin.reflect.KClass
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assume.assumeTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.ronde.Child
import org.ronde.SmallStorage
import org.ronde.World
import org.ronde.core.Repository
import org.ronde.ui.PATIENCE_MS
import org.ronde.ui.Stand
import org.ronde.ui.detail.DetailScreen
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
    fun a_full_phone_says_so_keeps_the_words_and_files_once_there_is_room() = onAFullPhone(Full::class)

    @Test
    fun words_begun_about_a_report_on_a_full_phone_are_kept_on_screen_and_added_once_there_is_room() = onAFullPhone(FullSheet::class)

    private fun onAFullPhone(officer: KClass<*>) {
        val small = folder.newFolder("small").toPath()
        val storage = SmallStorage(small)
        assumeTrue("this machine lets nobody mount a small file system: skipped", storage.isAllowed)
        World(folder.newFolder("town").toPath()).use { world ->
            world.opens()
            Child(officer, small.toString(), world.road.address, world.invitation("Inès"), under = storage.command).use { child ->
                child.says("done")
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
            val filler = Path.of(directory, "filler").also(SmallStorage::fill)
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
        println("done")
    }
}

/** The officer whose phone is full when something is to be added to a report. */
@OptIn(ExperimentalTestApi::class)
object FullSheet {
    private val WORDS = "Un homme court. ".repeat(3_500)

    @JvmStatic
    fun main(arguments: Array<String>) {
        val (directory, server, code) = arguments
        val repository = opened(Path.of(directory, "phone"))
        val doc = runBlocking {
            repository.enrol(server, code)
            repository.file(repository.newDraft("youth.brawl").id).doc
        }
        onScreen(Stand(height = 1600), { DetailScreen(repository, doc, onBack = {}) }) {
            waitFor("Ajouter mes constatations")
            val filler = Path.of(directory, "filler").also(SmallStorage::fill)
            onNodeWithText("Ajouter mes constatations").performClick()
            waitFor("Ajouter au rapport")
            waitUntil("the field is there", PATIENCE_MS) { onAllNodes(hasSetTextAction()).fetchSemanticsNodes().isNotEmpty() }
            onNode(hasSetTextAction()).performTextInput(WORDS)
            waitFor("pas encore sur le disque", part = true)
            photograph("detail-full")
            onNodeWithText("Ajouter au rapport").performClick()
            waitFor("Stockage plein", part = true)
            onNodeWithContentDescription("Fermer").performClick()
            waitFor("Reprendre")
            check(runBlocking { repository.read(doc) }.detail.statements.isEmpty()) { "words were added by halves" }

            Files.delete(filler)
            onNodeWithText("Reprendre").performClick()
            waitFor("Ajouter au rapport")
            waitUntil("the words are there", PATIENCE_MS) { onAllNodes(hasSetTextAction() and hasText(WORDS)).fetchSemanticsNodes().isNotEmpty() }
            onNodeWithText("Ajouter au rapport").performClick()
            waitUntil("it waits no more", PATIENCE_MS) { onAllNodesWithText("Reprendre").fetchSemanticsNodes().isEmpty() }
            check(runBlocking { repository.read(doc) }.detail.statements.single().statement.text == WORDS) { "words were lost" }
        }
        repository.close()
        println("done")
    }
}
