//! One random day: who does what next is thrown by the world's die.

use std::collections::BTreeMap;

use ronde_core::Error;
use ronde_model::document::Chosen;
use ronde_model::fact::{FactValue, Period, Position};
use ronde_model::id::{ChangeHash, DocId};
use ronde_server::Deciding;
use ronde_server::people::Supervisor;
use ronde_tests::world::{A_NIGHT, MINUTE, Phone, World};

/// Reports of one day, at most.
const MOST_REPORTS: usize = 5;

pub const POLICE: &str = "pm-chartres";

pub struct Day {
    pub seed: u64,
    pub world: World,
    pub officers: Vec<Phone>,
    pub driver: Phone,
    pub helene: Supervisor,
    reports: Vec<DocId>,
    /// What each officer's screen last showed of each report.
    screens: BTreeMap<(usize, DocId), Vec<ChangeHash>>,
    done: BTreeMap<&'static str, u32>,
}

impl Day {
    pub fn begin(seed: u64) -> Day {
        let world = World::new(seed);
        let officers = ["Inès Benali", "Samir Morel", "Karim Haddad"]
            .map(|name| world.phone(name, POLICE, "officer"))
            .into();
        let driver = world.phone("Malik Diop", "transport", "transport_agent");
        let helene = world.supervisor("Hélène Marchand");
        let (reports, screens, done) = Default::default();
        Day { seed, world, officers, driver, helene, reports, screens, done }
    }

    /// Every report of the officers.
    pub fn reports(&self) -> Vec<DocId> {
        self.reports.clone()
    }

    pub fn phones(&self) -> impl Iterator<Item = &Phone> {
        self.officers.iter().chain([&self.driver])
    }

    /// What was done, how often.
    pub fn account(&self) -> String {
        format!("{:?}", self.done)
    }

    fn below(&self, limit: usize) -> usize {
        self.world.dice.below(limit as u64) as usize
    }

    fn note(&mut self, what: &'static str) {
        *self.done.entry(what).or_default() += 1;
    }

    /// Somebody does something.
    pub fn step(&mut self) {
        self.world.clock.pass(MINUTE * (1 + self.below(7) as i64));
        let who = self.below(self.officers.len());
        match self.below(100) {
            // Few reports and many hands: people write over each other.
            0..9 if self.reports.len() < MOST_REPORTS => self.file(who),
            0..38 => self.correct(who),
            38..44 => self.state(who),
            44..46 => self.void(who),
            46..58 => self.settle(who),
            58..62 => self.officers[who].restart(),
            62..64 => {
                self.driver.file("waste.tyres", &[], "Pneus au dépôt.");
                self.driver.sync().unwrap();
            }
            64..80 => self.supervise(),
            80..86 => self.half_a_sync(who),
            _ => {
                let report = self.officers[who].sync();
                assert!(report.unwrap().complete, "seed {}", self.seed);
                self.note("syncs");
            }
        }
    }

    fn file(&mut self, who: usize) {
        let facts = [("title", self.text()), ("severity", FactValue::Integer(1 + self.below(5) as i64))];
        let words = format!("Constaté par {who}.");
        self.reports.push(self.officers[who].file("youth.brawl", &facts, &words));
        self.note("files");
    }

    /// A report this phone holds.
    fn held(&self, who: usize) -> Option<DocId> {
        let items = self.officers[who].notebook.list(None, 500).unwrap().items;
        (!items.is_empty()).then(|| items[self.below(items.len())].row.doc)
    }

    fn text(&self) -> FactValue {
        ["Rixe", "rixe.", "Bagarre", "Bagarre  place des Épars", "Attroupement"][self.below(5)].into()
    }

    fn put(&self) -> (String, FactValue) {
        let at = |min: usize| A_NIGHT + min as i64 * 30_000;
        let (from, length) = (self.below(60), self.below(60));
        let period = Period { from_ms: at(from), to_ms: at(from + length), zone_min: 60, observed_ms: None };
        let degrees = |base: f64| base + self.below(40) as f64 / 100_000.0;
        let position =
            Position::from_degrees(degrees(48.44), degrees(1.48), 5.0 + self.below(30) as f64).unwrap();
        let (key, value) = match self.below(7) {
            0 => ("title", self.text()),
            1 => ("severity", FactValue::Integer(1 + self.below(5) as i64)),
            2 => ("people_count", FactValue::Integer(self.below(4) as i64)),
            3 => ("occurred", FactValue::Bytes(period.to_bytes())),
            4 => ("position", FactValue::Bytes(position.to_bytes())),
            5 => ("filmed", FactValue::Flag(self.below(2) == 0)),
            _ => (
                "address",
                ["12 rue de la République", "12 Rue de la Republique.", "Gare"][self.below(3)].into(),
            ),
        };
        (format!("facts/{key}"), value)
    }

