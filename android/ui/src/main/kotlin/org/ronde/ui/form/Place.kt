// Where it happened: address, commune of the territory, typed coordinates, kind of place. Nothing of
// it is needed to file. Changes with how people say where.
package org.ronde.ui.form

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.text.input.KeyboardCapitalization
import androidx.compose.ui.unit.dp
import org.ronde.Commune
import org.ronde.FactValue
import org.ronde.Force
import org.ronde.Forms
import org.ronde.Position
import org.ronde.core.Words
import org.ronde.positionOf
import org.ronde.ui.parts.Field
import org.ronde.ui.parts.Icon
import org.ronde.ui.parts.Panel
import org.ronde.ui.parts.Text
import org.ronde.ui.theme.Ronde
import org.ronde.ui.theme.Target
import org.ronde.ui.theme.strong

/** What the form knows of the territory. */
internal class Land(val communes: List<Commune>, val at: suspend (lon: Double, lat: Double) -> Commune?) {
    /** The communes that a typed name may mean. */
    fun found(typed: String): List<Commune> = communes.filter { matches(typed, it.name) }.sortedBy { it.name }

    /** The one commune that it means: typed whole, or the only one that begins so. */
    fun named(typed: String): Commune? {
        if (typed.isBlank()) return null
        val found = found(typed)
        return found.find { folded(it.name) == folded(typed) } ?: found.singleOrNull()
    }
}

/** The place in one card; pressed, its fields open below. */
@Composable
internal fun PlaceCard(form: FormState, land: Land, open: Boolean, onPress: () -> Unit) {
    val words = FormWords.current
    val address = form.fact("address").text()
    val commune = form.fact(COMMUNE).text()?.let { code -> land.communes.find { it.insee == code }?.sentence(words) ?: code }
    val position = form.fact("position")?.let(::positionOf)?.typed()
    val known = address != null || commune != null || position != null
    Panel {
        Row(
            Modifier.fillMaxWidth().clickable(role = Role.Button, onClickLabel = words.editPlace, onClick = onPress)
                .heightIn(min = Target.primary).padding(horizontal = 14.dp, vertical = 10.dp),
            horizontalArrangement = Arrangement.spacedBy(12.dp),
            verticalAlignment = Alignment.CenterVertically,
        ) {
            Icon(if (known) "map-pin" else "map-pin-off", tint = Ronde.colors.muted)
            Column(Modifier.weight(1f)) {
                Text(address ?: commune ?: words.place, style = Ronde.type.body.strong)
                if (address != null && commune != null) Text(commune, style = Ronde.type.meta, color = Ronde.colors.muted)
                val rest = position ?: words.noPosition.takeIf { !known }
                if (rest != null) Text(rest, style = Ronde.type.meta, color = Ronde.colors.muted)
            }
            Icon(if (open) "chevron-up" else "pencil")
        }
    }
}

private fun Commune.sentence(words: FormWords): String = when (force) {
    Force.POLICE -> "$name, ${words.police}"
    Force.GENDARMERIE -> "$name, ${words.gendarmerie}"
    null -> name
}

/** The fields of the place. [known]: a position that nobody typed here. */
@Composable
internal fun ColumnScope.PlaceFields(form: FormState, land: Land, forms: Forms, words: Words, known: FactValue? = null) {
    val fields = forms.common.associateBy { it.code }
    fields["address"]?.let { FactField(form, it, words) }
    CommuneField(form, land, forms, words)
    fields["position"]?.let { FactField(form, it, words, label = FormWords.current.coordinates) }
    fields["place_kind"]?.let { FactField(form, it, words) }
    CommuneOfPosition(form, land, known?.let(::positionOf))
}

/** A typed position says its commune, unless the person said another. */
@Composable
private fun CommuneOfPosition(form: FormState, land: Land, known: Position?) {
    val position = form.fact("position")?.let(::positionOf)
    var found by remember { mutableStateOf<String?>(null) }
    LaunchedEffect(position) {
        val at = position ?: return@LaunchedEffect
        val commune = land.at(at.lonE7 / E7, at.latE7 / E7) ?: return@LaunchedEffect
        val said = form.fact(COMMUNE).text()
        // Nobody typed what only was shown: its commune is no correction of theirs.
        if (at != known && (said == null || said == found)) form.put(COMMUNE, FactValue.Text(commune.insee))
        found = commune.insee
    }
}

@Composable
private fun CommuneField(form: FormState, land: Land, forms: Forms, words: Words) {
    val speech = FormWords.current
    val field = forms.common.find { it.code == COMMUNE } ?: return
    if (land.communes.isEmpty()) {
        FactField(form, field, words)
        Text(speech.noCommunes, Modifier.padding(horizontal = 14.dp), style = Ronde.type.meta, color = Ronde.colors.muted)
        return
    }
    val chosen = land.communes.find { it.insee == form.fact(COMMUNE).text() }
    var query by remember(form, form.drops) { mutableStateOf(form.fact(COMMUNE).text()?.takeIf { form.isHalfACommune(land.communes) }) }
    Field(
        label = words.label("field/commune"),
        value = query ?: chosen?.name.orEmpty(),
        onValue = { typed ->
            query = typed
            // Half a name is kept as it is typed, and never filed.
            form.put(COMMUNE, FactValue.Text(land.named(typed)?.insee ?: typed).takeIf { typed.isNotBlank() })
        },
        hint = speech.communeHint,
        icon = "search",
        keyboard = KeyboardOptions(capitalization = KeyboardCapitalization.Words),
        requester = slot(form, COMMUNE),
        onFocus = { form.holds(COMMUNE) },
    )
    val asked = query?.takeIf { it.isNotBlank() } ?: return
    if (chosen != null && folded(chosen.name) == folded(asked)) return
    val found = land.found(asked)
    if (found.isEmpty()) {
        Text(speech.noSuchCommune, Modifier.padding(horizontal = 14.dp), style = Ronde.type.meta, color = Ronde.colors.muted)
    }
    Column(Modifier.selectableGroup()) {
        for (commune in found.take(SHOWN)) Option(commune.sentence(speech), commune.insee == chosen?.insee) {
            form.put(COMMUNE, FactValue.Text(commune.insee))
            query = null
        }
    }
}

/** The commune is half a name: none of [communes], which one is chosen from. */
internal fun FormState.isHalfACommune(communes: List<Commune>): Boolean =
    communes.isNotEmpty() && fact(COMMUNE).text()?.let { !INSEE.matches(it) } == true

/** Takes half a name back: it stands in the way of nothing else. */
internal fun FormState.dropHalfACommune(communes: List<Commune>) {
    if (isHalfACommune(communes)) drop(setOf(COMMUNE))
}

private const val COMMUNE = "commune"
private val INSEE = Regex("[0-9][0-9AB][0-9]{3}")
private const val E7 = 1e7
private const val SHOWN = 6
