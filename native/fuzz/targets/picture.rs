//! Any bytes as a PNG, read three ways: no panic, no more than the limits, and the three agree.

#![no_main]

use bulkimport_native::mask::colours::{Colours, Extent};
use bulkimport_native::mask::picture::{Fault, Limits, MOST_SIDE};
use bulkimport_native::mask::read::{Read, Wanted, read};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;

const PIXELS: u64 = 1 << 16;
const LIMITS: Limits = Limits { pixels: PIXELS, bytes: 1 << 20 };
const MOST: usize = 1 << 16;
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

fuzz_target!(|data: &[u8]| {
    read_all(data);
    // Few inputs begin as a PNG does; with its first bytes in front all of them are looked into.
    read_all(&[SIGNATURE, data].concat());
});

fn read_all(png: &[u8]) {
    let ask = |wanted, most| read(png, wanted, LIMITS, most, &[7]);
    let pixels = match ask(Wanted::Pixels, MOST) {
        Ok(read) => read,
        Err(fault) => {
            assert_told(&fault, png);
            let same = |wanted| ask(wanted, MOST).err().is_some_and(|other| other == fault);
            assert!(same(Wanted::Colours) && same(Wanted::Masks), "{fault:?}");
            return;
        }
    };
    let labels = labels(&pixels);
    let width = pixels.header.width as usize;
    let counted = count(&labels, width);
    let colours = ask(Wanted::Colours, MOST).expect("it was read before");
    assert_eq!(extents(&colours.colours), counted);
    assert!(!colours.colours.overflowed);
    let masks = ask(Wanted::Masks, MOST).expect("it was read before");
    assert_eq!(extents(&masks.colours), counted);
    assert_masks(&masks, &labels, width);
    let few = ask(Wanted::Colours, 1).expect("it was read before").colours;
    let wanted = usize::from(counted.contains_key(&7));
    assert_eq!(few.overflowed, counted.len() > wanted + 1);
    assert_eq!(few.found().iter().any(|(label, _)| *label == 7), wanted == 1);
}

fn assert_told(fault: &Fault, png: &[u8]) {
    let (name, found) = fault.told();
    assert!(!found.is_empty() && found.len() < 500, "{name}: {found}");
    let cut = SIGNATURE.starts_with(png) && !png.is_empty();
    assert_eq!(name == "not-png", !png.starts_with(SIGNATURE) && !cut);
}

fn labels(read: &Read) -> Vec<u32> {
    let header = read.header;
    assert!(u64::from(header.width) * u64::from(header.height) <= PIXELS);
    assert!(header.width.max(header.height) <= MOST_SIDE);
    let pixels = header.width as usize * header.height as usize;
    assert_eq!(read.pixels.len(), pixels * header.size());
    let label = |bytes: &[u8]| bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
    read.pixels.chunks_exact(header.size()).map(label).collect()
}

type Told = (u64, [u32; 4]);

fn count(labels: &[u32], width: usize) -> BTreeMap<u32, Told> {
    let mut counted: BTreeMap<u32, Told> = BTreeMap::new();
    for (place, label) in labels.iter().enumerate() {
        let (x, y) = ((place % width) as u32, (place / width) as u32);
        let (count, sides) = counted.entry(*label).or_insert((0, [x, y, x + 1, y + 1]));
        *count += 1;
        *sides = [sides[0].min(x), sides[1].min(y), sides[2].max(x + 1), sides[3].max(y + 1)];
    }
    counted
}

fn extents(colours: &Colours) -> BTreeMap<u32, Told> {
    let told = |one: Extent| (one.count, [one.left, one.top, one.right, one.bottom]);
    colours.found().into_iter().map(|(label, one)| (label, told(one))).collect()
}

// Column by column, as COCO has it: the masks are apart, and each pixel is in that of its label.
fn assert_masks(read: &Read, labels: &[u32], width: usize) {
    let height = labels.len() / width;
    let mut seen = vec![None; labels.len()];
    for mask in read.masks.as_ref().expect("as many labels as pixels") {
        let mut place = 0;
        for (index, count) in mask.counts.iter().enumerate() {
            for place in place..place + *count as usize {
                if index % 2 == 1 {
                    let own = &mut seen[place % height * width + place / height];
                    assert_eq!(own.replace(mask.label), None);
                }
            }
            place += *count as usize;
        }
        assert_eq!(place, labels.len());
    }
    assert!(seen.iter().zip(labels).all(|(seen, label)| *seen == Some(*label)));
}
