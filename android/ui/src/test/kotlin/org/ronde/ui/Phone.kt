package org.ronde.ui

import java.nio.file.Files
import java.nio.file.Path
import kotlinx.coroutines.runBlocking
import org.ronde.Language
import org.ronde.World
import org.ronde.core.Repository

/** An officer's phone on the real library; enrolled by a real server, which is closed again. */
class Phone private constructor(private val directory: Path, private val world: World?, language: Language) : AutoCloseable {
    val repository: Repository = runBlocking { Repository.open(directory.resolve(OWNER), PASSPHRASE, language) }

    override fun close() {
        repository.close()
        world?.close()
        directory.toFile().deleteRecursively()
    }

    companion object {
        private const val OWNER = "Inès"
        private const val PASSPHRASE = "phrase de Inès"

        /** A phone that nobody has enrolled yet. */
        fun blank(language: Language = Language.FR): Phone = Phone(Files.createTempDirectory("ronde-phone"), null, language)

        /** Inès's phone: enrolled, with the communes of the territory, offline since. */
        fun offline(language: Language = Language.FR): Phone {
            val directory = Files.createTempDirectory("ronde-phone")
            val world = World(directory)
            world.opens()
            world.enrolled(OWNER).use { notebook -> runBlocking { notebook.sync() } }
            world.closes()
            return Phone(directory, world, language)
        }
    }
}
