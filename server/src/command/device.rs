//! `ronde-server device`: the enrolled devices, and revoking one.

use clap::{Args, Subcommand};
use ronde_model::id::DeviceId;
use serde_json::json;

use super::words::{moment, table};
use super::{Desk, Failure};

/// List the enrolled devices, or revoke one
#[derive(Debug, Args)]
pub struct DeviceArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every device, in the order of enrolment; "in use twice": two copies of one phone are, or were,
    /// at work (a restored backup beside the phone itself): revoke it and invite the person again
    List,
    /// Revoke a device: at its next contact it stops reading others' reports, keeps its own, and what
    /// it still sends is set aside for a supervisor
    Revoke {
        /// The device, hexadecimal, as `device list` shows it
        device: DeviceId,
    },
}

impl DeviceArguments {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let server = desk.open()?;
        match self.what {
            What::List => {
                let devices = server.devices()?;
                desk.answer(&devices, || {
                    let rows: Vec<[String; 8]> = devices
                        .iter()
                        .map(|device| {
                            let revoked = device.revoked_ms.map_or_else(String::new, moment);
                            let (name, unit, role) =
                                (device.name.clone(), device.unit.clone(), device.role.clone());
                            let envelopes = device.envelopes.to_string();
                            [
                                device.device.to_string(),
                                name,
                                unit,
                                role,
                                moment(device.enrolled_ms),
                                envelopes,
                                revoked,
                                if device.copies { "in use twice".to_owned() } else { String::new() },
                            ]
                        })
                        .collect();
                    table(
                        ["device", "name", "unit", "role", "enrolled", "envelopes", "revoked", "copies"],
                        &rows,
                    )
                })
            }
            What::Revoke { device } => {
                server.revoke_device(device)?;
                desk.answer(&json!({"device": device, "revoked": true}), || {
                    format!("{device} is revoked: it is told at its next contact")
                })
            }
        }
    }
}
