//! `ronde types`: the catalogue, so that a form can be filled without guessing.

use clap::Args;
use ronde_core::model::catalogue::{Catalogue, Field, ReportType};
use serde::Serialize;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::{fact, print};

/// List what can be reported, or the facts of one type
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ronde types
  ronde types waste.bulky

Needs no notebook. JSON: an array of types; with TYPE, the type with its own fields and the common
ones.")]
pub struct Types {
    /// One type
    #[arg(value_name = "TYPE")]
    report_type: Option<String>,
}

#[derive(Serialize)]
struct WithFields {
    #[serde(flatten)]
    report_type: &'static ReportType,
    common: Vec<&'static Field>,
}

impl Types {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let catalogue = Catalogue::shipped();
        let Some(asked) = &self.report_type else {
            return desk.answer(catalogue.types(), || print::catalogue::types(catalogue));
        };
        let code = fact::report_type(asked)?;
        let report_type =
            catalogue.report_type(code).ok_or_else(|| Failure::Defect(format!("type {code} vanished")))?;
        let common =
            catalogue.common_fields().iter().filter(|field| catalogue.field(code, &field.code).is_some());
        let answer = WithFields { report_type, common: common.collect() };
        desk.answer(&answer, || print::catalogue::fields(catalogue, report_type, &answer.common))
    }
}
