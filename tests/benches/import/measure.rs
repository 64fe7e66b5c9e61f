//! What this process has used so far, as Linux tells it.

use std::fs;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::Result;

/// What one piece of work took.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Cost {
    /// Seconds of all threads, the system's work for them included.
    pub(crate) cpu: f64,
    pub(crate) wall: f64,
    /// The most memory at any moment, above what was there before the work, in bytes.
    pub(crate) peak: u64,
}

/// The moment before the work.
#[derive(Debug)]
pub(crate) struct Start {
    cpu: Duration,
    wall: Instant,
    memory: u64,
}

impl Start {
    pub(crate) fn now() -> Result<Self> {
        Ok(Self { memory: memory("VmRSS:")?, cpu: cpu()?, wall: Instant::now() })
    }

    pub(crate) fn cost(&self) -> Result<Cost> {
        let (wall, cpu) = (self.wall.elapsed(), cpu()?);
        Ok(Cost {
            cpu: cpu.saturating_sub(self.cpu).as_secs_f64(),
            wall: wall.as_secs_f64(),
            peak: memory("VmHWM:")?.saturating_sub(self.memory),
        })
    }
}

#[cfg(target_os = "linux")]
fn cpu() -> Result<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Ok(Duration::new(time.tv_sec.try_into()?, time.tv_nsec.try_into()?))
}

/// The benchmarks say before that they are for Linux; elsewhere they only have to compile.
#[cfg(not(target_os = "linux"))]
fn cpu() -> Result<Duration> {
    Err("only measured on Linux".into())
}

fn memory(name: &str) -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("/proc/self/status lacks it")?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib * 1024)
}
