//! Words that must not stay: `unwrap()` outside tests, and notes of unfinished work anywhere.
//! Changes when a word joins them.

use super::finding::Finding;
use super::syntax::{self, Token};
use super::tree::Source;

/// Spelled in two halves, so that this file does not name them.
const UNFINISHED: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];

pub fn unwraps(source: &Source) -> Vec<Finding> {
    if source.test || !source.is_rust() {
        return Vec::new();
    }
    let tokens = syntax::tokens(&source.text);
    let code = syntax::without_tests(&tokens).tokens;
    let is_unwrap = |call: &&[Token<'_>]| call.iter().map(|token| token.text).eq([".", "unwrap", "(", ")"]);
    let found = code.windows(4).filter(is_unwrap).map(|call| call[1].line);
    found.map(|line| Finding::new(&source.path, line, "unwrap() outside tests: name the error")).collect()
}

pub fn todos(source: &Source) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, line) in source.text.lines().enumerate() {
        for word in UNFINISHED {
            let alone = line.split(|c: char| c != '_' && !c.is_alphanumeric()).any(|part| part == word);
            if alone {
                found.push(Finding::new(&source.path, at + 1, format!("{word}: finish it or file it")));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tree::source;
    use super::*;

    #[test]
    fn an_unwrap_is_refused_outside_tests_only() {
        let text = "fn a() { x.unwrap() } // .unwrap()\n#[cfg(test)] mod t { fn b() { x.unwrap() } }\nfn c() { x\n.unwrap() }";
        let found = unwraps(&source("model/src/a.rs", text));
        assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [1, 4]);
        assert!(unwraps(&source("tests/a.rs", text)).is_empty());
        assert!(
            unwraps(&source(
                "model/src/a.rs",
                "fn a() { x.unwrap_or(1); vault.unwrap(&key); y(\".unwrap()\") }"
            ))
            .is_empty()
        );
    }

    #[test]
    fn unfinished_work_is_found_in_any_language_and_in_tests() {
        let note = format!("a\n-- {}: index", UNFINISHED[0]);
        assert_eq!(todos(&source("core/src/store/001.sql", &note))[0].line, 2);
        assert_eq!(todos(&source("tests/a.rs", &format!("// {}(me)", UNFINISHED[1]))).len(), 1);
        assert!(todos(&source("a.rs", &format!("let {}S = 1; // todo", UNFINISHED[0]))).is_empty());
    }
}
