#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""render_command: a finished reply is shown by a program of the user's; whatever that does, nothing of the reply is lost."""
import json
import os
import termios

from hob import Box, ended, holds, lacks, main, same, test, test_each
from vt import View

REPLY = "**bold** \x1b[2J and words\n\n- item\n"
STEPS = [{"match": "^Held", "chunks": ["**bold** and", " more"], "delta_ms": 60000}, {"match": "^Empty", "text": ""},
         {"match": "^Cut", "text": "**half", "error": {"kind": "network", "message": "it broke"}}, {"text": REPLY, "times": 0}]
OURS = "bold ^[[2J and words\n\n• item\n"
WAY_OUT = "/set -u render_command shows replies without it"


def view(box, command, *args, frontend="stdio", env=None):
    """A conversation whose replies that command shows."""
    script = box.write("s.json", json.dumps({"steps": STEPS}))
    return View(box, "-f", frontend, "-p", "mock", "-o", "mock.script=" + script, "-o", "render_command=" + command, *args, size=(24, 60), paper=200,
                env={"HOBNOB_MARKDOWN": "auto", **(env or {})})


def left(v):
    """Leaves; the screen."""
    v.send("\x04")
    ended(v.end(), 0)
    same(v.terminal.modes_kept(), True)
    return v.text()


@test_each([("stdio", "stdio"), ("readline", "readline")])
def shown(frontend):
    """It gets the source, made safe, and the terminal's width; what it writes is shown as it is, by /preview, too"""
    with Box(NO_COLOR="1") as box:
        v = view(box, "cat >got; printf '\\033[1m%s\\033[0m wide\\n' \"$COLUMNS\"", frontend=frontend)
        v.say("Hi")
        same(box.read("got"), "**bold** ^[[2J and words\n\n- item\n")
        cell = v.screen.buffer[2][0]
        same((cell.data, cell.bold), ("6", True))
        os.remove(os.path.join(box.cwd, "got"))
        v.say("/preview")
        same(box.read("got"), "**bold** ^[[2J and words\n\n- item\n")
        same(left(v), "You: Hi\nAssistant:\n60 wide\nYou: /preview\n60 wide\nYou:\n")


@test
def narrower():
    """A program gets the width as COLUMNS, which wrap may make less than the terminal's"""
    with Box(NO_COLOR="1") as box:
        box.write("show", "#!/bin/sh\ncat >/dev/null\necho $COLUMNS wide\n", 0o755)
        v = view(box, "./show", "-o", "wrap=30")
        v.say("Hi")
        same(left(v), "You: Hi\nAssistant:\n30 wide\nYou:\n")


@test
def typed_meanwhile():
    """What is typed while it runs stands at the next prompt"""
    with Box(NO_COLOR="1") as box:
        v = view(box, "cat >/dev/null; : >runs; while [ ! -e go ]; do sleep 0.01; done; echo done", frontend="readline")
        row = v.prompted()
        v.send("Hi\r")
        v.until(lambda: os.path.exists(os.path.join(box.cwd, "runs")), "the program")
        v.send("next")
        box.write("go", "")
        v.until(lambda: v.lines()[-1] == "You: next", "what was typed")
        same(row, 0)
        v.send("\x03")
        v.prompted(row + 1)
        same(left(v), "You: Hi\nAssistant:\ndone\nYou: next^C\nYou:\n")


@test_each([("missing", "no-such-renderer -", 'cannot be run: No such file or directory; '), ("failing", "cat >/dev/null; exit 3", "ended with status 3; "),
            ("killed", "kill -9 $$", "was killed by a signal: Killed; ")])
def failed(command, why):
    """One that is missing or fails is one line, and the reply is shown all the same"""
    with Box(NO_COLOR="1") as box:
        v = view(box, command)
        v.say("Hi")
        text = left(v)
        same(text.count("hobnob: "), 1, text)
        holds("".join(text.split()), "".join(f'hobnob: render_command "{command}" {why}{WAY_OUT}'.split()))
        holds(text, "You: Hi\nAssistant:\nhobnob: ")
        holds(text, OURS + "You:\n")


@test_each([("killed", "kill -9 $$"), ("ended", "exit 3")])
def raw(end):
    """A program that leaves the terminal raw finds it put back; one that was killed leaves a cursor, too"""
    with Box(NO_COLOR="1") as box:
        v = view(box, "stty raw -echo </dev/tty; printf '\\033[?25l'; " + end)
        v.prompted()
        modes = termios.tcgetattr(v.terminal.slave)
        v.say("Hi")
        same(termios.tcgetattr(v.terminal.slave), modes)
        same(v.screen.cursor.hidden, end == "exit 3")
        holds(left(v), OURS + "You:\n")


@test
def interrupted():
    """Ctrl-C shows what came, without the program; so does an error"""
    with Box(NO_COLOR="1") as box:
        v = view(box, "touch ran")
        row = v.prompted()
        v.send("Held\r")
        v.until(lambda: any(line.startswith("the reply, 1 kB") for line in v.lines()), "the status line")
        v.send("\x03")
        row = v.prompted(row)
        v.say("Cut")
        v.send("\x04")
        ended(v.end(), 6)
        text = v.text()
        holds(text, "You: Held\nAssistant: bold and\n(interrupted)\nYou: Cut\nAssistant: **half\nhobnob: ")
        same(os.path.exists(os.path.join(box.cwd, "ran")), False)


@test
def program_interrupted():
    """Ctrl-C while it runs ends it, not hobnob, and the reply is shown"""
    with Box(NO_COLOR="1") as box:
        v = view(box, "exec 2>/dev/null; : >runs; sleep 1000")
        row = v.prompted()
        v.send("Hi\r")
        v.until(lambda: os.path.exists(os.path.join(box.cwd, "runs")), "the program")
        v.send("\x03")
        v.prompted(row)
        text = left(v)
        holds(text, "You: Hi\nAssistant:\n", OURS + "You:\n")
        lacks(text, "hobnob:")


@test
def elsewhere():
    """A pipe and the journal get the source, a dumb terminal and markdown=never too; an empty reply is an empty line; one turn has no label"""
    with Box(NO_COLOR="1") as box:
        script = box.write("s.json", json.dumps({"steps": STEPS}))
        at = ("-p", "mock", "-o", "mock.script=" + script, "-o", "render_command=touch ran; echo shown")
        same(ended(box.run(*at, "Hi"), 0, err="").out, REPLY)
        holds(ended(box.run("sessions", "show", "2"), 0, err="").out, REPLY)
        for env in ({"TERM": "dumb"}, {"HOBNOB_MARKDOWN": "never"}, {"HOBNOB_PLAIN": "true"}):
            v = view(box, "touch ran", env=env)
            v.say("Hi")
            holds(left(v), "Assistant: **bold** ^[[2J and words\n\n- item\n")
        v = view(box, "touch ran")
        v.say("Empty")
        holds(left(v), "Assistant:\nYou:\n")
        same(os.path.exists(os.path.join(box.cwd, "ran")), False)
        shown = ended(box.terminal(*at, "Hi", env={"HOBNOB_MARKDOWN": "auto"}).end(), 0).out
        same(shown, "shown\r\n")
        box.write(".env", "HOBNOB_RENDER_COMMAND=touch evil\nHOBNOB_PAGER=touch evil\n")
        lacks(ended(box.terminal("-p", "mock", "Hi", env={"HOBNOB_MARKDOWN": "auto"}).end(), 0).out, "shown")
        same(os.path.exists(os.path.join(box.cwd, "evil")), False)


if __name__ == "__main__":
    main()
