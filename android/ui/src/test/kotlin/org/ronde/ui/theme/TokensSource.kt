package org.ronde.ui.theme

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** Writes the Kotlin of the design's tokens: what `Tokens.kt` is. */
class TokensSource(json: String) {
    private val tokens = Json.parseToJsonElement(json).jsonObject

    fun kotlin(): String = buildString {
        append("// Generated from design/tokens.json; TokensTest compares and rewrites it. Not edited by hand.\n")
        append("package org.ronde.ui.theme\n\n")
        append("import androidx.compose.ui.graphics.Color\nimport androidx.compose.ui.unit.dp\n\n")
        append(listOf("light" to "Day", "dark" to "Night", "red" to "RedNight").joinToString("\n") { palette(it.first, it.second) })
        append("\ninternal object PhoneType {\n")
        for (name in listOf("display", "title", "heading", "body", "meta", "micro", "data")) append(type(name))
        append("}\n\n")
        append("internal const val MEDIUM_WEIGHT = ${number(at("font.weight.medium"))}\n")
        append("internal const val STRONG_WEIGHT = ${number(at("font.weight.bold"))}\n\n")
        append(lengths("Radius", "radius", listOf("mark", "control", "card", "tile", "full")))
        append(lengths("Space", "space", (0..8).map { "$it" }) { "x$it" })
        append(lengths("Target", "target", listOf("phone", "primary", "tile")))
    }

    private fun at(path: String): JsonObject = path.split('.').fold(tokens) { node, key -> node.getValue(key).jsonObject }

    private fun number(token: JsonObject): String = token.getValue("\$value").jsonPrimitive.content

    private fun color(theme: String, path: String): String =
        "Color(0xFF" + at("color.$theme.$path").getValue("\$value").jsonObject.getValue("hex").jsonPrimitive.content
            .removePrefix("#").uppercase() + ")"

    private fun palette(theme: String, name: String): String = buildString {
        append("internal val ${name}Palette = Palette(\n")
        for ((field, path) in ROLES) append("    $field = ${color(theme, path)},\n")
        append("    severities = listOf(\n")
        for (level in 1..5) {
            val parts = listOf("fill", "on", "tint").joinToString { color(theme, "severity.s$level.$it") }
            append("        Severity($parts),\n")
        }
        append("    ),\n    status = StatusColors(\n")
        for ((field, code) in STATES) {
            append("        $field = Tinted(${color(theme, "status.$code.ink")}, ${color(theme, "status.$code.tint")}),\n")
        }
        append("    ),\n)\n")
    }

    private fun type(name: String): String {
        val value = at("type.phone.$name").getValue("\$value").jsonObject
        fun of(key: String): JsonElement = value.getValue(key)
        val weight = number(at(of("fontWeight").jsonPrimitive.content.trim('{', '}')))
        val data = if (of("fontFamily").jsonPrimitive.content == "{font.family.data}") ", data = true" else ""
        val line = of("lineHeight").jsonPrimitive.content
        return "    val $name = TypeToken(${px(of("fontSize"))}f, $weight, ${line}f, ${px(of("letterSpacing"))}f$data)\n"
    }

    private fun px(of: JsonElement): String = of.jsonObject.getValue("value").jsonPrimitive.content

    private fun lengths(name: String, group: String, keys: List<String>, field: (String) -> String = { it }): String =
        keys.joinToString("", "/** Lengths of the design. */\nobject $name {\n", "}\n") { key ->
            "    val ${field(key)} = ${px(at("$group.$key").getValue("\$value"))}.dp\n"
        }

    private companion object {
        val ROLES = listOf(
            "canvas" to "bg.canvas", "surface" to "bg.surface", "sunken" to "bg.sunken", "raised" to "bg.raised",
            "inverse" to "bg.inverse", "text" to "text.default", "muted" to "text.muted", "subtle" to "text.subtle",
            "onInverse" to "text.inverse", "hair" to "line.hair", "control" to "line.control", "accent" to "accent.fill",
            "onAccent" to "accent.on", "accentText" to "accent.text", "accentTint" to "accent.tint",
            "accentStrong" to "accent.strong", "focus" to "focus.ring",
        )
        val STATES = listOf(
            "draft" to "draft", "stored" to "stored", "partial" to "partial", "delivered" to "delivered",
            "read" to "read", "assigned" to "assigned", "closed" to "closed", "needsYou" to "needs_you",
        )
    }
}
