// SPDX-License-Identifier: MIT
//! rust: a provider in Rust, which emits from a thread of its own and panics where it is asked to.
#[macro_use]
#[path = "../../kit/rust/hobnob.rs"]
mod hobnob;
use hobnob::*;
use std::{thread, time::Duration};

struct Echo {
    prefix: String,
    said: String, // what the other options say
}

impl Provider for Echo {
    const FLAGS: u32 = HN_PROVIDER_BLOCKS;
    const MODELS: bool = true;
    const CREDIT: bool = true;

    fn create(options: &Options) -> Result<Self, Error> {
        let prefix = options.text("prefix");
        assert!(prefix != "panic", "create() panics");
        let (words, pairs) = (options.list("words"), options.map("pairs"));
        let said = format!("{:?} {:?} {:?} {:?} {}", words, pairs, options.int("count"), options.number("rate"), options.bool("loud"));
        Ok(Echo { prefix, said })
    }

    fn chat(&self, call: &mut Call, request: &Request) -> Result<Reply, Error> {
        if request.dry() {
            return Ok(Reply::Complete);
        }
        let prompt = request.last().text().into_owned();
        if prompt == "panic" {
            panic!("chat() panics for {}", prompt);
        }
        let elsewhere = call.elsewhere();
        thread::scope(|s| s.spawn(move || self.answer(&elsewhere, &prompt)).join().unwrap())
    }

    fn models(&self, _: &mut Call, put: &mut dyn FnMut(Model) -> Result<(), Error>) -> Result<(), Error> {
        put(Model::new("small").context(1000).price_input(-1))?;
        put(Model::new("large").name("the large one").max_output(50))
    }

    fn credit(&self, _: &mut Call, out: &mut hn_credit) -> Result<(), Error> {
        out.left = 1_500_000_000_000;
        out.used = 250_000_000_000;
        Ok(())
    }
}

impl Echo {
    fn answer(&self, call: &Call, prompt: &str) -> Result<Reply, Error> {
        match prompt {
            "fail" => return Err(Error::new(HN_ERR_QUOTA, "no coins left").hint("buy some")),
            "options" => call.say(&self.said)?,
            "io" => drop(std::fs::read("/nowhere/at/all")?),
            _ => {}
        }
        call.say(&self.prefix)?;
        call.say(prompt)?;
        while prompt == "wait" {
            if call.cancelled() {
                return Err(Error::told(HN_ERR_INTERRUPTED));
            }
            thread::sleep(Duration::from_millis(1));
        }
        call.report(Usage::new().prompt(prompt.len() as i64).completion((self.prefix.len() + prompt.len()) as i64))?;
        call.finish(HN_FINISH_STOP)
    }
}

plugin! {
    provider: Echo,
    name: "rust", version: "0.1", summary: "a provider in Rust", license: "MIT",
    options: [
        HN_OPT_STRING "prefix" { initial: "Rust says: ", help: "text before each reply" },
        HN_OPT_STRING "model" { initial: "small", help: "there is only one", env: ["HN_TEST_RUST_MODEL" if "s", "HN_TEST_RUST"] },
        HN_OPT_LIST "words" {},
        HN_OPT_MAP "pairs" {},
        HN_OPT_INT "count" {},
        HN_OPT_NUMBER "rate" {},
        HN_OPT_BOOL "loud" { initial: "false" },
    ],
}
