#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Texts of several lines at the readline prompt: pasted, typed, written in the user's own editor."""
import json
import os
import re
import signal
import time

from hob import HOBNOB, Box, ended, holds, lacks, main, same, screen, test, test_each, truth
from prompt import PROMPT, begin, leave, say
from vt import View

BEGIN, END = "\x1b[200~", "\x1b[201~"
FIFTY = "".join(f"line {i} of a paste\n" for i in range(1, 51))


def said(box, t):
    """What the user said, message by message, and leaves."""
    say(t, "/save said.json\r")
    leave(t)
    return [m["text"] for m in json.loads(box.read("said.json"))["messages"] if m["role"] == "user"]


# ---- pastes ------------------------------------------------------------------------------------

BOTH = [("UTF-8", "C.UTF-8"), ("C locale", "C")]


@test_each([(f"{columns} columns, {name}", columns, locale) for columns in (40, 100) for name, locale in BOTH])
def paste_fifty(columns, locale):
    """A paste of fifty lines is one message; what fits is on the screen while it is edited"""
    with Box(NO_COLOR="1", LC_ALL=locale) as box:
        view = View(box, "-f", "readline", "-p", "mock", "-o", "mock.reply=Read.", size=(24, columns))
        view.prompted()
        view.send(BEGIN + FIFTY + END)
        rows = [f"...  line {i} of a paste" for i in range(51)]
        view.until(lambda: view.lines() == ["You: (31 lines above)", *rows[32:]], "the last rows")
        view.send("\x1b[A" * 29)
        view.until(lambda: view.lines() == ["You: (8 lines above)", *rows[9:28], "...  (23 lines below)"], "the rows around line 21")
        view.send("X")
        view.shows("line 21 of a pasteX")
        view.send("\r")
        view.shows("Assistant: Read.")
        same(view.lines()[:7], ["You: line 1 of a paste", *rows[2:4], "...  (45 lines, 850 bytes)", *rows[49:], "Assistant: Read."])
        same(said(box, view.terminal), [FIFTY.strip().replace("line 21 of a paste", "line 21 of a pasteX")])


@test_each(BOTH)
def paste_large(locale):
    """A paste of 1 MB is whole; how long it took is told"""
    with Box(NO_COLOR="1", LC_ALL=locale) as box:
        t = begin(box, "-o", "mock.reply=Read.")
        text = "a line of the grüße kind\n" * 38500
        at, began = len(t.text()), time.monotonic()
        data = (BEGIN + text + END).encode()
        while data:
            data = data[os.write(t.master, data[:1024]):]
            t.pump(time.monotonic())
        t.expect(r"\(\d+ lines above\)", after=at)
        took = time.monotonic() - began
        at = len(t.text())
        t.send("\r")
        t.expect("Read.*" + PROMPT, after=at)
        same(said(box, t), [text[:-1]])
        return f"{len(text.encode())} bytes in {took * 1000:.0f} ms"


@test
def paste_is_verbatim():
    """A paste ends each line with LF, and has no say in what keys do"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, "-o", "mock.reply=Read.")
        t.send(BEGIN + "one\r\ntwo\rthree\tfour\x01\x15five" + END)
        say(t, " and more\r")
        t.send("a")
        say(t, BEGIN + "b" + END + "c\r")
        same(said(box, t), ["one\ntwo\nthree\tfour\x01\x15five and more", "abc"])


@test
def paste_ends_with_newline():
    """A newline at a paste's end makes no row and is not sent; between two pastes, and within the line, it stays"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, "-o", "mock.reply=Read.")
        at = len(t.text())
        say(t, BEGIN + "one\ntwo\n\n" + END + "\r")
        same(screen(t.text()[at:]).splitlines()[:3], ["one", "...  two", "Assistant: Read."])
        say(t, BEGIN + "one\n" + END + BEGIN + "two\n" + END + "!\r")
        say(t, "b\x01" + BEGIN + "a\n" + END + "\r")
        say(t, BEGIN + "one\n" + END + BEGIN + "two\n" + END + "\x1f\r")
        say(t, BEGIN + "one\n" + END + "2" + BEGIN + "three" + END + "\r")
        same(said(box, t), ["one\ntwo", "one\ntwo!", "a\nb", "one", "one2three"])


