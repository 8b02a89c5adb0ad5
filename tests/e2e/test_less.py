#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""/less: a reply, rendered, or any other message in the user's pager; and the terminal is as before afterwards."""
import json
import os
import shutil
import signal

from hob import Box, Skip, ended, holds, main, same, test, test_each
from prompt import begin, leave, say
from vt import View

REPLY = "**bold** and words that go to the end of a row\n"
LONG = "".join(f"row {i}\n\n" for i in range(100))
STEPS = [{"match": "^Long", "text": LONG}, {"match": "^Empty", "text": "", "times": 0}, {"text": REPLY, "times": 0}]
NOT_RUN = 'hobnob: the pager "%s" cannot be run: No such file or directory; set PAGER, or /set pager less\r\n'


def flat(text):
    """In one row, whatever width it was wrapped at."""
    return " ".join(text.split())


@test
def what_it_gets():
    """The last reply or message N, as wide as the terminal is; what is not there is said"""
    with Box(NO_COLOR="1", HOBNOB_MARKDOWN="auto") as box:
        t = begin(box, "-o", "wrap=20", "-o", "pager=cat >got; echo \"$LESS\" >less", steps=STEPS)
        holds(flat(say(t, "/less\r")), "hobnob: there is no reply yet")
        say(t, "**mine**\r")
        say(t, "/less\r")
        same(box.read("got"), "\x1b[1mbold\x1b[0m and words that\ngo to the end of a\nrow\n")
        same(box.read("less"), "FRX\n")
        say(t, "/less 1\r")
        same(box.read("got"), "**mine**\n")
        say(t, "/set markdown never\r")
        say(t, "/less 2\r")
        same(box.read("got"), REPLY)
        say(t, "Empty\r")
        box.write("got", "")
        say(t, "/less\r")
        same(box.read("got"), REPLY)
        holds(flat(say(t, "/less 4\r")), "hobnob: message 4 has no text")
        for said in ("0", "5", "x", "1 2", "99999999999"):
            holds(flat(say(t, f"/less {said}\r")), f"hobnob: there is no message {said}: /history numbers them")
        leave(t)
        same(t.modes_kept(), True)
        t = begin(box, "-o", "pager=cat >got", steps=STEPS, size=(24, 30))
        say(t, "hello\r")
        say(t, "/less\r")
        leave(t)
        same(box.read("got"), "\x1b[1mbold\x1b[0m and words that go to the\nend of a row\n")


@test_each([("PAGER", {"PAGER": "cat >got"}, ()), ("the setting before PAGER", {"PAGER": "cat >other"}, ("-o", "pager=cat >got")),
            ("LESS as it is", {"PAGER": "cat >got; echo $LESS >>got", "LESS": "R"}, ()), ("an empty LESS", {"PAGER": "cat >got; echo $LESS >>got", "LESS": ""}, ())])
def which_pager(env, args):
    """Which pager runs, and with what"""
    with Box(NO_COLOR="1", **env) as box:
        t = begin(box, *args, steps=STEPS)
        say(t, "hello\r")
        say(t, "/less\r")
        leave(t)
        same(os.listdir(box.cwd).count("other"), 0)
        same(box.read("got"), REPLY + (env["LESS"] + "\n" if "LESS" in env else ""))


@test_each([("missing", "no-such-pager -R", NOT_RUN % "no-such-pager -R"),
            ("failing", "cat >/dev/null; exit 3", 'the pager "cat >/dev/null; exit 3" ended with status 3; set PAGER, or /set pager less\r\n'),
            ("killed", "kill -9 $$", 'the pager "kill -9 $$" was killed by a signal: Killed\r\n'),
            ("not reading", "true", None), ("left by Ctrl-C", "kill -INT $$", None)])
