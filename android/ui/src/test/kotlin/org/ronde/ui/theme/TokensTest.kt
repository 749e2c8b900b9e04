package org.ronde.ui.theme

import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Test

/** Tokens.kt says what design/tokens.json says. `-Dronde.tokens.write=true` writes it again. */
class TokensTest {
    private val module = generateSequence(File("").absoluteFile) { it.parentFile }
        .first { File(it, "design/tokens.json").exists() }

    @Test
    fun the_theme_is_generated_from_the_one_copy_of_the_tokens() {
        val expected = TokensSource(File(module, "design/tokens.json").readText()).kotlin()
        val written = File(module, "android/ui/src/main/kotlin/org/ronde/ui/theme/Tokens.kt")
        if (System.getProperty("ronde.tokens.write") == "true") written.writeText(expected)
        assertEquals("run the tests of this module with -Dronde.tokens.write=true", expected, written.readText())
    }
}
