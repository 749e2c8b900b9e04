//! Every string of the Big List of Naughty Strings, where this checkout has it beside it, as title,
//! field value, statement and query: nothing is lost, changed or refused on the way, and nobody's
//! phone or server stops over one.

use std::collections::BTreeMap;
use std::path::Path;

use ronde_core::{Error, Involved, InvolvedKind, Notebook};
use ronde_model::catalogue::{Catalogue, Language};
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_server::people::Supervisor;
use ronde_server::supervision::{Filter, MAX_PAGE};
use ronde_tests::world::{Phone, World};

/// Beside the checkout, never in it.
const LIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/security/blns/blns.json");

/// Facts that take words: described ones, and one that no catalogue knows.
const FACTS: [&str; 5] = ["title", "address", "source_type", "tags", "a_fact_of_tomorrow"];

fn naughty() -> Option<Vec<String>> {
    let Ok(bytes) = std::fs::read(Path::new(LIST)) else {
        println!("skipped: ../shared/data/security/blns is not beside this checkout");
        return None;
    };
    let strings: Vec<String> = serde_json::from_slice(&bytes).expect("a list of strings");
    assert_eq!(strings.len(), 515);
    Some(strings)
}

/// One report a string, which stands everywhere a person can type.
struct Scene {
    world: World,
    ines: Phone,
    samir: Phone,
    helene: Supervisor,
    filed: Vec<(String, DocId)>,
}

impl Scene {
    fn told(strings: Vec<String>, seed: u64) -> Scene {
        let world = World::new(seed);
        let ines = world.phone("Inès Benali", "pm-chartres", "officer");
        let samir = world.phone("Samir Morel", "pm-chartres", "officer");
        let helene = world.supervisor("Hélène Marchand");
        let filed = strings.into_iter().map(|text| {
            let doc = file(&ines, &text);
            (text, doc)
        });
        let filed = filed.collect();
        let pushed = ines.sync().unwrap();
        assert!(pushed.complete && pushed.refused == 0, "{pushed:?}");
        assert!(samir.sync().unwrap().complete);
        Scene { world, ines, samir, helene, filed }
    }

    fn phones(&self) -> [&Notebook; 2] {
        [&self.ines.notebook, &self.samir.notebook]
    }

    /// Every report a supervisor is shown for a text, with its title.
    fn inbox(&self, text: Option<&str>) -> BTreeMap<DocId, String> {
        let filter = Filter { text: text.map(str::to_owned), ..Filter::default() };
        let (mut found, mut after) = (BTreeMap::new(), None);
        loop {
            let page = self.world.server.reports(&self.helene, &filter, after, MAX_PAGE).unwrap();
            found.extend(page.items.into_iter().map(|line| (line.row.doc, line.row.title)));
            after = page.next;
            if after.is_none() {
                return found;
            }
        }
    }
}

fn file(phone: &Phone, text: &str) -> DocId {
    let mut draft = phone.draft("other", &[], text);
    draft.facts = FACTS.iter().map(|name| ((*name).to_owned(), FactValue::from(text))).collect();
    draft.source_author = Some(text.to_owned());
    let id = phone.notebook.new_ulid().unwrap();
    let fields = BTreeMap::from([("description".to_owned(), FactValue::from(text))]);
    draft.involved = vec![Involved { id, kind: InvolvedKind::Person, fields }];
    phone.notebook.save_draft(&draft).unwrap();
    let kept = phone.notebook.draft(draft.id).unwrap();
    assert_eq!((kept.facts, kept.statement.as_str()), (draft.facts, text), "a draft is kept verbatim");
    let doc = phone.notebook.file(draft.id).unwrap_or_else(|e| panic!("{text:?} was not filed: {e}")).doc;
    // The same words once more, as a later statement.
    match phone.notebook.state(doc, text, Some(text), None) {
        Ok(_) => assert!(!text.trim().is_empty(), "blank words are no statement"),
        Err(error) => {
            assert!(matches!(error, Error::FixForm(_)) && text.trim().is_empty(), "{text:?}: {error}");
        }
    }
    doc
}

