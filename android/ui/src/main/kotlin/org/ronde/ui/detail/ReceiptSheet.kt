// The receipt of a report: its state, what it covers, when, its digest, and the QR code by which
// anybody checks it without a network. Changes with what a receipt proves.
package org.ronde.ui.detail

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.text.selection.SelectionContainer
import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.role
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import org.ronde.ReceiptView
import org.ronde.core.Words
import org.ronde.ui.parts.Icon
import org.ronde.ui.parts.Rung
import org.ronde.ui.parts.Sheet
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.medium

@Composable
internal fun ReceiptSheet(receipt: ReceiptView, words: Words, onClose: () -> Unit) {
    val speech = DetailWords.current
    val covered = receipt.envelopes.count { it.number != null }
    val received = receipt.receivedMs?.takeIf { receipt.covered }
    Sheet(if (received == null) speech.uncovered else speech.receivedStep(null), onClose) {
        Line(speech.covered, speech.parts(receipt.envelopes.size, covered))
        receipt.number?.let { Line(speech.number, it, data = true) }
        val signed = receipt.signed
        if (received == null || signed == null) {
            Text(speech.waits)
        } else {
            Line(speech.receivedAt, speech.received(words.moment(received)).substringAfter(' ').replaceFirstChar { it.uppercase() })
            Line(speech.digest, remember(signed) { byFours(digestOf(signed)) }, data = true)
            Column(Modifier.fillMaxWidth(), Arrangement.spacedBy(8.dp), Alignment.CenterHorizontally) {
                QrCode(signed)
                Row(horizontalArrangement = Arrangement.spacedBy(8.dp), verticalAlignment = Alignment.CenterVertically) {
                    Icon("shield-check", size = 20.dp, tint = Rung.Delivered.colors.ink)
                    Text(speech.verifiable, style = Ronde.type.meta.medium, color = Rung.Delivered.colors.ink)
                }
            }
        }
    }
}

@Composable
private fun Line(label: String, value: String, data: Boolean = false) {
    Column {
        Text(label, style = Ronde.type.micro.medium, color = Ronde.colors.subtle)
        SelectionContainer { Text(value, style = if (data) Ronde.type.data else Ronde.type.body) }
    }
}

/** Black on white in every theme: a reader needs the contrast more than the eye needs the dark. */
@Composable
private fun QrCode(signed: String) {
    val said = DetailWords.current.qr
    val code = remember(signed) { qrOf(signed) }
    val image = Modifier.semantics {
        contentDescription = said
        role = Role.Image
    }
    Box(image.background(Color.White).padding(QUIET)) {
        Canvas(Modifier.size(SIDE)) {
            // Whole pixels: a module of uneven width is read badly.
            val module = (size.width / code.side).toInt().coerceAtLeast(1).toFloat()
            val start = (size.width - module * code.side) / 2
            for (y in 0 until code.side) for (x in 0 until code.side) {
                if (code.isDark(x, y)) drawRect(Color.Black, Offset(start + x * module, start + y * module), Size(module, module))
            }
        }
    }
}

private val SIDE = 200.dp
private val QUIET = 12.dp
