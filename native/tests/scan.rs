//! The scan over whole blocks: what stands in a ROW, at every cut, of good rows and bad.

use bulkimport_native::code::Code;
use bulkimport_native::explain::explain;
use bulkimport_native::key::{Hasher, Tag, halves, key_hash};
use bulkimport_native::kind::Kind;
use bulkimport_native::row::{
    HAS_BENCHMARK, HAS_KEY, HAS_NAME, HAS_UUID, KEY_IS_ID, NAME_IS_SCHEMA_ID, Row,
};
use bulkimport_native::scan::{self, Manner, Origin, Scanned};

const START: Origin = Origin { source: 7, offset: 0, line: 1 };

/// A ROW as Python sees it.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    words: Vec<u64>,
    offset: u64,
    length: u32,
    source: u32,
    line: u32,
    code: u16,
    kind: u8,
    flags: u8,
}

fn unpack(rows: &[Row]) -> Vec<Seen> {
    let low = |word: u64| u32::try_from(word & u64::from(u32::MAX)).expect("a half");
    let row = |row: &Row| {
        let [_, _, _, _, _, _, _, _, offset, extent, verdict] = row.map(u64::from_le);
        let [_, _, _, _, code @ .., kind, flags] = verdict.to_le_bytes();
        Seen {
            words: row[..8].to_vec(),
            offset,
            length: low(extent),
            source: low(extent >> 32),
            line: low(verdict),
            code: u16::from_le_bytes(code),
            kind,
            flags,
        }
    };
    rows.iter().map(row).collect()
}

fn scan(block: &[u8], origin: Origin, last: bool) -> Scanned {
    scan::scan(block, origin, last, Manner::default())
}

fn one(row: &str) -> Seen {
    unpack(&scan(row.as_bytes(), START, true).rows).pop().expect("a row")
}

#[test]
fn a_row_says_all_that_is_known_of_it() {
    let row = concat!(
        r#"{"uuid":"{0F}0E0D0C0B0A09080706050403020100","dataRow":{"globalKey":"Caf\u00c9"},"#,
        r#""name":"c\u0061r","isBenchmarkReferenceLabel":true,"polygon":[]}"#
    );
    let seen = one(&format!(" \t{row} \r\n"));
    let mut words = halves(key_hash(Tag::GlobalKey, "café")).to_vec();
    words.extend([0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908]);
    words.extend([0, 0]);
    words.push(Hasher::default().spelling(Tag::Name, b"car"));
    words.push(Hasher::default().spelling(Tag::GlobalKey, "CafÉ".as_bytes()));
    let flags = HAS_KEY | HAS_UUID | HAS_NAME | HAS_BENCHMARK;
    let length = u32::try_from(row.len()).expect("short");
    let kind = Kind::Polygon.number();
    assert_eq!(seen, Seen { words, offset: 2, length, source: 7, line: 1, code: 0, kind, flags });
}

#[test]
fn only_a_row_without_a_uuid_is_hashed_whole() {
    let uuid = r#""uuid":"0f0e0d0c-0b0a-0908-0706-050403020100","#;
    let bare = r#"{"dataRow":{"id":"a"},"name":"n","bbox":{}}"#;
    let content = halves(xxhash_rust::xxh3::xxh3_128(bare.as_bytes()));
    assert_eq!(one(bare).words[4..6], content);
    assert_eq!(one(&bare.replacen('{', &format!("{{{uuid}"), 1)).words[4..6], [0, 0]);
}

