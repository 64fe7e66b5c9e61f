//! What a build has in its configuration beside tauri.conf.json: its version, and from where it updates itself.

use crate::Result;
use crate::address::is_this_computer;
use crate::json::quoted;

/// Address of the manifest, and the public key that its updates are signed with.
const URL: &str = "MUSTER_UPDATE_URL";
const KEY: &str = "MUSTER_UPDATE_KEY";
/// What Tauri's tool signs updates with.
const SIGNING: &str = "TAURI_SIGNING_PRIVATE_KEY";

/// From where a build updates itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Updates {
    url: String,
    key: String,
    /// Only for tests on this computer.
    is_insecure: bool,
}

impl Updates {
    /// As the environment says; none if it says nothing. An empty variable is none: that is what a secret that was not set
    /// looks like in a workflow.
    pub(super) fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>> {
        let given = |name: &str| variable(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let (url, key) = match (given(URL), given(KEY)) {
            (None, None) => return Ok(None),
            (Some(url), Some(key)) => (url, key),
            (Some(_), None) => {
                return Err(format!("{URL} is set, {KEY} is not: updates are never taken unsigned").into());
            }
            (None, Some(_)) => return Err(format!("{KEY} is set, {URL} is not: from where would updates come?").into()),
        };
        let is_insecure = !url.starts_with("https://");
        if is_insecure && !is_this_computer(&url) {
            return Err(format!("{URL} must be https; http is for tests on this computer only").into());
        }
        if given(SIGNING).is_none() {
            let why = "a build that updates itself is an update as well, and updates are signed";
            return Err(format!("{SIGNING} is not set: {why} with the private key to {KEY}").into());
        }
        Ok(Some(Self { url, key, is_insecure }))
    }

    /// In words.
    pub(super) fn told(&self) -> String {
        let warning = if self.is_insecure { ", WITHOUT ENCRYPTION: for tests only" } else { "" };
        format!("This build updates itself from {}{warning}", self.url)
    }

    fn plugin(&self) -> String {
        let (url, key) = (quoted(&self.url), quoted(&self.key));
        let insecure = if self.is_insecure { r#", "dangerousInsecureTransportProtocol": true"# } else { "" };
        format!(r#"{{"pubkey": {key}, "endpoints": [{url}], "requireSignedVersion": true{insecure}}}"#)
    }
}

/// The configuration. The pages were built before, with their licences: Tauri's tool need not build them again.
pub(super) fn of(version: &str, updates: Option<&Updates>) -> String {
    let version = quoted(version);
    let rest = updates.map_or_else(String::new, |updates| {
        format!(r#", "bundle": {{"createUpdaterArtifacts": true}}, "plugins": {{"updater": {}}}"#, updates.plugin())
    });
    format!(r#"{{"version": {version}, "build": {{"beforeBuildCommand": null}}{rest}}}"#)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;

    fn read(variables: &[(&str, &str)]) -> Result<Option<Updates>> {
        Updates::from_environment(|name| {
            variables.iter().find_map(|(known, value)| (*known == name).then(|| (*value).to_owned()))
        })
    }

    #[test]
    fn without_an_address_and_a_key_a_build_does_not_update_itself() {
        assert_eq!(read(&[]).expect("nothing is said"), None);
        assert_eq!(read(&[(URL, ""), (KEY, " ")]).expect("nothing is said"), None);
        let overlay = Json::read(&of("1.0.0", None)).expect("JSON");
        assert_eq!((overlay.text("version"), overlay.get("plugins")), (Some("1.0.0"), None));
    }

    #[test]
    fn an_address_without_a_key_and_a_key_without_an_address_are_refused() {
        assert!(read(&[(URL, "https://example.com/stable.json"), (SIGNING, "private")]).is_err());
        assert!(read(&[(KEY, "public"), (SIGNING, "private")]).is_err());
    }

    #[test]
    fn without_the_private_key_it_is_said_what_is_missing() {
        let error = read(&[(URL, "https://example.com/stable.json"), (KEY, "public")]).expect_err("it is missing");
        assert!(error.to_string().contains("TAURI_SIGNING_PRIVATE_KEY"), "{error}");
    }

    #[test]
    fn only_this_computer_may_be_asked_without_encryption() {
        let with = |url| read(&[(URL, url), (KEY, "public"), (SIGNING, "private.key")]);
        let updates = with("http://127.0.0.1:8765/stable.json").expect("this computer").expect("updates");
        assert!(of("1.0.0", Some(&updates)).contains("dangerousInsecureTransportProtocol"));
        for url in ["http://example.com/x", "http://localhost:80@example.com/x", "ftp://localhost/x", "stable.json"] {
            assert!(with(url).is_err(), "{url}");
        }
    }

    #[test]
    fn the_updater_gets_its_address_and_its_key_and_takes_no_version_that_is_not_signed() {
        let given = [(URL, "https://example.com/stable.json"), (KEY, "the \"key\"\n"), (SIGNING, "private")];
        let updates = read(&given).expect("it is all there").expect("updates");
        let overlay = Json::read(&of("1.2.3", Some(&updates))).expect("JSON");
        assert_eq!(overlay.text("version"), Some("1.2.3"));
        let plugin = overlay.get("plugins").and_then(|plugins| plugins.get("updater")).expect("the updater");
        assert_eq!(plugin.text("pubkey"), Some("the \"key\""));
        let endpoints = plugin.get("endpoints").map(Json::elements);
        assert_eq!(endpoints, Some(&[Json::Text("https://example.com/stable.json".to_owned())][..]));
        let text = of("1.2.3", Some(&updates));
        assert!(text.contains(r#""requireSignedVersion": true"#) && text.contains(r#""createUpdaterArtifacts": true"#));
        assert!(!text.contains("dangerous"));
    }
}
