//! Masks of images and of videos: R-MASK, R-VMASK.

use super::address::{Fate, fate};
use super::base64::is_base64_once;
use super::identity::Level;
use super::rule::Rule;
use super::walk::Walk;
use super::word::{Fields, Word};

impl Walk<'_, '_> {
    /// Judges the mask of an image at `at`.
    pub fn mask(&mut self, at: usize) {
        self.go(at);
        if !self.object(Rule::WrongType) {
            return;
        }
        let fields = self.fields(|_, _, _| {});
        let has = |word| self.given(&fields, word);
        let (address, bytes, png) = (has(Word::InstanceUri), has(Word::ImBytes), has(Word::Png));
        let (size, counts) = (has(Word::Size), has(Word::Counts));
        let runs = size.is_some() || counts.is_some();
        let forms = [address.is_some(), bytes.is_some(), png.is_some(), runs];
        if forms.iter().filter(|form| **form).count() != 1 {
            return self.missing(Rule::MaskForm, at);
        }
        match (address, bytes.or(png), size, counts) {
            (Some(address), ..) => self.mask_address(address, Rule::MaskAddress),
            (_, Some(picture), ..) => self.picture(picture),
            (.., Some(size), Some(counts)) => self.run_lengths(size, counts),
            _ => return self.missing(Rule::MaskForm, at),
        }
        if address.or(bytes).is_some() {
            match self.given(&fields, Word::ColorRgb) {
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

    // R-MASK-14, 15, R-VMASK-3.
    fn mask_address(&mut self, at: usize, rule: Rule) {
        self.go(at);
        let Some(text) = self.string() else { return };
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

    /// Judges the masks of a video at `at`.
    pub fn masks(&mut self, at: usize) {
        self.go(at);
        if !self.object(Rule::WrongType) {
            return;
        }
        let fields = self.fields(|_, _, _| {});
        for (word, rule) in [
            (Word::Frames, Rule::VideoMaskFrameTwice),
            (Word::Instances, Rule::VideoMaskColourTwice),
        ] {
            match self.given(&fields, word) {
                Some(list) => self.mask_parts(list, word, rule),
                None => self.missing(Rule::VideoMask, at),
            }
        }
    }

    fn mask_parts(&mut self, at: usize, word: Word, twice: Rule) {
        self.go(at);
        if !self.list(Rule::VideoMask) {
            return;
        }
        let (marks, mut empty) = (self.scratch.marks.len(), true);
        while self.tokens.element() {
            empty = false;
            let place = self.tokens.at;
            let frames = word == Word::Frames;
            let shape = if frames { Rule::VideoMaskFrame } else { Rule::VideoMaskInstance };
            if !self.object(shape) {
                continue;
            }
            let fields = self.fields(|_, _, _| {});
            let end = self.tokens.at;
            let mark = if frames {
                self.mask_frame(&fields, place)
            } else {
                self.mask_instance(&fields, place)
            };
            self.scratch.marks.extend(mark.map(|mark| (mark, place)));
            self.go(end);
        }
        if empty {
            self.mild(Rule::VideoMask, at);
        }
        self.repeated(marks, twice);
    }

    // Gives its number.
    fn mask_frame(&mut self, fields: &Fields, at: usize) -> Option<u64> {
        let (address, bytes) =
            (self.given(fields, Word::InstanceUri), self.given(fields, Word::ImBytes));
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
        let Some(index) = self.given(fields, Word::Index) else {
            self.missing(Rule::VideoMaskFrame, at);
            return None;
        };
        self.go(index);
        let number = self.integer(Rule::VideoMaskFrame)?;
        self.extent.last(number);
        let natural = u64::try_from(number).ok();
        if natural.is_none() {
            self.fault(Rule::VideoMaskFrame, index);
        }
        natural
    }

    // Gives its colour.
    fn mask_instance(&mut self, fields: &Fields, at: usize) -> Option<u64> {
        self.unscored(fields);
        self.bind_instance(fields, at);
        let Some(colour) = self.given(fields, Word::ColorRgb) else {
            self.missing(Rule::VideoMaskInstance, at);
            return None;
        };
        let [red, green, blue] = self.colour(colour, Rule::VideoMaskInstance)?;
        Some(u64::from_be_bytes([0, 0, 0, 0, 0, red, green, blue]))
    }

    // R-VMASK-5, R-VMASK-10. The SDK requires a name, whatever id stands beside it.
    fn bind_instance(&mut self, fields: &Fields, at: usize) {
        let identity = self.identity(fields, at, Level::Instance);
        if identity.name.is_none() && identity.id.is_some() {
            self.missing(Rule::VideoMaskInstance, at);
        }
        self.bind_feature(identity, Word::Masks);
    }
}
