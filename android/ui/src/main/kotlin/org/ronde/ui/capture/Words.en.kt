package org.ronde.ui.capture

internal object CaptureWordsEn : CaptureWords {
    override val title = "Report"
    override val direct = "Direct"
    override val how = "Touch to fill. Direct files at once, with 10\u00a0s to cancel."
    override val armed = "The next type you touch is filed at once. You have 10\u00a0s to cancel."
    override val recent = "Your latest"
    override val search = "Search a type"
    override val fill = "Fill"
    override val fileNow = "File at once"
    override val none = "No type of that name. Try another word."
    override val colon = ":"

    override fun otherTypes(count: Int) = "Another type, $count in all"
    override fun filedIn(name: String, seconds: Int) = "$name: filed in $seconds\u00a0s"
    override fun filing(name: String) = "$name: being filed"
    override fun filedAt(name: String, hour: String) = "$name: filed at $hour. On this phone."
    override fun takenBack(name: String) = "$name: cancelled. Nothing is filed."
}
