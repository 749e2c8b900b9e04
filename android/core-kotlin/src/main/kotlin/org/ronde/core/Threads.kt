package org.ronde.core

import java.util.concurrent.Executors
import kotlinx.coroutines.ExecutorCoroutineDispatcher
import kotlinx.coroutines.asCoroutineDispatcher

/**
 * Where the notebook's calls run: never on the caller's thread. What is written keeps its order on
 * one thread; what is read does not wait behind it, nor behind an answer of the server being taken in.
 */
internal class Threads : AutoCloseable {
    val writing: ExecutorCoroutineDispatcher = named("ronde-writing")
    val reading: ExecutorCoroutineDispatcher = named("ronde-reading")
    val talking: ExecutorCoroutineDispatcher = named("ronde-talking")

    private fun named(name: String) =
        Executors.newSingleThreadExecutor { work -> Thread(work, name).apply { isDaemon = true } }.asCoroutineDispatcher()

    override fun close() = listOf(writing, reading, talking).forEach { it.close() }
}
