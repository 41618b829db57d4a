//! Finds the name that was probably meant.

/// How many letters may be wrong, missing or too many.
const FURTHEST: usize = 2;

/// The candidate nearest to `found`: one that differs by case and blanks around it alone, else the
/// first of those with the fewest wrong letters, two at most and fewer than the name has. Costs some
/// steps for each letter of the candidates.
#[must_use]
pub fn nearest<'n>(found: &str, candidates: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    fold(found, &mut left);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        fold(candidate, &mut right);
        let furthest = FURTHEST.min(left.len().min(right.len()).saturating_sub(1));
        let closer = best.map_or(furthest + 1, |(least, _)| least.min(furthest + 1));
        let Some(distance) = closer.checked_sub(1).and_then(|most| edits(&left, &right, most))
        else {
            continue;
        };
        // Most of a short name is wrong then: letters that changed places, if it begins alike.
        let mostly_wrong = 2 * distance > left.len().min(right.len());
        if !mostly_wrong || left.first() == right.first() {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

// The letters of a name, without their case and the blanks around it.
fn fold(name: &str, letters: &mut Vec<char>) {
    letters.clear();
    letters.extend(name.trim().chars().flat_map(char::to_lowercase));
}

// Letters to put in, take out or replace, if they are at most so many. Only the cells of the table
// near its diagonal are looked at, since all others hold more.
fn edits(left: &[char], right: &[char], most: usize) -> Option<usize> {
    if left.len().abs_diff(right.len()) > most {
        return None;
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, letter) in left.iter().enumerate() {
        let near = i.saturating_sub(most)..right.len().min(i + most + 1);
        let mut diagonal = row[near.start];
        row[near.start] = if near.start == 0 { i + 1 } else { most + 1 };
        let mut least = row[near.start];
        for j in near {
            let replaced = diagonal + usize::from(*letter != right[j]);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
            least = least.min(row[j + 1]);
        }
        if least > most {
            return None;
        }
    }
    Some(row[right.len()]).filter(|edits| *edits <= most)
}

#[cfg(test)]
mod tests {
    use super::{edits, nearest};
    use proptest::{prop_assert_eq, proptest};

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
            ("oat", None),
            ("b", None),
            ("", None),
        ];
        for (found, near) in table {
            assert_eq!(nearest(found, names.into_iter()), near, "{found}");
        }
    }

    proptest! {
        #[test]
        fn the_band_holds_what_the_whole_table_holds(
            left in "[ab]{0,9}", right in "[ab]{0,9}", most in 0..4_usize
        ) {
            let [left, right] = [left, right].map(|name| name.chars().collect::<Vec<_>>());
            let whole = whole(&left, &right);
            prop_assert_eq!(edits(&left, &right, most), Some(whole).filter(|all| *all <= most));
        }
    }

    fn whole(left: &[char], right: &[char]) -> usize {
        match (left, right) {
            ([], rest) | (rest, []) => rest.len(),
            ([one, left @ ..], [other, right @ ..]) if one == other => whole(left, right),
            ([_, less @ ..], [_, fewer @ ..]) => {
                1 + whole(less, right).min(whole(left, fewer)).min(whole(less, fewer))
            }
        }
    }

    #[test]
    fn many_long_names_that_differ_little_are_no_trouble() {
        let names: Vec<_> = (0..100_000).map(|n| format!("{}{n:06}", "long ".repeat(40))).collect();
        let found = format!("{}99999x", "long ".repeat(40));
        assert_eq!(nearest(&found, names.iter().map(String::as_str)), Some(names[99_990].as_str()));
        let [one, other] = ["x", "y"].map(|end| "name".repeat(250_000) + end);
        assert_eq!(nearest(&one, [other.as_str()].into_iter()), Some(other.as_str()));
    }

    #[test]
    fn a_name_of_another_case_comes_before_one_of_other_letters() {
        assert_eq!(nearest("CAR", ["cat", "car"].into_iter()), Some("car"));
    }
}
