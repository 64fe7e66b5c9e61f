//! The vault's key: in a file, or encrypted with a passphrase.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use age::x25519::Identity;
use age::{DecryptError, scrypt};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use super::super::SecretError;
use super::files::{self, Files, Meta};
use super::{Unlock, VaultKind};

/// The most of a key file that is read, in bytes; a key is one line.
const MAX_KEY_FILE: u64 = 64 * 1024;

/// The most work that is done to try a passphrase: 2^22 rounds, 4 GiB of memory. age's own limit follows from a measurement of
/// a thousandth of a second, and on a busy machine would now and then refuse a vault that was made on a quiet one.
const MAX_WORK: u8 = 22;

/// The key of the vault that `meta` describes.
pub(super) fn open(unlock: Unlock, files: &Files, meta: &Meta) -> Result<Identity, SecretError> {
    let (identity, otherwise) = match (unlock, meta.kind) {
        (Unlock::KeyFile(path), VaultKind::KeyFile) => (read_key_file(&path)?, SecretError::WrongKey { path }),
        (Unlock::Passphrase(passphrase), VaultKind::Passphrase) => {
            let path = files.identity();
            let encrypted = files::read(&path)?.ok_or_else(|| SecretError::damaged(&path))?;
            let identity = decrypt_identity(&path, &encrypted, passphrase)?;
            // The passphrase was right: the files are from two vaults.
            (identity, SecretError::damaged(&path))
        }
        (_, kind) => return Err(SecretError::KeyNotGiven { kind }),
    };
    if meta.fits(&identity) { Ok(identity) } else { Err(otherwise) }
}

/// Writes a new key file, in the format of `age-keygen`.
pub(super) fn write_key_file(path: &Path, identity: &Identity) -> Result<PathBuf, SecretError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    files::private(&mut options);
    let mut file = options.open(path).map_err(|error| {
        if error.kind() == ErrorKind::AlreadyExists {
            SecretError::KeyFileExists { path: path.to_owned() }
        } else {
            SecretError::io("create", path)(error)
        }
    })?;
    let text = Zeroizing::new(format!(
        "# The key of a Muster vault. Keep it private, and keep a copy: without it the secrets are lost.\n\
         # public key: {}\n{}\n",
        identity.to_public(),
        identity.to_string().expose_secret()
    ));
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| files::sync_dir(files::directory(path)))
        .map_err(|error| {
            // This file is ours and incomplete.
            let _ = fs::remove_file(path);
            SecretError::io("write", path)(error)
        })?;
    Ok(path.to_owned())
}

fn read_key_file(path: &Path) -> Result<Identity, SecretError> {
    let file = File::open(path).map_err(|error| {
        if error.kind() == ErrorKind::NotFound {
            SecretError::KeyFileMissing { path: path.to_owned() }
        } else {
            SecretError::io("read", path)(error)
        }
    })?;
    refuse_if_shared(path, &file)?;
    let mut text = Zeroizing::new(String::with_capacity(1024));
    match file.take(MAX_KEY_FILE).read_to_string(&mut text) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::InvalidData => return Err(invalid(path)),
        Err(error) => return Err(SecretError::io("read", path)(error)),
    }
    parse_identity(&text).ok_or_else(|| invalid(path))
}

fn invalid(path: &Path) -> SecretError {
    SecretError::KeyFileInvalid { path: path.to_owned() }
}

/// The one identity among comments and empty lines.
fn parse_identity(text: &str) -> Option<Identity> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let identity = lines.next()?.parse().ok()?;
    lines.next().is_none().then_some(identity)
}

/// Asks the open file, not the path: it cannot be exchanged in between.
#[cfg(unix)]
fn refuse_if_shared(path: &Path, file: &File) -> Result<(), SecretError> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = file.metadata().map_err(SecretError::io("read", path))?;
    let mode = metadata.permissions().mode() & 0o777;
    let others = mode & 0o077;
    if others == 0 { Ok(()) } else { Err(SecretError::KeyFileNotPrivate { path: path.to_owned(), mode }) }
}

/// Elsewhere permissions are lists that the directory hands down; they are the admin's.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)]
fn refuse_if_shared(_: &Path, _: &File) -> Result<(), SecretError> {
    Ok(())
}

/// `work`: see `Vault::init_with_work`.
pub(super) fn encrypt_identity(
    identity: &Identity,
    passphrase: &SecretString,
    work: Option<u8>,
) -> io::Result<Vec<u8>> {
    let mut recipient = scrypt::Recipient::new(passphrase.clone());
    if let Some(work) = work {
        recipient.set_work_factor(work);
    }
    age::encrypt(&recipient, identity.to_string().expose_secret().as_bytes()).map_err(io::Error::other)
}

fn decrypt_identity(path: &Path, encrypted: &[u8], passphrase: SecretString) -> Result<Identity, SecretError> {
    let mut key = scrypt::Identity::new(passphrase);
    key.set_max_work_factor(MAX_WORK);
    match age::decrypt(&key, encrypted) {
        Ok(text) => {
            let text = Zeroizing::new(text);
            std::str::from_utf8(&text).ok().and_then(parse_identity).ok_or_else(|| SecretError::damaged(path))
        }
        // What a wrong passphrase gives; so does a change to these few bytes, which nothing can tell apart.
        Err(DecryptError::KeyDecryptionFailed | DecryptError::DecryptionFailed) => Err(SecretError::WrongPassphrase),
        // Its text can fail on odd numbers, so it is not kept.
        Err(DecryptError::ExcessiveWork { .. }) => Err(SecretError::damaged(path)),
        Err(error) => Err(SecretError::VaultDamaged { path: path.to_owned(), source: Some(error.into()) }),
    }
}
