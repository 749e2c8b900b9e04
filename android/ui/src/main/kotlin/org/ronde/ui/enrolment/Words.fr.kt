package org.ronde.ui.enrolment

import org.ronde.Identity

internal object EnrolmentWordsFr : EnrolmentWords {
    override val title = "Enrôler ce téléphone"
    override val lead = "Votre service vous a donné l’adresse du serveur et un code. Le code sert une fois."
    override val server = "Adresse du serveur"
    override val serverHint = "https://ronde.exemple.fr"
    override val code = "Code d’invitation"
    override val codeHint = "XXXX-XXXX-XXXX-XXXX-XXXX-XXXX"
    override val certificate = "Empreinte du certificat"
    override val certificateHint = "64 chiffres et lettres de a à f"
    override val withCertificate = "Le serveur a un certificat propre"
    override val enrol = "Enrôler"
    override val asking = "Le serveur est interrogé. Rien n’est transmis avant qu’il prouve qui il est."
    override val needsServer = "Saisissez l’adresse donnée par votre service."
    override val needsCode = "Saisissez le code donné par votre service."
    override val wrongCertificate = "Une empreinte a 64 chiffres et lettres de a à f. Vérifiez la saisie."
    override val next = "Ensuite"
    override val steps = listOf(
        "Ce téléphone fabrique ses clés. Elles n’en sortent pas.",
        "Les communes et vos droits arrivent à la première synchronisation.",
        "Vous pouvez signaler hors réseau. Tout est gardé ici et part seul.",
    )
    override val begin = "Commencer"

    override fun enrolled(identity: Identity) =
        "Ce téléphone écrit au nom de ${identity.name}, pour ${identity.organisation}."
}
