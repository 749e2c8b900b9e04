package org.ronde.core

import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.ronde.Draft
import org.ronde.FactValue
import org.ronde.Position
import org.ronde.positionValue

/** What was typed is what is on the disk, when it says the same. */
class SameTest {
    private fun at(lat: Int) = positionValue(Position(lat, 15_000_000, 10u, null, "typed", null))

    private fun draft(place: FactValue) = Draft("one", "other", mapOf("position" to place), emptyList(), "", null, 0, null, null)

    @Test
    fun `two drafts are the same when their places are, whoever read them`() {
        assertTrue(draft(at(484_500_000)).isSame(draft(at(484_500_000))))
        assertFalse(draft(at(484_500_000)).isSame(draft(at(484_500_001))))
        assertFalse(draft(at(484_500_000)).isSame(draft(at(484_500_000)).copy(facts = emptyMap())))
        assertFalse(draft(at(484_500_000)).isSame(draft(at(484_500_000)).copy(statement = "Six")))
    }
}
