//! The client's orders: N of them by seed, the same bytes on every machine, and what a client does to them later.
//!
//! Each order is kept as its JSON text, so that 200,000 of them (some 340 MB on the wire) fit in memory and are sent
//! as they are.

mod random;
mod render;
pub(crate) mod words;

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use random::Random;
pub use render::Flavour;
use render::Recipe;

/// One order as the client's server holds it.
#[derive(Debug, Clone)]
pub struct Order {
    /// Its number as text; empty if a test put in something without one.
    pub number: String,
    /// Its JSON.
    pub json: Bytes,
    /// When the client last changed it: Unix seconds of the client's clock. 0: long ago.
    pub changed_at: i64,
    /// What it was made from; none for what a test put in by hand.
    recipe: Option<(u64, u32)>,
}

/// A list of orders, deterministic by seed.
#[derive(Debug, Clone)]
pub struct Orders {
    list: Vec<Order>,
    seed: u64,
    flavour: Flavour,
    /// Index of the next order that the client adds; never reused, so numbers stay unique.
    next: u64,
    clock_offset: i64,
}

impl Orders {
    /// `n` orders that were all changed long ago.
    pub fn generate(n: usize, seed: u64) -> Self {
        Self::flavoured(n, seed, Flavour::Standard)
    }

    /// Like [`Orders::generate`], spelled as another server would.
    pub fn flavoured(n: usize, seed: u64, flavour: Flavour) -> Self {
        let mut orders = Self { list: Vec::with_capacity(n), seed, flavour, next: 0, clock_offset: 0 };
        for _ in 0..n {
            let order = orders.fresh(0);
            orders.list.push(order);
        }
        orders
    }

    /// No orders at all.
    pub fn none() -> Self {
        Self::generate(0, 0)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All of them, in the order of the list.
    pub fn iter(&self) -> std::slice::Iter<'_, Order> {
        self.list.iter()
    }

    /// The i-th order.
    pub fn get(&self, index: usize) -> Option<&Order> {
        self.list.get(index)
    }

    /// The number of the i-th order; empty if there is none.
    pub fn number(&self, index: usize) -> &str {
        self.list.get(index).map_or("", |order| &order.number)
    }

    /// The numbers of all orders, in the order of the list.
    pub fn numbers(&self) -> Vec<String> {
        self.list.iter().map(|order| order.number.clone()).collect()
    }

    /// Where the order with this number is.
    pub fn position(&self, number: &str) -> Option<usize> {
        self.list.iter().position(|order| order.number == number)
    }

    /// The JSON of the i-th order, parsed; null if there is none or it is no JSON.
    pub fn value(&self, index: usize) -> serde_json::Value {
        self.list.get(index).and_then(|order| serde_json::from_slice(&order.json).ok()).unwrap_or_default()
    }

    /// How many bytes of JSON the orders have together.
    pub fn bytes(&self) -> usize {
        self.list.iter().map(|order| order.json.len()).sum()
    }

    /// The client's clock is so many seconds ahead of ours; changes from now on are stamped with it.
    pub fn set_clock_offset(&mut self, seconds: i64) {
        self.clock_offset = seconds;
    }

    /// How many seconds the client's clock is ahead of ours.
    pub fn clock_offset(&self) -> i64 {
        self.clock_offset
    }

    /// What the client's clock shows: Unix seconds.
    pub fn now(&self) -> i64 {
        let ours = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs());
        i64::try_from(ours).unwrap_or(i64::MAX).saturating_add(self.clock_offset)
    }

    /// The client changes this share of its orders (client status, due dates, instructions). Returns which.
    pub fn change(&mut self, fraction: f64, seed: u64) -> Vec<usize> {
        self.change_some(share(self.len(), fraction), seed)
    }

    /// The client changes `count` orders. Returns which; what a test put in by hand is only stamped.
    pub fn change_some(&mut self, count: usize, seed: u64) -> Vec<usize> {
        let chosen = Random::new(seed, 1).sample(self.len(), count);
        for index in &chosen {
            self.change_one(*index);
        }
        chosen
    }

    /// The client changes the i-th order. False if there is none.
    pub fn change_one(&mut self, index: usize) -> bool {
        let now = self.now();
        let (seed, flavour) = (self.seed, self.flavour);
        let Some(order) = self.list.get_mut(index) else { return false };
        order.changed_at = now;
        if let Some((origin, revision)) = &mut order.recipe {
            *revision += 1;
            let recipe = Recipe { seed, index: *origin, revision: *revision, flavour };
            order.json = Bytes::from(render::json(&recipe));
        }
        true
    }

    /// The client's list loses this share of its orders. Returns them; [`Orders::push`] brings one back.
    pub fn remove(&mut self, fraction: f64, seed: u64) -> Vec<Order> {
        self.remove_some(share(self.len(), fraction), seed)
    }

    /// The client's list loses `count` orders. Returns them.
    pub fn remove_some(&mut self, count: usize, seed: u64) -> Vec<Order> {
        let chosen = Random::new(seed, 2).sample(self.len(), count);
        let mut gone = Vec::with_capacity(chosen.len());
        let mut next = chosen.iter().copied().peekable();
        let kept = std::mem::take(&mut self.list).into_iter().enumerate();
        for (index, order) in kept {
            if next.next_if_eq(&index).is_some() {
                gone.push(order);
            } else {
                self.list.push(order);
            }
        }
        gone
    }

    /// The client's list loses the i-th order.
    pub fn remove_one(&mut self, index: usize) -> Option<Order> {
        (index < self.list.len()).then(|| self.list.remove(index))
    }

    /// The client adds so many new orders. Returns where they are.
    pub fn add(&mut self, count: usize) -> Vec<usize> {
        let now = self.now();
        let first = self.list.len();
        for _ in 0..count {
            let order = self.fresh(now);
            self.list.push(order);
        }
        (first..self.list.len()).collect()
    }

    /// Puts an order at the end, as it is.
    pub fn push(&mut self, order: Order) {
        self.list.push(order);
    }

    /// Adds any text in the place of an order, changed now. Returns where it is.
    pub fn push_raw(&mut self, json: impl Into<Bytes>) -> usize {
        let json = json.into();
        let number = number_of(&json);
        let changed_at = self.now();
        self.list.push(Order { number, json, changed_at, recipe: None });
        self.list.len() - 1
    }

    /// Replaces the i-th order with any text, changed now. Its number is read from the text; if it has none, it
    /// keeps the old one. False if there is no such order.
    pub fn replace(&mut self, index: usize, json: impl Into<Bytes>) -> bool {
        let now = self.now();
        let Some(order) = self.list.get_mut(index) else { return false };
        order.json = json.into();
        let number = number_of(&order.json);
        if !number.is_empty() {
            order.number = number;
        }
        order.changed_at = now;
        order.recipe = None;
        true
    }

    /// Changes some keys of the i-th order; the others stay. False if there is no such order or it is no object.
    pub fn edit(&mut self, index: usize, edit: impl FnOnce(&mut serde_json::Map<String, serde_json::Value>)) -> bool {
        let serde_json::Value::Object(mut keys) = self.value(index) else { return false };
        edit(&mut keys);
        self.replace(index, serde_json::Value::Object(keys).to_string())
    }

    fn fresh(&mut self, changed_at: i64) -> Order {
        let recipe = Recipe { seed: self.seed, index: self.next, revision: 0, flavour: self.flavour };
        self.next += 1;
        Order {
            number: render::number(&recipe),
            json: Bytes::from(render::json(&recipe)),
            changed_at,
            recipe: Some((recipe.index, 0)),
        }
    }
}

