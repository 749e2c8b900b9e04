//! Hands inside the files of a phone or a server: what no honest program would do to them.

use std::path::Path;

use ronde_tests::world::{Phone, World};
use rusqlite::Connection;

/// A phone's database; its app must not be used meanwhile.
pub fn notebook(phone: &Phone) -> Connection {
    unlocked(Connection::open(phone.directory().join("notebook.db")).unwrap(), phone.directory())
}

/// The database of a phone's directory, with its key.
pub fn unlocked(database: Connection, directory: &Path) -> Connection {
    let wrapped = std::fs::read(directory.join("notebook.key")).unwrap();
    let key: String = wrapped.iter().map(|byte| format!("{:02x}", byte ^ 0x5a)).collect();
    keyed(database, &key)
}

/// The server's archive.
pub fn archive(world: &World) -> Connection {
    let directory = world.server_home();
    let key = std::fs::read_to_string(directory.join("archive.key")).unwrap();
    keyed(Connection::open(directory.join("archive.sqlite")).unwrap(), key.trim())
}

fn keyed(connection: Connection, key: &str) -> Connection {
    connection.pragma_update(None, "key", format!("x'{key}'")).unwrap();
    connection
}
