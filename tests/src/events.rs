//! Server-sent events, as a program reads them.

use std::io::Read;

use serde_json::Value;

/// A stream, from its first byte on.
pub struct EventStream {
    reader: Box<dyn Read>,
    unread: Vec<u8>,
}

/// What came, all of it or nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    pub id: Option<String>,
    pub event: String,
    pub data: Value,
}

impl EventStream {
    pub(crate) fn new(reader: Box<dyn Read>) -> Self {
        Self { reader, unread: Vec::new() }
    }

    /// The next frame; none once the stream has ended, however it did.
    pub fn next_frame(&mut self) -> Option<Frame> {
        loop {
            if let Some(end) = end_of_frame(&self.unread) {
                let frame = self.unread.drain(..end).collect::<Vec<_>>();
                return Some(parse(&frame));
            }
            let mut bytes = [0; 4096];
            match self.reader.read(&mut bytes) {
                Ok(0) | Err(_) => return None,
                Ok(count) => self.unread.extend(&bytes[..count]),
            }
        }
    }

    /// The next event: pings are passed over, and anything else is none.
    #[track_caller]
    pub fn next_event(&mut self) -> Frame {
        loop {
            let frame = self.next_frame().expect("the stream goes on");
            assert!(!["reset", "end"].contains(&frame.event.as_str()), "{frame:?}");
            if frame.event != "ping" {
                return frame;
            }
        }
    }

    /// The next events.
    #[track_caller]
    pub fn events(&mut self, count: usize) -> Vec<Frame> {
        (0..count).map(|_| self.next_event()).collect()
    }

    /// So many bytes of it, and no more; fewer if it ends.
    pub fn bytes(mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        let mut taken = 0;
        while taken < count {
            match self.reader.read(&mut bytes[taken..]) {
                Ok(0) | Err(_) => break,
                Ok(more) => taken += more,
            }
        }
        bytes.truncate(taken);
        bytes
    }
}

/// The frames that are whole in what came.
pub fn frames(mut bytes: &[u8]) -> Vec<Frame> {
    let mut frames = Vec::new();
    while let Some(end) = end_of_frame(bytes) {
        frames.push(parse(&bytes[..end]));
        bytes = &bytes[end..];
    }
    frames
}

fn end_of_frame(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair == b"\n\n").map(|end| end + 2)
}

fn parse(frame: &[u8]) -> Frame {
    let text = std::str::from_utf8(frame).expect("a frame is text");
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    Frame {
        id: field("id").map(str::to_owned),
        event: field("event").expect("a frame has a name").to_owned(),
        data: serde_json::from_str(field("data").expect("a frame has data")).expect("which is JSON"),
    }
}
