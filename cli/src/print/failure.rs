//! How a failure is told: a French sentence for a person, one JSON object for a program. Changes
//! with the errors.

use ronde_core::{Advice, Error};
use serde::Serialize;

use super::safe;
use crate::failure::Failure;

#[derive(Serialize)]
struct Told<'a> {
    error: Body<'a>,
}

#[derive(Serialize)]
struct Body<'a> {
    code: &'a str,
    detail: String,
    #[serde(flatten)]
    advice: Advice,
}

/// Tells it on the standard error.
pub fn tell(failure: &Failure, json: bool) {
    if !json {
        eprintln!("ronde : {}", safe(&sentence(failure)));
        return;
    }
    let body = Body { code: failure.code(), detail: failure.to_string(), advice: failure.advice() };
    match serde_json::to_string(&Told { error: body }) {
        Ok(text) => eprintln!("{text}"),
        Err(error) => {
            eprintln!("{{\"error\":{{\"code\":\"defect\",\"detail\":\"{error}\",\"advice\":\"bug\"}}}}")
        }
    }
}

/// What happened and what to do.
pub fn sentence(failure: &Failure) -> String {
    match failure {
        Failure::Core(error) => of_core(error),
        Failure::NoPassphrase => {
            "pas de phrase de passe : définissez RONDE_PASSPHRASE ou donnez --passphrase-file FICHIER".into()
        }
        Failure::NoNotebook(directory) => {
            let place = directory.display();
            format!(
                "aucun carnet dans {place} : vérifiez --notebook, ou créez-en un avec « ronde enrol » ou « ronde new »"
            )
        }
        Failure::UnknownType { code, near } => format!(
            "le type « {code} » n’existe pas. Proches : {}. « ronde types » les donne tous",
            near.join(", ")
        ),
        Failure::UnknownField { field, report_type, near } => format!(
            "« {field} » n’est pas une donnée de {report_type}. Proches : {}. « ronde types {report_type} » les donne toutes",
            near.join(", ")
        ),
        Failure::NoSuch(reference) => {
            format!("rien ici ne s’appelle « {reference} » : voyez « ronde list » et « ronde drafts »")
        }
        Failure::NoDivergence(key) => format!(
            "personne n’a écrit autrement sous {key} : « ronde divergences » montre où, « ronde correct » corrige une donnée"
        ),
        Failure::Ambiguous { reference, matches } => {
            format!("« {reference} » en désigne plusieurs : {}. Donnez-en plus", matches.join(", "))
        }
        Failure::File { path, source } => format!("{} est illisible : {source}", path.display()),
        Failure::NotImportable { path, reason } => {
            format!("{} ne peut être repris : {reason}", path.display())
        }
        Failure::RowsRefused(count) => format!(
            "lignes ou demandes refusées : {count}. Corrigez le fichier et reprenez-le : ce qui est déposé ne l’est pas deux fois"
        ),
        Failure::Output(error) => format!("la sortie n’a pas pu être écrite : {error}"),
        Failure::Unwell(_) => "tout ne va pas bien : voyez la réponse".into(),
        Failure::Usage(_) | Failure::ReaderLeft | Failure::Defect(_) => failure.to_string(),
    }
}

fn of_core(error: &Error) -> String {
    match error {
        Error::WrongKey => "cette phrase de passe n’ouvre pas le carnet ; rien n’a été modifié".into(),
        Error::NewerDatabase { found, known } => format!(
            "ce carnet vient d’une version plus récente ({found}, celle-ci connaît {known}) : mettez ronde à jour ; rien n’a été modifié"
        ),
        Error::Corrupt { detail } => {
            format!("le fichier du carnet est abîmé ({detail}) : il reste tel quel ; « ronde rescue » sauve ce qui est intact")
        }
        Error::StorageFull => {
            "plus de place : libérez-en ; ce qui est déposé est sauf et le brouillon est gardé".into()
        }
        Error::Storage { detail } => {
            format!("le stockage a refusé ({detail}) ; rien de ce geste n’est gardé, recommencez")
        }
        Error::Busy => {
            "un autre programme écrit dans ce carnet ; rien de ce geste n’est gardé, recommencez dans un instant".into()
        }
        Error::KeysUnavailable { reason } => format!("les clés ne sont pas disponibles ({reason}) ; le carnet reste fermé"),
        Error::NotEnrolled => "cet appareil n’est pas enrôlé : « ronde enrol » avec le code d’une invitation".into(),
        Error::AlreadyEnrolled { organisation } => format!("cet appareil est déjà enrôlé, auprès de {organisation}"),
        Error::Outdated(id) => format!("{id} a été refait depuis l’affichage : regardez-le de nouveau"),
        Error::NotFound(id) => format!("rien ici sous {id} : voyez « ronde list » et « ronde drafts »"),
        Error::FixForm(problems) => {
            let lines: Vec<String> = problems.iter().map(|problem| format!("\n  {}", problem.fr)).collect();
            format!("à corriger :{}", lines.concat())
        }
        Error::NotAllowed { reason } => {
            format!("vos droits ne le permettent pas ({reason}) : demandez-le à votre service")
        }
        Error::Sealed => {
            "ce qui est déposé n’est jamais réécrit : « ronde correct » une donnée, ou « ronde state » des constatations".into()
        }
        Error::NotACode => "ce n’est pas un code d’invitation : 24 lettres et chiffres de 2 à 7".into(),
        Error::WrongOrganisation => {
            "ce code n’est pas de l’organisation de ce serveur : rien n’a été envoyé ; vérifiez l’adresse et le code".into()
        }
        Error::InvitationRefused { reason } => format!("l’invitation est refusée ({reason}) : demandez-en une autre"),
        Error::UnsafeAddress { url } => {
            format!("{url} n’est pas une adresse sûre : https, ou http vers cette machine seulement")
        }
        Error::Unreachable { detail } => {
            format!("le serveur n’a pas répondu ({detail}) ; tout reste ici et partira plus tard")
        }
        Error::ServerRefused { status, detail, .. } => format!("le serveur a refusé ({status}) : {detail}"),
        Error::ReadingLocked => {
            "le bail est terminé : les rapports des autres sont fermés jusqu’au prochain « ronde sync » ; les vôtres restent ouverts".into()
        }
        Error::Revoked => "cet appareil est révoqué : ce qu’il tient de vous reste ; appelez votre service".into(),
        Error::Cancelled => "arrêté : tout reste ici".into(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_for_a_program_has_a_code_a_detail_and_an_advice() {
        let failure = Failure::from(Error::Unreachable { detail: "refused".into() });
        let body = Body { code: failure.code(), detail: failure.to_string(), advice: failure.advice() };
        let told = serde_json::to_value(Told { error: body }).unwrap();
        assert_eq!(told["error"]["code"], "unreachable");
        assert_eq!(told["error"]["advice"], "try_later");
        assert_eq!(told["error"]["after_s"], 3);
        assert_eq!(failure.exit_code(), 6);
    }

    #[test]
    fn a_notebook_in_use_is_tried_later() {
        let failure = Failure::from(Error::Busy);
        assert_eq!((failure.code(), failure.exit_code()), ("busy", 6));
        assert!(sentence(&failure).starts_with("un autre programme"));
    }
}
