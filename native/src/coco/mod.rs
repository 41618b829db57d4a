//! COCO documents of any size into rows: read once in blocks, spilled to disk by image, joined.
//!
//! The document's walker ([`document`]) hands over one element of a top-level array at a time; an
//! element is read by the scan's own cursor. What an annotation becomes is spelled at once
//! ([`annotation`]); only the row's head, which needs the image's name and the category's, waits
//! until all is read ([`join`]), so the order of the keys does not matter.

pub mod annotation;
pub mod category;
pub mod compact;
pub mod document;
pub mod entry;
pub mod extent;
pub mod fault;
pub mod geometry;
pub mod identity;
pub mod image;
pub mod join;
pub mod mask;
pub mod numeral;
pub mod others;
pub mod picture;
pub mod reader;
pub mod spill;
pub mod twice;
pub mod unit;
pub mod uuid5;
