#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Markdown of replies on a real terminal: whole screens at several widths and in several environments, against golden files."""
import json
import os
import re
import threading

from hob import DATA, Box, at_server, ended, golden, holds, lacks, main, same, test, test_each
from server import Server, pieces, stream
from vt import View

with open(os.path.join(DATA, "markdown", "reply.md"), encoding="utf-8") as whole:
    # Emulators, and their versions, do not agree on these: some drop what follows them, some count a flag as four columns.
    REPLY = re.sub("[\u200d\ufe0f\U0001f3fb-\U0001f3ff\U0001f1e6-\U0001f1ff]", "", whole.read())
TABLE = "| Name | Lines |\n|---|---:|\n| a.c | 12 |\n"
STEPS = [
    {"match": "^Sort", "times": 0, "text": REPLY},
    {"match": "^Held", "chunks": ["It is **very impor", "tant**"], "delta_ms": 60000},
    {"match": "^Table", "chunks": ["Files:\n\n" + TABLE, "| b.c | 3 |\n"], "delta_ms": 60000},
    {"match": "^Empty", "text": ""},
    {"match": "^Attack", "text": "**\x1b]0;owned\x07** [a](\x1b]8;;x\x1b\\) `\x1b[2J`\n"},
    {"match": "^Mark", "times": 0, "text": "# A\n\n- **b** `c`\n\n---\n"},
]


def view(box, *args, frontend="stdio", size=(24, 80), env=None):
    """A conversation that renders, on a terminal whose emulator shows all of it."""
    script = box.write("s.json", json.dumps({"steps": STEPS}))
    return View(box, "-f", frontend, "-p", "mock", "-o", "mock.script=" + script, *args, size=size, paper=200,
                env={"HOBNOB_MARKDOWN": "auto", **(env or {})})


def left(v):
    """Leaves; the screen."""
    v.send("\x04")
    ended(v.end(), 0)
    return v.text()


def look(v, word):
    """How the first cell of a word is shown."""
    for y, line in enumerate(v.screen.display):
        if word in line:
            cell = v.screen.buffer[y][line.index(word)]
            return (cell.fg, cell.bold, cell.italics, cell.underscore)
    raise AssertionError(f"{word!r} is not in\n{v.text()}")


@test_each([(f"{columns} columns", columns) for columns in (120, 80, 50, 20)])
def whole_reply(columns):
    """A whole reply"""
    with Box() as box:
        v = view(box, size=(24, columns))
        v.say("Sort")
        golden(f"markdown-{columns}", left(v))


@test_each([("stdio", "stdio"), ("readline", "readline")])
def looks(frontend):
    """Bold, code and links look so, with colours and without"""
    for env, code in (({}, "5f5fff"), ({"COLORFGBG": "15;0"}, "cyan"), ({"HOBNOB_THEME": "light"}, "blue"), ({"NO_COLOR": "1"}, "default")):
        with Box() as box:
            v = view(box, frontend=frontend, env=env)
            v.say("Sort")
            same([look(v, "20 GB"), look(v, "`qsort"), look(v, "the manual"), look(v, "4 GB")],
                 [("default", True, False, False), (code, False, False, False), ("default", False, False, True),
                  ("default", False, True, False)], env)
            left(v)


@test_each([("the C locale", {"LC_ALL": "C"}, "Assistant:\n# A\n\n- b `c`\n\n----------------------------------------\n"),
            ("theme=plain", {"HOBNOB_THEME": "plain"}, "Assistant:\n# A\n\n• **b** `c`\n\n" + "─" * 40 + "\n"),
            ("a dumb terminal", {"TERM": "dumb"}, "Assistant: # A\n\n- **b** `c`\n\n---\n"),
            ("markdown=never", {"HOBNOB_MARKDOWN": "never"}, "Assistant: # A\n\n- **b** `c`\n\n---\n")])
def elsewhere(env, shown):
    """What another terminal gets"""
    with Box() as box:
        v = view(box, env=env)
        v.say("Mark")
        same(left(v), f"You: Mark\n{shown}You:\n")


@test
def interrupted():
    """Ctrl-C shows what was held as it came"""
    with Box(NO_COLOR="1") as box:
        v = view(box)
        row = v.prompted()
        v.send("Held\r")
        v.shows("Assistant: It is")
        v.send("\x03")
        v.prompted(row)
        same(left(v), "You: Held\nAssistant: It is **very impor\n(interrupted)\nYou:\n")


@test
def held_table():
    """While a table is held the status line says how far it has come"""
    with Box(NO_COLOR="1") as box:
        v = view(box)
        row = v.prompted()
        v.send("Table\r")
        v.until(lambda: any(line.startswith("table, 1 row") for line in v.lines()), "the status line")
        v.send("\x03")
        v.prompted(row)
        same(left(v), "You: Table\nAssistant: Files:\n\n| Name | Lines |\n|------|------:|\n| a.c  |    12 |\n(interrupted)\nYou:\n")


