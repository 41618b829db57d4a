//! Splits a block of NDJSON into its lines that are not blank.
//!
//! A raw line feed is never legal inside a JSON string, so a split at LF needs no look inside.

use std::ops::Range;

/// A line that is not blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// How many lines stand before it in the block, blank ones included.
    pub before: u64,
    /// Its bytes in the block, without white space around them.
    pub span: Range<usize>,
}

/// How many bytes of the block are whole lines; all of them in the `last` block.
#[must_use]
pub fn whole_lines(block: &[u8], last: bool) -> usize {
    if last {
        return block.len();
    }
    memchr::memrchr(b'\n', block).map_or(0, |at| at + 1)
}

/// Pieces of whole lines with their places in the block, each of at most so many bytes, or else one
/// line.
#[derive(Clone, Debug)]
pub struct Pieces<'b> {
    block: &'b [u8],
    at: usize,
    most: usize,
}

impl<'b> Pieces<'b> {
    /// Stands before the first piece of at most `most` bytes.
    #[must_use]
    pub fn new(block: &'b [u8], most: usize) -> Self {
        Self { block, at: 0, most }
    }
}

impl<'b> Iterator for Pieces<'b> {
    type Item = (usize, &'b [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (start, rest) = (self.at, &self.block[self.at..]);
        let length = length_of_lines(rest, self.most);
        self.at += length;
        (length > 0).then_some((start, &rest[..length]))
    }
}

fn length_of_lines(rest: &[u8], most: usize) -> usize {
    let Some((head, tail)) = rest.split_at_checked(most) else { return rest.len() };
    match memchr::memrchr(b'\n', head) {
        Some(at) => at + 1,
        None => memchr::memchr(b'\n', tail).map_or(rest.len(), |at| most + at + 1),
    }
}

/// The lines of a block that ends with a line, and how many there are with the blank ones.
#[derive(Debug)]
pub struct Lines<'b> {
    block: &'b [u8],
    at: usize,
    seen: u64,
}

impl<'b> Lines<'b> {
    /// Stands before the first line.
    #[must_use]
    pub fn new(block: &'b [u8]) -> Self {
        Self { block, at: 0, seen: 0 }
    }

    /// How many lines were passed, blank ones included.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.seen
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        while self.at < self.block.len() {
            let start = self.at;
            let rest = &self.block[start..];
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            self.at = (start + length + 1).min(self.block.len());
            self.seen += 1;
            let span = trim(&rest[..length]);
            if !span.is_empty() {
                let span = start + span.start..start + span.end;
                return Some(Line { before: self.seen - 1, span });
            }
        }
        None
    }
}

/// The bytes of a line without the white space around them.
#[must_use]
pub fn trim(line: &[u8]) -> Range<usize> {
    let ink = |byte: &u8| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let start = line.iter().position(ink).unwrap_or(line.len());
    let end = line.iter().rposition(ink).map_or(start, |last| last + 1);
    start..end
}

#[cfg(test)]
mod tests {
    use super::{Lines, whole_lines};

    fn split(block: &[u8]) -> (Vec<(u64, &[u8])>, u64) {
        let mut lines = Lines::new(block);
        let found = lines.by_ref().map(|line| (line.before, &block[line.span])).collect();
        (found, lines.seen())
    }

    #[test]
    fn lines_are_trimmed_counted_and_dropped_when_blank() {
        assert_eq!(split(b""), (vec![], 0));
        assert_eq!(split(b"\n"), (vec![], 1));
        assert_eq!(split(b"a"), (vec![(0, b"a".as_slice())], 1));
        assert_eq!(split(b"a\n"), (vec![(0, b"a".as_slice())], 1));
        let found = split(b" a\t\r\n\r\n \n\n{ }\n x");
        assert_eq!(found.0, vec![(0, b"a".as_slice()), (4, b"{ }"), (5, b"x")]);
        assert_eq!(found.1, 6);
    }

    #[test]
    fn other_white_space_is_not_blank() {
        assert_eq!(split("\u{a0}\u{b}".as_bytes()).0.len(), 1);
    }

    #[test]
    fn an_unfinished_line_is_left_for_the_next_block_unless_it_is_the_last() {
        let table = [(&b""[..], 0, 0), (b"a", 0, 1), (b"a\n", 2, 2), (b"a\nb", 2, 3)];
        for (block, more, last) in table {
            assert_eq!(whole_lines(block, false), more);
            assert_eq!(whole_lines(block, true), last);
        }
    }
}
