//! What is wanted of a picture: its colours, the masks of its labels, or all its pixels.

use super::colours::Colours;
use super::labels::{Columns, Labelled};
use super::picture::{Fault, Limits, Picture};

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Colours alone: memory for a line.
    Colours,
    /// The runs of every label too: memory for where lines differ.
    Masks,
    /// Every pixel.
    Pixels,
}

/// What a picture holds.
pub struct Read {
    /// What the header says.
    pub header: super::picture::Header,
    /// Red, green and blue of each entry of the palette.
    pub palette: Vec<u8>,
    /// The colours; none when pixels were wanted.
    pub colours: Colours,
    /// The masks by label; `None` when there were too many.
    pub masks: Option<Vec<Labelled>>,
    /// The labels, line by line.
    pub pixels: Vec<u8>,
}

/// Reads a PNG in one pass.
///
/// Counts at most `most` colours beside those of `labels`, and gives masks if there are no more.
///
/// # Errors
/// Any fault.
pub fn read(
    png: &[u8],
    wanted: Wanted,
    limits: Limits,
    most: usize,
    labels: &[u32],
) -> Result<Read, Fault> {
    let picture = Picture::open(png, limits)?;
    let header = picture.header;
    let mut read = Read {
        header,
        palette: picture.palette().to_vec(),
        colours: Colours::new(most, labels),
        masks: Some(Vec::new()),
        pixels: Vec::new(),
    };
    match (wanted, header.size()) {
        (Wanted::Pixels, size) => {
            let pixels = header.width as usize * header.height as usize;
            read.pixels.reserve_exact(pixels * size);
            picture.lines(|line| read.pixels.extend_from_slice(line))?;
        }
        (Wanted::Colours, 1) => colours::<1>(picture, &mut read.colours)?,
        (Wanted::Colours, 2) => colours::<2>(picture, &mut read.colours)?,
        (Wanted::Colours, _) => colours::<3>(picture, &mut read.colours)?,
        (Wanted::Masks, 1) => read.masks = masks::<1>(picture, &mut read.colours)?,
        (Wanted::Masks, 2) => read.masks = masks::<2>(picture, &mut read.colours)?,
        (Wanted::Masks, _) => read.masks = masks::<3>(picture, &mut read.colours)?,
    }
    Ok(read)
}

fn colours<const SIZE: usize>(picture: Picture<'_>, colours: &mut Colours) -> Result<(), Fault> {
    let mut row = 0;
    picture.lines(|line| {
        colours.line::<SIZE>(line, row);
        row += 1;
    })
}

fn masks<const SIZE: usize>(
    picture: Picture<'_>,
    colours: &mut Colours,
) -> Result<Option<Vec<Labelled>>, Fault> {
    let mut columns = Columns::new(picture.header.width);
    picture.lines(|line| columns.line::<SIZE>(line))?;
    Ok(columns.finish(colours))
}