impl<'a> IntoIterator for &'a Orders {
    type Item = &'a Order;
    type IntoIter = std::slice::Iter<'a, Order>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The number inside any text; empty if it cannot be found.
fn number_of(json: &[u8]) -> String {
    let value: serde_json::Value = serde_json::from_slice(json).unwrap_or_default();
    match value.get("workOrderNumber") {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(serde_json::Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// A share of a length, rounded.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "lists are far below 2^52 long, and the result is kept within the list"
)]
fn share(length: usize, fraction: f64) -> usize {
    ((length as f64 * fraction).round() as usize).min(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let (one, two, other) = (Orders::generate(200, 7), Orders::generate(200, 7), Orders::generate(200, 8));
        assert!(one.iter().zip(two.iter()).all(|(a, b)| a.json == b.json));
        assert!(one.iter().zip(other.iter()).any(|(a, b)| a.json != b.json));
    }

    #[test]
    fn orders_are_valid_json_of_a_realistic_size_with_unique_numbers() {
        for flavour in [Flavour::Standard, Flavour::AspNet, Flavour::Php] {
            let orders = Orders::flavoured(2_000, 1, flavour);
            for (index, order) in orders.iter().enumerate() {
                let value = orders.value(index);
                assert_eq!(number_of(&order.json), order.number);
                for key in ["address1", "city", "state", "zip"] {
                    assert!(value[key].as_str().is_some_and(|text| !text.is_empty()), "{key} in {value}");
                }
                assert!((1..=4).contains(&value["services"].as_array().unwrap().len()));
            }
            let numbers: HashSet<_> = orders.numbers().into_iter().collect();
            assert_eq!(numbers.len(), 2_000);
            let average = orders.bytes() / orders.len();
            assert!((1_500..=1_950).contains(&average), "{flavour:?}: {average} bytes an order");
        }
    }

    #[test]
    fn a_change_keeps_the_number_and_the_address_and_stamps_the_order() {
        let mut orders = Orders::generate(1_000, 3);
        let before = orders.clone();
        let changed = orders.change(0.01, 5);
        assert_eq!(changed.len(), 10);
        for index in 0..1_000 {
            let touched = changed.contains(&index);
            assert_eq!(orders.get(index).unwrap().json != before.get(index).unwrap().json, touched);
            assert_eq!(orders.get(index).unwrap().changed_at > 0, touched);
            assert_eq!(orders.value(index)["address1"], before.value(index)["address1"]);
            assert_eq!(orders.number(index), before.number(index));
        }
    }

    #[test]
    fn removed_numbers_are_not_given_again() {
        let mut orders = Orders::generate(100, 3);
        let gone = orders.remove_some(7, 1);
        assert_eq!((gone.len(), orders.len()), (7, 93));
        let added = orders.add(3);
        assert_eq!(added, [93, 94, 95]);
        assert!(gone.iter().all(|order| orders.position(&order.number).is_none()));
        orders.push(gone[0].clone());
        assert_eq!(orders.position(&gone[0].number), Some(96));
    }

    #[test]
    fn raw_text_takes_the_place_of_an_order() {
        let mut orders = Orders::generate(3, 3);
        let number = orders.number(1).to_owned();
        assert!(orders.replace(1, "[not json"));
        assert_eq!(orders.number(1), number);
        assert!(orders.replace(1, r#"{"workOrderNumber":77,"status":null}"#));
        assert_eq!(orders.number(1), "77");
        assert!(orders.edit(2, |keys| drop(keys.insert("city".into(), "Reno".into()))));
        assert_eq!(orders.value(2)["city"], "Reno");
    }
}
