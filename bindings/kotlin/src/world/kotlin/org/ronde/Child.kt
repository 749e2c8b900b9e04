package org.ronde

import java.nio.file.Path
import kotlin.reflect.KClass

/** Another process of these tests, which runs `main` of an object and can be killed; [under]: the command it runs under. */
class Child(program: KClass<*>, vararg arguments: String, under: List<String> = emptyList()) : AutoCloseable {
    private val process: Process = ProcessBuilder(
        under + listOf(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djna.library.path=${System.getProperty("jna.library.path")}",
            "-Dronde.binaries=${System.getProperty("ronde.binaries")}",
            "-Dronde.build=${System.getProperty("ronde.build")}",
            "-Djava.awt.headless=true",
            "-Dskiko.renderApi=SOFTWARE",
            "-cp", System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path"),
            program.java.name,
        ) + arguments,
    ).redirectError(ProcessBuilder.Redirect.INHERIT).start()

    private val lines = process.inputStream.bufferedReader()

    /** What follows a word, once the child says it. */
    fun says(word: String): String =
        checkNotNull(generateSequence(lines::readLine).firstOrNull { it.startsWith(word) }) { "it ended and never said $word" }
            .removePrefix(word).trim()

    /** `kill -9`. */
    fun isKilled() {
        process.destroyForcibly().waitFor()
    }

    /** Waits for its end and gives how it ended. */
    fun ends(): Int = process.waitFor()

    override fun close() = isKilled()
}
