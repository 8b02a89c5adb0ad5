// SPDX-License-Identifier: MIT
//! my-plugin: a provider that computes by itself. This one says the words of the last message in reverse order.
#[macro_use]
mod hobnob;
use hobnob::*;

/// Several calls may use it at once: it keeps nothing of a conversation.
struct MyProvider {
    delay: i64, // ms before each word but the first
}

impl Provider for MyProvider {
    const FLAGS: u32 = HN_PROVIDER_BLOCKS; // chat() runs on a thread of its own, and may take its time

    /// Keeps what the options say. Load a model here.
    fn create(options: &Options) -> Result<Self, Error> {
        match options.int("delay").unwrap_or(0) {
            delay if delay < 0 => Err(Error::new(HN_ERR_CONFIG, "delay: expected 0 or more milliseconds")),
            delay => Ok(MyProvider { delay }),
        }
    }

    /// One attempt at one reply, on a thread of its own.
    fn chat(&self, call: &mut Call, request: &Request) -> Result<Reply, Error> {
        if request.dry() {
            return Ok(Reply::Complete);
        }
        let text = request.last().text();
        let mut words = 0;
        for word in text.split_whitespace().rev() {
            self.say(call, word, words == 0)?;
            words += 1;
        }
        if words == 0 {
            call.say("Say a word.")?;
        }
        call.report(Usage::new().prompt(words).completion(words))?;
        call.finish(HN_FINISH_STOP)
    }
}

impl MyProvider {
    /// One step of the computation: waits, unless the user stops it, and says a word.
    fn say(&self, call: &Call, word: &str, first: bool) -> Result<(), Error> {
        // Ask often: a reply has to stop within 100 ms.
        if call.cancelled() {
            return Err(Error::told(HN_ERR_INTERRUPTED));
        }
        if !first {
            if self.delay > 0 {
                call.wait_for(&mut [], self.delay)?;
            }
            call.say(" ")?;
        }
        call.say(word)
    }
}

// ---- what hobnob reads before it calls anything ----

plugin! {
    provider: MyProvider,
    name: "my-plugin", version: "0.1", summary: "says the words of a message in reverse order", license: "MIT",
    options: [
        HN_OPT_INT "delay" { initial: "0", help: "milliseconds between two words" },
        HN_OPT_STRING "model" { initial: "reverse", help: "there is only one" },
    ],
}
