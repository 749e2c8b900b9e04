//! From the types of other services to ours. A type is mapped only where ours says the same thing;
//! whatever has no equal is filed as `other`, its own type kept verbatim as a fact.

use std::collections::BTreeMap;

use ronde_core::model::catalogue::Catalogue;
use ronde_core::model::words::fold;

use crate::fact;
use crate::failure::Failure;

/// Theirs, folded, and ours.
const KNOWN: [(&str, &str); 24] = [
    ("abandoned vehicle", "waste.vehicle"),
    ("abandoned vehicle complaint", "waste.vehicle"),
    ("criminal damage", "incivility.damage"),
    ("criminal mischief", "incivility.damage"),
    ("vandalism", "incivility.damage"),
    ("graffiti", "incivility.tag"),
    ("graffiti removal", "incivility.tag"),
    ("tag", "incivility.tag"),
    ("fly dumping", "waste.bulky"),
    ("fly tipping", "waste.bulky"),
    ("illegal dumping", "waste.bulky"),
    ("depot sauvage", "waste.bulky"),
    ("encombrants", "waste.bulky"),
    ("illegal parking", "incivility.parking"),
    ("stationnement genant", "incivility.parking"),
    ("loose dog", "nuisance.roaming_dog"),
    ("stray animal complaint", "nuisance.roaming_dog"),
    ("traffic accident", "road_accident"),
    ("fire", "fire"),
    ("lost property", "lost_found"),
    ("found property", "lost_found"),
    ("suspicious person", "suspicious"),
    ("suspicious vehicle", "suspicious"),
    ("brawl", "youth.brawl"),
];
/// What has no equal.
const OTHER: &str = "other";
/// In `--map`, every type that is not named.
const EVERY: &str = "*";

/// Which of our types each of theirs is filed as.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    given: BTreeMap<String, String>,
}

impl Mapping {
    /// The known ones, and those given before them: (theirs, ours), `*` for the rest.
    ///
    /// # Errors
    /// `UnknownType` for one of ours that does not exist.
    pub fn new(given: &[(String, String)]) -> Result<Self, Failure> {
        let pairs = given.iter().map(|(theirs, ours)| {
            let ours = fact::report_type(ours.trim())?;
            Ok((fold(theirs), ours.to_owned()))
        });
        Ok(Mapping { given: pairs.collect::<Result<_, Failure>>()? })
    }

    /// Ours for theirs: as given, else a code of our own, else as known, else the rest.
    pub fn report_type(&self, theirs: &str) -> String {
        let folded = fold(theirs);
        if let Some(given) = self.given.get(&folded) {
            return given.clone();
        }
        if let Some(own) = Catalogue::shipped().report_type(theirs.trim()) {
            return own.code.clone();
        }
        let known = KNOWN.iter().find(|(name, _)| *name == folded).map(|(_, ours)| (*ours).to_owned());
        known.or_else(|| self.given.get(EVERY).cloned()).unwrap_or_else(|| OTHER.to_owned())
    }
}

/// The known ones, one by one: theirs and ours.
pub fn known() -> BTreeMap<&'static str, &'static str> {
    KNOWN.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_mapped_to_is_in_the_catalogue() {
        for (theirs, ours) in KNOWN {
            assert_eq!(fold(theirs), theirs, "not folded");
            assert!(Catalogue::shipped().report_type(ours).is_some(), "{ours}");
        }
    }

    #[test]
    fn what_is_given_comes_before_what_is_known() {
        let given = [("Theft", "suspicious"), ("fire", "other"), ("*", "lost_found")];
        let mapping = Mapping::new(&given.map(|(a, b)| (a.to_owned(), b.to_owned()))).unwrap();
        assert_eq!(mapping.report_type("  THEFT "), "suspicious");
        assert_eq!(mapping.report_type("fire"), "other");
        assert_eq!(mapping.report_type("Graffiti Removal"), "incivility.tag");
        assert_eq!(mapping.report_type("waste.tyres"), "waste.tyres");
        assert_eq!(mapping.report_type("murder"), "lost_found");
        assert_eq!(Mapping::default().report_type("murder"), "other");
        assert!(Mapping::new(&[("a".into(), "nothing.such".into())]).is_err());
    }
}
