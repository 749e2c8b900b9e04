//! A supervisor's day through the interface: the inbox, one merged report, what is done about it.

use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_model::territory::Territory;
use serde_json::{Value, json};

use super::phone::Phone;
use super::world::World;

pub fn facts(report_type: &str, title: &str, severity: i64, commune: &str) -> [(&'static str, FactValue); 4] {
    [
        ("type", report_type.into()),
        ("title", title.into()),
        ("severity", FactValue::Integer(severity)),
        ("commune", commune.into()),
    ]
}

/// Titles of a page, as they come.
fn titles(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|line| line["title"].as_str().unwrap().to_owned()).collect()
}

/// Three reports of two units, in this order.
async fn three_reports(world: &World) -> [DocId; 3] {
    let mut ines = Phone::enrol(world, "Inès Fabre", "pm-centre", 1).await;
    let couches =
        ines.file(1, &facts("waste.bulky", "Canapés", 2, "99001"), Some("Deux canapés devant le 12."));
    ines.sync(world).await;
    world.pass_minutes(1);
    let noise = ines.file(2, &facts("nuisance.noise_night", "Bruit à l'œuvre", 3, "99002"), None);
    ines.sync(world).await;
    world.pass_minutes(1);
    let mut paul = Phone::enrol(world, "Paul Nguyen", "pm-nord", 2).await;
    let brawl = paul.file(3, &facts("youth.brawl", "Rixe", 5, "99001"), None);
    paul.sync(world).await;
    [couches, noise, brawl]
}

#[tokio::test]
async fn the_inbox_answers_every_filter_and_every_page_without_gap_or_repeat() {
    let world = World::start().await;
    let token = world.helene();
    three_reports(&world).await;
    let all = ["Rixe", "Bruit à l'œuvre", "Canapés"];
    for (query, expected) in [
        ("", &all[..]),
        ("?commune=99001", &["Rixe", "Canapés"]),
        ("?type=waste.bulky", &["Canapés"]),
        ("?severity_min=3", &["Rixe", "Bruit à l'œuvre"]),
        ("?unit=pm-nord", &["Rixe"]),
        ("?status=delivered", &all[..]),
        ("?status=closed", &[]),
        ("?divergence=true", &[]),
        ("?divergence=false", &all[..]),
        ("?quarantine=true", &[]),
        ("?text=OEUVRE", &["Bruit à l'œuvre"]),
        ("?text=canapes%20devant", &["Canapés"]),
        ("?commune=99001&severity_min=3", &["Rixe"]),
    ] {
        let answer = world.get(&format!("/v1/reports{query}"), &token).await;
        assert_eq!(answer.status.as_u16(), 200, "{query}: {answer:?}");
        assert_eq!(titles(&answer.json()), expected, "{query}");
    }
    let mut seen = Vec::new();
    let mut after = String::new();
    for _ in 0..3 {
        let page = world.get(&format!("/v1/reports?limit=1{after}"), &token).await.json();
        seen.extend(titles(&page));
        let next = page["next"].as_str();
        after = next.map(|next| format!("&after={next}")).unwrap_or_default();
        assert_eq!(next.is_some(), seen.len() < 3, "{page}");
    }
    assert_eq!(seen, all);
    let line = world.get("/v1/reports?type=waste.bulky", &token).await.json()["items"][0].clone();
    assert!(line["number"].as_str().unwrap().starts_with("2026-"), "{line}");
    assert_eq!(
        (line["status"].as_str(), line["author_name"].as_str()),
        (Some("delivered"), Some("Inès Fabre"))
    );
    assert_eq!((line["statements"].as_u64(), line["severity"].as_u64()), (Some(1), Some(2)));
}

#[tokio::test]
async fn a_units_supervisor_sees_the_unit_and_cannot_tell_another_report_from_none() {
    let world = World::start().await;
    let [couches, _, brawl] = three_reports(&world).await;
    let token = world.token("Denis Le Goff", "unit_supervisor", Some("pm-nord"));
    assert_eq!(titles(&world.get("/v1/reports", &token).await.json()), ["Rixe"]);
    assert_eq!(world.get(&format!("/v1/reports/{brawl}"), &token).await.status.as_u16(), 200);
    let nobodys = DocId([0xee; 16]);
    for part in ["", "/history", "/divergences"] {
        let foreign = world.get(&format!("/v1/reports/{couches}{part}"), &token).await;
        let absent = world.get(&format!("/v1/reports/{nobodys}{part}"), &token).await;
        assert_eq!(foreign.problem(), "not-found", "{part}");
        assert_eq!(foreign.json(), absent.json(), "{part}");
    }
    for (act, body) in [
        ("comments", json!({"text": "vu"})),
        ("close", json!({"reason": "réglé"})),
        ("assign", json!({"to": "pm-nord"})),
    ] {
        let foreign = world.post(&format!("/v1/reports/{couches}/{act}"), &token, body).await;
        assert_eq!(foreign.problem(), "not-found", "{act}");
    }
}

