//! What can be said of an address without asking for it: R-MASK-14, R-MASK-15, R-VMASK-3.

/// A number of seconds that is one of milliseconds.
const MILLISECONDS: u64 = 100_000_000_000;

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It has a scheme and a host.
    Sound,
    /// It is not one.
    NoAddress,
    /// It is one that the platform cannot follow, or not when the time comes.
    Fleeting,
    /// It names a file of this machine: both.
    File,
}

/// Looks at an address. `now` are seconds since 1970 by which a signature may have run out; 0 when
/// that is not asked.
#[must_use]
pub fn fate(address: &[u8], now: u64) -> Fate {
    let Some((scheme, rest)) = split(address, b"://") else { return Fate::NoAddress };
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    if !scheme.first().is_some_and(u8::is_ascii_alphabetic) || !scheme.iter().all(word) {
        return Fate::NoAddress;
    }
    let local = scheme.eq_ignore_ascii_case(b"file");
    let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#'));
    if end.unwrap_or(rest.len()) == 0 {
        return if local { Fate::File } else { Fate::NoAddress };
    }
    let closed = [&b"gs"[..], b"s3"].iter().any(|closed| scheme.eq_ignore_ascii_case(closed));
    if local || closed || (now > 0 && runs_out(rest).is_some_and(|end| end <= now)) {
        return Fate::Fleeting;
    }
    Fate::Sound
}

// When a signature runs out, in seconds since 1970, in the spellings of the large stores.
fn runs_out(address: &[u8]) -> Option<u64> {
    let (_, query) = split(address, b"?")?;
    let value = |name: &[u8]| {
        let mut fields = query.split(|byte| *byte == b'&');
        fields
            .find_map(|field| split(field, b"=").filter(|(key, _)| key.eq_ignore_ascii_case(name)))
    };
    if let Some((_, end)) = value(b"Expires") {
        return number(end);
    }
    [(&b"X-Goog-Date"[..], &b"X-Goog-Expires"[..]), (b"X-Amz-Date", b"X-Amz-Expires")]
        .into_iter()
        .find_map(|(start, length)| Some(moment(value(start)?.1)? + number(value(length)?.1)?))
        .or_else(|| moment(value(b"se")?.1))
}

// Some stores write milliseconds; in seconds they would be thousands of years.
fn number(digits: &[u8]) -> Option<u64> {
    let number: u64 = str::from_utf8(digits).ok()?.parse().ok()?;
    Some(if number > MILLISECONDS { number / 1000 } else { number })
}

// A moment as in 20261103T080000Z, also with dashes and colons between, plain or as %3A.
fn moment(text: &[u8]) -> Option<u64> {
    let text = str::from_utf8(text).ok()?.replace("%3A", "").replace("%3a", "");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<u64>().ok();
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let seconds = part(8, 10).unwrap_or(0) * 3600
        + part(10, 12).unwrap_or(0) * 60
        + part(12, 14).unwrap_or(0);
    Some(days(year, month, day)? * 86_400 + seconds)
}

// Days since 1970, counting years from March so that a leap day comes last.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let month = (month + 9) % 12;
    let year = year.checked_sub(month / 10)?;
    let before = year * 365 + year / 4 - year / 100 + year / 400;
    (before + (month * 306 + 5) / 10 + day).checked_sub(719_469)
}

fn split<'b>(bytes: &'b [u8], mark: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = memchr::memmem::find(bytes, mark)?;
    Some((&bytes[..at], &bytes[at + mark.len()..]))
}

#[cfg(test)]
mod tests {
    use super::{Fate, days, fate, runs_out};

    #[test]
    fn an_address_has_a_scheme_and_a_host() {
        for sound in ["https://h/m.png", "http://h", "HTTPS://h:1/a?b#c", "https://h?x"] {
            assert_eq!(fate(sound.as_bytes(), 0), Fate::Sound, "{sound}");
        }
        for none in ["", "m.png", "/m.png", "https:///m.png", "://h", "h ttp://h", "https:h"] {
            assert_eq!(fate(none.as_bytes(), 0), Fate::NoAddress, "{none}");
        }
        for closed in ["gs://b/m.png", "S3://b/m.png", "file://host/m.png"] {
            assert_eq!(fate(closed.as_bytes(), 0), Fate::Fleeting, "{closed}");
        }
        assert_eq!(fate(b"file:///m.png", 0), Fate::File);
    }

    #[test]
    fn a_signature_runs_out() {
        let table = [
            ("h/m?Expires=1000&x=1", Some(1000)),
            ("h/m?a=1&X-Amz-Date=19700102T000001Z&X-Amz-Expires=9", Some(86_410)),
            ("h/m?X-Goog-Date=20000301T000000Z&X-Goog-Expires=0", Some(951_868_800)),
            ("h/m?se=1970-01-01T00%3A01%3A00Z", Some(60)),
            ("h/m?X-Amz-Expires=9", None),
            ("h/m", None),
            ("h/m?Expires=never", None),
            ("h/m?Expires=1626806874672", Some(1_626_806_874)),
        ];
        for (address, end) in table {
            assert_eq!(runs_out(address.as_bytes()), end, "{address}");
        }
        assert_eq!(fate(b"https://h/m?Expires=1000", 999), Fate::Sound);
        assert_eq!(fate(b"https://h/m?Expires=1000", 1000), Fate::Fleeting);
        assert_eq!(fate(b"https://h/m?Expires=1000", 0), Fate::Sound);
    }

    #[test]
    fn days_are_counted_over_leap_years() {
        assert_eq!(days(1970, 1, 1), Some(0));
        assert_eq!(days(2000, 3, 1), Some(11_017));
        assert_eq!(days(2024, 2, 29), Some(19_782));
        assert_eq!(days(1, 1, 1), None);
    }
}
