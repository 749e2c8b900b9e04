//! Every input that is kept, told again without the fuzzer: no panic, within the memory and the time of one
//! input. A crash that was found is kept in `corpus/` too, so it stays mended.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::Path;

use peak_alloc::PeakAlloc;
use ronde_fuzz::{TARGETS, guard, target};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

// One test: the allocator counts for the whole program.
#[test]
fn every_kept_input_is_taken_within_the_limits() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for folder in std::fs::read_dir(&corpus).unwrap() {
        let name = folder.unwrap().file_name().into_string().unwrap();
        assert!(target(&name).is_some(), "corpus/{name} is of no target");
    }
    guard::listen();
    let mut told = Vec::new();
    for target in TARGETS {
        let mut inputs = vec![Vec::new()];
        for file in std::fs::read_dir(corpus.join(target.name)).expect("each target has seeds") {
            inputs.push(std::fs::read(file.unwrap().path()).unwrap());
        }
        told.extend(inputs.iter().filter_map(|input| {
            let crash = guard::hold(target, input, &HEAP).err()?;
            Some(format!("{crash}\n  on {input:02x?}"))
        }));
        println!("{}: {} inputs", target.name, inputs.len());
    }
    let _mine = std::panic::take_hook();
    assert!(told.is_empty(), "{}", told.join("\n"));
    let broken = ronde_fuzz::Target { name: "broken", run: |input| assert!(input.is_empty()), longest: 1 };
    assert!(guard::hold(&broken, b"x", &HEAP).is_err(), "a panic is a crash");
    let greedy = ronde_fuzz::Target { name: "greedy", run: |_| drop(vec![1_u8; 65 << 20]), longest: 1 };
    assert!(guard::hold(&greedy, b"x", &HEAP).is_err(), "65 MiB are too much");
}
