// SPDX-License-Identifier: MIT
//! my-plugin: a frontend that takes a line at a time and writes what comes of it. The reply goes to standard output, all else to
//! standard error.
#[macro_use]
mod hobnob;
use hobnob::*;
use std::cell::Cell;
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::mem::ManuallyDrop;
use std::os::unix::io::{FromRawFd, RawFd};

const STDIN: RawFd = 0;
const STDOUT: RawFd = 1;
const STDERR: RawFd = 2;
const LINE_MOST: usize = 1 << 20; // bytes of the longest line that is taken

/// A descriptor as a file without a buffer, which does not close it.
fn file(fd: RawFd) -> ManuallyDrop<File> {
    // SAFETY: the three standard descriptors are open as long as the program runs.
    ManuallyDrop::new(unsafe { File::from_raw_fd(fd) })
}

fn poll(fd: RawFd, events: u32) -> [hn_pollfd; 1] {
    [hn_pollfd { fd, events, ready: 0, pad: 0 }]
}

// ---- output ----

/// Writes what happens during a turn.
struct Show<'a> {
    session: &'a Session<'a>,
    start: Start<'a>,
    mid_line: Cell<bool>, // standard output stands in the middle of a line
}

impl Show<'_> {
    /// One event. A type that is not here is skipped, as are those of a later hobnob.
    fn event(&self, event: &Event) -> Result<(), Error> {
        match event.r#type {
            HN_ON_TEXT => self.say(&event.text()),
            HN_ON_NOTICE => self.remark("note: ", &event.text()),
            HN_ON_RETRY => self.remark("trying again: ", &event.message()),
            HN_ON_RESULT => {
                self.say(&event.text())?;
                self.end_line()
            }
            HN_ON_DONE => self.end_line(),
            HN_ON_ERROR => {
                self.end_line()?;
                self.remark("error: ", &event.message())?;
                self.remark("  ", &event.hint())
            }
            _ => Ok(()),
        }
    }

    /// A piece of the reply: as it is for a program, made safe for a terminal.
    fn say(&self, text: &str) -> Result<(), Error> {
        if text.is_empty() {
            return Ok(());
        }
        if self.start.has(HN_START_TTY_STDOUT) {
            self.write(STDOUT, &self.session.safe(text, 0)?)?;
        } else {
            self.write(STDOUT, text)?;
        }
        self.mid_line.set(!text.ends_with('\n'));
        Ok(())
    }

    fn end_line(&self) -> Result<(), Error> {
        if self.mid_line.replace(false) {
            self.write(STDOUT, "\n")?;
        }
        Ok(())
    }

    /// A remark on standard error, one line.
    fn remark(&self, lead: &str, text: &str) -> Result<(), Error> {
        if text.is_empty() {
            return Ok(());
        }
        if self.start.has(HN_START_TTY_STDOUT) {
            self.end_line()?;
        }
        self.write(STDERR, &format!("{}{}\n", lead, self.session.safe(text, HN_TEXT_LINE)?))
    }

    fn prompt(&self) -> Result<(), Error> {
        if self.start.has(HN_START_TTY_STDIN | HN_START_TTY_STDERR) {
            self.write(STDERR, "> ")?;
        }
        Ok(())
    }

    /// Writes all of it, at once: a person waits for it. Output that cannot be written ends the turn, and run().
    fn write(&self, fd: RawFd, text: &str) -> Result<(), Error> {
        let mut left = text.as_bytes();
        while !left.is_empty() {
            match file(fd).write(left) {
                Ok(n) => left = &left[n..],
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) if e.kind() == ErrorKind::WouldBlock && self.session.wait_for(&mut poll(fd, HN_POLL_OUT), -1) >= 0 => {}
                Err(_) if fd == STDOUT => return Err(Error::told(HN_ERR_OUTPUT)),
                Err(_) => return Ok(()),
            }
        }
        Ok(())
    }
}

// ---- a conversation ----

/// Takes lines from standard input and submits them.
struct Conversation<'a> {
    show: &'a Show<'a>,
    text: Vec<u8>, // what has been read and not taken
    ended: bool,
}

impl Conversation<'_> {
    /// Talks until the input ends or the user leaves. What run() returns.
    fn run(&mut self) -> Result<i32, Error> {
        let session = self.show.session;
        loop {
            self.take_lines()?;
            let now = session.status();
            if now.leaving != 0 {
                return Ok(HN_OK);
            }
            if self.ended {
                return Ok(now.last_turn);
            }
            self.show.prompt()?;
            match session.wait_for(&mut poll(STDIN, HN_POLL_IN), -1) {
                HN_WAIT_READY => self.read_more()?,
                HN_WAIT_FAILED => self.ended = true,
                HN_WAIT_ENDING => return Ok(HN_ERR_INTERRUPTED),
                HN_ERR_INTERRUPTED if !self.show.start.has(HN_START_TTY_STDIN) => return Ok(HN_ERR_INTERRUPTED),
                _ => self.show.remark("", "(/exit or Ctrl-D leaves)")?,
            }
        }
    }

    /// Adds what is there; the input ends where it cannot be read, or a line is too long.
    fn read_more(&mut self) -> Result<(), Error> {
        let mut piece = [0; 4096];
        match file(STDIN).read(&mut piece) {
            Ok(0) => self.ended = true,
            Ok(n) => self.text.extend_from_slice(&piece[..n]),
            Err(e) => self.ended = !matches!(e.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock),
        }
        if self.text.len() > LINE_MOST && !self.text.contains(&b'\n') {
            self.text.clear();
            self.ended = true;
            self.show.remark("error: ", "a line is too long")?;
        }
        Ok(())
    }

    /// Works on the whole lines that are there, and on the rest when the input has ended.
    fn take_lines(&mut self) -> Result<(), Error> {
        let session = self.show.session;
        while !self.text.is_empty() && session.status().leaving == 0 {
            let end = self.text.iter().position(|&b| b == b'\n');
            if end.is_none() && !self.ended {
                break;
            }
            let taken: Vec<u8> = self.text.drain(..end.map_or(self.text.len(), |at| at + 1)).collect();
            let line = String::from_utf8_lossy(&taken);
            let line = line.trim_end_matches(['\n', '\r']);
            if !line.is_empty() {
                // It may be a /command.
                session.submit(HN_INPUT_LINE, line, |event| self.show.event(event))?;
            }
        }
        Ok(())
    }
}

// ---- the frontend ----

struct MyFrontend;

impl Frontend for MyFrontend {
    fn create(_: &Options) -> Result<Self, Error> {
        Ok(MyFrontend)
    }

    /// One turn, or a conversation.
    fn run(&self, session: &Session) -> Result<i32, Error> {
        let show = Show { session, start: session.start(), mid_line: Cell::new(false) };
        if show.start.has(HN_START_ONE_TURN) || show.start.has(HN_START_FIRST) {
            let code = session.submit_first(&show.start, |event| show.event(event))?;
            if show.start.has(HN_START_ONE_TURN) {
                return Ok(code);
            }
        }
        Conversation { show: &show, text: Vec::new(), ended: false }.run()
    }
}

// ---- what hobnob reads before it calls anything ----

plugin! {
    frontend: MyFrontend,
    name: "my-plugin", version: "0.1", summary: "a line at a time", license: "MIT",
    options: [],
}
