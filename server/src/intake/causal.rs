//! The order in which what waits is tried again: each change after those it was made on, so that one
//! pass settles a whole run of them, however they were numbered or sent. Judges nothing.

use std::collections::HashMap;

use ronde_model::document::read_change;
use ronde_model::id::ChangeHash;

use super::ruling::Item;

/// Puts parents before their children; otherwise by chain and place in it.
pub fn ordered(mut items: Vec<Item>) -> Vec<Item> {
    if items.len() < 2 {
        return items;
    }
    items.sort_by_key(Item::order);
    let order = order_of(&parents_of(&items));
    let mut items: Vec<Option<Item>> = items.into_iter().map(Some).collect();
    order.into_iter().filter_map(|place| items.get_mut(place).and_then(Option::take)).collect()
}

/// For each item, those of the same list that its change was made on.
fn parents_of(items: &[Item]) -> Vec<Vec<usize>> {
    let changes: Vec<_> = items.iter().map(|item| read_change(&item.envelope().body)).collect();
    let places: HashMap<ChangeHash, usize> = changes
        .iter()
        .enumerate()
        .filter_map(|(place, change)| change.as_ref().map(|change| (change.hash, place)))
        .collect();
    let parents = |deps: &[ChangeHash]| deps.iter().filter_map(|dep| places.get(dep).copied()).collect();
    changes
        .iter()
        .map(|change| change.as_ref().map(|change| parents(&change.deps)).unwrap_or_default())
        .collect()
}

/// Every place once, parents first. A change cannot be its own ancestor: its hash covers its parents'.
fn order_of(parents: &[Vec<usize>]) -> Vec<usize> {
    let (mut order, mut seen) = (Vec::with_capacity(parents.len()), vec![false; parents.len()]);
    for first in 0..parents.len() {
        // The second time a place is met, everything before it has been put in order.
        let mut open = vec![(first, false)];
        while let Some((place, is_ready)) = open.pop() {
            if is_ready {
                order.push(place);
            } else if !std::mem::replace(&mut seen[place], true) {
                open.push((place, true));
                open.extend(parents[place].iter().rev().map(|parent| (*parent, false)));
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::order_of;

    #[test]
    fn parents_come_first_and_everything_comes_once() {
        let parents = [vec![3], vec![], vec![1, 0], vec![4], vec![], vec![2, 3]];
        assert_eq!(order_of(&parents), [4, 3, 0, 1, 2, 5]);
        let backwards: Vec<Vec<usize>> = (1..=5_000).map(|next| vec![next]).chain([vec![]]).collect();
        assert_eq!(order_of(&backwards), (0..=5_000).rev().collect::<Vec<_>>());
        // Not even one that lies about its parents is lost.
        assert_eq!(order_of(&[vec![1], vec![0]]).len(), 2);
    }
}
