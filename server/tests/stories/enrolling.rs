//! Trusting a device for the first time.

use ed25519_dalek::SigningKey;
use ronde_model::organisation::{Enrolment, Secret};
use ronde_server::enrolment::Invitation;
use ronde_server::error::{EnrolError, RetryClass, ServerError};

use crate::phone::{Phone, enrolment};
use crate::town::{HOUR_MS, Town};

fn code(outcome: Result<Vec<u8>, EnrolError>) -> &'static str {
    let error = outcome.unwrap_err();
    assert_eq!(error.class(), RetryClass::StopAndTell);
    error.code()
}

#[test]
fn the_same_keys_again_get_the_same_answer_and_other_keys_none() {
    let town = Town::found();
    let invited = town.invite("Inès", None, "pm", "officer");
    let key = SigningKey::from_bytes(&town.chance.draw());
    let first = town.server.enrol(&enrolment(&town, &invited, &key)).unwrap();

    // The first answer was lost, and the phone comes back after the invitation's end.
    town.pass(48 * HOUR_MS);
    let again = town.server.enrol(&enrolment(&town, &invited, &key)).unwrap();
    assert_eq!(first, again);
    assert_eq!(town.server.devices().unwrap().len(), 1);

    let other = SigningKey::from_bytes(&town.chance.draw());
    assert_eq!(code(town.server.enrol(&enrolment(&town, &invited, &other))), "invitation-used");
    assert_eq!(town.server.devices().unwrap().len(), 1);
}

#[test]
fn an_invitation_that_is_over_opens_nothing() {
    let town = Town::found();
    let invited = town.invite("Inès", None, "pm", "officer");
    town.pass(HOUR_MS);
    let key = SigningKey::from_bytes(&town.chance.draw());
    assert_eq!(code(town.server.enrol(&enrolment(&town, &invited, &key))), "invitation-expired");
    assert!(town.server.devices().unwrap().is_empty());
}

#[test]
fn an_unknown_code_a_wrong_secret_and_rubbish_have_names_of_their_own() {
    let town = Town::found();
    let invited = town.invite("Inès", None, "pm", "officer");
    let key = SigningKey::from_bytes(&town.chance.draw());
    let good: Enrolment = minicbor::decode(&enrolment(&town, &invited, &key)).unwrap();

    let stranger = Enrolment { invitation: Secret::from_random([1; 8]).invitation(), ..good.clone() };
    assert_eq!(code(town.server.enrol(&minicbor::to_vec(stranger).unwrap())), "invitation-unknown");

    let mut swapped = good.clone();
    swapped.author_key = SigningKey::from_bytes(&town.chance.draw()).verifying_key().to_bytes();
    assert_eq!(code(town.server.enrol(&minicbor::to_vec(swapped).unwrap())), "mac-wrong");

    let mut weak = good.clone();
    weak.author_key = [0; 32];
    assert_eq!(code(town.server.enrol(&minicbor::to_vec(weak).unwrap())), "malformed");
    assert_eq!(code(town.server.enrol(b"rubbish")), "malformed");
    assert_eq!(code(town.server.enrol(&[])), "malformed");
    town.server.enrol(&minicbor::to_vec(good).unwrap()).unwrap();
}

#[test]
fn nobody_is_invited_under_an_unknown_role_or_an_impossible_name() {
    let town = Town::found();
    let good = Invitation {
        name: "Inès".into(),
        agent: None,
        unit: "pm".into(),
        role: "officer".into(),
        scopes: Vec::new(),
        valid_s: 60,
    };
    for wrong in [
        Invitation { role: "emperor".into(), ..good.clone() },
        Invitation { name: "  ".into(), ..good.clone() },
        Invitation { name: "a\nb".into(), ..good.clone() },
        Invitation { unit: "u".repeat(500), ..good.clone() },
    ] {
        assert!(matches!(town.server.invite(&wrong), Err(ServerError::Invalid(_))), "{wrong:?}");
    }
    assert!(town.server.invite(&good).is_ok());
}

#[test]
fn the_lease_says_who_where_and_what() {
    let town = Town::found();
    let invited = town.invite("Inès", None, "pm", "officer");
    let phone = Phone::enrol(&town, &invited);
    let lease = &phone.lease.lease;
    assert_eq!((lease.name.as_str(), lease.unit.as_str(), lease.role.as_str()), ("Inès", "pm", "officer"));
    assert_eq!(lease.agent, invited.agent);
    let scopes: Vec<String> = lease.scopes.iter().map(ToString::to_string).collect();
    assert_eq!(scopes, ["unit:pm".to_owned(), format!("author:{}", invited.agent)]);
    let [line] = town.server.devices().unwrap().try_into().unwrap();
    assert_eq!((line.device, line.envelopes, line.revoked_ms), (lease.device, 0, None));
}
