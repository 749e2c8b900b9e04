// When it happened: hours typed in the form, days and the rest below. An hour reads as soon as a
// figure is typed, so that each keystroke is kept. Changes with how people say when.
package org.ronde.ui.form

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.runtime.Composable
import androidx.compose.runtime.Stable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.unit.dp
import java.time.LocalDate
import java.time.LocalTime
import org.ronde.FactValue
import org.ronde.Language
import org.ronde.Period
import org.ronde.Reason
import org.ronde.periodOf
import org.ronde.periodValue
import org.ronde.ui.parts.Field
import org.ronde.ui.parts.Problem
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.medium

/** A period in hand: what is typed of it, and the record that it makes. Days are today until one is said. */
@Stable
internal class PeriodState(private val form: FormState, private val code: String, private val today: LocalDate) {
    private val held: Period? = form.fact(code)?.let(::periodOf)
    private val from = held?.local(held.fromMs)
    private val to = held?.takeIf { it.toMs != it.fromMs }?.let { it.local(it.toMs) }
    private val seen = held?.observedMs?.let { held.local(it) }
    private val unread = if (held == null) form.fact(code).text()?.lines().orEmpty() else emptyList()
    private val openedDay = from?.toLocalDate()?.typed() ?: part(0)

    var startDay by mutableStateOf(openedDay)
    var start by mutableStateOf(from?.toLocalTime()?.typed() ?: part(1))
    var endDay by mutableStateOf(to?.toLocalDate()?.takeIf { it != from?.toLocalDate() }?.typed() ?: part(2))
    var end by mutableStateOf(to?.toLocalTime()?.typed() ?: part(3))
    var observed by mutableStateOf(seen?.toLocalTime()?.typed() ?: part(4))

    /** Sets one part of it, and the fact: the bare words, one part a line, as long as one of them does not read. */
    fun type(edit: PeriodState.() -> Unit) {
        if (form.isFrozen) return
        edit()
        // The day that a record brought along says nothing once its hours are taken back.
        val alone = startDay.isBlank() || (held != null && startDay == openedDay)
        val none = alone && listOf(start, endDay, end, observed).all { it.isBlank() }
        form.put(code, if (none) null else read()?.let(::periodValue) ?: FactValue.Text(words()))
    }

    private fun part(line: Int): String = unread.getOrNull(line).orEmpty()

    private fun words(): String = listOf(startDay, start, endDay, end, observed).joinToString("\n")

    /** The record, when every part that is typed reads and none stands without the hour that it needs. */
    private fun read(): Period? {
        val begins = hourOf(start) ?: return null
        val day = (if (startDay.isBlank()) today else dayOf(startDay, today)) ?: return null
        if (endDay.isNotBlank() && (dayOf(endDay, today) == null || end.isBlank())) return null
        if (listOf(end, observed).any { it.isNotBlank() && hourOf(it) == null }) return null
        return record(day, begins)
    }

    private fun record(day: LocalDate, begins: LocalTime): Period {
        val fromMs = instantOf(day, begins)
        val toMs = hourOf(end)?.let { ends ->
            // Without a day of its own, an end before the start is the next night's.
            val last = dayOf(endDay, today) ?: if (ends < begins) day.plusDays(1) else day
            instantOf(last, ends)
        } ?: fromMs
        val seenMs = hourOf(observed)?.let { seen -> instantOf(if (seen < begins) day.plusDays(1) else day, seen) }
        return Period(fromMs, toMs, zoneMinutes(fromMs), seenMs)
    }
}

@Composable
internal fun rememberPeriod(form: FormState, code: String): PeriodState =
    remember(form, code, form.drops) { PeriodState(form, code, LocalDate.now()) }

/** An hour, four figures. */
@Composable
internal fun HourField(
    form: FormState,
    code: String,
    label: String,
    value: String,
    modifier: Modifier = Modifier,
    onValue: (String) -> Unit,
) {
    Field(
        label = label, value = value, onValue = onValue, modifier = modifier, hint = FormWords.current.hourHint,
        problem = if (value.isBlank() || hourOf(value) != null) null else FormWords.current.noHour,
        keyboard = KeyboardOptions(keyboardType = KeyboardType.Number), requester = slot(form, code), onFocus = { form.holds(code) },
    )
}

/** A day. */
@Composable
internal fun DayField(
    form: FormState,
    code: String,
    label: String,
    value: String,
    modifier: Modifier = Modifier,
    onValue: (String) -> Unit,
) {
    Field(
        label = label, value = value, onValue = onValue, modifier = modifier, hint = FormWords.current.dayHint,
        problem = if (dayOf(value) != null || mayBecomeADay(value)) null else FormWords.current.noDay,
        keyboard = KeyboardOptions(keyboardType = KeyboardType.Number), requester = slot(form, code), onFocus = { form.holds(code) },
    )
}

/** The rest of when. [observed]: of the facts themselves, whose start stands above and whose hour observed is asked. */
@Composable
internal fun PeriodRest(form: FormState, code: String, period: PeriodState, observed: Boolean) {
    val words = FormWords.current
    Column(verticalArrangement = Arrangement.spacedBy(8.dp)) {
        val day: @Composable (Modifier) -> Unit = { half ->
            DayField(form, "$code.day", words.startDay, period.startDay, half) { period.type { startDay = it } }
        }
        Beside(day) { half ->
            if (observed) HourField(form, "$code.observed", words.observed, period.observed, half) { period.type { this.observed = it } }
            else HourField(form, code, words.start, period.start, half) { period.type { start = it } }
        }
        Beside({ DayField(form, "$code.last", words.endDay, period.endDay, it) { period.type { endDay = it } } }) { half ->
            HourField(form, "$code.end", words.end, period.end, half) { period.type { end = it } }
        }
        val problem = form.problem(code)
        Problem(
            when {
                problem == null -> null
                problem.reason is Reason.EndsBeforeStart -> words.endsBefore
                // A part that does not read says so itself; a start that nobody typed has no field to say it.
                period.start.isBlank() -> if (Ronde.language == Language.FR) problem.fr else problem.en
                else -> null
            },
        )
    }
}

/** A period that is no part of the facts' own time, such as that of images. */
@Composable
internal fun PeriodField(form: FormState, code: String, said: String, modifier: Modifier = Modifier) {
    Column(modifier, verticalArrangement = Arrangement.spacedBy(6.dp)) {
        Text(said, style = Ronde.type.meta.medium, color = Ronde.colors.subtle)
        PeriodRest(form, code, rememberPeriod(form, code), observed = false)
        if (form.isMissing(code)) Text(FormWords.current.toComplete, style = Ronde.type.meta, color = Ronde.colors.subtle)
    }
}
