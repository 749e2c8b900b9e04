//! Two papers, one event: the inbox groups, filters, orders and counts them, for each person what
//! that person may read.

use ronde_model::fact::{FactValue, Period, Position};
use ronde_model::id::DocId;
use serde_json::{Value, json};

use super::browser::Browser;
use super::phone::Phone;
use super::supervisors::{diverging, facts};
use super::world::World;

/// Metres of latitude in 1e-7 degree.
fn north(metres: f64) -> f64 {
    metres / 111_195.0
}

fn at(metres_north: f64) -> FactValue {
    FactValue::Bytes(Position::from_degrees(48.446 + north(metres_north), 1.489, 5.0).unwrap().to_bytes())
}

fn from(world: &World, minutes_ago: i64) -> FactValue {
    let ms = world.now_ms() - minutes_ago * 60_000;
    FactValue::Bytes(Period { from_ms: ms, to_ms: ms, zone_min: 60, observed_ms: None }.to_bytes())
}

fn placed(
    world: &World,
    report_type: &str,
    severity: i64,
    metres_north: f64,
    minutes_ago: i64,
) -> Vec<(&'static str, FactValue)> {
    let mut all = facts(report_type, report_type, severity, "99001").to_vec();
    all.extend([("position", at(metres_north)), ("occurred", from(world, minutes_ago))]);
    all
}

async fn events(world: &World, token: &str, query: &str) -> Value {
    let answer = world.get(&format!("/v1/events{query}"), token).await;
    assert_eq!(answer.status.as_u16(), 200, "{query}: {answer:?}");
    answer.json()
}

fn leads(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|line| line["id"].as_str().unwrap()).collect()
}

async fn link(world: &World, token: &str, one: DocId, other: DocId, linked: bool) {
    let body = json!({"other": other.to_string(), "linked": linked});
    let answer = world.post(&format!("/v1/reports/{one}/links"), token, body).await;
    assert_eq!(answer.status.as_u16(), 204, "{answer:?}");
}

#[tokio::test]
async fn an_empty_inbox_and_one_of_one_report_are_answered_alike() {
    let world = World::start().await;
    let token = world.helene();
    let none = events(&world, &token, "").await;
    assert_eq!(none, json!({"items": [], "next": null, "total": 0, "by_severity": [0, 0, 0, 0, 0]}));
    let nothing = json!({"to_treat": 0, "unread": 0, "treated_today": 0, "held": 0});
    assert_eq!(world.get("/v1/summary", &token).await.json(), nothing);
    assert_eq!(world.get("/v1/points", &token).await.json(), json!({"points": [], "without_place": 0}));

    let mut ines = Phone::enrol(&world, "Inès Fabre", "pm-centre", 1).await;
    let doc = ines.file(1, &placed(&world, "youth.brawl", 4, 0.0, 5), None);
    ines.sync(&world).await;
    let one = events(&world, &token, "").await;
    assert_eq!((one["total"].as_u64(), one["next"].as_str()), (Some(1), None));
    assert_eq!(one["by_severity"], json!([0, 0, 0, 1, 0]));
    let line = &one["items"][0];
    assert_eq!((line["id"].as_str(), line["reports"].as_u64()), (Some(doc.to_string().as_str()), Some(1)));
    assert_eq!((line["members"][0].as_str(), &line["opened_by"]), (line["id"].as_str(), &Value::Null));
    let detail = world.get(&format!("/v1/events/{doc}"), &token).await.json();
    assert_eq!((detail["reports"].as_array().unwrap().len(), &detail["suggestions"]), (1, &json!([])));
    assert_eq!(detail["line"], *line);
    let first = &detail["reports"][0]["first_version"];
    assert_eq!(
        (first["is_first"].as_bool(), first["who"]["name"].as_str()),
        (Some(true), Some("Inès Fabre"))
    );
    let points = world.get("/v1/points", &token).await.json();
    assert_eq!(points["points"], json!([[doc.to_string(), 48.446, 1.489, 4, 1]]));
}

