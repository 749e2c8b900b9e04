//! The form of a change (S9b). Each forgery is a change with a good checksum, made of one honest
//! correction and one edit; a control shows what some of them do to a document nobody guards.

use std::num::NonZeroU64;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::legacy::{ElementId, Key, MarkData, ObjectId, Op, OpId, OpType};
use automerge::{ActorId, Automerge, Change, ExpandedChange, ObjType, ScalarValue};
use ronde_model::document::{Document, Reason};
use ronde_model::envelope::Kind;
use ronde_model::fact::FactValue;
use ronde_model::id::content_suffix;

use crate::crew::{Desk, Verdict, fact};
use crate::scene::Scene;

macro_rules! forgeries {
    ($($story:ident: $edit:expr;)*) => {
        $(
            #[test]
            fn $story() {
                let mut scene = Scene::new();
                let body = scene.forge($edit);
                scene.answers(body, Verdict::BAD);
            }
        )*

        /// Every forgery, for the control.
        const FORGERIES: &[(&str, fn(&mut ExpandedChange, &Scene))] = &[$((stringify!($story), $edit)),*];
    };
}

fn op(change: &mut ExpandedChange) -> &mut Op {
    &mut change.operations[0]
}

fn counter(value: u64) -> NonZeroU64 {
    NonZeroU64::new(value).unwrap()
}

