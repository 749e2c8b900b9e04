//! The other side of telling damage: what a power cut leaves is opened without a word.

use std::path::Path;

use ronde_core::Settings;
use ronde_tests::disk::{Disk, Ordering};
use ronde_tests::world::World;

use super::phones::in_memory;

#[test]
fn what_a_power_cut_leaves_is_never_taken_for_damage() {
    let world = World::new(431);
    let home = in_memory().unwrap();
    let disk = Disk::new(Ordering::Strict).expect("registered");
    let settings = Settings { vfs: Some(disk.vfs().to_owned()), ..Settings::default() };
    let notebook = world.open_notebook(home.path(), settings).unwrap();
    let mut saved = 0;
    for words in ["Un.", "Deux.", "Trois.", "Quatre."] {
        let mut draft = notebook.new_draft("waste.tyres").unwrap();
        draft.statement = words.repeat(900);
        notebook.save_draft(&draft).unwrap();
        saved += 1;
        disk.mark(saved.to_string());
    }
    let key = std::fs::read(home.path().join("notebook.key")).unwrap();
    let (mut opened, mut with_a_cut_log) = (0, 0);
    for cut in disk.cuts(431).step_by(5) {
        let directory = in_memory().unwrap();
        std::fs::write(directory.path().join("notebook.key"), &key).unwrap();
        for (path, bytes) in cut.power_on().expect("registered").files() {
            let name = Path::new(&path).file_name().expect("a name");
            std::fs::write(directory.path().join(name), bytes).unwrap();
        }
        let story = format!("at {} {:?}", cut.index, cut.variant);
        let found = world.open_notebook(directory.path(), Settings::default());
        let found = found.unwrap_or_else(|error| panic!("{story}: {error}"));
        let promised = cut.marks().last().map_or(0, |mark| mark.label.parse().expect("a number"));
        let whole = found.drafts().unwrap().iter().filter(|draft| !draft.statement.is_empty()).count();
        assert!(whole >= promised, "{story}: {whole} of {promised}");
        let checkup = found.doctor(true).unwrap();
        assert!(checkup.findings.iter().all(|f| f.subject != "database" || f.sentence.contains("saine")));
        with_a_cut_log += usize::from(checkup.findings.iter().any(|f| f.subject == "log"));
        opened += 1;
    }
    println!("{opened} power cuts opened, {with_a_cut_log} with a last writing that was not whole");
    assert!(opened > 100 && with_a_cut_log > 0, "{opened} {with_a_cut_log}");
}
