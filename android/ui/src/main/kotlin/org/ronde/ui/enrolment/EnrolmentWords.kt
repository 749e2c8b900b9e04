// The words of Enrôlement. Changes when it says something new.
package org.ronde.ui.enrolment

import androidx.compose.runtime.Composable
import androidx.compose.runtime.ReadOnlyComposable
import org.ronde.Identity
import org.ronde.ui.theme.Ronde

/** Words of Enrôlement. */
interface EnrolmentWords {
    val title: String
    val lead: String
    val server: String
    val serverHint: String
    val code: String
    val codeHint: String
    val certificate: String
    val certificateHint: String
    val withCertificate: String
    val enrol: String
    val asking: String
    val needsServer: String
    val needsCode: String
    val wrongCertificate: String
    val next: String
    val steps: List<String>
    val begin: String

    fun enrolled(identity: Identity): String

    companion object {
        /** The words of the language on screen. */
        val current: EnrolmentWords
            @Composable @ReadOnlyComposable get() = Ronde.of(EnrolmentWordsFr, EnrolmentWordsEn)
    }
}
