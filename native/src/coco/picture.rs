//! Panoptic pictures: annotations whose segments are colours of a PNG, handed over with their images.

use super::document::Place;
use super::entry::{Entries, Entry};
use super::fault::Rule;
use super::join::{Key, Partition, imageless, place_of};
use super::reader::{Reader, told};

/// An annotation of a panoptic picture that has met its image.
#[derive(Debug)]
pub struct Picture<'p> {
    /// Number of the image in its partition.
    pub image: usize,
    /// What the image's data row is called.
    pub key: &'p Key,
    /// The image's width and height; NaN where there is none.
    pub size: [f64; 2],
    /// Where the annotation stands.
    pub place: Place,
    /// Its bytes.
    pub text: &'p [u8],
}

impl Partition {
    /// The pictures of the partition, in the order of the document; those whose image is not known,
    /// or has no key, are refused.
    pub fn pictures(&mut self, reader: &mut Reader) -> Vec<Picture<'_>> {
        let Self { bytes, images, pictures, .. } = self;
        let mut found = Vec::new();
        for (number, at) in pictures.iter() {
            let Some(Entry { head, behind, .. }) = Entries::new(bytes, *at).next() else {
                continue;
            };
            let (place, image) = (place_of(&head), images.get(*number));
            let key = image.and_then(|image| image.key.as_ref());
            let wrong = imageless(image).or(key.is_none().then_some(Rule::Key));
            if let Some(rule) = wrong {
                let path = format!("$.annotations[{}].image_id", place.index);
                let fault = told(rule, place, path, head.image.to_string());
                reader.verdicts.faults.push(fault);
            } else if let (Some(image), Some(key)) = (image, key) {
                let size = image.size();
                found.push(Picture { image: *number, key, size, place, text: behind });
            }
        }
        found
    }

    /// Notes how many rows a picture became, and whether something of it was refused.
    pub fn note(&mut self, image: usize, rows: u64, refused: bool) {
        if let Some(image) = self.images.get_mut(image) {
            image.rows += rows;
            image.incomplete |= refused;
        }
    }
}
