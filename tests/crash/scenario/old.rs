//! A notebook as version 1 left it, opened by this program: every migration there is runs over it.
//! Knows the first schema, which never changes. Changes never: later migrations are run, not known.

use ronde_core::KeyVault;
use ronde_tests::disk::Disk;
use ronde_tests::world::WorldVault;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::acts::{self, Done};
use super::phone;
use super::{Scenario, Step};
use crate::stage::Stage;
use crate::trouble::Trouble;
use crate::watch::Side;
use std::sync::Arc;

const FIRST_SCHEMA: &str = include_str!("../../../core/src/store/migrations/001_notebook.sql");

pub const MIGRATION: Scenario = Scenario {
    name: "migration",
    side: Side::Phone,
    prepare: of_version_1,
    steps: &[
        Step::new("opened", acts::open),
        Step::of("saved", acts::draft, 300),
        Step::new("filed", acts::file),
        Step::new("closed", acts::close),
        Step::new("opened", acts::open),
    ],
    needs_hot: false,
    weight: 3,
};

fn of_version_1(stage: &mut Stage) -> Done {
    phone::with_reports(stage)?;
    acts::draft(stage, 400)?;
    stage.notes.draft = None;
    let before = stage.look(Side::Phone)?.unwrap_or_default();
    stage.close();
    let old = Disk::new(stage.ordering)?;
    aged(stage, &old).map_err(|e| Trouble::Astray(format!("making a notebook of version 1: {e}")))?;
    stage.phone.disk = Arc::new(old);
    let mut migrated = stage.copy()?;
    migrated.notebook()?;
    let after = migrated.look(Side::Phone)?.unwrap_or_default();
    match after.difference(&before, &[]) {
        Some((_, words)) => Err(Trouble::Astray(format!("the migration changed what is seen: {words}"))),
        None => Ok(()),
    }
}

/// Everything that version 1 knew of, in its own schema.
fn aged(stage: &Stage, old: &Disk) -> Result<(), Box<dyn std::error::Error>> {
    let wrapped = std::fs::read(stage.phone.directory.join("notebook.key"))?;
    let key: String = WorldVault.unwrap(&wrapped)?.iter().map(|byte| format!("{byte:02x}")).collect();
    let path = stage.phone.directory.join("notebook.db");
    let flags = OpenFlags::default() | OpenFlags::SQLITE_OPEN_URI;
    let made = Connection::open_with_flags_and_vfs(&path, flags, old.vfs())?;
    made.pragma_update(None, "key", format!("x'{key}'"))?;
    made.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false)?;
    made.execute_batch("PRAGMA synchronous = EXTRA")?;
    made.execute_batch(&format!("BEGIN; {FIRST_SCHEMA}; PRAGMA user_version = 1; COMMIT;"))?;
    made.query_one("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    let newer = format!("file:{}?vfs={}", path.display(), stage.phone.disk.vfs());
    made.execute("ATTACH DATABASE ?1 AS newer KEY ?2", [newer, format!("x'{key}'")])?;
    for table in names(
        &made,
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL%'",
    )? {
        let columns = names(
            &made,
            &format!(
                "SELECT name FROM pragma_table_info('{table}', 'main')
                 INTERSECT SELECT name FROM pragma_table_info('{table}', 'newer')"
            ),
        )?
        .join(", ");
        made.execute_batch(&format!(
            "BEGIN; DELETE FROM main.{table};
             INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}; COMMIT;"
        ))?;
    }
    Ok(())
}

fn names(of: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = of.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    rows.collect()
}
