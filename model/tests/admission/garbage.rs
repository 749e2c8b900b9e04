//! Bytes nobody wrote on purpose, and some that somebody did: never a panic, never a hang, never
//! much memory, never a document that does not load again.

use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use proptest::prelude::*;
use ronde_model::document::Document;
use ronde_model::envelope::Kind;
use sha2::{Digest, Sha256};

use crate::crew::Verdict;
use crate::scene::Scene;

/// The same content with the checksum it needs to be looked at.
fn with_checksum(mut chunk: Vec<u8>) -> Vec<u8> {
    if chunk.len() > 8 {
        let digest = Sha256::digest(&chunk[8..]);
        chunk[4..8].copy_from_slice(&digest[..4]);
    }
    chunk
}

/// Whatever the judgement, the report is sound and people work on.
#[track_caller]
fn stays_sound(scene: &mut Scene, body: Vec<u8>) -> Verdict {
    let before = scene.report().save();
    let verdict = scene.take_from_bruno(body);
    if !matches!(verdict, Verdict::Accepted { .. }) {
        assert_eq!(scene.report().save(), before);
    }
    let loaded = Document::load(&scene.report().save()).expect("the report loads");
    assert_eq!(loaded.contents(), scene.report().contents());
    let (doc, home) = (scene.doc, scene.home.clone());
    let (words, document) = (scene.karim.words("Rien de plus."), scene.report().clone());
    let honest = scene.karim.correct(Kind::Report, doc, &home, &document, &[words]);
    assert_eq!(scene.desk.take(&honest), Verdict::GOOD);
    verdict
}

proptest! {
    #[test]
    fn any_bytes_are_refused(body in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert_eq!(stays_sound(&mut Scene::new(), body), Verdict::BAD);
    }

    #[test]
    fn any_bytes_that_begin_like_a_change_are_refused(
        kind in 0_u8..6,
        content in proptest::collection::vec(any::<u8>(), 0..120),
    ) {
        let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, kind, content.len() as u8];
        chunk.extend(content);
        prop_assert_eq!(stays_sound(&mut Scene::new(), with_checksum(chunk)), Verdict::BAD);
    }

    #[test]
    fn an_honest_change_with_any_bytes_altered_harms_nothing(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut scene = Scene::new();
        let mut body = scene.forge(|_, _| ());
        for (place, value) in edits {
            let place = 8 + place.index(body.len() - 8);
            body[place] = value;
        }
        stays_sound(&mut scene, with_checksum(body));
    }

    #[test]
    fn an_honest_change_cut_or_stretched_harms_nothing(
        place in any::<prop::sample::Index>(),
        taken in 0_usize..6,
        given in proptest::collection::vec(any::<u8>(), 0..6),
    ) {
        let mut scene = Scene::new();
        let honest = scene.forge(|_, _| ());
        let content = honest[11..].to_vec();
        let from = place.index(content.len());
        let to = (from + taken).min(content.len());
        let content: Vec<u8> = [&content[..from], &given, &content[to..]].concat();
        let mut body = honest[..9].to_vec();
        body.extend([(content.len() % 128) as u8 | 0x80, (content.len() / 128) as u8]);
        body.extend(content);
        stays_sound(&mut scene, with_checksum(body));
    }
}

#[test]
fn a_wrong_checksum_is_refused() {
    let mut scene = Scene::new();
    let mut body = scene.forge(|_, _| ());
    body[5] ^= 1;
    scene.answers(body, Verdict::BAD);
}

/// A change of two columns' worth of bytes whose columns claim `run` items each.
fn claiming(run: u64, predecessors: u64) -> Vec<u8> {
    let leb = |mut value: u64| {
        let mut bytes = Vec::new();
        while value > 0x3f {
            bytes.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
        bytes
    };
    let runs = |count: u64, value: &[u8]| [leb(count), value.to_vec()].concat();
    let columns: Vec<(u8, Vec<u8>)> = vec![
        (0x15, runs(run, &[7, b'f', b'a', b'c', b't', b's', b'/', b'x'])),
        (0x34, leb(run)),
        (0x42, runs(run, &[1])),
        (0x56, runs(run, &[0])),
        (0x70, runs(run, &leb(predecessors))),
        (0x71, runs(run.saturating_mul(predecessors.max(1)), &[0])),
        (0x73, runs(run.saturating_mul(predecessors.max(1)), &[1])),
    ];
    let mut content = vec![0, 16];
    content.extend([9; 16]);
    content.extend([1, 1, 0, 0, 0, columns.len() as u8]);
    for (specification, data) in &columns {
        content.extend([*specification, data.len() as u8]);
    }
    columns.iter().for_each(|(_, data)| content.extend(data));
    let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1, content.len() as u8];
    chunk.extend(content);
    with_checksum(chunk)
}

/// Judged before somebody waiting for it would give up.
fn judged_at_once(body: Vec<u8>) {
    let (answer, answered) = mpsc::channel();
    std::thread::spawn(move || {
        let mut scene = Scene::new();
        let _ = answer.send(scene.take_from_bruno(body));
    });
    let verdict = answered.recv_timeout(Duration::from_secs(60)).expect("judged within a minute");
    assert_eq!(verdict, Verdict::BAD);
}

#[test]
fn a_change_of_150_bytes_that_claims_a_million_million_operations_costs_nothing() {
    assert!(
        automerge::Change::from_bytes(claiming(3, 0)).is_ok_and(|change| change.len() == 3),
        "the bomb is a change"
    );
    let bomb = claiming(1 << 40, 0);
    assert!(bomb.len() < 150);
    judged_at_once(bomb);
}

#[test]
fn a_change_of_150_bytes_that_claims_a_million_million_predecessors_costs_nothing() {
    assert!(
        automerge::Change::from_bytes(claiming(1, 9)).is_ok_and(|change| change.len() == 1),
        "the bomb is a change"
    );
    judged_at_once(claiming(1, 1 << 40));
}

#[test]
fn a_deflated_change_that_inflates_a_thousand_times_is_never_inflated() {
    let mut scene = Scene::new();
    let long = "a".repeat(200 * 1024);
    let raw = scene.bruno.draft(scene.report(), &[crate::crew::fact("title", long.as_str())]).raw;
    let deflated = automerge::Change::from_bytes(raw).unwrap().bytes().to_vec();
    assert!(deflated.len() < 1024);
    scene.answers(deflated, Verdict::BAD);
}

#[test]
fn the_librarys_own_crashers_are_refused() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/automerge");
    if !root.is_dir() {
        println!("skipped: {} is not here", root.display());
        return;
    }
    let mut tried = 0;
    for folder in ["fuzz-crashers", "fixtures", "."] {
        let mut files: Vec<_> =
            std::fs::read_dir(root.join(folder)).unwrap().map(|f| f.unwrap().path()).collect();
        files.sort();
        for path in files.iter().filter(|path| path.is_file()) {
            let body = std::fs::read(path).unwrap();
            let mut scene = Scene::new();
            for body in [body.clone(), with_checksum(body)] {
                assert_eq!(stays_sound(&mut scene, body), Verdict::BAD, "{}", path.display());
            }
            tried += 1;
        }
    }
    assert!(tried >= 17, "only {tried} files");
}
