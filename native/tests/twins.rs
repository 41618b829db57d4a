//! The scan, by every level of SIMD and any number of threads, says what the judge says alone.

use bulkimport_native::scan::{Manner, Origin, Scanned, scan};
use made::{line, runner};
use proptest::collection;
use twin::assert_twins;

mod made;
mod twin;

#[test]
fn made_and_damaged_rows_are_read_as_the_judge_reads_them() {
    let outcome = runner(20_000).run(&collection::vec(line(), 1..5), |lines| {
        assert_twins(&lines.join(&b'\n'), true, 64, 1);
        Ok(())
    });
    outcome.expect("twins");
}

#[test]
fn any_limit_of_depth_is_kept_alike() {
    let outcome = runner(1000).run(&(line(), 0..9_usize), |(line, depth)| {
        assert_twins(&line, true, depth, 1);
        Ok(())
    });
    outcome.expect("twins");
    for depth in [0, 1, 2, 3, 62, 63, 64, 65, 66, 67, 1024, usize::MAX] {
        for nested in [1, 2, 61, 62, 63, 64, 65, 66, 1022, 1023, 1024] {
            let value = format!("{}{}", "[".repeat(nested), "]".repeat(nested));
            let row =
                format!(r#"{{"dataRow":{{"id":"a","x":{value}}},"name":"n","line":{value}}}"#);
            assert_twins(row.as_bytes(), true, depth, 1);
        }
    }
}

#[test]
fn no_alignment_matters() {
    let outcome = runner(40).run(&collection::vec(line(), 2..5), |lines| {
        let text = lines.join(&b'\n');
        for blanks in 0..=64 {
            assert_twins(&[&b" ".repeat(blanks), &text[..]].concat(), true, 64, 1);
        }
        Ok(())
    });
    outcome.expect("twins");
}

#[test]
fn no_cut_matters() {
    let outcome = runner(60).run(&collection::vec(line(), 1..4), |lines| {
        let text = lines.join(&b'\n');
        for cut in 0..=text.len() {
            assert_twins(&text[..cut], false, 64, 1);
            assert_twins(&text[cut..], true, 64, 1);
        }
        Ok(())
    });
    outcome.expect("twins");
}

#[test]
fn large_blocks_are_split_into_pieces_and_among_threads_without_a_seam() {
    let outcome = runner(8).run(&collection::vec(line(), 20..60), |lines| {
        let text = lines.join(&b'\n');
        let block = [&text[..], b"\n"].concat().repeat(700_000 / (text.len() + 1));
        for threads in [1, 2, 3, 7] {
            assert_twins(&block, false, 64, threads);
        }
        Ok(())
    });
    outcome.expect("twins");
}

#[test]
fn rows_larger_than_a_piece_are_read_whole() {
    let point = r#"{"x":1.5,"y":22},"#;
    for length in [127 << 10, 128 << 10, 129 << 10, 5 << 20] {
        let list = point.repeat(length / point.len());
        let row = format!(r#"{{"dataRow":{{"id":"a"}},"name":"n","line":[{list}{{}}]}}"#);
        let block = format!("{row}\n\n{{}}\n{row}\n{row}");
        for threads in [1, 2, 5] {
            assert_twins(block.as_bytes(), false, 64, threads);
            assert_twins(block.as_bytes(), true, 64, threads);
        }
    }
}

#[test]
fn long_strings_and_numbers_are_seen_to_their_end() {
    for length in 0..200 {
        let (text, digits) = ("s".repeat(length), "7".repeat(length));
        for value in [
            format!("\"{text}\""),
            format!("\"{text}\\n{text}\""),
            format!("\"{text}"),
            format!("\"{text}\u{1}\""),
            format!("-{digits}"),
            format!("{digits}.{digits}"),
            format!("0.{digits}e{digits}"),
            format!("{digits}.{digits}.1"),
        ] {
            let row = format!(r#"{{"dataRow":{{"id":"{text}k"}},"name":"n","line":[{value}]}}"#);
            assert_twins(row.as_bytes(), true, 64, 1);
            assert_twins(format!("{row}\n{row}").as_bytes(), true, 64, 1);
        }
    }
}

#[test]
fn line_numbers_end_at_32_bits_in_every_thread() {
    let origin = Origin { source: 0, offset: 0, line: u64::from(u32::MAX) - 10_000 };
    let block = b"1\n".repeat(300_000);
    let [one, two] = [1, 2].map(|threads| {
        let manner = Manner { threads, ..Manner::default() };
        let Scanned { lines, rows, .. } = scan(&block, origin, true, manner);
        (lines, rows)
    });
    assert_eq!(one, two);
    assert_eq!(one.1.last().map(|row| u64::from_le(row[10]) & 0xffff_ffff), Some(0xffff_ffff));
}
