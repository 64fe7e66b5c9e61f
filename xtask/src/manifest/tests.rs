use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use super::*;

/// A signature that the Tauri CLI made with a throw-away key: `signer sign --app-version 0.2.0 Muster_0.2.0_amd64.deb`.
const REAL: &str = "dW50cnVzdGVkIGNvbW1lbnQ6IHNpZ25hdHVyZSBmcm9tIHRhdXJpIHNlY3JldCBrZXkKUlVUWlRhMllVQ1VSQlp5b3R2OUJEZlZrcFcz\
    WkpHMVRnN2k3TFFQb3pOdG1ITkhhVDR3L1d5b2tBem02elg3OTljUEt1REZxN2c2aE1LK050UjhHVzBhamovV0hnR1U2WVE4PQp0cnVzdGVkIGNvbW1lbnQ6IHRp\
    bWVzdGFtcDoxNzk1NTU5MDI4CWZpbGU6TXVzdGVyXzAuMi4wX2FtZDY0LmRlYgl2ZXJzaW9uOjAuMi4wCjZMSVZiWGFiV2pxVjlGam8wV2NmUnZ2eHdPa0VUN3Az\
    bHUxQ2RMMFd1TWFVZndFaWVBUGZPdlgxd0I0RHZCS3lRZmRuTHh3OU5NaDA5SWlJM2xyZUJRPT0K";

const SETUP: &str = "Muster_0.2.0_x64-setup.exe";
const APP: &str = "Muster.app.tar.gz";
const DEB: &str = "Muster_0.2.0_amd64.deb";

/// A directory of bundles; removed when dropped.
struct Bundles(PathBuf);

