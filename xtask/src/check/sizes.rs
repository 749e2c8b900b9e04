//! How long files and functions are, without their test code, and whether that is too long.
//! Refuses to know why. Changes when a budget does.

use serde_json::{Value, json};

use super::finding::Finding;
use super::syntax::{self, Token};
use super::tree::Source;

/// A file may not be longer.
const FILE_LIMIT: usize = 500;
/// A function longer than this is long …
const FUNCTION_LIMIT: usize = 80;
/// … and at most this share of all functions may be.
const LONG_SHARE: f64 = 0.01;
/// Guides, printed and not enforced.
const MEDIAN_GUIDE: usize = 120;
const P90_GUIDE: usize = 300;
const BINDINGS_GUIDE: usize = 600;

#[derive(Debug, Default)]
pub struct Sizes {
    /// Lines of each file, ascending.
    files: Vec<usize>,
    bindings: usize,
    functions: usize,
    /// Long functions, then too long files.
    long_functions: Vec<Finding>,
    long_files: Vec<Finding>,
}

impl Sizes {
    pub fn of(sources: &[Source]) -> Sizes {
        let mut sizes = Sizes::default();
        for source in sources.iter().filter(|source| source.is_measured()) {
            let mut lines = source.text.lines().count();
            if source.is_rust() {
                let tokens = syntax::tokens(&source.text);
                let code = syntax::without_tests(&tokens);
                lines = lines.saturating_sub(code.test_lines);
                sizes.add_functions(&source.path, &code.tokens);
            }
            if lines > FILE_LIMIT {
                let rule = format!(
                    "{lines} lines without tests, {FILE_LIMIT} at most: split it by reason to change"
                );
                sizes.long_files.push(Finding::new(&source.path, FILE_LIMIT + 1, rule));
            }
            if source.path.starts_with("bindings/src/") {
                sizes.bindings += lines;
            }
            sizes.files.push(lines);
        }
        sizes.files.sort_unstable();
        sizes
    }

    fn add_functions(&mut self, path: &str, tokens: &[Token<'_>]) {
        for function in functions(tokens) {
            self.functions += 1;
            if function.lines > FUNCTION_LIMIT {
                let rule = format!(
                    "fn {} has {} lines, a long one is over {FUNCTION_LIMIT}",
                    function.name, function.lines
                );
                self.long_functions.push(Finding::new(path, function.line, rule));
            }
        }
    }

    /// The length that the given share of the files does not exceed (nearest rank).
    fn percentile(&self, share: f64) -> usize {
        let rank = (share * self.files.len() as f64).ceil() as usize;
        self.files.get(rank.saturating_sub(1)).copied().unwrap_or(0)
    }

    /// What is over an enforced limit.
    pub fn findings(&self) -> Vec<Finding> {
        let mut found = self.long_files.clone();
        if self.long_functions.len() as f64 > LONG_SHARE * self.functions as f64 {
            found.extend(self.long_functions.clone());
        }
        found
    }

    pub fn told(&self) -> String {
        format!(
            "{} files, lines median {} (guide {MEDIAN_GUIDE}), p90 {} (guide {P90_GUIDE}), max {} (limit {FILE_LIMIT}); \
             {} of {} functions over {FUNCTION_LIMIT} lines (limit 1 %); bindings {} lines (guide {BINDINGS_GUIDE})",
            self.files.len(),
            self.percentile(0.5),
            self.percentile(0.9),
            self.percentile(1.0),
            self.long_functions.len(),
            self.functions,
            self.bindings,
        )
    }

    pub fn json(&self) -> Value {
        json!({
            "median": self.percentile(0.5), "p90": self.percentile(0.9), "max": self.percentile(1.0),
            "files": self.files.len(), "functions": self.functions,
            "long_functions": self.long_functions.len(), "bindings": self.bindings,
        })
    }
}

struct Function<'a> {
    name: &'a str,
    line: usize,
    /// From `fn` to the closing brace, both included.
    lines: usize,
}

fn functions<'a>(tokens: &[Token<'a>]) -> Vec<Function<'a>> {
    let mut found = Vec::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        let [word, name] = pair else { continue };
        let named = name.text.starts_with(|c: char| c == '_' || c.is_alphabetic());
        if word.text != "fn" || !named {
            continue;
        }
        let mut next = at + 2;
        while tokens.get(next).is_some_and(|token| !matches!(token.text, "{" | ";")) {
            let bracket = matches!(tokens[next].text, "(" | "[");
            next = if bracket { syntax::closing(tokens, next) } else { next + 1 };
        }
        if tokens.get(next).is_some_and(|token| token.text == "{") {
            let end = syntax::closing(tokens, next) - 1;
            let last = tokens.get(end).map_or(word.line, |token| token.line);
            found.push(Function { name: name.text, line: word.line, lines: last + 1 - word.line });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tree::source;
    use super::*;

    fn lines(count: usize) -> String {
        "let a = 1;\n".repeat(count)
    }

    #[test]
    fn a_file_over_the_limit_is_refused_and_its_tests_do_not_count() {
        let long = source("core/src/a.rs", &lines(501));
        let fine =
            source("core/src/b.rs", &format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", lines(500), lines(90)));
        let sizes = Sizes::of(&[long, fine]);
        assert_eq!(sizes.files, [500, 501]);
        assert_eq!(sizes.findings().len(), 1);
        assert_eq!(sizes.findings()[0].path, "core/src/a.rs");
    }

    #[test]
    fn a_function_over_eighty_lines_is_refused_unless_a_hundred_are_short() {
        let long = source("core/src/a.rs", &format!("fn long() -> [u8; 3] {{\n{}}}\n", lines(79)));
        let sizes = Sizes::of(&[long]);
        assert_eq!(
            sizes.findings()[0].to_string(),
            "core/src/a.rs:1: fn long has 81 lines, a long one is over 80"
        );
        let short = source("core/src/b.rs", &"fn short(f: fn(u8)) { { } }\n".repeat(99));
        let long = source("core/src/a.rs", &format!("fn long() {{\n{}}}\n", lines(79)));
        assert!(Sizes::of(&[short, long]).findings().is_empty());
    }

    #[test]
    fn a_declaration_without_a_body_is_no_function() {
        let all = syntax::tokens("trait T { fn a(&self) -> [u8; 2]; fn b() {} } type F = fn(u8) -> u8;");
        assert_eq!(functions(&all).iter().map(|f| f.name).collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let sources: Vec<Source> =
            (1..=10).map(|n| source(&format!("a/{n:02}.kt"), &"x\n".repeat(n))).collect();
        let sizes = Sizes::of(&sources);
        assert_eq!((sizes.percentile(0.5), sizes.percentile(0.9), sizes.percentile(1.0)), (5, 9, 10));
        assert_eq!(Sizes::default().percentile(0.5), 0);
    }
}
