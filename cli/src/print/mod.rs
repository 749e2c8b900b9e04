//! What people read, in French: one file a thing that is shown. Knows the records of the core, no
//! option and no notebook. Every text of others goes through [`safe`] before it meets a terminal.

pub mod act;
pub mod catalogue;
pub mod divergence;
pub mod doctor;
pub mod draft;
pub mod fact;
pub mod failure;
pub mod history;
pub mod identity;
pub mod imported;
pub mod list;
pub mod moment;
pub mod receipt;
pub mod report;
pub mod rescue;
mod statement;
pub mod status;
pub mod upgrade;

use std::fmt::Write;

/// A text as it is, except what would command the terminal or turn the line around: those
/// characters are shown by their code. Line feeds stay.
pub fn safe(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => shown.push('\n'),
            '\t' => shown.push_str("    "),
            // C0 have pictures of their own.
            '\0'..='\u{1f}' => shown.push(char::from_u32(u32::from(c) + 0x2400).unwrap_or('\u{fffd}')),
            c if c.is_control() || turns(c) => {
                // Writing to a String cannot fail.
                let _written = write!(shown, "⟨U+{:04X}⟩", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    shown
}

/// Marks that change the direction of what follows, so that a text can look like another.
fn turns(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The same on one line, at most so many characters.
fn line(text: &str, most: usize) -> String {
    let flat = safe(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    if flat.chars().count() <= most {
        return flat;
    }
    let mut cut: String = flat.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// Filled with blanks up to a width, characters.
fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.chars().count());
    format!("{text}{}", " ".repeat(missing))
}

/// `s` for several, in French: nothing for 0 and 1.
fn plural(count: impl Into<u64>) -> &'static str {
    if count.into() > 1 { "s" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_command_the_terminal() {
        assert_eq!(safe("\u{1b}[2Jpropre\r\n"), "␛[2Jpropre␍\n");
        assert_eq!(safe("\u{9b}31m\u{7f}"), "⟨U+009B⟩31m⟨U+007F⟩");
        assert_eq!(safe("a\u{202e}b"), "a⟨U+202E⟩b");
        assert_eq!(safe("Œuvre d’art — 👩‍👧 عربي"), "Œuvre d’art — 👩‍👧 عربي");
    }

    #[test]
    fn a_long_title_is_cut_for_a_list_only() {
        assert_eq!(line("un\n deux  trois", 20), "un deux trois");
        assert_eq!(line("abcdef", 4), "abc…");
        assert_eq!(pad("é", 3), "é  ");
    }
}
