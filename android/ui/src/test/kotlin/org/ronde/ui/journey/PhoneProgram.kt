package org.ronde.ui.journey

import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.test.DesktopComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.SemanticsNodeInteraction
import androidx.compose.ui.test.captureToImage
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasContentDescription
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.onFirst
import androidx.compose.ui.test.onRoot
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performTextReplacement
import androidx.compose.ui.test.runDesktopComposeUiTest
import androidx.compose.ui.graphics.asSkiaBitmap
import androidx.compose.ui.unit.Density
import java.io.File
import java.nio.file.Path
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.runBlocking
import org.jetbrains.skia.EncodedImageFormat
import org.jetbrains.skia.Image
import org.ronde.FactValue
import org.ronde.core.Repository
import org.ronde.ui.PATIENCE_MS
import org.ronde.ui.PIXELS
import org.ronde.ui.app.FileStore
import org.ronde.ui.app.RondeApp

/**
 * The app in a process of its own, touched from outside: one order a line (`press`, `type`, `see`,
 * `gone`, `inhand`, `kept`, `shot`, fields after tabs), one answer a line. It ends when its input does, or when it is killed.
 */
@OptIn(ExperimentalTestApi::class)
object PhoneProgram {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val directory = Path.of(arguments.first())
        val repository = runBlocking { Repository.open(directory.resolve("notebook"), "phrase de passe") }
        val store = FileStore(directory.resolve("screen.properties"))
        val loaded = store.load()
        runDesktopComposeUiTest((WIDTH * PIXELS).toInt(), (HEIGHT * PIXELS).toInt(), testTimeout = 30.minutes) {
            setContent {
                CompositionLocalProvider(LocalDensity provides Density(PIXELS)) {
                    RondeApp(repository, store, loaded, every = 1.seconds)
                }
            }
            generateSequence(::readLine).forEach { line ->
                println(answer(repository, line.split('\t')))
                System.out.flush()
            }
        }
        repository.close()
    }

    private fun DesktopComposeUiTest.answer(repository: Repository, order: List<String>): String = try {
        val asked = order.drop(1)
        when (order.first()) {
            "press" -> touched(hasClickAction() and said(asked[0])).performClick()
            "type" -> touched(hasSetTextAction() and hasContentDescription(asked[0])).performTextReplacement(asked[1])
            "see" -> waits(said(asked[0]))
            "gone" -> waitUntil("${asked[0]} is gone", PATIENCE_MS) {
                onAllNodes(said(asked[0])).fetchSemanticsNodes(atLeastOneRootRequired = false).isEmpty()
            }
            "inhand" -> waits(hasContentDescription(asked[0]) and hasText(asked[1], substring = true) and FOCUSED)
            // The flow of drafts is read from the disk after each save; what is begun has the hour of its save then.
            "kept" -> waitUntil("${asked[0]} is kept", PATIENCE_MS) {
                (repository.drafts.value + repository.begun.value.filter { it.savedMs > it.about!!.begunMs }).any { asked[0] in it.statement || FactValue.Text(asked[0]) in it.facts.values }
            }
            "shot" -> shot(File(asked[0]))
            else -> error("asked to ${order.first()}")
        }
        waitForIdle()
        "ok"
    } catch (no: Throwable) {
        "no\t${no.message.orEmpty().replace('\n', ' ').take(MESSAGE)}\t${onScreen()}"
    }

    private fun said(words: String) = hasText(words, substring = true) or hasContentDescription(words)

    private fun DesktopComposeUiTest.touched(which: SemanticsMatcher): SemanticsNodeInteraction {
        waits(which)
        val node = onAllNodes(which).onFirst()
        val scrolls = generateSequence(node.fetchSemanticsNode().parent) { it.parent }.any { SemanticsActions.ScrollBy in it.config }
        return if (scrolls) node.performScrollTo() else node
    }

    private fun DesktopComposeUiTest.waits(which: SemanticsMatcher) = waitUntil(which.description, PATIENCE_MS) {
        onAllNodes(which).fetchSemanticsNodes(atLeastOneRootRequired = false).isNotEmpty()
    }

    private fun DesktopComposeUiTest.onScreen(): String =
        onAllNodes(SemanticsMatcher("any text") { SemanticsProperties.Text in it.config }).fetchSemanticsNodes()
            .flatMap { it.config[SemanticsProperties.Text] }.joinToString(" | ") { it.text.replace('\n', ' ').replace('\t', ' ') }.take(MESSAGE)

    private fun DesktopComposeUiTest.shot(file: File) {
        waitForIdle()
        val image = Image.makeFromBitmap(onRoot().captureToImage().asSkiaBitmap())
        file.writeBytes(checkNotNull(image.encodeToData(EncodedImageFormat.PNG)) { "no picture" }.bytes)
    }

    private val FOCUSED = SemanticsMatcher.expectValue(SemanticsProperties.Focused, true)
    private const val WIDTH = 360
    private const val HEIGHT = 800
    private const val MESSAGE = 1500
}
