// What a person reads once a report is filed: when, and how far it is, live. Changes with what filing says.
package org.ronde.ui.form

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.remember
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.map
import org.ronde.NotebookException
import org.ronde.core.Report
import org.ronde.core.Repository
import org.ronde.ui.parts.Heading
import org.ronde.ui.parts.Icon
import org.ronde.ui.parts.MainButton
import org.ronde.ui.parts.OutlinedButton
import org.ronde.ui.parts.OutlinedChip
import org.ronde.ui.parts.Rung
import org.ronde.ui.parts.StatusChip
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.Target

/** "Déposé à 22:52. Sur ce téléphone.", and the ways on. */
@Composable
internal fun FiledNotice(repository: Repository, doc: String, onDone: () -> Unit, onSee: () -> Unit) {
    val words by repository.words.collectAsState()
    val report by remember(doc) { repository.report(doc).read() }.collectAsState<Result<Report>?, Result<Report>?>(null)
    val speech = FormWords.current
    val item = report?.getOrNull()?.detail?.item
    val unread = report?.exceptionOrNull() as? NotebookException
    Box(Modifier.fillMaxSize(), contentAlignment = Alignment.Center) {
        Column(Modifier.widthIn(max = 560.dp).fillMaxSize().padding(16.dp), verticalArrangement = Arrangement.spacedBy(12.dp)) {
            Column(
                Modifier.weight(1f).fillMaxWidth().verticalScroll(rememberScrollState()).semantics { liveRegion = LiveRegionMode.Polite },
                verticalArrangement = Arrangement.spacedBy(12.dp, Alignment.CenterVertically),
                horizontalAlignment = Alignment.CenterHorizontally,
            ) {
                if (unread != null) Text(words.said(unread), align = TextAlign.Center)
                if (item == null) return@Column
                Icon("circle-check", size = 72.dp, tint = Ronde.colors.accentText, stroke = 1.4f)
                val title = speech.filedAt(words.moment(item.row.recordedMs), words.status(item.status))
                Heading(title, style = Ronde.type.title, align = TextAlign.Center)
                Text(item.row.title, align = TextAlign.Center, color = Ronde.colors.muted)
                StatusChip(Rung.of(item.status), words.status(item.status))
                if (item.row.toComplete) {
                    OutlinedChip(speech.toComplete)
                    Text(speech.completeLater, style = Ronde.type.meta, color = Ronde.colors.muted, align = TextAlign.Center)
                }
            }
            OutlinedButton(speech.seeReport, onSee, Modifier.fillMaxWidth(), icon = "file-text", height = Target.primary)
            MainButton(speech.done, onDone, icon = "check")
        }
    }
}

/** The report each time it changes; a reading that fails is said on screen, it ends nothing else. */
private fun Flow<Report>.read(): Flow<Result<Report>> = map { Result.success(it) }.catch { emit(Result.failure(it)) }
