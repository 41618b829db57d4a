//! PNGs of our own: composites, palettes and grey maps.
//!
//! Lines of a mask repeat each other, so every line is written as its difference to the one above,
//! nearly all zeros. A composite travels once with each of its instances: a few milliseconds that
//! make it a quarter as large are well spent.

use png::{BitDepth, ColorType, DeflateCompression, EncodingError, Filter};

const LEVEL: u8 = 6;

/// Encodes `pixels`, `height` lines of `width` pixels, most significant byte first.
///
/// # Errors
/// When the pixels do not fill the picture or there is no picture of these samples and depth.
pub fn encode(
    pixels: &[u8],
    (width, height): (u32, u32),
    (samples, depth): (ColorType, BitDepth),
    palette: &[u8],
) -> Result<Vec<u8>, EncodingError> {
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, width, height);
    encoder.set_color(samples);
    encoder.set_depth(depth);
    encoder.set_deflate_compression(DeflateCompression::Level(LEVEL));
    encoder.set_filter(Filter::Up);
    if samples == ColorType::Indexed {
        encoder.set_palette(palette);
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(png)
}
