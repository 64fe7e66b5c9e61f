//! The log: files in the data directory, one a day, for two weeks. Nothing that is noted holds a secret.

use std::path::Path;

use tracing_appender::rolling::{Builder, Rotation};
use tracing_subscriber::EnvFilter;

/// Writes what the program notes to `logs/` in the data directory, of core and of the crate `program`. The first call counts.
pub fn start(folder: &Path, program: &str) {
    let logs = folder.join("logs");
    // Also the data directory, if it is not there.
    if crate::folder::make_private(&logs).is_err() {
        return;
    }
    let files = Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix("muster")
        .filename_suffix("log")
        .max_log_files(14)
        .build(logs);
    // A log that cannot be written must not keep anybody from working.
    if let Ok(files) = files {
        let filter = EnvFilter::new(format!("warn,muster_core=info,{program}=info"));
        let _ = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(files).try_init();
    }
}
