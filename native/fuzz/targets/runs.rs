//! Any bytes as run lengths, as a mask and as a ring: what one writes the other reads.

#![no_main]

use bulkimport_native::mask::coco::{compress, expand};
use bulkimport_native::mask::colours::Colours;
use bulkimport_native::mask::fill::fill;
use bulkimport_native::mask::labels::Columns;
use bulkimport_native::mask::outline::outline;
use bulkimport_native::mask::runs::{decode, encode, sum, unite};
use libfuzzer_sys::fuzz_target;

const MOST_PIXELS: usize = 1 << 20;

fuzz_target!(|data: &[u8]| {
    assert_spelling(data);
    let Some((side, rest)) = data.split_first() else { return };
    let width = usize::from(*side % 64) + 1;
    assert_mask(&rest[..rest.len() / width * width], width);
    assert_filled(rest, width);
});

// A string that is read is written again as it should have been, and read as the same.
fn assert_spelling(text: &[u8]) {
    let Some(counts) = expand(text) else { return };
    let written = compress(&counts);
    assert!(written.len() <= text.len(), "the shortest spelling is written");
    assert_eq!(expand(&written).as_deref(), Some(&counts[..]));
    if let Some(pixels) = sum(&counts).filter(|pixels| *pixels <= MOST_PIXELS) {
        let mask = decode(&counts, pixels).expect("they add up");
        assert_eq!(mask.len(), pixels);
        assert_eq!(decode(&encode(&mask), pixels), Some(mask));
        assert_eq!(decode(&counts, pixels + 1), None);
    }
}

// `lines` of pixels, none or more of them.
fn assert_mask(lines: &[u8], width: usize) {
    let counts = encode(lines);
    let ones: Vec<u8> = lines.iter().map(|pixel| u8::from(*pixel != 0)).collect();
    assert_eq!(decode(&counts, lines.len()).as_deref(), Some(&ones[..]));
    let spelled = compress(&counts);
    assert_eq!(expand(&spelled), Some(counts));
    assert_outline(&ones, width);
    assert_labels(lines, width);
}

// Even-odd over all rings gives the mask back, whichever way they go.
fn assert_outline(mask: &[u8], width: usize) {
    let height = mask.len() / width;
    let mut crossed = vec![0; mask.len()];
    for ring in outline(mask, width) {
        assert!(ring.corners.len() >= 4);
        for (index, [x, y]) in ring.corners.iter().enumerate() {
            let [next_x, next_y] = ring.corners[(index + 1) % ring.corners.len()];
            assert!((*x == next_x) != (*y == next_y), "edges go along pixels");
            // An edge down or up flips all that lies right of it.
            for row in (*y).min(next_y)..(*y).max(next_y) {
                for column in *x as usize..width {
                    crossed[row as usize * width + column] ^= 1;
                }
            }
        }
    }
    assert_eq!((height * width, &crossed[..]), (mask.len(), mask));
}

// The masks of all labels together cover every pixel once, and each is that of its label alone.
fn assert_labels(lines: &[u8], width: usize) {
    let height = lines.len() / width;
    if height == 0 {
        return;
    }
    let mut columns = Columns::new(u32::try_from(width).expect("small"));
    lines.chunks_exact(width).for_each(|line| columns.line::<1>(line));
    let mut colours = Colours::new(256, &[]);
    let masks = columns.finish(&mut colours).expect("a byte has no more labels");
    let down = |place: usize| lines[place % height * width + place / height];
    for mask in &masks {
        let alone: Vec<u8> =
            (0..lines.len()).map(|place| u8::from(u32::from(down(place)) == mask.label)).collect();
        assert_eq!(mask.counts, encode(&alone));
    }
    let pixels = u32::try_from(lines.len()).expect("small");
    let all: Vec<_> = masks.into_iter().map(|mask| mask.counts).collect();
    assert_eq!(unite(&all, pixels), [0, pixels]);
}

// Points of any size: the runs fill the picture, and none but the first is empty.
fn assert_filled(bytes: &[u8], width: usize) {
    let ring: Vec<[f64; 2]> = bytes
        .chunks_exact(8)
        .map(|point| {
            let (x, y) = (&point[..4], &point[4..]);
            [x, y].map(|side| f64::from(f32::from_le_bytes(side.try_into().expect("four"))))
        })
        .filter(|point| point.iter().all(|side| side.is_finite()))
        .collect();
    if ring.len() < 3 {
        return;
    }
    let side = u32::try_from(width).expect("small");
    let counts = fill(&ring, side, side + 1);
    assert_eq!(sum(&counts), Some(width * (width + 1)));
    assert!(counts.iter().skip(1).all(|count| *count > 0));
}
