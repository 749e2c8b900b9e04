//! Rust source as a list of words: comments gone, a literal is one word, every word with its line.
//! Refuses to know what the words mean, beyond where the test code of a file begins and ends.
//! Changes when Rust's lexical grammar does.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    pub text: &'a str,
    /// 1-based.
    pub line: usize,
}

/// Every identifier, number, literal, `::` and single punctuation mark, in order.
pub fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let (mut rest, mut line) = (source, 1);
    while let Some(first) = rest.chars().next() {
        let (length, kept) = if first.is_whitespace() {
            (first.len_utf8(), false)
        } else if let Some(length) = comment(rest) {
            (length, false)
        } else if let Some(length) = literal(rest) {
            (length, true)
        } else if first == '_' || first.is_alphanumeric() {
            (rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len()), true)
        } else if rest.starts_with("::") {
            (2, true)
        } else {
            (first.len_utf8(), true)
        };
        let (text, after) = rest.split_at(length);
        if kept {
            found.push(Token { text, line });
        }
        line += text.matches('\n').count();
        rest = after;
    }
    found
}

fn comment(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if !rest.starts_with("/*") {
        return None;
    }
    let (mut depth, mut at) = (0usize, 0usize);
    while let Some(inside) = rest.get(at..).filter(|inside| !inside.is_empty()) {
        if inside.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if inside.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return Some(at);
            }
        } else {
            at += inside.chars().next().map_or(1, char::len_utf8);
        }
    }
    Some(rest.len())
}

/// The length of the string, raw string, byte string or character that starts here.
fn literal(rest: &str) -> Option<usize> {
    for prefix in ["br", "cr", "r", "b", "c", ""] {
        let Some(body) = rest.strip_prefix(prefix) else {
            continue;
        };
        let length = match prefix.ends_with('r') {
            true => raw_string(body),
            false => quoted(body).or_else(|| if prefix == "c" { None } else { character(body) }),
        };
        if let Some(length) = length {
            return Some(prefix.len() + length);
        }
    }
    None
}

fn raw_string(body: &str) -> Option<usize> {
    let fence = body.len() - body.trim_start_matches('#').len();
    let inside = body.get(fence..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(fence));
    let length = inside.find(&end).map_or(inside.len(), |at| at + end.len());
    Some(fence + 1 + length)
}

fn quoted(body: &str) -> Option<usize> {
    let inside = body.strip_prefix('"')?;
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            '"' if !escaped => return Some(at + 2),
            _ => escaped = c == '\\' && !escaped,
        }
    }
    Some(body.len())
}

/// A character, but not a lifetime.
fn character(body: &str) -> Option<usize> {
    let inside = body.strip_prefix('\'')?;
    let mut letters = inside.char_indices();
    let (_, first) = letters.next()?;
    let (second_at, second) = letters.next()?;
    if first != '\\' {
        return (second == '\'').then_some(second_at + 2);
    }
    let after_escape = second_at + second.len_utf8();
    inside.get(after_escape..)?.find('\'').map(|at| after_escape + at + 2)
}

/// A file without its test code.
pub struct Code<'a> {
    pub tokens: Vec<Token<'a>>,
    /// Lines that belong to test items.
    pub test_lines: usize,
    /// Modules declared for tests only and written in their own file (`#[cfg(test)] mod laws;`).
    pub test_modules: Vec<&'a str>,
}

/// Takes out every item under `#[cfg(test)]` or `#[test]`.
pub fn without_tests<'a>(tokens: &[Token<'a>]) -> Code<'a> {
    let mut code = Code { tokens: Vec::new(), test_lines: 0, test_modules: Vec::new() };
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if !marks_tests(&tokens[at..]) {
            code.tokens.push(*token);
            at += 1;
            continue;
        }
        let end = item_end(tokens, at);
        let item = &tokens[at..end];
        if let [.., module, name, semicolon] = item
            && module.text == "mod"
            && semicolon.text == ";"
        {
            code.test_modules.push(name.text);
        }
        code.test_lines += item.last().map_or(token.line, |last| last.line) + 1 - token.line;
        at = end;
    }
    code
}

