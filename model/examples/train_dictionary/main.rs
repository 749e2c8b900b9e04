//! Trains the dictionary of small bodies from synthetic exchanges, always the same ones, and says
//! what it saves on others: `cargo run -p ronde-model --example train_dictionary -- OUT`.
//! Uses the real envelopes, leases and signatures. Run again only before a first release: a
//! dictionary that frames name is never changed.

#[path = "../../tests/crew/dice.rs"]
mod dice;
mod exchange;
mod phrases;
mod report;

use std::collections::BTreeMap;
use std::error::Error;

use exchange::{Agglomeration, Exchange, Message};
use phrases::Bank;

/// Stands in each frame that needs the dictionary, in one byte.
const DICTIONARY_ID: u32 = 1;
const SIZES_KIB: [usize; 3] = [8, 16, 32];
const CHOSEN_KIB: usize = 32;
/// The usual level, and that of small bodies.
const LEVELS: [i32; 2] = [3, 19];
const EXCHANGES: usize = 2_000;
const HELD_OUT: usize = 400;

fn main() -> Result<(), Box<dyn Error>> {
    let out =
        std::env::args().nth(1).ok_or("give the file to write, such as model/src/wire/dictionary-1.zdict")?;
    let known = exchanges(1, EXCHANGES, Bank::Known)?;
    let samples: Vec<&[u8]> =
        known.iter().flat_map(|e| &e.messages).map(|(_, bytes)| bytes.as_slice()).collect();
    println!("{} messages of {} exchanges", samples.len(), known.len());
    let others = exchanges(2, HELD_OUT, Bank::Known)?;
    let strange = exchanges(3, HELD_OUT, Bank::Strange)?;
    print_sizes("no dictionary", &[], &strange)?;
    for kib in SIZES_KIB {
        let dictionary = train(&samples, kib * 1024)?;
        print_sizes(&format!("{kib} KiB, other people, sentences of the same writer"), &dictionary, &others)?;
        print_sizes(&format!("{kib} KiB, other people, sentences of another writer"), &dictionary, &strange)?;
        if kib == CHOSEN_KIB {
            std::fs::write(&out, &dictionary)?;
        }
    }
    println!("wrote {CHOSEN_KIB} KiB to {out}");
    Ok(())
}

fn exchanges(seed: u64, count: usize, bank: Bank) -> Result<Vec<Exchange>, Box<dyn Error>> {
    let mut agglomeration = Agglomeration::new(seed);
    (0..count).map(|_| agglomeration.next_exchange(bank)).collect()
}

fn train(samples: &[&[u8]], size: usize) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut dictionary = zstd::dict::from_samples(samples, size)?;
    // Bytes 4 to 8 are the id (RFC 8878, section 5); a small one takes one byte of each frame.
    let id = dictionary.get_mut(4..8).ok_or("the trained dictionary is too short")?;
    id.copy_from_slice(&DICTIONARY_ID.to_le_bytes());
    Ok(dictionary)
}

/// Mean and largest bytes of every kind of message.
fn print_sizes(title: &str, dictionary: &[u8], exchanges: &[Exchange]) -> Result<(), Box<dyn Error>> {
    println!("\n{title}");
    for level in LEVELS {
        let mut compressor = zstd::bulk::Compressor::with_dictionary(level, dictionary)?;
        let mut sizes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for exchange in exchanges {
            let mut whole = 0;
            for (message, bytes) in &exchange.messages {
                let packed = compressor.compress(bytes)?.len().min(bytes.len());
                whole += packed;
                sizes.entry(format!("{message:?}")).or_default().push(packed);
            }
            sizes.entry(format!("= {:?}", exchange.story)).or_default().push(whole);
        }
        let line: Vec<String> = sizes
            .iter()
            .map(|(name, all)| {
                let (sum, most) = (all.iter().sum::<usize>(), all.iter().max().copied().unwrap_or(0));
                format!("{name} {} (≤ {most})", sum / all.len().max(1))
            })
            .collect();
        println!("  level {level:>2}: {}", line.join(" · "));
    }
    Ok(())
}

impl Exchange {
    /// An exchange of two messages.
    fn new(story: exchange::Story, up: (Message, Vec<u8>), down: (Message, Vec<u8>)) -> Self {
        Exchange { story, messages: vec![up, down] }
    }
}
