//! Turns a block of NDJSON into ROWs: every byte of every line checked, one ROW a row.
//!
//! Rows that are plainly good are read over the marks of stage one; the judge sees all others.

use crate::index::{Index, Level};
use crate::key::Hasher;
use crate::lines::{Pieces, trim, whole_lines};
use crate::plain::{self, Parts, Walker};
use crate::row::{Known, Place, Row, RowText, further_down, judge, pack};
use std::panic::resume_unwind;

/// Bytes that are marked and then read: their marks and they stay near the processor.
const PIECE_BYTES: usize = 128 << 10;
/// Bytes from which a row is left to the judge, whose memory does not grow with it.
const HUGE_ROW_BYTES: usize = 4 << 20;
/// Rows are seldom shorter; only memory depends on it.
const LIKELY_ROW_BYTES: usize = 128;
/// Bytes that make a thread of their own worth while.
const THREAD_BYTES: usize = 64 << 10;
/// Threads beyond these are not started, whatever is asked for.
const MOST_THREADS: usize = 64;

/// Where a block stands in the input.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// Which source.
    pub source: u32,
    /// Offset of the block's first byte in the source.
    pub offset: u64,
    /// Line of the block's first byte, from 1.
    pub line: u64,
}

/// How a block is scanned.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Containers that may be open at once.
    pub depth: usize,
    /// Threads among which the block is split.
    pub threads: usize,
    /// How stage one marks bytes.
    pub level: Level,
}

impl Default for Manner {
    fn default() -> Self {
        Self { depth: 64, threads: 1, level: Level::best() }
    }
}

/// What was found in a block.
#[derive(Debug)]
pub struct Scanned {
    /// Bytes that were whole lines; the rest belongs to the next block.
    pub consumed: usize,
    /// Lines in them, blank ones included.
    pub lines: u64,
    /// One for each line that is not blank.
    pub rows: Vec<Row>,
}

impl Scanned {
    /// The rows in bytes, as Python sees them.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.rows.as_flattened().iter().flat_map(|word| word.to_ne_bytes()).collect()
    }
}

/// Is shown all rows of a block, each as soon as it has been read.
pub trait Hear {
    /// The next rows stand in this piece, of which all is ASCII if that is said.
    fn piece(&mut self, piece: &[u8], ascii: bool);

    /// A row: the text that begins with it, its length, what is known of it, and its parts, counted
    /// from its first byte, if it has no others.
    fn row(&mut self, text: &[u8], length: usize, known: &Known, parts: Option<Parts>);
}

/// Nobody hears of a row.
impl Hear for () {
    #[inline]
    fn piece(&mut self, _: &[u8], _: bool) {}

    #[inline]
    fn row(&mut self, _: &[u8], _: usize, _: &Known, _: Option<Parts>) {}
}

/// As [`scan`] by one thread, with somebody who hears of each row.
#[must_use]
pub fn scan_aloud(
    block: &[u8],
    origin: Origin,
    last: bool,
    manner: Manner,
    hear: &mut impl Hear,
) -> Scanned {
    let consumed = whole_lines(block, last);
    let (lines, rows) =
        Reader::new(origin, manner.depth, hear).read(&block[..consumed], manner.level);
    Scanned { consumed, lines, rows }
}

/// Scans the whole lines of a block; in the `last` block also a line without a line feed.
#[must_use]
pub fn scan(block: &[u8], origin: Origin, last: bool, manner: Manner) -> Scanned {
    let consumed = whole_lines(block, last);
    let (lines, rows) = share(&block[..consumed], origin, manner);
    Scanned { consumed, lines, rows }
}

// Splits whole lines among threads. Which line a part begins with is known only when all before it
// have been read, so the rows of the others are moved further down as they are joined.
fn share(block: &[u8], origin: Origin, manner: Manner) -> (u64, Vec<Row>) {
    let threads = manner.threads.min(block.len() / THREAD_BYTES).clamp(1, MOST_THREADS);
    let mut parts = Pieces::new(block, block.len().div_ceil(threads));
    let read = |(start, part): (usize, &[u8])| {
        let offset = origin.offset + start as u64;
        Reader::new(Origin { offset, ..origin }, manner.depth, &mut ()).read(part, manner.level)
    };
    std::thread::scope(|scope| {
        let first = parts.next();
        let others: Vec<_> = parts.map(|part| scope.spawn(move || read(part))).collect();
        let (mut lines, mut rows) = first.map(read).unwrap_or_default();
        for other in others {
            let (more, below) = other.join().unwrap_or_else(|panic| resume_unwind(panic));
            rows.extend(below.into_iter().map(|row| further_down(row, lines)));
            lines += more;
        }
        (lines, rows)
    })
}

/// Reads lines one after another.
struct Reader<'h, H> {
    origin: Origin,
    depth: usize,
    hear: &'h mut H,
    hasher: Hasher,
    lines: u64,
    rows: Vec<Row>,
}

impl<'h, H: Hear> Reader<'h, H> {
    fn new(origin: Origin, depth: usize, hear: &'h mut H) -> Self {
        Self { origin, depth, hear, hasher: Hasher::default(), lines: 0, rows: Vec::new() }
    }

    fn read(mut self, block: &[u8], level: Level) -> (u64, Vec<Row>) {
        self.rows.reserve(block.len() / LIKELY_ROW_BYTES);
        let mut index = Index::new(level);
        for (start, piece) in Pieces::new(block, PIECE_BYTES) {
            if piece.len() > HUGE_ROW_BYTES {
                self.hear.piece(piece, false);
                self.judge(piece, start);
            } else {
                let ascii = index.mark(piece);
                self.hear.piece(piece, ascii);
                let sound = ascii || simdutf8::basic::from_utf8(piece).is_ok();
                self.piece(piece, start, &index, sound);
            }
        }
        (self.lines, self.rows)
    }

    // Reads a piece that stands at `start` of the block; all of it is UTF-8 when it is `sound`.
    fn piece(&mut self, piece: &[u8], start: usize, index: &Index, sound: bool) {
        let mut walker = Walker::new(piece, index);
        while walker.at() < piece.len() {
            walker.space();
            let from = walker.at();
            if let Some((known, parts)) = plain::read(&mut walker, self.depth) {
                let row = &piece[from..walker.at()];
                if walker.end_of_line() && (sound || simdutf8::basic::from_utf8(row).is_ok()) {
                    let parts = parts.map(|parts| parts.from(from));
                    self.hear.row(&piece[from..], row.len(), &known, parts);
                    self.push(&known, start + from, row);
                    self.lines += 1;
                    continue;
                }
            }
            let rest = &piece[from..];
            let line = memchr::memchr(b'\n', rest).map_or(rest, |end| &rest[..=end]);
            self.judge(line, start + from);
            walker.go(from + line.len());
        }
    }

    // Judges a line that stands at `start` of the block, unless it is blank.
    fn judge(&mut self, line: &[u8], start: usize) {
        let span = trim(line);
        if !span.is_empty() {
            let row = &line[span.clone()];
            let known = judge(RowText::new(row), self.depth).into();
            self.hear.row(&line[span.start..], row.len(), &known, None);
            self.push(&known, start + span.start, row);
        }
        self.lines += 1;
    }

    #[inline]
    fn push(&mut self, known: &Known, start: usize, row: &[u8]) {
        let place = Place {
            source: self.origin.source,
            line: u32::try_from(self.origin.line + self.lines).unwrap_or(u32::MAX),
            offset: self.origin.offset + start as u64,
        };
        self.rows.push(pack(known, place, row, &mut self.hasher));
    }
}
