//! Many reports at once. Counts, never time; the ignored one prints the time it took.

use ronde_model::envelope::SealedEnvelope;
use ronde_model::fact::FactValue;
use ronde_model::wire::AnswerCode;
use ronde_model::wire::limits::BATCH_BYTES;
use ronde_server::supervision::Filter;

use crate::clock::{Spent, spent};
use crate::phone::Phone;
use crate::town::Town;
use crate::waiting::orphans;

fn reports(town: &Town, phone: &mut Phone, count: usize) -> Vec<SealedEnvelope> {
    let made = (0..count).map(|i| {
        let text = format!(
            "Signalement {i} : dépôt de sacs au pied du conteneur, odeur forte, riverains prévenus. "
        );
        let (words, value) = phone.words(&text.repeat(4));
        let mut facts: Vec<(String, FactValue)> = (0..18)
            .map(|f| {
                (format!("facts/field_{f}"), FactValue::from(format!("valeur {f} du rapport {i}").as_str()))
            })
            .collect();
        facts.extend([
            ("facts/type".to_owned(), FactValue::from("waste.bags")),
            ("facts/severity".to_owned(), FactValue::Integer(i as i64 % 5 + 1)),
            ("facts/title".to_owned(), FactValue::from(format!("Rapport {i}").as_str())),
            (words, value),
        ]);
        let doc = town.report_id();
        town.pass(1);
        let (_, change) =
            ronde_model::document::Document::seal(phone.actor(), &facts.into_iter().collect()).unwrap();
        phone.envelope(ronde_model::envelope::Kind::Report, doc, change.raw)
    });
    made.collect()
}

fn batches(all: &[SealedEnvelope]) -> Vec<Vec<&SealedEnvelope>> {
    let mut batches: Vec<Vec<&SealedEnvelope>> = vec![Vec::new()];
    let mut bytes = 0;
    for sealed in all {
        if bytes + sealed.bytes.len() > BATCH_BYTES {
            batches.push(Vec::new());
            bytes = 0;
        }
        bytes += sealed.bytes.len();
        batches.last_mut().unwrap().push(sealed);
    }
    batches
}

fn push_all(phone: &mut Phone, all: &[SealedEnvelope]) {
    for batch in batches(all) {
        let response = phone.push(&batch);
        let refused = response.answers.iter().find(|answer| answer.code != AnswerCode::Accepted);
        assert_eq!(refused, None);
    }
    assert_eq!(phone.own.n, all.len() as u64);
}

#[test]
fn five_hundred_reports_in_batches_all_arrive_with_numbers_without_gap() {
    let town = Town::found();
    let mut phone = town.officer("Inès", "pm");
    let all = reports(&town, &mut phone, 500);
    push_all(&mut phone, &all);

    let helene = town.supervisor("Hélène", "pm");
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = town.server.reports(&helene, &Filter::default(), after, 128).unwrap();
        seen.extend(page.items.into_iter().map(|line| line.number.unwrap()));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let expected: Vec<String> = (1..=500).rev().map(|n| format!("2026-{n:06}")).collect();
    assert_eq!(seen, expected);
}

/// `cargo test --release -p ronde-server --test stories -- --ignored --nocapture throughput`
#[test]
#[ignore = "prints figures: run it by hand, in release"]
fn throughput_of_ten_thousand_reports() {
    let town = Town::found();
    let mut phone = town.officer("Inès", "pm");
    let all = reports(&town, &mut phone, 10_000);
    let bytes = all[0].bytes.len();
    let Spent { wall_s, cpu_s } = spent(|| push_all(&mut phone, &all));
    println!("10,000 reports of {bytes} bytes: {wall_s:.2} s; CPU {cpu_s:.2} s, {:.0}/s a core", 1e4 / cpu_s);
    let key = phone.key.verifying_key();
    let raw = spent(|| all.iter().for_each(|sealed| sealed.verify(&phone.organisation, &key).unwrap()));
    println!("a signature check alone: {:.0} µs of CPU at this moment", raw.cpu_s * 100.0);
    let mut colleague = town.officer("Karim", "pm");
    let Spent { wall_s, .. } = spent(|| assert!(colleague.pull().len() >= 10_000));
    println!("first contact of a colleague: {wall_s:.2} s");
    let Spent { wall_s, .. } = spent(|| (0..100).for_each(|_| assert!(!phone.push(&[]).more)));
    println!("a synchronisation without news: {:.2} ms", wall_s * 10.0);
    let size = std::fs::metadata(town.directory().join("archive.sqlite")).unwrap().len();
    println!("archive: {} bytes a report", size / 10_000);
}

/// `cargo test --release -p ronde-server --test stories -- --ignored --nocapture flood`
#[test]
#[ignore = "prints figures: run it by hand, in release"]
fn flood_of_ten_thousand_pending_envelopes_of_one_report() {
    let town = Town::found();
    let mut phone = town.officer("Inès", "pm");
    let mut colleague = town.officer("Karim", "pm");
    let mut held = phone.file_dumping(&town);
    phone.push(&[&held.seal]);
    let mut base = phone.receive(&held);
    let parent = phone.state(&mut held, "Un.");
    let all = orphans(&town, &mut phone, &held, 10_000);
    let bytes = all[0].bytes.len();
    for (i, part) in all.chunks(2_500).enumerate() {
        let Spent { cpu_s, .. } = spent(|| {
            for batch in batches(part) {
                phone.push(&batch);
            }
        });
        let Spent { cpu_s: one_s, .. } = spent(|| {
            colleague.restart(&town);
            base = colleague.receive(&base);
            let words = colleague.state(&mut base, &format!("Vu {i}."));
            assert_eq!(colleague.push(&[&words]).answers[0].code, AnswerCode::Accepted);
        });
        let stored = town.server.stored().unwrap().len();
        println!(
            "{} sent of {bytes} bytes, {stored} stored: 2,500 in {cpu_s:.2} s of CPU; one accepted change beside them {:.1} ms",
            (i + 1) * 2_500,
            one_s * 1e3
        );
    }
    let single: Vec<_> = orphans(&town, &mut phone, &held, 100);
    let Spent { cpu_s, .. } = spent(|| single.iter().for_each(|sealed| drop(phone.push(&[sealed]))));
    println!("one more at a time: {:.2} ms of CPU", cpu_s * 10.0);
    if std::env::var_os("RONDE_FLOOD_PARENT").is_some() {
        let Spent { cpu_s, .. } = spent(|| drop(phone.push(&[&parent])));
        println!("their parent arrives: {cpu_s:.2} s of CPU");
    }
}