@test_each([("one line of 9,000 bytes", "0123456789" * 900, ["...  (8.6 kB)"]),
            ("three such", "\n".join(["0123456789" * 300] * 3), ["...  (2 lines, 8.6 kB)"])])
def paste_of_long_lines(text, middle):
    """stays on the screen by its first rows and its last once it is sent"""
    with Box(NO_COLOR="1") as box:
        view = View(box, "-f", "readline", "-p", "mock", "-o", "mock.reply=Read.", size=(24, 100))
        view.prompted()
        view.send(BEGIN + text + END)
        view.shows("above)")
        view.send("\r")
        view.shows("Assistant: Read.")
        rows = view.lines()
        same(rows[0], "You: " + text[:95])
        same(rows[3:4], middle)
        truth(text.endswith(rows[5]), rows[5])
        same(rows[6], "Assistant: Read.")
        same(said(box, view.terminal), [text])


@test
def paste_with_keys_behind():
    """Keys that come together with a paste are keys, another paste too"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, "-o", "mock.reply=Read.")
        at = len(t.text())
        t.send(BEGIN + "one\ntwo" + END + "\x1b[A!\r" + BEGIN + "three\nfour" + END + "\r")
        t.expect("Read.*Read.*" + PROMPT, after=at)
        same(said(box, t), ["one!\ntwo", "three\nfour"])


@test
def paste_unfinished():
    """A paste whose end does not come is given up by Ctrl-C, and stands in the way of no signal"""
    with Box(NO_COLOR="1") as box:
        t = begin(box)
        t.send(BEGIN + "one\ntwo")
        t.taken()
        say(t, "\x03")
        holds(say(t, "three\r"), "Assistant: three\r\n")
        t.send(BEGIN + "one\ntwo")
        t.taken()
        t.signal(signal.SIGTERM)
        ended(t.end(), -signal.SIGTERM)
        truth(t.modes_kept(), "the terminal's modes were not put back")


@test
def paste_during_reply():
    """What is pasted while a reply comes is one message"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, steps=[{"chunks": ["One", " two"], "delta_ms": 400}, {"text": "Read."}])
        t.send("Hi\r")
        at = t.expect("Assistant: One")
        same(re.findall(r"\x1b\[\?2004[hl]", t.text()[:at])[-1], "\x1b[?2004h", "the terminal would not mark it")
        t.send(BEGIN + "three\nfour\n" + END)
        t.expect("two.*" + PROMPT[:5] + ".*four")
        at = len(t.text())
        t.send("\r")
        t.expect("Read.*" + PROMPT, after=at)
        same(said(box, t), ["Hi", "three\nfour"])


@test
def lines_without_marks():
    """Lines that come together without marks are a message each: they may have been typed ahead"""
    with Box(NO_COLOR="1") as box:
        t = begin(box)
        at = len(t.text())
        t.send("one\rtwo\r/stats\r")
        t.expect("total: 2 turns.*" + PROMPT, after=at)
        same(said(box, t), ["one", "two"])


@test
def paste_is_undone():
    """One undo takes a paste back"""
    with Box(NO_COLOR="1") as box:
        t = begin(box)
        t.send("a" + BEGIN + "one\ntwo" + END)
        t.expect("two")
        say(t, "\x1f\r")
        same(said(box, t), ["a"])


# ---- more lines than one -----------------------------------------------------------------------

@test_each([(f"{mode}, {name}", mode, keys) for mode in ("emacs", "vi") for name, keys in (("ESC CR", "\x1b\r"), ("ESC LF", "\x1b\n"))])
def alt_enter(mode, keys):
    """Alt-Enter makes a new line"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, inputrc=f"set editing-mode {mode}\n")
        holds(screen(say(t, "one" + keys + "two\r")), "one\n...  two\nAssistant: one\ntwo\n")
        same(said(box, t), ["one\ntwo"])


@test
def vi_keys():
    """With inputrc's vi mode, Escape and then Enter sends, and vi's keys edit"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, inputrc='$if hobnob\nset editing-mode vi\n$endif\n')
        for keys in ("one two\x1b", "bcwTWO\x1b"):
            t.send(keys)
            t.taken()
            time.sleep(0.6)  # longer than readline waits for what may follow an Escape
        say(t, "\r")
        t.send("three\x1b")
        t.taken()
        time.sleep(0.1)  # longer than the bytes of one key take
        say(t, "\r")
        same(said(box, t), ["one TWO", "three"])


