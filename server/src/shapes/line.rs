//! A report as one line of the inbox. Changes when the inbox shows more.

use ronde_model::catalogue::{Catalogue, Language};
use ronde_model::projection::Row;
use serde::Serialize;
use utoipa::ToSchema;

use super::label::title_of;
use crate::supervision;

/// One line of the inbox.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReportLine {
    /// The report, hexadecimal.
    pub id: String,
    /// The official number.
    #[schema(example = "2026-000001")]
    pub number: Option<String>,
    /// `delivered`, `read`, `assigned` or `closed`.
    #[schema(example = "delivered")]
    pub status: String,
    /// Code of the report type.
    #[schema(example = "waste.bulky")]
    pub report_type: String,
    /// The type, in words.
    pub type_label: String,
    /// Its title; the type's label when none was given.
    pub title: String,
    /// 1 (information) to 5 (critical).
    #[schema(minimum = 1, maximum = 5)]
    pub severity: u8,
    /// It has an urgent mark.
    pub urgent: bool,
    /// INSEE code of the commune.
    pub commune: Option<String>,
    /// Latitude, degrees WGS 84.
    pub lat: Option<f64>,
    /// Longitude, degrees WGS 84.
    pub lon: Option<f64>,
    /// When it began, ms since 1970 UTC.
    pub occurred_ms: i64,
    /// When it was filed, ms since 1970 UTC by the author's corrected clock.
    pub recorded_ms: i64,
    /// When the seal was received, ms since 1970 UTC.
    pub received_ms: i64,
    /// Who filed it, hexadecimal.
    pub author: String,
    /// That person's name.
    pub author_name: String,
    /// That person's unit.
    pub unit: String,
    /// How many statements it holds.
    pub statements: u32,
    /// How many divergences are open.
    pub divergences: u32,
    /// How many of its envelopes are set aside.
    pub quarantined: u32,
    /// How many of its envelopes wait for something.
    pub pending: u32,
    /// Its author voided it.
    pub voided: bool,
    /// Its author has neither added words nor said that there are none.
    pub to_complete: bool,
    /// Some time in it should be checked by a person.
    pub doubtful_time: bool,
}

impl ReportLine {
    /// Of the server's line, with words of a language.
    pub fn of(line: &supervision::ReportLine, language: Language) -> Self {
        let row: &Row = &line.row;
        let degrees = |e7: i32| f64::from(e7) / 1e7;
        ReportLine {
            id: row.doc.to_string(),
            number: line.number.clone(),
            status: line.status.code().to_owned(),
            report_type: row.report_type.clone(),
            type_label: Catalogue::shipped().label(&row.report_type, language).to_owned(),
            title: title_of(row, language).to_owned(),
            severity: row.severity,
            urgent: row.urgent,
            commune: row.commune.clone(),
            lat: row.place.map(|(lat, _)| degrees(lat)),
            lon: row.place.map(|(_, lon)| degrees(lon)),
            occurred_ms: row.occurred_ms,
            recorded_ms: row.recorded_ms,
            received_ms: line.received_ms,
            author: row.author.to_string(),
            author_name: row.author_name.clone(),
            unit: row.unit.clone(),
            statements: row.statements,
            divergences: row.divergences,
            quarantined: line.quarantined,
            pending: line.pending,
            voided: row.voided,
            to_complete: row.to_complete,
            doubtful_time: row.doubtful_time,
        }
    }
}
