//! muster-core in this process, over the data directory of a [`Program`]: for what would take minutes with the limits of
//! the program, and for what would take hundreds of processes.

use std::sync::Arc;

use muster_core::model::{Import, ImportKind, IntegrationCode};
use muster_core::secrets::{Unlock, Vault};
use muster_core::{Admin, HttpLimits, ImportRequest, Muster, Options};

use super::{CODE, Program};

/// Opens the program's data directory with these limits.
pub(crate) async fn open(program: &Program, http: HttpLimits) -> Admin {
    let key = program.key();
    let vault = Vault::with_unlock(program.data(), Box::new(move || Ok(Unlock::KeyFile(key.clone()))));
    let options = Options { http, ..Options::new(program.data(), Arc::new(vault)) };
    let muster = Muster::open(options).await.expect("the data directory opens");
    muster.owner("a test").await.expect("there are no users")
}

pub(crate) fn code() -> IntegrationCode {
    CODE.parse().expect("a code")
}

/// Runs an import to its end.
pub(crate) async fn import(muster: &Admin, kind: ImportKind) -> Import {
    let request = ImportRequest::new(code(), kind);
    let handle = muster.start_import(request).await.expect("the import starts");
    handle.wait().await.expect("the import leaves a record")
}
