package org.ronde.ui.journey

import java.io.File
import java.net.URI
import java.nio.file.Files
import java.nio.file.Path
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import org.junit.Assert.assertTrue
import org.junit.Assume.assumeTrue
import org.junit.Test
import org.ronde.World
import org.ronde.text

/** The whole way of a report: two phones without coverage, a kill, a server, a supervisor in a browser. */
class JourneyTest {
    private val build = File(System.getProperty("ronde.build") ?: "target").absoluteFile
    private val root: File = build.parentFile.parentFile.parentFile
    private val pictures = build.resolve("journey").apply { mkdirs() }
    private val directory: Path = Files.createTempDirectory("ronde-journey")

    @Test
    fun a_brawl_filed_without_coverage_is_never_lost_and_what_two_people_saw_is_decided_by_a_third() {
        val leftOut = System.getenv("RONDE_WITHOUT_BROWSER") != null
        if (leftOut) println("skipped: the journey (RONDE_WITHOUT_BROWSER is set)")
        assumeTrue("RONDE_WITHOUT_BROWSER is set", !leftOut)
        World(directory).use { world ->
            world.opens()
            ines(world).use { ines ->
                karim(world).use { karim ->
                    SupervisorProcess(root, pictures).use { helene -> theyDisagree(world, ines, karim, helene) }
                }
            }
        }
        directory.toFile().deleteRecursively()
    }

    /** Inès enrols, loses the network, is killed while she types and after she filed, and comes back. */
    private fun ines(world: World): PhoneProcess {
        var phone = enrolled(world, "Inès Benali", "01-enrolment")
        phone.see("Signaler")
        world.closes()
        phone.beginsABrawl()
        phone.type("Nombre de personnes", "6")
        phone.type("Ce que vous avez vu", "À notre arrivée, six individus s’empoignent devant l’abribus.")
        phone.shot("02-typing-offline")
        phone = phone.comesBackTo("Ce que vous avez vu", "six individus")
        phone.shot("03-killed-and-back")
        phone.press("Déposer")
        phone.see("Sur ce téléphone")
        phone.shot("04-filed-offline")
        phone.isKilled()

        phone = phone.startsAgain()
        phone.press("Terminer")
        phone.press("Mes rapports")
        phone.see("Sur ce téléphone")
        phone.shot("05-on-this-phone")
        world.opens()
        phone.see("Reçu par le serveur")
        phone.shot("06-received")
        return phone
    }

    private fun karim(world: World): PhoneProcess {
        val phone = enrolled(world, "Karim Oudji")
        phone.press("Mes rapports")
        phone.see("Rixe, place des Épars")
        phone.shot("07-the-colleague-has-it")
        return phone
    }

    private fun theyDisagree(world: World, ines: PhoneProcess, karim: PhoneProcess, helene: SupervisorProcess) {
        val link = link()
        helene.opens(link)
        helene.sees("Rixe, place des Épars", LIVE_MS)
        helene.shot("08-inbox")
        world.road.isCut()
        for ((phone, count) in listOf(ines to "7", karim to "10")) {
            phone.press("Rixe, place des Épars")
            phone.press("Nombre de personnes")
            phone.press("Corriger")
            phone.type("Nombre de personnes", count)
            phone.press("Garder la correction")
            phone.see("Version 1\u00a0: 6")
        }
        ines.shot("09-corrected-offline")
        world.road.leadsTo(URI(link).port)
        val seen = helene.seesDivergence(LIVE_MS)
        println("the supervisor sees the divergence: $seen")
        helene.shot("10-divergence-live")
        ines.see("Combien de personnes\u00a0?")
        ines.see("À départager par la supervision")
        ines.shot("11-both-values-on-the-phone")
        helene.decides("people_count", 8, "Compté sur les images")
        helene.shot("12-decided")
        for ((phone, name) in listOf(ines to "13-decision-ines", karim to "14-decision-karim")) {
            phone.see("Hélène a décidé à")
            phone.see("Motif\u00a0: Compté sur les images")
            phone.shot(name)
        }
        assertTrue(pictures.list().orEmpty().size >= PICTURES)
    }

    private fun enrolled(world: World, name: String, picture: String? = null) =
        PhoneProcess(Files.createDirectories(directory.resolve(name)), pictures).apply { enrols(world, name, picture) }

    /** A one-time link for Hélène, whole since the server runs. */
    private fun link(): String {
        val program = System.getenv("RONDE_SERVER_BIN") ?: Path.of(System.getProperty("ronde.binaries"), "ronde-server").toString()
        val asked = ProcessBuilder(program, "supervisor", "link", "Hélène", "--json").redirectError(ProcessBuilder.Redirect.INHERIT)
        asked.environment()["RONDE_SERVER_DIR"] = directory.resolve("server").toString()
        val child = asked.start()
        val printed = child.inputStream.readAllBytes().decodeToString()
        check(child.waitFor() == 0) { "supervisor link: $printed" }
        return Json.parseToJsonElement(printed.trim().lines().last()).jsonObject.text("link")
    }
}

private const val LIVE_MS = 30_000
private const val PICTURES = 14
