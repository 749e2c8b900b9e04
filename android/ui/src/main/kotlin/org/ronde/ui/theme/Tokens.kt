// Generated from design/tokens.json; TokensTest compares and rewrites it. Not edited by hand.
package org.ronde.ui.theme

import androidx.compose.ui.graphics.Color
import androidx.compose.ui.unit.dp

internal val DayPalette = Palette(
    canvas = Color(0xFFF2F3EF),
    surface = Color(0xFFFFFFFF),
    sunken = Color(0xFFE8EBE6),
    raised = Color(0xFFFFFFFF),
    inverse = Color(0xFF15211F),
    text = Color(0xFF15211F),
    muted = Color(0xFF43524E),
    subtle = Color(0xFF576661),
    onInverse = Color(0xFFF4F7F5),
    hair = Color(0xFFDCE0DA),
    control = Color(0xFF74827D),
    accent = Color(0xFF0B5B63),
    onAccent = Color(0xFFFFFFFF),
    accentText = Color(0xFF0B5B63),
    accentTint = Color(0xFFDCEBEB),
    accentStrong = Color(0xFF083F46),
    focus = Color(0xFF15211F),
    severities = listOf(
        Severity(Color(0xFF6C675D), Color(0xFFFFFFFF), Color(0xFFEFEDE8)),
        Severity(Color(0xFF82650A), Color(0xFFFFFFFF), Color(0xFFF6EED3)),
        Severity(Color(0xFFAB5000), Color(0xFFFFFFFF), Color(0xFFFCEDDD)),
        Severity(Color(0xFFC42B12), Color(0xFFFFFFFF), Color(0xFFFCE5DF)),
        Severity(Color(0xFF8A0A32), Color(0xFFFFFFFF), Color(0xFFF8DFE6)),
    ),
    status = StatusColors(
        draft = Tinted(Color(0xFF56605C), Color(0xFFEBEEEA)),
        stored = Tinted(Color(0xFF43566F), Color(0xFFE6EBF2)),
        partial = Tinted(Color(0xFF1F6391), Color(0xFFDFECF5)),
        delivered = Tinted(Color(0xFF17693F), Color(0xFFDEEFE4)),
        read = Tinted(Color(0xFF0A666B), Color(0xFFDAEDED)),
        assigned = Tinted(Color(0xFF3F4FA3), Color(0xFFE6E8F7)),
        closed = Tinted(Color(0xFF4B534F), Color(0xFFE4E7E3)),
        needsYou = Tinted(Color(0xFF93206F), Color(0xFFF7E3F0)),
    ),
)

internal val NightPalette = Palette(
    canvas = Color(0xFF0D1413),
    surface = Color(0xFF151E1C),
    sunken = Color(0xFF0A100F),
    raised = Color(0xFF1E2927),
    inverse = Color(0xFFE8EFEC),
    text = Color(0xFFE8EFEC),
    muted = Color(0xFFB3C1BC),
    subtle = Color(0xFF93A39D),
    onInverse = Color(0xFF15211F),
    hair = Color(0xFF2A3734),
    control = Color(0xFF70827C),
    accent = Color(0xFF5BC4C8),
    onAccent = Color(0xFF04201F),
    accentText = Color(0xFF6FD0D3),
    accentTint = Color(0xFF12383A),
    accentStrong = Color(0xFF9BE3E4),
    focus = Color(0xFFE8EFEC),
    severities = listOf(
        Severity(Color(0xFFB3AC9E), Color(0xFF15120B), Color(0xFF2B2A26)),
        Severity(Color(0xFFDDBD48), Color(0xFF1C1600), Color(0xFF2F2A14)),
        Severity(Color(0xFFF59A3F), Color(0xFF211000), Color(0xFF36240F)),
        Severity(Color(0xFFFF7D5F), Color(0xFF260600), Color(0xFF3A1C15)),
        Severity(Color(0xFFFF5578), Color(0xFF25000A), Color(0xFF3F1320)),
    ),
    status = StatusColors(
        draft = Tinted(Color(0xFFB0BBB6), Color(0xFF242E2B)),
        stored = Tinted(Color(0xFFA9BCD6), Color(0xFF1E2836)),
        partial = Tinted(Color(0xFF7DBDEB), Color(0xFF13293A)),
        delivered = Tinted(Color(0xFF6FD29A), Color(0xFF12301F)),
        read = Tinted(Color(0xFF63CFCB), Color(0xFF0F2F30)),
        assigned = Tinted(Color(0xFFAAB4FA), Color(0xFF232849)),
        closed = Tinted(Color(0xFFA5AFAA), Color(0xFF232A28)),
        needsYou = Tinted(Color(0xFFF28CCB), Color(0xFF3A1730)),
    ),
)

