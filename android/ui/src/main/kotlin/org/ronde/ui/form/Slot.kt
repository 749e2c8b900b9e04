// A place in the form that can have the focus, under the name that the draft keeps: leaving and a
// kill come back to it. Changes with how the form comes back.
package org.ronde.ui.form

import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.remember
import androidx.compose.runtime.withFrameNanos
import androidx.compose.ui.focus.FocusRequester

/** The focus of the field [code]; asked for once, when it is the field that was left. */
@Composable
internal fun slot(form: FormState, code: String): FocusRequester {
    val requester = remember(code) { FocusRequester() }
    if (form.comeBackTo == code) {
        LaunchedEffect(code) {
            // The field must be laid out before it can be scrolled to.
            withFrameNanos {}
            requester.requestFocus()
            form.cameBack()
        }
    }
    return requester
}
