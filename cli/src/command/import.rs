//! `ronde import`: reports taken over from a file, filed offline.

use std::fs::File;
use std::io::{BufReader, IsTerminal, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use ronde_core::{Error, Notebook};

use crate::desk::Desk;
use crate::fact;
use crate::failure::Failure;
use crate::import::columns::Columns;
use crate::import::elements::NoList;
use crate::import::filing::Filing;
use crate::import::incidents::{self, Fault, Incidents};
use crate::import::mapping::Mapping;
use crate::import::open311::{self, Requests};
use crate::import::{Entry, MAX_FILE, Refusal};
use crate::print::imported;

/// File reports from a CSV or Open311 file, offline: every row or request one report
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ronde import incidents.csv
  ronde import liste.csv --column source_type=Nature --column from=Date --column lat=Y --column lon=X
  ronde import requests.json --format open311 --map 'Pothole in Street=other'

CSV: a header, then a row a report. Known headers become facts by themselves: time → from,
offense → source_type, beat → source_area, id → source_id, address, location → tags, lat, lon.
--column FACT=HEADER says another; FACT is a fact of `ronde types other`, or from, to, lat, lon,
statement, statement_author. Empty cells are no fact. Comma or semicolon, as the header has.

Open311: a JSON list of requests. service_name → source_type, extended_attributes.ward (else
.police) → source_area, service_request_id → source_id, requested_datetime → from, address, lat,
long. Each note becomes one statement: [its date] its summary, a blank line, its description; its
author is the note's own agency_responsible, else the request's. --column FACT=PATH says another.

The source's own type and area are kept verbatim. A type that says the same thing as one of ours is
filed as ours (e.g. Abandoned Vehicle → waste.vehicle, Graffiti Removal → incivility.tag; --types
lists them), everything else as other; --map THEIRS=OURS says another, --map '*=OURS' for the rest.

A row that is malformed (columns, date, position, size over 64 KiB) or a request (not an object, over
1 MiB, deeper than 32) is refused by line, and never stops the rest. Importing the same file twice
from the same device files nothing twice: rows are known again by source_id, else by their content,
and an import that was interrupted goes on where it stopped.

Ends with 0 when at least one report was filed or had been, or nothing was to be; with 3 when
everything was refused, or anything with --strict.
JSON: {\"rows\", \"filed\", \"already\", \"statements\", \"refused\": [{\"line\", \"item\"?, \"code\", \"reason\"}],
\"refused_total\"}.")]
pub struct Import {
    /// The file, 256 MiB at most
    #[arg(required_unless_present = "types")]
    file: Option<PathBuf>,
    /// What the file is; by its name when not said (.csv, .json)
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Which column or path becomes which fact
    #[arg(long = "column", value_name = "FACT=HEADER", value_parser = fact::pair)]
    columns: Vec<(String, String)>,
    /// Which of their types is which of ours
    #[arg(long = "map", value_name = "THEIRS=OURS", value_parser = fact::pair)]
    map: Vec<(String, String)>,
    /// End with 3 when anything was refused
    #[arg(long)]
    strict: bool,
    /// List the types of other services that are known, and import nothing
    #[arg(long)]
    types: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    Open311,
}

/// Either source.
enum Source {
    Incidents(Incidents<BufReader<std::io::Take<File>>>),
    Requests(Requests<BufReader<std::io::Take<File>>>),
}

/// Rows between two lines of progress.
const STEP: u64 = 500;

impl Import {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let Some(path) = self.file.clone().filter(|_| !self.types) else {
            let known = crate::import::mapping::known();
            return desk.answer(&known, || imported::known(&known));
        };
        let mut source = self.open(&path)?;
        let notebook = desk.open()?;
        let ended = self.take_all(desk, &notebook, &path, &mut source);
        let (tally, failed) = ended?;
        desk.answer(&tally, || imported::tally(&tally))?;
        if let Some(failure) = failed {
            return Err(failure);
        }
        let nothing = tally.rows > 0 && tally.filed + tally.already == 0;
        if nothing || (self.strict && tally.refused_total > 0) {
            return Err(Failure::RowsRefused(tally.refused_total));
        }
        Ok(())
    }

    /// Files everything; what stopped it comes with what was done before.
    fn take_all(
        &self,
        desk: &Desk,
        notebook: &Notebook,
        path: &Path,
        source: &mut Source,
    ) -> Result<(crate::import::Tally, Option<Failure>), Failure> {
        let identity = notebook.identity()?.ok_or(Error::NotEnrolled)?;
        let mut filing = Filing::new(notebook, identity.device);
        let watched = std::io::stderr().is_terminal();
        let failed = loop {
            let read = match source.next_entry(path) {
                Ok(Some(read)) => read,
                Ok(None) => break None,
                Err(failure) => break Some(failure),
            };
            match filing.take(read) {
                Ok(refused) if !desk.json() => {
                    refused.iter().for_each(|refusal| eprintln!("{}", imported::refusal(refusal)));
                }
                Ok(_) => {}
                Err(error) => break Some(error.into()),
            }
            if filing.tally.rows.is_multiple_of(STEP) && (watched || !desk.json()) {
                eprintln!("{}", imported::progress(&filing.tally));
            }
        };
        Ok((filing.tally, failed))
    }

    fn open(&self, path: &Path) -> Result<Source, Failure> {
        let mapping = Mapping::new(&self.map)?;
        let format = self.format.or_else(|| by_name(path)).ok_or_else(|| {
            Failure::Usage(format!("{}: say --format csv or --format open311", path.display()))
        })?;
        let unreadable = |source| Failure::File { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(unreadable)?;
        let size = file.metadata().map_err(unreadable)?.len();
        if size > MAX_FILE {
            let reason = format!("{size} octets, {MAX_FILE} au plus");
            return Err(Failure::NotImportable { path: path.to_owned(), reason });
        }
        match format {
            Format::Csv => {
                let mut beginning = Vec::new();
                file.by_ref().take(4096).read_to_end(&mut beginning).map_err(unreadable)?;
                file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
                let columns = Columns::new(&incidents::DEFAULTS, &self.columns)?;
                let input = BufReader::new(file.take(MAX_FILE));
                let delimiter = incidents::delimiter_of(&beginning);
                let incidents = Incidents::open(input, delimiter, &columns, &self.columns, mapping);
                incidents.map(Source::Incidents).map_err(|fault| match fault {
                    Fault::Io(source) => Failure::File { path: path.to_owned(), source },
                    Fault::Shape(reason) => Failure::NotImportable { path: path.to_owned(), reason },
                })
            }
            Format::Open311 => {
                let columns = Columns::new(&open311::DEFAULTS, &self.columns)?;
                let input = BufReader::new(file.take(MAX_FILE));
                Ok(Source::Requests(Requests::open(input, columns, mapping)))
            }
        }
    }
}

impl Source {
    fn next_entry(&mut self, path: &Path) -> Result<Option<Result<Entry, Refusal>>, Failure> {
        let path = || path.to_owned();
        match self {
            Source::Incidents(incidents) => {
                incidents.next_entry().map_err(|source| Failure::File { path: path(), source })
            }
            Source::Requests(requests) => requests.next_entry().map_err(|fault| match fault {
                NoList::Io(source) => Failure::File { path: path(), source },
                NoList::Otherwise => Failure::NotImportable { path: path(), reason: fault.to_string() },
            }),
        }
    }
}

fn by_name(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "csv" => Some(Format::Csv),
        "json" => Some(Format::Open311),
        _ => None,
    }
}
