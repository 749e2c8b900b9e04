package org.ronde.ui.parts

import java.lang.reflect.Method
import java.lang.reflect.Modifier
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.ronde.ui.app.AppWords
import org.ronde.ui.capture.CaptureWords
import org.ronde.ui.detail.DetailWords
import org.ronde.ui.enrolment.EnrolmentWords
import org.ronde.ui.form.FormWords
import org.ronde.ui.reports.ReportsWords
import org.ronde.ui.sync.SyncWords
import org.ronde.ui.today.TodayWords

/** The rules of the words on screen, held by every sentence of these screens in both languages. */
class MicroCopyTest {
    private val screens = listOf(
        AppWords::class, PartWords::class, CaptureWords::class, DetailWords::class, EnrolmentWords::class, FormWords::class,
        ReportsWords::class, SyncWords::class, TodayWords::class,
    )

    /** Everything a screen says without being given anything, by the name of who says it. */
    private fun said(language: String): Map<String, String> = screens.flatMap { screen ->
        val speaker = Class.forName("${screen.java.name}$language")
        val self = speaker.getDeclaredField("INSTANCE").apply { isAccessible = true }.get(null)
        val spoken = screen.java.methods.filter { it.parameterCount == 0 && !Modifier.isStatic(it.modifiers) }
        spoken.flatMap { method ->
            words(method, self).mapIndexed { index, words -> "${screen.simpleName}.${method.name}.$index" to words }
        }
    }.toMap()

    private fun words(method: Method, self: Any): List<String> = when (val said = method.apply { isAccessible = true }.invoke(self)) {
        is String -> listOf(said)
        is List<*> -> said.map { it.toString() }
        else -> emptyList()
    }

    @Test
    fun both_languages_say_everything() {
        val (french, english) = said("Fr") to said("En")
        assertTrue("${french.size} sentences", french.size > 90)
        assertEquals(french.keys, english.keys)
        assertEquals(emptyMap<String, String>(), (french + english).filterValues { it.isBlank() })
    }

    @Test
    fun french_is_set_as_french_is() {
        val wrong = said("Fr").filterValues { it.contains('\'') || Regex(" [:;?!»]|« |[0-9] (s|min|h|km|m)\\b").containsMatchIn(it) }
        assertEquals(emptyMap<String, String>(), wrong)
    }

    @Test
    fun nobody_is_shouted_at_or_begged() {
        val never = Regex("!|veuillez|please|oups|oops|erreur|error", RegexOption.IGNORE_CASE)
        val wrong = (said("Fr") + said("En")).filterValues { never.containsMatchIn(it) }
        assertEquals(emptyMap<String, String>(), wrong)
    }

    @Test
    fun sentences_are_short() = assertEquals(emptyMap<String, String>(), (said("Fr") + said("En")).filterValues { it.length > LONGEST })

    private companion object {
        const val LONGEST = 90
    }
}
