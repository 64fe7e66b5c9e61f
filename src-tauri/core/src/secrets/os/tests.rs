use std::any::Any;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Error as Keyring, mock};

use super::super::tests::{all_text, check_store};
use super::*;

const CANARY: &str = "canary-5fe1c0";

fn password() -> SecretName {
    SecretName::new("inst", 1, "password")
}

/// The next call on this entry of the mock fails with `error`.
fn inject(mock: &mock::Store, error: Keyring) {
    let entry = mock.build(SERVICE, &password().account(), None).unwrap();
    let cred: &mock::Cred = entry.as_any().downcast_ref().unwrap();
    cred.set_error(error);
}

fn mocked() -> (Arc<mock::Store>, OsStore) {
    let mock = mock::Store::new().unwrap();
    let store = OsStore::with_store(mock.clone());
    (mock, store)
}

/// A store that counts how often it was reached.
fn counted(mock: Arc<mock::Store>) -> (Arc<AtomicUsize>, OsStore) {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let connect = move || {
        counter.fetch_add(1, Ordering::SeqCst);
        Ok(mock.clone() as Arc<CredentialStore>)
    };
    let store = OsStore::assemble(Arc::new(connect), |_| HashMap::new(), platform::COMMON_LIMIT);
    (count, store)
}

#[test]
fn keeps_secrets() {
    check_store(&mocked().1, "inst");
}

#[test]
fn a_locked_store_is_denied_and_later_works() {
    let (mock, store) = mocked();
    store.set(&password(), &CANARY.into()).unwrap();
    inject(&mock, Keyring::NoStorageAccess("locked".into()));
    let error = store.get(&password()).unwrap_err();
    assert!(matches!(error, SecretError::Denied { .. }));
    assert!(!all_text(&error).contains(CANARY));
    assert!(store.get(&password()).unwrap().is_some());
}

