//! A server in a temporary directory behind a real listener, and a client that speaks to it.

use std::net::SocketAddr;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use reqwest::{Method, StatusCode};
use ronde_server::clock::Clock;
use ronde_server::config::Listening;
use ronde_server::enrolment::{Invitation, Invited};
use ronde_server::http::Bound;
use ronde_server::people::NewSupervisor;
use ronde_server::{Ports, Server};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// 2026-11-23 05:40 UTC.
const MORNING_MS: i64 = 1_795_412_400_000;

/// The server's folder in the story's own.
const DATA: &str = "server";

/// The time of a story: it goes on when the story says so.
pub struct StoryClock(AtomicI64);

impl Clock for StoryClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

pub struct World {
    pub server: Server,
    clock: Arc<StoryClock>,
    pub address: SocketAddr,
    pub base: String,
    pub client: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
    directory: TempDir,
}

/// An answer, read.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub media_type: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// Code of the problem this answer must be, in the form of RFC 9457.
    pub fn problem(&self) -> String {
        assert_eq!(self.media_type, "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16(), "{problem}");
        for member in ["title", "detail", "retry"] {
            assert!(problem[member].as_str().is_some_and(|words| !words.is_empty()), "{member} in {problem}");
        }
        let classes = ["retry", "refresh", "stop-and-tell", "restart", "split", "wait", "upgrade"];
        assert!(classes.contains(&problem["retry"].as_str().unwrap()), "{problem}");
        problem["type"].as_str().unwrap().strip_prefix("urn:ronde:problem:").unwrap().to_owned()
    }
}

impl World {
    pub async fn start() -> World {
        let plain = Listening::new("127.0.0.1:0".parse().unwrap(), None, None).unwrap();
        World::start_on(&plain, reqwest::Client::builder().no_proxy()).await
    }

    pub async fn start_on(listening: &Listening, client: reqwest::ClientBuilder) -> World {
        let directory = TempDir::new().unwrap();
        let data = directory.path().join(DATA);
        let clock = Arc::new(StoryClock(AtomicI64::new(MORNING_MS)));
        let ports = Ports { clock: clock.clone(), ..Ports::default() };
        Server::init(&data, "Valbrume Métropole", ports.clone()).unwrap();
        let server = Server::open(&data, ports).unwrap();
        let bound = Bound::bind(listening).unwrap();
        let (address, base) = (bound.address(), bound.url());
        let (stop, serving) = serve(bound, server.clone());
        let client = client.build().unwrap();
        World { server, clock, address, base, client, stop: Some(stop), serving, directory }
    }

    /// `ronde-server` in a process of its own, on the same directory, while this one serves.
    pub fn beside(&self, token: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ronde-server"));
        command.args(arguments).env("RONDE_TOKEN", token).arg("--data").arg(self.directory.path().join(DATA));
        command.output().unwrap()
    }

    /// Stops, and starts again on what is stored, at another address.
    pub async fn restart(&mut self) {
        self.tell_to_stop();
        self.stopped().await;
        let data = self.directory.path().join(DATA);
        self.server = Server::open(&data, Ports { clock: self.clock.clone(), ..Ports::default() }).unwrap();
        let plain = Listening::new("127.0.0.1:0".parse().unwrap(), None, None).unwrap();
        let bound = Bound::bind(&plain).unwrap();
        (self.address, self.base) = (bound.address(), bound.url());
        let (stop, serving) = serve(bound, self.server.clone());
        (self.stop, self.serving) = (Some(stop), serving);
    }

    /// Another server on the same directory, as another program opens it.
    pub fn another(&self) -> Server {
        let data = self.directory.path().join(DATA);
        Server::open(&data, Ports { clock: self.clock.clone(), ..Ports::default() }).unwrap()
    }

    /// The archive's own tables, as a person with the key sees them.
    pub fn database(&self) -> rusqlite::Connection {
        let data = self.directory.path().join(DATA);
        let key = std::fs::read_to_string(data.join("archive.key")).unwrap();
        let connection = rusqlite::Connection::open(data.join("archive.sqlite")).unwrap();
        connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"", key.trim())).unwrap();
        connection
    }

    /// The time of the story, ms UTC.
    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    pub fn pass_minutes(&self, minutes: i64) {
        self.clock.0.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }

    /// Tells the server to stop, as SIGTERM does, without waiting.
    pub fn tell_to_stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// Waits until the last request in flight is answered and the listener is gone.
    pub async fn stopped(&mut self) {
        (&mut self.serving).await.unwrap();
    }

    pub fn token(&self, name: &str, role: &str, unit: Option<&str>) -> String {
        let new =
            NewSupervisor { name: name.to_owned(), role: role.to_owned(), unit: unit.map(str::to_owned) };
        self.server.add_supervisor(&new).unwrap().token
    }

    /// A supervisor of the whole agglomeration.
    pub fn helene(&self) -> String {
        self.token("Hélène Roy", "agglomeration_supervisor", None)
    }

    /// An officer's invitation, good for an hour.
    pub fn invite(&self, name: &str, unit: &str) -> Invited {
        let invitation = Invitation {
            name: name.to_owned(),
            agent: None,
            unit: unit.to_owned(),
            role: "officer".to_owned(),
            scopes: Vec::new(),
            valid_s: 3600,
        };
        self.server.invite(&invitation).unwrap()
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.ask(Method::GET, path, Some(token), None).await
    }

    pub async fn post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, Some(token), Some(("application/json", body.to_string().into_bytes())))
            .await
    }

    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<(&str, Vec<u8>)>,
    ) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some((media_type, body)) = body {
            request = request.header("content-type", media_type).body(body);
        }
        read(request.send().await.unwrap()).await
    }
}

fn serve(bound: Bound, server: Server) -> (oneshot::Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        let stopped = async move { drop(stopped.await) };
        bound.serve(server, stopped).await.unwrap();
    });
    (stop, serving)
}

pub async fn read(response: reqwest::Response) -> Answer {
    let status = response.status();
    let media_type = response.headers().get("content-type").map_or("", |v| v.to_str().unwrap()).to_owned();
    Answer { status, media_type, body: response.bytes().await.unwrap().to_vec() }
}
