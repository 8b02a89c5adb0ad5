#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The readline frontend on a terminal: editing, Ctrl-C, Ctrl-D, paste, completion; the terminal is left as it was."""
import json
import signal

from hob import Box, Skip, ended, golden, holds, lacks, main, same, screen, test, test_each, truth
from vt import View

PROMPT = r"You: (\x1b\[0?K)?$"


def has_readline():
    """Skips where the frontend was left out of the build."""
    with Box() as box:
        if not any(p["name"] == "readline" for p in json.loads(box.run("plugins", "--json").out)):
            raise Skip("built without readline")


def begin(box, *args, steps=None, **more):
    """A conversation by readline, its prompt shown."""
    has_readline()
    if steps:
        args += ("-o", "mock.script=" + box.write("s.json", json.dumps({"steps": steps})))
    t = box.terminal("-f", "readline", "-p", "mock", *args, **more)
    t.expect(PROMPT)
    return t


def say(t, line):
    """Types a line and waits for the next prompt."""
    at = len(t.text())
    t.send(line + "\r")
    t.expect(PROMPT, after=at)


def leave(t, keys="\x04", status=0):
    """Leaves; the terminal is as it was before."""
    t.send(keys)
    ended(t.end(), status)
    truth(t.modes_kept(), "the terminal's modes were not put back")
    return screen(t.text())


@test
def transcript():
    """A transcript: prompt, reply, result, error, leaving"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, steps=[{"match": "Ada", "text": "Nice to meet you, Ada.\nHow are you?"}, {"match": "name", "text": "Ada."},
                              {"match": "trouble", "text": "Well,", "error": {"kind": "unavailable", "message": "gone"}}])
        for line in ("My name is Ada.", "What is my name?", "trouble", "", "/stat", "/system Be brief.", "/history", "/clear", "/history"):
            say(t, line)
        golden("readline-terminal", leave(t, status=6))


@test
def default():
    """It is the frontend of a conversation on a terminal, colours included"""
    has_readline()
    with Box() as box:
        t = box.terminal("-p", "mock")
        t.expect("You: ")
        at = t.expect(r"\x1b\[\?2004h")
        t.send("Hi\r")
        t.expect("Assistant: .*Hi.*You: ", after=min(at, 0))
        leave(t)


@test
def editing():
    """The line can be edited, and recalled"""
    with Box(NO_COLOR="1") as box:
        t = begin(box)
        say(t, "worle\x7fd\x01Hello \x05!")
        holds(screen(t.text()), "Assistant: Hello world!")
        say(t, "\x1b[A\x7f?")
        holds(screen(t.text()), "Assistant: Hello world?")
        leave(t)


@test
def interrupt_reply():
    """Ctrl-C during a reply stops it, keeps what came, and prompts again"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, steps=[{"chunks": ["One", " two"], "delta_ms": 60000}, {"text": "Here."}])
        t.send("Hi\r")
        t.expect("Assistant: One")
        at = len(t.text())
        t.send("\x03")
        t.expect(r"\(interrupted\)\r\n.*" + PROMPT, after=at)
        say(t, "Hi")
        say(t, "/history")
        holds(leave(t), "Assistant: Here.", "assistant: One (interrupted)")


@test
def interrupt_line():
    """Ctrl-C with text on the line clears it; on an empty prompt it says how to leave"""
    with Box(NO_COLOR="1") as box:
        t = begin(box)
        t.send("not this")
        t.expect("not this$")
        at = len(t.text())
        t.send("\x03")
        at = t.expect(PROMPT, after=at)
        t.send("\x03")
        t.expect(r"/exit.*" + PROMPT, after=at)
        say(t, "but this")
        text = leave(t)
        holds(text, "Assistant: but this")
        same("Assistant: not this" in text, False)


@test
def paste():
    """A pasted page is one message"""
    with Box(NO_COLOR="1") as box:
        t = begin(box)
        at = len(t.text())
        t.send("\x1b[200~first line\nsecond line\n/exit\x1b[201~")
        t.expect("/exit", after=at)
        say(t, "")
        say(t, "/history")
        text = leave(t)
        holds(text, "Assistant: first line\nsecond line\n/exit\n", "user: first line second line /exit", "2 messages")


@test
def completion():
    """Tab completes a command"""
    with Box(NO_COLOR="1") as box:
        t = begin(box)
        at = len(t.text())
        t.send("/st\t")
        t.expect("/stats", after=at)
        say(t, "")
        holds(leave(t), "You: /stats", "total: 0 turns")