#[test]
fn a_broken_connection_is_made_anew_once() {
    let mock = mock::Store::new().unwrap();
    let (count, store) = counted(mock.clone());
    store.set(&password(), &CANARY.into()).unwrap();
    inject(&mock, Keyring::PlatformFailure("session closed".into()));
    assert!(store.get(&password()).unwrap().is_some());
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[test]
fn a_new_connection_that_fails_is_an_error() {
    let mock = mock::Store::new().unwrap();
    let (count, store) = counted(mock.clone());
    inject(&mock, Keyring::PlatformFailure("broken".into()));
    let error = store.get(&password()).unwrap_err();
    assert!(matches!(error, SecretError::StoreFailed { .. }));
    assert!(!error.to_string().contains("broken"), "the source says that");
    assert!(all_text(&error).contains("broken"));
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[test]
fn errors_that_carry_the_secret_are_not_kept() {
    let bytes = || CANARY.as_bytes().to_vec();
    let as_list = format!("{:?}", CANARY.as_bytes());
    let (mock, store) = mocked();
    store.set(&password(), &CANARY.into()).unwrap();
    // The mock's `Debug` shows the secret, and keyring's Display of this error prints entries with `Debug`.
    let entry = mock.build(SERVICE, &password().account(), None).unwrap();
    for error in
        [Keyring::BadEncoding(bytes()), Keyring::BadDataFormat(bytes(), "bad".into()), Keyring::Ambiguous(vec![entry])]
    {
        inject(&mock, error);
        let error = store.get(&password()).unwrap_err();
        assert!(matches!(error, SecretError::Unusable));
        let text = all_text(&error);
        assert!(!text.contains(CANARY) && !text.contains(as_list.trim_matches(['[', ']'])));
    }
    assert!(!format!("{store:?}").contains(CANARY));
}

#[test]
fn what_is_no_text_is_unusable() {
    let (mock, store) = mocked();
    let entry = mock.build(SERVICE, &password().account(), None).unwrap();
    entry.set_secret(&[0xff, 0xfe]).unwrap();
    assert!(matches!(store.get(&password()), Err(SecretError::Unusable)));
}

#[test]
fn a_name_filed_twice_is_resolved_by_writing_or_deleting() {
    let (mock, store) = mocked();
    let twin = mock.build(SERVICE, "twin", None).unwrap();
    twin.set_secret(b"old").unwrap();
    let twins = || vec![mock.build(SERVICE, "twin", None).unwrap()];

    inject(&mock, Keyring::Ambiguous(twins()));
    store.set(&password(), &"new".into()).unwrap();
    assert!(matches!(twin.get_secret(), Err(Keyring::NoEntry)));
    let secret = store.get(&password()).unwrap().unwrap();
    assert_eq!(secret.expose_secret(), "new");

    twin.set_secret(b"old").unwrap();
    inject(&mock, Keyring::Ambiguous(twins()));
    store.delete(&password()).unwrap();
    assert!(matches!(twin.get_secret(), Err(Keyring::NoEntry)));
}

#[test]
fn the_windows_limit_is_2560_bytes() {
    let mock = mock::Store::new().unwrap();
    let store = OsStore::assemble(
        Arc::new(move || Ok(mock.clone() as Arc<CredentialStore>)),
        |_| HashMap::new(),
        platform::WINDOWS_LIMIT,
    );
    let fits = SecretString::from("é".repeat(1_280));
    store.set(&password(), &fits).unwrap();
    let error = store.set(&password(), &"x".repeat(2_561).into()).unwrap_err();
    assert!(matches!(error, SecretError::TooLong { limit: 2_560 }));
    let kept = store.get(&password()).unwrap().unwrap();
    assert_eq!(kept.expose_secret(), fits.expose_secret());
}

#[test]
fn no_store_is_told_only_when_a_secret_is_needed() {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let connect = move || {
        counter.fetch_add(1, Ordering::SeqCst);
        Err(Keyring::PlatformFailure("no bus".into()))
    };
    let store = OsStore::assemble(Arc::new(connect), |_| HashMap::new(), platform::COMMON_LIMIT);
    assert_eq!(count.load(Ordering::SeqCst), 0);
    for tried in 1..=2 {
        let error = store.get(&password()).unwrap_err();
        assert!(matches!(error, SecretError::NoStore { .. }));
        assert_eq!(count.load(Ordering::SeqCst), tried);
    }
}

#[test]
fn a_system_without_a_known_store_has_no_store() {
    let store =
        OsStore::assemble(Arc::new(|| Err(Keyring::NoDefaultStore)), |_| HashMap::new(), platform::COMMON_LIMIT);
    let error = store.set(&password(), &CANARY.into()).unwrap_err();
    assert!(matches!(error, SecretError::NoStore { .. }));
}

/// Its first entry blocks until the test ends, or panics; later ones are a mock's.
#[derive(Debug)]
struct Bad {
    trouble: Mutex<Option<Trouble>>,
    then: Arc<mock::Store>,
}

#[derive(Debug)]
enum Trouble {
    Block { began: Sender<()>, until: Receiver<()> },
    Panic,
}

impl CredentialStoreApi for Bad {
    fn vendor(&self) -> String {
        "bad".to_owned()
    }
    fn id(&self) -> String {
        "bad".to_owned()
    }
    fn build(&self, service: &str, user: &str, modifiers: Option<&HashMap<&str, &str>>) -> keyring_core::Result<Entry> {
        let trouble = self.trouble.lock().unwrap().take();
        match trouble {
            Some(Trouble::Block { began, until }) => {
                began.send(()).unwrap();
                let _ = until.recv();
            }
            Some(Trouble::Panic) => panic!("on purpose"),
            None => {}
        }
        self.then.build(service, user, modifiers)
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn bad(trouble: Trouble) -> OsStore {
    OsStore::with_store(Arc::new(Bad { trouble: Mutex::new(Some(trouble)), then: mock::Store::new().unwrap() }))
}

#[test]
fn a_store_that_never_answers_is_left_alone() {
    let (_end, until) = channel();
    let (began, has_begun) = channel();
    let mut store = bad(Trouble::Block { began, until });
    let patience = Duration::from_mins(1);
    store.worker.set_patience(patience, Duration::ZERO);
    let error = store.get(&password()).unwrap_err();
    assert!(matches!(error, SecretError::NoAnswer));
    has_begun.recv().unwrap();
    // The next one does not queue behind it.
    store.worker.set_patience(patience, patience);
    assert!(store.get(&password()).unwrap().is_none());
}

#[test]
fn a_store_that_cannot_be_reached_in_time_is_left_alone() {
    let (_end, until) = channel::<()>();
    let until = Mutex::new(until);
    let connect = move || {
        let _ = until.lock().unwrap().recv();
        Err(Keyring::NoDefaultStore)
    };
    let mut store = OsStore::assemble(Arc::new(connect), |_| HashMap::new(), platform::COMMON_LIMIT);
    store.worker.set_patience(Duration::ZERO, Duration::ZERO);
    let error = store.get(&password()).unwrap_err();
    assert!(matches!(error, SecretError::NoAnswer));
}

#[test]
fn a_store_that_panics_is_an_error_and_the_next_call_works() {
    let store = bad(Trouble::Panic);
    let error = store.get(&password()).unwrap_err();
    assert!(matches!(error, SecretError::StoreFailed { .. }));
    store.set(&password(), &CANARY.into()).unwrap();
    assert!(store.get(&password()).unwrap().is_some());
}

/// Which variable says that the store of this system may be used for a test. Elsewhere than on Linux, where `cargo xtask test`
/// brings one of its own, it is the person's.
#[cfg(target_os = "linux")]
const MAY_BE_USED: &str = "MUSTER_TEST_SECRET_SERVICE";
#[cfg(not(target_os = "linux"))]
const MAY_BE_USED: &str = "MUSTER_TEST_CREDENTIAL_STORE";

/// Deletes what a test has filed, also after it failed.
struct Filed(Vec<SecretName>);

impl Drop for Filed {
    fn drop(&mut self) {
        for name in &self.0 {
            let _ = OsStore::new().delete(name);
        }
    }
}

#[test]
fn the_real_credential_store_keeps_secrets() {
    if std::env::var_os(MAY_BE_USED).is_none_or(|set| set != "1") {
        return;
    }
    let installation = format!("test-{}", std::process::id());
    let name = SecretName::new(&*installation, 2, "password");
    let mut filed = vec![name.clone(), SecretName::new(format!("{installation}-other"), 1, "password")];
    filed.extend(["password", "token"].map(|key| SecretName::new(&*installation, 1, key)));
    let _filed = Filed(filed);
    check_store(&OsStore::new(), &installation);

    // Found again over another connection, as after a restart.
    OsStore::new().set(&name, &CANARY.into()).unwrap();
    let again = OsStore::new();
    let kept = again.get(&name).unwrap().unwrap();
    assert_eq!(kept.expose_secret(), CANARY);
    again.delete(&name).unwrap();
    assert!(again.get(&name).unwrap().is_none());
}