forgeries! {
    a_predecessor_of_an_actor_nobody_knows_is_refused:
        |change, _| op(change).pred = vec![OpId::new(3, &ActorId::from([9_u8; 16]))].into();
    a_predecessor_its_actor_never_made_is_refused:
        |change, scene| op(change).pred = vec![OpId::new(4000, &Scene::actor(&scene.ines))].into();
    a_predecessor_that_wrote_another_key_is_refused:
        |change, scene| op(change).pred = vec![scene.sealed_op("facts/commune")].into();
    a_second_predecessor_of_another_key_is_refused:
        |change, scene| op(change).pred = vec![scene.sealed_op("facts/title"), scene.sealed_op("facts/type")].into();
    a_predecessor_said_twice_is_refused:
        |change, scene| op(change).pred = vec![scene.sealed_op("facts/title"), scene.sealed_op("facts/title")].into();
    a_predecessor_left_out_is_refused: |change, _| op(change).pred = vec![].into();
    a_predecessor_that_was_already_replaced_is_refused: |change, scene| {
        op(change).key = Key::Map("facts/people_count".into());
        op(change).pred = vec![scene.sealed_op("facts/people_count")].into();
    };
    a_change_that_replaces_itself_is_refused:
        |change, _| op(change).pred = vec![OpId::new(change.start_op.get(), &change.actor_id.clone())].into();
    a_sequence_number_with_a_gap_is_refused: |change, _| change.seq = 3;
    a_sequence_number_already_used_is_refused: |change, _| change.seq = 1;
    a_sequence_number_of_zero_is_refused: |change, _| change.seq = 0;
    the_last_sequence_number_is_refused: |change, _| change.seq = u64::MAX;
    a_counter_behind_the_document_is_refused: |change, _| change.start_op = counter(change.start_op.get() - 1);
    a_counter_from_the_beginning_is_refused: |change, _| change.start_op = counter(1);
    a_counter_ahead_of_the_document_is_refused: |change, _| change.start_op = counter(change.start_op.get() + 1);
    a_counter_at_the_end_of_32_bits_is_refused: |change, _| change.start_op = counter(u64::from(u32::MAX));
    a_counter_at_the_end_of_64_bits_is_refused: |change, _| change.start_op = counter(u64::MAX);
    a_counter_its_actor_used_on_another_branch_is_refused: |change, scene| {
        let seal = Change::from_bytes(scene.seal.envelope().body.clone()).unwrap();
        change.start_op = counter(seal.max_op() + 1);
        change.deps = vec![seal.hash()];
    };
    the_next_number_of_a_colleague_is_refused: |change, scene| change.actor_id = Scene::actor(&scene.ines);
    the_actor_of_a_stranger_is_refused: |change, _| change.actor_id = ActorId::from([9_u8; 16]);
    an_actor_of_another_length_is_refused: |change, _| change.actor_id = ActorId::from(vec![1, 2, 3]);
    a_change_without_a_write_is_refused: |change, _| change.operations.clear();
    a_delete_is_refused: |change, _| op(change).action = OpType::Delete;
    a_put_then_a_delete_is_refused: |change, _| {
        let mut delete = op(change).clone();
        delete.action = OpType::Delete;
        delete.pred = vec![OpId::new(change.start_op.get(), &change.actor_id.clone())].into();
        change.operations.push(delete);
    };
    a_nested_map_is_refused: |change, _| op(change).action = OpType::Make(ObjType::Map);
    a_nested_list_is_refused: |change, _| op(change).action = OpType::Make(ObjType::List);
    a_nested_text_is_refused: |change, _| op(change).action = OpType::Make(ObjType::Text);
    a_nested_table_is_refused: |change, _| op(change).action = OpType::Make(ObjType::Table);
    a_map_made_and_written_into_is_refused: |change, _| {
        let mut inside = op(change).clone();
        inside.obj = ObjectId::Id(OpId::new(change.start_op.get(), &change.actor_id.clone()));
        inside.pred = vec![].into();
        op(change).action = OpType::Make(ObjType::Map);
        change.operations.push(inside);
    };
    an_increment_is_refused: |change, _| op(change).action = OpType::Increment(2);
    a_counter_is_refused: |change, _| op(change).action = OpType::Put(ScalarValue::counter(4));
    an_unsigned_number_is_refused: |change, _| op(change).action = OpType::Put(ScalarValue::Uint(4));
    a_timestamp_is_refused: |change, _| op(change).action = OpType::Put(ScalarValue::Timestamp(4));
    a_number_that_is_no_number_is_refused: |change, _| op(change).action = OpType::Put(ScalarValue::F64(f64::NAN));
    an_endless_number_is_refused: |change, _| op(change).action = OpType::Put(ScalarValue::F64(f64::INFINITY));
    an_endless_debt_is_refused: |change, _| op(change).action = OpType::Put(ScalarValue::F64(f64::NEG_INFINITY));
    a_null_is_refused: |change, _| op(change).action = OpType::Put(ScalarValue::Null);
    a_scalar_of_an_unknown_kind_is_refused:
        |change, _| op(change).action = OpType::Put(ScalarValue::Unknown { type_code: 12, bytes: vec![1] });
    a_mark_is_refused: |change, _| {
        let mark = MarkData { name: "bold".into(), value: ScalarValue::Boolean(true), expand: true };
        op(change).action = OpType::MarkBegin(mark);
    };
    an_insertion_is_refused: |change, _| op(change).insert = true;
    a_write_into_a_list_is_refused: |change, _| op(change).key = Key::Seq(ElementId::Head);
    a_write_into_an_object_that_is_not_there_is_refused:
        |change, scene| op(change).obj = ObjectId::Id(scene.sealed_op("facts/title"));
    two_puts_of_one_key_are_refused: |change, _| {
        let mut second = op(change).clone();
        second.pred = vec![OpId::new(change.start_op.get(), &change.actor_id.clone())].into();
        change.operations.push(second);
    };
    a_message_is_refused: |change, _| change.message = Some("bonjour".into());
    bytes_after_the_operations_are_refused: |change, _| change.extra_bytes = vec![1, 2, 3];
    an_author_hidden_behind_the_operations_is_refused: |change, _| change.extra_bytes = vec![1, 2, 0xca, 0xfe];
    a_time_inside_the_change_is_refused: |change, _| change.time = 1;
    an_empty_key_is_refused: |change, _| rename(change, "");
    a_key_that_is_no_path_is_refused: |change, _| rename(change, "title");
    a_key_with_a_control_character_is_refused: |change, _| rename(change, "facts/ti\u{7}tle");
    a_key_over_its_limit_is_refused: |change, _| rename(change, &format!("facts/{}", "a".repeat(160)));
    a_statement_under_no_agent_is_refused: |change, _| rename(change, "statement/ines/abc");
    an_action_without_its_hash_is_refused: |change, _| rename(change, "action/towed");
}

fn rename(change: &mut ExpandedChange, key: &str) {
    op(change).key = Key::Map(key.into());
    op(change).pred = vec![].into();
}

