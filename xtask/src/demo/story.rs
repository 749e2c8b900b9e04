//! The night itself: who files what, who corrects what apart, what the supervisor decides.
//! Changes when the night does.

use std::path::Path;

use serde_json::Value;

use super::Demo;
use super::chance::Chance;
use super::field::{Field, text};
use super::office::Office;
use super::verdict::Verdict;
use crate::failure::Failure;
use crate::shell::Shell;

/// The people, the office, and what the night has come to.
pub struct Stage {
    pub(super) office: Office,
    pub(super) phones: [Field; 3],
    /// Where the communes are, `[longitude, latitude]`.
    communes: Vec<[f64; 2]>,
}

/// What was told, to be judged.
#[derive(Default)]
pub struct Told {
    pub(super) filed: Vec<(usize, String)>,
    divergences: usize,
    decided: Vec<(String, String, Value)>,
    noop_requests: u64,
    noop_bytes: u64,
}

const PEOPLE: [(&str, &str, &str); 3] = [
    ("Inès Benali", "pm-centre", "officer"),
    ("Samir Morel", "pm-centre", "officer"),
    ("Karim Haddad", "bus-nord", "transport_agent"),
];

/// Type, facts, words: what two officers see in a night.
const STREET: [(&str, &[&str], &str); 6] = [
    (
        "youth.brawl",
        &["title=Bagarre devant le lycée", "severity=4", "injuries=light"],
        "Constatons deux groupes qui s’affrontent.",
    ),
    (
        "nuisance.noise_night",
        &["title=Musique au troisième étage", "severity=2"],
        "Musique forte, fenêtres ouvertes, deuxième passage.",
    ),
    (
        "waste.bulky",
        &["title=Canapés sur le trottoir", "volume_m3=2,5"],
        "Deux canapés et un sommier devant le 12.",
    ),
    (
        "presence.contact",
        &["title=Échange avec les commerçants"],
        "Trois commerçants signalent des allées et venues.",
    ),
    (
        "video.preserve",
        &["title=Images de la place à conserver", "severity=3"],
        "Caméra de la place, de 21 h à 22 h.",
    ),
    ("incivility.hall_occupation", &["title=Hall occupé", "severity=2"], ""),
];

/// One brawl, as one person saw it.
struct Seen {
    facts: &'static [&'static str],
    words: &'static str,
}

/// What each of the three saw of the same brawl before the station: three papers, one event.
const SAME_BRAWL: [Seen; 3] = [
    Seen {
        facts: &["title=Rixe devant la gare", "severity=4", "people_count=6", "injuries=light"],
        words: "À notre arrivée, six individus s’empoignent devant l’abribus. Deux prennent la fuite par la \
                rue basse. Un homme d’une vingtaine d’années saigne de l’arcade ; il refuse les secours.",
    },
    Seen {
        facts: &["title=Rixe devant la gare", "severity=4", "people_count=7", "injuries=light"],
        words: "Sept personnes, dont une tient une barre. Groupe dispersé à notre vue.",
    },
    Seen {
        facts: &["title=Bagarre au quai", "severity=3", "people_count=10", "line=A"],
        words: "Bagarre au quai, une dizaine de jeunes. Portes fermées, départ retardé de neuf minutes.",
    },
];

/// The four big keys of a bus.
const BUS: [(&str, &[&str]); 4] = [
    ("transit.insult", &["line=A", "severity=3"]),
    ("transit.no_ticket", &["line=A"]),
    ("transit.damage", &["line=B", "severity=2"]),
    ("transit.assault_staff", &["line=B", "severity=5", "urgent=oui"]),
];

