//! Ronde told as stories. `world`: phones, a server and a wire in memory, on one clock and one die.
//! `disk`: files that forget what was not synced. `processes`: the real programs and a road between
//! them. The stories themselves are in `stories/`.

pub mod disk;
pub mod processes;
pub mod world;
