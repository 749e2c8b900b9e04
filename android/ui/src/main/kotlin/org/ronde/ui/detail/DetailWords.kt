// The words of a report on screen. Changes when it says something new.
package org.ronde.ui.detail

import androidx.compose.runtime.Composable
import androidx.compose.runtime.ReadOnlyComposable
import org.ronde.Adding
import org.ronde.ui.theme.Ronde

/** Words of Détail. */
interface DetailWords {
    val receipt: String
    val statements: String
    val statementsHint: String
    val noStatement: String
    val addStatement: String
    val statementLabel: String
    val statementHint: String
    val add: String
    val later: String
    val facts: String
    val noFacts: String
    val involved: String
    val person: String
    val vehicle: String
    val version1: String
    val notInVersion1: String
    val values: String
    val see: String
    val correct: String
    val correctTitle: String
    val correctHint: String
    val keep: String
    val undecided: String
    val apart: String
    val decided: String
    val decidedTwice: String
    val undecidedStill: String
    val comments: String
    val handling: String
    val notRead: String
    val history: String
    val openAll: String
    val offline: String
    val online: String
    val notReceived: String
    val thisPhone: String
    val late: String
    val voidReport: String
    val voidTitle: String
    val voidHint: String
    val voidReason: String
    val voided: String
    val unknown: String

    // Receipt.
    val covered: String
    val uncovered: String
    val receivedAt: String
    val digest: String
    val verifiable: String
    val waits: String
    val qr: String
    val number: String

    // What is begun and not in the report yet.
    val resume: String
    val dropAsked: String
    val dropSurely: String
    val dropNot: String
    val voidedAlready: String

    fun drop(what: Adding): String
    fun saysNow(value: String, name: String, hour: String): String
    fun begunStatement(hour: String): String
    fun begunVoid(hour: String): String
    fun begunCorrection(label: String, hour: String): String

    val colon: String

    fun question(code: String, label: String): String
    fun observed(hour: String): String
    fun written(hour: String): String
    fun received(hour: String): String
    fun period(from: String, to: String): String
    fun from(hour: String): String
    fun device(short: String): String
    fun decision(name: String, hour: String): String
    fun because(reason: String): String
    fun takenFrom(author: String): String
    fun parts(count: Int, covered: Int): String
    fun readBy(name: String, hour: String): String
    fun takenBy(name: String, hour: String): String
    fun assignedTo(name: String, hour: String): String
    fun closedBy(reason: String, name: String, hour: String): String
    fun older(count: Int): String

    // What a step of the history did, after the name of who did it.
    val files: String
    val states: String
    val adds: String
    val completes: String
    val voids: String
    val reads: String
    val takes: String
    val approves: String
    val acts: String
    val links: String
    val reopens: String
    val releases: String
    val unlinks: String
    val complete: String
    val completeHint: String
    val remarks: String

    fun corrects(facts: String): String
    fun assigns(to: String): String
    fun closes(reason: String): String
    fun settles(value: String): String
    fun receivedStep(number: String?): String

    companion object {
        /** The words of the language on screen. */
        val current: DetailWords
            @Composable @ReadOnlyComposable get() = Ronde.of(DetailWordsFr, DetailWordsEn)
    }
}
