//! A connection to a database behind the product's back: what a phone still holds after a disaster,
//! and what a control spoils. Knows the cipher's key pragma and no table.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

/// Opens a database on a disk in memory with its raw key, in hexadecimal.
pub fn connect(path: &Path, vfs: &str, key: &str) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags_and_vfs(path, flags, vfs).expect("opens");
    connection.pragma_update(None, "key", format!("x'{key}'")).expect("a key");
    connection
}