@test
def inputrc_has_its_say():
    """A user's inputrc can bind our keys' functions elsewhere, and other functions to our keys"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, inputrc='"\\C-o": hobnob-other-enter\n"\\e\\C-m": "typed by inputrc"\n')
        say(t, "one\x0ftwo \x1b\r\r")
        same(said(box, t), ["one\ntwo typed by inputrc"])


@test
def multiline():
    """/multiline: Enter makes a new line, a dot alone or Alt-Enter sends, a command is sent at once"""
    with Box(NO_COLOR="1") as box:
        t = begin(box)
        holds(say(t, "/help all\r"), "/multiline", "let Enter make a new line")
        holds(say(t, "/multiline\r"), "a line with only a dot, or Alt-Enter, sends")
        t.send("one\r/stats\r.two\r..\r")
        say(t, ".\r")
        t.send("three\r")
        say(t, "four\x1b\r")
        holds(say(t, "/stats\r"), "total: 2 turns")
        holds(say(t, "/multiline now\r"), "takes no argument")
        holds(say(t, "/multiline\r"), "Enter sends")
        say(t, "five\r")
        same(said(box, t), ["one\n/stats\n.two\n..", "three\nfour", "five"])


@test
def up_and_down():
    """Up and Down go from line to line in a text, and from input to input at its ends"""
    with Box(NO_COLOR="1") as box:
        t = begin(box)
        say(t, "before\r")
        t.send("grüße\x1b\rlonger than that\x1b\rx")
        say(t, "\x1b[A\x1b[A1\x1b[B2\x1b[B3\r")
        say(t, "\x1b[A\x1b[A\x1b[A\x1b[A!\r")
        same(said(box, t), ["before", "g1rüße\nlo2nger than that\nx3", "before!"])


def vi(t, keys):
    """Escape and then keys, which come no sooner than a hand types them."""
    t.send("\x1b")
    t.taken()
    time.sleep(0.6)  # longer than readline waits for what may follow an Escape
    t.send(keys)


@test_each([("k and j", "ki1\x1bji2", "1b\n2c"), ("- and +", "-i1\x1b+i2", "1b\n2c"), ("Ctrl-P and Ctrl-N", "\x10i1\x1b\x0ei2", "1b\n2c"),
            ("2k, G and 1G", "2kiA\x1bGiB\x1b1Gi1", "1Ab\nBc")])
def vi_lines(keys, want):
    """go from line to line in a text in vi's movement mode, and do not touch the history"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, inputrc="set editing-mode vi\n")
        say(t, "before\r")
        t.send(BEGIN + "b\nc" + END)
        vi(t, keys)
        say(t, "\r")
        same(said(box, t), ["before", want])