impl Stage {
    /// Makes the organisation and enrols everybody.
    pub fn set(binaries: &Path, directory: &Path, demo: &Demo) -> Result<Self, Failure> {
        std::fs::create_dir_all(directory).map_err(|e| Failure::unreadable(directory, e))?;
        let file =
            demo.territory.as_ref().map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone()));
        let file = file.map(|path| path.to_string_lossy().into_owned());
        let mut words = match &file {
            Some(path) => vec!["import", path.as_str()],
            None => vec!["draw"],
        };
        if let Some(police) = &demo.police {
            words.extend(["--police", police]);
        }
        let (mut office, territory) = Office::found(binaries, directory, &words)?;
        println!("Territory: {}", territory["territory"].as_str().unwrap_or("?"));
        if file.is_none() {
            println!("  drawn by the project for this demonstration; --territory FILE takes a real one");
        }
        let address = office.serve()?;
        println!("Server: {address}");
        let phones = PEOPLE.map(|(name, ..)| Field::new(name, binaries, directory));
        for (phone, (name, unit, role)) in phones.iter().zip(PEOPLE) {
            let code = office.invite(name, unit, role)?;
            phone.ask(&["enrol", "--server", &address, "--code", &code])?;
            phone.sync()?;
            println!("{name} ({unit}, {role}) is enrolled with {code}");
        }
        let communes = office.communes()?;
        Ok(Stage { office, phones, communes })
    }

    /// The night.
    pub fn tell(&mut self, seed: u64) -> Result<Told, Failure> {
        let mut chance = Chance::new(seed);
        let mut told = Told::default();
        println!(
            "\nA night in a minute. What is received less than two minutes after it was written counts as written with \
             coverage (« en réseau » in the console)."
        );
        println!("\n1. No coverage. Everybody files on their own phone.");
        self.file_offline(&mut chance, &mut told)?;
        println!(
            "\n2. Coverage. Everybody synchronises, then once more: the first did not know the last yet."
        );
        self.everybody_syncs("  ")?;
        self.everybody_syncs("  ")?;
        println!("\n3. No coverage again. Inès and Samir correct the same facts, apart.");
        let disputed = self.correct_apart(&mut chance, &told)?;
        println!("\n4. Coverage. What they wrote apart meets; nothing is overwritten.");
        self.everybody_syncs("  ")?;
        self.everybody_syncs("  ")?;
        self.supervise(&mut chance, &disputed, &mut told)?;
        println!("\n6. The decisions reach the phones.");
        self.everybody_syncs("  ")?;
        println!("\n7. Nothing is left to say.");
        for phone in &self.phones {
            let exchange = phone.sync()?;
            let bytes = number(&exchange["bytes_up"]) + number(&exchange["bytes_down"]);
            println!("  {}: {} request, {bytes} bytes both ways", phone.name, exchange["requests"]);
            told.noop_requests += number(&exchange["requests"]);
            told.noop_bytes += bytes;
        }
        self.show_inbox()?;
        Ok(told)
    }

    fn file_offline(&self, chance: &mut Chance, told: &mut Told) -> Result<(), Failure> {
        for (who, phone) in self.phones.iter().enumerate() {
            let count = if who == 2 { chance.between(3, 6) } else { chance.between(3, 7) };
            for _ in 0..count {
                let (report_type, facts, words) = if who == 2 {
                    let (report_type, facts) = chance.one_of(&BUS);
                    (*report_type, facts.iter().map(|f| (*f).to_owned()).collect::<Vec<_>>(), "")
                } else {
                    let (report_type, facts, words) = chance.one_of(&STREET);
                    let mut facts: Vec<String> = facts.iter().map(|f| (*f).to_owned()).collect();
                    if *report_type == "youth.brawl" {
                        facts.push(format!("people_count={}", chance.between(4, 12)));
                    }
                    (*report_type, facts, *words)
                };
                let place = self.somewhere(chance);
                let id = phone.file(report_type, &facts, words, &place)?;
                told.filed.push((who, id));
            }
            let seen = &SAME_BRAWL[who];
            let facts: Vec<String> = seen.facts.iter().map(|fact| (*fact).to_owned()).collect();
            let id = phone.file("youth.brawl", &facts, seen.words, &self.before_the_station(who))?;
            told.filed.push((who, id));
            let status = phone.ask(&["status"])?;
            println!(
                "  {}: {} reports. {}",
                phone.name,
                count + 1,
                status["sentence"].as_str().unwrap_or_default()
            );
        }
        Ok(())
    }

    /// A place within two kilometres of the middle of some commune.
    fn somewhere(&self, chance: &mut Chance) -> String {
        let [lon, lat] = *chance.one_of(&self.communes);
        let aside = |chance: &mut Chance| (chance.below(4001) as f64 - 2000.0) / 100_000.0;
        format!("{:.5},{:.5},{}", lat + aside(chance) * 0.9, lon + aside(chance), chance.between(4, 30))
    }

    /// Where the three stood when they saw the same brawl: some tens of metres apart.
    pub(super) fn before_the_station(&self, who: usize) -> String {
        let [lon, lat] = self.communes[0];
        format!("{:.5},{:.5},{}", lat + 0.0003 * who as f64, lon + 0.0002 * who as f64, [8, 12, 25][who])
    }

    pub(super) fn everybody_syncs(&self, margin: &str) -> Result<(), Failure> {
        for phone in &self.phones {
            let done = phone.sync()?;
            println!(
                "{margin}{}: {} sent, {} received, {} B up, {} B down. {}",
                phone.name,
                done["pushed"],
                done["fed"],
                done["bytes_up"],
                done["bytes_down"],
                done["status"]["sentence"].as_str().unwrap_or_default(),
            );
        }
        Ok(())
    }

    /// Both officers give another severity to some of their unit's reports.
    fn correct_apart(&self, chance: &mut Chance, told: &Told) -> Result<Vec<String>, Failure> {
        let street: Vec<&String> = told.filed.iter().filter(|(who, _)| *who < 2).map(|(_, id)| id).collect();
        let count = chance.between(2, 4).min(street.len());
        let mut disputed: Vec<String> = Vec::new();
        while disputed.len() < count {
            let id = *chance.one_of(&street);
            if !disputed.contains(id) {
                disputed.push(id.clone());
            }
        }
        for id in &disputed {
            let first = chance.between(1, 4);
            let second = if first == 1 { 5 } else { first - 1 };
            for (phone, severity) in self.phones.iter().zip([first, second]) {
                // The one who types what already stands changes nothing: then the other's holds.
                phone.ask(&["correct", id, "--fact", &format!("severity={severity}")])?;
            }
            println!("  …{}: Inès writes {first}, Samir writes {second}", &id[24..]);
        }
        Ok(disputed)
    }

    fn supervise(&self, chance: &mut Chance, disputed: &[String], told: &mut Told) -> Result<(), Failure> {
        println!("\n5. Hélène Marchand opens her inbox.");
        for id in disputed {
            let found = self.office.get(&format!("/v1/reports/{id}/divergences"))?;
            for divergence in found["items"].as_array().into_iter().flatten() {
                told.divergences += 1;
                let voices = divergence["voices"].as_array().map_or(0, Vec::len);
                println!(
                    "  …{}: {} has {voices} values, side by side",
                    &id[24..],
                    text(&divergence["key"], "divergence")?
                );
                for voice in divergence["voices"].as_array().into_iter().flatten() {
                    let name = voice["who"]["name"].as_str().unwrap_or("?");
                    println!("      {} — {name}", said(&voice["value"]));
                }
                let chosen = chance.below(voices);
                self.office.decide(id, divergence, chosen)?;
                let value = divergence["voices"][chosen]["value"].clone();
                println!("      she decides: {}", said(&value));
                told.decided.push((id.clone(), text(&divergence["key"], "divergence")?, value));
            }
            self.office.post(&format!("/v1/reports/{id}/read"), &Value::Null)?;
        }
        Ok(())
    }

    fn show_inbox(&self) -> Result<(), Failure> {
        println!("\nWhat the supervisor sees:");
        for line in self.office.inbox()? {
            println!(
                "  {}  G{}  {:<34.34}  {:<14.14}  {:<9}  {} divergence(s) open",
                line["number"].as_str().unwrap_or("-"),
                line["severity"],
                line["title"].as_str().unwrap_or_default(),
                line["author_name"].as_str().unwrap_or_default(),
                line["status"].as_str().unwrap_or_default(),
                line["divergences"],
            );
        }
        Ok(())
    }

    /// Takes one stored envelope away behind the server's back.
    pub fn sabotage(&self, shell: &Shell) -> Result<(), Failure> {
        println!("\nSabotage: one stored envelope is removed behind the server's back.");
        let directory = shell.target().join("demo").join("server");
        let program = crate::workspace::binaries(shell).join("ronde-sabotage");
        let status = shell.command(&program).arg(&directory).status();
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(Failure::unexpected("ronde-sabotage", status.to_string())),
            Err(error) => Err(Failure::unreadable(&program, error)),
        }
    }

    /// Compares what the phones hold with what the archive holds, and what both phones show.
    pub fn judge(&self, told: &Told) -> Result<Verdict, Failure> {
        let archive: std::collections::BTreeSet<String> = self.office.archive()?.into_iter().collect();
        let (mut written, mut lost) = (0, Vec::new());
        for phone in &self.phones {
            for eid in phone.ledger()? {
                written += 1;
                if !archive.contains(&eid) {
                    lost.push(eid);
                }
            }
        }
        let mut delivered = 0;
        for (who, id) in &told.filed {
            let shown = self.phones[*who].ask(&["show", id])?;
            let state = shown["status"]["state"].as_str().unwrap_or_default().to_owned();
            delivered += usize::from(["delivered", "read", "assigned", "closed"].contains(&state.as_str()));
        }
        let mut seen = 0;
        for (id, key, value) in &told.decided {
            let agree = self.phones[..2]
                .iter()
                .map(|phone| phone.ask(&["show", id]))
                .collect::<Result<Vec<_>, _>>()?;
            let shown = |report: &Value| {
                report["facts"][key]["value"] == value["value"] || report["facts"][key]["value"] == *value
            };
            seen += usize::from(agree.iter().all(shown));
        }
        Ok(Verdict {
            filed: told.filed.len(),
            written,
            delivered,
            lost,
            divergences: told.divergences,
            decided: told.decided.len(),
            decisions_on_both_phones: seen,
            noop_requests: told.noop_requests,
            noop_bytes: told.noop_bytes,
        })
    }

    /// A link that opens the console once.
    pub fn link(&self) -> Result<String, Failure> {
        self.office.link()
    }

    /// Where the server listens.
    pub fn address(&self) -> Option<&str> {
        self.office.address()
    }
}

/// A value of the API as a person reads it.
fn said(value: &Value) -> String {
    match value.get("value").unwrap_or(value) {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}
