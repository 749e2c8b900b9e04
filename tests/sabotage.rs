//! `ronde-sabotage DIR`: removes the last stored envelope of a server's archive behind its back, so
//! that the demo can show that a loss would be seen. Never part of the product.

use std::path::Path;
use std::process::ExitCode;

use rusqlite::Connection;

fn main() -> ExitCode {
    let Some(directory) = std::env::args_os().nth(1) else {
        eprintln!("usage: ronde-sabotage SERVER_DIRECTORY");
        return ExitCode::from(2);
    };
    match remove_one(Path::new(&directory)) {
        Ok(eid) => {
            println!("removed {eid}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("ronde-sabotage: {error}");
            ExitCode::FAILURE
        }
    }
}

fn remove_one(directory: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let key = std::fs::read_to_string(directory.join("archive.key"))?;
    let archive = Connection::open(directory.join("archive.sqlite"))?;
    archive.pragma_update(None, "key", format!("x'{}'", key.trim()))?;
    archive.busy_timeout(std::time::Duration::from_secs(5))?;
    // A phone's own report, so that some phone's ledger names it.
    let (seq, eid): (i64, String) = archive.query_row(
        "SELECT seq, lower(hex(eid)) FROM envelope WHERE kind = 0 ORDER BY seq DESC LIMIT 1",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    archive.execute("DELETE FROM envelope_body WHERE seq = ?1", [seq])?;
    archive.execute("DELETE FROM envelope WHERE seq = ?1", [seq])?;
    Ok(eid)
}