@test
def vi_history():
    """In a text of one line vi's k, j and G go to the history, as ever; at the first line of several k does, too"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, inputrc="set editing-mode vi\n")
        say(t, "one\r")
        say(t, "two\r")
        vi(t, "kkA!")
        say(t, "\r")
        vi(t, "kkkjA?")
        say(t, "\r")
        vi(t, "1GA.")
        say(t, "\r")
        t.send(BEGIN + "b\nc" + END)
        vi(t, "kkA;")
        say(t, "\r")
        same(said(box, t), ["one", "two", "one!", "two?", "one.", "one.;"])


@test
def emacs_lines():
    """Ctrl-P and Ctrl-N go from line to line in a text, as Up and Down do"""
    with Box(NO_COLOR="1") as box:
        t = begin(box)
        say(t, "before\r")
        t.send(BEGIN + "b\nc" + END)
        say(t, "\x10!\x0e?\r")
        say(t, "\x10\x10\x10!\r")
        same(said(box, t), ["before", "b!\nc?", "before!"])


@test
def joined_emoji():
    """The parts of a joined emoji stand side by side at the prompt, so that no terminal and readline differ on its width; it is sent whole"""
    text = "A\U0001f469\u200d\U0001f467 \u2764\ufe0f family and words so that it takes two rows"
    with Box() as box:
        view = View(box, "-f", "readline", "-p", "mock", "-o", "mock.reply=Read.", size=(24, 40))
        view.prompted()
        view.send(text)
        view.shows("two rows")
        view.send("\x01XY")
        view.shows("XYA")
        view.send("\x05!")
        view.shows("rows!")
        lacks(view.terminal.text(), "\u200d", "\ufe0f")
        same(view.lines()[-2:], ["You: XYA\U0001f469\U0001f467 \u2764 family and words so that", "it takes two rows!"])
        view.send("\r")
        view.shows("Assistant: Read.")
        view.send("/save said.json\r")
        view.shows("wrote")
        same(json.loads(box.read("said.json"))["messages"][0]["text"], "XY" + text + "!")


@test
def dumb_terminal():
    """A terminal that obeys no escapes gets none"""
    for term in ("dumb", ""):
        with Box(TERM=term, INPUTRC="/dev/null") as box:
            t = begin(box, "-o", "mock.ttft_ms=900")
            at = len(t.text())
            t.send("Hi\r")
            t.expect("Assistant: Hi\r\n.*You: $", after=at)
            t.send("\x04")
            ended(t.end(), 0)
            lacks(t.text(), "\x1b", "waiting")


# ---- the user's own editor ---------------------------------------------------------------------

def editor(box, script):
    """A program that stands for the user's editor: sh, with the file as $1 and the terminal; the value for VISUAL."""
    return "/bin/sh " + box.write("editor.sh", script)


def nothing_left(box):
    """The folder for the editor's files is empty."""
    same(os.listdir(os.path.join(box.root, "tmp")), [])


def editing(script, **env):
    """A box whose editor is that script, with a folder of its own for the file."""
    box = Box(NO_COLOR="1", **env)
    os.mkdir(os.path.join(box.root, "tmp"))
    box.env.update(TMPDIR=os.path.join(box.root, "tmp"), VISUAL=editor(box, script), EDITOR="false")
    return box


@test
def compose_line():
    """Ctrl-X Ctrl-E puts the line into the editor and what comes back at the prompt, not sent yet"""
    with editing('cp "$1" seen; ls -l "$1" >mode; printf "line two\\n" >>"$1"') as box:
        t = begin(box)
        t.send("line one")
        t.expect("line one$")
        at = len(t.text())
        t.send("\x18\x05")
        t.expect(r"line one\r\n\r?\.\.\.  line two$", after=at)
        lacks(t.text(), "Assistant")
        same(box.read("seen"), "line one\n")
        mode = box.read("mode")
        truth(re.search(r"^-rw------- .*/tmp/hobnob-\w{6}\.md$", mode), mode)
        nothing_left(box)
        say(t, "!\r")
        same(said(box, t), ["line one\nline two!"])


@test
def edit_and_send():
    """/edit sends what was written as a message, verbatim, and shows it"""
    with editing('printf "/clear\\nand more\\n\\n" >"$1"') as box:
        t = begin(box)
        holds(screen(say(t, "/edit\r", "Assistant")), "You: /clear\n...  and more\n...\nAssistant: /clear\nand more\n")
        nothing_left(box)
        say(t, "\x1b[A\x1b[A\x1b[AX\r", "Assistant")
        same(said(box, t), ["/clear\nand more\n", "X/clear\nand more\n"])


@test_each([("left empty", "true"), ("only blanks", 'printf " \\n\\n" >"$1"'), ("removed", 'rm "$1"')])
def edit_nothing(script):
    """/edit sends nothing where nothing was written"""
    with editing(script) as box:
        t = begin(box)
        holds(say(t, "/edit\r"), "cannot read what the editor left" if "rm" in script else "nothing is sent: the text is empty or as it was\r\n")
        nothing_left(box)
        same(said(box, t), [])


