//! A browser of the tests: it opens a link, keeps its cookie, says where its page is from, listens.

use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::{Value, json};

use super::world::{Answer, World, read};

/// Far longer than anything told takes: what is not told by then is never told.
const EVER: Duration = Duration::from_secs(30);

pub struct Browser {
    pub cookie: String,
}

/// Beats in which whatever is told is told, many times over.
const BEATS: usize = 10;

/// What a listener was told.
#[derive(Debug)]
pub struct Told {
    pub event: String,
    pub id: String,
    pub data: Value,
}

pub struct Listener {
    response: Response,
    read: String,
}

impl Browser {
    /// Opens a link made for somebody.
    pub async fn sign_in(world: &World, whom: &str) -> Browser {
        let link = world.server.sign_in_link(whom).unwrap();
        let answer = open(world, &link.code).await;
        assert_eq!(answer.status().as_u16(), 204);
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
        Browser { cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    /// Asks as a page of the server itself does.
    pub async fn ask(&self, world: &World, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.ask_from(world, &world.base, method, path, body).await
    }

    /// Asks as a page of some site does.
    pub async fn ask_from(
        &self,
        world: &World,
        origin: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let mut request = world.client.request(method, format!("{}{path}", world.base));
        request = request.header("cookie", &self.cookie).header("origin", origin);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        read(request.send().await.unwrap()).await
    }

    pub async fn get(&self, world: &World, path: &str) -> Answer {
        self.ask(world, Method::GET, path, None).await
    }

    pub async fn post(&self, world: &World, path: &str, body: Value) -> Answer {
        self.ask(world, Method::POST, path, Some(body)).await
    }

    /// Listens, from a place on when one is given.
    pub async fn listen(&self, world: &World, last: Option<&str>) -> Listener {
        let mut request = world.client.get(format!("{}/v1/live", world.base)).header("cookie", &self.cookie);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Listener { response, read: String::new() }
    }
}

/// Presents the code of a link.
pub async fn open(world: &World, code: &str) -> Response {
    let request = world.client.post(format!("{}/v1/session", world.base));
    request
        .header("content-type", "application/json")
        .header("origin", &world.base)
        .body(json!({"code": code}).to_string())
        .send()
        .await
        .unwrap()
}

impl Listener {
    /// What is told next, beats left out; `None` when the stream is over.
    pub async fn next(&mut self) -> Option<Told> {
        for _ in 0..BEATS {
            let told = self.anything().await?;
            if told.event != "beat" {
                return Some(told);
            }
        }
        panic!("nothing was told in {BEATS} beats");
    }

    /// What is told next.
    pub async fn anything(&mut self) -> Option<Told> {
        loop {
            if let Some((block, rest)) = self.read.split_once("\n\n") {
                let told = told(block);
                self.read = rest.to_owned();
                return Some(told);
            }
            let chunk = tokio::time::timeout(EVER, self.response.chunk()).await.expect("told in time");
            self.read.push_str(std::str::from_utf8(&chunk.unwrap()?).unwrap());
        }
    }
}

fn told(block: &str) -> Told {
    let line = |name: &str| {
        let found = block.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        found.unwrap_or_else(|| panic!("no {name} in {block:?}")).to_owned()
    };
    Told { event: line("event"), id: line("id"), data: serde_json::from_str(&line("data")).unwrap() }
}