/// Two phones correct the severity of one report apart.
pub async fn diverging(world: &World) -> DocId {
    let mut ines = Phone::enrol(world, "Inès Fabre", "pm-centre", 1).await;
    let mut karim = Phone::enrol(world, "Karim Haddad", "pm-centre", 2).await;
    let doc = ines.file(1, &facts("youth.brawl", "Rixe place du Marché", 3, "99001"), Some("Six jeunes."));
    ines.sync(world).await;
    karim.adopt(doc, &ines);
    ines.correct(doc, "severity", FactValue::Integer(4));
    karim.correct(doc, "severity", FactValue::Integer(2));
    world.pass_minutes(30);
    ines.sync(world).await;
    karim.sync(world).await;
    doc
}

#[tokio::test]
async fn two_values_stay_side_by_side_until_a_person_decides_and_the_decision_is_signed() {
    let world = World::start().await;
    let token = world.helene();
    let doc = diverging(&world).await;
    let report = world.get(&format!("/v1/reports/{doc}"), &token).await.json();
    assert_eq!(report["line"]["severity"], 4, "the highest is shown meanwhile");
    assert_eq!(report["line"]["divergences"], 1);
    assert_eq!(
        world.get("/v1/reports?divergence=true", &token).await.json()["items"].as_array().unwrap().len(),
        1
    );

    let found = world.get(&format!("/v1/reports/{doc}/divergences"), &token).await.json();
    let divergence = &found["items"][0];
    assert_eq!(
        (divergence["key"].as_str(), divergence["open"].as_bool()),
        (Some("facts/severity"), Some(true))
    );
    let voices = divergence["voices"].as_array().unwrap();
    let mut said: Vec<(&str, i64)> = voices
        .iter()
        .map(|voice| (voice["who"]["name"].as_str().unwrap(), voice["value"]["value"].as_i64().unwrap()))
        .collect();
    said.sort();
    assert_eq!(said, [("Inès Fabre", 4), ("Karim Haddad", 2)]);
    assert!(voices.iter().all(|voice| voice["who"]["offline"] == true), "{voices:?}");

    let karims = voices.iter().find(|voice| voice["who"]["name"] == "Karim Haddad").unwrap();
    let decision = json!({"key": "facts/severity", "chosen": {"change": karims["change"]},
        "saw": divergence["saw"], "saw_decisions": divergence["saw_decisions"], "reason": "Vérifié à la vidéo."});
    let path = format!("/v1/reports/{doc}/decisions");
    let done = world.post(&path, &token, decision.clone()).await;
    assert_eq!(done.status.as_u16(), 201, "{done:?}");
    let eid = done.json()["eid"].as_str().unwrap().to_owned();
    assert!(world.server.stored().unwrap().iter().any(|stored| stored.eid.to_string() == eid));

    let decided = world.get(&format!("/v1/reports/{doc}"), &token).await.json();
    assert_eq!((&decided["line"]["severity"], &decided["line"]["divergences"]), (&json!(2), &json!(0)));
    let kept = &decided["divergences"][0];
    assert_eq!((kept["open"].as_bool(), kept["voices"].as_array().unwrap().len()), (Some(false), 2));
    assert_eq!(kept["decisions"][0]["who"]["name"], "Hélène Roy");
    assert_eq!(kept["decisions"][0]["reason"], "Vérifié à la vidéo.");

    let history = world.get(&format!("/v1/reports/{doc}/history"), &token).await.json();
    assert_eq!(history["report"].as_array().unwrap().len(), 3);
    assert_eq!(history["report"][0]["is_first"], true);
    let made = &history["handling"][0];
    assert_eq!((&made["writes"][0]["entry"], &made["who"]["eid"]), (&json!("decision"), &json!(eid)));
    let corrected = history["report"][1]["writes"].as_array().unwrap();
    assert_eq!(corrected[0]["replaced"], json!([{"kind": "integer", "value": 3}]));
}