@test_each([("too long", 'truncate -s 1G "$1"', "it has more than 16 MiB"),
            ("no text", 'printf "half\\0other" >"$1"', "it is not text: it holds a NUL byte"),
            ("UTF-16", 'printf "\\377\\376a\\0" >"$1"', "it is UTF-16, not UTF-8"), ("Latin-1", 'printf "caf\\351" >"$1"', "it is not text in UTF-8")])
def edit_kept(script, why):
    """What an editor left and cannot be taken is not thrown away: it is said where it is"""
    with editing(script) as box:
        t = begin(box)
        shown = say(t, "/edit\r")
        left = os.listdir(os.path.join(box.root, "tmp"))
        same(len(left), 1)
        holds(" ".join(shown.split()), left[0] + ", where it stays: " + why)
        same(said(box, t), [])


@test_each([("a link", 'ln -sf /etc/passwd "$1"', ""), ("a device", 'ln -sf /dev/zero "$1"', "not a regular file"),
            ("a FIFO", 'rm "$1"; mkfifo "$1"', "not a regular file")])
def edit_replaced(script, why):
    """An editor that puts something else in the file's place makes nothing hang, and nothing is left"""
    with editing(script) as box:
        t = begin(box)
        shown = say(t, "/edit\r")
        holds(" ".join(shown.split()), why)
        nothing_left(box)
        leave(t)


@test
def edit_message():
    """/edit N opens that message; another text is asked instead, on a branch of its own"""
    with editing('sed -i s/Frnace/France/ "$1"') as box:
        t = begin(box)
        say(t, "Frnace?\r")
        say(t, "More.\r")
        holds(say(t, "/edit 1\r", "Assistant"), "Assistant: France?")
        holds(say(t, "/edit 1\r"), "nothing is sent: the text is empty or as it was")
        holds(say(t, "/edit 9\r"), "there is no such message: /history numbers them")
        holds(say(t, "/history\r"), "1 user: France?", "2 messages")
        leave(t)


@test
def keys():
    """/keys says what the keys do; /help about one command is one line, which Tab completes"""
    with Box(NO_COLOR="1") as box:
        t = begin(box)
        holds(say(t, "/keys\r"), "Alt-Enter          a new line; in /multiline: send\r\n", "Ctrl-X Ctrl-E")
        holds(say(t, "/keys x\r"), "/keys takes no argument")
        shown = say(t, "/help /mul\t\r")
        holds(shown, "/multiline", "let Enter make a new line")
        lacks(shown, "/stats")
        leave(t)


@test
def edit_last():
    """/edit alone opens the last question, where there is one; what is asked instead is a branch of its own"""
    with editing('sed -i s/Frnace/France/ "$1"') as box:
        t = begin(box)
        say(t, "First.\r")
        say(t, "Frnace?\r")
        holds(say(t, "/edit\r", "Assistant"), "Assistant: France?")
        holds(say(t, "/history\r"), "1 user: First.", "3 user: France?", "4 messages")
        leave(t)


@test
def undo_puts_back():
    """/undo puts the question at the prompt, where it can be changed; an /undo that does nothing puts nothing there"""
    with Box(NO_COLOR="1") as box:
        t = begin(box)
        t.send("/undo\r")
        t.expect("there is no question yet to take back[^\0]*You: $")
        say(t, "one more\r")
        at = len(t.text())
        t.send("/undo\r")
        t.expect("took back the last question; 0 messages left[^\0]*You: one more$", after=at)
        at = len(t.text())
        t.send("!\r")
        t.expect("Assistant: one more!", after=at)
        same(said(box, t), ["one more", "one more!"])


