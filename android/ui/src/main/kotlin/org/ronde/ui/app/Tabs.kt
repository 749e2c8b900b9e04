// The bar of tabs at the bottom, 72 high or more. Changes with its look.
package org.ronde.ui.app

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.IntrinsicSize
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.RowScope
import androidx.compose.foundation.layout.fillMaxHeight
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import org.ronde.ui.parts.Hairline
import org.ronde.ui.parts.Icon
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.strong

/** The three tabs; [now] is where the person is. */
@Composable
fun Tabs(now: Tab, onTab: (Tab) -> Unit) {
    Column(Modifier.fillMaxWidth().background(Ronde.colors.surface)) {
        Hairline()
        Row(Modifier.fillMaxWidth().height(IntrinsicSize.Min).selectableGroup()) {
            for (tab in Tab.entries) One(tab, tab == now) { onTab(tab) }
        }
    }
}

@Composable
private fun RowScope.One(tab: Tab, on: Boolean, onPress: () -> Unit) {
    val ink = if (on) Ronde.colors.accentText else Ronde.colors.muted
    Column(
        Modifier.weight(1f).fillMaxHeight().selectable(on, role = Role.Tab, onClick = onPress)
            .heightIn(min = HEIGHT).padding(horizontal = 2.dp, vertical = 8.dp),
        verticalArrangement = Arrangement.spacedBy(4.dp, Alignment.CenterVertically),
        horizontalAlignment = Alignment.CenterHorizontally,
    ) {
        Icon(tab.icon, size = 26.dp, tint = ink)
        val style = Ronde.type.micro.strong
        // Three words share the width of a phone: beyond this they would break inside a word.
        val shrink = LARGEST / LocalDensity.current.fontScale.coerceAtLeast(LARGEST)
        Text(
            AppWords.current.tab(tab),
            style = style.copy(fontSize = style.fontSize * shrink, lineHeight = style.lineHeight * shrink),
            color = ink,
            align = TextAlign.Center,
        )
    }
}

private const val LARGEST = 1.3f
private val HEIGHT = 72.dp
