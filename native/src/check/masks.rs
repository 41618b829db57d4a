//! Masks of images and of videos: R-MASK, R-VMASK.

use super::address::{Fate, fate};
use super::base64::is_base64_once;
use super::clue::{About, Clue};
use super::rule::Rule;
use super::scores::Scores;
use super::walk::Walk;
use super::word::Word;
use xxhash_rust::xxh3::xxh3_64;

impl Walk<'_, '_> {
    /// Judges the mask of an image ahead.
    pub fn mask(&mut self) {
        let at = self.tokens.at;
        if !self.object(Rule::WrongType) {
            return;
        }
        let members = self.members([
            Word::InstanceUri,
            Word::ImBytes,
            Word::Png,
            Word::Size,
            Word::Counts,
            Word::ColorRgb,
        ]);
        let end = self.tokens.at;
        self.mask_form(at, members);
        self.go(end);
    }

    fn mask_form(
        &mut self,
        at: usize,
        [address, bytes, png, size, counts, colour]: [Option<usize>; 6],
    ) {
        let runs = size.or(counts);
        if [address, bytes, png, runs].iter().flatten().count() != 1 {
            return self.missing(Rule::MaskForm, at);
        }
        match (address, bytes.or(png), size, counts) {
            (Some(address), ..) => {
                let value = self.mask_address(address, Rule::MaskAddress);
                let clue = value.map(|value| Clue { about: About::Picture, value });
                self.scratch.clues.extend(clue);
            }
            (_, Some(picture), ..) => self.picture(picture),
            (.., Some(size), Some(counts)) => self.run_lengths(size, counts),
            _ => return self.missing(Rule::MaskForm, at),
        }
        if address.or(bytes).is_some() {
            match colour {
                Some(colour) => self.mask_colour(colour),
                None => self.missing(Rule::MaskForm, at),
            }
        }
    }

    fn mask_colour(&mut self, at: usize) {
        if self.colour(at, Rule::MaskColour) == Some([0; 3]) {
            self.fault(Rule::MaskBlack, at);
        }
    }

    // Three integers from 0 to 255.
    fn colour(&mut self, at: usize, rule: Rule) -> Option<[u8; 3]> {
        self.go(at);
        if !self.list(rule) {
            return None;
        }
        let (mut colour, mut count, mut sound) = ([0; 3], 0, true);
        while self.tokens.element() {
            let place = self.tokens.at;
            let told = self.integer(rule);
            let part = told.and_then(|part| u8::try_from(part).ok());
            if told.is_some() && part.is_none() {
                self.fault(rule, place);
            }
            sound &= part.is_some();
            if count < 3 {
                colour[count] = part.unwrap_or(0);
            }
            count += 1;
        }
        if count != 3 {
            self.fault(rule, at);
        }
        (sound && count == 3).then_some(colour)
    }

    // R-MASK-14, 15, R-VMASK-3. Gives the hash of the address.
    fn mask_address(&mut self, at: usize, rule: Rule) -> Option<u64> {
        self.go(at);
        let text = self.string()?;
        let address = self.spell(text);
        match fate(self.spelled(address), self.spec.now) {
            Fate::Sound => {}
            Fate::NoAddress => self.fault(rule, at),
            Fate::Fleeting => self.fault(Rule::MaskAddressFleeting, at),
            Fate::File => {
                self.fault(rule, at);
                self.fault(Rule::MaskAddressFleeting, at);
            }
        }
        Some(xxh3_64(self.spelled(address)))
    }

    // R-MASK-16. JSON may spell a slash as `\/`.
    fn picture(&mut self, at: usize) {
        self.go(at);
        let Some(text) = self.string() else { return };
        let picture = self.spell(text);
        if !is_base64_once(self.spelled(picture)) {
            self.fault(Rule::Base64, at);
        }
    }

    // R-MASK-8, 9.
    fn run_lengths(&mut self, size: usize, counts: usize) {
        let sides = self.naturals(size, 1);
        let runs = self.naturals(counts, 0);
        match (sides, runs) {
            (Some((count, ..)), _) if count != 2 => self.fault(Rule::RunLengths, size),
            (Some((.., pixels)), Some((_, sum, _))) if sum != pixels => {
                self.fault(Rule::RunLengthSum, counts);
            }
            _ => {}
        }
    }

