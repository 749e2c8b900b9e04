package org.ronde.core

import java.util.concurrent.CountDownLatch
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import kotlinx.coroutines.asExecutor
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** The app is left although calls hang. */
class ThreadsTest {
    @Test
    fun `calls that hang are waited for together, not one after the other`() {
        val never = CountDownLatch(1)
        val threads = Threads(longest = 1.seconds)
        listOf(threads.writing, threads.reading, threads.talking).forEach { it.asExecutor().execute(never::await) }
        val took = measureTime(threads::close)
        never.countDown()
        assertTrue(took < 2.seconds, "$took")
    }
}