fn starts_with(tokens: &[Token<'_>], words: &[&str]) -> bool {
    tokens.len() >= words.len() && tokens.iter().zip(words).all(|(token, word)| token.text == *word)
}

fn marks_tests(tokens: &[Token<'_>]) -> bool {
    const MARKS: [&[&str]; 4] = [
        &["#", "[", "test", "]"],
        &["#", "[", "cfg", "(", "test", ")", "]"],
        &["#", "[", "cfg", "(", "all", "(", "test", ","],
        &["#", "!", "[", "cfg", "(", "test", ")", "]"],
    ];
    MARKS.iter().any(|mark| starts_with(tokens, mark))
}

/// The index after the bracket that closes the one at `open`.
pub fn closing(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// The index after the item whose first attribute is at `start`.
fn item_end(tokens: &[Token<'_>], start: usize) -> usize {
    if tokens.get(start + 1).is_some_and(|token| token.text == "!") {
        return tokens.len();
    }
    let mut at = start;
    while starts_with(&tokens[at..], &["#", "["]) {
        at = closing(tokens, at + 1);
    }
    let braced = tokens[at..]
        .iter()
        .take_while(|token| !matches!(token.text, "{" | ";" | ","))
        .any(|token| matches!(token.text, "fn" | "mod" | "impl" | "struct" | "enum" | "trait" | "union"));
    while let Some(token) = tokens.get(at) {
        match token.text {
            ";" => return at + 1,
            "," if !braced => return at + 1,
            ")" | "]" | "}" => return at,
            "{" if braced => return closing(tokens, at),
            "(" | "[" | "{" => at = closing(tokens, at),
            _ => at += 1,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Vec<&str> {
        tokens(source).iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_vanish_and_a_literal_is_one_word() {
        assert_eq!(words("a // b\n/* c /* d */ e */ f"), ["a", "f"]);
        assert_eq!(words(r##"x("unwrap() \" {", r#"y " {"#, b'{', 'a')"##).len(), 10);
        assert_eq!(words("fn f<'a>(x: &'a str) -> '\\'' {}").last(), Some(&"}"));
        assert_eq!(words("'\\u{7b}' + b'\\\\'"), ["'\\u{7b}'", "+", "b'\\\\'"]);
    }

    #[test]
    fn a_line_is_counted_across_strings_and_comments() {
        let found = tokens("/* 1\n2 */ \"3\n\"\n last");
        assert_eq!(found.last(), Some(&Token { text: "last", line: 4 }));
    }

    #[test]
    fn an_unfinished_literal_or_comment_ends_with_the_file() {
        assert_eq!(words("a \"b"), ["a", "\"b"]);
        assert_eq!(words("a /* é"), ["a"]);
        assert_eq!(words("a r#\"é"), ["a", "r#\"é"]);
        assert_eq!(words("'"), ["'"]);
    }

    #[test]
    fn test_items_are_taken_out_and_what_follows_them_stays() {
        let source = "fn kept() {}\n#[cfg(test)]\nmod tests {\n fn gone() { x.unwrap() }\n}\nfn also_kept() {}\n\
                      #[cfg(test)] mod laws;\n#[cfg(test)] use a::{b, c};\n#[test] #[ignore] fn gone() {}\nstruct End;";
        let all = tokens(source);
        let code = without_tests(&all);
        let text: Vec<&str> = code.tokens.iter().map(|token| token.text).collect();
        assert_eq!(text.join(" "), "fn kept ( ) { } fn also_kept ( ) { } struct End ;");
        assert_eq!(code.test_modules, ["laws"]);
        assert_eq!(code.test_lines, 4 + 1 + 1 + 1);
    }

    #[test]
    fn a_test_only_field_ends_at_its_comma() {
        let all = tokens("struct A { #[cfg(test)] seen: Vec<(u8, u8)>, kept: u8 }");
        let text: Vec<&str> = without_tests(&all).tokens.iter().map(|token| token.text).collect();
        // A comma inside angle brackets is inside parentheses here; the field goes, the next one stays.
        assert_eq!(text.join(" "), "struct A { kept : u8 }");
    }

    #[test]
    fn a_file_that_is_test_only_is_empty() {
        let all = tokens("#![cfg(test)]\nuse a::b;\nfn c() {}");
        assert!(without_tests(&all).tokens.is_empty());
    }
}
