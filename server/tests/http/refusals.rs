//! What is refused with one sentence for many reasons names the reason: a page says it in its own words.

use serde_json::{Value, json};

use super::supervisors::diverging;
use super::world::World;

#[tokio::test]
async fn an_act_that_makes_no_sense_is_refused_with_a_reason_that_a_page_can_word() {
    let world = World::start().await;
    let token = world.helene();
    let doc = diverging(&world).await.to_string();
    let deciding = |saw: Value, value: Value| json!({"key": "facts/severity", "chosen": {"value": value}, "saw": saw, "reason": "vu"});
    let [three, backwards] = [
        json!({"kind": "integer", "value": 3}),
        json!({"kind": "period", "from_ms": 2, "to_ms": 1, "zone_min": 0}),
    ];
    let elsewhere = json!(["ab".repeat(32)]);
    for (what, body, reason) in [
        ("close", json!({"reason": " "}), "no-reason"),
        ("assign", json!({"to": ""}), "no-assignee"),
        ("comments", json!({"text": "\n"}), "no-words"),
        ("comments", json!({"text": "é".repeat(9_000)}), "too-long"),
        ("links", json!({"other": doc, "linked": true}), "linked-to-itself"),
        ("reopen", json!({"reason": "vu"}), "not-closed"),
        ("decisions", deciding(json!([]), three.clone()), "not-on-screen"),
        ("decisions", deciding(elsewhere.clone(), three), "not-on-screen"),
        ("decisions", deciding(elsewhere, backwards), "unreadable-value"),
    ] {
        let refused = world.post(&format!("/v1/reports/{doc}/{what}"), &token, body).await;
        assert_eq!((refused.problem().as_str(), refused.status.as_u16()), ("refused", 422), "{reason}");
        assert_eq!(refused.json()["reason"], reason);
    }
    // What says everything by its kind has none.
    let absent = world.get(&format!("/v1/reports/{}", "00".repeat(16)), &token).await;
    assert_eq!((absent.problem(), absent.json().get("reason").cloned()), ("not-found".to_owned(), None));
}
