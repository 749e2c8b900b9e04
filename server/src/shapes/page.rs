//! Keyset pages: a list's lines and where the next ones begin. Changes when paging does.

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::supervision;

/// One page of a list, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Page<T> {
    /// The lines.
    pub items: Vec<T>,
    /// Give it back as `after` to get the next page; null at the end.
    pub next: Option<PageKey>,
}

/// A place in a list. Opaque: only a place that a page named is worth giving back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, example = "1742")]
pub struct PageKey(pub supervision::PageKey);

impl std::str::FromStr for PageKey {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(|place| PageKey(supervision::PageKey(place)))
    }
}

impl Serialize for PageKey {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0.0)
    }
}

impl<'de> Deserialize<'de> for PageKey {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

impl<T> Page<T> {
    /// The page of the interface for a page of the server.
    pub fn of<'a, L>(page: &'a supervision::Page<L>, line: impl Fn(&'a L) -> T) -> Self {
        Page { items: page.items.iter().map(line).collect(), next: page.next.map(PageKey) }
    }
}
