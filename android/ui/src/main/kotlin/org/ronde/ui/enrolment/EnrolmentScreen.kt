// Enrôlement: the address and the typed code that make this phone one of an agglomeration. Knows what
// is asked, not how it is proved. Changes with what an invitation holds.
package org.ronde.ui.enrolment

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.foundation.verticalScroll
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.input.ImeAction
import androidx.compose.ui.text.input.KeyboardCapitalization
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import kotlinx.coroutines.launch
import org.ronde.NotebookException
import org.ronde.core.Repository
import org.ronde.ui.parts.Field
import org.ronde.ui.parts.Hairline
import org.ronde.ui.parts.Heading
import org.ronde.ui.parts.Icon
import org.ronde.ui.parts.MainButton
import org.ronde.ui.parts.Panel
import org.ronde.ui.parts.QuietButton
import org.ronde.ui.parts.SyncLine
import org.ronde.ui.parts.SyncTone
import org.ronde.ui.parts.Text
import org.ronde.ui.parts.Title
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.strong

/** Enrôlement; [onDone] once the person has read what happens next. */
@Composable
fun EnrolmentScreen(repository: Repository, onDone: () -> Unit) {
    val identity by repository.identity.collectAsState()
    val who = identity
    val speech = EnrolmentWords.current
    if (who == null) return Asked(repository)
    Page(button = { MainButton(speech.begin, onDone, icon = "check") }) {
        SyncLine(SyncTone.Received, speech.enrolled(who), icon = "circle-check")
        Next()
    }
}

/** The server's address, the code, and the certificate when the server has one of its own. */
@Composable
private fun Asked(repository: Repository) {
    val words by repository.words.collectAsState()
    val speech = EnrolmentWords.current
    val scope = rememberCoroutineScope()
    var server by rememberSaveable { mutableStateOf("") }
    var code by rememberSaveable { mutableStateOf("") }
    var certificate by rememberSaveable { mutableStateOf("") }
    var pinned by rememberSaveable { mutableStateOf(false) }
    var pressed by remember { mutableStateOf(false) }
    var asking by remember { mutableStateOf(false) }
    var refused by remember { mutableStateOf<NotebookException?>(null) }
    val pin = if (pinned && certificate.isNotBlank()) fingerprint(certificate) else null
    val wrongPin = pinned && certificate.isNotBlank() && pin == null

    fun enrol() {
        pressed = true
        if (asking || server.isBlank() || code.isBlank() || wrongPin) return
        asking = true
        refused = null
        scope.launch {
            try {
                repository.enrol(server.trim(), code.trim(), pin)
            } catch (no: NotebookException) {
                refused = no
            } finally {
                asking = false
            }
        }
    }

    Page(button = {
        refused?.let { SyncLine(SyncTone.Asks, words.said(it)) }
        if (asking) SyncLine(SyncTone.Waiting, speech.asking)
        MainButton(speech.enrol, ::enrol, icon = "key", enabled = !asking)
    }) {
        Text(speech.lead, color = Ronde.colors.muted)
        Field(
            speech.server, server, { server = it }, hint = speech.serverHint, icon = "server",
            problem = if (pressed && server.isBlank()) speech.needsServer else null,
            keyboard = KeyboardOptions(keyboardType = KeyboardType.Uri, imeAction = ImeAction.Next, autoCorrectEnabled = false),
        )
        Field(
            speech.code, code, { code = it }, hint = speech.codeHint, icon = "key",
            problem = if (pressed && code.isBlank()) speech.needsCode else null,
            style = Ronde.type.data.copy(fontSize = 17.sp, lineHeight = 24.sp), lines = 2,
            keyboard = KeyboardOptions(KeyboardCapitalization.Characters, autoCorrectEnabled = false, imeAction = ImeAction.Done),
        )
        QuietButton(speech.withCertificate, { pinned = !pinned }, icon = if (pinned) "chevron-up" else "chevron-down")
        if (pinned) {
            Field(
                speech.certificate, certificate, { certificate = it }, hint = speech.certificateHint, lines = 2,
                problem = if (wrongPin && pressed) speech.wrongCertificate else null, style = Ronde.type.data,
                keyboard = KeyboardOptions(autoCorrectEnabled = false),
            )
        }
        Next()
    }
}

/** The bytes of a SHA-256 typed in hexadecimal, with or without colons; null when it is none. */
internal fun fingerprint(typed: String): ByteArray? {
    val digits = typed.filterNot { it == ':' || it.isWhitespace() }.lowercase()
    if (digits.length != 64 || digits.any { it !in "0123456789abcdef" }) return null
    return digits.chunked(2).map { it.toInt(16).toByte() }.toByteArray()
}

@Composable
private fun ColumnScope.Next() {
    val speech = EnrolmentWords.current
    Panel(padding = 16.dp) {
        Column(verticalArrangement = Arrangement.spacedBy(10.dp)) {
            Heading(speech.next)
            for ((icon, step) in listOf("shield-check", "cloud-down", "device-mobile").zip(speech.steps)) {
                Row(horizontalArrangement = Arrangement.spacedBy(12.dp)) {
                    Icon(icon, tint = Ronde.colors.muted)
                    Text(step, Modifier.weight(1f), style = Ronde.type.meta)
                }
            }
        }
    }
}

@Composable
private fun Page(button: @Composable ColumnScope.() -> Unit, content: @Composable ColumnScope.() -> Unit) {
    Column(Modifier.fillMaxSize(), horizontalAlignment = Alignment.CenterHorizontally) {
        Column(
            Modifier.weight(1f).widthIn(max = WIDEST).fillMaxWidth().verticalScroll(rememberScrollState()).padding(16.dp),
            verticalArrangement = Arrangement.spacedBy(12.dp),
        ) {
            Title(EnrolmentWords.current.title, style = Ronde.type.title.copy(fontSize = 26.sp, lineHeight = 32.sp))
            content()
        }
        Hairline()
        Box(Modifier.fillMaxWidth().background(Ronde.colors.surface), contentAlignment = Alignment.Center) {
            Column(
                Modifier.widthIn(max = WIDEST).padding(start = 16.dp, end = 16.dp, top = 12.dp, bottom = 16.dp),
                verticalArrangement = Arrangement.spacedBy(10.dp),
                content = button,
            )
        }
    }
}

private val WIDEST = 560.dp
