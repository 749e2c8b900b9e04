//! Reports in a list: a line each, the newest first.

use ronde_core::ListItem;

use super::{line, moment, pad, plural};
use crate::reference::short;

const TITLE: usize = 44;
const STATUS: usize = 24;

/// A page of reports.
pub fn table(items: &[ListItem]) -> String {
    items.iter().map(entry).collect()
}

/// Reports that were looked for.
pub fn found(items: &[ListItem]) -> String {
    if items.is_empty() {
        return "Aucun rapport.\n".into();
    }
    let count = items.len();
    format!("{}{count} rapport{}\n", table(items), plural(count as u64))
}

/// What ends a list: how many, and how to go on.
pub fn footer(shown: usize, next: Option<&str>) -> String {
    if shown == 0 {
        return "Aucun rapport.\n".into();
    }
    let more = next.map(|cursor| format!(" · suite : ronde list --after {cursor}")).unwrap_or_default();
    format!("{shown} rapport{}{more}\n", plural(shown as u64))
}

fn entry(item: &ListItem) -> String {
    let row = &item.row;
    let number = item.number.as_deref().unwrap_or("-");
    let marks = marks(item);
    let text = format!(
        "…{}  {}  {}  {}/5  {}  {}  {marks}",
        short(row.doc),
        pad(&line(number, 11), 11),
        moment::here(row.occurred_ms),
        row.severity,
        pad(&line(&row.title, TITLE), TITLE),
        pad(&line(&item.status.words(), STATUS), STATUS),
    );
    format!("{}\n", text.trim_end())
}

fn marks(item: &ListItem) -> String {
    let row = &item.row;
    let divergences = format!("≠ {} à arbitrer", row.divergences);
    let marks = [
        (row.urgent, "urgent"),
        (row.voided, "annulé"),
        (row.divergences > 0, divergences.as_str()),
        (row.to_complete && !row.voided, "à compléter"),
        (row.doubtful_time, "heure à vérifier"),
    ];
    let shown: Vec<&str> = marks.iter().filter(|(holds, _)| *holds).map(|(_, words)| *words).collect();
    shown.join(", ")
}
