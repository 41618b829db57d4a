//! Bodies read from real files, against slices of the same bytes.

use bulkimport_native::gather::{
    FILL, FILL_BYTES, OPEN, RANGE_BYTES, Range, Read, at_once, gather, patiently,
};
use std::fs::File;
use std::io::Write;

struct Wanted {
    source: u32,
    offset: u64,
    length: u64,
    fill: Option<u128>,
}

fn plain(source: u32, offset: u64, length: u64) -> Wanted {
    Wanted { source, offset, length, fill: None }
}

fn pack(wanted: &[Wanted]) -> Vec<u8> {
    let mut packed = Vec::new();
    for range in wanted {
        packed.extend(range.offset.to_le_bytes());
        packed.extend(range.length.to_le_bytes());
        packed.extend(range.fill.unwrap_or(0).to_le_bytes());
        packed.extend(range.source.to_le_bytes());
        packed.extend(range.fill.map_or(0, |_| FILL).to_le_bytes());
    }
    assert_eq!(packed.len(), wanted.len() * RANGE_BYTES);
    packed
}

// What was just written lies in memory, so both ways of reading give the same.
fn body(files: &[File], wanted: &[Wanted]) -> Result<Vec<u8>, String> {
    let patient = body_by(files, &pack(wanted), patiently);
    if cfg!(target_os = "linux") && patient.is_ok() {
        assert_eq!(body_by(files, &pack(wanted), at_once), patient);
    }
    patient
}

fn body_by(files: &[File], packed: &[u8], read: Read) -> Result<Vec<u8>, String> {
    let ranges = Range::unpack(packed).expect("whole ranges");
    let mut body = vec![0; ranges.iter().map(Range::body_length).sum()];
    gather(files, &ranges, &mut body, read)
        .map_err(|failure| format!("{} {} {}", failure.source, failure.offset, failure.error))?;
    Ok(body)
}

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("room");
    file
}

// Bytes that do not repeat within a window, so that a wrong place shows.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let byte =
        |at: usize| xxhash_rust::xxh3::xxh3_64_with_seed(&at.to_le_bytes(), seed).to_le_bytes()[0];
    (0..length).map(byte).collect()
}

#[test]
fn behind_an_open_range_no_line_ends() {
    let files = [file(b"abcdef")];
    let mut packed = pack(&[plain(0, 0, 2), plain(0, 2, 1), plain(0, 3, 2)]);
    for range in packed.chunks_exact_mut(RANGE_BYTES).take(2) {
        range[RANGE_BYTES - 4..].copy_from_slice(&OPEN.to_le_bytes());
    }
    assert_eq!(body_by(&files, &packed, patiently).as_deref(), Ok(&b"abcde\n"[..]));
    assert_eq!(body_by(&files, &packed[..RANGE_BYTES], patiently).as_deref(), Ok(&b"ab"[..]));
}

#[test]
fn what_lies_behind_the_end_is_not_read_at_once() {
    let files = [file(b"abc")];
    assert!(body_by(&files, &pack(&[plain(0, 0, 4)]), at_once).is_err());
}

#[test]
fn ranges_come_in_the_order_they_were_asked_for() {
    let contents = [noise(400_000, 1), noise(70_000, 2)];
    let files = contents.each_ref().map(|bytes| file(bytes));
    let wanted = [
        plain(0, 300_000, 10),
        plain(0, 0, 300_000),
        plain(1, 100, 7),
        plain(0, 10, 20),
        plain(1, 0, 70_000),
        plain(0, 15, 20),
        plain(0, 399_999, 1),
        plain(1, 69_000, 0),
        plain(0, 60_000, 50),
        plain(0, 69_000, 50),
    ];
    let expected: Vec<u8> = wanted
        .iter()
        .flat_map(|range| {
            let start = usize::try_from(range.offset).expect("small");
            let end = start + usize::try_from(range.length).expect("small");
            [&contents[range.source as usize][start..end], b"\n"].concat()
        })
        .collect();
    assert_eq!(body(&files, &wanted).expect("readable"), expected);
    assert_eq!(body(&files, &[]).expect("readable"), b"");
}

#[test]
fn a_uuid_is_filled_in_behind_the_brace() {
    let bits = 0x73dd_0422_8c21_5372_bced_4444_9b17_d66b;
    let uuid = r#""uuid":"73dd0422-8c21-5372-bced-44449b17d66b""#;
    let table = [
        (r#"{"name":"n"}"#, format!(r#"{{{uuid},"name":"n"}}"#)),
        (r#"{ "name":null}"#, format!(r#"{{{uuid}, "name":null}}"#)),
        (
            r#"{"name":"n", "uuid": null }"#,
            format!(r#"{{"name":"n", {}{} }}"#, uuid.replace(':', ": "), " ".repeat(12)),
        ),
    ];
    for (row, filled) in table {
        let wanted = Wanted { fill: Some(bits), ..plain(0, 0, row.len() as u64) };
        let body = body(&[file(row.as_bytes())], &[wanted]).expect("readable");
        assert_eq!(String::from_utf8_lossy(&body), filled.clone() + "\n");
        assert_eq!(body.len(), row.len() + FILL_BYTES + 1);
        serde_json::from_slice::<serde::de::IgnoredAny>(&body).expect("still JSON");
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    let files = [file(b"[1]"), file(b"{}")];
    let fill = |source| Wanted { fill: Some(0), ..plain(source, 0, 2) };
    let table = [
        (plain(0, 2, 2), "0 2 the source ends too early"),
        (plain(1, 9, 1), "1 9 the source ends too early"),
        (plain(2, 0, 1), "2 0 no descriptor"),
        (fill(0), "0 0 no row begins here"),
    ];
    for (wanted, failure) in table {
        assert_eq!(body(&files, &[wanted]).expect_err("unreadable"), failure);
    }
    assert!(Range::unpack(&[0; RANGE_BYTES + 1]).is_none());
}