internal val RedNightPalette = Palette(
    canvas = Color(0xFF000000),
    surface = Color(0xFF0E0000),
    sunken = Color(0xFF000000),
    raised = Color(0xFF1A0000),
    inverse = Color(0xFFE03024),
    text = Color(0xFFFF5A4A),
    muted = Color(0xFFF04438),
    subtle = Color(0xFFE63A2E),
    onInverse = Color(0xFF0A0000),
    hair = Color(0xFF3D0805),
    control = Color(0xFFB3271D),
    accent = Color(0xFFFF4B3C),
    onAccent = Color(0xFF0A0000),
    accentText = Color(0xFFFF5A4A),
    accentTint = Color(0xFF2A0200),
    accentStrong = Color(0xFFFF7466),
    focus = Color(0xFFFF7466),
    severities = listOf(
        Severity(Color(0xFFE0392D), Color(0xFF0A0000), Color(0xFF120000)),
        Severity(Color(0xFFE43E31), Color(0xFF0A0000), Color(0xFF160000)),
        Severity(Color(0xFFEB4638), Color(0xFF0A0000), Color(0xFF1A0000)),
        Severity(Color(0xFFF64C3D), Color(0xFF0A0000), Color(0xFF200000)),
        Severity(Color(0xFFFF6A5A), Color(0xFF0A0000), Color(0xFF260000)),
    ),
    status = StatusColors(
        draft = Tinted(Color(0xFFE63A2E), Color(0xFF120000)),
        stored = Tinted(Color(0xFFE63A2E), Color(0xFF120000)),
        partial = Tinted(Color(0xFFEB3F33), Color(0xFF160000)),
        delivered = Tinted(Color(0xFFF64C3D), Color(0xFF160000)),
        read = Tinted(Color(0xFFF64C3D), Color(0xFF160000)),
        assigned = Tinted(Color(0xFFF64C3D), Color(0xFF160000)),
        closed = Tinted(Color(0xFFE63A2E), Color(0xFF120000)),
        needsYou = Tinted(Color(0xFFFF6A5A), Color(0xFF260000)),
    ),
)

internal object PhoneType {
    val display = TypeToken(34f, 680, 1.1765f, -0.4f)
    val title = TypeToken(24f, 680, 1.25f, 0f)
    val heading = TypeToken(19f, 680, 1.3684f, 0f)
    val body = TypeToken(17f, 400, 1.4118f, 0f)
    val meta = TypeToken(15f, 400, 1.4f, 0f)
    val micro = TypeToken(13f, 550, 1.3846f, 0f)
    val data = TypeToken(15f, 400, 1.3333f, 0f, data = true)
}

internal const val MEDIUM_WEIGHT = 550
internal const val STRONG_WEIGHT = 680

/** Lengths of the design. */
object Radius {
    val mark = 3.dp
    val control = 8.dp
    val card = 12.dp
    val tile = 18.dp
    val full = 999.dp
}
/** Lengths of the design. */
object Space {
    val x0 = 0.dp
    val x1 = 4.dp
    val x2 = 8.dp
    val x3 = 12.dp
    val x4 = 16.dp
    val x5 = 24.dp
    val x6 = 32.dp
    val x7 = 48.dp
    val x8 = 64.dp
}
/** Lengths of the design. */
object Target {
    val phone = 48.dp
    val primary = 64.dp
    val tile = 104.dp
}
