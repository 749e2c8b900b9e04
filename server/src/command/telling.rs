//! A report and its history told in French, as a supervisor reads them at a terminal.
//! Knows the interface's shapes; refuses to know how they were found. Changes with the wording.

use ronde_model::catalogue::Language;
use ronde_model::fact::FactValue;
use ronde_server::shapes::{
    Act, Divergence, Entry, Fact, History, Lifecycle, Report, Step, Who, label_of, words_of,
};

use super::words::moment;

/// A merged report: what is shown, what diverges, who said what, what was done.
pub fn report(report: &Report) -> String {
    let mut lines = head(report);
    section(
        &mut lines,
        "Faits",
        report.facts.iter().map(|shown| {
            let mark = if shown.diverges { "   ⚠ divergence à arbitrer" } else { "" };
            format!("{} : {}{mark}", shown.label, fact(&shown.key, &shown.value))
        }),
    );
    section(&mut lines, "Divergences", report.divergences.iter().flat_map(divergence));
    section(
        &mut lines,
        "Constatations",
        report.statements.iter().flat_map(|statement| {
            let source = statement
                .source_author
                .as_ref()
                .map(|name| format!(", propos de {name}"))
                .unwrap_or_default();
            [format!("{}{source}", by(statement.who.as_ref())), format!("  « {} »", statement.text)]
        }),
    );
    section(&mut lines, "Suite donnée", lifecycle(&report.lifecycle));
    section(
        &mut lines,
        "Commentaires",
        report.comments.iter().map(|comment| format!("{} : {}", by(comment.who.as_ref()), comment.text)),
    );
    section(
        &mut lines,
        "Mis à l'écart ou en attente",
        report.held.iter().map(|held| {
            let release = if held.releasable { ", peut être remis" } else { "" };
            format!("{} · {} ({}{release}) · {}", held.eid, held.reason, held.state, held.agent_name)
        }),
    );
    lines.join("\n")
}

fn head(report: &Report) -> Vec<String> {
    let number = report.number.as_deref().unwrap_or("sans numéro");
    let Some(line) = &report.line else {
        return vec![format!("{number} · dépôt mis à l'écart"), format!("compte rendu {}", report.id)];
    };
    let commune = line.commune.as_deref().map(|insee| format!(" · commune {insee}")).unwrap_or_default();
    let marks = [
        (line.urgent, "urgent"),
        (line.voided, "annulé par son auteur"),
        (line.to_complete, "à compléter"),
        (line.doubtful_time, "heure à vérifier"),
    ];
    let marks: String = marks.iter().filter(|(set, _)| *set).map(|(_, word)| format!(" · {word}")).collect();
    vec![
        format!("{number} · {} · gravité {} · {}{marks}", line.title, line.severity, status(&report.status)),
        format!("{} ({}){commune} · service {}", line.type_label, line.report_type, line.unit),
        format!(
            "déposé par {} le {}, reçu le {}",
            line.author_name,
            moment(line.recorded_ms),
            moment(report.received_ms)
        ),
        format!("compte rendu {}", report.id),
    ]
}

fn section(lines: &mut Vec<String>, title: &str, content: impl IntoIterator<Item = String>) {
    let mut content = content.into_iter().peekable();
    if content.peek().is_some() {
        lines.push(String::new());
        lines.push(title.to_owned());
        lines.extend(content.map(|line| format!("  {}", line.replace('\n', "\n  "))));
    }
}

fn divergence(found: &Divergence) -> Vec<String> {
    let state = if found.open { "à arbitrer" } else { "arbitrée" };
    let mut lines = vec![format!("{} ({}) — {state}", found.label, found.key)];
    lines.extend(found.voices.iter().map(|voice| {
        format!("  {} — {} [{:.8}]", fact(&found.key, &voice.value), by(voice.who.as_ref()), voice.change)
    }));
    lines.extend(found.decisions.iter().map(|decision| {
        let value = decision
            .value
            .as_ref()
            .map_or_else(|| "valeur inconnue ici".to_owned(), |value| fact(&found.key, value));
        format!("  décision : {value} — {} : {}", by(decision.who.as_ref()), decision.reason)
    }));
    lines
}