@test
def completion_helps():
    """A second Tab lists the words, each with what it is about, cut to its row; a window that is too narrow or too low gets words alone"""
    with Box(NO_COLOR="1") as box:
        for size, keys, rows in (((24, 60), "/re", ["/reasoning  the reasoning of the last reply, or of message…", "/resume     continue conversation N of that list, or by it…",
                                                     "/retry      ask the last question again, or another model"]),
                                 ((24, 20), "/re", ["/reasoning", "/resume", "/retry"]),
                                 ((5, 60), "/re", ["/reasoning  /resume     /retry"]),
                                 ((24, 60), "/set theme ", ["auto   dark   light  plain"])):
            v = View(box, "-f", "readline", "-p", "mock", size=size)
            v.prompted()
            v.send(keys + "\t\t")
            v.until(lambda: v.lines()[-1] == "You: " + keys.rstrip() and v.screen.cursor.x == 5 + len(keys) and len(v.lines()) > 1, "the line again")
            same(v.lines(), ["You: " + keys.rstrip(), *rows, "You: " + keys.rstrip()])
            v.send("\x15\x04")
            ended(v.end(), 0)


@test
def completion_defused():
    """What a word is about may come from a file: it cannot act on the terminal"""
    with Box(NO_COLOR="1") as box:
        box.config('aliases:\n  fast: "x\\e[2Jy\\u202Ez"\n  feast: small\n')
        t = begin(box)
        at = len(t.text())
        t.send("/model f\t\t")
        t.expect("feast.*You: /model f", after=at)
        holds(t.text()[at:], "\r\nfast   x^[[2Jy<U+202E>z\r\nfeast  small\r\n")
        leave(t, "\x15\x04")


@test
def completion_of_hostile_names():
    """Tab offers no file whose name holds what a terminal would obey, or nobody would see"""
    with Box(NO_COLOR="1") as box:
        for name in ("a\x1b[2Jc.txt", "a\u202ec.txt", "a\nc.txt", "ab.txt"):
            box.write(name, "text")
        t = begin(box)
        at = len(t.text())
        t.send("/attach a\t")
        t.expect("/attach ab.txt", after=at)
        say(t, "")
        holds(t.text()[at:], "ab.txt is attached")
        leave(t)


@test
def type_ahead():
    """What is typed while a reply comes is the next line"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, steps=[{"chunks": ["One", " two"], "delta_ms": 300}, {"text": "Here."}])
        t.send("Hi\r")
        t.expect("Assistant: One")
        t.send("again\r")
        t.expect("Assistant: Here.*" + PROMPT)
        leave(t)


@test_each([("Ctrl-D", "\x04", 0), ("/exit", "/exit\r", 0), ("/quit", "/quit\r", 0)])
def leaving(keys, status):
    """leaves"""
    with Box(NO_COLOR="1") as box:
        leave(begin(box), keys, status)


@test
def failed_last():
    """At Ctrl-D the status is that of the last turn"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, steps=[{"error": {"kind": "auth", "message": "no"}, "times": 0}])
        say(t, "Hi")
        leave(t, status=4)


@test_each([("SIGTERM", signal.SIGTERM), ("SIGHUP", signal.SIGHUP)])
def ended_by(number):
    """ends it by the signal, at the prompt and in a reply, the terminal put back"""
    with Box(NO_COLOR="1") as box:
        t = begin(box)
        t.signal(number)
        ended(t.end(), -number)
        truth(t.modes_kept(), "the terminal's modes were not put back")
        t = begin(box, steps=[{"chunks": ["One", " two"], "delta_ms": 60000}])
        t.send("Hi\r")
        t.expect("Assistant: One")
        t.signal(number)
        ended(t.end(), -number)
        truth(t.modes_kept(), "the terminal's modes were not put back")



@test
def tried_in_vain():
    """A failure after retries says how to ask again, unless it has a hint of its own; without retries it says no more"""
    with Box(NO_COLOR="1") as box:
        busy = {"error": {"kind": "unavailable", "message": "busy", "retry_after_ms": 1}, "times": 0}
        t = begin(box, "-o", "retries=1", steps=[busy])
        say(t, "hello")
        holds(t.text(), "hobnob: busy; given up after 2 attempts", "\r\n  /retry asks again\r\n")
        say(t, "/set retries 0")
        at = len(t.text())
        say(t, "/retry")
        holds(t.text()[at:], "hobnob: busy\r\n")
        lacks(t.text()[at:], "asks again")
        lacks(box.run("-p", "mock", "-n", "-o", "retries=1", "-o", f"mock.script={box.cwd}/s.json", "hello").err, "asks again")

@test
def no_terminal():
    """Without a terminal it says that it needs one"""
    has_readline()
    with Box() as box:
        r = box.run("-f", "readline", "-p", "mock", "-i", stdin="Hi\n")
        truth(r.status in (2, 3), r)
        holds(r.err, "terminal")


@test
def prompt_alone():
    """With PROMPT and without -i it prints as stdio does"""
    with Box() as box:
        has_readline()
        ended(box.run("-f", "readline", "-p", "mock", "-n", "Hi"), 0, "Hi\n", "")


if __name__ == "__main__":
    main()
