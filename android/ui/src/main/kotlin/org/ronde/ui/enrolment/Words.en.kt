package org.ronde.ui.enrolment

import org.ronde.Identity

internal object EnrolmentWordsEn : EnrolmentWords {
    override val title = "Enrol this phone"
    override val lead = "Your unit gave you the address of the server and a code. The code is used once."
    override val server = "Server address"
    override val serverHint = "https://ronde.example.org"
    override val code = "Invitation code"
    override val codeHint = "XXXX-XXXX-XXXX-XXXX-XXXX-XXXX"
    override val certificate = "Certificate fingerprint"
    override val certificateHint = "64 figures and letters from a to f"
    override val withCertificate = "The server has a certificate of its own"
    override val enrol = "Enrol"
    override val asking = "The server is being asked. Nothing is sent before it proves who it is."
    override val needsServer = "Type the address that your unit gave you."
    override val needsCode = "Type the code that your unit gave you."
    override val wrongCertificate = "A fingerprint has 64 figures and letters from a to f. Check what you typed."
    override val next = "Next"
    override val steps = listOf(
        "This phone makes its keys. They never leave it.",
        "The communes and your rights come with the first synchronisation.",
        "You can report without a network. Everything is kept here and leaves by itself.",
    )
    override val begin = "Begin"

    override fun enrolled(identity: Identity) = "This phone writes as ${identity.name}, for ${identity.organisation}."
}