#[test]
fn some_of_these_forgeries_ruin_a_document_nobody_guards() {
    let mut ruined = 0;
    for (story, edit) in FORGERIES {
        let scene = Scene::new();
        let fate = catch_unwind(AssertUnwindSafe(|| {
            let body = scene.forge(edit);
            let Ok(change) = Change::from_bytes(body) else { return "is no change" };
            let mut doc = Automerge::load(&scene.report().save()).unwrap();
            if doc.apply_changes([change]).is_err() {
                return "is refused by the library";
            }
            if Automerge::load(&doc.save_nocompress()).is_ok() {
                "is taken in"
            } else {
                "saves and never loads again"
            }
        }));
        let fate = fate.unwrap_or("panics");
        ruined += usize::from(fate == "panics" || fate == "saves and never loads again");
        println!("{fate:<27} {story}");
    }
    println!("{ruined} of {} ruin a document nobody guards", FORGERIES.len());
    assert!(ruined >= 6, "the forgeries became harmless: they no longer prove anything");
}

#[test]
fn the_same_number_given_to_two_changes_is_refused_the_second_time() {
    let mut scene = Scene::new();
    let first = scene.bruno.draft(scene.report(), &[fact("minors", FactValue::Flag(true))]).raw;
    let second = scene.bruno.draft(scene.report(), &[fact("filmed", FactValue::Flag(true))]).raw;
    assert_eq!(scene.take_from_bruno(first), Verdict::GOOD);
    scene.answers(second, Verdict::BAD);
}

#[test]
fn a_filed_statement_cannot_be_rewritten_on_top_of_it() {
    let mut scene = Scene::new();
    let key = scene.statement.0.clone();
    let ines = scene.ines.draft(scene.report(), &[fact("title", "x")]).raw;
    for (value, pred) in [
        (scene.ines.words("Je n'ai rien vu.").1, vec![scene.sealed_op(&key)]),
        (scene.ines.words("Je n'ai rien vu du tout.").1, vec![]),
        (scene.statement.1.clone(), vec![scene.sealed_op(&key)]),
        (scene.statement.1.clone(), vec![]),
    ] {
        let mut change = Change::from_bytes(ines.clone()).unwrap().decode();
        op(&mut change).key = Key::Map(key.as_str().into());
        op(&mut change).action = OpType::Put(ScalarValue::Bytes(value.as_bytes().unwrap().to_vec()));
        op(&mut change).pred = pred.into();
        let body = Change::from(change).raw_bytes().to_vec();
        let (doc, home) = (scene.doc, scene.home.clone());
        let parcel = scene.ines.send(Kind::Report, doc, &home, body);
        assert_eq!(scene.desk.take(&parcel), Verdict::BAD);
    }
    scene.everybody_works_on();
}

#[test]
fn a_filed_statement_cannot_be_rewritten_beside_it() {
    let mut scene = Scene::new();
    let (doc, home) = (scene.doc, scene.home.clone());
    scene.ines.restart();
    let other = (scene.statement.0.clone(), scene.ines.words("Je n'ai rien vu.").1);
    let (_, change) = Document::start(scene.ines.actor(), &[other]).unwrap();
    let parcel = scene.ines.send(Kind::Report, doc, &home, change.raw);
    assert_eq!(scene.desk.take(&parcel), Verdict::BAD);
    scene.everybody_works_on();
}

#[test]
fn a_record_of_another_hash_than_its_key_is_refused() {
    let mut scene = Scene::new();
    let key = format!("action/{}", content_suffix(b"something else"));
    let value = scene.bruno.words("Évacuation").1;
    let body = scene.bruno.draft(scene.report(), &[(key, value)]).raw;
    scene.answers(body, Verdict::BAD);
}

#[test]
fn an_agents_id_has_one_spelling() {
    let mut scene = Scene::new();
    scene.bruno.lease.lease.agent = ronde_model::id::AgentId([0xab; 16]);
    let (key, value) = scene.bruno.words("Vu.");
    let shouted = key.replace("abab", "ABAB");
    assert_ne!(shouted, key);
    let body = scene.bruno.draft(scene.report(), &[(shouted, value.clone())]).raw;
    scene.answers(body, Verdict::BAD);
    let body = scene.bruno.draft(scene.report(), &[(key, value)]).raw;
    assert_eq!(scene.take_from_bruno(body), Verdict::GOOD);
}

#[test]
fn words_where_a_record_belongs_are_refused() {
    let mut scene = Scene::new();
    let key = format!("action/{}", content_suffix("Évacuation".as_bytes()));
    let body = scene.bruno.draft(scene.report(), &[(key, "Évacuation".into())]).raw;
    scene.answers(body, Verdict::BAD);
}

