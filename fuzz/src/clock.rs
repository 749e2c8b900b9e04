//! The processor time of one input: a busy machine makes nobody slow.

use std::time::Duration;

use cpu_time::ThreadTime;

/// Runs `work`; the processor time it took on this thread.
pub fn timed(work: impl FnOnce()) -> Duration {
    let start = ThreadTime::now();
    work();
    start.elapsed()
}
