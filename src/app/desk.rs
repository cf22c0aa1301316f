//! Where the window and a thread that works for it leave things for each other: one place for a
//! request and one for a result, so that nothing piles up however long the other is away.
//!
//! The newest request wins: one that has not been begun is replaced, and the thread can see, while
//! it works on one, that another waits.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The thread's side.
pub struct Desk<Q, A> {
    slots: Mutex<Slots<Q, A>>,
    /// A request has come.
    rung: Condvar,
    /// A result has come.
    served: Condvar,
    /// Set while a request waits, or the window is gone.
    pub newer: AtomicBool,
    wake: Box<dyn Fn() + Send + Sync>,
}

struct Slots<Q, A> {
    request: Option<Q>,
    result: Option<A>,
    closed: bool,
}

impl<Q, A> Desk<Q, A> {
    /// Nothing is ever left half written under the lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, Slots<Q, A>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next request; nothing once the window is gone.
    pub fn next(&self) -> Option<Q> {
        let waiting = |slots: &mut Slots<Q, A>| slots.request.is_none() && !slots.closed;
        let waited = self.rung.wait_while(self.lock(), waiting);
        let mut slots = waited.unwrap_or_else(PoisonError::into_inner);
        if slots.closed {
            return None;
        }
        self.newer.store(false, Ordering::Relaxed);
        slots.request.take()
    }

    /// Leaves a result in the place of any before, and wakes the window.
    pub fn publish(&self, result: A) {
        self.lock().result = Some(result);
        self.served.notify_one();
        (self.wake)();
    }
}

/// The window's side; dropping it ends the thread.
pub struct Clerk<Q, A> {
    desk: Arc<Desk<Q, A>>,
}

impl<Q: Send + 'static, A: Send + 'static> Clerk<Q, A> {
    /// Starts a thread that serves until there is no next request. `wake` is called whenever a
    /// result is ready.
    ///
    /// # Errors
    ///
    /// The system refuses another thread.
    pub fn start(
        name: &str,
        wake: impl Fn() + Send + Sync + 'static,
        serve: impl FnOnce(&Desk<Q, A>) + Send + 'static,
    ) -> io::Result<Self> {
        let desk = Arc::new(Desk {
            slots: Mutex::new(Slots {
                request: None,
                result: None,
                closed: false,
            }),
            rung: Condvar::new(),
            served: Condvar::new(),
            newer: AtomicBool::new(false),
            wake: Box::new(wake),
        });
        let theirs = Arc::clone(&desk);
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || serve(&theirs))?;
        Ok(Self { desk })
    }
}

impl<Q, A> Clerk<Q, A> {
    /// Asks for something, in the place of anything asked before.
    pub fn ask(&self, request: Q) {
        // Under the lock, so that the thread never takes the request first and is then told of it.
        let mut slots = self.desk.lock();
        slots.request = Some(request);
        self.desk.newer.store(true, Ordering::Relaxed);
        drop(slots);
        self.desk.rung.notify_one();
    }

    /// Has the thread give up what it works on, if it looks whether something newer is asked.
    pub fn stop(&self) {
        let mut slots = self.desk.lock();
        slots.request = None;
        self.desk.newer.store(true, Ordering::Relaxed);
    }

    /// The newest result, if one has arrived since the last call.
    pub fn newest(&self) -> Option<A> {
        self.desk.lock().result.take()
    }

    /// Likewise, but waits so long for one that is wanted.
    pub fn wait(&self, wait: Duration, wanted: impl Fn(&A) -> bool) -> Option<A> {
        let missing = |slots: &mut Slots<Q, A>| !slots.result.as_ref().is_some_and(&wanted);
        let served = &self.desk.served;
        let waited = served.wait_timeout_while(self.desk.lock(), wait, missing);
        let (mut slots, _) = waited.unwrap_or_else(PoisonError::into_inner);
        slots.result.take()
    }
}

impl<Q, A> Drop for Clerk<Q, A> {
    fn drop(&mut self) {
        self.desk.lock().closed = true;
        self.desk.newer.store(true, Ordering::Relaxed);
        self.desk.rung.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_request_is_answered_and_dropping_ends_the_thread() {
        let (tell, ended) = std::sync::mpsc::channel();
        let clerk = Clerk::start(
            "test",
            || {},
            move |desk: &Desk<u32, u32>| {
                while let Some(request) = desk.next() {
                    desk.publish(request * 2);
                }
                tell.send(()).unwrap();
            },
        )
        .unwrap();
        for request in 1..=100 {
            clerk.ask(request);
        }
        let long = Duration::from_secs(10);
        assert_eq!(clerk.wait(long, |&answer| answer == 200), Some(200));
        assert_eq!(clerk.newest(), None);
        drop(clerk);
        ended.recv_timeout(long).unwrap();
    }
}