impl Bundles {
    fn new(name: &str) -> Self {
        let directory = std::env::temp_dir().join(format!("muster-manifest-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).unwrap();
        Self(directory)
    }

    fn file(&self, name: &str, text: &str) -> &Self {
        fs::write(self.0.join(name), text).unwrap();
        self
    }

    /// A bundle and a signature for this version of it.
    fn signed(&self, name: &str, version: &str) -> &Self {
        self.file(name, "bundle").file(&format!("{name}.sig"), &signature(&format!("file:{name}\tversion:{version}")))
    }

    fn platforms(&self) -> Result<BTreeMap<&'static str, Bundle>> {
        platforms(&self.0, &"0.2.0".parse().unwrap())
    }

    fn refused(&self) -> String {
        self.platforms().unwrap_err().to_string()
    }
}

impl Drop for Bundles {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The form of a signature around a trusted comment.
fn signature(comment: &str) -> String {
    let text = format!("untrusted comment: x\nAAAA\ntrusted comment: timestamp:1\t{comment}\nAAAA\n");
    let mut encoded = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| (bits << 8) | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for at in 0..4_usize {
            let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            let digit = char::from(digits[((bits >> (18 - 6 * at)) & 63) as usize]);
            encoded.push(if at <= chunk.len() { digit } else { '=' });
        }
    }
    encoded
}

#[test]
fn each_bundle_is_for_the_platforms_that_the_updater_asks_for() {
    let bundles = Bundles::new("all");
    bundles.signed(SETUP, "0.2.0").signed(APP, "0.2.0").signed("Muster_0.2.0_amd64.AppImage", "0.2.0");
    bundles.file(DEB, "deb").file(&format!("{DEB}.sig"), &format!("{REAL}\n"));
    // These are for people only: no platform, no signature.
    bundles.file("Muster_0.2.0_universal.dmg", "").file("Muster_0.2.0_x64-offline-setup.exe", "");
    let found = bundles.platforms().unwrap();
    let names: Vec<_> = found.iter().map(|(platform, bundle)| (*platform, bundle.name.as_str())).collect();
    assert_eq!(
        names,
        [
            ("darwin-aarch64", APP),
            ("darwin-aarch64-app", APP),
            ("darwin-x86_64", APP),
            ("darwin-x86_64-app", APP),
            ("linux-x86_64", "Muster_0.2.0_amd64.AppImage"),
            ("linux-x86_64-appimage", "Muster_0.2.0_amd64.AppImage"),
            ("linux-x86_64-deb", DEB),
            ("windows-x86_64", SETUP),
            ("windows-x86_64-nsis", SETUP),
        ]
    );
    assert_eq!(found["linux-x86_64-deb"].signature, REAL);
}

/// Where a package is all there is, a program that does not know what it was installed from gets no update: it would put the
/// package in the place of its own file.
#[test]
fn a_package_is_no_update_for_a_program_of_unknown_origin() {
    let bundles = Bundles::new("deb");
    bundles.signed(DEB, "0.2.0");
    assert_eq!(bundles.platforms().unwrap().into_keys().collect::<Vec<_>>(), ["linux-x86_64-deb"]);
}

#[test]
fn a_bundle_without_a_signature_is_refused() {
    let bundles = Bundles::new("unsigned");
    assert!(bundles.signed(APP, "0.2.0").file(SETUP, "").refused().contains(SETUP));
}

#[test]
fn a_signature_for_another_version_is_refused() {
    for version in ["0.1.0", "0.2.0-beta.1", "0.2", ""] {
        let bundles = Bundles::new("version");
        assert!(bundles.signed(SETUP, version).refused().contains("not for 0.2.0"), "{version}");
    }
}

#[test]
fn a_signature_without_a_version_is_refused() {
    let bundles = Bundles::new("bare");
    bundles.file(SETUP, "").file(&format!("{SETUP}.sig"), &signature(&format!("file:{SETUP}")));
    assert!(bundles.refused().contains("no version"));
}

#[test]
fn a_signature_of_another_file_is_refused() {
    let bundles = Bundles::new("swapped");
    bundles.file(SETUP, "").file(&format!("{SETUP}.sig"), REAL);
    assert!(bundles.refused().contains(DEB));
}

#[test]
fn what_is_no_signature_is_refused() {
    for text in ["", "nonsense!", "TXVzdGVy", "/////w=="] {
        let bundles = Bundles::new("nonsense");
        bundles.file(SETUP, "").file(&format!("{SETUP}.sig"), text);
        assert!(bundles.refused().contains("no signature"), "{text}");
    }
}

#[test]
fn a_signature_of_nothing_is_refused() {
    let bundles = Bundles::new("orphan");
    bundles.signed(APP, "0.2.0").file(&format!("{DEB}.sig"), REAL);
    assert!(bundles.refused().contains(DEB));
}

#[test]
fn a_bundle_that_no_platform_knows_is_refused() {
    for name in ["Muster_0.2.0_arm64.deb", "Muster_0.2.0_x64_en-US.msi", "Muster-0.2.0-1.x86_64.rpm", "SHA256SUMS"] {
        let bundles = Bundles::new("unknown");
        bundles.signed(APP, "0.2.0").signed(name, "0.2.0");
        assert!(bundles.refused().contains(name));
    }
}

#[test]
fn two_bundles_for_one_platform_are_refused() {
    let bundles = Bundles::new("two");
    bundles.signed(SETUP, "0.2.0").signed("Muster_0.1.0_x64-setup.exe", "0.2.0");
    assert!(bundles.refused().contains("windows-x86_64"));
}

#[test]
fn a_name_that_a_host_would_change_is_refused() {
    let bundles = Bundles::new("name");
    assert!(bundles.signed("My Muster_0.2.0_amd64.deb", "0.2.0").refused().contains("address"));
}

#[test]
fn no_bundles_make_no_manifest() {
    let bundles = Bundles::new("none");
    assert!(bundles.refused().contains("no bundle"));
    assert!(bundles.file("Muster_0.2.0_universal.dmg", "").refused().contains("no bundle"));
}

#[test]
fn updates_come_encrypted_or_from_this_computer() {
    for url in ["https://example.com/v0.2.0", "http://127.0.0.1:8765/a", "http://localhost:1", "https://example.com/a/"]
    {
        assert_eq!(checked(url).unwrap(), url.trim_end_matches('/'));
    }
    for url in [
        "",
        "https://",
        "http://example.com",
        "ftp://example.com",
        "http://127.0.0.1.example.com",
        "http://localhost:80@example.com/x",
        "https://a b",
        "https://a\"b",
    ] {
        assert!(checked(url).is_err(), "{url}");
    }
}

#[test]
fn a_manifest_has_the_form_that_the_updater_reads() {
    let bundle = Bundle { name: DEB.to_owned(), signature: "c2ln".to_owned() };
    let platforms = BTreeMap::from([("linux-x86_64-deb", bundle.clone()), ("windows-x86_64", bundle)]);
    let made = UNIX_EPOCH + Duration::from_secs(1_795_559_028);
    let text = text_of(&"0.2.0".parse().unwrap(), "- A \"new\" one.\n- B", made, "https://example.com", &platforms);
    assert_eq!(
        text.unwrap(),
        r#"{
  "version": "0.2.0",
  "notes": "- A \"new\" one.\n- B",
  "pub_date": "2026-11-24T22:23:48Z",
  "platforms": {
    "linux-x86_64-deb": {
      "signature": "c2ln",
      "url": "https://example.com/Muster_0.2.0_amd64.deb"
    },
    "windows-x86_64": {
      "signature": "c2ln",
      "url": "https://example.com/Muster_0.2.0_amd64.deb"
    }
  }
}
"#
    );
}
