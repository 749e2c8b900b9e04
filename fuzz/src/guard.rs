//! The limits every input is held to: no panic that reaches the caller, memory, time. A panic that the
//! model catches itself (rule S9) is counted and is no crash.

use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use peak_alloc::PeakAlloc;

use crate::{Target, clock};

/// Memory that one input may take at once, above what was there before, bytes.
pub const MEMORY_BYTES: usize = 64 * 1024 * 1024;

/// Processor time that one input may take, ms.
pub const TIME_MS: u128 = 1000;

static PANICS: AtomicU64 = AtomicU64::new(0);
static CAUGHT: AtomicU64 = AtomicU64::new(0);
static LAST: Mutex<String> = Mutex::new(String::new());

/// From now on a panic is remembered and not printed: whether it was caught is known afterwards.
pub fn listen() {
    std::panic::set_hook(Box::new(remember));
}

fn remember(panic: &PanicHookInfo<'_>) {
    PANICS.fetch_add(1, Ordering::Relaxed);
    let mut last = LAST.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    *last = panic.to_string();
}

/// How many panics were caught by what was fuzzed.
pub fn caught() -> u64 {
    CAUGHT.load(Ordering::Relaxed)
}

/// Runs a target on an input; what it did that it must not. `heap` is the program's allocator.
///
/// # Errors
/// In words, for whoever mends it.
pub fn hold(target: &Target, input: &[u8], heap: &PeakAlloc) -> Result<(), String> {
    let panics = PANICS.load(Ordering::Relaxed);
    heap.reset_peak_usage();
    let before = heap.current_usage();
    let mut ended = Ok(());
    let took = clock::timed(|| ended = catch_unwind(AssertUnwindSafe(|| (target.run)(input))));
    let used = heap.peak_usage().saturating_sub(before);
    if ended.is_err() {
        let last = LAST.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        return Err(format!("{} panics: {last}", target.name));
    }
    CAUGHT.fetch_add(PANICS.load(Ordering::Relaxed) - panics, Ordering::Relaxed);
    if used > MEMORY_BYTES {
        return Err(format!("{} takes {used} bytes at once, at most {MEMORY_BYTES}", target.name));
    }
    if took.as_millis() > TIME_MS {
        return Err(format!("{} takes {} ms, at most {TIME_MS}", target.name, took.as_millis()));
    }
    Ok(())
}
