//! A Debian with nothing in it but what installs packages. What is mounted in it is mounted for the started program alone, so
//! that nothing is left behind whatever happens.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::Result;
use crate::process::{answer, command, run};

/// Who works there.
const PERSON: &str = "ann";

/// Mounts what a program needs of the system and goes into the root: the kernel's files, the devices, the sockets of displays.
const ENTER: &str = r#"set -e
root=$1; shift
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mkdir -p /tmp/.X11-unix "$root/tmp/.X11-unix"
mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
exec chroot "$root" "$@""#;

/// What changes with every package, whichever it is; and the person's home, which is looked at by itself.
const OF_OTHERS: &[&str] =
    &["dev", "home", "proc", "run", "sys", "tmp", "var/cache", "var/lib/apt", "var/lib/dpkg", "var/log", "var/tmp"];

/// The root; it is removed when it is dropped.
pub(super) struct Root(PathBuf);

impl Root {
    /// Unpacks one. The first time, it is made from Debian's packages, which takes a while.
    pub(super) fn new() -> Result<Self> {
        let cache = cache()?;
        fs::create_dir_all(cache.join("archives"))?;
        let packed = cache.join(format!("{}.tar", codename()?));
        if !packed.exists() {
            // Under another name until it is whole.
            let half = packed.with_extension("half.tar");
            run(command("mmdebstrap", &["--mode=root", "--variant=apt", &codename()?]).arg(&half))?;
            fs::rename(&half, &packed)?;
        }
        let root = Self(cache.join(format!("root-{}", std::process::id())));
        fs::create_dir_all(&root.0)?;
        run(command("tar", &["--extract", "--numeric-owner", "--file"]).arg(&packed).arg("--directory").arg(&root.0))?;
        fs::copy("/etc/resolv.conf", root.0.join("etc/resolv.conf"))?;
        run(&mut root.inside(&["useradd", "--create-home", PERSON]))?;
        Ok(root)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Installs a package with what it depends on, not with what it recommends.
    pub(super) fn install(&self, package: &Path) -> Result {
        let name = package.file_name().ok_or("a package has a name")?;
        let inside = Path::new("/var/tmp").join(name);
        fs::copy(package, self.0.join("var/tmp").join(name))?;
        let (archives, kept) = (self.0.join("var/cache/apt/archives"), cache()?.join("archives"));
        copy_packages(&kept, &archives)?;
        run(&mut self.inside(&["apt-get", "-qq", "update"]))?;
        let words = ["apt-get", "-qq", "-oAPT::Keep-Downloaded-Packages=true", "-oDpkg::Use-Pty=0"];
        let mut install = self.inside(&[&words[..], &["install", "--yes", "--no-install-recommends"]].concat());
        run(install.arg(inside).env("DEBIAN_FRONTEND", "noninteractive"))?;
        copy_packages(&archives, &kept)
    }

    /// This command, in the root.
    pub(super) fn inside(&self, words: &[&str]) -> Command {
        let alone = ["--mount", "--pid", "--fork", "--kill-child", "--", "sh", "-c", ENTER, "sh"];
        let mut inside = command("unshare", &alone);
        inside.arg(&self.0).args(words);
        inside.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LC_ALL", "C.UTF-8").env_remove("TMPDIR");
        inside
    }

    /// This command, in the root, as the person who works there. Nothing is known to it but their home.
    pub(super) fn as_person(&self, words: &[&str]) -> Command {
        let home = format!("HOME=/home/{PERSON}");
        let who = ["runuser", "--user", PERSON, "--", "env", "--ignore-environment", "--chdir=/", &home];
        self.inside(&[&who[..], &["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"], words].concat())
    }

    /// What is there, from the root, without what is of others.
    pub(super) fn files(&self) -> Result<BTreeSet<PathBuf>> {
        files_below(&self.0, OF_OTHERS)
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            println!("{} could not be removed: {error}", self.0.display());
        }
    }
}

/// A started program. It is killed when it is dropped, and with it all that it has started.
pub(super) struct Child(std::process::Child);

impl Child {
    pub(super) fn start(mut command: Command) -> Result<Self> {
        Ok(Self(command.stdin(Stdio::null()).spawn()?))
    }

    pub(super) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.0.try_wait()?)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Everything below a directory, as seen from it, but for what is below these.
pub(super) fn files_below(directory: &Path, passed_over: &[&str]) -> Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    let mut directories = vec![PathBuf::new()];
    while let Some(inner) = directories.pop() {
        let Ok(entries) = fs::read_dir(directory.join(&inner)) else { continue };
        for entry in entries {
            let entry = entry?;
            let path = inner.join(entry.file_name());
            if passed_over.iter().any(|other| path == Path::new(other)) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                directories.push(path.clone());
            }
            found.insert(path);
        }
    }
    Ok(found)
}

/// Where the packed root and Debian's packages are kept: beside what cargo builds.
fn cache() -> Result<PathBuf> {
    let program = env::current_exe()?;
    let target = program.ancestors().nth(2).ok_or("this program lies in no target directory")?;
    Ok(target.join("try-deb"))
}

/// The name of this Debian: what was built here runs there.
fn codename() -> Result<String> {
    let name = answer(&mut command("sh", &["-c", ". /etc/os-release && echo $VERSION_CODENAME"]));
    name.filter(|name| !name.is_empty()).ok_or_else(|| "/etc/os-release does not say which Debian this is".into())
}

fn copy_packages(from: &Path, to: &Path) -> Result {
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let (Some(name), true) = (path.file_name(), path.extension().is_some_and(|extension| extension == "deb"))
        else {
            continue;
        };
        if !to.join(name).exists() {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}