fn lifecycle(lifecycle: &Lifecycle) -> Vec<String> {
    let told = |act: &Option<Act>, words: &str| {
        act.as_ref().map(|act| {
            let assignee = act.assignee.as_ref().map(|who| format!(" : {who}")).unwrap_or_default();
            let reason = act.reason.as_ref().map(|why| format!(" — {why}")).unwrap_or_default();
            format!("{words}{assignee}, {}{reason}", by(act.who.as_ref()))
        })
    };
    let acts = [
        told(&lifecycle.read, "lu"),
        told(&lifecycle.assigned, "affecté"),
        told(&lifecycle.approved, "approuvé"),
        told(&lifecycle.closed, "clos"),
    ];
    let linked = lifecycle.linked.iter().map(|other| format!("même événement que {other}"));
    acts.into_iter().flatten().chain(linked).collect()
}

/// A status of the ladder, as phone and console say it.
pub fn status(code: &str) -> &str {
    match code {
        "delivered" => "reçu",
        "read" => "lu",
        "assigned" => "affecté",
        "closed" => "clos",
        other => other,
    }
}

fn by(who: Option<&Who>) -> String {
    let Some(who) = who else { return "auteur inconnu ici".to_owned() };
    let offline = if who.offline == Some(true) { ", hors ligne" } else { "" };
    let late = if who.late { ", bail échu" } else { "" };
    format!("{} ({}), {}{offline}{late}", who.name, who.unit, moment(who.written_ms))
}

fn fact(key: &str, fact: &Fact) -> String {
    match fact {
        Fact::Period { from_ms, to_ms, .. } => format!("{} – {}", moment(*from_ms), moment(*to_ms)),
        other => FactValue::try_from(other.clone())
            .map_or_else(|unreadable| unreadable.to_string(), |value| words_of(key, &value, Language::Fr)),
    }
}

/// Who wrote what when: field content, then the supervisors' side.
pub fn history(history: &History) -> String {
    let mut lines = Vec::new();
    section(
        &mut lines,
        "Historique : le compte rendu",
        history.report.iter().flat_map(|step| told(step, ", dépôt")),
    );
    section(
        &mut lines,
        "Historique : la suite donnée",
        history.handling.iter().flat_map(|step| told(step, "")),
    );
    lines.join("\n")
}

/// `seal`: what a first change is called.
fn told(step: &Step, seal: &str) -> Vec<String> {
    let first = if step.is_first { seal } else { "" };
    let mut lines = vec![format!("{}{first} [{:.8}]", by(step.who.as_ref()), step.change)];
    lines.extend(step.writes.iter().map(|write| {
        let before: Vec<String> = write.replaced.iter().map(|value| fact(&write.key, value)).collect();
        let before =
            if before.is_empty() { String::new() } else { format!("   (avant : {})", before.join(" | ")) };
        format!("  {} : {}{before}", write.label, entry(&write.key, &write.entry))
    }));
    lines
}

fn entry(key: &str, entry: &Entry) -> String {
    let because =
        |reason: &Option<String>| reason.as_ref().map(|why| format!(" — {why}")).unwrap_or_default();
    match entry {
        Entry::Fact { value } | Entry::Other { value } => fact(key, value),
        Entry::Statement { text, .. } | Entry::Comment { text } | Entry::Answer { text, .. } => {
            format!("« {text} »")
        }
        Entry::Action { what, note } => format!("{what}{}", because(note)),
        Entry::Void { reason } => format!("annulé — {reason}"),
        Entry::Event { what, reason, assignee, eid } => {
            let on = assignee.as_ref().or(eid.as_ref()).map(|on| format!(" {on}")).unwrap_or_default();
            format!("{what}{on}{}", because(reason))
        }
        Entry::Decision { about, value, change, reason } => {
            let value = value.as_ref().map(|value| fact(about, value));
            let chosen = value.or_else(|| change.as_ref().map(|change| format!("[{change:.8}]")));
            format!("{} → {} — {reason}", label_of(about, Language::Fr), chosen.unwrap_or_default())
        }
        Entry::Link { other, linked: true } => format!("même événement que {other}"),
        Entry::Link { other, linked: false } => format!("n'est plus le même événement que {other}"),
    }
}
