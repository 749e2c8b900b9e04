//! What a person reads of an error: what happened, what was kept, what to do next. Every arm in both
//! languages; details for a log stay out. Changes with the words.

use ronde_model::catalogue::Language;

use super::Error;

impl Error {
    /// What happened and what to do, in one or two sentences.
    pub fn sentence(&self, language: Language) -> String {
        let (fr, en) = self.both();
        match language {
            Language::Fr => fr,
            Language::En => en,
        }
    }

    fn both(&self) -> (String, String) {
        let said = |fr: &str, en: &str| (fr.to_owned(), en.to_owned());
        match self {
            Error::WrongKey => said(
                "Cette phrase de passe n’ouvre pas le carnet. Rien n’est modifié.",
                "This passphrase does not open the notebook. Nothing is changed.",
            ),
            Error::NewerDatabase { .. } => said(
                "Ce carnet vient d’une version plus récente. Mettez l’application à jour.",
                "This notebook is of a newer version. Update the app.",
            ),
            Error::Corrupt { .. } => said(
                "Le carnet est abîmé, il reste tel quel. Un sauvetage reprend ce qui est intact.",
                "The notebook is damaged and stays as it is. A rescue saves what is intact.",
            ),
            Error::StorageFull => said(
                "Stockage plein. Ce qui est déposé est sauf, le brouillon est gardé. Libérez de la place.",
                "Storage is full. What was filed is safe, the draft is kept. Free some space.",
            ),
            Error::Storage { .. } => said(
                "Le stockage a refusé. Rien de ce geste n’est gardé, recommencez.",
                "The storage refused. Nothing of this act is kept, do it again.",
            ),
            Error::Busy => said(
                "Un autre programme écrit dans ce carnet. Recommencez dans un instant.",
                "Another program is writing in this notebook. Do it again in a moment.",
            ),
            Error::KeysUnavailable { .. } => said(
                "Les clés ne sont pas disponibles, le carnet reste fermé. Déverrouillez le téléphone.",
                "The keys are not available, the notebook stays closed. Unlock the phone.",
            ),
            Error::NoEntropy(_) => said(
                "Le téléphone ne donne pas de hasard, rien ne peut être signé. Redémarrez-le.",
                "The phone gives no randomness, nothing can be signed. Restart it.",
            ),
            _ => self.both_of_work(),
        }
    }

    /// What concerns reports and their form.
    fn both_of_work(&self) -> (String, String) {
        let said = |fr: &str, en: &str| (fr.to_owned(), en.to_owned());
        match self {
            Error::NotFound(_) => said(
                "Ce rapport n’est plus sur ce téléphone. Voyez la liste.",
                "This report is no longer on this phone. See the list.",
            ),
            Error::Outdated(_) => said(
                "Ce rapport est refait depuis l’affichage. Regardez-le de nouveau.",
                "This report was made anew since it was shown. Look at it again.",
            ),
            Error::FixForm(problems) => {
                let list = |one: fn(&crate::error::Problem) -> &str| {
                    problems.iter().map(one).collect::<Vec<_>>().join(", ")
                };
                (
                    format!("À corriger\u{a0}: {}", list(|problem| &problem.fr)),
                    format!("To correct: {}", list(|problem| &problem.en)),
                )
            }
            Error::NotAllowed { .. } => said(
                "Vos droits ne le permettent pas. Demandez l’accès à votre service.",
                "Your rights do not allow it. Ask your unit for access.",
            ),
            Error::ReadingLocked => said(
                "Lecture verrouillée sans réseau. Écrire et déposer restent possibles.",
                "Reading is locked without network. Writing and filing go on.",
            ),
            Error::Sealed => said(
                "Ce qui est déposé n’est jamais réécrit. Corrigez un fait ou ajoutez des constatations.",
                "What is filed is never rewritten. Correct a fact or add a statement.",
            ),
            _ => self.both_of_server(),
        }
    }

