package org.ronde.ui.reports

import java.time.LocalDate
import java.time.format.DateTimeFormatter
import java.util.Locale
import org.ronde.Adding

internal object ReportsWordsFr : ReportsWords {
    override val title = "Mes rapports"
    override val search = "Chercher"
    override val searchHint = "Mot, lieu, numéro"
    override val clear = "Effacer la recherche"
    override val show = "Montrer"
    override val drafts = "Brouillons"
    override val goOn = "Reprendre"
    override val see = "Ouvrir"
    override val read = "Lire"
    override val withoutReport = "Le rapport n’est pas lisible sur ce téléphone. Ce que vous aviez commencé est gardé ici."
    override val needsYou = "À revoir"
    override val nothing = "Aucun rapport pour l’instant. Ce que vous déposez reste ici."
    override val nothingOf = "Aucun rapport ne répond à ce choix."
    override val voided = "Annulé"
    override val toComplete = "À compléter"
    override val doubtfulTime = "Heure douteuse"
    override val urgent = "Urgent"

    override fun filter(filter: Filter) = when (filter) {
        Filter.All -> "Tous"
        Filter.Mine -> "Les miens"
        Filter.Asks -> "À revoir"
    }

    override fun day(date: LocalDate, today: LocalDate) = when (date) {
        today -> "Aujourd’hui"
        today.minusDays(1) -> "Hier"
        else -> date.format(if (date.year == today.year) DAY else DAY_OF_YEAR).replaceFirstChar { it.titlecase(Locale.FRENCH) }
    }

    override fun begun(what: Adding, title: String) = when (what) {
        is Adding.Statement -> "Constatations commencées\u00a0: $title"
        is Adding.Void -> "Motif d’annulation commencé\u00a0: $title"
        is Adding.Correction -> "Correction commencée\u00a0: $title"
    }

    override fun kept(hour: String) = "Brouillon gardé à $hour"
    override fun divergences(count: Int) = if (count == 1) "2 valeurs diffèrent" else "$count divergences"
    override fun notFound(query: String) = "Rien sur ce téléphone pour «\u00a0$query\u00a0»."
    override fun found(count: Int) = if (count == 1) "1 rapport trouvé" else "$count rapports trouvés"

    private val DAY = DateTimeFormatter.ofPattern("EEEE d MMMM", Locale.FRENCH)
    private val DAY_OF_YEAR = DateTimeFormatter.ofPattern("EEEE d MMMM yyyy", Locale.FRENCH)
}
