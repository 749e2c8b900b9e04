// A field that words are typed in: label inside, problem beside, never cut. Knows no draft: it says
// each keystroke to its caller. Changes with the look of fields.
package org.ronde.ui.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.text.BasicTextField
import androidx.compose.foundation.text.KeyboardActions
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.runtime.Composable
import androidx.compose.runtime.compositionLocalOf
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.focus.FocusRequester
import androidx.compose.ui.focus.focusRequester
import androidx.compose.ui.focus.onFocusChanged
import androidx.compose.ui.graphics.SolidColor
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.error
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.TextRange
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.input.TextFieldValue
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.medium

/** Whether fields only show their words: while what they say is being written. */
val LocalReadOnly = compositionLocalOf { false }

/**
 * A field for words. [label] is said by screen readers; [hint] stands where nothing is typed yet;
 * [wraps]: long words go on below instead of out of sight; [problem] is the sentence of what to do, in
 * plum; [onFocus] is called when it gains the focus.
 */
@Composable
fun Field(
    label: String,
    value: String,
    onValue: (String) -> Unit,
    modifier: Modifier = Modifier,
    problem: String? = null,
    hint: String? = null,
    icon: String? = null,
    lines: Int = 1,
    wraps: Boolean = lines > 1,
    keyboard: KeyboardOptions = KeyboardOptions.Default,
    actions: KeyboardActions = KeyboardActions.Default,
    style: TextStyle = Ronde.type.body,
    requester: FocusRequester = remember { FocusRequester() },
    onFocus: () -> Unit = {},
    beside: @Composable () -> Unit = {},
) {
    var focused by remember { mutableStateOf(false) }
    // The cursor stands after the words: a field that is come back to goes on where it was left.
    var held by remember { mutableStateOf(TextFieldValue(value, TextRange(value.length))) }
    if (held.text != value) held = TextFieldValue(value, TextRange(value.length))
    val colors = Ronde.colors
    Column(modifier, verticalArrangement = Arrangement.spacedBy(4.dp)) {
        BasicTextField(
            value = held,
            onValueChange = { typed ->
                val words = typed.text != held.text
                held = typed
                if (words) onValue(typed.text)
            },
            modifier = Modifier.fillMaxWidth().focusRequester(requester)
                .onFocusChanged {
                    if (it.isFocused && !focused) onFocus()
                    focused = it.isFocused
                }
                .semantics {
                    contentDescription = label
                    if (problem != null) error(problem)
                },
            readOnly = LocalReadOnly.current,
            textStyle = style.copy(color = colors.text),
            singleLine = !wraps,
            minLines = lines,
            keyboardOptions = keyboard,
            keyboardActions = actions,
            cursorBrush = SolidColor(colors.accent),
            decorationBox = { typed -> Frame(label, icon, focused, beside) { Typed(value, hint, typed) } },
        )
        Problem(problem)
    }
}

/** What is to be corrected or completed, in plum, said as soon as it stands there; nothing without one. */
@Composable
fun Problem(problem: String?, modifier: Modifier = Modifier) {
    if (problem == null) return
    val ink = Rung.NeedsYou.colors.ink
    Row(
        modifier.padding(horizontal = 14.dp).semantics(mergeDescendants = true) { liveRegion = LiveRegionMode.Polite },
        horizontalArrangement = Arrangement.spacedBy(6.dp),
    ) {
        Icon("hand-stop", Modifier.padding(top = 1.dp), size = 18.dp, tint = ink)
        Text(problem, style = Ronde.type.meta, color = ink)
    }
}

/** The frame of anything that is filled: label above, accent edge while in hand, 56 high or more. */
@Composable
fun Frame(
    label: String,
    icon: String?,
    active: Boolean,
    beside: @Composable () -> Unit = {},
    modifier: Modifier = Modifier,
    content: @Composable () -> Unit,
) {
    val colors = Ronde.colors
    val shape = RoundedCornerShape(10.dp)
    val edge: Dp = if (active) 2.dp else 1.dp
    Row(
        modifier.fillMaxWidth().background(colors.surface, shape).border(edge, if (active) colors.accent else colors.control, shape)
            .heightIn(min = 56.dp).padding(horizontal = 14.dp, vertical = 8.dp),
        horizontalArrangement = Arrangement.spacedBy(12.dp),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        if (icon != null) Icon(icon, tint = colors.muted)
        Column(Modifier.weight(1f), verticalArrangement = Arrangement.spacedBy(2.dp)) {
            Text(label, style = Ronde.type.micro.medium, color = if (active) colors.accentText else colors.subtle)
            content()
        }
        beside()
    }
}

@Composable
private fun Typed(value: String, hint: String?, typed: @Composable () -> Unit) {
    // As wide as the field: words that read from the right begin at its right.
    Box(Modifier.fillMaxWidth(), propagateMinConstraints = true) {
        if (value.isEmpty() && hint != null) Text(hint, color = Ronde.colors.subtle)
        typed()
    }
}