/// What of a report must read as it was typed, from whoever shows it.
fn check(
    text: &str,
    whose: &str,
    facts: &BTreeMap<String, FactValue>,
    statements: &[(String, Option<String>)],
) {
    for name in FACTS {
        assert_eq!(facts[&format!("facts/{name}")], FactValue::from(text), "{name} {whose}");
    }
    let person = facts.iter().find(|(key, _)| key.starts_with("person/")).map(|(_, value)| value);
    assert_eq!(person, Some(&FactValue::from(text)), "person {whose}");
    let words = (text.to_owned(), Some(text.to_owned()));
    let expected = if text.trim().is_empty() { vec![] } else { vec![words.clone(), words] };
    assert_eq!(statements, expected, "statements {whose}");
}

#[test]
fn every_naughty_string_reads_as_it_was_typed_on_phones_and_server() {
    let Some(strings) = naughty() else { return };
    let scene = Scene::told(strings, 515);
    each_is_a_title_in_the_lists(&scene);
    for (text, doc) in &scene.filed {
        for (phone, whose) in scene.phones().into_iter().zip(["at home", "on another phone"]) {
            let detail = phone.read(*doc).unwrap();
            let facts = detail.facts.into_iter().map(|(key, shown)| (key, shown.value)).collect();
            let statements: Vec<_> = detail
                .statements
                .into_iter()
                .map(|s| (s.statement.text, s.statement.source_author))
                .collect();
            check(text, whose, &facts, &statements);
            assert!(detail.divergences.is_empty());
            assert!(!phone.history(*doc).unwrap().is_empty());
        }
        // As the supervisors' interface answers it: through JSON and back.
        let detail = scene.world.server.report(&scene.helene, *doc).unwrap().expect("received");
        let json = serde_json::to_string(&ronde_server::shapes::Report::of(
            &detail,
            ronde_model::catalogue::Language::Fr,
        ))
        .unwrap();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let shown = json["facts"].as_array().unwrap().iter().filter_map(|fact| {
            Some((fact["key"].as_str()?.to_owned(), FactValue::from(fact["value"]["value"].as_str()?)))
        });
        let said = |s: &serde_json::Value, part: &str| s[part].as_str().map(str::to_owned);
        let statements = json["statements"].as_array().unwrap().iter();
        let statements: Vec<_> =
            statements.map(|s| (said(s, "text").unwrap(), said(s, "source_author"))).collect();
        check(text, "on the server", &shown.collect(), &statements);
    }
}

fn each_is_a_title_in_the_lists(scene: &Scene) {
    let label = Catalogue::shipped().label("other", Language::Fr);
    let title = |text: &str| if text.trim().is_empty() { label.to_owned() } else { text.to_owned() };
    let expected: BTreeMap<DocId, String> =
        scene.filed.iter().map(|(text, doc)| (*doc, title(text))).collect();
    for (phone, whose) in scene.phones().into_iter().zip(["at home", "on another phone"]) {
        let (mut listed, mut after) = (BTreeMap::new(), None);
        loop {
            let page = phone.list(after, 100).unwrap();
            listed.extend(page.items.into_iter().map(|item| (item.row.doc, item.row.title)));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        same_titles(&listed, &expected, whose);
    }
    same_titles(&scene.inbox(None), &expected, "on the server");
}

fn same_titles(listed: &BTreeMap<DocId, String>, expected: &BTreeMap<DocId, String>, whose: &str) {
    assert_eq!(listed.len(), expected.len(), "{whose}");
    for (doc, title) in expected {
        assert_eq!(listed.get(doc), Some(title), "{whose}");
    }
}

#[test]
fn every_naughty_string_can_be_searched_for_and_its_words_find_it() {
    let Some(strings) = naughty() else { return };
    let (mut with_words, mut missed) = (0, Vec::new());
    // In two parts: "A:" is the beginning of a word of every report, and a search shows 500.
    for part in strings.chunks(300) {
        let scene = Scene::told(part.to_vec(), 517);
        for (text, doc) in &scene.filed {
            let has_word = text.chars().any(char::is_alphanumeric);
            with_words += usize::from(has_word);
            for phone in scene.phones() {
                let found = phone.search(text, 500).unwrap_or_else(|e| panic!("{text:?} as a query: {e}"));
                if has_word && !found.iter().any(|item| item.row.doc == *doc) {
                    missed.push(text.clone());
                }
            }
            assert!(scene.inbox(Some(text)).contains_key(doc), "the supervisor does not find {text:?}");
        }
    }
    println!("{with_words} of {} strings have a word to search by", strings.len());
    assert!(missed.is_empty(), "not found by their own words: {missed:#?}");
}
