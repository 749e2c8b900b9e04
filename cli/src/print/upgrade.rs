//! How far the upgrade of an older notebook is.

use ronde_core::Upgrade;

/// A line on the standard error.
pub fn tell(upgrade: Upgrade) {
    let Upgrade { done, of } = upgrade;
    eprintln!("mise à niveau du carnet : {done} sur {of} (une copie de l’ancien est gardée)");
}
