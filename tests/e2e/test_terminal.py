#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A terminal that is odd: of an absurd size, stopped, in another locale; and an input that cannot be read."""
import json
import os
import re
import signal
import termios

from hob import Box, ended, holds, main, same, test, test_each, truth
from prompt import PROMPT, begin, leave, say

@test_each([(f"{rows} x {columns}, {term}", rows, columns, term) for term in ("xterm", "dumb", "no-such-terminal")
            for rows, columns in ((24, 1), (24, 2), (24, 3), (24, 7), (1, 2), (2, 2), (0, 0), (0, 3), (65535, 65535), (1, 65535))])
def sizes(rows, columns, term):
    """A window of any size is edited in, from the start and when it becomes so, and what is typed arrives"""
    with Box(NO_COLOR="1", TERM=term) as box:
        for first, then in (((rows, columns), (24, 80)), ((24, 80), (rows, columns))):
            t = box.terminal("-f", "readline", "-p", "mock", "-o", "mock.reply=fine", size=first)
            t.expect("You: ")
            t.send("hello")
            t.expect("llo")
            termios.tcsetwinsize(t.master, then)
            t.send("\x01\x05 there, old friend\x1b[D\x7f!\r")
            t.expect("fine")
            t.send("/save said.json\r")
            t.expect("wrote.*You: $")
            t.send("\x04")
            ended(t.end(), 0)
            kept = json.loads(box.read("said.json"))["messages"]
            same([m["text"] for m in kept if m["role"] == "user"], ["hello there, old frie!d"])
            truth(t.modes_kept(), "the modes were not put back")
            os.remove(os.path.join(box.cwd, "said.json"))


@test_each([(f"{name}={value}", name, value) for name in ("COLUMNS", "LINES") for value in ("0", "1", "-1", "2147483647", "many")])
def sizes_by_environment(name, value):
    """A size from the environment is bounded too, where the terminal knows none"""
    with Box(NO_COLOR="1", **{name: value}) as box:
        t = box.terminal("-f", "readline", "-p", "mock", size=(0, 0))
        t.expect("You: ")
        t.send("some words\x01\x05 more\r")
        t.expect("Assistant: some words more.*You: $")
        t.send("\x04")
        ended(t.end(), 0)


@test_each([(f"{frontend}, {name.name}", frontend, name) for frontend in ("readline", "stdio") for name in (signal.SIGTERM, signal.SIGHUP)])
def stopped(frontend, number):
    """A signal ends it at a terminal that Ctrl-S has stopped, and the terminal has its modes again"""
    with Box(NO_COLOR="1") as box:
        t = box.terminal("-f", frontend, "-p", "mock")
        t.expect(PROMPT)
        t.send("\x13more words\r")
        termios.tcflow(t.slave, termios.TCOOFF)
        t.signal(number)
        ended(t.end(10), -number)
        truth(t.modes_kept(), "the modes were not put back")


@test_each([(" ".join(f"{k}={v}" for k, v in env.items()) or "none", env) for env in (
    {"LC_ALL": "C"}, {"LC_ALL": "POSIX"}, {"LC_ALL": "", "LC_CTYPE": "C"}, {"LC_ALL": "", "LANG": "POSIX"},
    {"LC_ALL": "no_SUCH.ISO-8859-1"}, {"LC_ALL": "", "LANG": "xx_XX.UTF-8"}, {"LC_ALL": ""}, {"LC_ALL": "C.UTF-8"})])
