//! A reader's pages: how long one takes, alone and while another process imports.

use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use muster_core::model::ProjectFilter;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::child::Job;
use crate::muster::open;

const PAGE: u64 = 200;
/// A person turns pages more slowly; this leaves the import some of the machine.
const PAUSE: Duration = Duration::from_millis(5);

/// How long the pages took, in milliseconds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Pages {
    pub(crate) count: usize,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

/// Reads pages at random places until the input ends.
pub(crate) async fn read(job: &Job) -> Result<Pages> {
    let muster = open(job).await?.owner("the benchmark").await?;
    let over = Arc::new(AtomicBool::new(false));
    std::thread::spawn({
        let over = Arc::clone(&over);
        move || {
            let _ = std::io::stdin().read_to_end(&mut Vec::new());
            over.store(true, Ordering::Relaxed);
        }
    });
    let mut filter = ProjectFilter { limit: PAGE, ..ProjectFilter::default() };
    // The first page opens connections and makes statements.
    let mut total = muster.projects(&filter).await?.total;
    let (mut taken, mut random) = (Vec::new(), 0x5EED_u64);
    while !over.load(Ordering::Relaxed) {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        filter.offset = (random >> 33) % total.saturating_sub(PAGE).max(1);
        let start = Instant::now();
        let page = muster.projects(&filter).await?;
        taken.push(start.elapsed());
        if page.projects.len() as u64 != PAGE.min(total) {
            return Err(format!("a page of {} projects at {}", page.projects.len(), filter.offset).into());
        }
        total = page.total;
        tokio::time::sleep(PAUSE).await;
    }
    taken.sort_unstable();
    let at = |of: usize, in_all: usize| {
        let place = (taken.len() * of / in_all).min(taken.len().saturating_sub(1));
        taken.get(place).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    };
    Ok(Pages { count: taken.len(), p50: at(50, 100), p99: at(99, 100), max: at(1, 1) })
}
