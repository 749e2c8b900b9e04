// What is said of reports filed by one touch, with Annuler while there is time. Changes with these words.
package org.ronde.ui.capture

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import org.ronde.core.Words
import org.ronde.ui.parts.Icon
import org.ronde.ui.parts.IconButton
import org.ronde.ui.parts.OutlinedButton
import org.ronde.ui.parts.PartWords
import org.ronde.ui.parts.Rung
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.strong

/** One line a report; nothing when there is none. */
@Composable
fun DirectStrip(direct: Direct, words: Words, modifier: Modifier = Modifier) {
    if (direct.shown.isEmpty()) return
    Column(modifier, verticalArrangement = Arrangement.spacedBy(8.dp)) {
        for (one in direct.shown) Line(direct, one, words)
    }
}

@Composable
private fun Line(direct: Direct, one: OneTouch, words: Words) {
    val speech = CaptureWords.current
    val name = words.label("type/${one.reportType}").removePrefix("type/")
    val (rung, sentence) = when (val held = one.held) {
        is Held.Waiting -> Rung.Draft to speech.filedIn(name, held.seconds)
        is Held.Filing -> Rung.Draft to speech.filing(name)
        is Held.Filed -> Rung.Stored to speech.filedAt(name, words.moment(held.ms))
        is Held.Cancelled -> Rung.Closed to speech.takenBack(name)
        is Held.Refused -> Rung.NeedsYou to "$name${speech.colon} ${words.said(held.because)}"
    }
    val (ink, tint) = rung.colors
    FlowRow(
        Modifier.fillMaxWidth().background(tint, RoundedCornerShape(14.dp)).heightIn(min = 56.dp)
            .padding(start = 16.dp, end = 6.dp, top = 4.dp, bottom = 4.dp),
        horizontalArrangement = Arrangement.SpaceBetween,
        itemVerticalAlignment = Alignment.CenterVertically,
    ) {
        Row(Modifier.weight(1f).padding(end = 8.dp), Arrangement.spacedBy(12.dp), Alignment.CenterVertically) {
            Icon(if (rung == Rung.Draft) "clock" else rung.icon, tint = ink)
            Text(sentence, style = Ronde.type.meta.strong, color = ink)
        }
        if (one.held is Held.Waiting) OutlinedButton(PartWords.current.cancel, { direct.cancel(one) })
        else if (one.held !is Held.Filing) IconButton("x", PartWords.current.close, { direct.dismiss(one) }, tint = ink)
    }
}
