package org.ronde.ui.detail

import com.google.zxing.BinaryBitmap
import com.google.zxing.RGBLuminanceSource
import com.google.zxing.common.GlobalHistogramBinarizer
import com.google.zxing.qrcode.QRCodeReader
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

/** What a receipt gives to whoever checks it. */
class ProofTest {
    private val signed = (0 until 240).joinToString("") { "%02x".format((it * 37) and 0xff) }

    @Test
    fun a_reader_finds_the_signed_receipt_in_the_code_word_for_word() {
        val code = qrOf(signed)
        val (module, quiet) = 3 to 12
        val side = code.side * module + 2 * quiet
        val pixels = IntArray(side * side) { at ->
            val (x, y) = (at % side - quiet).floorDiv(module) to (at / side - quiet).floorDiv(module)
            if (x in 0 until code.side && y in 0 until code.side && code.isDark(x, y)) 0xff000000.toInt() else -1
        }
        val read = QRCodeReader().decode(BinaryBitmap(GlobalHistogramBinarizer(RGBLuminanceSource(side, side, pixels))))
        assertEquals(signed, read.text.lowercase())
        assertTrue("${code.side} modules do not fit 200 dp at one pixel a dp", code.side <= 200)
    }

    @Test
    fun a_digest_is_read_by_fours() {
        assertEquals("e3b0 c442 98fc 1c14 9afb f4c8 996f b924 27ae 41e4 649b 934c a495 991b 7852 b855", byFours(digestOf("")))
    }
}
