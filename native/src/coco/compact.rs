//! JSON without the blanks between its tokens; nothing else is changed, no digit and no escape.

use memchr::memchr2;

/// Writes a value that was read without a fault to `to`, in place of what was there.
pub fn compact(text: &str, to: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    to.clear();
    to.reserve(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        while let Some(byte) = bytes.get(at).filter(|byte| !is_blank(**byte)) {
            at = if *byte == b'"' { behind_string(bytes, at) } else { at + 1 };
        }
        to.extend_from_slice(&bytes[start..at]);
        while bytes.get(at).is_some_and(|byte| is_blank(*byte)) {
            at += 1;
        }
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn behind_string(bytes: &[u8], quote: usize) -> usize {
    let mut at = quote + 1;
    while let Some(found) = memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
        at += found;
        if bytes[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::compact;

    fn compacted(text: &str) -> String {
        let mut to = b"before".to_vec();
        compact(text, &mut to);
        String::from_utf8(to).unwrap_or_default()
    }

    #[test]
    fn blanks_go_but_not_those_in_strings() {
        let text = "{ \"a b\" :\t[ 1.0 ,\r\n 2e1 ],\"q\\\" \" : \" \\\\\" }";
        assert_eq!(compacted(text), "{\"a b\":[1.0,2e1],\"q\\\" \":\" \\\\\"}");
    }

    #[test]
    fn what_has_no_blanks_stays() {
        assert_eq!(compacted("{\"a\":[]}"), "{\"a\":[]}");
        assert_eq!(compacted(""), "");
    }
}