#[tokio::test]
async fn two_linked_reports_are_one_event_and_unlinking_restores_each() {
    let world = World::start().await;
    let token = world.helene();
    let mut ines = Phone::enrol(&world, "Inès Fabre", "pm-centre", 1).await;
    let mut paul = Phone::enrol(&world, "Paul Nguyen", "pm-nord", 2).await;
    let mut brawl = placed(&world, "youth.brawl", 3, 0.0, 20);
    brawl.push(("people_count", FactValue::Integer(6)));
    let one = ines.file(1, &brawl, Some("Six jeunes."));
    ines.sync(&world).await;
    world.pass_minutes(1);
    let mut noise = placed(&world, "nuisance.noise_night", 5, 120.0, 10);
    noise.push(("people_count", FactValue::Integer(4)));
    let other = paul.file(2, &noise, Some("Quatre personnes."));
    paul.sync(&world).await;
    let before = events(&world, &token, "").await;
    assert_eq!(leads(&before), [other.to_string(), one.to_string()], "the gravest first");

    link(&world, &token, one, other, true).await;
    let page = events(&world, &token, "").await;
    assert_eq!((page["total"].as_u64(), page["by_severity"].clone()), (Some(1), json!([0, 0, 0, 0, 1])));
    let line = &page["items"][0];
    assert_eq!(line["id"], one.to_string(), "the earliest filed leads");
    assert_eq!(line["members"], json!([one.to_string(), other.to_string()]));
    assert_eq!((line["severity"].as_u64(), line["statements"].as_u64()), (Some(5), Some(2)));
    assert_eq!(line["units"], json!(["pm-centre", "pm-nord"]));
    // People and type and severity differ; 120 m and 10 minutes do not.
    assert_eq!(line["differences"], 3, "{line}");
    let detail = world.get(&format!("/v1/events/{other}"), &token).await.json();
    assert_eq!((detail["id"].clone(), detail["line"].clone()), (json!(one.to_string()), line.clone()));
    let keys: Vec<&str> = detail["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["key"].as_str().unwrap())
        .collect();
    assert_eq!(keys, ["facts/people_count", "facts/severity", "facts/type"]);
    let people = &detail["differences"][0]["values"];
    let said: Vec<_> =
        people.as_array().unwrap().iter().map(|v| (v["words"].clone(), v["who"]["name"].clone())).collect();
    assert_eq!(said, [(json!("6"), json!("Inès Fabre")), (json!("4"), json!("Paul Nguyen"))]);

    // The least advanced of the two says where the event stands; what one holds, the event holds.
    assert_eq!(world.post(&format!("/v1/reports/{one}/read"), &token, json!({})).await.status.as_u16(), 201);
    for (query, found) in [
        ("?unread=true", 1),
        ("?status=read", 0),
        ("?status=open", 1),
        ("?status=closed", 0),
        ("?type=nuisance.noise_night", 1),
        ("?unit=pm-centre", 1),
        ("?severity_min=5&type=youth.brawl", 1),
        ("?text=quatre%20personnes", 1),
        ("?text=%20", 1),
        // Every word somewhere, in any order: what was written, the number, who, their unit.
        ("?text=personnes%20quatre", 1),
        ("?text=quatre%20fabre%20nguyen%20pm-centre", 1),
        ("?text=2026-000001", 1),
        ("?text=2026-000009", 0),
        ("?text=quatre%20absent", 0),
        ("?commune=99002", 0),
    ] {
        assert_eq!(events(&world, &token, query).await["total"], found, "{query}");
    }
    let opened = events(&world, &token, "").await["items"][0]["opened_by"].clone();
    assert_eq!(opened, json!({"name": "Hélène Roy", "at_ms": world.now_ms()}));
    world.post(&format!("/v1/reports/{other}/read"), &token, json!({})).await;
    assert_eq!(events(&world, &token, "?unread=true").await["total"], 0);

    link(&world, &token, other, one, false).await;
    let apart = events(&world, &token, "").await;
    assert_eq!(leads(&apart), leads(&before));
    assert!(apart["items"].as_array().unwrap().iter().all(|line| line["differences"] == 0), "{apart}");
}

#[tokio::test]
async fn what_is_near_in_place_and_time_is_suggested_until_a_person_says_no() {
    let world = World::start().await;
    let token = world.helene();
    let mut ines = Phone::enrol(&world, "Inès Fabre", "pm-centre", 1).await;
    let here = ines.file(1, &placed(&world, "youth.brawl", 3, 0.0, 60), None);
    let same = ines.file(2, &placed(&world, "youth.brawl", 3, 450.0, 10), None);
    let near = ines.file(3, &placed(&world, "nuisance.noise_night", 2, 100.0, 50), None);
    ines.file(4, &placed(&world, "youth.brawl", 3, 550.0, 60), None);
    ines.file(5, &placed(&world, "youth.brawl", 3, 10.0, 181), None);
    let [mut unplaced, mut elsewhere] = [
        facts("youth.brawl", "Ici", 3, "99001").to_vec(),
        facts("youth.brawl", "Ailleurs", 3, "99002").to_vec(),
    ];
    unplaced.push(("occurred", from(&world, 60)));
    elsewhere.push(("occurred", from(&world, 60)));
    let unplaced = ines.file(6, &unplaced, None);
    ines.file(7, &elsewhere, None);
    ines.sync(&world).await;
    let suggested = async || {
        let detail = world.get(&format!("/v1/events/{here}"), &token).await.json();
        detail["suggestions"].as_array().unwrap().clone()
    };
    let found = suggested().await;
    let ids: Vec<String> = found.iter().map(|s| s["line"]["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, [same.to_string(), unplaced.to_string(), near.to_string()]);
    assert_eq!(
        (found[0]["distance_m"].as_f64(), found[0]["minutes_apart"].as_i64()),
        (Some(450.0), Some(50))
    );
    assert_eq!(
        (&found[0]["why"], &found[1]["distance_m"]),
        (&json!(["place", "time", "type"]), &Value::Null)
    );
    assert_eq!((found[2]["same_type"].as_bool(), &found[2]["why"]), (Some(false), &json!(["place", "time"])));

    link(&world, &token, here, same, true).await;
    link(&world, &token, here, same, false).await;
    assert_eq!(suggested().await, found, "a link undone is as if it had not been made");
    link(&world, &token, same, here, false).await;
    let ids: Vec<Value> = suggested().await.iter().map(|s| s["line"]["id"].clone()).collect();
    assert_eq!(ids, [json!(unplaced.to_string()), json!(near.to_string())], "a person said no");
}

#[tokio::test]
async fn whoever_reads_one_unit_counts_no_member_and_no_link_of_another() {
    let world = World::start().await;
    let token = world.helene();
    let mut ines = Phone::enrol(&world, "Inès Fabre", "pm-centre", 1).await;
    let mut paul = Phone::enrol(&world, "Paul Nguyen", "pm-nord", 2).await;
    let one = ines.file(1, &placed(&world, "youth.brawl", 5, 0.0, 30), Some("Place du Marché."));
    ines.sync(&world).await;
    let [mine, far] = [
        paul.file(2, &placed(&world, "youth.brawl", 2, 50.0, 25), None),
        paul.file(3, &placed(&world, "youth.brawl", 2, 60.0, 25), None),
    ];
    paul.sync(&world).await;
    // The two of pm-nord belong together only through the one of pm-centre.
    link(&world, &token, one, mine, true).await;
    link(&world, &token, one, far, true).await;
    let denis = world.token("Denis Le Goff", "unit_supervisor", Some("pm-nord"));
    let page = events(&world, &denis, "?order=newest").await;
    assert_eq!((page["total"].as_u64(), page["by_severity"].clone()), (Some(2), json!([0, 2, 0, 0, 0])));
    assert!(!page.to_string().contains(&one.to_string()), "{page}");
    for line in page["items"].as_array().unwrap() {
        assert_eq!((line["reports"].as_u64(), line["units"].clone()), (Some(1), json!(["pm-nord"])));
        assert_eq!((line["differences"].as_u64(), line["severity"].as_u64()), (Some(0), Some(2)));
    }
    let detail = world.get(&format!("/v1/events/{mine}"), &denis).await.json();
    assert_eq!(detail["reports"].as_array().unwrap().len(), 1);
    let suggested: Vec<&Value> =
        detail["suggestions"].as_array().unwrap().iter().map(|s| &s["line"]["id"]).collect();
    assert_eq!(suggested, [&json!(far.to_string())]);
    let foreign = world.get(&format!("/v1/events/{one}"), &denis).await;
    let absent = world.get(&format!("/v1/events/{}", DocId([0xee; 16])), &denis).await;
    assert_eq!((foreign.problem(), foreign.json()), ("not-found".to_owned(), absent.json()));
    assert_eq!(events(&world, &denis, "?text=marche").await["total"], 0);
    assert_eq!(world.get("/v1/summary", &denis).await.json()["unread"], 2);
    assert_eq!(world.get("/v1/points", &denis).await.json()["points"].as_array().unwrap().len(), 2);
    let people = world.get("/v1/assignees", &denis).await.json();
    assert!(
        people["people"].as_array().unwrap().iter().all(|person| person["unit"] == "pm-nord"),
        "{people}"
    );
    assert_eq!(world.get("/v1/assignees", &token).await.json()["people"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat_in_either_order() {
    let world = World::start().await;
    let token = world.helene();
    let mut ines = Phone::enrol(&world, "Inès Fabre", "pm-centre", 1).await;
    for id in 1..=17 {
        ines.file(id, &facts("waste.bags", "Sacs", i64::from(id % 5) + 1, "99001"), None);
        ines.sync(&world).await;
    }
    for (order, key) in [("severity", "severity"), ("newest", "newest_ms")] {
        let whole = events(&world, &token, &format!("?order={order}")).await;
        let mut seen: Vec<String> = Vec::new();
        let mut after = String::new();
        loop {
            let page = events(&world, &token, &format!("?order={order}&limit=4{after}")).await;
            assert_eq!((page["total"].as_u64(), &page["by_severity"]), (Some(17), &whole["by_severity"]));
            seen.extend(leads(&page).into_iter().map(str::to_owned));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(seen, leads(&whole), "{order}");
        let keys: Vec<i64> =
            whole["items"].as_array().unwrap().iter().map(|line| line[key].as_i64().unwrap()).collect();
        assert!(keys.is_sorted_by(|a, b| a >= b), "{order}: {keys:?}");
    }
    for wrong in [
        "?order=age",
        "?after=x",
        "?after=9-",
        "?limit=0",
        "?limit=201",
        "?severity_min=6",
        "?status=new",
        "?colour=red",
        "?since_ms=x",
    ] {
        assert_eq!(world.get(&format!("/v1/events{wrong}"), &token).await.problem(), "malformed", "{wrong}");
    }
}

#[tokio::test]
async fn two_supervisors_deciding_at_once_are_both_kept_and_the_second_is_told() {
    let world = World::start().await;
    let [helene, samir] = [world.helene(), world.token("Samir Morel", "agglomeration_supervisor", None)];
    let doc = diverging(&world).await;
    let found =
        world.get(&format!("/v1/reports/{doc}/divergences"), &helene).await.json()["items"][0].clone();
    let deciding = |voice: usize| {
        json!({"key": found["key"], "chosen": {"change": found["voices"][voice]["change"]}, "saw": found["saw"],
            "saw_decisions": [], "reason": "Vu à la vidéo."})
    };
    let path = format!("/v1/reports/{doc}/decisions");
    let first = world.post(&path, &helene, deciding(0)).await.json();
    assert_eq!((first["divergence"]["open"].as_bool(), first["eid"].is_string()), (Some(false), true));
    let second = world.post(&path, &samir, deciding(1)).await;
    assert_eq!(second.status.as_u16(), 201);
    let stands = second.json()["divergence"].clone();
    assert_eq!(stands["open"], true, "both decided of the same page: a person looks again");
    let mut who: Vec<&str> =
        stands["decisions"].as_array().unwrap().iter().map(|d| d["who"]["name"].as_str().unwrap()).collect();
    who.sort_unstable();
    assert_eq!(who, ["Hélène Roy", "Samir Morel"]);
    assert_eq!(events(&world, &helene, "?divergence=true").await["total"], 1);
    // Whoever names both decisions as seen settles it.
    let mut third = deciding(0);
    third["saw_decisions"] = stands["saw_decisions"].clone();
    let settled = world.post(&path, &samir, third).await.json();
    assert_eq!(settled["divergence"]["open"], false);
    let shown = world.get(&format!("/v1/events/{doc}"), &helene).await.json();
    let severity = shown["reports"][0]["facts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["key"] == "facts/severity")
        .unwrap()
        .clone();
    assert_eq!(
        (severity["value"].clone(), severity["diverges"].clone()),
        (found["voices"][0]["value"].clone(), json!(false))
    );
    assert_eq!(severity["who"]["name"], found["voices"][0]["who"]["name"]);
}

#[tokio::test]
async fn what_was_followed_change_by_change_is_what_is_read_anew() {
    let mut world = World::start().await;
    let helene = world.helene();
    let denis = world.token("Denis Le Goff", "unit_supervisor", Some("pm-centre"));
    let doc = diverging(&world).await;
    let mut paul = Phone::enrol(&world, "Paul Nguyen", "pm-nord", 9).await;
    let mut others = Vec::new();
    for id in 10..16 {
        others.push(paul.file(
            id,
            &placed(&world, "youth.brawl", i64::from(id % 5) + 1, f64::from(id), 5),
            Some("Vu."),
        ));
        paul.sync(&world).await;
        // Asked after each, so that the copy in memory follows.
        events(&world, &helene, "").await;
    }
    link(&world, &helene, doc, others[0], true).await;
    link(&world, &helene, others[1], others[2], true).await;
    events(&world, &denis, "").await;
    link(&world, &helene, others[2], doc, true).await;
    link(&world, &helene, others[1], others[2], false).await;
    world.post(&format!("/v1/reports/{}/close", others[3]), &helene, json!({"reason": "réglé"})).await;
    world.post(&format!("/v1/reports/{}/assign", others[4]), &helene, json!({"to": "pm-nord"})).await;
    world.post(&format!("/v1/reports/{doc}/read"), &denis, json!({})).await;
    // Set aside twice; one is filed anew, and that is another report.
    let stray = paul.misplace(others[5], "people_count", FactValue::Integer(6));
    paul.misplace(others[5], "people_count", FactValue::Integer(7));
    paul.sync(&world).await;
    events(&world, &helene, "").await;
    paul.file_anew(20, &placed(&world, "youth.brawl", 2, 70.0, 5), stray);
    paul.sync(&world).await;
    let mut followed = Vec::new();
    let asked = ["/v1/events", "/v1/events?order=newest&limit=3", "/v1/summary", "/v1/points"];
    for token in [&helene, &denis] {
        for path in asked {
            followed.push(world.get(path, token).await.json());
        }
    }
    // The one that somebody took in hand is still to treat.
    assert_eq!(events(&world, &helene, "?status=open").await["total"], 5);
    assert_eq!(
        world.get("/v1/points?status=open", &helene).await.json()["points"].as_array().unwrap().len(),
        5
    );
    assert_eq!(followed[2], json!({"to_treat": 5, "unread": 4, "treated_today": 1, "held": 1}));
    for rebuild in [false, true] {
        if rebuild {
            world.server.rebuild().unwrap();
        } else {
            world.restart().await;
        }
        let mut anew = Vec::new();
        for token in [&helene, &denis] {
            for path in asked {
                anew.push(world.get(path, token).await.json());
            }
        }
        assert_eq!(anew, followed, "rebuilt: {rebuild}");
    }
}

/// The number of the head does not move: the copy in memory is old all the same.
#[tokio::test]
async fn an_inbox_that_another_program_made_again_is_the_one_that_is_shown() {
    let world = World::start().await;
    let token = world.helene();
    diverging(&world).await;
    world.database().execute_batch("DELETE FROM report").unwrap();
    assert_eq!(events(&world, &token, "").await["total"], 0, "the cache is lost, and read as it is");
    let head = world.server.head().unwrap();
    let made = world.beside(&token, &["archive", "rebuild"]);
    assert!(made.status.success(), "{made:?}");
    assert_eq!(world.server.head().unwrap().seq, head.seq);
    assert_eq!(events(&world, &token, "").await["total"], 1);
}

#[tokio::test]
async fn words_come_in_the_language_asked_for() {
    let world = World::start().await;
    world.helene();
    let browser = Browser::sign_in(&world, "Hélène Roy").await;
    let mut ines = Phone::enrol(&world, "Inès Fabre", "pm-centre", 1).await;
    let untitled = [("type", "youth.brawl".into()), ("severity", FactValue::Integer(4))];
    let doc = ines.file(1, &untitled, None);
    ines.sync(&world).await;
    for (language, title, severity) in [("fr-FR,fr;q=0.9", "Rixe", "Grave"), ("en-GB", "Brawl", "Serious")] {
        let request = world.client.get(format!("{}/v1/events/{doc}", world.base));
        let request = request.header("cookie", &browser.cookie).header("accept-language", language);
        let event = super::world::read(request.send().await.unwrap()).await.json();
        assert_eq!(
            (event["line"]["title"].as_str(), event["line"]["type_label"].as_str()),
            (Some(title), Some(title))
        );
        let shown = event["reports"][0]["facts"]
            .as_array()
            .unwrap()
            .iter()
            .find(|f| f["key"] == "facts/severity")
            .unwrap();
        assert_eq!(shown["words"], severity, "{language}");
    }
    for (language, role, unit) in [
        ("fr", "Superviseur d’agglomération", "Toute l’agglomération"),
        ("en", "Agglomeration supervisor", "The whole agglomeration"),
    ] {
        let asked = |path: &str| {
            let request = world.client.get(format!("{}{path}", world.base));
            request.header("cookie", &browser.cookie).header("accept-language", language).send()
        };
        let me = super::world::read(asked("/v1/me").await.unwrap()).await.json();
        assert_eq!((me["role_label"].as_str(), me["unit_label"].as_str()), (Some(role), Some(unit)));
        assert_eq!(
            (me["role"].as_str(), me["unit"].as_str()),
            (Some("agglomeration_supervisor"), Some("agglomeration"))
        );
        let people = super::world::read(asked("/v1/assignees").await.unwrap()).await.json();
        assert_eq!(people["units"], json!(["pm-centre"]), "nobody's unit takes charge of nothing");
        assert!(
            people["people"]
                .as_array()
                .unwrap()
                .contains(&json!({"name": "Hélène Roy", "unit": "agglomeration", "unit_label": unit}))
        );
        let words = super::world::read(asked("/v1/catalogue").await.unwrap()).await.json();
        assert_eq!(words["roles"]["agglomeration_supervisor"], role);
        let read = super::world::read(asked(&format!("/v1/events/{doc}")).await.unwrap()).await.json();
        let author = &read["reports"][0]["first_version"]["who"];
        assert_eq!((&author["role"], &author["role_label"]), (&json!("officer"), &words["roles"]["officer"]));
    }
    for (lang, brawl, gravest) in [("fr", "Rixe", "Critique"), ("en", "Brawl", "Critical")] {
        let words = browser.get(&world, &format!("/v1/catalogue?lang={lang}")).await.json();
        let known =
            words["types"].as_array().unwrap().iter().find(|known| known["code"] == "youth.brawl").unwrap();
        assert_eq!((known["label"].as_str(), known["icon"].as_str()), (Some(brawl), Some("swords")));
        assert_eq!(words["severities"][4], gravest);
        let adult = if lang == "fr" { ("Tranche d’âge", "Majeur") } else { ("Age band", "Adult") };
        let shown = (words["fields"]["age_band"].as_str(), words["choices"]["age_band/adult"].as_str());
        assert_eq!(shown, (Some(adult.0), Some(adult.1)));
        assert!(words["choices"].as_object().unwrap().keys().all(|key| key.contains('/')), "{lang}");
    }
}