#[test]
fn a_deflated_change_is_refused_though_its_hash_is_the_same() {
    let mut scene = Scene::new();
    let long = "Six jeunes, deux groupes, un téléphone filmait. ".repeat(20);
    let raw = scene.bruno.draft(scene.report(), &[fact("title", long.as_str())]).raw;
    let mut change = Change::from_bytes(raw.clone()).unwrap();
    let deflated = change.bytes().to_vec();
    assert_ne!(deflated, raw);
    assert_eq!(Change::from_bytes(deflated.clone()).unwrap().hash(), change.hash());
    scene.answers(deflated, Verdict::BAD);
}

#[test]
fn bytes_after_the_change_are_refused() {
    let mut scene = Scene::new();
    let mut body = scene.forge(|_, _| ());
    body.push(0);
    scene.answers(body, Verdict::BAD);
}

#[test]
fn two_changes_in_one_body_are_refused() {
    let mut scene = Scene::new();
    let body = [scene.forge(|_, _| ()), scene.forge(|_, _| ())].concat();
    scene.answers(body, Verdict::BAD);
}

#[test]
fn a_whole_document_in_place_of_a_change_is_refused() {
    let mut scene = Scene::new();
    let body = scene.report().save();
    scene.answers(body, Verdict::BAD);
}

#[test]
fn an_empty_body_is_refused() {
    Scene::new().answers(Vec::new(), Verdict::BAD);
}

#[test]
fn a_body_over_the_limit_is_refused() {
    let mut scene = Scene::new();
    let mut change = Change::from_bytes(scene.forge(|_, _| ())).unwrap().decode();
    op(&mut change).action = OpType::Put(ScalarValue::Str("x".repeat(300 * 1024).into()));
    scene.answers(Change::from(change).raw_bytes().to_vec(), Verdict::BAD);
}

#[test]
fn a_dependency_said_twice_does_no_harm() {
    let mut scene = Scene::new();
    let body = scene.forge(|change, _| change.deps = [change.deps.clone(), change.deps.clone()].concat());
    let verdict = scene.take_from_bruno(body);
    assert!(matches!(verdict, Verdict::Accepted { .. } | Verdict::Quarantined(Reason::BadChange)));
    scene.bruno.restart();
    scene.puts_title_back();
    scene.everybody_works_on();
}

#[test]
fn a_dependency_on_an_ancestor_as_well_as_on_the_head_does_no_harm() {
    let mut scene = Scene::new();
    let body = scene.forge(|change, scene| {
        let seal = Change::from_bytes(scene.seal.envelope().body.clone()).unwrap().hash();
        change.deps.push(seal);
    });
    let verdict = scene.take_from_bruno(body);
    assert!(matches!(verdict, Verdict::Accepted { .. } | Verdict::Quarantined(Reason::BadChange)));
    scene.bruno.restart();
    scene.puts_title_back();
    scene.everybody_works_on();
}

#[test]
fn a_forgery_is_judged_the_same_when_a_person_released_it() {
    for (story, edit) in FORGERIES {
        let mut scene = Scene::new();
        let body = scene.forge(edit);
        let parcel = scene.bruno.send(Kind::Report, scene.doc, &scene.home, body);
        assert_eq!(scene.desk.take(&parcel), Verdict::BAD, "{story}");
        assert_eq!(scene.desk.release(&parcel), Verdict::BAD, "{story}, released");
    }
    assert!(!Reason::BadChange.is_releasable());
}

#[test]
fn a_forged_seal_is_refused_and_the_true_one_accepted() {
    // What makes no difference in a change that follows nothing.
    let honest = ["left_out", "already_used", "from_the_beginning"];
    // What needs something before it.
    let follows = ["behind_the_document", "another_branch"];
    let mut forged = 0;
    for (story, edit) in FORGERIES {
        if honest.iter().chain(&follows).any(|word| story.contains(word)) {
            continue;
        }
        let mut scene = Scene::new();
        let mut desk = Desk::default();
        let body = scene.forge(|change, scene| {
            change.deps.clear();
            change.seq = 1;
            change.start_op = counter(1);
            op(change).pred = vec![].into();
            edit(change, scene);
        });
        let parcel = scene.bruno.send(Kind::Report, scene.doc, &scene.home, body);
        assert_eq!(desk.take(&parcel), Verdict::BAD, "{story}");
        assert_eq!(desk.take(&scene.seal), Verdict::SEALED, "{story}");
        forged += 1;
    }
    assert!(forged > 35, "{forged}");
}
