package org.ronde.core

import java.nio.file.Files
import java.nio.file.Path
import kotlin.time.Duration
import kotlin.time.measureTime
import kotlin.time.measureTimedValue
import kotlinx.coroutines.runBlocking
import org.ronde.Notebook
import org.ronde.World

/**
 * How long a person waits with many reports in the notebook: 10,000, or the number given, all received
 * by a server. No test: it judges nothing and nobody runs it unasked. android/README.md says how.
 */
object NotebookBench {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val reports = arguments.firstOrNull()?.toInt() ?: 10_000
        val directory = Files.createTempDirectory("ronde-bench")
        try {
            World(directory).use { world ->
                world.opens()
                world.fills(reports)
                runBlocking { world.waits() }
            }
        } finally {
            directory.toFile().deleteRecursively()
        }
    }

    private fun World.fills(reports: Int) {
        enrolled("Inès").use { notebook ->
            val filling = measureTime {
                repeat(reports) { n ->
                    val draft = notebook.newDraft("youth.brawl").brawl(people = n % 40L, title = "Rixe $n, place du Marché")
                    notebook.saveDraft(draft)
                    notebook.file(draft.id)
                }
            }
            println("$reports reports filed in $filling")
            println("offline with all of them waiting: status ${List(20) { measureTime { notebook.syncStatus() } }.told()}")
            println("received in ${measureTime { runBlocking { while (!notebook.sync().complete) Unit } }}")
        }
        closes()
    }

    private suspend fun World.waits() {
        val (phone, opening) = measureTimedValue { Repository.open(Path.of(file("Inès")), "phrase de Inès") }
        println("opening, with the first page and the status: $opening")
        var filed = phone.sync.value.status.reports
        val (savings, filings) = List(300) { n ->
            val draft = phone.newDraft("youth.brawl").brawl(title = "Rixe de plus, $n")
            phone.keep(draft)
            val took = measureTime { phone.flush() } to measureTime { phone.file(draft.id) }
            // The next one is not filed before the screen shows this one.
            filed += 1u
            phone.sync.becomes { it.status.reports == filed }
            took
        }.unzip()
        println("saving the last keystrokes: ${savings.told()}")
        println("Déposer: ${filings.told()}")
        phone.close()
        Notebook.openWithPassphrase(file("Inès"), "phrase de Inès", 60).use { it.reads() }
    }

    private fun Notebook.reads() {
        fun times(what: String, act: () -> Unit) = println("$what: ${List(50) { measureTime(act) }.told()}")
        times("first page of $PAGE") { list(null, PAGE.toUInt()) }
        times("page of 500") { list(null, 500u) }
        val doc = list(null, 1u).items.single().row.doc
        times("one report whole") {
            read(doc)
            history(doc)
            receipt(doc)
        }
        times("search") { search("rixe marché 42", PAGE.toUInt()) }
        times("status") { syncStatus() }
        times("set aside") { setAside() }
        times("communes") { communes() }
    }

    private fun List<Duration>.told(): String {
        val sorted = sorted()
        fun at(share: Double) = sorted[((size - 1) * share).toInt()]
        return "median ${at(0.5)}, p95 ${at(0.95)}, worst ${sorted.last()}"
    }
}
