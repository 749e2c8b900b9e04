// The history of a report in words: who did what, when, from which device, offline or not. Pure.
// Changes when a kind of step appears.
package org.ronde.ui.detail

import org.ronde.Entry
import org.ronde.Provenance
import org.ronde.Step
import org.ronde.core.Report
import org.ronde.entryOf
import org.ronde.ui.parts.Rung

/** One step as it is shown. [rung] colours the dot of what the system knows; acts of people are outlined. */
internal data class Told(
    val key: String,
    val icon: String,
    val rung: Rung?,
    val who: String?,
    val what: String,
    val how: String,
    val atMs: Long?,
)

/** Tells a report's history; [device]: this phone. */
internal class Telling(private val facts: FactWords, private val device: String?) {
    private val speech = facts.speech

    /** Every step, the first first; the receipt last. */
    fun tell(report: Report): List<Told> {
        val steps = report.history.map { tell(it, report) }
        val receipt = report.receipt
        val received = receipt.receivedMs?.takeIf { receipt.covered }?.let {
            Told("receipt", Rung.Delivered.icon, Rung.Delivered, null, speech.receivedStep(receipt.number), "", it)
        }
        return steps + listOfNotNull(received)
    }

    private fun tell(step: Step, report: Report): Told {
        val deed = deed(step, report)
        val provenance = step.provenance
        val how = listOfNotNull(deed.note, provenance?.let { how(it, step.offline) })
        return Told(
            key = step.change,
            icon = deed.icon,
            rung = deed.rung,
            who = provenance?.name ?: speech.unknown,
            what = deed.what,
            how = how.joinToString(" · "),
            atMs = provenance?.t?.wallMs,
        )
    }

    /** How something was written: network, device, doubts. */
    fun how(by: Provenance, offline: Boolean?): String = listOfNotNull(
        when (offline) {
            true -> speech.offline
            false -> speech.online
            null -> speech.notReceived
        },
        by.receivedMs?.takeIf { offline == true }?.let { speech.received(facts.words.moment(it)) },
        if (by.device == device) speech.thisPhone else speech.device(byFours(by.device.takeLast(DEVICE))),
        speech.late.takeIf { by.late },
    ).joinToString(", ")

    private data class Deed(val what: String, val icon: String, val rung: Rung? = null, val note: String? = null)

    private fun deed(step: Step, report: Report): Deed {
        val kinds = step.writes.map { it.key.substringBefore('/') }.toSet()
        // A filing holds a statement as well: version 1 says it all.
        if (step.isFirst && "facts" in kinds) return Deed(speech.files, "pencil", Rung.Stored)
        val entry = step.writes.firstNotNullOfOrNull(::entryOf)
        return when {
            "facts" in kinds -> Deed(speech.corrects(corrections(step)), "writing", Rung.Stored)
            entry != null -> deed(entry, step, report)
            "person" in kinds || "vehicle" in kinds -> Deed(speech.completes, "users", Rung.Stored)
            else -> Deed(speech.adds, "plus", Rung.Stored)
        }
    }

    private fun deed(entry: Entry, step: Step, report: Report): Deed {
        val because = entry.text?.takeIf { it.isNotBlank() }?.let(speech::because)
        return when (entry.what) {
            "state" -> Deed(speech.states, "plus", Rung.Stored)
            "void" -> Deed(speech.voids, "ban", note = because)
            "decide" -> Deed(decision(entry, step, report), "arrows-split-2", Rung.NeedsYou, because)
            "read" -> Deed(speech.reads, Rung.Read.icon, Rung.Read)
            "assign" -> {
                val what = handedTo(entry.assignee, step.provenance?.name)?.let(speech::assigns) ?: speech.takes
                Deed(what, Rung.Assigned.icon, Rung.Assigned, because)
            }
            "close" -> Deed(speech.closes(entry.text.orEmpty()), Rung.Closed.icon, Rung.Closed)
            "reopen" -> Deed(speech.reopens, "arrow-back-up", note = because)
            "approve" -> Deed(speech.approves, "check")
            "release" -> Deed(speech.releases, "lock-open", note = because)
            "comment", "answer" -> Deed(speech.remarks, "message", note = entry.text?.let { "«\u00a0$it\u00a0»" })
            "link" -> Deed(speech.links, "link")
            "unlink" -> Deed(speech.unlinks, "link")
            // A step of a later version is told without being understood.
            else -> Deed(speech.acts, "dots", note = because)
        }
    }

    private fun corrections(step: Step): String = step.writes.mapNotNull { write ->
        val code = codeOf(write.key) ?: return@mapNotNull null
        val before = write.replaced.joinToString(" / ") { facts.value(code, it) }
        val now = facts.value(code, write.value)
        "${facts.label(code)}\u00a0: ${if (before.isEmpty()) now else "$before → $now"}"
    }.joinToString(", ")

    private fun decision(entry: Entry, step: Step, report: Report): String {
        val apart = report.detail.divergences.find { it.key == entry.key }
        val value = apart?.decisions?.find { it.provenance?.eid == step.provenance?.eid }?.value
        return value?.let { speech.settles(facts.value(codeOf(apart.key) ?: apart.key, it)) } ?: speech.acts
    }
}

/** To whom somebody assigned a report; null when they took it on themselves. */
internal fun handedTo(assignee: String?, by: String?): String? = assignee?.takeIf { it != by }

private const val DEVICE = 8
