package org.ronde.ui.app

import java.nio.file.Files
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test
import org.ronde.Language
import org.ronde.ui.theme.Look

/** The place left is come back to. */
class PlaceTest {
    private val deep = Place(Tab.Reports, listOf(Above.Report("0a"), Above.Form("0b"), Above.Capture, Above.Settings))

    @Test
    fun a_place_is_read_as_it_was_written() = assertEquals(deep, Place.of(deep.written()))

    @Test
    fun what_is_not_understood_is_left_out() {
        assertEquals(Place(Tab.Sync, listOf(Above.Capture)), Place.of("Sync/map:48,1/capture/form:/report"))
        assertEquals(Place(), Place.of("\u0000/capture"))
        assertEquals(7, Place.of("Today" + "/capture".repeat(1000)).above.size)
    }

    @Test
    fun back_leaves_screens_then_tabs_then_the_app() {
        assertEquals(Place(Tab.Sync), Place(Tab.Sync, listOf(Above.Settings)).back())
        assertEquals(Place(), Place(Tab.Sync).back())
        assertNull(Place().back())
    }

    @Test
    fun preferences_survive_in_their_file_and_a_broken_file_is_as_none() {
        val file = Files.createTempDirectory("ronde-preferences").resolve("screen.properties")
        assertEquals(Preferences(), FileStore(file).load())
        val kept = Preferences(Look.RedNight, Language.EN, deep)
        FileStore(file).save(kept)
        assertEquals(kept, FileStore(file).load())
        Files.writeString(file, "look=\\uZZZZ")
        assertEquals(Preferences(), FileStore(file).load())
        Files.write(file, ByteArray(100_000) { '='.code.toByte() })
        assertEquals(Preferences(), FileStore(file).load())
    }
}
