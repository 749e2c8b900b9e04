package org.ronde

import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path

/** A real file system of 24 MB at a place, seen only by the process that runs under [command]. */
class SmallStorage(private val place: Path) {
    /** What a process runs under to see it: `Child(…, under = …)`. */
    val command: List<String> =
        listOf("unshare", "-rm", "sh", "-c", "mount -t tmpfs -o size=24m tmpfs \"$0\" && exec \"$@\"", place.toString())

    /** Whether this machine lets one be mounted. */
    val isAllowed: Boolean get() = try {
        ProcessBuilder(command + "true").redirectErrorStream(true).start().run {
            inputStream.readAllBytes()
            waitFor() == 0
        }
    } catch (_: IOException) {
        false
    }

    companion object {
        /** Leaves no room: everything there is goes into one file, which is deleted to make room again. */
        fun fill(file: Path) {
            try {
                Files.newOutputStream(file).use { out -> while (true) out.write(ByteArray(4096)) }
            } catch (_: IOException) {
                // No room is left: that is what it is for.
            }
        }
    }
}
