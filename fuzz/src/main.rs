//! LLVM's fuzzer around one target, named in `RONDE_FUZZ_TARGET` (`?` lists them with
//! their longest inputs). Built and started by `cargo xtask fuzz`.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use peak_alloc::PeakAlloc;
use ronde_fuzz::{TARGETS, Target, guard, target};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

static TARGET: OnceLock<&'static Target> = OnceLock::new();

fn chosen() -> &'static Target {
    let name = std::env::var("RONDE_FUZZ_TARGET").unwrap_or_default();
    if name == "?" {
        TARGETS.iter().for_each(|target| println!("{} {}", target.name, target.longest));
        std::process::exit(0);
    }
    target(&name).unwrap_or_else(|| {
        eprintln!("no target {name:?}: name one in RONDE_FUZZ_TARGET");
        std::process::exit(2)
    })
}

fuzz_target!(
    init: {
        TARGET.get_or_init(chosen);
        guard::listen();
    },
    |input: &[u8]| {
        let before = guard::caught();
        if let Err(why) = guard::hold(TARGET.get_or_init(chosen), input, &HEAP) {
            eprintln!("{why}");
            std::process::abort();
        }
        let caught = guard::caught();
        if caught > before && caught.is_power_of_two() {
            eprintln!("caught panics: {caught}");
        }
    }
);
