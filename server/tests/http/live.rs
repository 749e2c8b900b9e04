//! What moves is told as it moves, to whoever may read it, whichever program moved it.

use reqwest::Method;
use ronde_model::fact::FactValue;
use serde_json::json;

use super::browser::Browser;
use super::phone::Phone;
use super::supervisors::{diverging, facts};
use super::world::World;

async fn helene(world: &World) -> Browser {
    world.helene();
    Browser::sign_in(world, "Hélène Roy").await
}

/// The parts of an event's id: the history, the number, how often the caches were made again.
fn place(id: &str) -> Vec<&str> {
    let parts: Vec<&str> = id.split(':').collect();
    assert_eq!(parts.len(), 3, "{id}");
    parts
}

#[tokio::test]
async fn a_report_that_arrives_is_told_as_new_and_then_as_changed() {
    let world = World::start().await;
    let browser = helene(&world).await;
    let mut listener = browser.listen(&world, None).await;
    let hello = listener.next().await.unwrap();
    assert_eq!((hello.event.as_str(), hello.data["seq"].is_u64()), ("hello", true));
    assert_eq!(place(&hello.id)[1], hello.data["seq"].to_string(), "{}", hello.id);
    let mut ines = Phone::enrol(&world, "Inès Fabre", "pm-centre", 1).await;
    let doc = ines.file(1, &facts("youth.brawl", "Rixe", 4, "99001"), None);
    ines.sync(&world).await;
    let new = listener.next().await.unwrap();
    assert_eq!((new.event.as_str(), &new.data["reports"]), ("changed", &json!([doc.to_string()])));
    let event = &new.data["events"][0];
    assert_eq!(
        (event["id"].as_str(), event["first"].as_bool()),
        (Some(doc.to_string().as_str()), Some(true))
    );
    assert_eq!(
        (event["line"]["title"].as_str(), event["line"]["status"].as_str()),
        (Some("Rixe"), Some("delivered"))
    );
    browser.post(&world, &format!("/v1/reports/{doc}/read"), json!({})).await;
    let read = listener.next().await.unwrap();
    let event = &read.data["events"][0];
    assert_eq!((event["first"].as_bool(), event["line"]["status"].as_str()), (Some(false), Some("read")));
    assert_eq!(event["line"]["opened_by"]["name"], "Hélène Roy");
}

#[tokio::test]
async fn what_another_program_writes_is_told_too() {
    let world = World::start().await;
    let token = world.helene();
    let browser = Browser::sign_in(&world, "Hélène Roy").await;
    let doc = diverging(&world).await;
    let mut listener = browser.listen(&world, None).await;
    assert_eq!(listener.next().await.unwrap().event, "hello");
    // Another server on the same archive shares no memory with the one that is listened to.
    let other = world.another();
    other.comment(&other.sign_in(&token).unwrap(), doc, "Vu depuis un autre programme.").unwrap();
    let told = listener.next().await.unwrap();
    assert_eq!((told.event.as_str(), &told.data["reports"]), ("changed", &json!([doc.to_string()])));
}

/// No number moves by it: whoever follows numbers alone goes on showing what was wrong.
#[tokio::test]
async fn caches_that_another_program_made_again_are_told_to_load_again() {
    let world = World::start().await;
    let token = world.helene();
    let browser = Browser::sign_in(&world, "Hélène Roy").await;
    let doc = diverging(&world).await;
    let mut listener = browser.listen(&world, None).await;
    let hello = listener.next().await.unwrap();
    let made = world.beside(&token, &["archive", "rebuild"]);
    assert!(made.status.success(), "{made:?}");
    let told = listener.next().await.unwrap();
    assert_eq!((told.event.as_str(), &place(&told.id)[..2]), ("reset", &place(&hello.id)[..2]));
    // A page that was away meanwhile is told too, and once: it goes on from what it was told.
    let mut returned = browser.listen(&world, Some(&hello.id)).await;
    assert_eq!(returned.next().await.unwrap().event, "hello");
    let again = returned.next().await.unwrap();
    assert_eq!((again.event.as_str(), &again.id), ("reset", &told.id));
    let mut returned = browser.listen(&world, Some(&again.id)).await;
    assert_eq!(returned.next().await.unwrap().event, "hello");
    assert_eq!(returned.anything().await.unwrap().event, "beat");
    // Once: what moves after it is told as ever.
    browser.post(&world, &format!("/v1/reports/{doc}/read"), json!({})).await;
    assert_eq!(listener.next().await.unwrap().event, "changed");
}