#[test]
fn a_feature_without_a_name_is_known_by_its_schema_id() {
    let id = "s".repeat(25);
    let seen = one(&format!(r#"{{"dataRow":{{"id":"a"}},"schemaId":"{id}","bbox":{{}}}}"#));
    assert_eq!(seen.flags, HAS_KEY | KEY_IS_ID | HAS_NAME | NAME_IS_SCHEMA_ID);
    assert_eq!(seen.words[6], Hasher::default().spelling(Tag::SchemaId, id.as_bytes()));
    let both = one(&format!(r#"{{"dataRow":{{}},"name":"n","schemaId":"{id}","bbox":{{}}}}"#));
    assert_eq!(both.flags, HAS_NAME);
}

#[test]
fn what_is_unknown_is_zero() {
    let seen = one(r#"{"dataRow":{"id":"a"},"masks":{}}"#);
    assert_eq!((seen.code, seen.flags), (0, HAS_KEY | KEY_IS_ID));
    assert_eq!((&seen.words[2..4], seen.words[6]), (&[0, 0][..], 0));
    let broken = one("nonsense");
    assert_eq!((broken.code, broken.flags), (Code::NotJson.number(), 0));
    assert_eq!(&broken.words[..4], [0; 4]);
}

#[test]
fn a_bad_row_keeps_the_key_that_was_sound_before_the_fault() {
    let table = [
        (r#"{"dataRow":{"id":"a"},"name":tru"#, true),
        (r#"{"dataRow":{"id":"a"},"name":"\ud800"}"#, true),
        (r#"{"dataRow":{"id":"a"},"bbox":1}"#, true),
        (r#"{"dataRow":{"id":"a"}"#, true),
        ("\u{feff}{\"dataRow\":{\"id\":\"a\"}}", true),
        (r#"{"name":tru,"dataRow":{"id":"a"}}"#, false),
        (r#"{"dataRow":{"id":"a""#, false),
        (r#"{"dataRow":{"id":"a","globalKey":"b"}}"#, false),
        (r#"{"dataRow":{"id":"a"},"dataRow":{"id":"a"}}"#, false),
    ];
    for (row, known) in table {
        let seen = one(row);
        assert_ne!(seen.code, 0, "{row}");
        assert_eq!(seen.flags & HAS_KEY != 0, known, "{row}");
        let key = if known { halves(key_hash(Tag::Id, "a")) } else { [0, 0] };
        assert_eq!(seen.words[..2], key, "{row}");
    }
    let bytes = b"{\"dataRow\":{\"id\":\"a\"},\"name\":\"\xff\"}";
    let seen = &unpack(&scan(bytes, START, true).rows)[0];
    assert_eq!((seen.code, seen.flags & HAS_KEY), (Code::Utf8.number(), HAS_KEY));
}

fn mixed() -> Vec<u8> {
    let mut block = "\u{feff}{}\r\n\n".as_bytes().to_vec();
    block.extend("{\"dataRow\":{\"globalKey\":\"é\"},\"name\":\"n\",\"bbox\":{}}\n".as_bytes());
    block.extend(b" \t\r\n {\"dataRow\":{\"id\":\"a\"},\"uuid\":7}\n\xff\xfe\n[1,\0]\n");
    block.extend("\n\"é\"".as_bytes());
    block
}

#[test]
fn cut_anywhere_a_file_gives_the_same_rows() {
    let block = mixed();
    let whole = scan(&block, START, true);
    assert_eq!((whole.consumed, whole.lines), (block.len(), 9));
    let lines: Vec<_> = unpack(&whole.rows).iter().map(|row| row.line).collect();
    assert_eq!(lines, [1, 3, 5, 6, 7, 9]);
    for cut in 0..=block.len() {
        let first = scan(&block[..cut], START, false);
        let offset = first.consumed as u64;
        let rest = Origin { source: 7, offset, line: 1 + first.lines };
        let second = scan(&block[first.consumed..], rest, true);
        assert_eq!([first.rows, second.rows].concat(), whole.rows, "{cut}");
        assert_eq!(first.lines + second.lines, whole.lines, "{cut}");
    }
}

#[test]
fn the_slow_path_gives_the_verdict_of_the_scan() {
    let block = mixed();
    for row in unpack(&scan(&block, START, true).rows) {
        let start = usize::try_from(row.offset).expect("small");
        let bytes = &block[start..start + row.length as usize];
        assert_eq!(explain(bytes, 64).code.number(), row.code);
    }
}

#[test]
fn places_go_on_from_where_the_block_stands() {
    let origin = Origin { source: 1, offset: 5 << 32, line: u64::from(u32::MAX) - 1 };
    let rows = unpack(&scan(b"1\n2\n3\n", origin, true).rows);
    let places: Vec<_> = rows.iter().map(|row| (row.line, row.offset)).collect();
    let far = 5 << 32;
    assert_eq!(places, [(u32::MAX - 1, far), (u32::MAX, far + 2), (u32::MAX, far + 4)]);
}

#[test]
fn nothing_in_nothing_out() {
    for last in [false, true] {
        let scanned = scan(b"", START, last);
        assert_eq!((scanned.consumed, scanned.lines, scanned.rows.len()), (0, 0, 0));
    }
}
