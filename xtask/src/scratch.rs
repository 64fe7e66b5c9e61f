//! A home of its own for what a test starts, so that nothing of the person's is read or changed.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::Result;

/// An empty home directory; removed when dropped.
#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(purpose: &str) -> Result<Self> {
        let home = env::temp_dir().join(format!("muster-{purpose}-{}", std::process::id()));
        fs::create_dir_all(home.join("run"))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(home.join("run"), fs::Permissions::from_mode(0o700))?;
        }
        Ok(Self(home))
    }

    /// Lets `command` live here. Cargo and rustup stay where they are.
    pub(crate) fn settle(&self, command: &mut Command) {
        if let Some(home) = env::home_dir() {
            for (name, directory) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
                command.env(name, env::var_os(name).unwrap_or_else(|| home.join(directory).into_os_string()));
            }
        }
        for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "DBUS_SESSION_BUS_ADDRESS"]
        {
            command.env_remove(name);
        }
        command.env("HOME", &self.0).env("XDG_RUNTIME_DIR", self.0.join("run"));
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A rest in the temporary directory hurts nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}
