//! Rows of several tables in the order of their partitions, in time that grows with their bytes.

/// Rows of one width, and the partition of each.
#[derive(Clone, Copy, Debug)]
pub struct Numbered<'b> {
    /// The rows, one behind the other.
    pub rows: &'b [u8],
    /// A number for each, u16, little-endian.
    pub numbers: &'b [u8],
}

/// Puts rows of `width` bytes in the order of their numbers, which are below `count`; those of one
/// number stay in their order. Gives them with how many there are of each number; nothing when the
/// tables do not fit.
#[must_use]
pub fn spread(tables: &[Numbered], width: usize, count: usize) -> Option<(Vec<u8>, Vec<usize>)> {
    let mut counts = vec![0; count];
    for table in tables {
        let numbers = numbers(table);
        if table.numbers.len() % 2 != 0 || numbers.len() * width != table.rows.len() {
            return None;
        }
        for number in numbers {
            *counts.get_mut(number)? += 1;
        }
    }
    let mut places = Vec::with_capacity(count);
    let mut bytes = 0;
    for rows in &counts {
        places.push(bytes);
        bytes += rows * width;
    }
    let mut ordered = vec![0; bytes];
    for table in tables {
        for (row, number) in table.rows.chunks_exact(width).zip(numbers(table)) {
            let place = &mut places[number];
            ordered[*place..*place + width].copy_from_slice(row);
            *place += width;
        }
    }
    Some((ordered, counts))
}

fn numbers(table: &Numbered) -> impl ExactSizeIterator<Item = usize> {
    table.numbers.as_chunks().0.iter().map(|number| usize::from(u16::from_le_bytes(*number)))
}

#[cfg(test)]
mod tests {
    use super::{Numbered, spread};
    use proptest::{collection::vec, prop_assert_eq, proptest};

    fn little(numbers: &[u16]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let table = |rows: &'static [u8], numbers: &'static [u8]| [Numbered { rows, numbers }];
        assert!(spread(&table(b"abc", b"\0\0"), 2, 1).is_none());
        assert!(spread(&table(b"ab", b"\0\0\0"), 2, 1).is_none());
        assert!(spread(&table(b"ab", b"\x01\0"), 2, 1).is_none());
        assert_eq!(spread(&table(b"", b""), 2, 3), Some((vec![], vec![0; 3])));
    }

    proptest! {
        #[test]
        fn it_is_a_stable_sort(numbers in vec(0..5_u16, 0..200), cut in 0..200_usize) {
            let rows: Vec<[u8; 3]> = (0..).zip(&numbers).map(|(at, number)| {
                [at, number.to_le_bytes()[0], 0]
            }).collect();
            let cut = cut.min(rows.len());
            let parts = [(&rows[..cut], &numbers[..cut]), (&rows[cut..], &numbers[cut..])];
            let parts = parts.map(|(rows, numbers)| (rows.as_flattened(), little(numbers)));
            let tables = parts.each_ref().map(|(rows, numbers)| Numbered { rows, numbers });
            let (ordered, counts) = spread(&tables, 3, 5).expect("tables that fit");
            let mut wanted = rows.clone();
            wanted.sort_by_key(|row| row[1]);
            prop_assert_eq!(ordered, wanted.concat());
            for (number, count) in (0..5_u16).zip(counts) {
                prop_assert_eq!(numbers.iter().filter(|one| **one == number).count(), count);
            }
        }
    }
}
