mod damage;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tempfile::TempDir;

use super::super::tests::{all_text, check_store};
use super::*;

const CANARY: &str = "canary-93ab77";
const PASSPHRASE: &str = "correct horse battery";

fn password() -> SecretName {
    SecretName::new("inst", 1, "password")
}

struct Place {
    dir: TempDir,
    key: PathBuf,
    _elsewhere: TempDir,
}

impl Place {
    fn empty() -> Self {
        let elsewhere = TempDir::new().unwrap();
        Self { dir: TempDir::new().unwrap(), key: elsewhere.path().join("muster.key"), _elsewhere: elsewhere }
    }

    /// A vault with a key file.
    fn with_key() -> Self {
        let place = Self::empty();
        Vault::init_with_key_file(&place.dir, &place.key).unwrap();
        place
    }

    /// A vault with a passphrase, made with little work.
    fn with_passphrase() -> Self {
        let place = Self::empty();
        Vault::init_with_work(place.path(), &PASSPHRASE.into(), Some(2)).unwrap();
        place
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    fn vault(&self) -> Vault {
        Vault::new(&self.dir, Unlock::KeyFile(self.key.clone()))
    }

    fn passphrase(&self, passphrase: &str) -> Vault {
        Vault::new(&self.dir, Unlock::Passphrase(passphrase.into()))
    }

    fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let entries = fs::read_dir(&self.dir).unwrap();
        entries.map(|entry| entry.unwrap().path()).map(|path| (path.clone(), fs::read(path).unwrap())).collect()
    }
}

fn is_damaged(error: &SecretError, name: &str) -> bool {
    matches!(error, SecretError::VaultDamaged { path, .. } if path.ends_with(name))
}

#[test]
fn keeps_secrets_with_a_key_file() {
    let place = Place::with_key();
    assert_eq!(Vault::exists(&place.dir).unwrap(), Some(VaultKind::KeyFile));
    check_store(&place.vault(), "inst");
}

#[test]
fn keeps_secrets_with_a_passphrase() {
    let place = Place::with_passphrase();
    let kind = Vault::exists(&place.dir).unwrap();
    assert_eq!(kind, Some(VaultKind::Passphrase));
    check_store(&place.passphrase(PASSPHRASE), "inst");
}

/// With the work that users get: slow, but once.
#[test]
fn the_passphrase_of_a_production_vault_opens_it() {
    let place = Place::empty();
    Vault::init_with_passphrase(&place.dir, &PASSPHRASE.into()).unwrap();
    let vault = place.passphrase(PASSPHRASE);
    vault.set(&password(), &CANARY.into()).unwrap();
    assert!(vault.get(&password()).unwrap().is_some());
}

#[test]
fn another_process_finds_what_was_saved() {
    let place = Place::with_key();
    let (one, two) = (place.vault(), place.vault());
    assert!(two.get(&password()).unwrap().is_none());
    one.set(&password(), &"a".into()).unwrap();
    assert_eq!(two.get(&password()).unwrap().unwrap().expose_secret(), "a");
    one.set(&password(), &"b".into()).unwrap();
    assert_eq!(two.get(&password()).unwrap().unwrap().expose_secret(), "b");
    one.delete(&password()).unwrap();
    assert!(two.get(&password()).unwrap().is_none());
}

#[test]
fn two_writers_lose_nothing() {
    const EACH: i64 = 40;
    let place = Place::with_key();
    thread::scope(|scope| {
        for key in ["left", "right"] {
            let vault = place.vault();
            scope.spawn(move || {
                for id in 0..EACH {
                    let name = SecretName::new("inst", id, key);
                    vault.set(&name, &format!("{key}{id}").into()).unwrap();
                    assert!(vault.get(&name).unwrap().is_some());
                    // Something to delete, too.
                    let passing = SecretName::new("inst", id, format!("{key}-passing"));
                    vault.set(&passing, &"x".into()).unwrap();
                    vault.delete(&passing).unwrap();
                }
            });
        }
    });
    let vault = place.vault();
    for key in ["left", "right"] {
        for id in 0..EACH {
            let secret = vault.get(&SecretName::new("inst", id, key)).unwrap();
            assert_eq!(secret.unwrap().expose_secret(), format!("{key}{id}"));
        }
    }
    let identity = vault.identity().unwrap();
    assert_eq!(vault.read(&identity).unwrap().0.len(), 2 * 40);
    let left_over = place.files().into_iter().any(|(path, _)| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.contains("tmp")
    });
    assert!(!left_over);
}

#[test]
fn it_is_unlocked_once_and_only_when_needed_and_without_holding_the_lock() {
    let place = Place::with_key();
    let asked = Arc::new(AtomicUsize::new(0));
    let (counter, key, files) = (asked.clone(), place.key.clone(), Files::new(&place.dir));
    let vault = Vault::with_unlock(
        &place.dir,
        Box::new(move || {
            counter.fetch_add(1, Ordering::SeqCst);
            // Would wait for ever if a lock were held while a person is asked.
            drop(files.lock_alone()?);
            Ok(Unlock::KeyFile(key.clone()))
        }),
    );
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| vault.get(&password()).unwrap());
        }
    });
    vault.set(&password(), &CANARY.into()).unwrap();
    vault.delete(&password()).unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[test]
