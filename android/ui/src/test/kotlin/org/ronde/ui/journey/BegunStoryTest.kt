package org.ronde.ui.journey

import java.io.File
import java.nio.file.Files
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.ronde.World

/** What is begun about a report on a phone whose battery ends, three times. */
class BegunStoryTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val pictures = File(System.getProperty("ronde.build") ?: "target", "screens").apply { mkdirs() }

    @Test
    fun words_begun_about_a_report_come_back_to_their_field_after_a_kill_and_wait_until_they_are_in_it() =
        World(folder.root.toPath()).use { world ->
            world.opens()
            var phone = PhoneProcess(Files.createDirectories(folder.root.toPath().resolve("Inès")), pictures)
            phone.enrols(world, "Inès")
            world.closes()
            phone.beginsABrawl()
            phone.press("Déposer")
            phone.press("Voir le rapport")
            phone.press("Ajouter mes constatations")
            phone.type("Mes constatations", "Un homme part en courant.")
            phone = phone.comesBackTo("Mes constatations", "Un homme part en courant.")
            phone.shot("begun-killed-and-back")
            phone.press("Fermer")
            phone.see("Constatations commencées à")
            phone.press("Ajouter un fait")
            phone.press("Adresse")
            phone.type("Adresse", "Devant le kiosque")
            phone = phone.comesBackTo("Adresse", "Devant le kiosque")
            phone.press("Garder la correction")
            phone.isWithout("Correction commencée")
            phone.press("Reprendre")
            phone.press("Ajouter au rapport")
            phone.isWithout("commencées")
            phone.isKilled()

            phone = phone.startsAgain()
            phone.see("Un homme part en courant.")
            phone.see("Devant le kiosque")
            phone.isWithout("Reprendre")
            phone.close()
        }
}
