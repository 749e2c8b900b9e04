//! What is well and what is not, in words: facts in, findings out. Reads no file and no database.
//! Changes with what is worth telling.

use serde::Serialize;

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Well.
    Ok,
    /// Works; somebody should see to it.
    Attention,
    /// Does not work.
    Broken,
}

/// One thing looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `disk`, `clock`, `database`, `log`, `keys`, `lease`, `contact`, `outbox`, `review`, `rescue`,
    /// `versions`.
    pub subject: String,
    /// How it stands.
    pub health: Health,
    /// What a person reads, in French, with what to do.
    pub sentence: String,
}

/// Everything looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checkup {
    /// The worst of the findings.
    pub health: Health,
    /// In the order of looking.
    pub findings: Vec<Finding>,
}

/// What the notebook knows of itself.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Now, ms UTC.
    pub now_ms: i64,
    /// Room left on the disk, bytes, when the system tells.
    pub free_bytes: Option<u64>,
    /// Size of the database and its log, bytes.
    pub used_bytes: u64,
    /// Device minus server, ms, when they spoke.
    pub skew_ms: Option<i64>,
    /// Complaints of the database's checks, and envelopes altered or without bytes.
    pub complaints: u64,
    /// Every page and envelope was looked at.
    pub deep: bool,
    /// End of the lease, ms UTC; `None`: not enrolled.
    pub lease_until_ms: Option<i64>,
    /// The device was revoked.
    pub revoked: bool,
    /// Last answer of the server, ms UTC.
    pub contact_ms: Option<i64>,
    /// Own envelopes that wait, and since when, ms UTC.
    pub waiting: u64,
    /// The oldest one.
    pub waiting_since_ms: Option<i64>,
    /// Envelopes that a person must look at.
    pub needs_you: u64,
    /// A last writing was not whole: (when noticed, ms UTC; what was kept of it).
    pub cut: Option<(i64, u64)>,
    /// Damaged databases set aside: how many, bytes.
    pub aside: (u64, u64),
    /// Rescued envelopes that wait for an enrolment.
    pub salvaged: u64,
    /// Program, schema, SQLite, SQLCipher.
    pub versions: String,
}

const MEBIBYTE: u64 = 1024 * 1024;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Room below which filing will soon fail, and below which it may fail now.
const LITTLE_ROOM: u64 = 200 * MEBIBYTE;
const NO_ROOM: u64 = 16 * MEBIBYTE;

/// Skew that makes the hours of reports doubtful.
const MUCH_SKEW: i64 = 5 * 60_000;

/// How long a cut writing is worth telling.
const CUT_TOLD: i64 = 7 * DAY;

impl Checkup {
    /// From what was found.
    pub fn of(findings: Vec<Finding>) -> Self {
        let health = findings.iter().map(|finding| finding.health).max().unwrap_or(Health::Ok);
        Checkup { health, findings }
    }
}

/// One finding.
pub fn finding(subject: &str, health: Health, sentence: impl Into<String>) -> Finding {
    Finding { subject: subject.to_owned(), health, sentence: sentence.into() }
}

/// Judges the facts of a notebook that opens.
pub fn judge(facts: &Facts) -> Checkup {
    let mut findings = vec![disk(facts), clock(facts), database(facts)];
    findings.extend(log(facts));
    findings.push(lease(facts));
    if facts.lease_until_ms.is_some() {
        findings.extend([contact(facts), outbox(facts)]);
    }
    if facts.needs_you > 0 {
        let told = format!("à revoir : {} ; « ronde status » dit quoi", facts.needs_you);
        findings.push(finding("review", Health::Attention, told));
    }
    findings.extend(rescue(facts));
    findings.push(finding("versions", Health::Ok, facts.versions.clone()));
    Checkup::of(findings)
}

