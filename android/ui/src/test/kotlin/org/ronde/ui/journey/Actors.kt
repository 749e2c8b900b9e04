package org.ronde.ui.journey

import java.io.File
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.ronde.World

/** A phone in a process of its own, which a person touches and a battery ends. */
class PhoneProcess(private val directory: Path, private val pictures: File) : AutoCloseable {
    private val process: Process = ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Djna.library.path=${System.getProperty("jna.library.path")}",
        "-Djava.awt.headless=true", "-Dskiko.renderApi=SOFTWARE", "-Dstdout.encoding=UTF-8", "-Dstdin.encoding=UTF-8",
        "-Dfile.encoding=UTF-8",
        "-cp", System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path"),
        PhoneProgram::class.java.name,
        directory.toString(),
    ).redirectError(ProcessBuilder.Redirect.INHERIT).start()
    private val orders = process.outputStream.bufferedWriter()
    private val answers = process.inputStream.bufferedReader()

    fun press(words: String) = order("press", words)

    fun type(label: String, words: String) = order("type", label, words)

    fun see(words: String) = order("see", words)

    /** Sees it no more. */
    fun isWithout(words: String) = order("gone", words)

    /** The field that has the focus, and what stands in it. */
    fun hasInHand(label: String, words: String) = order("inhand", label, words)

    /** Waits until typed words are on its disk: half a second at most. */
    fun hasKept(words: String) = order("kept", words)

    /** Keeps what is on screen in the journey's pictures. */
    fun shot(name: String) = order("shot", pictures.resolve("$name.png").path)

    /** `kill -9`: nothing is closed, nothing is said. */
    fun isKilled() {
        process.destroyForcibly().waitFor()
    }

    /** The same phone, switched on again. */
    fun startsAgain() = PhoneProcess(directory, pictures)

    /** Enrols in somebody's name; `picture`: of the code, before it is sent. */
    fun enrols(world: World, name: String, picture: String? = null) {
        type("Adresse du serveur", world.road.address)
        type("Code d’invitation", world.invitation(name))
        picture?.let(::shot)
        press("Enrôler")
        see("Ce téléphone écrit au nom de $name")
        press("Commencer")
    }

    fun beginsABrawl() {
        press("Signaler")
        type("Chercher un type", "rixe")
        press("Rixe")
        type("Titre", "Rixe, place des Épars")
    }

    /** Its battery ends once the words are on its disk; switched on again, they are in their field, which has the focus. */
    fun comesBackTo(label: String, words: String): PhoneProcess {
        hasKept(words)
        isKilled()
        return startsAgain().apply { hasInHand(label, words) }
    }

    private fun order(vararg words: String) {
        orders.write(words.joinToString("\t"))
        orders.newLine()
        orders.flush()
        // A library may print on the same output: answers are told by their first word.
        val answer = generateSequence(answers::readLine).firstOrNull { it == "ok" || it.startsWith("no\t") }
        check(answer == "ok") { "${words.joinToString(" ")}: ${answer ?: "the phone's process ended"}" }
    }

    override fun close() {
        orders.close()
        if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) process.destroyForcibly()
    }
}

/** Hélène at the console, in a real browser: `console/tests/browser/supervisor.mjs`. */
class SupervisorProcess(root: File, private val pictures: File) : AutoCloseable {
    private val process: Process = ProcessBuilder("node", "tests/browser/supervisor.mjs")
        .directory(root.resolve("console")).redirectError(ProcessBuilder.Redirect.INHERIT).start()
    private val orders = process.outputStream.bufferedWriter()
    private val answers = process.inputStream.bufferedReader()

    fun opens(link: String) = order("open") { put("link", JsonPrimitive(link)) }

    /** Sees a text without touching anything. */
    fun sees(text: String, withinMs: Int) = order("see") {
        put("text", JsonPrimitive(text))
        put("within_ms", JsonPrimitive(withinMs))
    }

    fun seesDivergence(withinMs: Int) = order("see-divergence") { put("within_ms", JsonPrimitive(withinMs)) }

    /** Holds a value that nobody wrote, with its reason. */
    fun decides(key: String, value: Int, reason: String) = order("decide") {
        put("key", JsonPrimitive(key))
        put("value", JsonPrimitive(value.toString()))
        put("reason", JsonPrimitive(reason))
    }

    fun shot(name: String) = order("shot") { put("file", JsonPrimitive(pictures.resolve("$name.png").path)) }

    private fun order(act: String, fields: MutableMap<String, JsonPrimitive>.() -> Unit = {}): JsonObject {
        val asked = buildJsonObject {
            put("do", JsonPrimitive(act))
            mutableMapOf<String, JsonPrimitive>().apply(fields).forEach { (name, value) -> put(name, value) }
        }
        orders.write(asked.toString())
        orders.newLine()
        orders.flush()
        val answer = Json.parseToJsonElement(checkNotNull(answers.readLine()) { "$act: the browser's process ended" }).jsonObject
        check(answer.getValue("ok").jsonPrimitive.content == "true") { "$act: $answer" }
        return answer
    }

    override fun close() {
        if (process.isAlive) {
            val faults = order("close").getValue("faults").toString()
            check(faults == "[]") { "the browser saw $faults" }
        }
        orders.close()
        if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) process.destroyForcibly()
    }
}

private const val PATIENCE_S = 30L
