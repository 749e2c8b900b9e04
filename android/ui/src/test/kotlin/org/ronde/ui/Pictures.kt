package org.ronde.ui

import androidx.compose.runtime.Composable
import androidx.compose.ui.ImageComposeScene
import androidx.compose.ui.unit.Density
import androidx.compose.ui.use
import java.io.File
import org.jetbrains.skia.EncodedImageFormat
import org.ronde.Language
import org.ronde.ui.theme.Look
import org.ronde.ui.theme.RondeTheme

/** Where a picture is taken: size in dp, two pixels a dp. */
data class Stand(
    val look: Look = Look.Day,
    val language: Language = Language.FR,
    val width: Int = 360,
    val height: Int = 800,
    val fontScale: Float = 1f,
)

/** The three themes on the design's phone. */
val THREE_LOOKS = Look.entries.map { Stand(it) }

/** Draws a screen without a window into `screens/NAME.png` of the build's directory. */
fun picture(name: String, stand: Stand = Stand(), content: @Composable () -> Unit) {
    val density = Density(PIXELS, stand.fontScale)
    val scene = ImageComposeScene((stand.width * PIXELS).toInt(), (stand.height * PIXELS).toInt(), density) {
        RondeTheme(stand.look, stand.language, content)
    }
    scene.use {
        // Effects of the first frames (focus, flows already filled) are on the picture.
        repeat(FRAMES) { frame -> it.render(frame * FRAME_NANOS) }
        val png = checkNotNull(it.render(FRAMES * FRAME_NANOS).encodeToData(EncodedImageFormat.PNG)) { "no picture of $name" }
        val folder = File(System.getProperty("ronde.build") ?: "target", "screens").apply { mkdirs() }
        File(folder, "$name.png").writeBytes(png.bytes)
    }
}

private const val FRAMES = 8
private const val FRAME_NANOS = 50_000_000L