@test_each([
    ("not there", "no-such-editor", r'the editor "no-such-editor" cannot be run: No such file or directory; set VISUAL or EDITOR'),
    ("blank", "  ", r'the editor "  " cannot be run'),
    ("a status that is no signal", "sh -c 'exit 255'", "the editor \"sh -c 'exit 255'\" ended with status 255: the text stays as it was"),
    ("an option", "-x", 'the editor "-x" cannot be run: No such file or directory'),
    ("fails", "/bin/sh -c false", r'the editor "/bin/sh -c false" ended with status 1: the text stays as it was'),
])
def editor_fails(value, message):
    """An editor that does not do its work is told, and the line kept"""
    with editing("true") as box:
        box.env["VISUAL"] = value
        t = begin(box)
        t.send("half a line")
        t.expect("half a line$")
        at = len(t.text())
        t.send("\x18\x05")
        t.expect("You: half a line$", after=at)
        holds(t.text(), message)
        lacks(t.text(), "not found")  # a shell's own words
        nothing_left(box)
        say(t, "!\r")
        same(said(box, t), ["half a line!"])


@test_each([("in single quotes", "'$P' --wait", "2 1"), ("in double quotes", '"$P"', "1 1"), ("with a backslash", "$B", "1 1"),
            ("with a variable before it", "LEVEL=2 '$P'", "1 2"), ("by a variable", '"$HERE/my tools/ed.sh"', "1 1"),
            ("after another command", "cd / && '$P'", "1 1"), ("by a word that is no program", "exec /bin/sh ed.sh x", "2 1"),
            ("with a line's end after it", "'$P'\n", "1 1"), ("with what goes elsewhere", "'$P' >/dev/null", "1 1")])
def editor_of_shell(value, want):
    """VISUAL is a piece of shell: it may hold quotes, and lead to a path with blanks"""
    with editing("true") as box:
        script = '#!/bin/sh\nfor last; do :; done\nprintf "by $# ${LEVEL-1}" >"$last"\n'
        box.write("ed.sh", script)
        path = box.write("my tools/ed.sh", script, 0o755)
        box.env.update(VISUAL=value.replace("$P", path).replace("$B", path.replace(" ", "\\ ")), HERE=box.cwd)
        t = begin(box)
        holds(say(t, "/edit\r", "Assistant"), "Assistant: by " + want)
        nothing_left(box)
        leave(t)


@test_each([("a shell does not find it", "'/no such/editor'", "No such file or directory"), ("it may not be run", "'{}'", "Permission denied")])
def editor_not_run(value, why):
    """An editor that a shell cannot run is told as one that we cannot run:"""
    with editing("true") as box:
        box.env["VISUAL"] = value.format(box.write("ed itor", "text", 0o644))
        t = begin(box)
        holds(" ".join(say(t, "/edit\r").split()), f'the editor "{box.env["VISUAL"]}" cannot be run: {why}; set VISUAL or EDITOR')
        nothing_left(box)
        leave(t)


@test
def editor_at_once():
    """An editor that ends at once with the text unchanged gets a word on --wait; one that was used, or changed it, does not"""
    with editing("true") as box:
        t = begin(box)
        t.send("half")
        t.expect("half$")
        at = len(t.text())
        t.send("\x18\x05")
        t.expect(r"ended at once: if it has a\s+window of its own, it may need --wait.*You: half$", after=at)
        say(t, "\x03")
        leave(t)
    with editing('sleep 0.7; cat "$1" >/dev/null') as box:
        t = begin(box)
        lacks(say(t, "/edit\r"), "at once")
        leave(t)


@test
def editor_empties():
    """An editor that empties the file at once has done something: no word on --wait, and the line stays"""
    with editing(': >"$1"') as box:
        t = begin(box)
        t.send("half")
        t.expect("half$")
        at = len(t.text())
        t.send("\x18\x05")
        t.expect("You: half$", after=at)
        lacks(t.text(), "at once")
        nothing_left(box)
        say(t, "\x03")
        leave(t)


@test
def editor_of_any_bytes():
    """A path in another encoding is a path"""
    with editing("true") as box:
        name = os.path.join(box.cwd, os.fsdecode(b"caf\xe9"))
        box.write(name, '#!/bin/sh\nprintf text >"$1"\n', 0o755)
        box.env["VISUAL"] = name
        t = begin(box)
        say(t, "/edit\r", "Assistant: text")
        leave(t)


@test
def editor_marks():
    """A byte order mark and a CR LF at the end that an editor has written are no part of the text"""
    with editing('printf "\\357\\273\\277text\\r\\n" >"$1"') as box:
        t = begin(box)
        say(t, "/edit\r", "Assistant: text")
        same(said(box, t), ["text"])


