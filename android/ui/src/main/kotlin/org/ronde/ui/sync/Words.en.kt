package org.ronde.ui.sync

import org.ronde.PersonsAct

internal object SyncWordsEn : SyncWords {
    override val title = "Sync"
    override val received = "Received by the server"
    override val waiting = "On this phone"
    override val lastContact = "Last contact"
    override val never = "none"
    override val nothingLost = "Nothing is lost, all will leave by itself."
    override val order = "Will leave in this order"
    override val onFirstNetwork = "With the first network"
    override val asks = "To check"
    override val notYours = "Received from a colleague"
    override val seeReport = "See the report"
    override val sendNow = "Send now"
    override val stop = "Stop sending"

    override fun act(act: PersonsAct) = when (act) {
        PersonsAct.ENROL -> "Type the code of an invitation"
        PersonsAct.CHECK_CLOCK -> "Check the phone’s clock"
        PersonsAct.FREE_SPACE -> "Free some space"
        PersonsAct.UPDATE -> "Update the app"
        PersonsAct.CALL_SERVICE -> "Call the service"
        PersonsAct.SEND_NOW, PersonsAct.REVIEW -> null
    }

    override fun of(part: Long, whole: Long) = "$part of $whole"
    override fun reports(count: Long) = if (count == 1L) "1 report" else "$count reports"
    override fun more(count: Int) = if (count == 1) "and 1 more report" else "and $count more reports"
    override fun at(hour: String) = if (',' in hour) "on $hour" else "at $hour"
}
