//! Text that breaks careless programs goes through the interface as it is.

use ronde_model::fact::FactValue;
use serde_json::{Value, json};

use super::phone::Phone;
use super::world::World;

/// Where the collected strings lie beside a checkout that has them.
const COLLECTED: &str = "../../shared/data/security/blns/blns.txt";

/// A few of each kind, for a checkout without the collection.
const OURS: [&str; 9] = [
    "<script>alert(1)</script>",
    "'; DROP TABLE report; --",
    "مرحبا بالعالم \u{202e}abc",
    "👩‍👩‍👧‍👦 🇫🇷 ﷽",
    "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
    "\u{feff}\u{200b}\u{2028}\u{2029}",
    "${jndi:ldap://x} {{7*7}} %s %n \\x00",
    "../../../../etc/passwd%00",
    "NULL",
];

fn strings() -> Vec<String> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(COLLECTED);
    match std::fs::read_to_string(&path) {
        Ok(text) => text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect(),
        Err(_) => {
            println!("skipped: {COLLECTED} is not there; {} strings of our own are used", OURS.len());
            OURS.map(str::to_owned).to_vec()
        }
    }
}

#[tokio::test]
async fn naughty_strings_come_back_as_they_went_wherever_they_stand() {
    let world = World::start().await;
    let token = world.helene();
    let mut ines = Phone::enrol(&world, "Inès Fabre", "pm-centre", 1).await;
    let strings = strings();
    let mut chunks: Vec<&[String]> = strings.chunks(strings.len().div_ceil(40)).collect();
    let long = ["Long ".repeat(2_000)];
    chunks.push(&long);
    let mut filed = Vec::new();
    for (id, chunk) in (1..).zip(&chunks) {
        let words = chunk.join("\n");
        let address: String = chunk[0].chars().take(200).collect();
        let facts = [
            ("type", FactValue::from("other")),
            ("title", address.as_str().into()),
            ("address", address.as_str().into()),
        ];
        filed.push((ines.file(id, &facts, Some(&words)), address, words));
        ines.sync(&world).await;
    }
    for (doc, address, words) in &filed {
        let path = format!("/v1/reports/{doc}");
        let commented = world.post(&format!("{path}/comments"), &token, json!({"text": words})).await;
        assert_eq!(commented.status.as_u16(), 201, "{words:?}: {commented:?}");
        let event = world.get(&format!("/v1/events/{doc}"), &token).await.json();
        let report = &event["reports"][0];
        assert_eq!(report["statements"][0]["text"], **words);
        assert_eq!(report["comments"][0]["text"], **words);
        let fact = |key: &str| -> Option<Value> {
            let all = report["facts"].as_array().unwrap();
            Some(all.iter().find(|fact| fact["key"] == key)?["value"]["value"].clone())
        };
        assert_eq!(fact("facts/address"), Some(json!(address)));
        if !address.trim().is_empty() {
            assert_eq!(event["line"]["title"], **address);
        }
    }
    for string in &strings {
        let text: String = string.chars().take(200).collect();
        let url =
            reqwest::Url::parse_with_params(&format!("{}/v1/events", world.base), [("text", &text)]).unwrap();
        let answer = world.client.get(url).bearer_auth(&token).send().await.unwrap();
        let found = super::world::read(answer).await;
        assert_eq!(found.status.as_u16(), 200, "{text:?}: {found:?}");
        assert!(found.json()["total"].as_u64().unwrap() >= 1, "{text:?} is not found where it stands");
    }
}
