//! Two supervisors and one report: what one did while the other looked is never written over.

use std::sync::Barrier;

use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_server::error::ActError;
use serde_json::{Value, json};

use super::phone::Phone;
use super::supervisors::facts;
use super::world::{Answer, World};

struct Desk {
    world: World,
    helene: String,
    samir: String,
    ines: Phone,
    doc: DocId,
}

impl Desk {
    async fn open() -> Desk {
        let world = World::start().await;
        let (helene, samir) = (world.helene(), world.token("Samir Morel", "agglomeration_supervisor", None));
        let mut ines = Phone::enrol(&world, "Inès Fabre", "pm-centre", 1).await;
        let doc = ines.file(1, &facts("youth.brawl", "Rixe", 4, "99001"), Some("Six jeunes."));
        ines.sync(&world).await;
        Desk { world, helene, samir, ines, doc }
    }

    /// The `moved` of the report's line now.
    async fn moved(&self) -> u64 {
        let event = self.world.get(&format!("/v1/events/{}", self.doc), &self.helene).await.json();
        event["line"]["moved"].as_u64().unwrap()
    }

    /// An act of Hélène's, who looked at a number.
    async fn act(&self, what: &str, seen: Option<u64>) -> Answer {
        self.act_of(&self.helene, what, seen).await
    }

    async fn act_of(&self, token: &str, what: &str, seen: Option<u64>) -> Answer {
        let body = match what {
            "assign" => json!({"to": "pm-nord"}),
            "read" => json!({}),
            "comments" => json!({"text": "Qui est sur place ?"}),
            _ => json!({"reason": "vu"}),
        };
        let seen = seen.map(|seen| format!("?seen={seen}&later=1")).unwrap_or_default();
        self.world.post(&format!("/v1/reports/{}/{what}{seen}", self.doc), token, body).await
    }

    async fn corrected(&mut self) {
        self.ines.correct(self.doc, "severity", FactValue::Integer(5));
        self.ines.sync(&self.world).await;
    }
}

fn told(answer: &Answer) -> (String, Value, Value) {
    assert_eq!((answer.problem(), answer.status.as_u16()), ("changed-meanwhile".to_owned(), 409));
    let problem = answer.json();
    assert_eq!(problem["retry"], "stop-and-tell");
    assert!(problem["at_ms"].is_i64() && problem["now"].is_u64(), "{problem}");
    (problem["detail"].as_str().unwrap().to_owned(), problem["by"].clone(), problem["what"].clone())
}

#[tokio::test]
async fn nobody_closes_over_what_a_colleague_did_since_the_look() {
    for (by_samir, what, words) in [
        ("assign", "assign", "a affecté ce rapport"),
        ("close", "close", "a clos ce rapport"),
        ("comments", "comment", "a commenté ce rapport"),
    ] {
        let desk = Desk::open().await;
        let seen = desk.moved().await;
        assert_eq!(desk.act_of(&desk.samir, by_samir, None).await.status.as_u16(), 201);
        let refused = desk.act("close", Some(seen)).await;
        let (detail, by, did) = told(&refused);
        assert_eq!((by, did), (json!("Samir Morel"), json!(what)));
        assert_eq!(detail, format!("Entre-temps, Samir Morel {words}. Relisez-le avant de décider."));
        // Whoever read the sentence says so, and closes.
        let now = refused.json()["now"].as_u64();
        assert_eq!(now, Some(desk.moved().await), "{by_samir}");
        assert_eq!(desk.act("close", now).await.status.as_u16(), 201, "{by_samir}");
    }
}

#[tokio::test]
async fn nobody_closes_over_what_its_author_wrote_since_the_look() {
    let mut desk = Desk::open().await;
    let seen = desk.moved().await;
    desk.corrected().await;
    let refused = desk.act("close", Some(seen)).await;
    let (_, by, did) = told(&refused);
    assert_eq!((by, did), (json!("Inès Fabre"), json!("write")));
    // Nothing was stored, and without a number the act is what it always was.
    let standing = desk.world.get(&format!("/v1/reports/{}", desk.doc), &desk.helene).await.json();
    assert_eq!(standing["lifecycle"]["closed"], Value::Null);
    assert_eq!(desk.act("close", None).await.status.as_u16(), 201);
}

