//! Phones over HTTP: enrolment with its named refusals, synchronisation with its retry classes.

use ed25519_dalek::SigningKey;
use ronde_model::fact::FactValue;
use ronde_model::organisation::{Enrolled, Secret, TypedCode};
use ronde_model::wire::AnswerCode;

use super::phone::{Phone, meet, present, send_enrolment};
use super::world::World;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

#[tokio::test]
async fn an_answer_that_was_lost_is_given_again_and_another_phone_is_refused() {
    let world = World::start().await;
    let code = world.invite("Inès Fabre", "pm-centre").code;
    meet(&world, &code).await;
    let first = present(&world, &code, &key(1)).await;
    let again = present(&world, &code, &key(1)).await;
    assert_eq!((first.status.as_u16(), &first.body), (200, &again.body));
    assert!(minicbor::decode::<Enrolled>(&first.body).is_ok());
    let other = present(&world, &code, &key(2)).await;
    assert_eq!((other.status.as_u16(), other.problem().as_str()), (409, "invitation-used"));
}

#[tokio::test]
async fn an_invitation_that_is_over_unknown_or_guessed_is_refused_by_name() {
    let world = World::start().await;
    let over = world.invite("Inès Fabre", "pm-centre").code;
    world.pass_minutes(61);
    let answer = present(&world, &over, &key(1)).await;
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (410, "invitation-expired"));
    let guessed = TypedCode::new(&world.server.fingerprint(), Secret::from_random([9; 8]));
    let answer = present(&world, &guessed, &key(1)).await;
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (403, "invitation-unknown"));
    let answer = send_enrolment(&world, b"not CBOR".to_vec()).await;
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (400, "malformed"));
}

#[tokio::test]
async fn a_report_filed_offline_is_taken_in_once_however_often_it_is_sent() {
    let world = World::start().await;
    let mut phone = Phone::enrol(&world, "Inès Fabre", "pm-centre", 1).await;
    phone.file(
        1,
        &[("type", "waste.bulky".into()), ("severity", FactValue::Integer(3))],
        Some("Deux canapés."),
    );
    let lost = phone.send(&world).await;
    assert_eq!(lost.status.as_u16(), 200);
    let response = phone.sync(&world).await;
    assert_eq!(response.answers.len(), 1);
    assert_eq!(response.answers[0].code, AnswerCode::Duplicate);
    assert!(response.receipt.is_some(), "the receipt repairs the lost answer");
    assert_eq!(world.server.stored().unwrap().len(), 1);
}

#[tokio::test]
async fn a_request_that_is_none_says_what_the_phone_does_now() {
    let world = World::start().await;
    let phone = Phone::enrol(&world, "Inès Fabre", "pm-centre", 1).await;
    let media_type = ronde_model::wire::MEDIA_TYPE;
    let send = |body: Vec<u8>| world.ask(reqwest::Method::POST, "/v1/sync", None, Some((media_type, body)));
    let garbage = send(b"garbage".to_vec()).await;
    assert_eq!(
        (garbage.problem().as_str(), garbage.json()["retry"].as_str()),
        ("malformed", Some("stop-and-tell"))
    );
    let other = World::start().await;
    let stranger = phone.send(&other).await;
    let code = stranger.problem();
    assert!(["lease-unknown", "signature", "wrong-organisation"].contains(&code.as_str()), "{code}");
    assert_eq!(other.server.stored().unwrap().len(), 0);
}
