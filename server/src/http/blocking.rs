//! The bridge between the asynchronous listener and the synchronous server: so many calls at once,
//! so many in line, the rest told to wait. Knows no call. Changes when the bound does.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::problem::{BUSY, DEFECT, Problem};

/// Calls that run at once. SQLite has one writer; more readers than cores only share them.
const AT_ONCE: usize = 16;
/// Calls that wait for their turn; one more is told to come back.
const IN_LINE: usize = 1024;

/// A bounded share of the blocking pool.
#[derive(Debug, Clone)]
pub struct Blocking {
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
}

impl Default for Blocking {
    fn default() -> Self {
        Blocking::of(AT_ONCE, IN_LINE)
    }
}

impl Blocking {
    /// So many calls at once and so many in line.
    pub fn of(at_once: usize, in_line: usize) -> Self {
        Blocking {
            running: Arc::new(Semaphore::new(at_once)),
            admitted: Arc::new(Semaphore::new(at_once + in_line)),
        }
    }

    /// Runs a call when its turn comes. A caller that goes away does not stop it: what it wrote
    /// is answered again to the identical retry.
    ///
    /// # Errors
    /// `busy` when the line is full; `defect` when the call panicked.
    pub async fn run<T, F>(&self, call: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let busy = || Problem::new(&BUSY, "more requests are in line than the server takes: come back later");
        let admitted = self.admitted.clone().try_acquire_owned().map_err(|_| busy())?;
        let turn = self.running.clone().acquire_owned().await.map_err(|_| busy())?;
        let done = tokio::task::spawn_blocking(move || {
            let result = call();
            drop((turn, admitted));
            result
        });
        done.await.map_err(|failure| {
            tracing::error!(panicked = failure.is_panic(), "a call did not return");
            Problem::new(&DEFECT, "the server met a defect of its own; nothing was half done")
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;
    use crate::error::RetryClass;

    #[tokio::test]
    async fn one_call_too_many_is_told_to_wait_and_the_others_are_answered() {
        let blocking = Blocking::of(1, 1);
        let (open, gate) = channel::<()>();
        let first = tokio::spawn({
            let blocking = blocking.clone();
            async move { blocking.run(move || gate.recv().map(|()| 1).unwrap_or(0)).await }
        });
        let second = tokio::spawn({
            let blocking = blocking.clone();
            async move { blocking.run(|| 2).await }
        });
        while blocking.admitted.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        // Far longer than an answer takes: a third call that waited would wait for ever.
        let third = tokio::time::timeout(Duration::from_secs(30), blocking.run(|| 3)).await.unwrap();
        assert_eq!(third.unwrap_err().retry(), RetryClass::Wait);
        open.send(()).unwrap();
        assert_eq!(first.await.unwrap(), Ok(1));
        assert_eq!(second.await.unwrap(), Ok(2));
        assert_eq!(blocking.run(|| 4).await, Ok(4));
    }

    #[tokio::test]
    async fn a_call_that_panics_is_a_problem_and_takes_no_place_for_ever() {
        let blocking = Blocking::of(1, 0);
        assert!(blocking.run(|| if true { panic!("on purpose") } else { 0 }).await.is_err());
        assert_eq!(blocking.run(|| 1).await, Ok(1));
    }
}
