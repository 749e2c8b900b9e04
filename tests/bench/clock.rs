//! What a block of work cost: time on the wall, and time of this thread on a processor (user and
//! system). The only file of the bench that reads a clock. Changes when cost is measured otherwise.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::Outcome;

/// What a block of work cost.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// On the wall, microseconds.
    pub wall_us: f64,
    /// On a processor, microseconds, user and system.
    pub cpu_us: f64,
}

impl Cost {
    /// The cost of one of `count` equal parts.
    pub fn each(self, count: usize) -> Cost {
        let count = count.max(1) as f64;
        Cost { wall_us: self.wall_us / count, cpu_us: self.cpu_us / count }
    }
}

/// Runs `work` and says what it cost.
///
/// # Errors
/// What `work` answers, or a kernel that does not tell a thread's processor time.
#[expect(clippy::disallowed_methods, reason = "this is the bench's clock.rs")]
pub fn timed<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<(T, Cost)> {
    let (cpu, wall) = (on_processor()?, Instant::now());
    let answer = work()?;
    // The wall first: asking for the processor's time gives it away for a moment.
    let wall_us = microseconds(wall.elapsed());
    let cpu_us = microseconds(on_processor()?.saturating_sub(cpu));
    Ok((answer, Cost { wall_us, cpu_us }))
}

/// This thread's time on a processor, which the kernel brings up to date when the thread yields.
fn on_processor() -> Outcome<Duration> {
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")
        .map_err(|e| format!("/proc/thread-self/schedstat: {e} (Linux only)"))?;
    let nanoseconds = text.split(' ').next().unwrap_or_default().parse()?;
    Ok(Duration::from_nanos(nanoseconds))
}

/// The system's wall clock, ms UTC.
#[expect(clippy::disallowed_methods, reason = "this is the bench's clock.rs")]
pub fn wall_ms() -> Outcome<i64> {
    Ok(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?)
}

fn microseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// The middle of some figures; NaN of none.
pub fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    match figures.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => figures[n / 2],
        n => (figures[n / 2 - 1] + figures[n / 2]) / 2.0,
    }
}
