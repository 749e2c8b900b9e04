// Two fields on one line, or one below the other where words are large. Changes with the form's grid.
package org.ronde.ui.form

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.unit.dp

/** Each field takes the modifier that it is given. */
@Composable
internal fun Beside(first: @Composable (Modifier) -> Unit, second: @Composable (Modifier) -> Unit) {
    val gap = Arrangement.spacedBy(8.dp)
    if (LocalDensity.current.fontScale > LARGE) {
        Column(verticalArrangement = gap) {
            first(Modifier)
            second(Modifier)
        }
    } else {
        Row(horizontalArrangement = gap) {
            first(Modifier.weight(1f))
            second(Modifier.weight(1f))
        }
    }
}

private const val LARGE = 1.3f
