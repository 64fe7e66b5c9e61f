//! Wrong keys, damaged files, missing parts: always an error that says so, never a loss.

use super::*;

#[test]
fn a_wrong_key_opens_nothing_and_harms_nothing() {
    let (place, other) = (Place::with_key(), Place::with_key());
    place.vault().set(&password(), &CANARY.into()).unwrap();
    let before = place.files().len();
    let wrong = Vault::new(&place.dir, Unlock::KeyFile(other.key.clone()));
    for error in [
        wrong.get(&password()).unwrap_err(),
        wrong.set(&password(), &"x".into()).unwrap_err(),
        wrong.delete(&password()).unwrap_err(),
    ] {
        assert!(matches!(error, SecretError::WrongKey { .. }));
    }
    assert_eq!(place.files().len(), before);
    assert!(place.vault().get(&password()).unwrap().is_some());
}

#[test]
fn what_is_no_key_file_is_refused() {
    let place = Place::with_key();
    let refuse = |text: &[u8]| {
        fs::write(&place.key, text).unwrap();
        let error = place.vault().get(&password()).unwrap_err();
        assert!(matches!(error, SecretError::KeyFileInvalid { .. }));
        assert!(!all_text(&error).contains(CANARY));
    };
    let key = fs::read(&place.key).unwrap();
    refuse(CANARY.as_bytes());
    refuse(b"");
    refuse(b"\xff\xfe");
    refuse(&key.repeat(2));
    refuse(&key[..key.len() - 5]);
    fs::write(&place.key, &key).unwrap();
    assert!(place.vault().get(&password()).unwrap().is_none());

    fs::remove_file(&place.key).unwrap();
    let error = place.vault().get(&password()).unwrap_err();
    assert!(matches!(error, SecretError::KeyFileMissing { .. }));
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_can_use_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::with_key();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&place.key), 0o600);
    for (path, _) in place.files() {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    for bad in [0o640, 0o604, 0o620, 0o644] {
        fs::set_permissions(&place.key, fs::Permissions::from_mode(bad)).unwrap();
        let error = place.vault().get(&password()).unwrap_err();
        assert!(matches!(error, SecretError::KeyFileNotPrivate { mode, .. } if mode == bad));
        assert!(error.to_string().contains(&format!("{bad:o}")));
    }
    fs::set_permissions(&place.key, fs::Permissions::from_mode(0o400)).unwrap();
    assert!(place.vault().get(&password()).unwrap().is_none());
}

#[test]
fn a_damaged_vault_is_told_and_never_overwritten() {
    let place = Place::with_key();
    place.vault().set(&password(), &CANARY.into()).unwrap();
    let path = place.file("vault.age");
    let whole = fs::read(&path).unwrap();
    let mut cases: Vec<Vec<u8>> = (0..whole.len()).step_by(7).map(|n| whole[..n].to_vec()).collect();
    cases.push(whole[..whole.len() - 1].to_vec());
    cases.push([whole.as_slice(), b"more"].concat());
    for at in (0..whole.len()).step_by(11).chain([whole.len() - 1]) {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        cases.push(flipped);
    }
    let vault = place.vault();
    for case in cases {
        fs::write(&path, &case).unwrap();
        for error in [
            vault.get(&password()).unwrap_err(),
            vault.set(&password(), &"x".into()).unwrap_err(),
            vault.delete(&password()).unwrap_err(),
        ] {
            assert!(is_damaged(&error, "vault.age"), "{error:?}");
            assert!(!all_text(&error).contains(CANARY));
        }
        assert_eq!(fs::read(&path).unwrap(), case);
    }
    fs::write(&path, whole).unwrap();
    assert!(vault.get(&password()).unwrap().is_some());
}

#[test]
fn missing_parts_are_damage_and_not_an_empty_vault() {
    let place = Place::with_passphrase();
    for name in ["vault.age", "vault.json", "vault-identity.age"] {
        let bytes = fs::read(place.file(name)).unwrap();
        fs::remove_file(place.file(name)).unwrap();
        let error = place.passphrase(PASSPHRASE).get(&password()).unwrap_err();
        assert!(is_damaged(&error, name), "{name}: {error:?}");
        let error = Vault::init_with_key_file(&place.dir, &place.key).unwrap_err();
        assert!(matches!(error, SecretError::VaultExists { .. }));
        fs::write(place.file(name), bytes).unwrap();
    }
    fs::write(place.file("vault-identity.age"), b"age-encryption.org/v1\n").unwrap();
    let error = place.passphrase(PASSPHRASE).get(&password()).unwrap_err();
    assert!(is_damaged(&error, "vault-identity.age"));
    fs::write(place.file("vault.json"), b"{\"vers").unwrap();
    assert!(is_damaged(&Vault::exists(&place.dir).unwrap_err(), "vault.json"));
    fs::write(place.file("vault.json"), b"{\"version\":2,\"how\":9}").unwrap();
    let error = Vault::exists(&place.dir).unwrap_err();
    assert!(matches!(error, SecretError::VaultTooNew { .. }));
}

#[test]
fn a_write_that_was_cut_short_changes_nothing() {
    let place = Place::with_key();
    place.vault().set(&password(), &CANARY.into()).unwrap();
    let half = fs::read(place.file("vault.age")).unwrap();
    fs::write(place.file(".vault-AbCdEf.tmp"), &half[..half.len() / 2]).unwrap();
    let vault = place.vault();
    assert!(vault.get(&password()).unwrap().is_some());
    vault.set(&password(), &"new".into()).unwrap();
    assert_eq!(place.vault().get(&password()).unwrap().unwrap().expose_secret(), "new");
}

/// A virus scanner, a backup: such programs let others read, write and delete, and still Windows' plain call to replace a
/// file refuses.
#[test]
fn a_vault_that_another_program_has_open_is_written() {
    let place = Place::with_key();
    place.vault().set(&password(), &CANARY.into()).unwrap();
    let _open = fs::File::open(place.file("vault.age")).unwrap();
    place.vault().set(&password(), &"new".into()).unwrap();
    assert_eq!(place.vault().get(&password()).unwrap().unwrap().expose_secret(), "new");
    assert_eq!(place.files().len(), 3, "nothing lies beside it");
}

#[test]
fn contents_of_the_wrong_shape_are_damage_that_shows_nothing() {
    let place = Place::with_key();
    let vault = place.vault();
    let identity = vault.identity().unwrap();
    for plain in [
        format!("\"{CANARY}\""),
        format!("{{\"a\":[\"{CANARY}\"]}}"),
        format!("{{\"a\":\"{CANARY}\""),
        format!("[\"{CANARY}\"]"),
    ] {
        let encrypted = age::encrypt(&identity.to_public(), plain.as_bytes()).unwrap();
        fs::write(place.file("vault.age"), encrypted).unwrap();
        let error = vault.get(&password()).unwrap_err();
        assert!(is_damaged(&error, "vault.age"));
        assert!(!all_text(&error).contains(CANARY));
    }
}

#[test]
fn a_vault_made_anew_is_noticed() {
    let place = Place::with_key();
    let vault = place.vault();
    vault.set(&password(), &CANARY.into()).unwrap();
    for (path, _) in place.files() {
        fs::remove_file(path).unwrap();
    }
    fs::remove_file(&place.key).unwrap();
    Vault::init_with_key_file(&place.dir, &place.key).unwrap();
    let error = vault.set(&password(), &"x".into()).unwrap_err();
    assert!(matches!(error, SecretError::VaultReplaced));
}
