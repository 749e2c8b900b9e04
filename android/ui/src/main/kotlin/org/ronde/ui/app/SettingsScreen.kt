// Réglages: theme, language, and whose phone this is. Changes when a setting appears.
package org.ronde.ui.app

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.foundation.verticalScroll
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import org.ronde.Language
import org.ronde.core.Repository
import org.ronde.ui.form.Option
import org.ronde.ui.parts.Hairline
import org.ronde.ui.parts.Header
import org.ronde.ui.parts.Heading
import org.ronde.ui.parts.Panel
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Look
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.medium

/** Réglages. */
@Composable
fun SettingsScreen(repository: Repository, navigation: Navigation) {
    val speech = AppWords.current
    Column(horizontalAlignment = Alignment.CenterHorizontally) {
        Header(speech.settings, { navigation.back() })
        Column(
            Modifier.widthIn(max = WIDEST).fillMaxWidth().verticalScroll(rememberScrollState())
                .padding(start = 16.dp, end = 16.dp, bottom = 24.dp),
            verticalArrangement = Arrangement.spacedBy(10.dp),
        ) {
            Choices(speech.theme, LOOKS.map { it to speech.look(it) }, navigation.preferences.look) {
                navigation.set { copy(look = it) }
            }
            Text(speech.redNightHint, style = Ronde.type.meta, color = Ronde.colors.muted)
            Choices(speech.language, LANGUAGES, navigation.preferences.language) { navigation.set { copy(language = it) } }
            Self(repository)
        }
    }
}

@Composable
private fun <T> Choices(title: String, offered: List<Pair<T, String>>, chosen: T, onChoose: (T) -> Unit) {
    Heading(title, Modifier.padding(top = 8.dp), Ronde.type.meta.medium)
    Panel(Modifier.selectableGroup()) {
        offered.forEachIndexed { index, (value, said) ->
            if (index > 0) Hairline()
            Option(said, value == chosen) { onChoose(value) }
        }
    }
}

@Composable
private fun Self(repository: Repository) {
    val identity by repository.identity.collectAsState()
    val words by repository.words.collectAsState()
    val self = identity ?: return
    val speech = AppWords.current
    Heading(speech.thisPhone, Modifier.padding(top = 8.dp), Ronde.type.meta.medium)
    Panel(padding = 16.dp) {
        Fact(speech.writesAs, listOf(self.name, words.role(self.role), self.organisation).filter { it.isNotBlank() }.joinToString(" · "))
        Fact(speech.server, self.server)
        Fact(speech.leaseEnds, words.moment(self.leaseExpiresMs))
    }
}

@Composable
private fun Fact(label: String, value: String) {
    Column(Modifier.padding(vertical = 4.dp)) {
        Text(label, style = Ronde.type.micro.medium, color = Ronde.colors.subtle)
        Text(value)
    }
}

private fun AppWords.look(look: Look?): String = when (look) {
    null -> system
    Look.Day -> day
    Look.Night -> night
    Look.RedNight -> redNight
}

private val LOOKS = listOf(null) + Look.entries
private val LANGUAGES = listOf(Language.FR to "Français", Language.EN to "English")
private val WIDEST = 560.dp
