//! What goes into a bundle beside the window: the program `muster`, and on Linux what belongs to it there.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{APPLE, Built, DEPENDS, UNIVERSAL};
use crate::Result;
use crate::process::{command, root, run};

/// The completions of each shell, by the name that a package has them under.
const COMPLETIONS: &[(&str, &str)] = &[("bash", "muster.bash"), ("zsh", "_muster"), ("fish", "muster.fish")];

/// Puts the parts where the configuration of the bundles names them.
pub(super) fn collect(built: &Built, parts: &Path) -> Result {
    let exe = std::env::consts::EXE_SUFFIX;
    // Tauri's tool looks for the name with the target.
    let staged = parts.join(format!("muster-{}{exe}", built.target));
    if built.target == UNIVERSAL {
        let mut lipo = command("lipo", &["-create", "-output"]);
        lipo.arg(&staged);
        for target in APPLE {
            lipo.arg(built.directory_of(Some(target))?.join("muster"));
        }
        run(&mut lipo)?;
    } else {
        fs::copy(built.directory()?.join(format!("muster{exe}")), &staged)?;
    }
    if cfg!(target_os = "linux") {
        of_linux(built, &staged, parts)?;
    }
    Ok(())
}

fn of_linux(built: &Built, muster: &Path, parts: &Path) -> Result {
    for (shell, file) in COMPLETIONS {
        into_file(Command::new(muster).args(["completions", shell]), &parts.join(file))?;
    }
    // Without the time, so that the same page is the same file.
    let page = root().join("bundle/muster.1");
    into_file(Command::new("gzip").args(["-9", "--no-name", "--stdout"]).arg(page), &parts.join("muster.1.gz"))?;
    let mut overrides = fs::read_to_string(root().join("bundle/lintian-overrides"))?;
    if built.debug {
        overrides
            .push_str("# Made for trying out, with what a debugger needs.\nmuster: unstripped-binary-or-object *\n");
    }
    fs::write(parts.join("lintian-overrides"), overrides)?;
    let mut libc = None;
    for program in [muster, &built.directory()?.join("muster-desktop")] {
        libc = libc.max(newest_libc(&fs::read(program)?));
    }
    let libc = libc.ok_or("the programs do not say what C library they need")?;
    fs::write(root().join(DEPENDS), depends(libc))?;
    Ok(())
}

/// What the package depends on, beside the web view and GTK, which Tauri's tool adds: the C library as new as the programs need
/// it, which depends on where they were built, and what they cannot do without but do not link.
fn depends((major, minor): (u32, u32)) -> String {
    format!(
        r#"{{"bundle": {{"linux": {{"deb": {{"depends": ["libc6 (>= {major}.{minor})", "libdbus-1-3", "ca-certificates"]}}}}}}}}"#
    )
}

/// The newest version of the C library that a program names.
fn newest_libc(program: &[u8]) -> Option<(u32, u32)> {
    const NAME: &[u8] = b"GLIBC_";
    let found = program.windows(NAME.len()).enumerate().filter(|(_, window)| *window == NAME);
    let versions = found.filter_map(|(at, _)| {
        let text = program.get(at + NAME.len()..)?;
        let length = text.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'.')?;
        let mut numbers = std::str::from_utf8(text.get(..length)?).ok()?.split('.').map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    });
    versions.max()
}

fn into_file(program: &mut Command, file: &Path) -> Result {
    let status = program.stdin(Stdio::null()).stdout(fs::File::create(file)?).status()?;
    if status.success() { Ok(()) } else { Err(format!("{} was not made ({status})", file.display()).into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_c_library_that_a_program_names_is_found() {
        let program = b"\x7fELF\0GLIBC_2.9\0GLIBC_2.34\0GLIBC_2.2.5\0GLIBC_PRIVATE\0GLIBC_\0";
        assert_eq!(newest_libc(program), Some((2, 34)));
        assert_eq!(newest_libc(b"a program without it"), None);
        assert!(depends((2, 34)).contains("libc6 (>= 2.34)"));
    }
}
