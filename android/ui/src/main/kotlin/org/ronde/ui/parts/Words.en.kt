package org.ronde.ui.parts

internal object PartWordsEn : PartWords {
    override val back = "Back"
    override val close = "Close"
    override val cancel = "Cancel"
    override val yes = "Yes"
    override val no = "No"
    override val severities = listOf("Information", "Low", "Moderate", "Serious", "Critical")

    override fun mark(level: Int) = "Severity $level, ${severities.getOrElse(level - 1) { "" }}"
}
