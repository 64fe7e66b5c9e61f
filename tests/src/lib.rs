//! What the tests of Muster share: simulated client systems ([`pruvan`], with the orders that it serves in [`orders`];
//! [`ppw`]; [`web_api`]), and bad days that any server can have ([`front`]). Never shipped, and without a dependency on muster-core: a simulator that shared code with the
//! connector would share its mistakes.

pub mod front;
pub mod orders;
pub mod ppw;
pub mod pruvan;
pub mod web_api;
