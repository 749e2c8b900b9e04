package org.ronde.core

import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.asCoroutineDispatcher

/**
 * Where the notebook's calls run: never on the caller's thread. What is written keeps its order on
 * one thread; what is read does not wait behind it, nor behind an answer of the server being taken in.
 */
internal class Threads(private val longest: Duration = LONGEST) : AutoCloseable {
    private val all = mutableListOf<ExecutorService>()
    val writing: CoroutineDispatcher = named("ronde-writing")
    val reading: CoroutineDispatcher = named("ronde-reading")
    val talking: CoroutineDispatcher = named("ronde-talking")

    private fun named(name: String): CoroutineDispatcher =
        Executors.newSingleThreadExecutor { work -> Thread(work, name).apply { isDaemon = true } }
            .also(all::add).asCoroutineDispatcher()

    /** Nothing more runs there once this returns: what is under way is waited for, all of it together [longest]. */
    override fun close() {
        all.forEach { it.shutdown() }
        val until = System.nanoTime() + longest.inWholeNanoseconds
        all.forEach { it.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS) }
    }
}

// Longer than any call of the notebook; one that hangs does not keep the app from being left.
private val LONGEST = 3.seconds
