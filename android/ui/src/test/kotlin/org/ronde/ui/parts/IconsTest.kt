package org.ronde.ui.parts

import org.junit.Assert.assertEquals
import org.junit.Test
import org.ronde.Language
import org.ronde.catalogue

/** What a screen or the catalogue names is shipped. */
class IconsTest {
    @Test
    fun every_type_of_the_catalogue_has_its_icon() =
        assertEquals(emptyList<String>(), catalogue(Language.FR).types.map { it.icon }.filterNot(Icons::has))

    @Test
    fun every_state_has_its_icon() =
        assertEquals(emptyList<String>(), (Rung.entries.map { it.icon } + SyncTone.entries.map { it.icon }).filterNot(Icons::has))

    @Test
    fun an_icon_of_a_newer_catalogue_is_shown_as_three_dots() =
        assertEquals(Icons.path("dots").getBounds(), Icons.path("not-known").getBounds())
}