fn a_failed_unlock_is_told_and_asked_again() {
    let place = Place::with_passphrase();
    let asked = AtomicUsize::new(0);
    let vault = Vault::with_unlock(
        &place.dir,
        Box::new(move || match asked.fetch_add(1, Ordering::SeqCst) {
            0 => Err(SecretError::KeyNotGiven { kind: VaultKind::Passphrase }),
            1 => Ok(Unlock::Passphrase("wrong passphrase".into())),
            2 => Ok(Unlock::KeyFile("some.key".into())),
            _ => Ok(Unlock::Passphrase(PASSPHRASE.into())),
        }),
    );
    let fail = || vault.get(&password()).unwrap_err();
    let kind = VaultKind::Passphrase;
    assert!(matches!(fail(), SecretError::KeyNotGiven { kind: k } if k == kind));
    assert!(matches!(fail(), SecretError::WrongPassphrase));
    assert!(matches!(fail(), SecretError::KeyNotGiven { kind: k } if k == kind));
    assert!(vault.get(&password()).unwrap().is_none());
}

#[test]
fn init_overwrites_nothing() {
    let place = Place::with_key();
    place.vault().set(&password(), &CANARY.into()).unwrap();
    let again = place.key.with_extension("2");
    let error = Vault::init_with_key_file(&place.dir, &again).unwrap_err();
    assert!(matches!(error, SecretError::VaultExists { .. }));
    assert!(!again.exists());
    let error = Vault::init_with_passphrase(&place.dir, &PASSPHRASE.into()).unwrap_err();
    assert!(matches!(error, SecretError::VaultExists { .. }));
    assert!(place.vault().get(&password()).unwrap().is_some());

    // An existing file is no key file to be, and the vault is not half made.
    let fresh = Place::empty();
    fs::write(&fresh.key, "mine").unwrap();
    let error = Vault::init_with_key_file(&fresh.dir, &fresh.key).unwrap_err();
    assert!(matches!(error, SecretError::KeyFileExists { .. }));
    assert_eq!(fs::read_to_string(&fresh.key).unwrap(), "mine");
    assert_eq!(Vault::exists(&fresh.dir).unwrap(), None);
}

#[test]
fn a_short_passphrase_is_refused() {
    let place = Place::empty();
    for short in ["", "1234567", "ééééééé"] {
        let error = Vault::init_with_passphrase(&place.dir, &short.into()).unwrap_err();
        assert!(matches!(error, SecretError::PassphraseTooShort));
        assert!(error.to_string().contains('8'));
    }
    assert_eq!(Vault::exists(&place.dir).unwrap(), None);
}

#[test]
fn without_a_vault_nobody_is_asked() {
    let place = Place::empty();
    let vault = Vault::with_unlock(&place.dir, Box::new(|| panic!("asked")));
    let error = vault.get(&password()).unwrap_err();
    assert!(matches!(error, SecretError::NoVault { .. }));
    assert_eq!(Vault::exists(place.file("missing")).unwrap(), None);
    let nowhere = place.file("missing");
    let error = Vault::init_with_key_file(nowhere, &place.key).unwrap_err();
    assert!(matches!(error, SecretError::Io { .. }));
    assert!(!place.key.exists());
}

#[test]
fn secrets_and_passphrases_are_nowhere_in_clear() {
    let place = Place::with_passphrase();
    let vault = place.passphrase(PASSPHRASE);
    vault.set(&password(), &CANARY.into()).unwrap();
    let identity = vault.identity().unwrap().to_string();
    for secret in [CANARY, PASSPHRASE, identity.expose_secret()] {
        for (path, bytes) in place.files() {
            let found = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
            assert!(!found, "{}", path.display());
        }
        assert!(!format!("{vault:?}").contains(secret));
    }
    assert!(!format!("{:?}", Unlock::Passphrase(PASSPHRASE.into())).contains(PASSPHRASE));
    let error = place.passphrase("not the right one").get(&password());
    assert!(!all_text(&error.unwrap_err()).contains("not the right one"));
}

#[test]
fn a_key_file_opens_the_vault_without_muster() {
    let place = Place::with_key();
    place.vault().set(&password(), &CANARY.into()).unwrap();
    let keys = age::IdentityFile::from_file(place.key.to_string_lossy().into_owned()).unwrap();
    let keys = keys.into_identities().unwrap();
    let encrypted = fs::read(place.file("vault.age")).unwrap();
    let mut plain = String::new();
    let decryptor = age::Decryptor::new_buffered(encrypted.as_slice()).unwrap();
    let keys = keys.iter().map(|key| &**key as &dyn age::Identity);
    std::io::Read::read_to_string(&mut decryptor.decrypt(keys).unwrap(), &mut plain).unwrap();
    assert_eq!(plain, format!("{{\"inst/1/password\":\"{CANARY}\"}}"));
}