/// What is filed anew may be another report: the one that held the first attempt is told of too.
#[tokio::test]
async fn a_report_whose_stray_envelope_was_filed_anew_elsewhere_loses_its_mark() {
    let world = World::start().await;
    let token = world.helene();
    let browser = Browser::sign_in(&world, "Hélène Roy").await;
    let mut ines = Phone::enrol(&world, "Inès Fabre", "pm-centre", 1).await;
    let doc = ines.file(1, &facts("youth.brawl", "Rixe", 4, "99001"), None);
    let stray = ines.misplace(doc, "people_count", FactValue::Integer(6));
    ines.sync(&world).await;
    let line = async || world.get("/v1/events?order=newest", &token).await.json()["items"].clone();
    assert_eq!(line().await[0]["quarantined"], 1);
    let mut listener = browser.listen(&world, None).await;
    assert_eq!(listener.next().await.unwrap().event, "hello");
    let anew = ines.file_anew(2, &facts("youth.brawl", "Rixe, encore", 4, "99001"), stray);
    ines.sync(&world).await;
    let told = listener.next().await.unwrap().data["events"].clone();
    let mut told: Vec<(String, u64)> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|event| {
            (event["id"].as_str().unwrap().to_owned(), event["line"]["quarantined"].as_u64().unwrap())
        })
        .collect();
    told.sort();
    assert_eq!(told, [(doc.to_string(), 0), (anew.to_string(), 0)]);
    assert_eq!((&line().await[0]["quarantined"], &line().await[1]["quarantined"]), (&json!(0), &json!(0)));
    assert_eq!(world.get("/v1/summary", &token).await.json()["held"], 0);
}

#[tokio::test]
async fn whoever_comes_back_is_told_what_was_missed_also_after_a_restart() {
    let mut world = World::start().await;
    let browser = helene(&world).await;
    let mut listener = browser.listen(&world, None).await;
    let last = listener.next().await.unwrap().id;
    drop(listener);
    let doc = diverging(&world).await.to_string();
    world.restart().await;
    let mut listener = browser.listen(&world, Some(&last)).await;
    assert_eq!(listener.next().await.unwrap().id, last, "hello, where it was");
    let missed = listener.next().await.unwrap();
    assert_eq!((missed.event.as_str(), &missed.data["reports"]), ("changed", &json!([doc])));
    assert_eq!(missed.data["events"][0]["first"], true);
    // From there on nothing is missing: the next one comes back to beats alone.
    let mut again = browser.listen(&world, Some(&missed.id)).await;
    assert_eq!(again.next().await.unwrap().event, "hello");
    assert_eq!(again.anything().await.unwrap().event, "beat");
}

#[tokio::test]
async fn a_restored_archive_and_a_place_that_never_was_are_told_to_load_again() {
    let world = World::start().await;
    let token = world.helene();
    let browser = Browser::sign_in(&world, "Hélène Roy").await;
    let mut listener = browser.listen(&world, None).await;
    let last = listener.next().await.unwrap().id;
    let [history, seq, made] = place(&last).try_into().unwrap();
    let (ahead, of_before) = (format!("{history}:999999:{made}"), format!("{history}:{seq}"));
    for nowhere in [ahead.as_str(), &of_before, "banana", "", ":", "::", "00:1:0", &"9".repeat(4_000)] {
        let mut listener = browser.listen(&world, Some(nowhere)).await;
        assert_eq!(listener.next().await.unwrap().event, "hello", "{nowhere}");
        assert_eq!(listener.next().await.unwrap().event, "reset", "{nowhere}");
    }
    world.server.begin_history().unwrap();
    // It was somebody's session before the restore: nobody's now.
    assert_eq!(listener.next().await.unwrap().event, "signed_out");
    let agent = world.server.sign_in(&token).unwrap().agent().to_string();
    let browser = Browser::sign_in(&world, &agent).await;
    let mut listener = browser.listen(&world, Some(&last)).await;
    assert_eq!(listener.next().await.unwrap().event, "hello");
    let reset = listener.next().await.unwrap();
    assert_eq!((reset.event.as_str(), place(&reset.id)[0] == history), ("reset", false));
}

