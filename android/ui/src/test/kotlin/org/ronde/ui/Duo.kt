package org.ronde.ui

import java.nio.file.Files
import java.nio.file.Path
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import org.ronde.FactValue
import org.ronde.World
import org.ronde.core.Repository
import org.ronde.decides

/** Inès and Karim, their phones on the real library, and a real server that both may reach. */
class Duo : AutoCloseable {
    private val directory: Path = Files.createTempDirectory("ronde-duo")
    val world = World(directory).also { it.opens() }
    val ines = phone("Inès Benali")
    val karim = phone("Karim Oudji")

    fun phone(name: String): Repository = runBlocking {
        Repository.open(directory.resolve(name), "phrase de $name").also { it.enrol(world.road.address, world.invitation(name)) }
    }

    /** Inès files a brawl; [more] are further facts of it. */
    fun files(
        title: String,
        type: String = "youth.brawl",
        severity: Long = 4,
        people: Long? = 6,
        statement: String = "À notre arrivée, six individus s’empoignent devant l’abribus.",
        more: Map<String, FactValue> = emptyMap(),
    ): String = runBlocking {
        val draft = ines.newDraft(type)
        val facts = mapOf("title" to FactValue.Text(title), "severity" to FactValue.Integer(severity)) + more +
            listOfNotNull(people?.let { "people_count" to FactValue.Integer(it) })
        ines.keep(draft.copy(facts = facts, statement = statement))
        ines.file(draft.id).doc
    }

    /** Both correct the number of people unheard of each other, then hear of it. */
    fun disagree(doc: String, inesSays: Long = 6, karimSays: Long = 10) {
        meet()
        corrects(ines, doc, inesSays)
        corrects(karim, doc, karimSays)
        meet()
    }

    fun corrects(phone: Repository, doc: String, people: Long) = runBlocking {
        phone.correct(doc, phone.read(doc).detail.heads, mapOf("facts/people_count" to FactValue.Integer(people)))
    }

    /** Both have all that the other wrote. */
    fun meet() = runBlocking { listOf(ines, karim, ines).forEach { it.synchronise() } }

    fun decides(doc: String, people: Int, reason: String) = world.supervisor.decides(doc, people, reason)

    /** The supervisor reads, comments, closes… */
    fun acts(doc: String, act: String, vararg fields: Pair<String, String>): JsonObject =
        world.supervisor.ask("/reports/$doc/$act", buildJsonObject { fields.forEach { (name, value) -> put(name, value) } })

    /** A command of the server, on its own machine. */
    fun server(vararg command: String): String {
        val program = System.getenv("RONDE_SERVER_BIN") ?: Path.of(System.getProperty("ronde.binaries"), "ronde-server").toString()
        val asked = ProcessBuilder(listOf(program) + command).redirectError(ProcessBuilder.Redirect.INHERIT)
        asked.environment()["RONDE_SERVER_DIR"] = directory.resolve("server").toString()
        val child = asked.start()
        child.outputStream.close()
        val printed = child.inputStream.readAllBytes().decodeToString()
        check(child.waitFor() == 0) { "${command.joinToString(" ")}: $printed" }
        return printed
    }

    override fun close() {
        ines.close()
        karim.close()
        world.close()
        directory.toFile().deleteRecursively()
    }
}

/** Waits until a flow says what is expected. */
suspend fun <T> StateFlow<T>.becomes(expected: (T) -> Boolean): T =
    runCatching { withTimeout(PATIENCE_MS) { first(expected) } }.getOrElse { throw AssertionError("it stayed $value", it) }
