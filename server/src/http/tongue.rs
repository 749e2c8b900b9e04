//! The language of an answer's words: what the request prefers among French and English.
//! Changes when there is another language.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use ronde_model::catalogue::Language;

/// The language asked for; French when none of ours is.
#[derive(Debug, Clone, Copy)]
pub struct Tongue(pub Language);

impl<S: Send + Sync> FromRequestParts<S> for Tongue {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Tongue(preferred(&parts.headers)))
    }
}

/// The language of a `lang` parameter; without one, of the headers.
pub fn or_preferred(lang: Option<&str>, Tongue(preferred): Tongue) -> Language {
    lang.map_or(preferred, Language::from_tag)
}

fn preferred(headers: &HeaderMap) -> Language {
    let given =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let weighed = given.split(',').take(20).filter_map(|part| {
        let (tag, weight) = part.split_once(";q=").unwrap_or((part, "1"));
        let weight: f32 = weight.trim().parse().ok()?;
        let primary = tag.trim().split('-').next()?.to_ascii_lowercase();
        let language = match primary.as_str() {
            "fr" => Language::Fr,
            "en" => Language::En,
            _ => return None,
        };
        (weight > 0.0).then_some((language, weight))
    });
    // Of equal weights the first said is preferred.
    let best = weighed.fold(None, |best: Option<(Language, f32)>, found| match best {
        Some(best) if best.1 >= found.1 => Some(best),
        _ => Some(found),
    });
    best.map_or(Language::Fr, |(language, _)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_of_our_languages_is_spoken_and_french_when_none_is_asked_for() {
        for (given, spoken) in [
            ("", Language::Fr),
            ("de-DE,de;q=0.9", Language::Fr),
            ("en", Language::En),
            ("en-GB,fr;q=0.8", Language::En),
            ("fr-FR,fr;q=0.9,en;q=0.8", Language::Fr),
            ("de, en;q=0.4, fr;q=0.7", Language::Fr),
            ("en;q=0", Language::Fr),
            ("EN-us", Language::En),
            ("en;q=banana, en;q=0.1", Language::En),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, given.parse().unwrap())]);
            assert_eq!(preferred(&headers), spoken, "{given}");
        }
        assert_eq!(preferred(&HeaderMap::new()), Language::Fr);
    }
}
