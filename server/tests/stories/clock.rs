//! How long a figure took, for the one test that prints it. No assertion hangs on it.

/// Time passed and CPU time of this process, seconds.
#[derive(Clone, Copy)]
pub struct Spent {
    pub wall_s: f64,
    pub cpu_s: f64,
}

/// What `work` takes.
pub fn spent(work: impl FnOnce()) -> Spent {
    #[expect(clippy::disallowed_methods, reason = "a figure that is printed, never asserted")]
    let (began, cpu) = (std::time::Instant::now(), cpu_s());
    work();
    #[expect(clippy::disallowed_methods, reason = "a figure that is printed, never asserted")]
    let wall_s = began.elapsed().as_secs_f64();
    Spent { wall_s, cpu_s: cpu_s() - cpu }
}

/// CPU time of this process so far, seconds (clock ticks of 10 ms).
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}