#[tokio::test]
async fn what_weighs_most_is_named_and_the_rest_is_counted_in_the_readers_language() {
    let mut desk = Desk::open().await;
    let seen = desk.moved().await;
    for what in ["comments", "close", "comments"] {
        desk.act_of(&desk.samir, what, None).await;
    }
    assert_eq!(
        told(&desk.act("close", Some(seen)).await).0,
        "Entre-temps, Samir Morel a clos ce rapport (et 2\u{a0}autres changements). Relisez-le avant de décider."
    );
    // What others did is not said of this one.
    desk.corrected().await;
    assert_eq!(
        told(&desk.act("close", Some(seen)).await).0,
        "Entre-temps, Samir Morel a clos ce rapport (et d’autres personnes l’ont modifié aussi). Relisez-le avant \
         de décider."
    );
    let path = format!("{}/v1/reports/{}/close?seen={seen}", desk.world.base, desk.doc);
    let request = desk.world.client.post(path).bearer_auth(&desk.helene).header("accept-language", "en");
    let request =
        request.header("content-type", "application/json").body(json!({"reason": "done"}).to_string());
    let (detail, _, did) = told(&super::world::read(request.send().await.unwrap()).await);
    assert_eq!(did, json!("close"));
    assert_eq!(
        detail,
        "Meanwhile, Samir Morel closed this report (and others changed it too). Read it again before deciding."
    );
}

/// What was set aside is there by the act of whoever released it.
#[tokio::test]
async fn ones_own_release_refuses_nothing_and_a_colleagues_is_the_colleagues() {
    for (by_herself, expected) in [(true, None), (false, Some("Samir Morel"))] {
        let mut desk = Desk::open().await;
        let stray = desk.ines.misplace(desk.doc, "severity", FactValue::Integer(5));
        desk.ines.sync(&desk.world).await;
        let seen = desk.moved().await;
        let token = if by_herself { &desk.helene } else { &desk.samir };
        let path = format!("/v1/quarantine/{stray}/release");
        let released = desk.world.post(&path, token, json!({"reason": "C’est bien ici."})).await;
        assert_eq!(released.status.as_u16(), 201, "{released:?}");
        let shown = desk.world.get(&format!("/v1/events/{}", desk.doc), &desk.helene).await.json();
        assert_eq!((&shown["line"]["severity"], &shown["line"]["quarantined"]), (&json!(5), &json!(0)));
        let closed = desk.act("close", Some(seen)).await;
        match expected {
            None => assert_eq!(closed.status.as_u16(), 201, "{closed:?}"),
            Some(name) => {
                let (_, by, did) = told(&closed);
                assert_eq!((by, did), (json!(name), json!("write")));
            }
        }
    }
}

/// A page from before a restore holds a number that the present history has not given yet.
#[tokio::test]
async fn a_number_of_a_lost_history_is_read_up_to_the_fork() {
    let mut desk = Desk::open().await;
    let lost = desk.moved().await + 900;
    let report =
        async |desk: &Desk| desk.world.get(&format!("/v1/reports/{}", desk.doc), &desk.helene).await.json();
    let first = report(&desk).await["heads"].clone();
    desk.act_of(&desk.samir, "comments", None).await;
    desk.world.server.begin_history().unwrap();
    assert_eq!(desk.act("close", Some(lost)).await.status.as_u16(), 201, "all of that was restored");
    desk.act_of(&desk.samir, "reopen", None).await;
    desk.corrected().await;
    assert_eq!(told(&desk.act("close", Some(lost)).await).2, json!("reopen"));
    assert_eq!(told(&desk.act("reopen", Some(lost)).await).2, json!("reopen"));
    assert_eq!(desk.act("read", Some(lost)).await.status.as_u16(), 201);
    assert_eq!(report(&desk).await["lifecycle"]["read"]["heads"], first);
}

