//! A status file as it comes, piece by piece: what it says of each row, and no more of it than that.

use crate::lines::whole_lines;
use crate::status::{Reader, STATUS_WORDS};
use crate::uuid_sum::UuidSum;

/// What was read so far. Of lines that are no SUCCESS the text is kept, of others none.
#[derive(Default)]
pub struct StatusFile {
    reader: Reader,
    // The beginning of a line whose end has not come.
    begun: Vec<u8>,
    statuses: Vec<u64>,
    lines: Vec<u8>,
    accepted: usize,
    named: usize,
    sum: UuidSum,
}

impl StatusFile {
    /// Reads all lines that end in this piece.
    pub fn feed(&mut self, mut piece: &[u8]) {
        if !self.begun.is_empty() {
            let Some(end) = memchr::memchr(b'\n', piece) else {
                self.begun.extend_from_slice(piece);
                return;
            };
            let (rest, further) = piece.split_at(end + 1);
            self.begun.extend_from_slice(rest);
            self.end();
            piece = further;
        }
        let (lines, begun) = piece.split_at(whole_lines(piece, false));
        self.read(lines);
        self.begun.extend_from_slice(begun);
    }

    /// Reads what was begun, be there a line feed or not.
    pub fn end(&mut self) {
        let mut begun = std::mem::take(&mut self.begun);
        self.read(&begun);
        begun.clear();
        self.begun = begun;
    }

    /// Lines that are not blank.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.statuses.len() / STATUS_WORDS
    }

    /// Lines that say SUCCESS.
    #[must_use]
    pub fn accepted(&self) -> usize {
        self.accepted
    }

    /// The sum of all uuids, if every line says SUCCESS of one.
    #[must_use]
    pub fn uuids(&self) -> Option<UuidSum> {
        (self.named == self.rows()).then_some(self.sum)
    }

    /// Packed STATUSes, and the lines that are no SUCCESS, one behind the other: the places of
    /// STATUSes are in there.
    #[must_use]
    pub fn into_parts(self) -> (Vec<u64>, Vec<u8>) {
        (self.statuses, self.lines)
    }

    fn read(&mut self, block: &[u8]) {
        let Self { reader, statuses, lines, accepted, named, sum, .. } = self;
        reader.read(block, |status, line| {
            let kept = if status.accepted() { &[] } else { line };
            status.pack(lines.len(), kept.len(), statuses);
            lines.extend_from_slice(kept);
            *accepted += usize::from(status.accepted());
            if let Some(uuid) = status.uuid().filter(|_| status.accepted()) {
                sum.add(uuid);
                *named += 1;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::StatusFile;
    use crate::status::STATUS_WORDS;

    const FILE: &str = concat!(
        r#"{"uuid":"73dd0422-8c21-5372-bced-44449b17d66b","status":"SUCCESS"}"#,
        "\r\n\n",
        r#"{"uuid":"73dd0422-8c21-5372-bced-44449b17d66c","status":"FAILURE"}"#,
        "\n nonsense \n",
        r#"{"uuid":"73dd0422-8c21-5372-bced-44449b17d66d","status":"SUCCESS"}"#,
    );

    fn read(pieces: &[&[u8]]) -> StatusFile {
        let mut file = StatusFile::default();
        for piece in pieces {
            file.feed(piece);
        }
        file.end();
        file
    }

    #[test]
    fn where_a_file_is_cut_does_not_matter() {
        let whole = read(&[FILE.as_bytes()]);
        assert_eq!((whole.rows(), whole.accepted(), whole.uuids()), (4, 2, None));
        let failure = r#"{"uuid":"73dd0422-8c21-5372-bced-44449b17d66c","status":"FAILURE"}"#;
        let whole = whole.into_parts();
        assert_eq!(whole.1, [failure, "nonsense"].concat().as_bytes());
        for first in 0..=FILE.len() {
            for second in [first, (first + 7).min(FILE.len()), FILE.len()] {
                let file = FILE.as_bytes();
                let parts = read(&[&file[..first], &file[first..second], &file[second..]]);
                assert_eq!(parts.into_parts(), whole, "{first} {second}");
            }
        }
    }

    #[test]
    fn uuids_are_summed_when_every_line_is_a_success_that_names_one() {
        let lines: Vec<&str> = FILE.lines().filter(|line| line.contains("SUCCESS")).collect();
        let sum = |lines: &[&str]| read(&[lines.join("\n").as_bytes()]).uuids();
        assert!(sum(&lines).is_some());
        assert_eq!(sum(&lines), sum(&[lines[1], lines[0]]));
        assert_ne!(sum(&lines), sum(&[lines[0], lines[0]]));
        assert_eq!(sum(&[lines[0], r#"{"status":"SUCCESS"}"#]), None);
        assert_eq!(sum(&[]), Some(crate::uuid_sum::UuidSum::default()));
    }

    #[test]
    fn a_success_keeps_no_text() {
        let file = read(&[FILE.lines().next().unwrap_or_default().as_bytes()]);
        let (statuses, lines) = file.into_parts();
        assert_eq!((statuses.len(), lines.len()), (STATUS_WORDS, 0));
    }
}
