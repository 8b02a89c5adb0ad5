#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""/copy: a reply or its code to the clipboard, by the terminal or by a command of the user's."""
import base64
import json
import os
import re
import time

from hob import TIMEOUT, Box, holds, main, same, test, test_each, truth
from prompt import begin, leave, say

CODE = "Two ways:\n\n```sh\nmake\n```\n\n1. or\n\n   ```c\n   int a;\n     int b;\n   ```\n"
STEPS = [{"match": "^empty$", "text": "", "times": 0}, {"match": "code", "text": CODE, "times": 0}, {"text": "**Grüße**", "times": 0}]
TERMINAL = ", if your terminal allows it \\(OSC 52\\)"


def copied(shown):
    """What the terminal was given for its clipboard, each time."""
    return [base64.b64decode(m, validate=True).decode() for m in re.findall(r"\x1b\]52;c;([^\x1b]*)\x1b\\", shown)]


def long_reply(box):
    """A conversation whose reply no terminal takes, as a file: to be loaded, for showing it takes long."""
    box.write("long.json", json.dumps([{"role": "user", "content": "Long?"}, {"role": "assistant", "content": "x" * 74995}]))


@test
def by_the_terminal():
    """The source of a reply, or of a block of its code, travels in an OSC 52; what there is not to copy is said"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, steps=STEPS)
        holds(say(t, "/copy\r"), "there is no reply yet")
        say(t, "hello\r")
        shown = say(t, "/copy\r")
        same(copied(shown), ["**Grüße**"])
        truth(re.search("copied 11 bytes" + TERMINAL, shown), shown)
        say(t, "code\r")
        for line, text in (("/copy", CODE), ("/copy 1", CODE), ("/copy 2", "**Grüße**"), ("/copy code", "make\n"), ("/copy code 1", "make\n"),
                           ("/copy code 2", "int a;\n  int b;\n")):
            same(copied(say(t, line + "\r")), [text], line)
        for line, why in (("/copy 3", "there are 2 replies, not 3"), ("/copy code 3", "the reply has 2 blocks of code, not 3"),
                          ("/copy 0", "expected /copy, /copy N,"), ("/copy codex", "expected /copy"), ("/copy 1 2", "expected /copy")):
            shown = say(t, line + "\r")
            holds(shown, why)
            same(copied(shown), [], line)
        say(t, "empty\r")
        same(copied(say(t, "/copy 2\r")), ["**Grüße**"])
        long_reply(box)
        say(t, "/load long.json\r")
        shown = say(t, "/copy\r")
        holds(shown, "74995 bytes are more than a terminal takes (74994)")
        same(copied(shown), [])
        leave(t)


@test
def no_terminal_for_it():
    """A terminal without escape sequences gets none; the message says what to set"""
    with Box(NO_COLOR="1", TERM="dumb") as box:
        t = begin(box, steps=STEPS)
        say(t, "hello\r")
        shown = say(t, "/copy\r")
        holds(shown, "set clipboard_command under frontends: readline:")
        truth("\x1b]" not in shown, shown)
        leave(t)


@test
def by_a_command():
    """clipboard_command is run by a shell and gets the text as its input, of any size"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, "-o", "readline.clipboard_command=cat >\"$HOME/got\"", steps=STEPS)
        long_reply(box)
        for line, text in (("hello", "**Grüße**"), ("/load long.json", "x" * 74995)):
            say(t, line + "\r")
            shown = say(t, "/copy\r")
            holds(shown, f"copied {len(text.encode())} bytes by cat")
            same(copied(shown), [])
            same(box.read(os.path.join(box.home, "got")), text)
        leave(t)


@test_each([
    ("is not there", "no-such-program", 'the clipboard\'s command "no-such-program" cannot be run: '),
    ("fails", "echo 'no \x1b[31mdisplay' >&2; exit 3", "ended with status 3: no ^[[31mdisplay"),
    ("is killed", "kill -9 $$", "was killed by a signal: Killed"),
    ("never ends", "echo run >\"$HOME/runs\"; exec sleep 600", None),
])
def command_fails(command, why):
    """A command that fails is named with what it said, and the conversation goes on"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, "-o", "readline.clipboard_command=" + command, steps=STEPS)
        say(t, "hello\r")
        if why:
            shown = say(t, "/copy\r")
            holds(shown, why)
        else:
            at = len(t.text())
            t.send("/copy\r")
            deadline = time.monotonic() + TIMEOUT
            while not os.path.exists(os.path.join(box.home, "runs")):
                truth(time.monotonic() < deadline, "the command does not run")
                t.pump(time.monotonic() + 0.02)
            t.send("\x03")
            t.expect(r"was stopped: it took longer than 5 s, or you\s+pressed Ctrl-C.*You: ", after=at)
        holds(say(t, "hello\r"), "Grüße")
        leave(t)


if __name__ == "__main__":
    main(at_once=4)
