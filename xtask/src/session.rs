//! A session of their own for tests: a fresh home and a real Secret Service, so that nothing of the person's is read or changed.

use std::process::Command;

use crate::Result;
use crate::process::{command, exists};
use crate::scratch::Scratch;

/// Unlocks a Secret Service of its own in the session, then runs what follows in it. The daemon keeps no hold of the
/// output, so that the output ends with the tests.
const WITH_SECRET_SERVICE: &str = r#"printf %s muster | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1 || exit 1
exec "$@""#;

/// Says that the Secret Service may be used.
const MAY_BE_USED: &str = "MUSTER_TEST_SECRET_SERVICE";

/// The session; what it leaves behind is removed when it is dropped.
#[derive(Debug)]
pub(crate) struct Session(Scratch);

impl Session {
    pub(crate) fn start(purpose: &str) -> Result<Self> {
        Ok(Self(Scratch::new(purpose)?))
    }

    /// The same command, to be run in the session.
    pub(crate) fn inside(&self, tests: &Command) -> Result<Command> {
        for program in ["dbus-run-session", "gnome-keyring-daemon"] {
            if !exists(program) {
                return Err(format!("`{program}` is missing: the tests need a Secret Service").into());
            }
        }
        let mut session = command("dbus-run-session", &["--", "sh", "-c", WITH_SECRET_SERVICE, "sh"]);
        session.arg(tests.get_program()).args(tests.get_args());
        self.0.settle(&mut session);
        session.env(MAY_BE_USED, "1");
        Ok(session)
    }
}
