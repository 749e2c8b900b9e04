//! Who is in charge is said in the line of an event: that it was assigned says nothing of who took it up.

use serde_json::{Value, json};

use super::phone::Phone;
use super::supervisors::facts;
use super::world::World;

#[tokio::test]
async fn the_line_says_to_whom_an_event_is_assigned_while_it_is_and_all_agree() {
    let world = World::start().await;
    let token = world.helene();
    let mut ines = Phone::enrol(&world, "Inès Fabre", "pm-centre", 1).await;
    let [one, other] =
        [1, 2].map(|id| ines.file(id, &facts("youth.brawl", "Rixe", 4, "99001"), None).to_string());
    ines.sync(&world).await;
    let act = async |doc: &str, what: &str, body: Value| {
        let answer = world.post(&format!("/v1/reports/{doc}/{what}"), &token, body).await;
        assert!(answer.status.is_success(), "{answer:?}");
    };
    let line = async || {
        let line = world.get(&format!("/v1/events/{one}"), &token).await.json()["line"].clone();
        let listed = world.get("/v1/events?order=newest", &token).await.json()["items"].clone();
        assert!(listed.as_array().unwrap().contains(&line), "{listed}");
        (line["status"].clone(), line["assigned_to"].clone())
    };
    assert_eq!(line().await, (json!("delivered"), Value::Null));
    act(&one, "assign", json!({"to": "pm-nord"})).await;
    act(&one, "assign", json!({"to": "Samir Morel"})).await;
    assert_eq!(line().await, (json!("assigned"), json!("Samir Morel")), "the last holds");

    act(&one, "links", json!({"other": other, "linked": true})).await;
    assert_eq!(line().await, (json!("delivered"), Value::Null), "nobody is in charge of the other");
    act(&other, "assign", json!({"to": "pm-nord"})).await;
    assert_eq!(line().await, (json!("assigned"), Value::Null), "each has another");
    act(&other, "close", json!({"reason": "réglé"})).await;
    assert_eq!(line().await, (json!("assigned"), json!("Samir Morel")), "what is closed is nobody's");
    act(&one, "close", json!({"reason": "réglé"})).await;
    assert_eq!(line().await, (json!("closed"), Value::Null));
    act(&one, "reopen", json!({"reason": "revenu"})).await;
    assert_eq!(line().await, (json!("assigned"), json!("Samir Morel")));
}
