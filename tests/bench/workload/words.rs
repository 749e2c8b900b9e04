//! The words the workload is made of: invented places, plain French. As many of each kind as in the
//! workload of the measured peers, so that both compress alike. Changes with the workload.

/// Catalogue families and their kinds.
pub const TYPES: [(&str, &[&str]); 6] = [
    ("waste", &["rubble", "bulky", "tyres", "bags"]),
    ("transit", &["insult", "no_ticket", "damage", "assault_staff"]),
    ("nuisance", &["noise_night", "party", "animal", "roaming_dog"]),
    ("traffic", &["deal_observed", "use", "stolen_goods"]),
    ("incivility", &["tag", "damage", "parking"]),
    ("youth", &["brawl", "rodeo", "gathering"]),
];

/// Invented communes with invented codes.
pub const COMMUNES: [(&str, &str); 16] = [
    ("99101", "Valmorin"),
    ("99102", "Orcé"),
    ("99103", "Saint-Elme-des-Prés"),
    ("99104", "Bréval"),
    ("99105", "Le Tilloy"),
    ("99106", "Charmonde"),
    ("99107", "Lugny"),
    ("99108", "Fontbrune"),
    ("99109", "Saint-Aubry"),
    ("99110", "Merveaux"),
    ("99111", "Corbaise"),
    ("99112", "Grange-Vérine"),
    ("99113", "Noyers-la-Plaine"),
    ("99114", "Ormoy"),
    ("99115", "Beaulieu-l'Abbaye"),
    ("99116", "Vaux-sous-Bréval"),
];

pub const UNITS: [&str; 4] = ["PM-Valmorin", "ASVP-Orcé", "Reseau-controle", "BMO"];

pub const OPENINGS: [&str; 8] = [
    "Pendant notre ronde",
    "Lors de la surveillance à vélo",
    "Appelés par la conductrice",
    "À l'appel d'une commerçante",
    "Avant la prise de service",
    "À l'occasion du contrôle des bagages",
    "Avisés par le poste de commandement du réseau",
    "À l'arrêt de la place du marché",
];

pub const VERBS: [&str; 6] = [
    "remarquons la présence de",
    "notons",
    "assistons à la scène suivante :",
    "sommes saisis de",
    "apercevons",
    "trouvons",
];

pub const SIGHTS: [&str; 8] = [
    "quatre personnes assises dans le passage, sans gêne",
    "un tas de planches et de plâtre d'environ un mètre cube",
    "plusieurs vitres rayées dans la rame et sur le quai",
    "un fourgon arrêté sur la piste cyclable, feux allumés",
    "une dispute entre deux voyageurs au sujet d'une place",
    "des cartons et des bidons vides contre le local à vélos",
    "une trottinette lancée entre les passants du marché",
    "une inscription fraîche sur le mur de la médiathèque",
];

pub const STREETS: [&str; 7] = [
    "des Tanneurs",
    "du Général-Morel",
    "Louise-Michel",
    "des Vieux-Moulins",
    "du Pont-Neuf",
    "de Bréval",
    "du Lavoir",
];

/// `#` stands for a number.
pub const ENDINGS: [&str; 8] = [
    "Les personnes quittent les lieux après un rappel des règles.",
    "Des clichés ont été pris et sont joints à ce compte rendu.",
    "La personne qui nous a appelés ne souhaite pas donner son nom.",
    "La caméra numéro # filme cet endroit et les images ont été demandées.",
    "L'officier de permanence a été prévenu par téléphone à #h# sans suite.",
    "Le passage est rendu à la circulation au bout de # minutes d'attente.",
    "Personne n'est blessé, le service de voirie est prévenu sous le numéro #.",
    "L'auteur présumé est parti à pied vers le centre avant notre arrivée sur place.",
];

pub const CLOTHES: [&str; 4] =
    ["blouson bleu, pantalon clair", "tenue de sport noire", "manteau beige", "gilet jaune"];

pub const PLATE_LETTERS: [char; 23] = [
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X',
    'Y', 'Z',
];
