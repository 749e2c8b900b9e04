// Between what a person types and days, hours and places; each keystroke reads as something, so that
// each can be kept. Knows no draft. Changes with how these are typed.
package org.ronde.ui.form

import java.time.DateTimeException
import java.time.Instant
import java.time.LocalDate
import java.time.LocalTime
import java.time.ZoneId
import java.time.ZoneOffset
import java.time.format.DateTimeFormatter
import kotlin.math.abs
import kotlin.math.pow
import kotlin.math.roundToInt
import org.ronde.FactValue
import org.ronde.FieldKind
import org.ronde.Language
import org.ronde.Period
import org.ronde.Position
import org.ronde.positionOf
import org.ronde.positionValue

/**
 * A day as people write it, `23/11/2026` or, of the year of [today], `23/11`, both without strokes on a keyboard
 * that has figures only, or as records do, `2026-11-23`; null when it is none (yet).
 */
internal fun dayOf(words: String, today: LocalDate = LocalDate.now()): LocalDate? {
    val typed = apart(NUMBER.findAll(words).map { it.value }.toList())
    val numbers = if (typed.size == 2 && typed.all { it.length <= 2 }) typed + "%04d".format(java.util.Locale.ROOT, today.year) else typed
    if (numbers.size != 3) return null
    val (day, month, year) = if (numbers[0].length == 4) numbers.reversed() else numbers
    if (year.length != 4) return null
    return try {
        LocalDate.of(year.toInt(), month.toInt(), day.toInt())
    } catch (_: DateTimeException) {
        null
    } catch (_: NumberFormatException) {
        null
    }
}

/** `23112026` as three numbers, `2311` as two. */
private fun apart(numbers: List<String>): List<String> {
    val all = numbers.singleOrNull()?.takeIf { it.length == 4 || it.length == WHOLE_DAY } ?: return numbers
    return listOf(all.take(2), all.substring(2, 4), all.drop(4)).filter { it.isNotEmpty() }
}

/** Whether more figures may still make a day of it: nothing is said of a day while it is typed. */
internal fun mayBecomeADay(words: String): Boolean {
    val numbers = NUMBER.findAll(words).map { it.value }.toList()
    val all = if (numbers.size == 1) numbers.single().length < WHOLE_DAY else numbers.size < 3 || numbers.last().length < 4
    return words.all { it.isDigit() || it in "/.- " } && all
}

/** A day as people read it, in both languages of the app. */
internal fun LocalDate.typed(): String = format(DAY)

/** An hour while it is typed: `2` is 02:00, `22` is 22:00, `224` and `22:4` are 22:04; null when it is none. */
internal fun hourOf(words: String): LocalTime? {
    val parts = NUMBER.findAll(words).map { it.value }.toList()
    val (hour, minute) = when {
        parts.size == 2 -> parts[0] to parts[1]
        parts.size == 1 && parts[0].length <= 2 -> parts[0] to "0"
        parts.size == 1 && parts[0].length == 3 -> parts[0].take(2) to parts[0].drop(2)
        parts.size == 1 && parts[0].length == 4 -> parts[0].take(2) to parts[0].drop(2)
        else -> return null
    }
    if (hour.length > 2 || minute.length > 2) return null
    return try {
        LocalTime.of(hour.toInt(), minute.toInt())
    } catch (_: DateTimeException) {
        null
    }
}

/** An hour as people read it. */
internal fun LocalTime.typed(): String = format(HOUR)

/** The local moment of an instant, by the offset that it was written under. */
internal fun Period.local(ms: Long) = Instant.ofEpochMilli(ms).atOffset(ZoneOffset.ofTotalSeconds(zoneMin * 60)).toLocalDateTime()

/** A moment's offset from UTC where this phone is, minutes. */
internal fun zoneMinutes(ms: Long): Short =
    (ZoneId.systemDefault().rules.getOffset(Instant.ofEpochMilli(ms)).totalSeconds / 60).toShort()

/** The instant of a local day and hour, ms UTC. */
internal fun instantOf(day: LocalDate, hour: LocalTime): Long =
    day.atTime(hour).atZone(ZoneId.systemDefault()).toInstant().toEpochMilli()

/**
 * The value of a place typed as latitude and longitude, degrees, decimal points or commas; null when the
 * words are none. It is as accurate as it was typed: four decimals are some 11 m.
 */
internal fun positionFact(words: String): FactValue? {
    val numbers = DEGREES.findAll(words).map { it.value.replace(',', '.') }.toList()
    if (numbers.size != 2 || words.any { it.isLetter() }) return null
    val (lat, lon) = numbers.map { it.toDouble() }
    if (abs(lat) > 90 || abs(lon) > 180) return null
    val decimals = numbers.minOf { it.substringAfter('.', "").length }
    val accuracy = maxOf(DEGREE_DM / 10.0.pow(decimals), 10.0).toUInt()
    return positionValue(Position(e7(lat), e7(lon), accuracy, null, TYPED, null))
}

/** A place as it is typed. */
internal fun Position.typed(): String = listOf(latE7, lonE7).joinToString(", ") { "%.5f".format(java.util.Locale.ROOT, it / E7) }

/** What a field of words shows of a fact. */
internal fun wordsOf(kind: FieldKind, value: FactValue, language: Language): String = when {
    kind is FieldKind.Position -> positionOf(value)?.typed() ?: (value as? FactValue.Text)?.v1.orEmpty()
    value is FactValue.Text && kind is FieldKind.Date -> dayOf(value.v1)?.typed() ?: value.v1
    value is FactValue.Text -> value.v1
    value is FactValue.Integer -> value.v1.toString()
    value is FactValue.Decimal -> value.v1.toString().removeSuffix(".0").let { if (language == Language.FR) it.replace('.', ',') else it }
    else -> ""
}

private fun e7(degrees: Double): Int = (degrees * E7).roundToInt()

private val NUMBER = Regex("[0-9]+")
private val DEGREES = Regex("[-+]?[0-9]{1,3}(?:[.,][0-9]+)?")
private val DAY = DateTimeFormatter.ofPattern("dd/MM/yyyy")
private val HOUR = DateTimeFormatter.ofPattern("HH:mm")
private const val WHOLE_DAY = 8
private const val E7 = 1e7
private const val DEGREE_DM = 1_110_000.0
private const val TYPED = "typed"