    /// From what is on screen now, or from what was on screen the last time somebody looked.
    fn correct(&mut self, who: usize) {
        let Some(doc) = self.held(who) else { return };
        let now = self.officers[who].notebook.read(doc).unwrap().heads;
        let shown = match self.screens.get(&(who, doc)).cloned() {
            Some(old) if self.below(4) == 0 => old,
            _ => now.clone(),
        };
        self.screens.insert((who, doc), now);
        let puts: BTreeMap<_, _> = (0..=self.below(3)).map(|_| self.put()).collect();
        let made = self.officers[who].notebook.correct(doc, &shown, &puts);
        self.note(if made.unwrap().is_some() { "corrects" } else { "changes nothing" });
    }

    fn state(&mut self, who: usize) {
        let Some(doc) = self.held(who) else { return };
        let words = format!("Vu à {}.", self.below(1_000_000));
        self.officers[who].notebook.state(doc, &words, None, None).unwrap();
        self.note("states");
    }

    fn void(&mut self, who: usize) {
        let Some(doc) = self.held(who) else { return };
        match self.officers[who].notebook.void(doc, "déposé par erreur") {
            Ok(_) => self.note("voids"),
            Err(Error::NotAllowed { .. }) => self.note("may not void"),
            Err(other) => panic!("seed {}: {other}", self.seed),
        }
    }

    /// The author's side puts a value over a divergence on screen.
    fn settle(&mut self, who: usize) {
        let Some(doc) = self.held(who) else { return };
        let divergences = self.officers[who].notebook.divergences(doc).unwrap();
        let Some(divergence) = divergences.get(self.below(divergences.len())) else { return };
        let value = divergence.voices[self.below(divergence.voices.len())].value.clone();
        let shown = self.officers[who].notebook.read(doc).unwrap().heads;
        self.officers[who].notebook.decide(doc, &shown, &divergence.key, value).unwrap();
        self.note("settles");
    }

    fn supervise(&mut self) {
        let page = self.world.server.reports(&self.helene, &Default::default(), None, 200).unwrap();
        let mine: Vec<_> = page.items.iter().filter(|line| self.reports.contains(&line.row.doc)).collect();
        let Some(line) = mine.get(self.below(mine.len())) else { return };
        let (server, helene, doc) = (&self.world.server, &self.helene, line.row.doc);
        match self.below(7) {
            0 => drop(server.mark_read(helene, doc).unwrap()),
            1 => drop(server.assign(helene, doc, "Équipe de nuit", None).unwrap()),
            2 => drop(server.close(helene, doc, "traité").unwrap()),
            3 => drop(server.reopen(helene, doc, "pas fini").ok()),
            4 => drop(server.comment(helene, doc, "Précisez l’heure.").unwrap()),
            _ => return self.decide(doc),
        }
        self.note("acts");
    }

    fn decide(&mut self, doc: DocId) {
        let divergences = self.world.server.divergences(&self.helene, doc).unwrap().unwrap();
        let Some(divergence) = divergences.get(self.below(divergences.len())) else { return };
        let voice = &divergence.voices[self.below(divergence.voices.len())];
        let chosen = if self.below(3) == 0 {
            Chosen::Value(voice.value.clone())
        } else {
            Chosen::Change(voice.change)
        };
        let deciding = Deciding {
            key: divergence.key.clone(),
            chosen,
            saw: divergence.voices.iter().map(|v| v.change).collect(),
            saw_decisions: Vec::new(),
            reason: "recoupé avec la vidéo".into(),
        };
        self.world.server.decide(&self.helene, doc, deciding).unwrap();
        self.note("decides");
    }

    /// The wire breaks somewhere on the way.
    fn half_a_sync(&mut self, who: usize) {
        let after = self.below(4_000) as u64;
        self.officers[who].wire.cut_after(after);
        let cut = self.officers[who].sync().is_err();
        self.officers[who].wire.plug();
        self.note(if cut { "is cut" } else { "syncs" });
    }

    /// Everybody meets until nobody has news.
    pub fn everybody_meets(&mut self) {
        for _ in 0..2 {
            for phone in self.phones() {
                assert!(phone.sync().unwrap().complete, "seed {}", self.seed);
            }
        }
    }
}
