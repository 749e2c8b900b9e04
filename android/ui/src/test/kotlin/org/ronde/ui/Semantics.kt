package org.ronde.ui

import androidx.compose.ui.geometry.Rect
import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.test.ComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.isRoot
import androidx.compose.ui.test.onRoot
import androidx.compose.ui.text.TextLayoutResult
import org.junit.Assert.assertTrue

/** Everything that a screen must hold for a person who does not see it well, or wears gloves. */
@OptIn(ExperimentalTestApi::class)
fun ComposeUiTest.everyControlIsLargeAndNamed() {
    val controls = onRoot().fetchSemanticsNode().whole().filter { it.isControl() }
    assertTrue("no control on screen", controls.isNotEmpty())
    for (control in controls) {
        val (width, height) = control.size.width / PIXELS to control.size.height / PIXELS
        assertTrue("${control.said()} is $width × $height dp", width >= LEAST - ROUNDING && height >= LEAST - ROUNDING)
        assertTrue("a control without words at ${control.boundsInRoot}", control.said().isNotBlank())
    }
}

/** Every text is drawn whole: neither cut by its own box nor pushed out of the screen's sides. */
@OptIn(ExperimentalTestApi::class)
fun ComposeUiTest.noTextIsCut() {
    val root = onRoot(useUnmergedTree = true).fetchSemanticsNode()
    val screen = root.boundsInRoot
    for (node in root.whole()) {
        val layout = node.textLayout() ?: continue
        val text = layout.layoutInput.text.text.ifEmpty { continue }
        assertTrue("\"$text\" is cut: ${layout.size} in ${node.size}", layout.isWhole())
        assertTrue("\"$text\" leaves the screen: ${node.unclipped()}", node.unclipped().insideSidesOf(screen))
    }
}

/** No word is broken in two by a box too narrow for it; an address on the network is no word. */
@OptIn(ExperimentalTestApi::class)
fun ComposeUiTest.noWordIsBroken() {
    for (node in onRoot(useUnmergedTree = true).fetchSemanticsNode().whole()) {
        val layout = node.textLayout() ?: continue
        val text = layout.layoutInput.text.text
        if ("://" in text) continue
        for (line in 0 until layout.lineCount - 1) {
            val end = layout.getLineEnd(line)
            val broken = end in 1 until text.length && text[end - 1].isLetterOrDigit() && text[end].isLetterOrDigit()
            assertTrue("\"$text\" is broken after \"${text.take(end)}\"", !broken)
        }
    }
}

/** Every text on screen, word for word, unmerged. */
@OptIn(ExperimentalTestApi::class)
fun ComposeUiTest.texts(): List<String> = onRoot(useUnmergedTree = true).fetchSemanticsNode().whole().flatMap { node ->
    node.config.getOrNull(SemanticsProperties.Text).orEmpty().map { it.text } +
        listOfNotNull(node.config.getOrNull(SemanticsProperties.EditableText)?.text)
}

private fun SemanticsNode.whole(): List<SemanticsNode> = listOf(this) + children.flatMap { it.whole() }

private fun SemanticsNode.isControl(): Boolean =
    !isRoot && (SemanticsActions.OnClick in config || SemanticsActions.SetText in config) && size.width > 0

private fun SemanticsNode.said(): String {
    val own = config.getOrNull(SemanticsProperties.ContentDescription).orEmpty() +
        config.getOrNull(SemanticsProperties.Text).orEmpty().map { it.text }
    return own.joinToString(" ")
}

private fun SemanticsNode.textLayout(): TextLayoutResult? {
    val results = mutableListOf<TextLayoutResult>()
    config.getOrNull(SemanticsActions.GetTextLayoutResult)?.action?.invoke(results)
    return results.firstOrNull()
}

// Sizes are whole pixels, drawn lines are not; what semantics give is as wide as the text was allowed to be.
private fun TextLayoutResult.isWhole(): Boolean = !multiParagraph.didExceedMaxLines && (0 until lineCount).all { line ->
    val width = multiParagraph.getLineRight(line) - multiParagraph.getLineLeft(line)
    width <= size.width + ROUNDING && multiParagraph.getLineBottom(line) <= size.height + ROUNDING
}

// boundsInRoot is clipped by what scrolls; the sides are judged on the whole box.
private fun SemanticsNode.unclipped(): Rect =
    Rect(positionInRoot.x, positionInRoot.y, positionInRoot.x + size.width, positionInRoot.y + size.height)

private fun Rect.insideSidesOf(screen: Rect): Boolean = left >= screen.left - ROUNDING && right <= screen.right + ROUNDING

private const val LEAST = 48f
private const val ROUNDING = 1f