def bad_pager(pager, why):
    """A pager that is missing or fails is one line, and the prompt is there"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, "-o", "pager=" + pager, steps=STEPS, size=(24, 160))
        say(t, "Long\r")
        shown = say(t, "/less\r")
        same(shown.count("hobnob: "), 1 if why else 0, shown)
        holds(shown, why or "")
        holds(say(t, "hello\r"), "Assistant: **bold**")
        leave(t)
        same(t.modes_kept(), True)


def press(view, key, condition, about):
    """Presses a key until it acts: less forgets what came with an interrupt."""
    for again in range(100, -1, -1):
        view.send(key)
        try:
            return view.until(condition, about, timeout=0.2)
        except AssertionError:
            if not again:
                raise


@test
def the_real_one():
    """less gets the keys, Ctrl-C there ends nothing of hobnob's, and what is typed after it stands at the prompt"""
    if not shutil.which("less"):
        raise Skip("less is not installed")
    with Box(NO_COLOR="1", TERM="xterm") as box:
        script = box.write("s.json", json.dumps({"steps": STEPS}))
        v = View(box, "-f", "readline", "-p", "mock", "-o", "mock.script=" + script, size=(12, 40))
        v.say("Long")
        v.send("/less\r")
        v.until(lambda: v.lines()[-1] == ":" and v.lines()[0] == "row 0", "the first page")
        v.send("G")
        v.until(lambda: v.lines()[-1] == "(END)", "the last page")
        v.send("\x03")
        press(v, "g", lambda: v.lines()[0] == "row 0", "the first page again")
        v.send("q")
        v.prompted()
        v.send("next\r")
        v.shows("the end of a row\nYou:\n")
        holds(v.text(), "You: next\nAssistant: **bold** and words that go to\n the end of a row\nYou:\n")
        v.send("\x04")
        ended(v.end(), 0)


@test
def of_the_past():
    """sessions show --pager: a stored conversation in the same pager; without one it is shown as ever"""
    with Box(NO_COLOR="1", HOBNOB_MARKDOWN="auto") as box:
        script = box.write("s.json", json.dumps({"steps": STEPS}))
        ended(box.run("-p", "mock", "-o", "mock.script=" + script, "hello"), 0)
        show = ("sessions", "show", "2", "--pager")
        t = box.terminal(*show, env={"PAGER": "tail -n 2 >got"})
        ended(t.end(), 0, "")
        same(box.read("got"), "\x1b[1mbold\x1b[0m and words that go to the end of a row\n\n")
        shown = ended(box.terminal(*show, env={"PAGER": "no-such-pager"}).end(), 0).out
        holds(shown, 'hobnob: the pager "no-such-pager" cannot be run: No such file or directory\r\n  set PAGER, or pager in the config file\r\n',
              "\x1b[1mbold\x1b[0m and words that go to the end of a row\r\n")
        same(ended(box.run(*show, env={"PAGER": "cat >other"}), 0, err="").out, box.run("sessions", "show", "2").out)
        ended(box.run("sessions", "list", "--pager"), 2, "", "hobnob: --pager belongs to `hobnob sessions show`\n")


PAGER = """#!/bin/sh
trap 'stty sane; echo ended >>ends; exit 0' TERM
stty -echo -icanon
echo paging
while :; do sleep 0.05; done
"""


@test_each([("/less", None), ("sessions show --pager", ("sessions", "show", "2", "--pager"))])
def ended_from_outside(args):
    """SIGTERM ends the pager as well, by the same signal, and the terminal is as before: nothing is left that reads its keys"""
    with Box(NO_COLOR="1") as box:
        box.write("pager", PAGER, 0o755)
        env = {"PAGER": box.cwd + "/pager"}
        if args:
            ended(box.run("-p", "mock", "hello"), 0)
            t = box.terminal(*args, env=env)
        else:
            t = begin(box, steps=STEPS, env=env)
            say(t, "hello\r")
            t.send("/less\r")
        t.expect("paging")
        t.signal(signal.SIGTERM)
        ended(t.end(), -signal.SIGTERM)
        same(box.read("ends"), "ended\n")
        same(t.modes_kept(), True)


if __name__ == "__main__":
    main()
