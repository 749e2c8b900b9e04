//! What reads bytes of others, as functions of bytes that must neither panic nor take more than their
//! share of memory and time. Knows the decoders and what must hold of what they read; makes no bytes.
//! Changes when a decoder appears.

mod clock;
pub mod guard;
pub mod scene;
mod targets;

// The command line is a program without a library: its import is compiled here as it stands there.
#[path = "../../cli/src/commune.rs"]
#[allow(dead_code, reason = "the import uses a part of it")]
mod commune;
#[path = "../../cli/src/fact.rs"]
#[allow(dead_code, reason = "the import uses a part of it")]
mod fact;
#[path = "../../cli/src/failure.rs"]
#[allow(dead_code, unused_imports, unused_macros, reason = "the import uses a part of it")]
mod failure;
#[path = "../../cli/src/import/mod.rs"]
#[allow(dead_code, reason = "reading is used, filing is not")]
mod import;
#[path = "../../cli/src/moment.rs"]
#[allow(dead_code, reason = "the import uses a part of it")]
mod moment;

/// Something that reads bytes of others.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// As it is called on the command line and in `corpus/`.
    pub name: &'static str,
    /// Reads them; panics when something that must hold does not.
    pub run: fn(&[u8]),
    /// The longest input worth trying, bytes.
    pub longest: usize,
}

/// Every target, by name.
pub const TARGETS: &[Target] = targets::ALL;

/// A crash on purpose, behind four letters that chance does not find: whether the fuzzer sees at all.
pub const PLANTED: Target = Target { name: "planted", run: planted, longest: 64 };

fn planted(input: &[u8]) {
    let mut letters = input.iter();
    let mut next = |wanted: u8| letters.next() == Some(&wanted);
    let whole = next(b'r') && next(b'o') && next(b'n') && next(b'd');
    assert!(!whole, "planted");
}

/// The target of a name, the planted one too.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().chain([&PLANTED]).find(|target| target.name == name)
}
