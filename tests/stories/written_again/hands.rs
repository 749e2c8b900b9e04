//! Hands inside the files of a phone or a server: what no honest program would do to them.

use ronde_tests::world::{Phone, World};
use rusqlite::Connection;

/// A phone's database; its app must not be used meanwhile.
pub fn notebook(phone: &Phone) -> Connection {
    let wrapped = std::fs::read(phone.directory().join("notebook.key")).unwrap();
    let key: String = wrapped.iter().map(|byte| format!("{:02x}", byte ^ 0x5a)).collect();
    open(&phone.directory().join("notebook.db"), &key)
}

/// The server's archive.
pub fn archive(world: &World) -> Connection {
    let directory = world.server_home();
    let key = std::fs::read_to_string(directory.join("archive.key")).unwrap();
    open(&directory.join("archive.sqlite"), key.trim())
}

fn open(path: &std::path::Path, key: &str) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "key", format!("x'{key}'")).unwrap();
    connection
}
