//! Many reports at once. Counts, never time; the ignored one prints the time it took.

use ronde_model::envelope::SealedEnvelope;
use ronde_model::fact::FactValue;
use ronde_model::wire::AnswerCode;
use ronde_model::wire::limits::BATCH_BYTES;
use ronde_server::supervision::Filter;

use crate::phone::Phone;
use crate::town::Town;

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
        let (_, change) =
            ronde_model::document::Document::seal(phone.actor(), &facts.into_iter().collect()).unwrap();
        let sealed = phone.envelope(ronde_model::envelope::Kind::Report, doc, change.raw);
        sealed
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

/// CPU time of this process so far, seconds (clock ticks of 10 ms).
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

/// `cargo test --release -p ronde-server --test stories -- --ignored --nocapture throughput`
#[test]
#[ignore = "prints a figure: run it by hand, in release"]
#[expect(clippy::disallowed_methods, reason = "it prints a duration and asserts none")]
fn throughput_of_ten_thousand_reports() {
    let town = Town::found();
    let mut phone = town.officer("Inès", "pm");
    let all = reports(&town, &mut phone, 10_000);
    let (began, cpu) = (std::time::Instant::now(), cpu_s());
    push_all(&mut phone, &all);
    let (push, cpu) = (began.elapsed().as_secs_f64(), cpu_s() - cpu);
    let bytes = all[0].bytes.len();
    println!(
        "10,000 reports ({bytes} bytes each): {push:.2} s; CPU {cpu:.2} s, {:.0}/s a core",
        10_000.0 / cpu
    );
    let mut colleague = town.officer("Karim", "pm");
    let began = std::time::Instant::now();
    let entries = colleague.pull().len();
    let pull = began.elapsed().as_secs_f64();
    println!("first contact of a colleague: {entries} entries in {pull:.2} s");
    let began = std::time::Instant::now();
    for _ in 0..100 {
        phone.push(&[]);
    }
    println!("no-op: {:.2} ms", began.elapsed().as_secs_f64() * 10.0);
    let size = std::fs::metadata(town.directory().join("archive.sqlite")).unwrap().len();
    println!("archive: {} bytes a report", size / 10_000);
}
