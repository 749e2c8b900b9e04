//! A commune as a person types it: an INSEE code, or the whole name of one on the map that this device
//! holds. Half a name is no commune. Changes when a commune is typed another way.

use ronde_core::model::catalogue::{Catalogue, Language, Reason};
use ronde_core::model::territory::{Commune, Territory};
use ronde_core::model::words::fold;
use ronde_core::{Error, Notebook, Problem};

/// How many communes are offered for one that is not there.
const OFFERED: usize = 5;

/// The map that this device holds; none before enrolment.
///
/// # Errors
/// The notebook's.
pub fn map(notebook: &Notebook) -> Result<Option<Territory>, Error> {
    match notebook.territory() {
        Err(Error::NotEnrolled) => Ok(None),
        map => map,
    }
}

/// The INSEE code of what was typed under a field. A code may be one beyond the map.
///
/// # Errors
/// A problem of the form that names communes of the map which hold what was typed.
pub fn read(map: Option<&Territory>, field: &str, typed: &str) -> Result<String, Problem> {
    let typed = typed.trim();
    if is_code(typed) {
        return Ok(typed.to_ascii_uppercase());
    }
    let folded = fold(typed);
    let all = || map.into_iter().flat_map(Territory::communes);
    let named: Vec<&Commune> = all().filter(|commune| fold(&commune.name) == folded).collect();
    if let [only] = named[..] {
        return Ok(only.insee.clone());
    }
    let alike = all().filter(|commune| fold(&commune.name).contains(&folded));
    let alike = alike.take(OFFERED).map(|commune| format!("{} ({})", commune.name, commune.insee)).collect();
    let is = match (map, named.len()) {
        (None, _) => ("n’est pas un code INSEE", "is no INSEE code"),
        (_, 0) => (
            "n’est ni un code INSEE, ni le nom entier d’une commune de la carte",
            "is neither an INSEE code nor the whole name of a commune on the map",
        ),
        _ => ("est le nom de plusieurs communes", "is the name of several communes"),
    };
    Err(problem(field, typed, is, alike))
}

/// Two digits or a Corsican department, then three digits.
fn is_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    let is_department =
        |part: &[u8]| digits(part) || [b"2A", b"2B"].iter().any(|one| part.eq_ignore_ascii_case(*one));
    bytes.len() == 5 && is_department(&bytes[..2]) && digits(&bytes[2..])
}

/// `is`: what is wrong with it, in French and in English.
fn problem(field: &str, typed: &str, is: (&str, &str), alike: Vec<String>) -> Problem {
    let label = |language| Catalogue::shipped().field_label(field, language);
    let mut fr = format!("{}\u{a0}: «\u{a0}{typed}\u{a0}» {}.", label(Language::Fr), is.0);
    let mut en = format!("{}: {typed:?} {}.", label(Language::En), is.1);
    if !alike.is_empty() {
        fr.push_str(&format!(" Proches\u{a0}: {}.", alike.join(", ")));
        en.push_str(&format!(" Near: {}.", alike.join(", ")));
    }
    Problem { field: field.to_owned(), reason: Reason::NotAChoice { choices: alike }, fr, en }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_or_a_whole_name_is_a_commune_and_half_a_name_is_none() {
        let map = Territory::drawn();
        let some = &map.communes()[0];
        let read = |typed: &str| read(Some(&map), "commune", typed).map_err(|problem| problem.fr);
        for typed in [some.insee.as_str(), &some.name, &some.name.to_uppercase(), &format!(" {} ", some.name)]
        {
            assert_eq!(read(typed), Ok(some.insee.clone()), "{typed}");
        }
        // Beyond the map, and in Corsica.
        assert_eq!((read("28085"), read("2a004")), (Ok("28085".into()), Ok("2A004".into())));
        let half: String = some.name.chars().take(4).collect();
        let said = read(&half).unwrap_err();
        assert!(said.contains(&some.insee), "the whole of it is offered: {said}");
        for wrong in ["2808", "28O85", "280851", "C2004", "1A234", "3B001", "ville"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn without_a_map_a_code_is_all_that_can_be_known() {
        assert_eq!(read(None, "commune", "28085").ok().as_deref(), Some("28085"));
        let said = read(None, "commune", "Chartres").unwrap_err().fr;
        assert!(said.ends_with("n’est pas un code INSEE."), "{said}");
    }
}
