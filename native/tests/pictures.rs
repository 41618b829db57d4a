//! What hostile pictures once did to their reader.

use bulkimport_native::mask::picture::Limits;
use bulkimport_native::mask::read::{Wanted, read};

const LIMITS: Limits = Limits { pixels: 1 << 16, bytes: 1 << 20 };

#[test]
fn sides_whose_product_overflows_are_too_large() {
    let png = include_bytes!("../fuzz/seeds/picture/four-billion-squared");
    for wanted in [Wanted::Colours, Wanted::Masks, Wanted::Pixels] {
        let fault = read(png, wanted, LIMITS, 1, &[]).err().expect("no such picture");
        assert_eq!(fault.told().0, "too-large");
    }
}
