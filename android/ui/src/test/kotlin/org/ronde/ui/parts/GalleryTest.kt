package org.ronde.ui.parts

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import org.junit.Test
import org.ronde.ui.THREE_LOOKS
import org.ronde.ui.picture

/** The parts side by side, to look at. */
class GalleryTest {
    @Test
    fun every_part_is_drawn_in_the_three_themes() = THREE_LOOKS.forEach { stand ->
        picture("parts-${stand.look}".lowercase(), stand) { Gallery() }
    }

    @Composable
    private fun Gallery() = Column(Modifier.padding(16.dp), Arrangement.spacedBy(10.dp)) {
        Header("Rixe", {}) { StatusChip(Rung.Draft, "Brouillon gardé à 22:52") }
        Row(horizontalArrangement = Arrangement.spacedBy(8.dp)) { (1..5).forEach { SeverityMark(it, size = 44.dp) } }
        FlowRow(horizontalArrangement = Arrangement.spacedBy(6.dp), verticalArrangement = Arrangement.spacedBy(6.dp)) {
            Rung.entries.forEach { StatusChip(it, it.name) }
            OutlinedChip("À compléter")
        }
        Row(horizontalArrangement = Arrangement.spacedBy(10.dp)) {
            Tile("swords", "Rixe", 4, "Remplir", {}, Modifier.weight(1f))
            Tile("trash", "Dépôt de déchets dangereux", 3, "Remplir", {}, Modifier.weight(1f), armed = true)
        }
        Field("Titre", "Rixe, place des Épars", {}, icon = "search")
        Field("Personnes", "", {}, hint = "Nombre", problem = "Nombre de personnes : à compléter.")
        Row(horizontalArrangement = Arrangement.spacedBy(8.dp)) {
            OutlinedButton("Vérifier", {}, icon = "refresh")
            QuietButton("Annuler", {})
        }
        SyncLine(SyncTone.Waiting, "En attente de réseau depuis 22:41", detail = "1 rapport, gardé ici")
        MainButton("Signaler", {}, icon = "plus")
    }
}
