//! The roles shipped, read from `roles.toml`. Changes never: a role is data.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::Right;

/// A named set of rights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// French label.
    pub fr: String,
    /// English label.
    pub en: String,
    /// What the role may write.
    pub rights: Vec<Right>,
}

/// Roles by code.
#[derive(Debug, Clone, Default)]
pub struct Roles(BTreeMap<String, Role>);

static SHIPPED: LazyLock<Roles> =
    LazyLock::new(|| Roles(toml::from_str(include_str!("roles.toml")).unwrap_or_default()));

impl Roles {
    /// The roles the product ships.
    pub fn shipped() -> &'static Roles {
        &SHIPPED
    }

    /// A role by its code.
    pub fn get(&self, code: &str) -> Option<&Role> {
        self.0.get(code)
    }

    /// Every role, by code.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Role)> {
        self.0.iter().map(|(code, role)| (code.as_str(), role))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_role_is_read_and_grants_only_known_rights() {
        let roles = Roles::shipped();
        assert_eq!(roles.iter().count(), 5);
        for (code, role) in roles.iter() {
            assert!(!role.rights.is_empty(), "{code} may do nothing");
            assert!(!role.rights.iter().any(|r| matches!(r, Right::Unknown(_))), "{code}: {:?}", role.rights);
        }
    }

    #[test]
    fn no_supervisor_writes_field_content() {
        for code in ["unit_supervisor", "agglomeration_supervisor"] {
            let role = Roles::shipped().get(code).unwrap();
            for right in [Right::File, Right::Correct, Right::Statement, Right::Void] {
                assert!(!role.rights.contains(&right), "{code} holds {right}");
            }
        }
    }
}
