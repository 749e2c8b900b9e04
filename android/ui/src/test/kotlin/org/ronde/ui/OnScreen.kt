package org.ronde.ui

import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.ui.graphics.asSkiaBitmap
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.test.DesktopComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.captureToImage
import androidx.compose.ui.test.onAllNodesWithText
import androidx.compose.ui.test.onRoot
import androidx.compose.ui.test.runDesktopComposeUiTest
import androidx.compose.ui.unit.Density
import java.io.File
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.test.StandardTestDispatcher
import org.jetbrains.skia.EncodedImageFormat
import org.jetbrains.skia.Image
import org.ronde.ui.theme.RondeTheme

/** Pixels a dp on a test's screen. */
const val PIXELS = 2f

/** A screen that a story can touch, on a phone of that size, theme and language. */
@OptIn(ExperimentalTestApi::class)
fun onScreen(stand: Stand = Stand(), content: @Composable () -> Unit, story: DesktopComposeUiTest.() -> Unit) =
    runDesktopComposeUiTest(
        (stand.width * PIXELS).toInt(),
        (stand.height * PIXELS).toInt(),
        // As on a phone, what a screen waits for comes back on the thread that draws it: the default comes
        // back on the library's, in the middle of a composition, which then never hears of it.
        effectContext = StandardTestDispatcher(),
        testTimeout = PATIENCE_MS.milliseconds * 10,
    ) {
        setContent {
            CompositionLocalProvider(LocalDensity provides Density(PIXELS, stand.fontScale)) {
                RondeTheme(stand.look, stand.language, content)
            }
        }
        story()
    }

/** Waits until a text is on screen; the real library answers on threads of its own. */
@OptIn(ExperimentalTestApi::class)
fun DesktopComposeUiTest.waitFor(text: String, part: Boolean = false) =
    waitUntil("\"$text\" is on screen", PATIENCE_MS) {
        onAllNodesWithText(text, substring = part).fetchSemanticsNodes(atLeastOneRootRequired = false).isNotEmpty()
    }

/** Keeps what is on screen as `screens/NAME.png` of the build's directory. */
@OptIn(ExperimentalTestApi::class)
fun DesktopComposeUiTest.photograph(name: String) {
    waitForIdle()
    val bitmap = onRoot().captureToImage().asSkiaBitmap()
    val png = checkNotNull(Image.makeFromBitmap(bitmap).encodeToData(EncodedImageFormat.PNG)) { "no picture of $name" }
    val folder = File(System.getProperty("ronde.build") ?: "target", "screens").apply { mkdirs() }
    File(folder, "$name.png").writeBytes(png.bytes)
}

/** Longest that anything of the real library may take, ms. */
const val PATIENCE_MS = 30_000L