#[tokio::test]
async fn a_decision_may_hold_a_third_value_and_one_that_makes_no_sense_is_refused() {
    let world = World::start().await;
    let token = world.helene();
    let doc = diverging(&world).await;
    let path = format!("/v1/reports/{doc}/decisions");
    let found = world.get(&format!("/v1/reports/{doc}/divergences"), &token).await.json();
    let saw = &found["items"][0]["saw"];
    let deciding = |chosen: Value| json!({"key": "facts/severity", "chosen": chosen, "saw": saw, "reason": "Entre les deux."});
    let bad_period = json!({"value": {"kind": "period", "from_ms": 2, "to_ms": 1, "zone_min": 0}});
    assert_eq!(world.post(&path, &token, deciding(bad_period)).await.problem(), "refused");
    assert_eq!(world.post(&path, &token, deciding(json!({"change": "short"}))).await.problem(), "malformed");
    let third = json!({"value": {"kind": "integer", "value": 3}});
    assert_eq!(world.post(&path, &token, deciding(third)).await.status.as_u16(), 201);
    let report = world.get(&format!("/v1/reports/{doc}"), &token).await.json();
    assert_eq!((&report["line"]["severity"], &report["line"]["divergences"]), (&json!(3), &json!(0)));
}

#[tokio::test]
async fn a_value_said_by_two_people_is_one_voice_and_a_decision_still_holds() {
    let world = World::start().await;
    let token = world.helene();
    let mut ines = Phone::enrol(&world, "Inès Fabre", "pm-centre", 1).await;
    let doc = ines.file(1, &facts("youth.brawl", "Rixe", 3, "99001"), None);
    ines.sync(&world).await;
    for (name, seed, severity) in [("Karim Haddad", 2, 4), ("Lucie Morel", 3, 4), ("Paul Nguyen", 4, 5)] {
        let mut phone = Phone::enrol(&world, name, "pm-centre", seed).await;
        phone.adopt(doc, &ines);
        phone.correct(doc, "severity", FactValue::Integer(severity));
        phone.sync(&world).await;
    }
    let found = world.get(&format!("/v1/reports/{doc}/divergences"), &token).await.json();
    let divergence = &found["items"][0];
    assert_eq!(divergence["voices"].as_array().unwrap().len(), 2, "4 and 5");
    assert_eq!(divergence["saw"].as_array().unwrap().len(), 3, "what three people wrote was on screen");
    let decision = json!({"key": "facts/severity", "chosen": {"change": divergence["voices"][0]["change"]},
        "saw": divergence["saw"], "reason": "Vu avec eux."});
    assert_eq!(
        world.post(&format!("/v1/reports/{doc}/decisions"), &token, decision).await.status.as_u16(),
        201
    );
    let decided = world.get(&format!("/v1/reports/{doc}/divergences"), &token).await.json();
    assert_eq!(decided["items"][0]["open"], false, "{decided}");
}

