// What the app keeps besides the notebook: theme, language, the place left. Never a word of a report:
// this file is in clear. Changes when a setting appears.
package org.ronde.ui.app

import java.io.IOException
import java.nio.file.Files
import java.nio.file.NoSuchFileException
import java.nio.file.Path
import java.nio.file.StandardCopyOption.ATOMIC_MOVE
import java.nio.file.StandardCopyOption.REPLACE_EXISTING
import java.util.Properties
import org.ronde.Language
import org.ronde.ui.theme.Look

/** The theme asked for; none follows the system's. */
data class Preferences(val look: Look? = null, val language: Language = Language.FR, val place: Place = Place())

/** Where preferences are kept. Both block: not for the thread that draws. */
interface PreferenceStore {
    /** What was kept; the defaults when nothing was, or when it cannot be read. */
    fun load(): Preferences

    /** Keeps it whole, or leaves what was kept before. */
    fun save(preferences: Preferences)
}

/** Keeps them for as long as the object lives. */
class MemoryStore(@Volatile private var held: Preferences = Preferences()) : PreferenceStore {
    override fun load(): Preferences = held

    override fun save(preferences: Preferences) {
        held = preferences
    }
}

/** Keeps them in a small file, replaced as a whole. A failure loses a setting and nothing else. */
class FileStore(private val file: Path) : PreferenceStore {
    override fun load(): Preferences {
        val kept = Properties()
        try {
            if (Files.size(file) > LARGEST) return Preferences()
            Files.newBufferedReader(file).use(kept::load)
        } catch (_: NoSuchFileException) {
            return Preferences()
        } catch (_: IOException) {
            return Preferences()
        } catch (_: IllegalArgumentException) {
            // A broken \u escape: not a file of ours any more.
            return Preferences()
        }
        return Preferences(
            look = Look.entries.find { it.name == kept.getProperty(LOOK) },
            language = Language.entries.find { it.name == kept.getProperty(LANGUAGE) } ?: Language.FR,
            place = Place.of(kept.getProperty(PLACE).orEmpty()),
        )
    }

    override fun save(preferences: Preferences) {
        val kept = Properties()
        preferences.look?.let { kept.setProperty(LOOK, it.name) }
        kept.setProperty(LANGUAGE, preferences.language.name)
        kept.setProperty(PLACE, preferences.place.written())
        val next = file.resolveSibling("${file.fileName}.next")
        try {
            Files.newBufferedWriter(next).use { kept.store(it, null) }
            Files.move(next, file, ATOMIC_MOVE, REPLACE_EXISTING)
        } catch (_: IOException) {
            // The storage is full or refused: the setting holds until the app is left.
            return
        }
    }
}

private const val LOOK = "look"
private const val LANGUAGE = "language"
private const val PLACE = "place"
private const val LARGEST = 64 * 1024L