def locales(env):
    """Backspace and the arrows go by characters, whatever the locale is called"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, env=env)
        say(t, "wörter 日本語\x7f\x7f!\x1b[D\x1b[D\x1b[D\x7fR\r", "Assistant: wörteR 日!\r\n")
        say(t, "und é\x7fe\r", "Assistant: und e\r\n")
        leave(t)


@test_each([("one turn", (), None), ("-i", ("-i",), None), ("jsonl", ("-f", "jsonl"), "event")])
def unreadable(args, event):
    """An input that cannot be read is an error of usage, and an event for programs"""
    with Box() as box:
        folder = os.open(box.cwd, os.O_RDONLY)
        result = box.start("-p", "mock", *args, stdin=folder).end()
        os.close(folder)
        ended(result, 2)
        holds(result.err, "Is a directory")
        if event:
            same([(e["event"], e["kind"], e["message"]) for e in map(json.loads, result.out.splitlines())],
                 [("error", "usage", "cannot read the input: Is a directory")])
        else:
            same(result.out, "")


# ---- what a person takes for a command ----------------------------------------------------------

@test_each([(f"{frontend}, {word}", frontend, word, cure) for frontend in ("readline", "stdio") for word, cure in (
    ("exit", "/exit leaves"), (":q", "/exit leaves"), ("Bye", "/exit leaves"), ("help", "/help lists the commands"), ("?", "/help lists the commands"),
    ("clear", "/clear begins with an empty conversation"))])
def lone_word(frontend, word, cure):
    """A line that is only exit or the like is held once; Enter, or the word again, sends it; anything else forgets it"""
    with Box(NO_COLOR="1") as box:
        t = box.terminal("-f", frontend, "-p", "mock")
        t.expect(PROMPT)
        told = re.escape(f'hobnob: {cure}; Enter again sends "{word.lower()}" to the model') + r"\r\n.*You: (\x1b\[0?K)?$"
        for again, sent in (("", word.lower()), (word, word), ("else", "else")):
            at = len(t.text())
            t.send(word + "\r")
            t.expect(told, after=at)
            at = len(t.text())
            t.send(again + "\r")
            t.expect(r"Assistant: " + re.escape(sent) + r"\r\n.*You: (\x1b\[0?K)?$", after=at)
        at = len(t.text())
        t.send("\r/stats\r")
        t.expect("total: 3 turns.*You: (\x1b\\[0?K)?$", after=at)
        t.send("\x04")
        ended(t.end(), 0)


@test
def lone_word_elsewhere():
    """On a pipe, in jsonl and within a text the word is a message like another"""
    with Box(NO_COLOR="1") as box:
        ended(box.run("-p", "mock", "-i", stdin="exit\n:q\n"), 0, "exit\n:q\n", "")
        r = ended(box.run("-p", "mock", "-f", "jsonl", stdin='{"say":"quit"}\n'), 0)
        holds(r.out, '"text":"quit"')
        t = begin(box)
        say(t, "exit code 3\r", "exit code 3.*exit code 3")
        leave(t)


# ---- the first time ------------------------------------------------------------------------------

@test_each([(frontend, frontend) for frontend in ("readline", "stdio")])
def first_time(frontend):
    """The first conversation begins with how to get help and how to leave; no other, none that is not kept, no pipe and no single turn"""
    with Box(NO_COLOR="1") as box:
        word = "hobnob: /help lists the commands, Ctrl-D leaves\r\n"
        for args, first in (("--no-journal", False), ("-i", True), ("-i", False)):
            t = box.terminal("-f", frontend, "-p", "mock", args, first=True)
            t.expect(PROMPT)
            at = len(t.text())
            t.send("Hi\r")
            t.expect("Assistant: Hi\r\n.*" + PROMPT, after=at)
            t.send("\x04")
            same(ended(t.end(), 0).out.count(word), int(first))
    with Box() as box:
        ended(box.run("-p", "mock", "-i", stdin="Hi\n"), 0, "Hi\n", "")
    with Box() as box:
        t = box.terminal("-p", "mock", "-n", "Hi", first=True)
        same(ended(t.end(), 0).out, "Hi\r\n")


# ---- settings that act at once -------------------------------------------------------------------

@test_each([(frontend, frontend) for frontend in ("readline", "stdio")])
def looks(frontend):
    """/set color and /set show_reasoning act from the next prompt and turn on, and back"""
    with Box() as box:
        script = box.write("s.json", json.dumps({"steps": [{"chunks": ["Text"], "reasoning": "Thought", "times": 0}]}))
        t = box.terminal("-f", frontend, "-p", "mock", "-o", "mock.script=" + script)
        green, plain = r"\x1b\[1;38;5;29m\x02?You: \x1b\[0m(\x1b\[0?K)?$", r"\nYou: (\x1b\[0?K)?$|[^m\x02]You: (\x1b\[0?K)?$"
        t.expect(green)
        for value, shown, prompt in (("never", "Assistant: Text", plain), ("always", r"1;38;5;63mAssistant: \x1b\[0mText", green)):
            at = len(t.text())
            t.send(f"/set color {value}\r")
            t.expect(f"color = {value}.*(?:{prompt})", after=at)
            for reasoning in ("true", "false"):
                at = len(t.text())
                t.send(f"/set show_reasoning {reasoning}\r")
                t.expect(f"show_reasoning = {reasoning}.*(?:{prompt})", after=at)
                at = len(t.text())
                t.send("Hi\r")
                end = t.expect(shown + f".*(?:{prompt})", after=at)
                same("Thought" in t.text()[at:end], reasoning == "true")
        for theme, prompt in (("light", r"\x1b\[1;38;5;28m\x02?You: "), ("plain", plain)):
            at = len(t.text())
            t.send(f"/set theme {theme}\r")
            t.expect(f"theme = {theme}.*(?:{prompt})", after=at)
        t.send("\x04")
        ended(t.end(), 0)


@test
def wrapped_outside_a_chat():
    """What hobnob says before there is a conversation is wrapped at words too; a pipe gets whole lines, and so does what names no terminal"""
    with Box() as box:
        box.write(".env", "HOBNOB_MOCK_SCRIPT=x\n")
        warning = ("hobnob: warning: .env: HOBNOB_MOCK_SCRIPT is ignored: a .env that was found may not set it "
                   "(--env-file, the config file and the environment may)\n")
        error = ("hobnob: cannot attach x.png: No such file or directory\n  -a takes text files in UTF-8, up to 64 MiB, and PNG, JPEG, GIF and WebP "
                 "images, up to 20 MiB; what comes from a pipe goes to standard input\n")
        shown = lambda columns, *args, status: ended(
            box.terminal("-p", "mock", *args, size=(24, columns)).end(), status).out.replace("\r\n", "\n")
        same(ended(box.run("-p", "mock", "hi"), 0, "hi\n").err, warning)
        same(shown(0, "hi", status=0), warning + "hi\n")
        same(shown(50, "hi", status=0), "hobnob: warning: .env: HOBNOB_MOCK_SCRIPT is\n  ignored: a .env that was found may not set it\n"
             "  (--env-file, the config file and the environment\n  may)\nhi\n")
        same(ended(box.run("-p", "mock", "-a", "x.png", "hi"), 2, "").err, error)
        same(shown(50, "-a", "x.png", "hi", status=2), "hobnob: cannot attach x.png: No such file or\n  directory\n"
             "  -a takes text files in UTF-8, up to 64 MiB, and\n    PNG, JPEG, GIF and WebP images, up to 20 MiB;\n"
             "    what comes from a pipe goes to standard input\n")


if __name__ == "__main__":
    main(at_once=4)
