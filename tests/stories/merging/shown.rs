//! What everybody must agree on of one report: everything shown but when a device or the server
//! first had each part, which is each one's own knowledge.

use ronde_core::Detail;
use ronde_server::supervision::ReportDetail;
use serde_json::{Value, json};

pub fn of_phone(detail: &Detail) -> Value {
    plain(json!({
        "row": detail.item.row,
        "facts": detail.facts,
        "statements": detail.statements,
        "divergences": detail.divergences,
        "lifecycle": detail.lifecycle,
        "heads": detail.heads,
        "number": detail.item.number,
    }))
}

pub fn of_console(detail: &ReportDetail) -> Value {
    let view = detail.view.as_ref().expect("the seal is accepted");
    plain(json!({
        "row": view.row,
        "facts": view.facts,
        "statements": view.statements,
        "divergences": view.divergences,
        "lifecycle": detail.lifecycle,
        "heads": detail.heads,
        "number": detail.number,
    }))
}

fn plain(mut value: Value) -> Value {
    strip(&mut value);
    value
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.remove("received_ms");
            map.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => (),
    }
}
