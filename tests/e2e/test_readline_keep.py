#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What was typed at the readline prompt comes back in later runs; nothing that should not."""
import os
import stat

from hob import KEY, Box, ended, holds, lacks, main, same, test, test_each, truth
from prompt import begin, leave, say

HEAD = "hobnob-history 1\n"


def folder(box):
    """The folder that frontends keep things in."""
    return os.path.join(box.home, ".local", "state", "hobnob")


def kept(box):
    """The file, or None."""
    try:
        with open(os.path.join(folder(box), "history"), encoding="utf-8") as f:
            return f.read()
    except FileNotFoundError:
        return None


def keep(box, data):
    """Writes the file."""
    return box.write(os.path.join(folder(box), "history"), data, 0o600)


def talk(box, *lines, args=(), **more):
    """Types lines in a run of their own."""
    t = begin(box, *args, size=(24, 300), **more)
    for line in lines:
        say(t, line + "\r")
    leave(t)
    return t.text()


@test
def comes_back():
    """Lines come back in the next run, those of several lines whole, in a file for nobody else's eyes"""
    with Box(NO_COLOR="1") as box:
        umask = os.umask(0)
        try:
            talk(box, "first", "two\x1b\rlines \\n", "/stats")
        finally:
            os.umask(umask)
        same(kept(box), HEAD + "first\ntwo\\nlines \\\\n\n/stats\n")
        same(stat.S_IMODE(os.stat(os.path.join(folder(box), "history")).st_mode), 0o600)
        same(stat.S_IMODE(os.stat(folder(box)).st_mode), 0o700)
        t = begin(box)
        say(t, "\x1b[A\x1b[A!\r")
        say(t, "\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A?\r")
        leave(t)
        same(kept(box), HEAD + "first\ntwo\\nlines \\\\n\n/stats\ntwo\\nlines \\\\n!\nfirst?\n")


@test
def not_kept():
    """Keys, lines that begin with a blank and the same line again are forgotten"""
    with Box(NO_COLOR="1", OPENAI_API_KEY=KEY) as box:
        t = begin(box)
        for line in ("one", "one", " two", "\x16\tthree", "my key is sk-" + "0123456789abcdef" * 2, "four", "one"):
            say(t, line + "\r")
        say(t, "\x1b[A\x1b[A\x1b[A!\r")
        leave(t)
        same(kept(box), HEAD + "one\nfour\none\none!\n")


@test_each([("--no-journal", ("--no-journal",), {}), ("journal: false", ("-o", "journal=false"), {}),
            ("history_size: 0", ("-o", "readline.history_size=0"), {}), ("no HOME", (), {"HOME": ""})])
def nothing_kept(args, env):
    """Nothing is kept, and nothing said of it"""
    with Box(NO_COLOR="1") as box:
        shown = talk(box, "one", args=args, env=env)
        same(kept(box), None)
        lacks(shown, "hobnob:")


@test
def merged():
    """What two processes keep stands in one file in the order of time"""
    with Box(NO_COLOR="1") as box:
        a, b = begin(box), begin(box)
        for t, line in ((a, "a1"), (b, "b1"), (a, "a2"), (b, "b2"), (b, "b2"), (a, "a3")):
            say(t, line + "\r")
        say(a, "\x1b[A\x1b[A!\r")
        leave(a)
        leave(b)
        same(kept(box), HEAD + "a1\nb1\na2\nb2\na3\na2!\n")


@test
def shortened():
    """A run that finds twice as many as are wanted keeps the newest, and another that runs goes on in the new file"""
    with Box(NO_COLOR="1") as box:
        size = ("-o", "readline.history_size=5")
        keep(box, HEAD + "".join(f"old {i}\n" for i in range(10)))
        a = begin(box, *size)
        same(kept(box), HEAD + "".join(f"old {i}\n" for i in range(5, 10)))
        for i in range(5):
            say(a, f"new {i}\r")
        talk(box, "newer", args=size)
        say(a, "newest\r")
        leave(a)
        same(kept(box), HEAD + "".join(f"new {i}\n" for i in range(5)) + "newer\nnewest\n")
        same(sorted(os.listdir(folder(box))), ["history", "sessions"])


@test_each([("another program's", b"#1700000000\nls\n"), ("binary", bytes(range(256)) * 100), ("one byte", b"h")])
def foreign(data):
    """A file that is none of ours is told once and left alone"""
    with Box(NO_COLOR="1") as box:
        path = keep(box, data)
        shown = talk(box, "one", "two")
        same(shown.count(f"hobnob: what you type is not kept: {path}: it is not a history that hobnob wrote; move it away\r\n"), 1)
        with open(path, "rb") as f:
            same(f.read(), data)


@test
def damaged():
    """Damaged lines are dropped and told once; the others come back"""
    with Box(NO_COLOR="1") as box:
        path = keep(box, HEAD.encode() + b"good\nbad \\x\nbad\0bad\nfine\ncut o")
        shown = talk(box, "\x1b[A\x1b[A!")
        same(shown.count(f"hobnob: {path}: 3 damaged lines are dropped\r\n"), 1)
        same(kept(box), HEAD + "good\nfine\ngood!\n")
        lacks(talk(box), "hobnob:")


@test
def any_umask():
    """A umask that takes everything away, from the owner too, makes nothing that cannot be read"""
    with Box(NO_COLOR="1") as box:
        os.makedirs(os.path.dirname(folder(box)))
        umask = os.umask(0o777)
        try:
            for line in ("one", "two", "three"):  # the third run finds twice as many as it wants
                talk(box, line, args=("-o", "readline.history_size=1"), first=True)
                made = [stat.S_IMODE(os.stat(path).st_mode) for path in (folder(box), os.path.join(folder(box), "history"))]
                same(made, [0o700, 0o600])
        finally:
            os.umask(umask)
        same(kept(box), HEAD + "two\nthree\n")


@test
def odd_places():
    """A folder or a FIFO in its place, or no folder that can be made: told once, and the chat goes on"""
    with Box(NO_COLOR="1") as box:
        path = os.path.join(folder(box), "history")
        os.makedirs(path)
        same(talk(box, "one", "two").count(f"hobnob: what you type is not kept: {path}: not a regular file\r\n"), 1)
        os.rmdir(path)
        os.mkfifo(path)
        same(talk(box, "one", "two").count(f"hobnob: what you type is not kept: {path}: not a regular file\r\n"), 1)
    with Box(NO_COLOR="1") as box:
        box.write(os.path.join(box.home, ".local"), "a file")
        shown = talk(box, "one", "two", env={"HOBNOB_JOURNAL": "true"}, first=True)
        same(shown.count("hobnob: what you type is not kept: "), 1)
        holds(shown, "Not a directory", "Assistant: two")


@test
def long_entries():
    """What is too long for the file comes back in the same run only"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, "-o", "mock.reply=Read.")
        say(t, "\x1b[200~" + "0123456789" * 6554 + "\x1b[201~\r", "Read")
        say(t, "short\r")
        at = len(t.text())
        t.send("\x1b[A\x1b[A")
        t.expect("789", after=at)
        say(t, "\x03")
        leave(t)
        same(kept(box), HEAD + "short\n")


if __name__ == "__main__":
    main()