@test
def resized():
    """A row that begins after the window has changed its width has the new one; /preview shows all of it so"""
    gate = threading.Event()
    with Server(pieces(stream(["one two three four five six seven ", gate, "eight nine ten eleven twelve thirteen fourteen fifteen sixteen\n"]))) as server, \
            at_server(server, NO_COLOR="1") as box:
        v = View(box, "-f", "stdio", "-p", "openai", size=(24, 40), paper=200, env={"HOBNOB_MARKDOWN": "auto"})
        v.prompted()
        v.send("Wide\r")
        v.shows("Assistant: one two three four five six")
        v.resize(200, 30)
        gate.set()
        row = v.prompted(2)
        holds(v.text(), "\nthirteen fourteen fifteen\nsixteen\nYou:")
        v.send("/preview\r")
        v.prompted(row)
        same(v.lines()[row:], ["You: /preview", "one two three four five six", "seven eight nine ten eleven", "twelve thirteen fourteen", "fifteen sixteen", "You:"])
        left(v)


@test
def set_at_once():
    """/set markdown and /set wrap act from the next reply on"""
    with Box(NO_COLOR="1") as box:
        v = view(box)
        for line in ("/set wrap 20", "Sort", "/set markdown never", "Mark"):
            v.say(line)
        shown = left(v)
    holds(shown, "You want to sort 20\nGB on a machine with\n4 GB of RAM.", "Assistant: # A\n\n- **b** `c`\n")


@test
def pipes():
    """A pipe gets the source, and the journal keeps it; markdown=always renders for a pager"""
    with Box() as box:
        script = box.write("s.json", json.dumps({"steps": STEPS}))
        at = ("-p", "mock", "-o", "mock.script=" + script)
        same(ended(box.run(*at, "Sort"), 0, err="").out, REPLY)
        out = ended(box.run(*at, "-o", "markdown=always", "Mark"), 0, err="").out
        same(out, "\x1b[1m#\x1b[0m\x1b[1m A\x1b[0m\n\n• \x1b[1mb\x1b[0m `c`\n\n\x1b[2m" + "─" * 40 + "\x1b[0m\n")
        same(ended(box.run("-i", "-c", stdin="/write reply.md\n"), 0, err="").out, "wrote reply.md\n")
        with open(os.path.join(box.cwd, "reply.md"), encoding="utf-8") as f:
            holds(f.read(), "- **b** `c`")


@test
def stored():
    """sessions show renders replies as wide as the terminal is; what the user wrote, a dumb terminal and a pipe get the source"""
    with Box(NO_COLOR="1", TZ="UTC0") as box:
        script = box.write("s.json", json.dumps({"steps": [
            {"match": "^One", "text": "**bold** and words that wrap\n\n```c\nint unclosed_code_is_never_wrapped;"},
            {"match": "^Two", "text": "* item\n", "reasoning": "**why** it is so, at some length\n"}]}))
        at = ("-p", "mock", "-o", "mock.script=" + script)
        ended(box.run(*at, "One **mine** is long enough\nto wrap"), 0)
        ended(box.run(*at, "-c", "Two"), 0)
        source = ended(box.run("sessions", "show", "2"), 0, err="").out

        def shown(size, **env):
            v = View(box, "sessions", "show", "2", size=(40, size), paper=100, env={"HOBNOB_MARKDOWN": "auto", **env})
            ended(v.end(), 0)
            return v.text().split("\n\n", 1)[1]

        rendered = ("## You\n\nOne **mine** is long enough\nto wrap\n\n## Assistant\n\n%s\n\n```c\nint unclosed_code_is_never_wrapped;\n\n"
                    "## You\n\nTwo\n\n## Assistant\n\n• item\n")
        same(shown(80), rendered % "bold and words that wrap")
        same(shown(40, HOBNOB_WRAP="20"), rendered % "bold and words that\nwrap")
        holds(shown(20, HOBNOB_SHOW_REASONING="true"), "## Assistant\n\n  **why** it is so,\n  at some length\n\n• item\n")
        for env in ({"TERM": "dumb"}, {"HOBNOB_MARKDOWN": "never"}):
            same(shown(80, **env), source.split("\n\n", 1)[1].rstrip("\n") + "\n", env)
        holds(source, "\n**bold** and words that wrap\n", "\n* item\n")
        holds(ended(box.run("sessions", "show", "2", "-o", "markdown=always", "-o", "wrap=20"), 0, err="").out, "\n\x1b[1mbold\x1b[0m and words that\nwrap\n")


@test
def attack():
    """Escapes of a reply are shown, not obeyed, and an empty reply is an empty line"""
    with Box(NO_COLOR="1") as box:
        v = view(box, "-o", "links=osc8")
        for line in ("Attack", "Empty"):
            v.say(line)
        shown = left(v)
        lacks(v.terminal.text(), "\x1b]0", "\x1b[2J")
    holds(shown, "Assistant: ^[]0;owned^G a <^[]8;;x^[\\> `^[[2J`\n", "You: Empty\nhobnob: the reply is empty: the server sent no text\nAssistant:\nYou:\n")


if __name__ == "__main__":
    main()
