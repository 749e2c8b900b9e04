package org.ronde.core

import java.nio.file.Path
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.ronde.Draft
import org.ronde.FactValue
import org.ronde.Language
import org.ronde.World

/** Waits until a flow says what is expected, and fails with what it says instead. */
suspend fun <T> StateFlow<T>.becomes(expected: (T) -> Boolean): T =
    runCatching { withTimeout(60.seconds) { first(expected) } }
        .getOrElse { throw AssertionError("it stayed ${value.toString().take(400)}", it) }

/** The passphrase of every phone of these stories. */
const val PASSPHRASE = "une phrase de passe"

/** A phone in a directory of its own, as its screens have it. */
fun phone(directory: Path, language: Language = Language.FR): Repository =
    runBlocking { Repository.open(directory, PASSPHRASE, language) }

/** An enrolled one. */
fun World.phone(name: String): Repository = phone(Path.of(file(name))).also { phone ->
    runBlocking { phone.enrol(road.address, invitation(name)) }
}

/** A brawl as a person fills it. */
fun Draft.brawl(people: Long = 6, title: String = "Rixe place du Marché") = copy(
    facts = mapOf(
        "title" to FactValue.Text(title),
        "severity" to FactValue.Integer(4),
        "people_count" to FactValue.Integer(people),
    ),
    statement = "Je vois six personnes se battre devant le kiosque.",
)

/** A brawl, typed and filed. */
suspend fun Repository.files(people: Long = 6, title: String = "Rixe place du Marché"): String {
    val draft = newDraft("youth.brawl").brawl(people, title)
    keep(draft)
    return file(draft.id).doc
}
