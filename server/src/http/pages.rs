//! The console's files, as `cargo xtask console` built them: which file answers which address, in which
//! encoding, kept by browsers for how long. Knows nothing of what is in them.
//! Changes when files are served otherwise.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::guard::{check_near, peer_of};
use super::problem::{NOT_FOUND, Problem, WRONG_METHOD};

/// The folder of the built page. A debug build reads it when asked; a release build carries it.
#[derive(RustEmbed)]
#[folder = "../console/dist"]
#[allow_missing = true]
struct Dist;

/// The page that shows everything.
const INDEX: &str = "index.html";

/// What a page of ours may load, and from where: from here, and nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/// What no page of ours ever asks of a device.
const CLOSED: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), \
    fullscreen=(self), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), \
    publickey-credentials-get=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()";

#[cfg(test)]
mod tests;

const ABSENT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Ronde</title>\
    <p>This server was built without its console. <code>cargo xtask console</code> builds it; \
    then build the server again.</p></html>";

/// Answers an address that no route has: a page, one of its files, or a problem.
pub async fn serve(request: Request<Body>) -> Response {
    serve_from::<Dist>(&request.into_parts().0)
}

fn serve_from<D: RustEmbed>(parts: &Parts) -> Response {
    if is_of_the_interface(parts.uri.path()) {
        return nothing_here();
    }
    // First of all: another machine is not even told what there is.
    if let Err(problem) = check_near(peer_of(parts), &parts.headers) {
        return problem.into_response();
    }
    let found = file_of(parts.uri.path()).map(|name| (D::get(&name), name));
    let Some((file, name)) = found.filter(|(file, name)| file.is_some() || name == INDEX) else {
        return nothing_at::<D>(parts);
    };
    if ![Method::GET, Method::HEAD].contains(&parts.method) {
        return Problem::new(&WRONG_METHOD, "pages are read: GET or HEAD").into_response();
    }
    match file {
        Some(file) => guarded(answer::<D>(&name, file, &parts.headers)),
        None => {
            let html = HeaderValue::from_static("text/html; charset=utf-8");
            let unkept = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            let unbuilt = StatusCode::SERVICE_UNAVAILABLE;
            guarded((unbuilt, [(header::CONTENT_TYPE, html), unkept], ABSENT).into_response())
        }
    }
}

/// An address with nothing behind it. A person who followed a stale link is told by the page, which
/// says so in words; a program is told by a problem.
fn nothing_at<D: RustEmbed>(parts: &Parts) -> Response {
    let mut response = match wants_html(parts).then(|| D::get(INDEX)).flatten() {
        Some(page) => {
            let mut response = Body::from(page.data.into_owned()).into_response();
            *response.status_mut() = StatusCode::NOT_FOUND;
            set(&mut response, header::CONTENT_TYPE, media_type(INDEX));
            set(&mut response, header::CACHE_CONTROL, "no-store");
            guarded(response)
        }
        None => nothing_here(),
    };
    set(&mut response, header::VARY, "Accept");
    response
}

fn nothing_here() -> Response {
    Problem::new(&NOT_FOUND, "there is nothing here: see /v1/openapi.json").into_response()
}

fn is_of_the_interface(path: &str) -> bool {
    path == "/v1" || path.starts_with("/v1/")
}

/// A browser that opens a page says so; `*/*` is anybody.
fn wants_html(parts: &Parts) -> bool {
    let given = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_html = |part: &str| {
        let media = part.split(';').next().unwrap_or_default().trim();
        media.eq_ignore_ascii_case("text/html") && !part.replace(' ', "").ends_with(";q=0")
    };
    [Method::GET, Method::HEAD].contains(&parts.method) && given.split(',').take(20).any(is_html)
}

/// The file behind an address: the page itself for its own addresses, else the file of that name.
/// `None` for an address that can be neither.
fn file_of(path: &str) -> Option<String> {
    let name = path.strip_prefix('/')?;
    let pages = ["", "ouvrir", "boite", "carte", "reglages"];
    if pages.contains(&name) || name == "evenement" || name.starts_with("evenement/") {
        return Some(INDEX.to_owned());
    }
    let is_plain = |part: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        !part.is_empty() && !part.starts_with('.') && part.bytes().all(fits)
    };
    let is_file = name.len() <= 200 && name.contains('.') && name.split('/').all(is_plain);
    let is_encoded = [".br", ".gz"].iter().any(|end| name.ends_with(end));
    (is_file && !is_encoded).then(|| name.to_owned())
}

fn answer<D: RustEmbed>(name: &str, file: EmbeddedFile, headers: &HeaderMap) -> Response {
    // Weak: one for every encoding of the file.
    let tag = format!("W/\"{}\"", data_encoding::HEXLOWER.encode(&file.metadata.sha256_hash()[..16]));
    // Files under assets/ carry a hash in their name: another content has another name.
    let kept = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = if knows(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let encoded = accepted(headers).iter().find_map(|coding| {
            let file = D::get(&format!("{name}.{}", coding.end))?;
            Some((coding.name, file))
        });
        let (coding, data) = match encoded {
            Some((coding, file)) => (Some(coding), file.data),
            None => (None, file.data),
        };
        let mut response = Body::from(data.into_owned()).into_response();
        if let Some(coding) = coding {
            set(&mut response, header::CONTENT_ENCODING, coding);
        }
        set(&mut response, header::CONTENT_TYPE, media_type(name));
        response
    };
    set(&mut response, header::CACHE_CONTROL, kept);
    set(&mut response, header::VARY, "Accept-Encoding");
    if let Ok(tag) = HeaderValue::try_from(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

fn set(response: &mut Response, name: HeaderName, value: &'static str) {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
}

/// What holds for every page and file.
fn guarded(mut response: Response) -> Response {
    set(&mut response, header::CONTENT_SECURITY_POLICY, POLICY);
    set(&mut response, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(&mut response, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(&mut response, HeaderName::from_static("permissions-policy"), CLOSED);
    response
}

fn knows(headers: &HeaderMap, tag: &str) -> bool {
    let given = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    given.split(',').any(|known| bare(known) == bare(tag))
}

struct Coding {
    name: &'static str,
    end: &'static str,
}

const CODINGS: [Coding; 2] = [Coding { name: "br", end: "br" }, Coding { name: "gzip", end: "gz" }];

/// The encodings of ours that the client takes, the smallest first.
fn accepted(headers: &HeaderMap) -> Vec<&'static Coding> {
    let given =
        headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let weight = |name: &str| {
        given.split(',').take(20).find_map(|part| {
            let (coding, weight) = part.split_once(";q=").unwrap_or((part, "1"));
            coding.trim().eq_ignore_ascii_case(name).then(|| weight.trim().parse::<f32>().unwrap_or(0.0))
        })
    };
    CODINGS.iter().filter(|coding| weight(coding.name).or_else(|| weight("*")).unwrap_or(0.0) > 0.0).collect()
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "geojson" => "application/geo+json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
