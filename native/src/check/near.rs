//! Finds the name that was probably meant.

/// How many letters may be wrong, missing or too many.
const FURTHEST: usize = 2;

/// The candidate nearest to `found`: one that differs by case and blanks around it alone, else the
/// first of those with the fewest wrong letters, two at most and fewer than the name has.
#[must_use]
pub fn nearest<'n>(found: &str, candidates: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let distance = distance(found, candidate);
        if distance.is_some_and(|distance| best.is_none_or(|(least, _)| distance < least)) {
            best = distance.map(|distance| (distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

// 0 for names that differ by case and blanks alone.
fn distance(found: &str, candidate: &str) -> Option<usize> {
    let folded = [found, candidate].map(|name| name.trim().to_lowercase());
    if folded[0] == folded[1] {
        return Some(0);
    }
    let [left, right] = folded.map(|name| name.chars().collect::<Vec<_>>());
    let furthest = FURTHEST.min(left.len().min(right.len()).saturating_sub(1));
    if left.len().abs_diff(right.len()) > furthest {
        return None;
    }
    Some(edits(&left, &right)).filter(|edits| *edits <= furthest)
}

// Letters to put in, take out or replace.
fn edits(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, letter) in left.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, other) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_found_and_no_far_one() {
        let names = ["car", "Truck", "traffic light", "a"];
        let table = [
            ("Car", Some("car")),
            (" car ", Some("car")),
            ("TRUCK", Some("Truck")),
            ("truk", Some("Truck")),
            ("cra", Some("car")),
            ("trafic ligth", None),
            ("traffic ligth", Some("traffic light")),
            ("bus", None),
            ("b", None),
            ("", None),
        ];
        for (found, near) in table {
            assert_eq!(nearest(found, names.into_iter()), near, "{found}");
        }
    }

    #[test]
    fn a_name_of_another_case_comes_before_one_of_other_letters() {
        assert_eq!(nearest("CAR", ["cat", "car"].into_iter()), Some("car"));
    }
}
