// The app, whole: theme, language, enrolment, tabs and what is above them. Knows each screen by its
// entrance only. Changes when a screen appears.
package org.ronde.ui.app

import androidx.compose.foundation.background
import androidx.compose.foundation.focusable
import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxHeight
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.width
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.saveable.SaveableStateHolder
import androidx.compose.runtime.saveable.rememberSaveableStateHolder
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.input.key.Key
import androidx.compose.ui.input.key.KeyEventType
import androidx.compose.ui.input.key.key
import androidx.compose.ui.input.key.onKeyEvent
import androidx.compose.ui.input.key.type
import androidx.compose.ui.unit.dp
import kotlin.time.Duration
import org.ronde.PersonsAct
import org.ronde.core.Repository
import org.ronde.ui.capture.CaptureScreen
import org.ronde.ui.capture.Direct
import org.ronde.ui.capture.rememberDirect
import org.ronde.ui.detail.DetailScreen
import org.ronde.ui.enrolment.EnrolmentScreen
import org.ronde.ui.form.FormScreen
import org.ronde.ui.parts.IconButton
import org.ronde.ui.parts.Text
import org.ronde.ui.reports.ReportsScreen
import org.ronde.ui.sync.SyncScreen
import org.ronde.ui.theme.Look
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.RondeTheme
import org.ronde.ui.today.TodayScreen

/**
 * The app over an open notebook. [loaded] is what [store] held; [every] is how often it asks the server
 * for news, or null when something else does. [acts]: what this phone can do of what
 * a person is asked: open the clock's settings, call the service. [onLeave] is called by "back" where nothing is left to go back to.
 */
@Composable
fun RondeApp(
    repository: Repository,
    store: PreferenceStore,
    loaded: Preferences,
    every: Duration? = OFTEN,
    acts: Map<PersonsAct, () -> Unit> = emptyMap(),
    onLeave: () -> Unit = {},
) {
    val navigation = rememberNavigation(store, loaded)
    val preferences = navigation.preferences
    LaunchedEffect(preferences.language) {
        if (repository.words.value.language != preferences.language) repository.speak(preferences.language)
    }
    val look = preferences.look ?: if (isSystemInDarkTheme()) Look.Night else Look.Day
    RondeTheme(look, preferences.language) {
        var enrolling by remember { mutableStateOf(repository.identity.value == null) }
        if (enrolling) {
            EnrolmentScreen(repository) { enrolling = false }
            return@RondeTheme
        }
        if (every != null) LaunchedEffect(repository, every) { keepInTouch(repository, every) }
        val back = Modifier.onKeyEvent { pressed ->
            val asks = pressed.type == KeyEventType.KeyUp && (pressed.key == Key.Escape || pressed.key == Key.Back)
            if (asks && !navigation.back()) onLeave()
            asks
        }
        Box(back.focusable().fillMaxSize()) { Screens(repository, navigation, acts) }
    }
}

@Composable
private fun Screens(repository: Repository, navigation: Navigation, acts: Map<PersonsAct, () -> Unit>) {
    val direct = rememberDirect(repository)
    val held = rememberSaveableStateHolder()
    BoxWithConstraints(Modifier.fillMaxSize()) {
        val place = navigation.place
        val nearest = place.above.lastOrNull()
        val twoPanes = maxWidth >= TABLET && place.tab == Tab.Reports && (nearest == null || nearest is Above.Report)
        when {
            twoPanes -> Column {
                Box(Modifier.weight(1f)) {
                    held.SaveableStateProvider(Tab.Reports.name) { TwoPanes(repository, navigation, direct, nearest as Above.Report?, held) }
                }
                Tabs(place.tab, navigation::tab)
            }
            nearest == null -> Column {
                Box(Modifier.weight(1f)) {
                    held.SaveableStateProvider(place.tab.name) { Tabbed(repository, navigation, direct, acts) }
                }
                Tabs(place.tab, navigation::tab)
            }
            else -> Above(repository, navigation, direct, nearest, held)
        }
    }
}

@Composable
private fun Tabbed(repository: Repository, navigation: Navigation, direct: Direct, acts: Map<PersonsAct, () -> Unit>) {
    val openReport: (String) -> Unit = { navigation.open(Above.Report(it)) }
    val openDraft: (String) -> Unit = { navigation.open(Above.Form(it)) }
    val settings: @Composable () -> Unit = {
        IconButton("settings", AppWords.current.settings, { navigation.open(Above.Settings) })
    }
    when (navigation.place.tab) {
        Tab.Today -> TodayScreen(
            repository,
            direct,
            onCapture = { navigation.open(Above.Capture) },
            onDraft = openDraft,
            onReport = openReport,
            onReports = { navigation.tab(Tab.Reports) },
            onSync = { navigation.tab(Tab.Sync) },
            trailing = settings,
        )
        Tab.Reports -> ReportsScreen(
            repository,
            hidden = direct.drafts,
            onReport = openReport,
            onDraft = openDraft,
            onSync = { navigation.tab(Tab.Sync) },
        )
        Tab.Sync -> SyncScreen(repository, onReport = openReport, acts = acts, trailing = settings)
    }
}

@Composable
private fun TwoPanes(
    repository: Repository,
    navigation: Navigation,
    direct: Direct,
    open: Above.Report?,
    held: SaveableStateHolder,
) {
    Row(Modifier.fillMaxSize()) {
        Box(Modifier.width(LIST)) {
            ReportsScreen(
                repository,
                hidden = direct.drafts,
                onReport = { doc -> Above.Report(doc).let { if (open == null) navigation.open(it) else navigation.replace(it) } },
                onDraft = { navigation.open(Above.Form(it)) },
                onSync = { navigation.tab(Tab.Sync) },
                selected = open?.doc,
            )
        }
        Box(Modifier.width(1.dp).fillMaxHeight().background(Ronde.colors.hair))
        Box(Modifier.weight(1f)) {
            if (open == null) Text(AppWords.current.choose, Modifier.padding(24.dp), color = Ronde.colors.muted)
            else Detail(repository, open, held, onBack = null)
        }
    }
}

@Composable
private fun Above(repository: Repository, navigation: Navigation, direct: Direct, above: Above, held: SaveableStateHolder) {
    val back: () -> Unit = { navigation.back() }
    when (above) {
        is Above.Capture -> CaptureScreen(repository, direct, back) { navigation.replace(Above.Form(it)) }
        is Above.Form -> FormScreen(repository, above.draft, back) { navigation.replace(Above.Report(it)) }
        is Above.Report -> Detail(repository, above, held, back)
        is Above.Settings -> SettingsScreen(repository, navigation)
    }
}

/** A report; words that are being written about it wait for it to be opened again. */
@Composable
private fun Detail(repository: Repository, report: Above.Report, held: SaveableStateHolder, onBack: (() -> Unit)?) =
    held.SaveableStateProvider("report/${report.doc}") { DetailScreen(repository, report.doc, onBack) }

private val TABLET = 600.dp
private val LIST = 320.dp
