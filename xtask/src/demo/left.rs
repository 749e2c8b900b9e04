//! What is left when the night is told: something to decide, a server that runs, and an officer who
//! comes back into coverage while somebody looks. Changes with what whoever opens the console finds.

use std::path::Path;
use std::time::Duration;

use super::story::{Stage, Told};
use crate::failure::Failure;

/// Longer than what still counts as written with coverage.
const WITHOUT_COVERAGE: Duration = Duration::from_secs(150);

impl Stage {
    /// Leaves something to decide for whoever opens the console: Inès and Samir write apart once more.
    pub fn leave_work(&self, told: &Told) -> Result<(), Failure> {
        println!("\n8. Inès and Samir write apart once more. Nobody has looked yet.");
        let brawl = told.filed.iter().rev().find(|(who, _)| *who == 0).map(|(_, id)| id.as_str());
        let brawl = brawl.ok_or_else(|| Failure::unexpected("the demo", "Inès filed nothing"))?;
        for (phone, count) in self.phones.iter().zip([5, 8]) {
            let minors = if count == 5 { "minors=oui" } else { "minors=non" };
            let fact = format!("people_count={count}");
            phone.ask(&["correct", brawl, "--fact", &fact, "--fact", minors])?;
        }
        self.everybody_syncs("  ")
    }

    /// Leaves the server running until it is stopped. Inès walks without coverage meanwhile, so that
    /// whoever looks at the console sees a report arrive that was written offline.
    pub fn leave_running(&mut self, directory: &Path, page: &Result<(), Failure>) -> Result<(), Failure> {
        let address = self.office.address().unwrap_or_default().to_owned();
        let words = "Deux scooters sans éclairage, à vive allure sur le trottoir. Partis vers la rocade.";
        let facts = ["title=Rodéo de scooters".to_owned(), "severity=4".to_owned()];
        self.phones[0].file("youth.rodeo", &facts, words, &self.before_the_station(2))?;
        println!(
            "\nThe server is left running, for this machine only. Everything is in {}.",
            directory.display()
        );
        match page {
            Ok(()) => {
                println!(
                    "The console, as Hélène Marchand (the link opens once, within a quarter of an hour):"
                );
                println!("  {}", self.link()?);
            }
            Err(why) => println!("The console is not built, so its address shows how: {why}"),
        }
        println!("The API:");
        println!("  curl -H 'Authorization: Bearer {}' {address}/v1/reports", self.office.token());
        println!("  {address}/v1/openapi.json describes every call. Ctrl-C ends it.");
        println!(
            "Inès has filed one more report and has no coverage. She finds some in {} s: watch it arrive.",
            WITHOUT_COVERAGE.as_secs()
        );
        if self.office.wait_at_most(WITHOUT_COVERAGE) {
            self.phones[0].sync()?;
            println!("Inès has coverage again: her report is in the inbox, \"hors réseau\".");
        }
        self.office.wait()
    }
}
