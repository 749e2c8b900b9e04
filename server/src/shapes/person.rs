//! The signed-in person, whom a report can be assigned to, how a browser signs in.
//! Changes when signing in does.

use ronde_model::catalogue::Language;
use ronde_model::rights::Right;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::label::{role_of, unit_of};
use crate::people::{Assignees as Found, Supervisor};

/// Signs in with a one-time link.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SigningIn {
    /// The link's fragment, without `#`.
    pub code: String,
}

/// The signed-in person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Me {
    /// The person, hexadecimal.
    pub agent: String,
    /// The name in the service.
    #[schema(example = "Hélène Marchand")]
    pub name: String,
    /// First letters of the first and last word of the name.
    #[schema(example = "HM")]
    pub initials: String,
    /// The unit.
    pub unit: String,
    /// The unit as a person reads it, in the answer's language.
    pub unit_label: String,
    /// Code of the role.
    #[schema(example = "agglomeration_supervisor")]
    pub role: String,
    /// The role in words, in the answer's language.
    #[schema(example = "Superviseur d’agglomération")]
    pub role_label: String,
    /// When the browser's session ends, ms since 1970 UTC; null with a token.
    pub session_ends_ms: Option<i64>,
    /// The agglomeration's name.
    pub organisation: String,
    /// What the role allows.
    pub rights: MyRights,
}

/// What a role allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct MyRights {
    /// Settle divergences.
    pub decide: bool,
    /// Put somebody in charge, mark as read.
    pub assign: bool,
    /// Close, open again.
    pub close: bool,
    /// Release what was set aside.
    pub release: bool,
    /// Say that two reports are one event, or no longer.
    pub link: bool,
    /// Comment.
    pub comment: bool,
}

/// Whom a report can be assigned to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Assignees {
    /// Units, by name.
    pub units: Vec<String>,
    /// People, by name: of every unit for whoever reads the whole agglomeration, else of one's own.
    pub people: Vec<Assignee>,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Assignee {
    /// The name in the service.
    pub name: String,
    /// The unit.
    pub unit: String,
    /// The unit as a person reads it, in the answer's language.
    pub unit_label: String,
}

impl Me {
    /// Of a signed-in supervisor, with words of a language.
    pub fn of(who: &Supervisor, organisation: &str, language: Language) -> Self {
        Me {
            agent: who.agent().to_string(),
            name: who.name().to_owned(),
            initials: initials_of(who.name()),
            unit: who.unit().to_owned(),
            unit_label: unit_of(who.unit(), language).to_owned(),
            role: who.role().to_owned(),
            role_label: role_of(who.role(), language).to_owned(),
            session_ends_ms: who.session_ends_ms(),
            organisation: organisation.to_owned(),
            rights: MyRights {
                decide: who.may(Right::Decision),
                assign: who.may(Right::Event),
                close: who.may(Right::Event),
                release: who.may(Right::Release),
                link: who.may(Right::Link),
                comment: who.may(Right::Comment),
            },
        }
    }
}

fn initials_of(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

impl Assignees {
    /// Of the server's, with words of a language.
    pub fn of(found: Found, language: Language) -> Self {
        let person = |(name, unit): (String, String)| {
            let unit_label = unit_of(&unit, language).to_owned();
            Assignee { name, unit, unit_label }
        };
        let people = found.people.into_iter().map(person).collect();
        Assignees { units: found.units.into_iter().collect(), people }
    }
}
