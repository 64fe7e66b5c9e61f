//! Two releases that update themselves, for the tests of the updater: an old one that is installed and the next one that it
//! finds, signed with keys that are made for it and thrown away. They differ from each other, and from the program that is
//! built otherwise, in their configuration only.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::Result;
use crate::process::{built, command, npm, root, run, run_quietly};
use crate::test::for_workspace;

const OLD: &str = "0.1.0";
const NEXT: &str = "0.2.0";
const PASSWORD: &str = "thrown away";

/// Builds the workspace and, if the program or what makes the releases of it has changed since, the two releases.
pub(crate) fn build() -> Result {
    workspace()?;
    let folder = built("releases")?;
    let program = built("muster-desktop")?;
    let recipe = built("xtask")?;
    let stamp = folder.join("of");
    if fs::read_to_string(&stamp).is_ok_and(|of| made_of(&program, &recipe).is_ok_and(|now| now == of)) {
        return Ok(());
    }
    // One after the other in the same place: what is not in the configuration is compiled once.
    let releases = Releases::new(folder)?;
    releases.make(OLD, &program)?;
    releases.make(NEXT, &program)?;
    releases.sign()?;
    workspace()?;
    fs::write(stamp, made_of(&program, &recipe)?)?;
    Ok(())
}

fn workspace() -> Result {
    // With the tests, because without them the dependencies would have other features and be compiled twice.
    run(&mut for_workspace("build", &["--bins", "--tests"]))
}

/// What the releases are made of: this program, by this recipe.
fn made_of(program: &Path, recipe: &Path) -> Result<String> {
    Ok(format!("{} {}", changed(program)?, changed(recipe)?))
}

fn changed(program: &Path) -> Result<String> {
    let when = fs::metadata(program)?.modified()?.duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(when.as_nanos().to_string())
}

/// Where they lie.
struct Releases {
    folder: PathBuf,
    /// What makes a program look for updates.
    updater: String,
}

impl Releases {
    /// With new keys and an address that is free now.
    fn new(folder: PathBuf) -> Result<Self> {
        // What is left of the last time must not be taken for new.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)?;
        for key in ["key", "other-key"] {
            let arguments = ["signer", "generate", "--ci", "-p", PASSWORD, "-w"];
            run_quietly(tauri(&arguments).arg(folder.join(key)))?;
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        fs::write(folder.join("port"), port.to_string())?;
        let public = fs::read_to_string(folder.join("key.pub"))?;
        let updater = format!(
            r#""plugins":{{"updater":{{"pubkey":"{}","endpoints":["http://127.0.0.1:{port}/stable.json"],"requireSignedVersion":true,"dangerousInsecureTransportProtocol":true}}}}"#,
            public.trim()
        );
        Ok(Self { folder, updater })
    }

    /// The program of this version, without what is there for a debugger only: it is read and written many times.
    fn make(&self, version: &str, program: &Path) -> Result {
        let mut build = for_workspace("build", &["--bin", "muster-desktop"]);
        run(build.env("TAURI_CONFIG", format!(r#"{{"version":"{version}",{}}}"#, self.updater)))?;
        let place = self.folder.join(version);
        run(command("strip", &["-o"]).arg(&place).arg(program))
    }

    /// The next release, signed as it should be and in the ways it should not.
    fn sign(&self) -> Result {
        let program = self.folder.join(NEXT);
        let no_program = self.folder.join("no-program");
        fs::write(&no_program, "a text, signed by the makers of Muster by mistake")?;
        let versioned: &[&str] = &["--app-version", NEXT];
        for (file, key, more, name) in [
            (&program, "key", versioned, "good.sig"),
            (&program, "other-key", versioned, "other.sig"),
            (&program, "key", &[], "unversioned.sig"),
            (&no_program, "key", versioned, "no-program.sig"),
        ] {
            let mut sign = tauri(&["signer", "sign", "-p", PASSWORD]);
            run_quietly(sign.args(more).arg("-f").arg(self.folder.join(key)).arg(file))?;
            fs::rename(file.with_extension(format!("{}sig", extension(file))), self.folder.join(name))?;
        }
        Ok(())
    }
}

/// What stands before `sig` in the name of a signature: it is added to the whole name.
fn extension(file: &Path) -> String {
    file.extension().map(|extension| format!("{}.", extension.display())).unwrap_or_default()
}

fn tauri(args: &[&str]) -> std::process::Command {
    let mut tauri = npm(&["exec", "--offline", "--", "tauri"]);
    tauri.args(args).current_dir(root());
    tauri
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_changed_program_and_a_changed_recipe_make_the_releases_anew() {
        let folder = std::env::temp_dir().join(format!("muster-made-of-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a directory");
        let at = |name: &str, second| {
            let path = folder.join(name);
            let file = fs::File::create(&path).expect("a file");
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(second)).expect("its time");
            path
        };
        let first = made_of(&at("program", 1), &at("recipe", 1)).expect("both are there");
        assert_eq!(made_of(&at("program", 1), &at("recipe", 1)).expect("both are there"), first);
        assert_ne!(made_of(&at("program", 2), &at("recipe", 1)).expect("both are there"), first);
        assert_ne!(made_of(&at("program", 1), &at("recipe", 2)).expect("both are there"), first);
        fs::remove_dir_all(&folder).expect("it can be removed");
    }
}
