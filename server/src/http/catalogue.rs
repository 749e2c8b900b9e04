//! The words of the console. Changes when words are given in another way.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::asked::Asked;
use super::problem::Problem;
use super::tongue::{Tongue, or_preferred};
use super::{Api, Caller};
use crate::error::ServerError;
use crate::shapes::Catalogue;

/// In which language.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Spoken {
    /// `fr` or `en`; what `Accept-Language` prefers without it.
    #[param(example = "fr")]
    pub lang: Option<String>,
}

/// Types, fields, choices, severities and communes, in words.
#[utoipa::path(get, path = "/v1/catalogue", tag = "words", params(Spoken), security(("token" = []), ("cookie" = [])),
    responses(
        (status = 200, description = "The words", body = Catalogue),
        Problem,
    ))]
pub async fn catalogue(
    State(api): State<Api>,
    who: Caller,
    tongue: Tongue,
    Asked(spoken): Asked<Spoken>,
) -> Result<Json<Catalogue>, Problem> {
    let language = or_preferred(spoken.lang.as_deref(), tongue);
    let words = api
        .call_as(who, move |server, _| {
            Ok::<_, ServerError>(Catalogue::of(language, server.territory()?.as_deref()))
        })
        .await?;
    Ok(Json(words))
}
