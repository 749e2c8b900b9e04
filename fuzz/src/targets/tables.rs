//! Files of other services, as `ronde import` reads them: every row is a report or a refusal, and the
//! end comes.

use std::io::{BufReader, Cursor};

use crate::import::columns::Columns;
use crate::import::incidents::{self, Incidents, delimiter_of};
use crate::import::mapping::Mapping;
use crate::import::open311::{self, Requests};

/// An incident list.
pub fn csv(input: &[u8]) {
    let (Ok(columns), Ok(mapping)) = (Columns::new(&incidents::DEFAULTS, &[]), Mapping::new(&[])) else {
        return;
    };
    let file = BufReader::new(Cursor::new(input));
    let Ok(mut rows) = Incidents::open(file, delimiter_of(input), &columns, &[], mapping) else { return };
    let mut met = 0;
    while let Ok(Some(_)) = rows.next_entry() {
        met += 1;
        assert!(met <= input.len() + 1, "more rows than bytes");
    }
}

/// A list of requests.
pub fn open311(input: &[u8]) {
    let (Ok(columns), Ok(mapping)) = (Columns::new(&open311::DEFAULTS, &[]), Mapping::new(&[])) else {
        return;
    };
    let mut requests = Requests::open(BufReader::new(Cursor::new(input)), columns, mapping);
    let mut met = 0;
    while let Ok(Some(_)) = requests.next_entry() {
        met += 1;
        assert!(met <= input.len() + 1, "more requests than bytes");
    }
}
