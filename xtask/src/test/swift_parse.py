"""Parses one Swift file with tree-sitter; exits 1 if it declares nothing or names the lines it cannot parse."""

import sys

import tree_sitter
import tree_sitter_swift

# Valid Swift that uniffi writes and the grammar does not know: a private attribute of the compiler, and a closure
# that returns nothing. Written in a way it knows, so that only what is wrong is left over.
UNKNOWN_TO_THE_GRAMMAR = [(b"@_documentation(visibility: private)", b""), (b"= { () }", b"= { }")]
DECLARATIONS = {"class_declaration", "protocol_declaration", "function_declaration", "init_declaration"}


def troubles(node):
    """The nodes that the grammar had to invent or step over, without descending into good ones."""
    if node.is_error or node.is_missing:
        yield node
    elif node.has_error:
        for child in node.children:
            yield from troubles(child)


def declarations(node):
    return (node.type in DECLARATIONS) + sum(declarations(child) for child in node.children)


def main(path):
    with open(path, "rb") as file:
        source = file.read()
    for unknown, known in UNKNOWN_TO_THE_GRAMMAR:
        source = source.replace(unknown, known)
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_swift.language()))
    root = parser.parse(source).root_node
    found = list(troubles(root))
    for node in found[:20]:
        print(f"{path}:{node.start_point[0] + 1}: cannot be parsed")
    print(f"{path}: {declarations(root)} declarations, {len(found)} places that cannot be parsed")
    return 1 if found or not declarations(root) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
