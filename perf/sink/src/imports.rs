//! The imports that were taken: their names, and the uuid of every row.

use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::{Arc, PoisonError, RwLock};

const LINE: &str = "{\"uuid\":\"00000000-0000-0000-0000-000000000000\",\"dataRow\":{\"id\":\"cm000000000000000000000000\"},\"status\":\"SUCCESS\"}\n";
const UUID_AT: usize = 9;
const LINES_AT_ONCE: usize = 2_048;

/// The places of the 32 digits among the 36 characters of a uuid.
const PLACES: [usize; 32] = {
    let mut places = [0; 32];
    let (mut digit, mut at) = (0, 0);
    while digit < 32 {
        if at == 8 || at == 13 || at == 18 || at == 23 {
            at += 1;
        }
        places[digit] = at;
        digit += 1;
        at += 1;
    }
    places
};

/// One import; its id is its place in the list.
#[derive(Clone)]
struct Import {
    name: String,
    uuids: Arc<Vec<u128>>,
}

/// All imports, by number and by name; of two of one name the later one is known.
#[derive(Default)]
pub struct Imports {
    all: RwLock<(Vec<Import>, HashMap<String, usize>)>,
}

impl Imports {
    /// Keeps an import and returns its number.
    pub fn add(&self, name: &str, uuids: Vec<u128>) -> usize {
        let mut all = self.all.write().unwrap_or_else(PoisonError::into_inner);
        let number = all.0.len();
        all.0.push(Import { name: name.to_owned(), uuids: Arc::new(uuids) });
        all.1.insert(name.to_owned(), number);
        number
    }

    /// The number of the import of this name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.all.read().unwrap_or_else(PoisonError::into_inner).1.get(name).copied()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.all.read().unwrap_or_else(PoisonError::into_inner).0.len()
    }

    /// An import as GraphQL shows it: RUNNING right after it was made, FINISHED to whoever asks.
    pub fn show(&self, number: usize, base: &str, project: &Value, finished: bool) -> Value {
        let name = self.get(number).map(|import| import.name);
        let files = |kind: &str| finished.then(|| format!("{base}/{kind}/{number}"));
        json!({
            "id": format!("import-{number}"),
            "name": name,
            "state": if finished { "FINISHED" } else { "RUNNING" },
            "progress": if finished { "100%" } else { "0%" },
            "inputFileUrl": format!("{base}/input/{number}"),
            "statusFileUrl": files("status"),
            "errorFileUrl": files("error"),
            "project": project,
        })
    }

    /// How many bytes the status file of an import has, if there is one.
    pub fn status_length(&self, number: usize) -> Option<usize> {
        self.get(number).map(|import| import.uuids.len() * LINE.len())
    }

    /// Writes one SUCCESS line for each row.
    pub fn write_status(&self, number: usize, out: &mut impl Write) -> io::Result<()> {
        let Some(import) = self.get(number) else { return Ok(()) };
        let mut page = LINE.repeat(LINES_AT_ONCE.min(import.uuids.len())).into_bytes();
        for some in import.uuids.chunks(LINES_AT_ONCE) {
            for (line, uuid) in page.chunks_exact_mut(LINE.len()).zip(some) {
                write_uuid(&mut line[UUID_AT..], *uuid);
            }
            out.write_all(&page[..some.len() * LINE.len()])?;
        }
        Ok(())
    }

    fn get(&self, number: usize) -> Option<Import> {
        self.all.read().unwrap_or_else(PoisonError::into_inner).0.get(number).cloned()
    }
}

fn write_uuid(text: &mut [u8], uuid: u128) {
    for (pair, byte) in uuid.to_be_bytes().into_iter().enumerate() {
        text[PLACES[2 * pair]] = b"0123456789abcdef"[usize::from(byte >> 4)];
        text[PLACES[2 * pair + 1]] = b"0123456789abcdef"[usize::from(byte & 15)];
    }
}
