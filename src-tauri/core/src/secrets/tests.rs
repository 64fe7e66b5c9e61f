use std::fmt::Write as _;

use super::*;

fn name(installation: &str, integration: i64, key: &str) -> String {
    SecretName::new(installation, integration, key).account()
}

/// Saved secrets are found by this text: it may not change.
#[test]
fn the_account_name_is_stable() {
    assert_eq!(name("0f3a-9c", 7, "password"), "0f3a-9c/7/password");
    assert_eq!(name("aB/c", -1, "a b%\0é"), "a%42%2fc/-1/a%20b%25%00%c3%a9");
}

#[test]
fn no_two_names_share_an_account() {
    assert_ne!(name("a", 1, "password"), name("b", 1, "password"));
    assert_ne!(name("a", 1, "password"), name("a", 11, "password"));
    assert_ne!(name("a/1", 1, "x"), name("a", 1, "1/x"));
    assert_ne!(name("a%2f", 1, "x"), name("a/", 1, "x"));
    assert_ne!(name("a", 1, "Token").to_lowercase(), name("a", 1, "token").to_lowercase());
}

#[test]
fn the_limit_counts_bytes_and_includes_the_last() {
    let check = |text: &str| check_length(&SecretString::from(text), 4);
    assert!(check("abcd").is_ok());
    assert!(check("éé").is_ok());
    assert!(matches!(check("abcde"), Err(SecretError::TooLong { limit: 4 })));
    assert!(matches!(check("ééé"), Err(SecretError::TooLong { limit: 4 })));
    assert!(matches!(check(""), Err(SecretError::Empty)));
}

/// Everything that an error shows, its sources included, for tests that look for a secret in it.
pub(super) fn all_text(error: &SecretError) -> String {
    let mut text = format!("{error} {error:?}");
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        write!(text, " {error} {error:?}").unwrap();
        source = error.source();
    }
    text
}

/// What every store must do.
pub(super) fn check_store(store: &dyn SecretStore, installation: &str) {
    let get = |name: &SecretName| {
        let secret = store.get(name).unwrap();
        secret.map(|secret| secret.expose_secret().to_owned())
    };
    let password = SecretName::new(installation, 1, "password");
    let token = SecretName::new(installation, 1, "token");
    let other = SecretName::new(format!("{installation}-other"), 1, "password");

    assert_eq!(get(&password), None);
    store.delete(&password).unwrap();

    store.set(&password, &"first".into()).unwrap();
    store.set(&token, &"kö\"n\\ig\n\u{1}密码".into()).unwrap();
    store.set(&password, &"second".into()).unwrap();
    assert_eq!(get(&password).as_deref(), Some("second"));
    assert_eq!(get(&token).as_deref(), Some("kö\"n\\ig\n\u{1}密码"));
    assert_eq!(get(&other), None);

    let long = "x".repeat(2_560);
    store.set(&other, &long.as_str().into()).unwrap();
    assert_eq!(get(&other), Some(long));
    assert!(matches!(store.set(&other, &"".into()), Err(SecretError::Empty)));

    store.delete(&password).unwrap();
    store.delete(&password).unwrap();
    assert_eq!(get(&password), None);
    assert!(get(&token).is_some());
    store.delete(&token).unwrap();
    store.delete(&other).unwrap();
    assert_eq!(get(&other), None);
}
