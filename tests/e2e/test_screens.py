#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whole screens of a conversation on a terminal, narrow and wide, in UTF-8 and in the C locale, against golden files."""
import json

from hob import Box, ended, golden, main, same, test_each, timeless
from vt import View

STEPS = {"steps": [
    {"match": "^Tell", "ttft_ms": 20, "delta_ms": 1, "text":
        "Words wrap where the window ends: 終端の幅は文字の数ではなく、桁の数で測る。 A wide sign 漢 takes two columns, é one, e\u0301 one "
        "as well, and \U0001f600 two.\n\n- a list\n  - with a second level\n\n\tA tab, and the end.\n"},
    {"match": "^Count", "chunks": ["one, ", "two, ", "three"], "delta_ms": 60000},
    {"match": "^Wait", "text": "never shown", "ttft_ms": 60000},
    {"match": "^Fail", "text": "Well,", "error": {"kind": "unavailable", "status": 502,
                                                  "message": "the server of the far side \x1b[31mwent\x1b[0m away in the middle of it"}},
    {"match": "^Grüße nach 東京, again", "text": "Grüße zurück: 承りました。"},
]}
SIZES = {40: (120, 40), 120: (120, 120)}
LOCALES = {"utf8": "C.UTF-8", "c": "C"}


def talk(view):
    """The conversation: a long reply, Ctrl-C in the middle of one and before one, an error, commands."""
    view.say("Tell me how words wrap, please, in a line that is long itself")
    row = view.prompted()
    view.send("Count\r")
    view.shows("Assistant: one,")
    view.send("\x03")
    row = view.prompted(row)
    view.send("Wait\r")
    view.until(lambda: any(line.startswith("waiting") for line in view.lines()), "the line that says what is waited for")
    view.send("\x03")
    row = view.prompted(row)
    view.send("\x03")
    view.prompted(row)
    for line in ("Fail", "/stats", "/nonsense", "/help"):
        view.say(line)


def resized(view, columns, typed):
    """A line that is begun in this window and ended in one of another width; what the screen shows from it on."""
    row = view.prompted()
    view.send("Grüße ")
    view.shows(typed)
    view.resize(*SIZES[columns])
    view.send("nach 東京, again\r")
    view.shows("承りました")
    view.say("/history")
    view.send("\x04")
    ended(view.end(), 0)
    return f"---- {columns} columns\n" + "".join(line + "\n" for line in view.lines()[row:])


@test_each([(f"{frontend}, {columns} columns, {name}", frontend, columns, name)
            for frontend in ("stdio", "readline") for columns in SIZES for name in LOCALES])
def screens(frontend, columns, name):
    """A conversation looks as it should, in either locale the same; after the window has changed its width, too"""
    with Box(NO_COLOR="1", LC_ALL=LOCALES[name]) as box:
        script = box.write("s.json", json.dumps(STEPS))
        view = View(box, "-f", frontend, "-p", "mock", "-o", "mock.script=" + script, size=SIZES[columns])
        talk(view)
        shown = view.text() + resized(view, 160 - columns, "You: Grüße" if name == "utf8" else "You: Gr")
        golden(f"screens/{frontend}-{columns}", timeless(shown))
        same(view.terminal.modes_kept(), True)


@test_each([(f"{columns} columns", columns) for columns in (20, 50)])
def own_messages(columns):
    """No row of hobnob's own is longer than the window, but for a word that is; all words come, and a pipe gets whole lines"""
    lines = ["Fail", "/stats", "/nonsense", "/help all", "/context", "/set nothing 1"]
    with Box(NO_COLOR="1", LC_ALL="C.UTF-8") as box:
        args = ("-f", "stdio", "-p", "mock", "-o", "mock.script=" + box.write("s.json", json.dumps(STEPS)))
        t = box.terminal(*args, "-n", size=(24, columns))
        at = t.expect("You: ")
        for line in lines:
            t.send(line + "\r")
            at = t.expect("You: $", after=at)
        t.send("\x04")
        shown = ended(t.end(), 6).out.replace("You: ", "")
        for row in shown.split("\r\n"):
            same(len(row) <= columns or " " not in row.strip().removeprefix("hobnob: "), True, row)
            same(row, row.rstrip(), shown)
        piped = box.run(*args, "-n", "-i", stdin="".join(line + "\n" for line in lines))
        words = [w for w in timeless(piped.out + piped.err).split() if not w.isdigit()]
        same(sorted(set(words) - set(timeless(shown).split())), [])


if __name__ == "__main__":
    main(at_once=4)
