// Moves a person through the app and keeps where they are, so that a kill comes back to it. Knows
// places, no screen. Changes with how one goes from screen to screen.
package org.ronde.ui.app

import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.Stable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.runtime.snapshotFlow
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/** The app's settings and place, as they are now. */
@Stable
class Navigation(loaded: Preferences) {
    /** What is kept. */
    var preferences: Preferences by mutableStateOf(loaded)
        private set

    /** Where the person is. */
    val place: Place get() = preferences.place

    /** To a tab, with nothing above it. */
    fun tab(tab: Tab) = go(Place(tab))

    /** Opens a screen above; one that is open already is gone back to. */
    fun open(above: Above) {
        val open = place.above.indexOf(above)
        go(place.copy(above = if (open < 0) place.above + above else place.above.take(open + 1)))
    }

    /** Opens a screen in the stead of the nearest one: beside a list, or after a form. */
    fun replace(above: Above) = go(place.copy(above = place.above.dropLast(1) + above))

    /** One step back; false when there is none, and the app is left. */
    fun back(): Boolean {
        go(place.back() ?: return false)
        return true
    }

    /** Changes settings. */
    fun set(change: Preferences.() -> Preferences) {
        preferences = preferences.change()
    }

    private fun go(place: Place) = set { copy(place = place) }
}

/** The navigation of a store: what is kept is written at each step, off the thread that draws. */
@Composable
fun rememberNavigation(store: PreferenceStore, loaded: Preferences): Navigation {
    val navigation = remember(store) { Navigation(loaded) }
    LaunchedEffect(navigation) {
        snapshotFlow { navigation.preferences }.collect { kept ->
            if (kept != loaded) withContext(Dispatchers.IO) { store.save(kept) }
        }
    }
    return navigation
}
