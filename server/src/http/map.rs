//! The territory in force, as GeoJSON. Changes when maps are shown in another form.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::problem::{DEFECT, NOT_FOUND, Problem};
use super::{Api, Caller};
use crate::error::ServerError;
use crate::territory::to_geojson;

/// The territory in force.
#[utoipa::path(get, path = "/v1/territory", tag = "territory", security(("token" = []), ("cookie" = [])), responses(
    (status = 200, description = "A FeatureCollection: one feature per commune, its `force` null when nobody said it",
        body = Object, content_type = "application/geo+json"),
    Problem,
))]
pub async fn territory(State(api): State<Api>, who: Caller) -> Result<Response, Problem> {
    let map = api
        .call_as(who, |server, _| {
            let territory = server.territory()?;
            Ok::<_, ServerError>(territory.map(|territory| serde_json::to_vec(&to_geojson(&territory))))
        })
        .await?
        .ok_or_else(|| {
            Problem::new(&NOT_FOUND, "no territory yet: its administrator runs ronde-server territory import")
        })?;
    let map = map.map_err(|_| Problem::new(&DEFECT, "the territory could not be written as GeoJSON"))?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/geo+json"))], map).into_response())
}
