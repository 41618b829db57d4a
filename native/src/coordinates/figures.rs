//! Writes a number as the shortest JSON that reads back the same; whole ones as integers.

/// Below this every whole double is exact, and reads well as an integer.
const WHOLE: f64 = 1e15;

/// Appends `value`, which is finite. Never allocates but to grow `out`.
#[inline]
pub fn figures(value: f64, out: &mut Vec<u8>) {
    if value.abs() < WHOLE {
        #[expect(clippy::cast_possible_truncation, reason = "compared with what it was")]
        let whole = value as i64;
        #[expect(clippy::cast_precision_loss, reason = "below 2 to the 53rd all are exact")]
        let same = (whole as f64).to_bits() == value.to_bits() || value == 0.0;
        if same {
            return out.extend_from_slice(itoa::Buffer::new().format(whole).as_bytes());
        }
    }
    out.extend_from_slice(zmij::Buffer::new().format_finite(value).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::figures;
    use proptest::prelude::{
        ProptestConfig, any, prop_assert, prop_assert_eq, prop_oneof, proptest,
    };
    use proptest::strategy::Strategy;

    fn written(value: f64) -> String {
        let mut out = Vec::new();
        figures(value, &mut out);
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn whole_numbers_are_integers() {
        let table = [
            (0.0, "0"),
            (-0.0, "0"),
            (3.0, "3"),
            (-12.0, "-12"),
            (0.1, "0.1"),
            (0.1 + 0.2, "0.30000000000000004"),
            (999_999_999_999_999.0, "999999999999999"),
            (1.5, "1.5"),
            (-0.25, "-0.25"),
        ];
        for (value, text) in table {
            assert_eq!(written(value), text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn what_is_written_reads_back_the_same(
            value in prop_oneof![any::<f64>().prop_filter("finite", |v| v.is_finite()), -1e5..1e5]
        ) {
            let text = written(value);
            prop_assert!(serde_json::from_str::<serde_json::Number>(&text).is_ok());
            prop_assert_eq!(text.parse::<f64>(), Ok(value));
            let shortest = format!("{value:e}");
            let digits = |text: &str| {
                let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
                let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
                digits.trim_matches('0').len()
            };
            prop_assert_eq!(digits(&text), digits(&shortest));
        }
    }
}
