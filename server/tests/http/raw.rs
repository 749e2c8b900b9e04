//! A connection written by hand, for what no client library would send.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::world::Answer;

pub struct Connection(TcpStream);

impl Connection {
    pub async fn open(address: SocketAddr) -> Connection {
        Connection(TcpStream::connect(address).await.unwrap())
    }

    /// A request's head; `headers` end their lines themselves.
    pub async fn head(&mut self, method: &str, path: &str, headers: &str) {
        let head = format!("{method} {path} HTTP/1.1\r\nhost: ronde.test\r\n{headers}\r\n");
        self.send(head.as_bytes()).await;
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// The next answer: a final one with its body, or `100 Continue` without.
    pub async fn answer(&mut self) -> Answer {
        let head = String::from_utf8(self.until_blank_line().await).unwrap();
        let header = |name: &str| {
            let mut lines = head.lines().filter_map(|line| line.split_once(':'));
            lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
        };
        let status: u16 = head.split_whitespace().nth(1).unwrap().parse().unwrap();
        let length = header("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.unwrap();
        let media_type = header("content-type").unwrap_or_default();
        Answer { status: status.try_into().unwrap(), media_type, body }
    }

    async fn until_blank_line(&mut self) -> Vec<u8> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            assert!(head.len() < 16 * 1024, "a head without end");
            head.push(self.0.read_u8().await.unwrap());
        }
        head
    }
}
