package org.ronde.ui.sync

import org.ronde.PersonsAct

internal object SyncWordsFr : SyncWords {
    override val title = "Synchro"
    override val received = "Reçus par le serveur"
    override val waiting = "Sur ce téléphone"
    override val lastContact = "Dernier échange"
    override val never = "aucun"
    override val nothingLost = "Rien n’est perdu, tout partira seul."
    override val order = "Partira dans cet ordre"
    override val onFirstNetwork = "Au premier réseau"
    override val asks = "À revoir"
    override val notYours = "Reçu d’un collègue"
    override val seeReport = "Voir le rapport"
    override val sendNow = "Envoyer maintenant"
    override val stop = "Arrêter l’envoi"

    override fun act(act: PersonsAct) = when (act) {
        PersonsAct.ENROL -> "Saisir le code d’une invitation"
        PersonsAct.CHECK_CLOCK -> "Vérifier l’heure du téléphone"
        PersonsAct.FREE_SPACE -> "Libérer de la place"
        PersonsAct.UPDATE -> "Mettre l’application à jour"
        PersonsAct.CALL_SERVICE -> "Appeler le service"
        PersonsAct.SEND_NOW, PersonsAct.REVIEW -> null
    }

    override fun of(part: Long, whole: Long) = "$part sur $whole"
    override fun reports(count: Long) = if (count < 2) "$count rapport" else "$count rapports"
    override fun more(count: Int) = if (count == 1) "et 1 autre rapport" else "et $count autres rapports"
    override fun at(hour: String) = if (',' in hour) "le $hour" else "à $hour"
}