fn disk(facts: &Facts) -> Finding {
    let used = size(facts.used_bytes);
    let Some(free) = facts.free_bytes else {
        return finding("disk", Health::Ok, format!("carnet : {used} ; place libre inconnue"));
    };
    let told = format!("place libre : {} ; carnet : {used}", size(free));
    match free {
        0..NO_ROOM => finding(
            "disk",
            Health::Broken,
            format!("{told} : libérez de la place, rien ne peut plus être déposé"),
        ),
        NO_ROOM..LITTLE_ROOM => {
            finding("disk", Health::Attention, format!("{told} : libérez de la place bientôt"))
        }
        _ => finding("disk", Health::Ok, told),
    }
}

fn clock(facts: &Facts) -> Finding {
    match facts.skew_ms {
        None => finding("clock", Health::Ok, "horloge : pas encore comparée à celle du serveur"),
        Some(skew) if skew.abs() > MUCH_SKEW => {
            let way = if skew > 0 { "avance" } else { "retarde" };
            let told = format!("l’horloge {way} de {} : réglez-la", span(skew.abs()));
            finding("clock", Health::Attention, told)
        }
        Some(skew) => finding("clock", Health::Ok, format!("horloge : écart de {} s", skew.abs() / 1000)),
    }
}

fn database(facts: &Facts) -> Finding {
    if facts.complaints > 0 {
        let told = format!(
            "base de données : {} défaut(s) ; « ronde rescue » sauve ce qui est intact",
            facts.complaints
        );
        return finding("database", Health::Broken, told);
    }
    let how = if facts.deep {
        "chaque page et chaque écrit relus"
    } else {
        "contrôle rapide ; --deep relit tout"
    };
    finding("database", Health::Ok, format!("base de données : saine ({how})"))
}

fn log(facts: &Facts) -> Option<Finding> {
    let (at_ms, kept) = facts.cut.filter(|(at_ms, _)| facts.now_ms.saturating_sub(*at_ms) < CUT_TOLD)?;
    let ago = span(facts.now_ms.saturating_sub(at_ms));
    let told = format!(
        "il y a {ago}, la dernière écriture n’était pas entière (coupure ou fichier abîmé) ; repris d’elle : {kept}. Vérifiez votre dernier geste"
    );
    Some(finding("log", Health::Attention, told))
}

fn lease(facts: &Facts) -> Finding {
    let Some(until_ms) = facts.lease_until_ms else {
        return finding("lease", Health::Attention, "appareil pas enrôlé : « ronde enrol »");
    };
    let left = until_ms.saturating_sub(facts.now_ms);
    if facts.revoked {
        finding("lease", Health::Broken, "appareil révoqué : appelez votre service")
    } else if left <= 0 {
        let told = "bail terminé : les rapports des autres s’ouvrent de nouveau après « ronde sync » ; les vôtres restent";
        finding("lease", Health::Attention, told)
    } else if left < DAY {
        finding(
            "lease",
            Health::Attention,
            format!("bail : encore {} ; « ronde sync » le renouvelle", span(left)),
        )
    } else {
        finding("lease", Health::Ok, format!("bail : encore {}", span(left)))
    }
}

fn contact(facts: &Facts) -> Finding {
    let Some(at_ms) = facts.contact_ms else {
        return finding("contact", Health::Attention, "jamais synchronisé : « ronde sync »");
    };
    let ago = facts.now_ms.saturating_sub(at_ms).max(0);
    let health = if ago > 3 * DAY { Health::Attention } else { Health::Ok };
    finding("contact", health, format!("dernier contact avec le serveur : il y a {}", span(ago)))
}

fn outbox(facts: &Facts) -> Finding {
    if facts.waiting == 0 {
        return finding("outbox", Health::Ok, "rien n’attend d’être envoyé");
    }
    let age = facts.waiting_since_ms.map_or(0, |since| facts.now_ms.saturating_sub(since).max(0));
    let health = if age > DAY { Health::Attention } else { Health::Ok };
    finding("outbox", health, format!("en attente d’envoi : {}, depuis {}", facts.waiting, span(age)))
}

