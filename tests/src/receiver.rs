//! Somebody's server that is told what happens, and may be having a bad day.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver as Queue, Sender, channel};

use serde_json::Value;

use crate::patience::PATIENCE;

/// A server on this machine. It lives as long as the process.
pub struct Receiver {
    pub address: SocketAddr,
    messages: Queue<Message>,
}

/// What it was told.
#[derive(Debug, Clone)]
pub struct Message {
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub text: String,
    pub body: Value,
}

/// How it takes that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// It answers.
    Answer(u16),
    /// It leads elsewhere.
    Redirect,
    /// It dies in the middle of its answer.
    Die,
    /// It says nothing, and holds on.
    Silence,
}

impl Receiver {
    /// Opens one that takes its messages as is said, by how many came before.
    pub fn open(manner: impl Fn(usize, &Message) -> Manner + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let (taken, messages) = channel();
        std::thread::spawn(move || serve(&listener, &manner, &taken));
        Self { address, messages }
    }

    /// One that takes everything.
    pub fn willing() -> Self {
        Self::open(|_, _| Manner::Answer(200))
    }

    pub fn url(&self) -> String {
        format!("http://{}/hooks", self.address)
    }

    /// The next message, once it comes.
    pub fn next(&self) -> Message {
        self.messages.recv_timeout(PATIENCE).expect("a message comes")
    }

    /// Everything that has come and was not looked at.
    pub fn so_far(&self) -> Vec<Message> {
        self.messages.try_iter().collect()
    }
}

impl Message {
    /// What it is known by.
    pub fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    /// When it was sent.
    pub fn seconds(&self) -> u64 {
        self.headers["webhook-timestamp"].parse().expect("a number")
    }
}

fn serve(listener: &TcpListener, manner: &impl Fn(usize, &Message) -> Manner, taken: &Sender<Message>) {
    let mut held = Vec::new();
    let mut count = 0;
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else { continue };
        // Whoever was killed in the middle of it said nothing.
        let Some(message) = read(&stream) else { continue };
        let how = manner(count, &message);
        count += 1;
        let answer = match how {
            Manner::Answer(status) => format!("HTTP/1.1 {status} So\r\ncontent-length: 2\r\n\r\nok"),
            Manner::Redirect => {
                "HTTP/1.1 307 Go\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n".to_owned()
            }
            Manner::Die => "HTTP/1.1 2".to_owned(),
            Manner::Silence => String::new(),
        };
        // Whoever asked may be gone.
        let _ = stream.write_all(answer.as_bytes());
        if how == Manner::Silence {
            held.push(stream);
        }
        if taken.send(message).is_err() {
            return;
        }
    }
}

fn read(stream: &TcpStream) -> Option<Message> {
    let mut lines = BufReader::new(stream);
    let mut line = String::new();
    lines.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        lines.read_line(&mut line).ok()?;
        match line.trim().split_once(": ") {
            Some((name, value)) => headers.insert(name.to_ascii_lowercase(), value.to_owned()),
            None => break,
        };
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    lines.read_exact(&mut body).ok()?;
    let text = String::from_utf8(body).ok()?;
    let body = serde_json::from_str(&text).ok()?;
    Some(Message { path, headers, text, body })
}
