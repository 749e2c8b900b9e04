//! Search: the words of a report as they are indexed, and what a person types as an FTS5 query.
//! Accents and ligatures are ignored by the one folding both sides share.

use ronde_model::catalogue::{Catalogue, Language};
use ronde_model::projection::View;
use ronde_model::words::fold;

/// Longest query read, characters.
const MAX_QUERY_CHARS: usize = 400;

/// The words under which a report is found.
pub fn words_of(view: &View) -> String {
    let catalogue = Catalogue::shipped();
    let mut words = vec![
        view.row.title.clone(),
        catalogue.label(&view.row.report_type, Language::Fr).to_owned(),
        catalogue.label(&view.row.report_type, Language::En).to_owned(),
        view.row.author_name.clone(),
    ];
    words.extend(view.facts.values().filter_map(|shown| shown.value.as_text().map(str::to_owned)));
    words.extend(view.statements.iter().map(|s| s.statement.text.clone()));
    words.extend(view.statements.iter().filter_map(|s| s.statement.source_author.clone()));
    fold(&words.join("\n"))
}

/// What a person typed, as a query: every word, the last one perhaps unfinished. `None` when no
/// word is left.
pub fn query_of(typed: &str) -> Option<String> {
    let short: String = typed.chars().take(MAX_QUERY_CHARS).collect();
    let folded = fold(&short);
    // Quoted, nothing a person types is FTS5 syntax; the tokenizer splits on the same signs as in
    // the index.
    let words: Vec<String> = folded
        .split(' ')
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(|word| format!("\"{}\"*", word.replace(['"', '\0'], " ")))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_person_types_is_query_syntax() {
        assert_eq!(query_of("Œuvre d'ART").as_deref(), Some("\"oeuvre\"* \"d'art\"*"));
        assert_eq!(query_of("a\" OR b*"), Some("\"a \"* \"or\"* \"b*\"*".into()));
        assert_eq!(query_of("  \" * - "), None);
    }
}
