// What is begun about a report and waits to be gone on with: the rows that lead back to it. Knows nothing
// of what is typed. Changes with how what waits is said.
package org.ronde.ui.detail

import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.map
import org.ronde.Adding
import org.ronde.Draft
import org.ronde.ui.parts.Icon
import org.ronde.ui.parts.Panel
import org.ronde.ui.parts.PressedRow
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.strong

/** Something begun about a report; the same while it is typed. */
internal data class Waits(val id: String, val adding: Adding, val begunMs: Long)

/** What waits of a report, among everything begun. */
internal fun waiting(doc: String, begun: List<Draft>): List<Waits> = begun.mapNotNull { draft ->
    draft.about?.takeIf { it.doc == doc }?.let { Waits(draft.id, it.adding, it.begunMs) }
}

/** The same, again when something is begun or gone, and not at each keystroke. */
internal fun Flow<List<Draft>>.waiting(doc: String): Flow<List<Waits>> = map { waiting(doc, it) }.distinctUntilChanged()

/** What waits to be gone on with. */
@Composable
internal fun Waiting(all: List<Waits>, facts: FactWords, onResume: (Adding) -> Unit) {
    val speech = facts.speech
    for (one in all) {
        Panel {
            PressedRow({ onResume(one.adding) }, act = speech.resume) {
                Icon("pencil", tint = Ronde.colors.status.draft.ink)
                Text(speech.begun(one, facts), Modifier.weight(1f))
                Text(speech.resume, style = Ronde.type.body.strong, color = Ronde.colors.accentText)
            }
        }
    }
}

private fun DetailWords.begun(one: Waits, facts: FactWords): String {
    val hour = facts.words.moment(one.begunMs)
    return when (val adding = one.adding) {
        is Adding.Statement -> begunStatement(hour)
        is Adding.Void -> begunVoid(hour)
        is Adding.Correction -> begunCorrection(facts.label(codeOf(adding.key) ?: adding.key), hour)
    }
}
