// The head of a tab's screen: its title, larger than that of a screen above. Changes with its look.
package org.ronde.ui.app

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import org.ronde.ui.parts.Heading
import org.ronde.ui.theme.Ronde

/** [trailing] stands at the right of the title. */
@Composable
fun TabHeader(title: String, trailing: @Composable () -> Unit = {}) {
    Row(
        Modifier.fillMaxWidth().heightIn(min = 64.dp).padding(start = 16.dp, end = 16.dp, top = 8.dp),
        horizontalArrangement = Arrangement.spacedBy(8.dp),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        Heading(title, Modifier.weight(1f), Ronde.type.title.copy(fontSize = 26.sp, lineHeight = 32.sp))
        trailing()
    }
}
