//! Folding words, for search and for telling whether two people wrote the same thing: one function
//! for indexing, for queries and for comparison, so that they never disagree.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, without accents, ligatures opened (œ → oe, æ → ae, ß → ss), any run of white space
/// one blank, none at the ends. FTS5's own folding leaves the ligatures as they are.
pub fn fold(text: &str) -> String {
    let mut folded = Folded { text: String::with_capacity(text.len()), gap: false };
    for c in text.chars() {
        if c.is_ascii() {
            folded.push(c.to_ascii_lowercase());
        } else {
            // Marks are dropped, so that their order across characters does not matter.
            c.nfkd()
                .filter(|c| !is_combining_mark(*c))
                .flat_map(char::to_lowercase)
                .for_each(|c| folded.push(c));
        }
    }
    folded.text
}

struct Folded {
    text: String,
    gap: bool,
}

impl Folded {
    fn push(&mut self, c: char) {
        if c.is_whitespace() {
            self.gap = !self.text.is_empty();
            return;
        }
        if std::mem::take(&mut self.gap) {
            self.text.push(' ');
        }
        match c {
            'œ' => self.text.push_str("oe"),
            'æ' => self.text.push_str("ae"),
            'ß' => self.text.push_str("ss"),
            '’' | 'ʼ' => self.text.push('\''),
            c if is_combining_mark(c) => {}
            c => self.text.push(c),
        }
    }
}

/// Folded letters and digits only: how a plate or a reference is compared.
pub fn fold_reference(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_word_typed_two_ways_folds_alike() {
        assert_eq!(fold("  Œuvre d’art \n ÉGARÉE "), "oeuvre d'art egaree");
        assert_eq!(fold("Straße"), "strasse");
        assert_eq!(fold_reference("ab-123-cd"), fold_reference("AB 123 CD"));
        assert_ne!(fold("rue de Sours"), fold("rue de Tours"));
    }

    #[test]
    fn folding_letter_by_letter_is_folding_the_whole_decomposed_text() {
        let whole = |text: &str| -> String {
            let lower: String =
                text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
            let open =
                lower.replace('œ', "oe").replace('æ', "ae").replace('ß', "ss").replace(['’', 'ʼ'], "'");
            let bare: String = open.chars().filter(|c| !is_combining_mark(*c)).collect();
            bare.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        for text in [
            "a\u{323}\u{302}b",
            "ﬁn ½ ẞ İstanbul",
            "각\u{1100}\u{1161}",
            "Ǆ Ώ ς",
            "é\u{300} e\u{301}",
            " \u{a0}x\u{2003} ﷺ ",
        ] {
            assert_eq!(fold(text), whole(text), "{text:?}");
        }
    }
}
