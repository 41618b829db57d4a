//! Says of one bad row what the scan found, where and what stood there: the slow path.

use crate::code::{Code, Fault};
use crate::path::path_at;
use crate::quote::quote;
use crate::row::{RowText, judge};

/// Characters of a quote.
const QUOTE_CHARACTERS: usize = 80;
/// Characters that are quoted where the grammar breaks and no value ends.
const GLIMPSE_CHARACTERS: usize = 24;

/// The account of one row.
#[derive(Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The verdict, as in the scan.
    pub code: Code,
    /// Offset in the row of what is wrong; 0 when something is missing.
    pub at: usize,
    /// JSON path of the innermost value around it.
    pub path: String,
    /// What stands there, quoted; empty when something is missing.
    pub found: String,
}

/// Explains a row. A good one is explained by [`Code::Ok`], at 0, of `$`.
#[must_use]
pub fn explain(row: &[u8], depth: usize) -> Explanation {
    let text = RowText::new(row);
    let fault = judge(text, depth).fault.unwrap_or_else(|| Fault::here(Code::Ok, 0));
    Explanation {
        code: fault.code,
        at: fault.at,
        path: if fault.code == Code::Bom { "$".into() } else { path_at(text.text, fault.at) },
        found: found(row, fault),
    }
}

fn found(row: &[u8], fault: Fault) -> String {
    if fault.end > fault.at {
        return quote(&String::from_utf8_lossy(&row[fault.at..fault.end]), QUOTE_CHARACTERS);
    }
    match fault.code {
        Code::Ok | Code::DataRowMissing | Code::NoPayload | Code::NameMissing => String::new(),
        _ => {
            let end = row.len().min(fault.at + 4 * GLIMPSE_CHARACTERS);
            quote(&String::from_utf8_lossy(&row[fault.at..end]), GLIMPSE_CHARACTERS)
        }
    }
}
