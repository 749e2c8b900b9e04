// The head of a screen: back, title, what stands at its right. Changes with the look of headers.
package org.ronde.ui.parts

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import org.ronde.ui.theme.Ronde

/** 56 high or more; what stands at the right goes below the title when there is no room. */
@Composable
fun Header(title: String, onBack: (() -> Unit)?, modifier: Modifier = Modifier, trailing: @Composable () -> Unit = {}) {
    Row(
        modifier.fillMaxWidth().heightIn(min = 56.dp)
            .padding(start = if (onBack == null) 16.dp else 8.dp, end = 16.dp, top = 4.dp, bottom = 6.dp),
        horizontalArrangement = Arrangement.spacedBy(8.dp),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        if (onBack != null) IconButton("arrow-left", PartWords.current.back, onBack)
        FlowRow(
            Modifier.weight(1f),
            horizontalArrangement = Arrangement.SpaceBetween,
            verticalArrangement = Arrangement.spacedBy(4.dp),
            itemVerticalAlignment = Alignment.CenterVertically,
        ) {
            val style = Ronde.type.title.copy(fontSize = 22.sp, lineHeight = 28.sp)
            Title(title, Modifier.padding(end = 8.dp, top = 4.dp, bottom = 4.dp), style)
            trailing()
        }
    }
}
