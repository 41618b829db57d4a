//! UUIDs of rows: RFC 9562 version 5 over data row key, annotation id and part.

use crate::uuid::canonical;
use sha1::{Digest, Sha1};

/// The namespace of uuids made of annotations; a change would make every import anew.
pub const ANNOTATIONS: [u8; 16] = [
    0x6b, 0x1f, 0x0a, 0x52, 0x3d, 0x0e, 0x5c, 0x1b, 0x9a, 0x77, 0x5e, 0x0c, 0x40, 0x2d, 0x91, 0x3a,
];

/// Hashes what all parts of one data row begin with, once.
#[derive(Clone)]
pub struct Names {
    sha1: Sha1,
}

impl Names {
    /// The names that begin with a data row's key.
    #[must_use]
    pub fn of(key: &[u8]) -> Self {
        let mut sha1 = Sha1::new();
        sha1.update(ANNOTATIONS);
        sha1.update(key);
        Self { sha1 }
    }

    /// The uuid of one part, such as `\n17 polygon 0`, canonically spelled.
    #[must_use]
    pub fn uuid(&self, part: &[u8]) -> [u8; 36] {
        let mut sha1 = self.sha1.clone();
        sha1.update(part);
        let digest = sha1.finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        let bits = u128::from_be_bytes(bytes);
        let (version, variant) = (0xf_u128 << 76, 0b11_u128 << 62);
        canonical(bits & !version & !variant | 5 << 76 | 0b10 << 62)
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn a_uuid_is_that_of_the_standard() {
        // uuid.uuid5(uuid.UUID("6b1f0a52-3d0e-5c1b-9a77-5e0c402d913a"), "a.jpg\n17 box")
        let uuid = Names::of(b"a.jpg").uuid(b"\n17 box");
        assert_eq!(str::from_utf8(&uuid), Ok("830bccc9-b5b4-5673-bae9-6ede3a0102f6"));
    }
}