#[tokio::test]
async fn a_session_that_ends_ends_its_stream_and_says_so() {
    let world = World::start().await;
    let browser = helene(&world).await;
    let mut ended = browser.listen(&world, None).await;
    assert_eq!(ended.next().await.unwrap().event, "hello");
    let other = Browser::sign_in(&world, "Hélène Roy").await;
    let mut goes_on = other.listen(&world, None).await;
    assert_eq!(goes_on.next().await.unwrap().event, "hello");
    browser.ask(&world, Method::DELETE, "/v1/session", None).await;
    assert_eq!(ended.next().await.unwrap().event, "signed_out");
    assert!(ended.next().await.is_none(), "the stream is over");
    assert_eq!(goes_on.anything().await.unwrap().event, "beat");
    // Nobody signs out; the time is over.
    world.pass_minutes(12 * 60);
    assert_eq!(goes_on.next().await.unwrap().event, "signed_out");
}

#[tokio::test]
async fn nobody_is_told_of_what_may_not_be_read() {
    let world = World::start().await;
    world.token("Denis Le Goff", "unit_supervisor", Some("pm-nord"));
    let denis = Browser::sign_in(&world, "Denis Le Goff").await;
    let mut listener = denis.listen(&world, None).await;
    assert_eq!(listener.next().await.unwrap().event, "hello");
    let foreign = diverging(&world).await.to_string();
    let mut paul = Phone::enrol(&world, "Paul Nguyen", "pm-nord", 7).await;
    let mine = paul.file(9, &facts("youth.brawl", "Rixe", 4, "99001"), None);
    paul.sync(&world).await;
    let told = listener.next().await.unwrap();
    assert_eq!(told.data["reports"], json!([mine.to_string()]));
    assert!(!told.data.to_string().contains(&foreign), "{}", told.data);
}

#[tokio::test]
async fn a_server_told_to_stop_waits_for_no_listener() {
    let mut world = World::start().await;
    let browser = helene(&world).await;
    let mut listener = browser.listen(&world, None).await;
    assert_eq!(listener.next().await.unwrap().event, "hello");
    world.tell_to_stop();
    assert!(listener.next().await.is_none());
    // Far shorter than requests in flight are given.
    tokio::time::timeout(std::time::Duration::from_secs(15), world.stopped()).await.expect("stopped");
}

/// A laptop that sleeps behind a tunnel never says that it listens no more.
#[tokio::test]
async fn one_page_too_many_of_a_person_ends_the_oldest_and_nobody_elses() {
    let world = World::start().await;
    world.token("Samir Morel", "agglomeration_supervisor", None);
    let samir = Browser::sign_in(&world, "Samir Morel").await;
    let mut first = samir.listen(&world, None).await;
    let browser = helene(&world).await;
    let mut listening = Vec::new();
    for n in 0..9 {
        // Signing in once more is no way to more of them.
        let again = Browser::sign_in(&world, "Hélène Roy").await;
        listening.push(if n < 4 { &browser } else { &again }.listen(&world, None).await);
    }
    for listener in &mut listening {
        assert_eq!(listener.next().await.unwrap().event, "hello");
    }
    assert!(listening[0].next().await.is_none(), "the stream is over");
    assert_eq!(first.anything().await.unwrap().event, "hello");
    for listener in listening[1..].iter_mut().chain([&mut first]) {
        assert_eq!(listener.anything().await.unwrap().event, "beat");
    }
}

#[tokio::test]
async fn so_many_listen_at_once_and_one_more_is_told_to_wait() {
    let world = World::start().await;
    let browser = helene(&world).await;
    let mut listening = Vec::new();
    for _ in 0..8 {
        listening.push(browser.listen(&world, None).await);
    }
    for n in 0..7 {
        let name = format!("Personne {n}");
        world.token(&name, "agglomeration_supervisor", None);
        let other = Browser::sign_in(&world, &name).await;
        for _ in 0..8 {
            listening.push(other.listen(&world, None).await);
        }
    }
    world.token("Samir Morel", "agglomeration_supervisor", None);
    let late = Browser::sign_in(&world, "Samir Morel").await;
    let refused = late.get(&world, "/v1/live").await;
    assert_eq!((refused.problem(), refused.status.as_u16()), ("busy".to_owned(), 503));
    drop(listening);
    // The places come back when the connections are seen to be closed.
    for _ in 0..1_000 {
        let request = world.client.get(format!("{}/v1/live", world.base)).header("cookie", &late.cookie);
        if request.send().await.unwrap().status().as_u16() == 200 {
            return;
        }
    }
    panic!("no place came back");
}
