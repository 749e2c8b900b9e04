package org.ronde.core

import org.ronde.Draft
import org.ronde.FactValue

/** Whether both say the same: a position or a period is bytes, which are the same when they hold the same. */
fun FactValue.isSame(other: FactValue?): Boolean =
    if (this is FactValue.Bytes && other is FactValue.Bytes) v1.contentEquals(other.v1) else this == other

internal fun Draft.isSame(other: Draft): Boolean =
    bare() == other.bare() && facts.isSame(other.facts) && involved.size == other.involved.size &&
        involved.zip(other.involved).all { (one, two) ->
            one.copy(fields = emptyMap()) == two.copy(fields = emptyMap()) && one.fields.isSame(two.fields)
        }

private fun Draft.bare() = copy(facts = emptyMap(), involved = emptyList())

private fun Map<String, FactValue>.isSame(other: Map<String, FactValue>): Boolean =
    keys == other.keys && all { (code, value) -> value.isSame(other[code]) }
