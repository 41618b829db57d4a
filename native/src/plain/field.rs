//! What a field of a row says, if anything.

/// A field that may stand once; null counts as absent, but is there.
#[derive(Clone, Copy, Debug, Default)]
pub enum Field<T> {
    /// Not there yet.
    #[default]
    Absent,
    /// There, and null.
    Null,
    /// There, and saying something.
    Said(T),
}

impl<T> Field<T> {
    /// What it says.
    #[inline(always)]
    pub fn said(self) -> Option<T> {
        match self {
            Self::Said(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Notes what has been read; nothing the second time.
    #[inline(always)]
    pub fn note(&mut self, read: Self) -> Option<()> {
        matches!(std::mem::replace(self, read), Self::Absent).then_some(())
    }

    /// Reads what it says in another way, or finds that it needs a second look.
    #[inline(always)]
    pub fn and_then<U>(self, read: impl FnOnce(T) -> Option<U>) -> Option<Field<U>> {
        Some(match self {
            Self::Said(value) => Field::Said(read(value)?),
            Self::Null => Field::Null,
            Self::Absent => Field::Absent,
        })
    }
}
