//! How many pages are listened to at once, in all and by one person. Knows nothing of what is told.
//! Changes when a listener's place is given otherwise.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use ronde_model::id::AgentId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Listeners at once.
const LISTENERS: usize = 64;
/// Of those, one person's: one more ends the oldest, which may be a laptop that sleeps behind a tunnel
/// and never said so.
const OF_ONE: usize = 8;

/// The places there are.
#[derive(Clone)]
pub struct Places {
    all: Arc<Semaphore>,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Default)]
struct Taken {
    given: u64,
    /// Each person's, the oldest first.
    by_whom: HashMap<AgentId, VecDeque<Held>>,
}

/// What a listener holds: the permit is not the listener's own, for one that sleeps gives nothing back.
struct Held {
    number: u64,
    of_all: OwnedSemaphorePermit,
    /// Dropped, it ends the listener.
    _end: oneshot::Sender<()>,
}

/// One place, given back when dropped.
pub struct Place {
    number: u64,
    whose: AgentId,
    taken: Arc<Mutex<Taken>>,
    end: oneshot::Receiver<()>,
}

/// Everybody's places are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more pages are open than the server follows: close some")]
pub struct NoPlace;

impl Default for Places {
    fn default() -> Self {
        Places { all: Arc::new(Semaphore::new(LISTENERS)), taken: Arc::default() }
    }
}

impl Places {
    /// A place for a person, while there is one, or that of the person's oldest listener, which ends.
    pub fn take(&self, whose: AgentId) -> Result<Place, NoPlace> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.by_whom.get_mut(&whose).filter(|own| own.len() >= OF_ONE);
        let of_all = match own.and_then(VecDeque::pop_front) {
            Some(oldest) => oldest.of_all,
            None => self.all.clone().try_acquire_owned().map_err(|_| NoPlace)?,
        };
        taken.given += 1;
        let (number, (until, end)) = (taken.given, oneshot::channel());
        taken.by_whom.entry(whose).or_default().push_back(Held { number, of_all, _end: until });
        Ok(Place { number, whose, taken: self.taken.clone(), end })
    }
}

impl Place {
    /// Waits until a newer listener takes the place. Not to be asked again after that.
    pub async fn is_taken(&mut self) {
        // The other end says nothing: that it is gone is all there is to know.
        drop((&mut self.end).await);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = taken.by_whom.get_mut(&self.whose) {
            own.retain(|held| held.number != self.number);
            if own.is_empty() {
                taken.by_whom.remove(&self.whose);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_over(place: &mut Place) -> bool {
        place.end.try_recv() == Err(oneshot::error::TryRecvError::Closed)
    }

    #[test]
    fn nobody_takes_every_place_and_each_comes_back() {
        let places = Places::default();
        let of = |who: u8| places.take(AgentId([who; 16]));
        let mut mine: Vec<Place> = (0..OF_ONE).map(|_| of(1).unwrap()).collect();
        let mut others: Vec<Place> = (2..=u8::MAX).map_while(|who| of(who).ok()).collect();
        assert_eq!(others.len(), LISTENERS - OF_ONE);
        assert_eq!(of(0).err(), Some(NoPlace));
        // One more of mine takes nobody's place but my oldest's, whether or not that one notices.
        mine.push(of(1).unwrap());
        let over: Vec<bool> = mine.iter_mut().map(is_over).collect();
        assert_eq!(over, [true, false, false, false, false, false, false, false, false]);
        assert!(!others.iter_mut().any(is_over));
        assert_eq!(of(0).err(), Some(NoPlace));
        // That it is noticed late frees no place twice.
        drop(mine.remove(0));
        assert_eq!(of(0).err(), Some(NoPlace));
        mine.pop();
        assert!(of(0).is_ok());
        drop((mine, others));
        assert!(places.taken.lock().unwrap().by_whom.is_empty(), "nobody is remembered who listens no more");
        assert_eq!(places.all.available_permits(), LISTENERS);
    }
}
