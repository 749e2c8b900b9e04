// The app in a window of the desktop: `main [DIRECTORY]`, passphrase in RONDE_PASSPHRASE or asked on
// the console. Changes with what a desktop gives the app.
package org.ronde.ui

import androidx.compose.ui.unit.DpSize
import androidx.compose.ui.unit.dp
import androidx.compose.ui.window.Window
import androidx.compose.ui.window.application
import androidx.compose.ui.window.rememberWindowState
import java.nio.file.Files
import java.nio.file.Path
import kotlin.system.exitProcess
import kotlinx.coroutines.runBlocking
import org.ronde.NotebookException
import org.ronde.core.Repository
import org.ronde.ui.app.FileStore
import org.ronde.ui.app.RondeApp

fun main(arguments: Array<String>) {
    val directory = arguments.firstOrNull()?.let(Path::of) ?: Path.of(System.getProperty("user.home"), ".ronde-phone")
    Files.createDirectories(directory)
    val store = FileStore(directory.resolve("screen.properties"))
    val loaded = store.load()
    val repository = try {
        runBlocking { Repository.open(directory.resolve("notebook"), passphrase(), loaded.language) }
    } catch (refused: NotebookException) {
        System.err.println(refused.message)
        exitProcess(1)
    }
    repository.use {
        application(exitProcessOnExit = false) {
            Window(::exitApplication, rememberWindowState(size = DpSize(360.dp, 800.dp)), title = "Ronde") {
                RondeApp(it, store, loaded, onLeave = ::exitApplication)
            }
        }
    }
}

private fun passphrase(): String =
    System.getenv("RONDE_PASSPHRASE") ?: System.console()?.readPassword("RONDE_PASSPHRASE: ")?.concatToString() ?: run {
        System.err.println("Set RONDE_PASSPHRASE: it opens the keys of this notebook.")
        exitProcess(2)
    }
