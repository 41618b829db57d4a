//! Takes the coordinates of boxes, polygons, lines and points out of good rows.

use super::spot::{Corner, Span, Spot};
use crate::check::geometry::{BOX, POINT};
use crate::check::spelling::unescape;
use crate::check::tokens::{Key, Tokens, head};
use crate::check::word::Word;

/// All coordinates of a block, in the order in which they are spelled.
#[derive(Default)]
pub struct Coordinates {
    /// The bits of each point's x.
    pub x: Vec<u64>,
    /// The bits of each point's y.
    pub y: Vec<u64>,
    /// Where each point is spelled.
    pub spots: Vec<Spot>,
    /// Where the points of each row start, and behind the last.
    pub starts: Vec<u64>,
    /// Numbers of the rows with a geometry that cannot be read: none of their points is here.
    pub broken: Vec<u64>,
    geometries: u32,
}

/// Finds the coordinates of the good rows among `spans`. Allocates for a row only when its keys
/// are escaped.
#[must_use]
pub fn find(block: &[u8], spans: &[Span]) -> Coordinates {
    let mut found = Coordinates::default();
    found.starts.reserve(spans.len() + 1);
    for (number, span) in (0..).zip(spans) {
        let before = found.x.len();
        found.starts.push(before as u64);
        if span.placed {
            let mut walk = Walk { tokens: Tokens::new(block), found: &mut found, sound: true };
            walk.tokens.at = span.start;
            walk.row();
            if !walk.sound {
                found.cut(before);
                found.broken.push(number);
            }
        }
    }
    found.starts.push(found.x.len() as u64);
    found
}

impl Coordinates {
    fn cut(&mut self, length: usize) {
        self.x.truncate(length);
        self.y.truncate(length);
        self.spots.truncate(length);
    }

    #[inline]
    fn add(&mut self, [x, y]: [f64; 2], at: [usize; 2], corner: Corner) {
        self.x.push(x.to_bits());
        self.y.push(y.to_bits());
        // A block is shorter than 4 GiB.
        let at = at.map(|at| u32::try_from(at).unwrap_or(u32::MAX));
        self.spots.push(Spot { at, geometry: self.geometries, corner });
    }
}

struct Walk<'t, 'f> {
    tokens: Tokens<'t>,
    found: &'f mut Coordinates,
    // Whether every geometry so far could be read.
    sound: bool,
}

impl Walk<'_, '_> {
    fn row(&mut self) {
        if self.tokens.ahead() != b'{' {
            return;
        }
        self.tokens.enter();
        while let Some(key) = self.tokens.key() {
            match self.word(key) {
                Some(Word::Segments) => self.segments(),
                Some(Word::Uuid) => self.tokens.skip_uuid(),
                Some(Word::DataRow) if self.tokens.skip_global_key() => {}
                word => self.geometry(word),
            }
        }
    }

    #[inline]
    fn word(&self, key: Key) -> Option<Word> {
        let spelled = self.tokens.bytes.get(key.start..key.end).unwrap_or_default();
        Word::named(key.head, spelled).or_else(|| escaped_word(spelled))
    }

    // A geometry, when the key says so; null is none.
    fn geometry(&mut self, word: Option<Word>) {
        let known = matches!(word, Some(Word::Bbox | Word::Polygon | Word::Line | Word::Point));
        if !known || self.tokens.ahead() == b'n' {
            return self.tokens.skip();
        }
        self.sound &= match word {
            Some(Word::Bbox) => self.bbox(),
            Some(Word::Point) => self.point(),
            _ => self.points(),
        };
        self.found.geometries += 1;
    }

    fn segments(&mut self) {
        self.each_object(|walk, word| {
            if word == Some(Word::Keyframes) {
                return walk.each_object(Self::geometry);
            }
            walk.tokens.skip();
        });
    }

    // The members of all objects in the list ahead; whatever is no list of objects is passed.
    fn each_object(&mut self, mut visit: impl FnMut(&mut Self, Option<Word>)) {
        if self.tokens.ahead() != b'[' {
            return self.tokens.skip();
        }
        self.tokens.enter();
        while self.tokens.element() {
            if self.tokens.here() != b'{' {
                self.tokens.skip();
                continue;
            }
            self.tokens.enter();
            while let Some(key) = self.tokens.key() {
                let word = self.word(key);
                visit(self, word);
            }
        }
    }

    fn points(&mut self) -> bool {
        if self.tokens.ahead() != b'[' {
            self.tokens.skip();
            return false;
        }
        self.tokens.enter();
        let mut sound = true;
        while self.tokens.element() {
            sound &= self.point();
        }
        sound
    }

    #[inline]
    fn point(&mut self) -> bool {
        let figures = self.tokens.plain_figures(&POINT);
        let Some((point, at)) = figures.or_else(|| self.figures([Word::X, Word::Y])) else {
            return false;
        };
        self.found.add(point, at, Corner::None);
        true
    }

    fn bbox(&mut self) -> bool {
        let words = [Word::Top, Word::Left, Word::Height, Word::Width];
        let figures = self.tokens.plain_figures(&BOX).or_else(|| self.figures(words));
        let Some(([top, left, height, width], at)) = figures else { return false };
        self.found.add([left, top], [at[1], at[0]], Corner::First);
        self.found.add([left + width, top + height], [at[3], at[2]], Corner::Other);
        true
    }

    // The numbers that are members of the object ahead, and where they stand; of a repeated
    // key the last holds.
    fn figures<const N: usize>(&mut self, words: [Word; N]) -> Option<([f64; N], [usize; N])> {
        let mut numbers = [None; N];
        if self.tokens.ahead() != b'{' {
            self.tokens.skip();
            return None;
        }
        self.tokens.enter();
        while let Some(key) = self.tokens.key() {
            let word = self.word(key);
            match words.iter().position(|wanted| Some(*wanted) == word) {
                Some(place) => numbers[place] = self.number(),
                None => self.tokens.skip(),
            }
        }
        let (mut values, mut places) = ([0.0; N], [0; N]);
        for (place, number) in numbers.into_iter().enumerate() {
            (values[place], places[place]) = number?;
        }
        Some((values, places))
    }

    // The number ahead, and where it stands; another value is passed. The scan lets only finite ones
    // through.
    fn number(&mut self) -> Option<(f64, usize)> {
        let at = self.tokens.at;
        if !matches!(self.tokens.here(), b'-' | b'0'..=b'9') {
            self.tokens.skip();
            return None;
        }
        Some((self.tokens.number().value, at))
    }
}

#[cold]
fn escaped_word(spelled: &[u8]) -> Option<Word> {
    memchr::memchr(b'\\', spelled)?;
    let mut plain = Vec::new();
    unescape(spelled, &mut plain);
    Word::named(head(&plain), &plain)
}
