//! PNGs from strangers, line by line: what they claim is held against limits before it is believed.

use png::{BitDepth, ColorType, Decoder, DecodingError, Limits as Held, Reader, Transformations};
use std::fmt::Display;
use std::io::Cursor;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// No picture is wider or higher than this.
pub const MOST_SIDE: u32 = 1 << 20;
// What the decoder may hold beside its lines: palettes, profiles and the like.
const MOST_BESIDE: usize = 1 << 20;
// An interlaced picture has no lines to be read one by one, so it is held whole.
const MOST_INTERLACED: u64 = 256 << 20;

/// How much a picture may claim.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Width × height.
    pub pixels: u64,
    /// Bytes of all its lines, inflated.
    pub bytes: u64,
}

/// What is wrong with a picture; each has a rule of its own.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not a PNG, but what is said.
    NotPng(&'static str),
    /// The header claims more than the limits allow.
    TooLarge(String),
    /// The stream ends before the picture does.
    Truncated(String),
    /// A PNG by its signature that cannot be read.
    Corrupt(String),
}

impl Fault {
    /// The name of the fault, and what was found.
    #[must_use]
    pub fn told(&self) -> (&'static str, &str) {
        match self {
            Self::NotPng(found) => ("not-png", found),
            Self::TooLarge(found) => ("too-large", found),
            Self::Truncated(found) => ("truncated", found),
            Self::Corrupt(found) => ("corrupt", found),
        }
    }
}

/// What the header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Pixels in a line.
    pub width: u32,
    /// Lines.
    pub height: u32,
    /// Which samples a pixel has.
    pub samples: ColorType,
    /// Bits of a sample.
    pub depth: u8,
    /// Whether the lines come in seven passes.
    pub interlaced: bool,
}

impl Header {
    /// The word for the samples.
    #[must_use]
    pub fn mode(&self) -> &'static str {
        match self.samples {
            ColorType::Grayscale => "grey",
            ColorType::GrayscaleAlpha => "grey-alpha",
            ColorType::Indexed => "palette",
            ColorType::Rgb => "rgb",
            ColorType::Rgba => "rgba",
        }
    }

    /// Bytes of a pixel's label: 1, 2 for grey of 16 bits, 3 for colours.
    #[must_use]
    pub fn size(&self) -> usize {
        match (self.samples, self.depth) {
            (ColorType::Rgb | ColorType::Rgba, _) => 3,
            (_, 16) => 2,
            _ => 1,
        }
    }

    fn line_bytes(&self) -> usize {
        (self.width as usize * self.samples.samples() * usize::from(self.depth)).div_ceil(8)
    }
}

/// A picture whose header is sound.
pub struct Picture<'a> {
    /// What the header says.
    pub header: Header,
    reader: Reader<Cursor<&'a [u8]>>,
}

impl<'a> Picture<'a> {
    /// Reads all that comes before the pixels.
    ///
    /// # Errors
    /// Any fault.
    pub fn open(png: &'a [u8], limits: Limits) -> Result<Self, Fault> {
        if !png.starts_with(SIGNATURE) {
            return Err(refuse(png));
        }
        let mut decoder = Decoder::new_with_limits(Cursor::new(png), Held { bytes: MOST_BESIDE });
        decoder.set_transformations(Transformations::IDENTITY);
        decoder.set_ignore_text_chunk(true);
        decoder.set_ignore_iccp_chunk(true);
        let info = decoder.read_header_info().map_err(fault)?;
        let header = Header {
            width: info.width,
            height: info.height,
            samples: info.color_type,
            depth: info.bit_depth as u8,
            interlaced: info.interlaced,
        };
        bound(header, limits)?;
        let reader = decoder.read_info().map_err(fault)?;
        if header.samples == ColorType::Indexed && reader.info().palette.is_none() {
            return Err(Fault::Corrupt("a palette picture without its palette".into()));
        }
        Ok(Self { header, reader })
    }

    /// The palette: red, green and blue of each entry; empty where there is none.
    #[must_use]
    pub fn palette(&self) -> &[u8] {
        self.reader.info().palette.as_deref().unwrap_or_default()
    }

