// Signaler: everything that can be reported, as tiles by axis, latest first, with a search. Knows the
// catalogue's order, no type by name. Changes with how a type is found.
package org.ronde.ui.capture

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.IntrinsicSize
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.Spacer
import androidx.compose.foundation.layout.fillMaxHeight
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.selection.toggleable
import androidx.compose.foundation.shape.CircleShape
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
import androidx.compose.ui.draw.clip
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.launch
import org.ronde.NotebookException
import org.ronde.ReportType
import org.ronde.core.Repository
import org.ronde.core.Words
import org.ronde.ui.form.matches
import org.ronde.ui.parts.Field
import org.ronde.ui.parts.Hairline
import org.ronde.ui.parts.Header
import org.ronde.ui.parts.Heading
import org.ronde.ui.parts.Icon
import org.ronde.ui.parts.SyncLine
import org.ronde.ui.parts.SyncTone
import org.ronde.ui.parts.Text
import org.ronde.ui.parts.Tile
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.Target
import org.ronde.ui.theme.medium
import org.ronde.ui.theme.strong

/** Signaler. A tile makes a draft and opens it with [onDraft], or files it when Direct is on. */
@Composable
fun CaptureScreen(repository: Repository, direct: Direct, onBack: () -> Unit, onDraft: (draft: String) -> Unit) {
    val words by repository.words.collectAsState()
    val reports by repository.reports.collectAsState()
    val identity by repository.identity.collectAsState()
    val scope = rememberCoroutineScope()
    var query by rememberSaveable { mutableStateOf("") }
    var armed by rememberSaveable { mutableStateOf(false) }
    var opening by remember { mutableStateOf(false) }
    var refused by remember { mutableStateOf<NotebookException?>(null) }

    fun fileAtOnce(type: ReportType) {
        armed = false
        query = ""
        direct.touch(type.code)
    }

    fun fill(type: ReportType) {
        if (opening) return
        opening = true
        scope.launch {
            try {
                onDraft(repository.newDraft(type.code).id)
            } catch (full: NotebookException) {
                refused = full
            } finally {
                opening = false
            }
        }
    }

    val own = remember(reports, identity) {
        reports.items.filter { it.row.author == identity?.agent }.map { it.row.reportType }.distinct()
    }
    Column(Modifier.fillMaxSize()) {
        Header(CaptureWords.current.title, onBack) { DirectSwitch(armed) { armed = it } }
        Tiles(words, query, own, armed, Modifier.weight(1f), if (armed) ::fileAtOnce else ::fill, ::fileAtOnce)
        Hairline()
        Column(Modifier.padding(16.dp), verticalArrangement = Arrangement.spacedBy(10.dp)) {
            refused?.let { SyncLine(SyncTone.Asks, words.said(it)) }
            DirectStrip(direct, words)
            val speech = CaptureWords.current
            Field(speech.search, query, { query = it }, hint = speech.otherTypes(words.forms.types.size), icon = "search")
        }
    }
}

@Composable
private fun DirectSwitch(on: Boolean, onChange: (Boolean) -> Unit) {
    val colors = Ronde.colors
    Row(
        Modifier.clip(CircleShape).background(if (on) colors.accentTint else colors.surface)
            .border(if (on) 2.dp else 1.dp, if (on) colors.accent else colors.control, CircleShape)
            .toggleable(on, role = Role.Switch, onValueChange = onChange)
            .heightIn(min = Target.phone).padding(horizontal = 14.dp),
        horizontalArrangement = Arrangement.spacedBy(8.dp),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        Icon("bolt", tint = if (on) colors.accentText else colors.text)
        Text(CaptureWords.current.direct, style = Ronde.type.body.strong, color = if (on) colors.accentText else colors.text)
    }
}

/** A group of tiles under its words. */
private class Group(val words: String, val types: List<ReportType>)

private fun groups(words: Words, query: String, own: List<String>, recent: String, columns: Int): List<Group> {
    val types = words.forms.types
    fun label(type: ReportType) = words.label("type/${type.code}")
    if (query.isNotBlank()) {
        val found = types.filter { matches(query, "${label(it)} ${words.label("axis/${it.axis}")}") }
        return listOf(Group("", found))
    }
    val latest = own.mapNotNull { code -> types.find { it.code == code } }.take(columns)
    val byAxis = types.groupBy { it.axis }
    return listOf(Group(recent, latest)) + words.forms.axes.map { axis -> Group(words.label("axis/$axis"), byAxis[axis].orEmpty()) }
}

@Composable
private fun Tiles(
    words: Words,
    query: String,
    own: List<String>,
    armed: Boolean,
    modifier: Modifier,
    onPress: (ReportType) -> Unit,
    onHold: (ReportType) -> Unit,
) {
    val speech = CaptureWords.current
    BoxWithConstraints(modifier) {
        val columns = columns(maxWidth, LocalDensity.current.fontScale)
        val groups = remember(words, query, own, columns) { groups(words, query, own, speech.recent, columns) }
        LazyColumn(
            contentPadding = PaddingValues(start = 16.dp, end = 16.dp, bottom = 16.dp),
            verticalArrangement = Arrangement.spacedBy(10.dp),
        ) {
            item { Text(if (armed) speech.armed else speech.how, style = Ronde.type.meta, color = Ronde.colors.muted) }
            if (groups.all { it.types.isEmpty() }) item { Text(speech.none) }
            for (group in groups.filter { it.types.isNotEmpty() }) group(group, columns) { type, cell ->
                TypeTile(type, words, armed, cell, { onPress(type) }) { onHold(type) }
            }
        }
    }
}

private fun LazyListScope.group(group: Group, columns: Int, tile: @Composable (ReportType, Modifier) -> Unit) {
    if (group.words.isNotEmpty()) item { GroupHeading(group.words) }
    items(group.types.chunked(columns)) { line ->
        Row(Modifier.height(IntrinsicSize.Min), horizontalArrangement = Arrangement.spacedBy(10.dp)) {
            for (type in line) tile(type, Modifier.weight(1f).fillMaxHeight())
            repeat(columns - line.size) { Spacer(Modifier.weight(1f)) }
        }
    }
}

@Composable
private fun GroupHeading(said: String) {
    Heading(said, Modifier.padding(top = 6.dp), Ronde.type.meta.medium, Ronde.colors.subtle)
}

@Composable
private fun TypeTile(
    type: ReportType,
    words: Words,
    armed: Boolean,
    modifier: Modifier,
    onPress: () -> Unit,
    onHold: () -> Unit,
) {
    val speech = CaptureWords.current
    val act = if (armed) speech.fileNow else speech.fill
    Tile(type.icon, words.label("type/${type.code}"), type.severity.toInt(), act, onPress, modifier, armed, speech.fileNow, onHold)
}

/** Two a row on a phone, one when words are large, four on a tablet. */
private fun columns(width: Dp, fontScale: Float): Int {
    val byWidth = if (width >= TABLET) 4 else 2
    return if (fontScale >= LARGE) (byWidth / 2) else byWidth
}

private val TABLET = 600.dp
private const val LARGE = 1.5f