fn rescue(facts: &Facts) -> Vec<Finding> {
    let mut told = Vec::new();
    if facts.salvaged > 0 {
        let what = match facts.lease_until_ms {
            None => "attendent un nouvel enrôlement : demandez une invitation",
            // Enrolled again, and there was no room for them.
            Some(_) => "n’ont pas encore leur place : libérez de l’espace, puis rouvrez le carnet",
        };
        let sentence = format!("{} écrit(s) sauvés {what}", facts.salvaged);
        told.push(finding("rescue", Health::Attention, sentence));
    }
    let (count, bytes) = facts.aside;
    if count > 0 {
        let sentence = format!(
            "carnets abîmés gardés de côté : {count} ({}) ; effacez-les quand votre service l’aura dit",
            size(bytes)
        );
        told.push(finding("rescue", Health::Attention, sentence));
    }
    told
}

fn size(bytes: u64) -> String {
    match bytes / MEBIBYTE {
        0 => format!("{} Kio", bytes / 1024),
        mebibytes @ 1..10_240 => format!("{mebibytes} Mio"),
        mebibytes => format!("{} Gio", mebibytes / 1024),
    }
}

fn span(ms: i64) -> String {
    match ms {
        0..120_000 => format!("{} s", ms / 1000),
        120_000..7_200_000 => format!("{} min", ms / 60_000),
        7_200_000..172_800_000 => format!("{} h", ms / HOUR),
        _ => format!("{} jours", ms / DAY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn well() -> Facts {
        Facts {
            now_ms: 100 * DAY,
            free_bytes: Some(1 << 34),
            skew_ms: Some(1_500),
            lease_until_ms: Some(103 * DAY),
            contact_ms: Some(100 * DAY - HOUR),
            ..Facts::default()
        }
    }

    fn of<'c>(checkup: &'c Checkup, subject: &str) -> &'c Finding {
        checkup.findings.iter().find(|finding| finding.subject == subject).expect("looked at")
    }

    #[test]
    fn a_notebook_that_is_well_is_said_to_be_well() {
        let checkup = judge(&well());
        assert_eq!(checkup.health, Health::Ok, "{checkup:?}");
    }

    #[test]
    fn the_worst_finding_is_the_health_of_all() {
        let checkup = judge(&Facts { free_bytes: Some(1024), waiting: 3, ..well() });
        assert_eq!(checkup.health, Health::Broken);
        assert_eq!(of(&checkup, "disk").health, Health::Broken);
        assert_eq!(of(&checkup, "outbox").health, Health::Ok, "three minutes are no delay");
    }

    #[test]
    fn each_delay_and_doubt_asks_for_attention() {
        let cases: [(&str, Facts); 8] = [
            ("disk", Facts { free_bytes: Some(50 * MEBIBYTE), ..well() }),
            ("clock", Facts { skew_ms: Some(-3 * HOUR), ..well() }),
            ("lease", Facts { lease_until_ms: Some(99 * DAY), ..well() }),
            ("lease", Facts { lease_until_ms: None, ..well() }),
            ("contact", Facts { contact_ms: Some(90 * DAY), ..well() }),
            ("outbox", Facts { waiting: 1, waiting_since_ms: Some(98 * DAY), ..well() }),
            ("log", Facts { cut: Some((99 * DAY, 2)), ..well() }),
            ("rescue", Facts { salvaged: 4, ..well() }),
        ];
        for (subject, facts) in cases {
            let checkup = judge(&facts);
            assert_eq!(of(&checkup, subject).health, Health::Attention, "{subject}: {checkup:?}");
        }
        let told = judge(&Facts { skew_ms: Some(-3 * HOUR), ..well() });
        assert_eq!(of(&told, "clock").sentence, "l’horloge retarde de 3 h : réglez-la");
    }
}
