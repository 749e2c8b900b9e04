//! `ronde-server report`: the inbox and one report, as a supervisor sees them.

use clap::{Args, Subcommand};
use ronde_model::catalogue::Language;
use ronde_model::id::DocId;
use ronde_server::shapes::{History, Page, PageKey, Report, ReportLine};
use ronde_server::supervision::{Filter, MAX_PAGE, Status};
use serde_json::json;

use super::desk::InTheNameOf;
use super::words::{calm, moment, table};
use super::{Desk, Failure, telling};

/// List the reports, or show one merged report
#[derive(Debug, Args)]
pub struct ReportArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The inbox, newest arrival first
    List(Box<List>),
    /// One report: what is shown, what diverges, who said what, what was done
    Show {
        /// The report, hexadecimal, as `report list` shows it
        report: DocId,
        /// Who wrote what when, as well
        #[arg(long)]
        history: bool,
        #[command(flatten)]
        name: InTheNameOf,
    },
}

#[derive(Debug, Args)]
struct List {
    /// INSEE code of the commune
    #[arg(long)]
    commune: Option<String>,
    /// Code of the report type
    #[arg(long = "type", value_name = "TYPE")]
    report_type: Option<String>,
    /// Severity of at least this, 1 to 5
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=5))]
    severity_min: Option<u8>,
    /// delivered, read, assigned or closed
    #[arg(long, value_parser = status)]
    status: Option<Status>,
    /// Unit of the author
    #[arg(long)]
    unit: Option<String>,
    /// With or without an open divergence
    #[arg(long, value_name = "true|false")]
    divergence: Option<bool>,
    /// With or without an envelope set aside
    #[arg(long, value_name = "true|false")]
    quarantine: Option<bool>,
    /// A run of words of the title, the facts, people, vehicles or statements; accents and case do not matter
    #[arg(long)]
    text: Option<String>,
    /// The `next` of the page before
    #[arg(long, value_name = "KEY")]
    after: Option<PageKey>,
    /// Lines
    #[arg(long, default_value_t = 50, value_parser = lines)]
    limit: usize,
    #[command(flatten)]
    name: InTheNameOf,
}

/// A number of lines that a page may have.
pub fn lines(text: &str) -> Result<usize, String> {
    let lines: Option<usize> = text.parse().ok().filter(|lines| (1..=MAX_PAGE).contains(lines));
    lines.ok_or_else(|| format!("expected 1 to {MAX_PAGE}"))
}

fn status(text: &str) -> Result<Status, String> {
    Status::from_code(text).ok_or_else(|| "expected delivered, read, assigned or closed".to_owned())
}

impl ReportArguments {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        match self.what {
            What::List(list) => list.run(desk),
            What::Show { report, history, name } => show(desk, report, history, &name),
        }
    }
}

impl List {
    fn run(self, desk: &Desk) -> Result<(), Failure> {
        let (server, who) = desk.open_as(&self.name)?;
        let filter = Filter {
            commune: self.commune,
            report_type: self.report_type,
            severity_min: self.severity_min,
            status: self.status,
            unit: self.unit,
            divergence: self.divergence,
            quarantine: self.quarantine,
            text: self.text,
        };
        let page = server.reports(&who, &filter, self.after.map(|key| key.0), self.limit)?;
        desk.answer(&Page::of(&page, |line| ReportLine::of(line, Language::Fr)), || {
            let rows: Vec<[String; 8]> = page
                .items
                .iter()
                .map(|line| {
                    let number = line.number.clone().unwrap_or_default();
                    let row = &line.row;
                    let mark = if row.divergences > 0 { row.divergences.to_string() } else { String::new() };
                    let (severity, status) =
                        (row.severity.to_string(), telling::status(line.status.code()).to_owned());
                    let filed = moment(row.recorded_ms);
                    [
                        number,
                        status,
                        severity,
                        mark,
                        row.title.clone(),
                        row.author_name.clone(),
                        filed,
                        row.doc.to_string(),
                    ]
                })
                .collect();
            let mut words = table(
                ["numéro", "état", "gravité", "divergences", "titre", "auteur", "déposé", "compte rendu"],
                &rows,
            );
            if let Some(next) = page.next {
                words.push_str(&format!("\nsuite : --after {}", next.0));
            }
            words
        })
    }
}

fn show(desk: &Desk, doc: DocId, with_history: bool, name: &InTheNameOf) -> Result<(), Failure> {
    let (server, who) = desk.open_as(name)?;
    let detail = server.report(&who, doc)?.ok_or(Failure::NotFound("report"))?;
    let report = Report::of(&detail, Language::Fr);
    let history = if with_history {
        server.history(&who, doc)?.as_ref().map(|history| History::of(history, Language::Fr))
    } else {
        None
    };
    let told = match &history {
        Some(history) => json!({"report": report, "history": history}),
        None => json!(report),
    };
    desk.answer(&told, || {
        let mut words = telling::report(&report);
        if let Some(history) = &history {
            words.push('\n');
            words.push_str(&telling::history(history));
        }
        calm(&words)
    })
}
