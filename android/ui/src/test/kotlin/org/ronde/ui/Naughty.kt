package org.ronde.ui

import java.io.File

/** The big list of naughty strings; null, and said so, where it is not beside the repository. */
fun naughtyStrings(): List<String>? {
    val list = generateSequence(File("").absoluteFile) { it.parentFile }
        .map { File(it, "../shared/data/security/blns/blns.txt") }.firstOrNull { it.exists() }
    if (list == null) println("skipped: ../shared/data/security/blns is not beside the repository")
    return list?.readLines()?.filter { it.isNotBlank() && !it.startsWith("#") }
}