    /// What concerns enrolment and the server.
    fn both_of_server(&self) -> (String, String) {
        let said = |fr: &str, en: &str| (fr.to_owned(), en.to_owned());
        match self {
            Error::NotEnrolled => said(
                "Ce téléphone n’est pas enrôlé. Saisissez le code d’une invitation.",
                "This phone is not enrolled. Type the code of an invitation.",
            ),
            Error::AlreadyEnrolled { organisation } => (
                format!("Ce téléphone est déjà enrôlé, auprès de {organisation}."),
                format!("This phone is enrolled already, with {organisation}."),
            ),
            Error::NotACode => said(
                "Ce n’est pas un code d’invitation\u{a0}: 24 lettres et chiffres de 2 à 7.",
                "This is no invitation code: 24 letters and digits 2 to 7.",
            ),
            Error::WrongOrganisation => said(
                "Ce code n’est pas celui de votre agglomération. Rien n’a été transmis.",
                "This code is not of your organisation. Nothing was sent.",
            ),
            Error::InvitationRefused { reason } => refused_invitation(reason),
            Error::UnsafeAddress { .. } => said(
                "Cette adresse n’est pas sûre\u{a0}: elle commence par https.",
                "This address is not safe: it begins with https.",
            ),
            Error::Unreachable { .. } => said(
                "Le serveur ne répond pas. Tout reste ici et partira seul.",
                "The server does not answer. Everything stays here and leaves by itself.",
            ),
            Error::ServerRefused { class, .. } if class == "upgrade" => said(
                "Le serveur demande une version plus récente. Mettez l’application à jour.",
                "The server asks for a newer version. Update the app.",
            ),
            Error::ServerRefused { status, .. } => (
                format!("Le serveur refuse (code {status}). Tout reste ici. Appelez le service."),
                format!("The server refuses (code {status}). Everything stays here. Call your unit."),
            ),
            Error::ServerAstray { .. } => said(
                "La réponse du serveur n’est pas valable, rien n’en est gardé. Appelez le service.",
                "The server’s answer does not hold, nothing of it is kept. Call your unit.",
            ),
            Error::Revoked => said(
                "Appareil révoqué. Ce qu’il tient de vous reste ici. Appelez le service.",
                "Device revoked. What it holds of yours stays here. Call your unit.",
            ),
            Error::Cancelled => said("Arrêté. Tout reste ici.", "Stopped. Everything stays here."),
            other => (
                format!("Défaut de l’application, rien n’est perdu. Signalez-le\u{a0}: {other}"),
                format!("A defect of the app, nothing is lost. Report it: {other}"),
            ),
        }
    }
}

fn refused_invitation(code: &str) -> (String, String) {
    let (fr, en) = match code {
        "invitation-unknown" => ("Ce code est inconnu du serveur.", "The server does not know this code."),
        "invitation-used" => ("Ce code a déjà servi.", "This code was used already."),
        "invitation-expired" => ("Ce code a expiré.", "This code has expired."),
        _ => ("Ce code est refusé.", "This code is refused."),
    };
    (format!("{fr} Demandez-en un autre."), format!("{en} Ask for another one."))
}

#[cfg(test)]
mod tests {
    use ronde_model::id::DocId;

    use super::*;

    #[test]
    fn every_error_is_said_in_both_languages_without_its_inner_words() {
        let inner = || "SQLITE_IOERR_FSYNC (disk I/O)".to_owned();
        let all = [
            Error::WrongKey,
            Error::NewerDatabase { found: 9, known: 2 },
            Error::Corrupt { detail: inner() },
            Error::StorageFull,
            Error::Storage { detail: inner() },
            Error::Busy,
            Error::KeysUnavailable { reason: inner() },
            Error::NoEntropy(inner()),
            Error::NotFound(DocId([0; 16])),
            Error::Outdated(DocId([0; 16])),
            Error::no_content(),
            Error::ReadingLocked,
            Error::Sealed,
            Error::NotEnrolled,
            Error::AlreadyEnrolled { organisation: "Valbrume".into() },
            Error::NotACode,
            Error::WrongOrganisation,
            Error::InvitationRefused { reason: "invitation-used".into() },
            Error::InvitationRefused { reason: "of-later".into() },
            Error::UnsafeAddress { url: inner() },
            Error::Unreachable { detail: inner() },
            Error::ServerRefused { status: 403, class: String::new(), detail: inner() },
            Error::ServerRefused { status: 426, class: "upgrade".into(), detail: inner() },
            Error::ServerAstray { rule: inner() },
            Error::Revoked,
            Error::Cancelled,
        ];
        for error in all {
            let (fr, en) = (error.sentence(Language::Fr), error.sentence(Language::En));
            assert_ne!(fr, en, "{error:?}");
            for said in [&fr, &en] {
                assert!(!said.contains("SQLITE") && said.contains(' '), "{said}");
                assert!(!said.contains('\'') && !said.contains('!'), "{said}");
            }
            assert!(!fr.contains(" :") && !fr.contains(" ;"), "a no-break space stands before it: {fr}");
        }
        let defect = Error::bug("seal", "no row").sentence(Language::Fr);
        assert!(defect.contains("seal: no row"), "a defect is reported by its name: {defect}");
    }
}
