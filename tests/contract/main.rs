//! What every integration type owes: one set of tests, tried on each of them against a client system of its own. A new type
//! joins by one line in `clients`.

#[cfg(test)]
mod bad_days;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod good_days;
#[cfg(test)]
mod office;
#[cfg(test)]
#[path = "../support/secrets.rs"]
mod secrets;
#[cfg(test)]
mod what_it_says;
