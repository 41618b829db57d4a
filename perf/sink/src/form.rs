//! A multipart form on its way in: text fields first, then one file that is not kept.

use crate::http::Connection;
use crate::rows::Rows;
use memchr::memmem::{Finder, find};
use std::io;

/// Text fields are documents and variables, never more than this.
const FIELDS_MOST: usize = 1 << 20;

/// What a form held.
pub struct Form {
    pub operations: Vec<u8>,
    pub rows: Rows,
}

/// Reads a form of `length` bytes. The file is its last part, as all clients that matter send it.
pub fn read_form(connection: &mut Connection, boundary: &str, length: usize) -> io::Result<Form> {
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    let mut operations = Vec::new();
    // The first delimiter has no line before it.
    let mut left = length - connection.skip(delimiter.len() - 2)?;
    loop {
        let head_end = connection.find(b"\r\n\r\n", FIELDS_MOST)?;
        let head = connection.peek(head_end).to_vec();
        left -= connection.skip(head_end + 4)?;
        if find(&head, b"filename=").is_some() {
            break;
        }
        let end = connection.find(&delimiter, FIELDS_MOST)?;
        if find(&head, b"name=\"operations\"").is_some() {
            operations = connection.peek(end).to_vec();
        }
        left -= connection.skip(end + delimiter.len())?;
    }
    let tail = [&delimiter[..], b"--\r\n"].concat();
    let Some(size) = left.checked_sub(tail.len()) else { return Err(refused("no end")) };
    let rows = drain(connection, size)?;
    connection.need(tail.len())?;
    if connection.peek(tail.len()) != tail {
        return Err(refused("the file is not the last part"));
    }
    connection.skip(tail.len())?;
    Ok(Form { operations, rows })
}

fn drain(connection: &mut Connection, size: usize) -> io::Result<Rows> {
    let finder = Finder::new(b"\"uuid\"");
    let mut rows = Rows::default();
    let mut left = size;
    while left > 0 {
        let piece = connection.some(left)?;
        rows.take(piece, &finder);
        let taken = piece.len();
        left -= connection.skip(taken)?;
    }
    rows.finish(&finder);
    Ok(rows)
}

fn refused(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}