#[tokio::test]
async fn what_is_answered_to_a_supervisor_is_kept_by_no_cache() {
    let world = World::start().await;
    let token = world.helene();
    let answer =
        world.client.get(format!("{}/v1/reports", world.base)).bearer_auth(&token).send().await.unwrap();
    assert_eq!(answer.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn a_report_is_read_assigned_commented_closed_and_opened_again() {
    let world = World::start().await;
    let token = world.helene();
    let [couches, noise, _] = three_reports(&world).await;
    let report = format!("/v1/reports/{couches}");
    let state = || async { world.get(&report, &token).await.json()["status"].as_str().unwrap().to_owned() };
    let act = |verb: &'static str, body: Value| {
        let path = format!("{report}/{verb}");
        let (world, token) = (&world, &token);
        async move { world.post(&path, token, body).await }
    };
    assert_eq!(state().await, "delivered");
    assert_eq!(act("read", Value::Null).await.status.as_u16(), 201);
    assert_eq!(state().await, "read");
    let again = act("read", Value::Null).await;
    assert_eq!((again.status.as_u16(), again.json()), (200, json!({"eid": null})));
    assert_eq!(act("assign", json!({"to": "Voirie", "reason": "enlèvement"})).await.status.as_u16(), 201);
    assert_eq!(state().await, "assigned");
    assert_eq!(act("comments", json!({"text": "Passage prévu lundi."})).await.status.as_u16(), 201);
    assert_eq!(act("close", json!({"reason": "Enlevé."})).await.status.as_u16(), 201);
    assert_eq!(state().await, "closed");
    assert_eq!(titles(&world.get("/v1/reports?status=closed", &token).await.json()), ["Canapés"]);
    assert_eq!(act("reopen", json!({"reason": "Un autre est apparu."})).await.status.as_u16(), 201);
    assert_eq!(state().await, "assigned");
    assert_eq!(act("links", json!({"other": noise, "linked": true})).await.status.as_u16(), 204);

    let shown = world.get(&report, &token).await.json();
    assert_eq!(shown["comments"][0]["text"], "Passage prévu lundi.");
    assert_eq!(shown["comments"][0]["who"]["name"], "Hélène Roy");
    let lifecycle = &shown["lifecycle"];
    assert_eq!((&lifecycle["assigned"]["assignee"], &lifecycle["closed"]), (&json!("Voirie"), &Value::Null));
    assert_eq!(lifecycle["linked"], json!([noise.to_string()]));
    let other = world.get(&format!("/v1/reports/{noise}"), &token).await.json();
    assert_eq!(other["lifecycle"]["linked"], json!([couches.to_string()]));
    let statement = &shown["statements"][0];
    assert_eq!(
        (statement["text"].as_str(), statement["who"]["name"].as_str()),
        (Some("Deux canapés devant le 12."), Some("Inès Fabre"))
    );
}

#[tokio::test]
async fn what_a_revoked_phone_still_sends_is_set_aside_and_a_person_releases_it() {
    let world = World::start().await;
    let token = world.helene();
    let mut ines = Phone::enrol(&world, "Inès Fabre", "pm-centre", 1).await;
    ines.file(1, &facts("waste.bulky", "Avant", 2, "99001"), None);
    ines.sync(&world).await;
    world.server.revoke_device(ines.lease().lease.device).unwrap();
    let late = ines.file(2, &facts("waste.bulky", "Après", 2, "99001"), None);
    ines.sync(&world).await;

    assert_eq!(titles(&world.get("/v1/reports", &token).await.json()), ["Avant"]);
    let held = world.get("/v1/quarantine", &token).await.json();
    let line = held["items"][0].clone();
    assert_eq!(
        (&line["reason"], &line["state"], &line["releasable"]),
        (&json!("revoked"), &json!("quarantined"), &json!(true))
    );
    assert_eq!((&line["report"], &line["agent_name"]), (&json!(late.to_string()), &json!("Inès Fabre")));
    let path = format!("/v1/quarantine/{}/release", line["eid"].as_str().unwrap());
    let foreign = world.token("Denis Le Goff", "unit_supervisor", Some("pm-nord"));
    assert_eq!(world.get("/v1/quarantine", &foreign).await.json(), json!({"items": [], "next": null}));
    let reason = json!({"reason": "Par curiosité."});
    let absent =
        world.post(&format!("/v1/quarantine/{}/release", "ee".repeat(32)), &foreign, reason.clone()).await;
    let refused = world.post(&path, &foreign, reason).await;
    assert_eq!((refused.problem().as_str(), refused.json()), ("not-found", absent.json()));
    assert_eq!(world.post(&path, &token, json!({})).await.problem(), "malformed", "a release has a reason");
    let released = world.post(&path, &token, json!({"reason": "Déposé avant la perte du téléphone."})).await;
    assert_eq!(released.status.as_u16(), 201, "{released:?}");
    let again = world.post(&path, &token, json!({"reason": "Encore."})).await;
    assert_eq!((again.problem().as_str(), &again.json()["reason"]), ("not-releasable", &json!("accepted")));
    assert_eq!(titles(&world.get("/v1/reports", &token).await.json())[..], ["Après", "Avant"]);
    assert_eq!(world.get("/v1/quarantine", &token).await.json(), json!({"items": [], "next": null}));
}

#[tokio::test]
async fn the_map_in_force_is_shown_as_geojson() {
    let world = World::start().await;
    let token = world.helene();
    assert_eq!(world.get("/v1/territory", &token).await.problem(), "not-found");
    world.server.put_territory(&Territory::drawn()).unwrap();
    let answer = world.get("/v1/territory", &token).await;
    assert_eq!(answer.media_type, "application/geo+json");
    let map = answer.json();
    assert_eq!(
        (map["type"].as_str(), map["features"].as_array().unwrap().len()),
        (Some("FeatureCollection"), 7)
    );
    assert!(map["attribution"].as_str().unwrap().contains("aucun lieu réel"));
    let ring = &map["features"][0]["geometry"]["coordinates"][0];
    assert_eq!(ring.as_array().unwrap().first(), ring.as_array().unwrap().last(), "rings are closed");
}
