//! Which instructions mark the bytes: chosen once at run time, by what the machine has.

use super::{CHUNK, Columns, scalar};

/// A way of marking. All give the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Plain words of 64 bits, on every machine.
    Scalar,
    /// 32 bytes at once.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 64 bytes at once.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// 16 bytes at once; every machine of this architecture has it.
    #[cfg(target_arch = "aarch64")]
    Neon,
}

impl Level {
    /// All that this machine has, the fastest last.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut levels = vec![Self::Scalar];
        #[cfg(target_arch = "x86_64")]
        if std::is_x86_feature_detected!("avx2") {
            levels.push(Self::Avx2);
            if std::is_x86_feature_detected!("avx512bw") {
                levels.push(Self::Avx512);
            }
        }
        #[cfg(target_arch = "aarch64")]
        levels.push(Self::Neon);
        levels
    }

    /// The fastest that this machine has.
    #[must_use]
    pub fn best() -> Self {
        Self::all().last().copied().unwrap_or(Self::Scalar)
    }

    // Marks the chunks and says whether all are ASCII.
    pub(super) fn fill(self, chunks: &[[u8; CHUNK]], columns: &mut Columns) -> bool {
        match self {
            Self::Scalar => columns.fill(chunks, scalar::mark),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => super::avx2::fill(chunks, columns),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => super::avx512::fill(chunks, columns),
            #[cfg(target_arch = "aarch64")]
            Self::Neon => super::neon::fill(chunks, columns),
        }
    }
}
