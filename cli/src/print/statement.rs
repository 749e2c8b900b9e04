//! Statements verbatim, each under its author, never blended: side by side when two fit on the
//! screen, one below the other otherwise. A line the author did not end is marked where it turns.

use ronde_core::model::projection::StatementView;

use super::divergence::who;
use super::{pad, safe};

/// Narrowest column in which words are comfortable to read, characters.
const NARROWEST: usize = 48;
/// Between two columns.
const GAP: &str = "   ";

/// Every statement, in order; `screen` is the width to fill, if there is a screen.
pub fn all(statements: &[StatementView], screen: Option<usize>) -> String {
    if statements.is_empty() {
        return "  Aucune.\n".into();
    }
    let column =
        screen.map(|width| width.saturating_sub(2 + GAP.len()) / 2).filter(|width| *width >= NARROWEST);
    match column {
        Some(width) if statements.len() > 1 => {
            statements.chunks(2).map(|pair| side_by_side(pair, width)).collect::<Vec<_>>().join("\n")
        }
        _ => statements.iter().map(|view| indented(&block(view, None))).collect::<Vec<_>>().join("\n"),
    }
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("  {line}\n")).collect()
}

fn side_by_side(pair: &[StatementView], width: usize) -> String {
    let blocks: Vec<Vec<String>> = pair.iter().map(|view| block(view, Some(width))).collect();
    let tallest = blocks.iter().map(Vec::len).max().unwrap_or(0);
    let mut text = String::new();
    for place in 0..tallest {
        let cells = blocks.iter().map(|block| pad(block.get(place).map_or("", String::as_str), width));
        let line = cells.collect::<Vec<_>>().join(GAP);
        text.push_str(&format!("  {}\n", line.trim_end()));
    }
    text
}

/// Who, then the words behind a rule: `│` begins a line of the author, `┊` goes on with it.
fn block(view: &StatementView, width: Option<usize>) -> Vec<String> {
    let statement = &view.statement;
    let mut heads = vec![who(view.provenance.as_ref()), safe(&statement.role)];
    if let Some(author) = &statement.source_author {
        heads.push(format!("Paroles de : {}", safe(author)));
    }
    if let Some(earlier) = &statement.supersedes {
        heads.push(format!("Remplace {} (qui reste lisible)", safe(earlier)));
    }
    let mut lines: Vec<String> = heads.iter().flat_map(|head| turned(head, width)).collect();
    for line in safe(&statement.text).split('\n') {
        let parts = turned(line, width.map(|width| width.saturating_sub(2)));
        let marked = parts.iter().enumerate().map(|(place, part)| {
            let rule = if place == 0 { '│' } else { '┊' };
            format!("{rule} {part}")
        });
        lines.extend(marked);
    }
    lines
}

/// A line cut to a width at its blanks, which stay where they are; nothing is left out.
fn turned(line: &str, width: Option<usize>) -> Vec<String> {
    let Some(width) = width.filter(|width| *width > 0) else { return vec![line.to_owned()] };
    let mut parts = vec![String::new()];
    for word in line.split_inclusive(' ') {
        let long = word.chars().count();
        let last = parts.last().map_or(0, |part| part.chars().count());
        if last > 0 && last + long > width {
            parts.push(String::new());
        }
        for c in word.chars() {
            if parts.last().is_some_and(|part| part.chars().count() >= width) {
                parts.push(String::new());
            }
            if let Some(part) = parts.last_mut() {
                part.push(c);
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use ronde_core::model::document::{Salt, Statement};
    use ronde_core::model::id::AgentId;

    use super::*;

    fn said(text: &str) -> StatementView {
        let statement = Statement {
            by: AgentId([1; 16]),
            at_ms: 0,
            salt: Salt::default(),
            text: text.into(),
            role: "officer".into(),
            source_author: None,
            supersedes: None,
        };
        StatementView { id: "a".into(), statement, provenance: None }
    }

    #[test]
    fn two_statements_stand_side_by_side_where_they_fit_and_lose_no_word() {
        let long = "mot ".repeat(40);
        let two = [said("Vu depuis la place.\nDeux groupes."), said(&long)];
        let wide = all(&two, Some(120));
        assert!(
            wide.lines().any(|line| line.contains("Vu depuis la place.") && line.contains("mot mot")),
            "{wide}"
        );
        assert_eq!(wide.matches("mot").count(), 40);
        assert!(wide.lines().all(|line| line.chars().count() <= 120));
        for narrow in [all(&two, Some(80)), all(&two, None)] {
            assert!(narrow.contains("  │ Vu depuis la place.\n  │ Deux groupes.\n"), "{narrow}");
            assert!(narrow.contains(long.trim_end()), "one line of the author is one line");
        }
    }

    #[test]
    fn a_word_longer_than_the_column_is_cut_and_nothing_is_left_out() {
        let parts = turned("ab cdefghij  k", Some(4));
        assert_eq!(parts.concat(), "ab cdefghij  k");
        assert!(parts.iter().all(|part| part.chars().count() <= 4), "{parts:?}");
        assert_eq!(turned("", Some(4)), vec![String::new()]);
    }
}
