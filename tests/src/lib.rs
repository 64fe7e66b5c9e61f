//! What the tests of Muster share: a simulated client system ([`pruvan`]) and the orders that it serves
//! ([`orders`]). Never shipped, and without a dependency on muster-core: a simulator that shared code with the
//! connector would share its mistakes.

pub mod orders;
pub mod pruvan;