#[tokio::test]
async fn ones_own_acts_and_what_does_not_cross_refuse_nothing() {
    let mut desk = Desk::open().await;
    let seen = desk.moved().await;
    // Her own acts, an hour of them.
    for what in ["read", "assign", "comments", "close"] {
        assert_eq!(desk.act(what, Some(seen)).await.status.as_u16(), 201, "{what}");
    }
    assert_eq!(desk.act("reopen", Some(seen)).await.status.as_u16(), 201);
    // A colleague reads, comments; an officer corrects: nothing of it crosses an assignment.
    desk.act_of(&desk.samir, "read", None).await;
    desk.act_of(&desk.samir, "comments", None).await;
    desk.corrected().await;
    assert_eq!(desk.act("assign", Some(seen)).await.status.as_u16(), 201);
    // Nor does a colleague's assignment cross opening again.
    desk.act("close", None).await;
    let closed = desk.moved().await;
    desk.act_of(&desk.samir, "assign", None).await;
    assert_eq!(desk.act("reopen", Some(closed)).await.status.as_u16(), 201);
    // What the page saw last stands: nothing is in between.
    let now = desk.moved().await;
    assert_eq!(desk.act("close", Some(now)).await.status.as_u16(), 201);
}

#[tokio::test]
async fn an_assignment_and_an_opening_again_are_refused_over_a_colleagues() {
    let desk = Desk::open().await;
    let seen = desk.moved().await;
    desk.act_of(&desk.samir, "assign", None).await;
    assert_eq!(told(&desk.act("assign", Some(seen)).await).2, json!("assign"));
    desk.act("close", None).await;
    let closed = desk.moved().await;
    desk.act_of(&desk.samir, "reopen", None).await;
    // That it is not closed any more is the lesser news.
    assert_eq!(told(&desk.act("reopen", Some(closed)).await).2, json!("reopen"));
    assert_eq!(told(&desk.act("assign", Some(closed)).await).2, json!("reopen"));
    assert_eq!(desk.act("reopen", None).await.problem(), "refused");
    let wrong =
        desk.world.post(&format!("/v1/reports/{}/read?seen=x", desk.doc), &desk.helene, json!({})).await;
    assert_eq!(wrong.problem(), "malformed");
}

#[tokio::test]
async fn whoever_read_version_1_has_not_read_the_correction_that_came_since() {
    let mut desk = Desk::open().await;
    let seen = desk.moved().await;
    let report =
        async |desk: &Desk| desk.world.get(&format!("/v1/reports/{}", desk.doc), &desk.helene).await.json();
    let first = report(&desk).await["heads"].clone();
    desk.corrected().await;
    let second = report(&desk).await["heads"].clone();
    assert_ne!(first, second);
    let read = desk.act("read", Some(seen)).await;
    assert_eq!(read.status.as_u16(), 201, "never refused: {read:?}");
    assert_eq!(report(&desk).await["lifecycle"]["read"]["heads"], first);
    assert_eq!(desk.act("read", Some(seen)).await.status.as_u16(), 200, "what stood there is read");
    // The correction is not: reading it is an act of its own, and what it covers is not read again.
    let now = desk.moved().await;
    assert_eq!(desk.act("read", Some(now)).await.status.as_u16(), 201);
    for covered in [None, Some(seen), Some(now), Some(0), Some(u64::MAX)] {
        assert_eq!(desk.act("read", covered).await.status.as_u16(), 200, "{covered:?}");
    }
}

/// The second look is inside the transaction: between the first and the writing there is always room
/// for a colleague.
#[tokio::test]
async fn of_two_who_close_at_once_one_is_told() {
    let mut desk = Desk::open().await;
    for id in 2..22 {
        desk.doc = desk.ines.file(id, &facts("youth.brawl", "Rixe", 4, "99001"), None);
        desk.ines.sync(&desk.world).await;
        let (seen, doc, server) = (desk.moved().await, desk.doc, &desk.world.server);
        let both = [&desk.helene, &desk.samir].map(|token| server.sign_in(token).unwrap());
        let start = Barrier::new(2);
        let closed = std::thread::scope(|threads| {
            let closing = both.each_ref().map(|who| {
                threads.spawn(|| {
                    start.wait();
                    server.close_as_seen(who, doc, "réglé", Some(seen))
                })
            });
            closing.map(|closing| closing.join().unwrap())
        });
        let told =
            closed.iter().filter(|outcome| matches!(outcome, Err(ActError::ChangedMeanwhile(_)))).count();
        assert_eq!((told, closed.iter().filter(|outcome| outcome.is_ok()).count()), (1, 1), "{closed:?}");
    }
}
