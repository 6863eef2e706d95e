//! What a request takes of processes, as the system tells it: time worked by all threads, and the peak of their own memory.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use super::{UNIT_KB, UNIT_MS};

/// What something took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Taken {
    pub cpu_ms: f64,
    /// By how much memory grew, at its highest.
    pub peak_kb: f64,
    /// By how much it had grown when it was over.
    pub kept_kb: f64,
}

impl Taken {
    /// The dearer of the two, in units.
    pub fn units(&self) -> f64 {
        (self.cpu_ms / UNIT_MS).max(self.peak_kb / UNIT_KB)
    }
}

/// Watches processes for as long as something runs.
pub struct Meter {
    pids: Vec<u32>,
    before: (f64, f64),
    over: Arc<AtomicBool>,
    sampler: thread::JoinHandle<f64>,
}

impl Meter {
    pub fn begin(pids: Vec<u32>) -> Self {
        let before = (worked(&pids), own(&pids));
        let over = Arc::new(AtomicBool::new(false));
        let (seen, watched) = (over.clone(), pids.clone());
        let sampler = thread::spawn(move || {
            let mut peak = own(&watched);
            while !seen.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(1));
                peak = peak.max(own(&watched));
            }
            peak
        });
        Self { pids, before, over, sampler }
    }

    pub fn end(self) -> Taken {
        let (cpu, now) = (worked(&self.pids), own(&self.pids));
        self.over.store(true, Ordering::Relaxed);
        let peak = self.sampler.join().unwrap_or(now).max(now);
        Taken { cpu_ms: cpu - self.before.0, peak_kb: peak - self.before.1, kept_kb: now - self.before.1 }
    }
}

/// Milliseconds that all threads of the processes have worked.
fn worked(pids: &[u32]) -> f64 {
    let threads = pids.iter().filter_map(|pid| fs::read_dir(format!("/proc/{pid}/task")).ok()).flatten().flatten();
    let each = threads.filter_map(|thread| fs::read_to_string(thread.path().join("schedstat")).ok());
    each.filter_map(|told| told.split(' ').next()?.parse::<f64>().ok()).sum::<f64>() / 1e6
}

/// Kilobytes of memory that no other process shares.
fn own(pids: &[u32]) -> f64 {
    let status = pids.iter().filter_map(|pid| fs::read_to_string(format!("/proc/{pid}/status")).ok());
    let anonymous = status.filter_map(|status| {
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
        line.trim().trim_end_matches(" kB").parse::<f64>().ok()
    });
    anonymous.sum()
}
