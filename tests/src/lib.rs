//! What the tests of Muster share: simulated client systems ([`pruvan`], with the orders that it serves in [`orders`];
//! [`ppw`]; [`web_api`]). Never shipped, and without a dependency on muster-core: a simulator that shared code with the
//! connector would share its mistakes.

pub mod orders;
pub mod ppw;
pub mod pruvan;
pub mod web_api;