@test
def editor_signals():
    """An editor begins with signals as a shell gives them, whatever hobnob's parent ignores; hobnob still sees its end"""
    with editing('grep SigIgn /proc/$$/status >seen; sleep 0.7; printf "text" >"$1"') as box:
        t = begin(box, argv=["/bin/sh", "-c", 'trap "" CHLD PIPE XFSZ QUIT; exec "$0" "$@"', HOBNOB])
        say(t, "/edit\r", "Assistant: text")
        same(int(box.read("seen").split()[1], 16) & sum(1 << (s - 1) for s in (signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ, signal.SIGQUIT)), 0)
        same(said(box, t), ["text"])


@test
def editor_killed():
    """What an editor had saved before it was killed is at the prompt; the terminal is put back"""
    with editing('printf "saved" >"$1"; stty raw -echo; printf "\\033[?1049h\\033[?25l"; kill -9 $$') as box:
        t = begin(box)
        t.send("/edit\r")
        t.expect("You: saved$")
        holds(t.text(), "was killed by a signal: Killed", "\x1b[?1047l", "\x1b[?25h")
        nothing_left(box)
        say(t, "!\r")
        same(said(box, t), ["saved!"])


@test
def editor_leaves_modes():
    """Whatever modes an editor leaves, the terminal has its own"""
    with editing('printf "text" >"$1"; stty raw -echo') as box:
        t = begin(box)
        say(t, "/edit\r", "Assistant: text")
        say(t, "more\r")
        same(said(box, t), ["text", "more"])


@test
def editor_interrupted():
    """Ctrl-C in the editor is the editor's"""
    with editing('trap "printf caught >\\"$1\\"; exit 0" INT; echo ready; while :; do sleep 0.05; done') as box:
        t = begin(box)
        t.send("/edit\r")
        t.expect("ready")
        holds(say(t, "\x03", "Assistant"), "Assistant: caught")
        lacks(t.text(), "(interrupted)", "leaves)")
        same(said(box, t), ["caught"])


@test_each([("SIGTERM", signal.SIGTERM), ("SIGHUP", signal.SIGHUP)])
def ended_in_editor(number):
    """ends it, and the editor, the file removed and the terminal put back"""
    with editing('trap "echo >asked; exit" TERM; echo $$ >pid; stty raw -echo; echo ready; while :; do sleep 0.05; done') as box:
        t = begin(box)
        t.send("/edit\r")
        t.expect("ready")
        t.signal(number)
        ended(t.end(), -number)
        truth(t.modes_kept(), "the terminal's modes were not put back")
        nothing_left(box)
        truth(not os.path.exists(f"/proc/{box.read('pid').strip()}"), "the editor is still there")
        same(box.read("asked"), "\n", "the editor was not asked to end")


@test
def which_editor():
    """VISUAL comes before EDITOR, both before the config file; a found .env has no say"""
    with editing("true") as box:
        box.config("frontends: {readline: {editor: from-config}}\n")
        box.write(".env", "VISUAL=from-dotenv\nHOBNOB_READLINE_EDITOR=from-dotenv\nTMPDIR=/from-dotenv\n")
        for env, name in (({"VISUAL": "from-visual"}, "from-visual"), ({"VISUAL": "", "EDITOR": "from-editor"}, "from-editor"),
                          ({"VISUAL": "", "EDITOR": "", "TMPDIR": ""}, "from-config")):
            t = begin(box, env=env, size=(24, 200))
            holds(say(t, "/edit\r"), f'the editor "{name}" cannot be run')
            leave(t)
        holds(t.text(), ".env: VISUAL is ignored: a .env that was found may not set it (--env-file, the config file and the environment may)")


@test
def editor_folder_fails():
    """Where no file can be made it is told, and the line kept"""
    with editing("true") as box:
        t = begin(box, env={"TMPDIR": "/no/such/folder"})
        t.send("half\x18\x05")
        t.expect("cannot make a file in /no/such/folder for the editor: No such file or directory.*You: half$")
        say(t, "\x03")
        leave(t)


if __name__ == "__main__":
    main(at_once=4)
