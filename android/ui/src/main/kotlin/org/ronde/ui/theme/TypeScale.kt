// The phone's text styles, from the generated sizes and the shipped fonts. Changes with the scale.
package org.ronde.ui.theme

import androidx.compose.runtime.Immutable
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.font.FontFamily
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.style.LineHeightStyle
import androidx.compose.ui.text.style.TextDirection
import androidx.compose.ui.unit.TextUnit
import androidx.compose.ui.unit.sp

/** One entry of the scale, as design/tokens.json says it; size and spacing in sp, line height in em. */
internal data class TypeToken(
    val size: Float,
    val weight: Int,
    val lineHeight: Float,
    val spacing: Float,
    val data: Boolean = false,
)

/** The phone's scale. [micro] is the smallest text there is; [data] is for references and digests. */
@Immutable
data class TypeScale(
    val display: TextStyle,
    val title: TextStyle,
    val heading: TextStyle,
    val body: TextStyle,
    val meta: TextStyle,
    val micro: TextStyle,
    val data: TextStyle,
)

/** The same text, semibold: names, titles of rows, labels of buttons. */
val TextStyle.strong: TextStyle get() = copy(fontWeight = FontWeight(STRONG_WEIGHT))

/** The same text, medium: words of chips and labels of fields. */
val TextStyle.medium: TextStyle get() = copy(fontWeight = FontWeight(MEDIUM_WEIGHT))

internal fun TypeToken.style(family: FontFamily) = TextStyle(
    fontFamily = family,
    fontSize = size.sp,
    fontWeight = FontWeight(weight),
    lineHeight = (size * lineHeight).sp,
    letterSpacing = if (spacing == 0f) TextUnit.Unspecified else spacing.sp,
    fontFeatureSettings = TABULAR,
    // A statement in Arabic reads from the right inside a French screen.
    textDirection = TextDirection.Content,
    lineHeightStyle = LineHeightStyle(LineHeightStyle.Alignment.Center, LineHeightStyle.Trim.None),
)

internal fun typeScale(text: FontFamily, data: FontFamily): TypeScale {
    fun style(token: TypeToken) = token.style(if (token.data) data else text)
    return TypeScale(
        display = style(PhoneType.display),
        title = style(PhoneType.title),
        heading = style(PhoneType.heading),
        body = style(PhoneType.body),
        meta = style(PhoneType.meta),
        micro = style(PhoneType.micro),
        data = style(PhoneType.data),
    )
}

// Figures of one width everywhere: a list of hours lines up.
private const val TABULAR = "tnum"
