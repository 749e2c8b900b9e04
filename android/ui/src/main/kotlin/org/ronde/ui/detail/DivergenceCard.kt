// Values written apart: each with its author, at the same size and in the same order on every screen,
// none leading; then the supervision's decision, with name, time and reason. Changes with how a
// divergence is shown.
package org.ronde.ui.detail

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.IntrinsicSize
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxHeight
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import org.ronde.Decided
import org.ronde.Divergence
import org.ronde.Voice
import org.ronde.ui.parts.Heading
import org.ronde.ui.parts.Icon
import org.ronde.ui.parts.Rung
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Radius
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.medium
import org.ronde.ui.theme.strong

@Composable
internal fun DivergenceCard(apart: Divergence, facts: FactWords, telling: Telling) {
    val speech = facts.speech
    val (ink, tint) = Rung.NeedsYou.colors
    val code = codeOf(apart.key) ?: apart.key
    val ground = if (apart.open) tint else Ronde.colors.surface
    val edge = if (apart.open) ink else Ronde.colors.hair
    val shape = RoundedCornerShape(Radius.tile)
    Column(
        Modifier.fillMaxWidth().background(ground, shape).border(1.dp, edge, shape).padding(14.dp),
        verticalArrangement = Arrangement.spacedBy(10.dp),
    ) {
        Row(horizontalArrangement = Arrangement.spacedBy(8.dp)) {
            val shown = if (apart.open) ink else Ronde.colors.muted
            Icon("arrows-split-2", size = 20.dp, tint = shown)
            Text(if (apart.open) speech.undecided else speech.decided, style = Ronde.type.meta.medium, color = shown)
        }
        Heading(speech.question(code, facts.label(code)))
        Text(speech.apart, style = Ronde.type.meta, color = Ronde.colors.muted)
        SideBySide(apart.voices) { voice, modifier -> OneVoice(voice, code, facts, telling, modifier) }
        for (decided in apart.decisions) Decision(decided, code, facts)
        if (apart.open && apart.decisions.size > 1) Text(speech.decidedTwice, style = Ronde.type.meta, color = ink)
    }
}

/** The same width and height for each: beside one another where there is room, else below. */
@Composable
internal fun <T> SideBySide(all: List<T>, content: @Composable (T, Modifier) -> Unit) {
    BoxWithConstraints(Modifier.fillMaxWidth()) {
        if (maxWidth >= ROOM * all.size) {
            Row(Modifier.fillMaxWidth().height(IntrinsicSize.Min), Arrangement.spacedBy(10.dp)) {
                for (one in all) content(one, Modifier.weight(1f).fillMaxHeight())
            }
        } else {
            Column(verticalArrangement = Arrangement.spacedBy(10.dp)) {
                for (one in all) content(one, Modifier.fillMaxWidth())
            }
        }
    }
}

@Composable
private fun OneVoice(voice: Voice, code: String, facts: FactWords, telling: Telling, modifier: Modifier) {
    val shape = RoundedCornerShape(Radius.card)
    val by = voice.provenance
    val speech = facts.speech
    Column(
        modifier.background(Ronde.colors.surface, shape).border(1.dp, Ronde.colors.hair, shape)
            .semantics(mergeDescendants = true) {}.padding(12.dp),
        verticalArrangement = Arrangement.spacedBy(4.dp),
    ) {
        Text(facts.value(code, voice.value), style = Ronde.type.title.copy(fontSize = 22.sp, lineHeight = 28.sp))
        Text(by?.name ?: speech.unknown, style = Ronde.type.body.strong)
        if (by != null) {
            if (by.unit.isNotBlank()) Text(by.unit, style = Ronde.type.meta, color = Ronde.colors.muted)
            val hour = speech.written(facts.words.moment(by.t.wallMs)).replaceFirstChar { it.uppercase() }
            Text(hour, style = Ronde.type.meta, color = Ronde.colors.muted)
            val offline = by.receivedMs?.let { it - by.t.wallMs > OFFLINE_MS }
            Text(telling.how(by, offline).replaceFirstChar { it.uppercase() }, style = Ronde.type.meta, color = Ronde.colors.muted)
        }
    }
}

/** What the supervision holds, who decided, when and why. */
@Composable
private fun Decision(decided: Decided, code: String, facts: FactWords) {
    val speech = facts.speech
    val (ink, tint) = Rung.Read.colors
    Row(
        Modifier.fillMaxWidth().background(tint, RoundedCornerShape(Radius.card))
            .semantics(mergeDescendants = true) {}.padding(12.dp),
        horizontalArrangement = Arrangement.spacedBy(10.dp),
    ) {
        Icon("circle-check", size = 22.dp, tint = ink)
        Column(verticalArrangement = Arrangement.spacedBy(2.dp)) {
            val name = decided.provenance?.name ?: speech.unknown
            val hour = facts.words.moment(decided.provenance?.t?.wallMs ?: decided.decision.atMs)
            val value = decided.value?.let { facts.value(code, it) }
            val said = speech.decision(name, hour)
            Text(if (value == null) said else "$said${speech.colon} $value", style = Ronde.type.body.strong, color = ink)
            if (decided.decision.reason.isNotBlank()) Text(speech.because(decided.decision.reason), style = Ronde.type.meta, color = ink)
        }
    }
}

// As the core tells offline from online: written this long before it was received.
private const val OFFLINE_MS = 2 * 60 * 1000L
private val ROOM = 240.dp
