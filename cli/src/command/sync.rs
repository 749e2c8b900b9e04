//! `ronde sync`: hands over what waits, takes what others wrote.

use clap::Args;
use ronde_core::{Advice, Error, Notebook, SetAside, SyncReport, SyncStatus};
use serde::Serialize;

use crate::command::on_the_network;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::print;

/// Hand over what waits and take what others wrote
#[derive(Debug, Args)]
#[command(after_help = "\
Ctrl-C stops it. Offline it ends with 6: nothing is lost, what waits leaves next time.

JSON: the exchange (requests, bytes_up, bytes_down, pushed, fed, refused, waiting, complete),
`status` as `ronde status` gives it and `set_aside`; offline only `complete`: false, `status` and
`set_aside`.")]
pub struct Sync {}

#[derive(Serialize)]
struct Exchange {
    #[serde(flatten)]
    report: Option<SyncReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    complete: Option<bool>,
    status: SyncStatus,
    set_aside: Vec<SetAside>,
}

impl Sync {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let notebook = desk.open()?;
        let ended = on_the_network(until_stopped(&notebook))?;
        let (report, failed) = match ended {
            Ok(report) => (Some(report), None),
            // What waits is worth saying only when it will leave by itself later.
            Err(error) if matches!(error.advice(), Advice::TryLater { .. }) => (None, Some(error)),
            Err(error) => return Err(error.into()),
        };
        let complete = report.is_none().then_some(false);
        let exchange =
            Exchange { report, complete, status: notebook.sync_status()?, set_aside: notebook.set_aside()? };
        desk.answer(&exchange, || {
            print::status::exchange(exchange.report.as_ref(), &exchange.status, &exchange.set_aside)
        })?;
        failed.map_or(Ok(()), |error| Err(error.into()))
    }
}

async fn until_stopped(notebook: &Notebook) -> Result<SyncReport, Error> {
    let mut running = std::pin::pin!(notebook.sync());
    tokio::select! {
        ended = &mut running => return ended,
        // Without a means to hear Ctrl-C the system's own way to stop remains.
        _ = tokio::signal::ctrl_c() => notebook.cancel_sync(),
    }
    running.await
}
