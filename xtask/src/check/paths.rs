//! Every path a Rust file names: `use` trees spelled out, and the paths inside expressions and types.
//! Refuses to know which of them are allowed. Changes when Rust writes paths differently.

use super::syntax::Token;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path<'a> {
    pub segments: Vec<&'a str>,
    /// 1-based, of the first segment.
    pub line: usize,
}

impl Path<'_> {
    pub fn starts_with(&self, segments: &[&str]) -> bool {
        self.segments.starts_with(segments)
    }
}

/// The paths in `tokens`, in order: one segment or more after `use`, two or more elsewhere.
pub fn paths<'a>(tokens: &[Token<'a>]) -> Vec<Path<'a>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let next = tokens.get(at + 1).map(|next| next.text);
        if token.text == "use" && next != Some("<") {
            at = use_tree(tokens, at + 1, &[], &mut found);
        } else if token.text == "extern" && next == Some("crate") {
            found.extend(tokens.get(at + 2).map(|t| Path { segments: vec![t.text], line: t.line }));
            at += 3;
        } else if is_name(token.text) && next == Some("::") {
            let end = path_end(tokens, at);
            let segments: Vec<&str> = tokens[at..end].iter().step_by(2).map(|t| t.text).collect();
            if segments.len() > 1 {
                found.push(Path { segments, line: token.line });
            }
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c == '_' || c.is_alphabetic())
        && text.chars().all(|c| c == '_' || c.is_alphanumeric())
}

/// The index after `a::b::c` that starts at `at`.
fn path_end(tokens: &[Token<'_>], at: usize) -> usize {
    let mut end = at + 1;
    while let [colons, name, ..] = &tokens[end..]
        && colons.text == "::"
        && is_name(name.text)
    {
        end += 2;
    }
    end
}

/// Reads one tree after `use`, `{` or `,` and returns the index of what follows it.
fn use_tree<'a>(tokens: &[Token<'a>], mut at: usize, prefix: &[&'a str], found: &mut Vec<Path<'a>>) -> usize {
    let mut segments = prefix.to_vec();
    let line = tokens.get(at).map_or(0, |token| token.line);
    while let Some(token) = tokens.get(at) {
        match token.text {
            "::" => at += 1,
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token.text != "}") {
                    at = use_tree(tokens, at, &segments, found);
                    at += usize::from(tokens.get(at).is_some_and(|token| token.text == ","));
                }
                return at + 1;
            }
            "as" => at += 2,
            text if is_name(text) || text == "*" => {
                segments.push(text);
                at += 1;
            }
            // `,` or `}` of the group around, `;` of the item, or something that is no use tree.
            "," | "}" => break,
            _ => {
                at += 1;
                break;
            }
        }
    }
    if segments.len() > prefix.len() {
        found.push(Path { segments, line });
    }
    at
}

#[cfg(test)]
mod tests {
    use super::super::syntax;
    use super::*;

    fn spelled(source: &str) -> Vec<String> {
        paths(&syntax::tokens(source)).iter().map(|path| path.segments.join("::")).collect()
    }

    #[test]
    fn a_use_tree_is_spelled_out() {
        assert_eq!(
            spelled("pub use std::{fs, io::{self, Read as _}, net::*};\nuse automerge as a;"),
            ["std::fs", "std::io::self", "std::io::Read", "std::net::*", "automerge"]
        );
        assert_eq!(spelled("use {a, b::c,};"), ["a", "b::c"]);
        assert_eq!(spelled("extern crate rusqlite;"), ["rusqlite"]);
    }

    #[test]
    fn paths_in_expressions_types_and_macros_are_found_once() {
        assert_eq!(
            spelled("fn f(a: ::std::fs::File) -> b::C<d::E> { g!(h::i::<u8>(x), x.y()); let z = W; }"),
            ["std::fs::File", "b::C", "d::E", "h::i"]
        );
    }

    #[test]
    fn unfinished_source_ends_quietly() {
        for source in ["use", "use a::{b", "use a::", "a::", "use {", "extern crate", "use ]"] {
            let _ = spelled(source);
        }
        assert_eq!(spelled("use a::{b"), ["a::b"]);
    }
}
