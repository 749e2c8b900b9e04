// The receipt as it is checked elsewhere: its digest, and the QR code that carries it whole. Pure.
// Changes with how a receipt is carried.
package org.ronde.ui.detail

import com.google.zxing.EncodeHintType
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel
import com.google.zxing.qrcode.encoder.ByteMatrix
import com.google.zxing.qrcode.encoder.Encoder
import java.security.MessageDigest
import java.util.HexFormat

/** SHA-256 of a signed receipt given in hexadecimal, in hexadecimal. */
internal fun digestOf(signed: String): String =
    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(HexFormat.of().parseHex(signed)))

/** `9f3a 02bc …`: as people read digests to one another. */
internal fun byFours(digest: String): String = digest.chunked(4).joinToString(" ")

/** A QR code: [side] modules. */
internal class Qr(private val matrix: ByteMatrix) {
    val side: Int get() = matrix.width

    fun isDark(x: Int, y: Int): Boolean = matrix.get(x, y).toInt() == 1
}

/** The signed receipt, verbatim, as capital hexadecimal: QR's alphanumeric mode packs it. */
internal fun qrOf(signed: String): Qr {
    val hints = mapOf(EncodeHintType.CHARACTER_SET to "US-ASCII")
    return Qr(Encoder.encode(signed.uppercase(), ErrorCorrectionLevel.L, hints).matrix)
}
