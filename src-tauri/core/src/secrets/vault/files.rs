//! The files of a vault: their names, the lock, replacing one as a whole, and the part in clear.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use age::x25519::Identity;
use serde::{Deserialize, Serialize};

use super::super::SecretError;
use super::VaultKind;

/// The version of the files' format.
const VERSION: u32 = 1;

/// The most bytes of a file that are read: far above any vault, and no trouble for the memory.
const MAX_FILE: u64 = 64 * 1024 * 1024;

/// The vault's files in one data directory.
#[derive(Debug, Clone)]
pub(super) struct Files {
    dir: PathBuf,
}

/// What `vault.json` says, in clear.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Meta {
    version: u32,
    pub(super) kind: VaultKind,
    /// The public key (`age1...`).
    recipient: String,
}

impl Meta {
    pub(super) fn new(kind: VaultKind, identity: &Identity) -> Self {
        Self { version: VERSION, kind, recipient: identity.to_public().to_string() }
    }

    /// Whether this is the vault's key.
    pub(super) fn fits(&self, identity: &Identity) -> bool {
        self.recipient == identity.to_public().to_string()
    }
}

impl Files {
    pub(super) fn new(data_dir: impl AsRef<Path>) -> Self {
        Self { dir: data_dir.as_ref().to_owned() }
    }

    pub(super) fn vault(&self) -> PathBuf {
        self.dir.join("vault.age")
    }

    pub(super) fn identity(&self) -> PathBuf {
        self.dir.join("vault-identity.age")
    }

    pub(super) fn meta_path(&self) -> PathBuf {
        self.dir.join("vault.json")
    }

    pub(super) fn no_vault(&self) -> SecretError {
        SecretError::NoVault { dir: self.dir.clone() }
    }

    /// What `vault.json` says; `None` if there is no vault at all.
    pub(super) fn meta(&self) -> Result<Option<Meta>, SecretError> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        let path = self.meta_path();
        let damaged =
            |error: serde_json::Error| SecretError::VaultDamaged { path: path.clone(), source: Some(error.into()) };
        let Some(text) = read(&path)? else {
            return if exists(&self.vault())? { Err(SecretError::damaged(&path)) } else { Ok(None) };
        };
        // The version first: a newer format may have other fields.
        let Version { version } = serde_json::from_slice(&text).map_err(damaged)?;
        if version > VERSION {
            return Err(SecretError::VaultTooNew { path });
        }
        serde_json::from_slice(&text).map(Some).map_err(damaged)
    }

    pub(super) fn write_meta(&self, meta: &Meta) -> Result<(), SecretError> {
        let path = self.meta_path();
        let text = serde_json::to_vec(meta).map_err(|error| SecretError::io("encode", &path)(error.into()))?;
        replace(&path, &text)
    }

    /// Refuses to make a vault over any part of another: with that part and a backup, its secrets could still be had.
    pub(super) fn refuse_if_any(&self) -> Result<(), SecretError> {
        for path in [self.vault(), self.meta_path(), self.identity()] {
            if exists(&path)? {
                return Err(SecretError::VaultExists { path });
            }
        }
        Ok(())
    }

    /// Waits until no other process, and no other `Vault` of this one, reads or writes. Until the result is dropped.
    pub(super) fn lock_alone(&self) -> Result<File, SecretError> {
        let (file, path) = self.lock_file()?;
        file.lock().map_err(SecretError::io("lock", &path))?;
        Ok(file)
    }

    /// Waits until nobody writes. Readers need it because Windows cannot replace a file that is open.
    pub(super) fn lock_shared(&self) -> Result<File, SecretError> {
        let (file, path) = self.lock_file()?;
        file.lock_shared().map_err(SecretError::io("lock", &path))?;
        Ok(file)
    }

    fn lock_file(&self) -> Result<(File, PathBuf), SecretError> {
        let path = self.dir.join("vault.lock");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        // Whoever can open the file can lock it and make us wait.
        private(&mut options);
        let file = options.open(&path).map_err(SecretError::io("open", &path))?;
        Ok((file, path))
    }
}

/// New files are for their owner alone.
pub(super) fn private(options: &mut OpenOptions) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = options;
}

fn exists(path: &Path) -> Result<bool, SecretError> {
    path.try_exists().map_err(SecretError::io("read", path))
}

/// The whole file; `None` if there is none.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, SecretError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(SecretError::io("read", path)(error)),
    };
    let mut bytes = Vec::new();
    file.take(MAX_FILE).read_to_end(&mut bytes).map_err(SecretError::io("read", path))?;
    Ok(Some(bytes))
}

/// Writes the whole file or nothing: whoever opens it sees the old bytes or the new ones, also after a power failure.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), SecretError> {
    let dir = directory(path);
    // A file for its owner alone; it removes itself unless it takes the place of the other.
    let write = || -> io::Result<()> {
        let mut temp = tempfile::Builder::new().prefix(".vault-").suffix(".tmp").tempfile_in(dir)?;
        temp.write_all(bytes)?;
        temp.as_file().sync_all()?;
        // Under its own name, so that the standard library moves it: that also takes the place of a file that a virus scanner or
        // a backup has open at that moment, which Windows' plain call refuses.
        let (file, temp) = temp.keep()?;
        drop(file);
        fs::rename(&temp, path).inspect_err(|_| {
            // The error of the move is the one to tell.
            let _ = fs::remove_file(&temp);
        })?;
        sync_dir(dir)
    };
    write().map_err(SecretError::io("write", path))
}

/// Makes a new name in a directory last. Windows has no such call, and needs none.
pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}

/// The directory of a file; a bare name is in the current one.
pub(super) fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    }
}

/// Files that were made and are of no use unless everything succeeds.
#[derive(Default)]
pub(super) struct Created(Vec<PathBuf>);

impl Created {
    pub(super) fn add(&mut self, path: PathBuf) {
        self.0.push(path);
    }

    pub(super) fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        for path in &self.0 {
            // The error that brought us here is the one to tell.
            let _ = fs::remove_file(path);
        }
    }
}
