//! A supervisor at the server's own terminal, while it serves: the same reports, the same rights.

use serde_json::{Value, json};

use super::phone::Phone;
use super::supervisors::{diverging, facts};
use super::world::World;

fn words(world: &World, token: &str, arguments: &[&str]) -> String {
    let output = world.beside(token, arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn a_merged_report_is_told_in_french_with_both_values_and_who_said_them() {
    let world = World::start().await;
    let token = world.helene();
    let doc = diverging(&world).await.to_string();
    let list = words(&world, &token, &["report", "list"]);
    assert!(list.contains("Rixe place du Marché") && list.contains(&doc), "{list}");
    let told = words(&world, &token, &["report", "show", &doc]);
    for part in [
        "gravité 4 · reçu",
        "⚠ divergence à arbitrer",
        "— à arbitrer",
        "Grave — Inès Fabre (pm-centre), 2026-11-23 05:41Z, hors ligne",
        "Faible — Karim Haddad (pm-centre)",
        "« Six jeunes. »",
        "déposé par Inès Fabre",
    ] {
        assert!(told.contains(part), "{part:?} is not in:\n{told}");
    }
    let found = world.get(&format!("/v1/reports/{doc}/divergences"), &token).await.json();
    let decision = json!({"key": "facts/severity", "saw": found["items"][0]["saw"], "reason": "Vérifié à la vidéo.",
        "chosen": {"value": {"kind": "integer", "value": 2}}});
    assert_eq!(
        world.post(&format!("/v1/reports/{doc}/decisions"), &token, decision).await.status.as_u16(),
        201
    );
    let told = words(&world, &token, &["report", "show", &doc, "--history"]);
    for part in [
        "gravité 2",
        "— arbitrée",
        "décision : Faible — Hélène Roy",
        "Vérifié à la vidéo.",
        "(avant : Modérée)",
        "Historique : la suite donnée",
        "Décision : Gravité → Faible",
    ] {
        assert!(told.contains(part), "{part:?} is not in:\n{told}");
    }
    let same = words(&world, &token, &["report", "show", &doc, "--json"]);
    let served = world.get(&format!("/v1/reports/{doc}"), &token).await.json();
    assert_eq!(
        serde_json::from_str::<Value>(&same).unwrap(),
        served,
        "the terminal and the interface say the same"
    );
}

#[tokio::test]
async fn an_envelope_released_at_the_terminal_is_served_at_once() {
    let world = World::start().await;
    let token = world.helene();
    let mut ines = Phone::enrol(&world, "Inès Fabre", "pm-centre", 1).await;
    world.server.revoke_device(ines.lease().lease.device).unwrap();
    let doc = ines.file(1, &facts("waste.bulky", "Canapés\u{1b}[2J", 2, "99001"), None);
    ines.sync(&world).await;
    let served =
        || async { world.get(&format!("/v1/reports/{doc}"), &token).await.json()["line"]["title"].clone() };
    assert_eq!(served().await, Value::Null, "its seal is set aside");
    let list = words(&world, &token, &["quarantine", "list", "--json"]);
    let eid = serde_json::from_str::<Value>(&list).unwrap()["items"][0]["eid"].as_str().unwrap().to_owned();
    words(&world, &token, &["quarantine", "release", &eid, "--reason", "Déposé avant la perte."]);
    assert_eq!(served().await, "Canapés\u{1b}[2J", "kept as it was written");
    let told = words(&world, &token, &["report", "show", &doc.to_string()]);
    assert!(told.contains("Canapés") && !told.contains('\u{1b}'), "a title moved the cursor: {told:?}");
}

#[tokio::test]
async fn without_a_token_or_with_another_units_the_terminal_shows_nothing() {
    let world = World::start().await;
    let doc = diverging(&world).await.to_string();
    let foreign = world.token("Denis Le Goff", "unit_supervisor", Some("pm-nord"));
    assert_eq!(world.beside(&foreign, &["report", "show", &doc]).status.code(), Some(4));
    assert_eq!(world.beside("nobody", &["report", "show", &doc]).status.code(), Some(5));
}
