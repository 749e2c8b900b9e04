// The shipped fonts, read from the program's own resources. The one file of the theme that names a
// platform: `Font(identity, data)` is the desktop's, Android reads the same files from its assets.
package org.ronde.ui.theme

import androidx.compose.ui.text.font.FontFamily
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.platform.Font

/** Atkinson Hyperlegible Next, three weights. */
internal val TextFamily: FontFamily by lazy {
    FontFamily(shipped("next-400", 400), shipped("next-550", MEDIUM_WEIGHT), shipped("next-680", STRONG_WEIGHT))
}

/** Atkinson Hyperlegible Mono. */
internal val DataFamily: FontFamily by lazy { FontFamily(shipped("mono-400", 400)) }

private fun shipped(name: String, weight: Int) = Font(name, resource("fonts/$name.ttf"), FontWeight(weight))

/** The bytes of a file of `src/main/resources`. */
internal fun resource(path: String): ByteArray {
    val stream = checkNotNull(Palette::class.java.getResourceAsStream("/$path")) { "$path is not in the program" }
    return stream.use { it.readBytes() }
}