    /// Calls `take` with each line, from the top, of labels as `Header::size` says.
    ///
    /// One line is held, or all of an interlaced picture.
    ///
    /// # Errors
    /// Faults that show only now; the lines before are good.
    pub fn lines(mut self, mut take: impl FnMut(&[u8])) -> Result<(), Fault> {
        let header = self.header;
        let bytes = header.line_bytes();
        let mut labels = Vec::new();
        if header.interlaced {
            let mut whole = vec![0; bytes * header.height as usize];
            self.reader.next_frame(&mut whole).map_err(fault)?;
            for line in whole.chunks_exact(bytes) {
                take(unpack(line, header, &mut labels));
            }
            return Ok(());
        }
        for row in 0..header.height {
            match self.reader.next_row() {
                Ok(Some(line)) => take(unpack(line.data(), header, &mut labels)),
                Ok(None) => return Err(Fault::Truncated(format!("ends in line {row}"))),
                Err(error) => return Err(fault(error)),
            }
        }
        Ok(())
    }
}

fn bound(header: Header, limits: Limits) -> Result<(), Fault> {
    let Header { width, height, .. } = header;
    // Sides of four billion would overflow the product.
    let inflated = (header.line_bytes() as u64).saturating_mul(u64::from(height));
    let fits = width.max(height) <= MOST_SIDE
        && u64::from(width) * u64::from(height) <= limits.pixels
        && inflated <= limits.bytes
        && (!header.interlaced || inflated <= MOST_INTERLACED);
    if fits { Ok(()) } else { Err(Fault::TooLarge(format!("{width} × {height}"))) }
}

// The lines of a picture as labels; most are that already.
fn unpack<'l>(line: &'l [u8], header: Header, labels: &'l mut Vec<u8>) -> &'l [u8] {
    labels.clear();
    match (header.samples, header.depth) {
        (ColorType::Grayscale | ColorType::Indexed | ColorType::Rgb, 8) => return line,
        (ColorType::Grayscale, 16) => {
            labels.extend(line.as_chunks::<2>().0.iter().flat_map(|[high, low]| [*low, *high]));
        }
        (ColorType::GrayscaleAlpha, 8) | (ColorType::Rgb, _) => {
            labels.extend(line.iter().step_by(2));
        }
        (ColorType::GrayscaleAlpha, _) => {
            labels.extend(line.as_chunks::<4>().0.iter().flat_map(|[high, low, ..]| [*low, *high]));
        }
        (ColorType::Rgba, 8) => {
            labels.extend(line.as_chunks::<4>().0.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]));
        }
        (ColorType::Rgba, _) => {
            let pixels = line.as_chunks::<8>().0.iter();
            labels.extend(pixels.flat_map(|[r, _, g, _, b, ..]| [*r, *g, *b]));
        }
        (_, depth) => {
            let samples = line.iter().flat_map(|byte| {
                // Left out at the upper end, then at the lower: the first sample is uppermost.
                (0..8 / depth).map(move |nth| (byte << (nth * depth)) >> (8 - depth))
            });
            labels.extend(samples.take(header.width as usize));
        }
    }
    labels
}

fn refuse(png: &[u8]) -> Fault {
    let known: [(&[u8], &str); 7] = [
        (b"\xff\xd8\xff", "a JPEG"),
        (b"GIF8", "a GIF"),
        (b"RIFF", "a WebP"),
        (b"BM", "a BMP"),
        (b"II*\0", "a TIFF"),
        (b"MM\0*", "a TIFF"),
        (b"<", "a text of marks"),
    ];
    let found = known.iter().find(|(start, _)| png.starts_with(start));
    match found {
        Some((_, name)) => Fault::NotPng(name),
        None if png.is_empty() => Fault::NotPng("nothing"),
        None if SIGNATURE.starts_with(png) => Fault::Truncated("ends in its signature".into()),
        None => Fault::NotPng("something else"),
    }
}

fn fault(error: DecodingError) -> Fault {
    match error {
        DecodingError::IoError(_) => Fault::Truncated("ends before its picture".into()),
        DecodingError::LimitsExceeded => Fault::TooLarge("more beside the picture".into()),
        other => corrupt(&other),
    }
}

fn corrupt(error: &dyn Display) -> Fault {
    Fault::Corrupt(error.to_string())
}

/// Reads a depth by its bits; `None` for one that PNG has not.
#[must_use]
pub fn depth(bits: u8) -> Option<BitDepth> {
    BitDepth::from_u8(bits)
}
