//! A link of so many bits a second that all connections share: who reads, waits for what was read.

use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// What a link that was idle may take at once, in seconds of its rate.
const BURST: Duration = Duration::from_millis(2);

/// The cap; without one nobody waits.
pub struct Link {
    bytes_per_second: Option<f64>,
    free_at: Mutex<Instant>,
}

impl Link {
    /// A link of `bits_per_second`, or one without a limit.
    pub fn new(bits_per_second: Option<f64>) -> Self {
        let bytes_per_second = bits_per_second.map(|bits| bits / 8.0);
        Self { bytes_per_second, free_at: Mutex::new(Instant::now()) }
    }

    /// Waits until `bytes` could have come over the link.
    pub fn carry(&self, bytes: usize) {
        let Some(rate) = self.bytes_per_second else { return };
        #[expect(clippy::cast_precision_loss, reason = "a read has few bytes")]
        let takes = Duration::from_secs_f64(bytes as f64 / rate);
        let now = Instant::now();
        let until = {
            let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
            let earliest = now.checked_sub(BURST).unwrap_or(now);
            *free_at = (*free_at).max(earliest) + takes;
            *free_at
        };
        thread::sleep(until.saturating_duration_since(Instant::now()));
    }
}
