//! HTTP/1.1 on one connection, by one thread: heads, bodies of known length, keep-alive.

use crate::answers::Service;
use crate::form::read_form;
use crate::link::Link;
use memchr::memmem::find;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

const BUFFER: usize = 1 << 18;
const HEAD_MOST: usize = 1 << 16;

/// One client.
pub struct Connection {
    stream: TcpStream,
    link: Arc<Link>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

struct Head {
    method: String,
    target: String,
    length: usize,
    boundary: Option<String>,
    expects: bool,
}

impl Connection {
    /// Speaks over `stream`, whose bytes come over `link`.
    pub fn new(stream: TcpStream, link: Arc<Link>) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { stream, link, buffer: vec![0; BUFFER], start: 0, end: 0 })
    }

    /// Answers requests until the client goes.
    pub fn serve(&mut self, service: &Service) -> io::Result<()> {
        while self.start < self.end || self.fill()? > 0 {
            let head = self.head()?;
            if head.expects {
                self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            }
            self.answer(&head, service)?;
        }
        Ok(())
    }

    fn answer(&mut self, head: &Head, service: &Service) -> io::Result<()> {
        match (head.method.as_str(), &head.boundary) {
            ("POST", Some(boundary)) => {
                let form = read_form(self, boundary, head.length)?;
                self.reply("200 OK", &service.create(&form.operations, form.rows))
            }
            ("POST", None) => {
                let body = self.take(head.length)?;
                self.reply("200 OK", &service.ask(&body))
            }
            ("GET", _) => self.give(&head.target, service),
            _ => self.reply("405 Method Not Allowed", "{}"),
        }
    }

    fn give(&mut self, target: &str, service: &Service) -> io::Result<()> {
        let mut words = target.rsplit('/');
        let number = words.next().and_then(|word| word.parse().ok()).unwrap_or(usize::MAX);
        match words.next() {
            Some("status") => match service.imports.status_length(number) {
                Some(length) => {
                    self.begin("200 OK", "application/x-ndjson", length)?;
                    service.imports.write_status(number, &mut self.stream)
                }
                None => self.reply("404 Not Found", "{}"),
            },
            Some("error") => self.begin("200 OK", "application/x-ndjson", 0),
            _ if target == "/stats" => self.reply("200 OK", &service.statistics()),
            // What came in is not kept.
            _ => self.reply("404 Not Found", "{}"),
        }
    }

    fn reply(&mut self, status: &str, body: &str) -> io::Result<()> {
        self.begin(status, "application/json", body.len())?;
        self.stream.write_all(body.as_bytes())
    }

    fn begin(&mut self, status: &str, kind: &str, length: usize) -> io::Result<()> {
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
        );
        self.stream.write_all(head.as_bytes())
    }

    fn head(&mut self) -> io::Result<Head> {
        let end = self.find(b"\r\n\r\n", HEAD_MOST)?;
        let text = String::from_utf8_lossy(self.peek(end)).into_owned();
        self.skip(end + 4)?;
        let mut lines = text.split("\r\n");
        let mut words = lines.next().unwrap_or_default().split(' ');
        let mut next = || words.next().unwrap_or_default().to_owned();
        let mut head =
            Head { method: next(), target: next(), length: 0, boundary: None, expects: false };
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => head.length = value.parse().unwrap_or(0),
                "content-type" => {
                    head.boundary = value
                        .split_once("boundary=")
                        .map(|(_, after)| after.trim_matches('"').to_owned());
                }
                "expect" => head.expects = true,
                _ => {}
            }
        }
        Ok(head)
    }

    fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let mut body = Vec::with_capacity(length);
        while body.len() < length {
            let piece = self.some(length - body.len())?;
            body.extend_from_slice(piece);
            let taken = piece.len();
            self.skip(taken)?;
        }
        Ok(body)
    }

    /// What is there of the next `most` bytes, at least one.
    pub fn some(&mut self, most: usize) -> io::Result<&[u8]> {
        if self.start == self.end {
            self.need(1)?;
        }
        let here = most.min(self.end - self.start);
        Ok(&self.buffer[self.start..self.start + here])
    }

    /// The next `length` bytes, which must be there.
    pub fn peek(&self, length: usize) -> &[u8] {
        &self.buffer[self.start..self.start + length]
    }

    /// Reads until `length` bytes are there.
    pub fn need(&mut self, length: usize) -> io::Result<()> {
        while self.end - self.start < length {
            if self.fill()? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(())
    }

    /// Passes over `length` bytes and returns that number.
    pub fn skip(&mut self, length: usize) -> io::Result<usize> {
        self.need(length)?;
        self.start += length;
        Ok(length)
    }

    /// How many bytes stand before `needle`, which comes within `most` bytes.
    pub fn find(&mut self, needle: &[u8], most: usize) -> io::Result<usize> {
        loop {
            if let Some(at) = find(&self.buffer[self.start..self.end], needle) {
                return Ok(at);
            }
            if self.end - self.start > most {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "too long"));
            }
            self.need(self.end - self.start + 1)?;
        }
    }

    fn fill(&mut self) -> io::Result<usize> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.end == self.buffer.len() {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
            if self.end == self.buffer.len() {
                self.buffer.resize(2 * self.end, 0);
            }
        }
        let read = self.stream.read(&mut self.buffer[self.end..])?;
        self.link.carry(read);
        self.end += read;
        Ok(read)
    }
}