    // Integers of at least `least`: how many, their sum and their product.
    fn naturals(&mut self, at: usize, least: i64) -> Option<(usize, u128, u128)> {
        self.go(at);
        if !self.list(Rule::RunLengths) {
            return None;
        }
        let (mut count, mut sum, mut product, mut sound) = (0, 0_u128, 1_u128, true);
        while self.tokens.element() {
            let place = self.tokens.at;
            let told = self.integer(Rule::RunLengths);
            if told.is_some_and(|natural| natural < least) {
                self.fault(Rule::RunLengths, place);
            }
            let natural = told.filter(|natural| *natural >= least);
            let natural = natural.and_then(|natural| u128::try_from(natural).ok());
            sound &= natural.is_some();
            count += 1;
            sum = sum.saturating_add(natural.unwrap_or(0));
            product = product.saturating_mul(natural.unwrap_or(0));
        }
        sound.then_some((count, sum, product))
    }

    /// Judges the masks of a video ahead.
    pub fn masks(&mut self) {
        let at = self.tokens.at;
        if !self.object(Rule::WrongType) {
            return;
        }
        let [frames, instances] = self.members([Word::Frames, Word::Instances]);
        let end = self.tokens.at;
        match frames {
            Some(list) => self.mask_frames(list),
            None => self.missing(Rule::VideoMask, at),
        }
        match instances {
            Some(list) => self.mask_instances(list),
            None => self.missing(Rule::VideoMask, at),
        }
        self.go(end);
    }

    fn mask_frames(&mut self, at: usize) {
        self.go(at);
        if !self.list(Rule::VideoMask) {
            return;
        }
        let (marks, mut empty) = (self.scratch.marks.len(), true);
        while self.tokens.element() {
            empty = false;
            let place = self.tokens.at;
            if self.object(Rule::VideoMaskFrame) {
                let mark = self.mask_frame(place);
                self.scratch.marks.extend(mark.map(|mark| (mark, place)));
            }
        }
        if empty {
            self.mild(Rule::VideoMask, at);
        }
        self.repeated(marks, Rule::VideoMaskFrameTwice);
    }

    // Gives its number.
    fn mask_frame(&mut self, at: usize) -> Option<u64> {
        let [address, bytes, index] = self.members([Word::InstanceUri, Word::ImBytes, Word::Index]);
        let end = self.tokens.at;
        if let Some(address) = address {
            self.mask_address(address, Rule::VideoMaskAddress);
        }
        if let Some(bytes) = bytes {
            self.picture(bytes);
        }
        match (address, bytes) {
            (None, None) => self.missing(Rule::VideoMaskFrame, at),
            (Some(_), Some(_)) => self.mild(Rule::VideoMaskFrame, at),
            _ => {}
        }
        if index.is_none() {
            self.missing(Rule::VideoMaskFrame, at);
        }
        let number = index.and_then(|index| self.mask_index(index));
        self.go(end);
        number
    }

    fn mask_index(&mut self, at: usize) -> Option<u64> {
        self.go(at);
        let number = self.integer(Rule::VideoMaskFrame)?;
        self.extent.last(number);
        let natural = u64::try_from(number).ok();
        if natural.is_none() {
            self.fault(Rule::VideoMaskFrame, at);
        }
        self.scratch.clues.extend(natural.map(|value| Clue { about: About::Frame, value }));
        natural
    }

    fn mask_instances(&mut self, at: usize) {
        self.go(at);
        if !self.list(Rule::VideoMask) {
            return;
        }
        let (marks, mut empty) = (self.scratch.marks.len(), true);
        while self.tokens.element() {
            empty = false;
            let place = self.tokens.at;
            if self.object(Rule::VideoMaskInstance) {
                let mark = self.mask_instance(place);
                self.scratch.marks.extend(mark.map(|mark| (mark, place)));
            }
        }
        if empty {
            self.mild(Rule::VideoMask, at);
        }
        self.repeated(marks, Rule::VideoMaskColourTwice);
    }

    // R-VMASK-5, R-VMASK-10; gives its colour. The SDK requires a name, whatever id is there.
    fn mask_instance(&mut self, at: usize) -> Option<u64> {
        let [name, feature, schema, colour, confidence, metrics] = self.members([
            Word::Name,
            Word::FeatureSchemaId,
            Word::SchemaId,
            Word::ColorRgb,
            Word::Confidence,
            Word::CustomMetrics,
        ]);
        let end = self.tokens.at;
        self.unscored(Scores { confidence, metrics });
        let identity = self.identity(name, feature.or(schema), at);
        if name.is_none() && identity.id.is_some() {
            self.missing(Rule::VideoMaskInstance, at);
        }
        self.bind_feature(identity, Word::Masks);
        if colour.is_none() {
            self.missing(Rule::VideoMaskInstance, at);
        }
        let colour = colour.and_then(|colour| self.colour(colour, Rule::VideoMaskInstance));
        self.go(end);
        colour.map(|[red, green, blue]| u64::from_be_bytes([0, 0, 0, 0, 0, red, green, blue]))
    }
}
