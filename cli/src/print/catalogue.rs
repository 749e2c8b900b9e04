//! The catalogue on screen: types by axis, and the facts of one.

use ronde_core::model::catalogue::{Catalogue, Field, FieldKind, Language, ReportType};

use super::pad;

const FR: Language = Language::Fr;

/// Every type, under its axis.
pub fn types(catalogue: &Catalogue) -> String {
    let mut text = String::new();
    for axis in catalogue.axes() {
        let mut own = catalogue.types().iter().filter(|known| known.axis == *axis).peekable();
        if own.peek().is_some() {
            text.push_str(&format!("{axis} · {}\n", catalogue.axis_label(axis, FR)));
        }
        for known in own {
            text.push_str(&format!("  {} {}\n", pad(&known.code, 30), catalogue.label(&known.code, FR)));
        }
    }
    text
}

/// The facts of a type: its own, then the common ones.
pub fn fields(catalogue: &Catalogue, report_type: &ReportType, common: &[&Field]) -> String {
    let severity = catalogue.severity_label(report_type.severity, FR).unwrap_or_default();
    let label = catalogue.label(&report_type.code, FR);
    let mut text = format!("{label} · gravité {} ({severity})\n", report_type.severity);
    if !report_type.fields.is_empty() {
        text.push_str("Données du type (* à compléter avant que le rapport soit dit complet)\n");
        text.extend(report_type.fields.iter().map(|field| entry(catalogue, field)));
    }
    if !common.is_empty() {
        text.push_str("Données communes\n");
        text.extend(common.iter().map(|field| entry(catalogue, field)));
    }
    text
}

fn entry(catalogue: &Catalogue, field: &Field) -> String {
    let star = if field.required { "*" } else { " " };
    let label = catalogue.field_label(&field.code, FR);
    format!("  {star} {} {} {}\n", pad(&field.code, 18), pad(label, 38), kind(&field.kind))
}

fn kind(kind: &FieldKind) -> String {
    match kind {
        FieldKind::Text { max_len } => format!("texte, {max_len} signes au plus"),
        FieldKind::Integer { min, max } => format!("nombre entier de {min} à {max}"),
        FieldKind::Decimal { min, max } => format!("nombre de {min} à {max}"),
        FieldKind::Flag => "oui ou non".into(),
        FieldKind::Choice { choices } => choices.join(" | "),
        FieldKind::Date => "jour, AAAA-MM-JJ".into(),
        FieldKind::Period => "DÉBUT/FIN, RFC 3339".into(),
        FieldKind::Position => "LAT,LON[,MÈTRES]".into(),
        FieldKind::Reference { register, .. } if register == "commune" => {
            "code INSEE, ou nom entier d’une commune de la carte".into()
        }
        FieldKind::Reference { register, .. } => format!("nom du registre {register}, ou mots libres"),
        FieldKind::Unknown { name } => format!("({name})"),
    }
}
