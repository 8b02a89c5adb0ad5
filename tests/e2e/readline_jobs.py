#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A conversation on a terminal under a shell's job control, in a window that changes, and what is said while it waits.

test_readline_jobs_1.py and those beside it run these, a share each.
"""
import json
import os
import re
import signal
import subprocess
import termios
import threading
import time

from hob import HOBNOB, Box, at_server, ended, holds, lacks, main, same, screen, test, test_each, truth
from prompt import PROMPT, begin, leave, say
from server import Server, pieces, stream
from vt import View


def wait_until(condition, about, patience=30):
    """Waits for what no output tells of."""
    deadline = time.monotonic() + patience
    while not condition():
        truth(time.monotonic() < deadline, f"waited in vain for {about}")
        time.sleep(0.01)


def state(pid):
    """The kernel's letter for what a process does."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
        return f.read().rpartition(")")[2].split()[0]


# ---- job control -------------------------------------------------------------------------------

def shell(box, provider="mock"):
    """An interactive shell on a terminal, and in it a conversation, its prompt shown."""
    box.env.update(PS1="$ ", ENV="/dev/null")
    t = box.terminal("-i", argv=["/bin/sh"])
    t.expect(r"\$ $")
    t.send(f"{HOBNOB} -f readline -p {provider}\n")
    t.expect(PROMPT)
    return t


def stop(t):
    """Ctrl-Z: the shell has its prompt, and the terminal its modes; what was shown."""
    at = len(t.text())
    t.send("\x1a")
    end = t.expect(r"Stopped.*\$ $", after=at)
    lflag = termios.tcgetattr(t.slave)[3]
    truth(lflag & termios.ICANON and lflag & termios.ECHO, "the shell did not get the terminal back")
    return t.text()[at:end]


def go_on(t, shows):
    """fg, until it shows that."""
    at = len(t.text())
    t.send("fg\n")
    return t.expect(shows, after=at)


def shell_ends(t):
    """Leaves both."""
    at = len(t.text())
    t.send("\x04")
    t.expect(r"\$ $", after=at)
    t.send("exit\n")
    ended(t.end(), 0)


@test
def stop_at_prompt():
    """Ctrl-Z at the prompt gives the terminal back; fg brings prompt and half-typed line again, several times"""
    with Box(NO_COLOR="1") as box:
        t = shell(box)
        t.send("half\x1b\ra line")
        t.expect("a line$")
        for _ in range(3):
            holds(stop(t), "\x1b[?2004l")
            go_on(t, r"\x1b\[\?2004h.*You: half\r\n\r?\.\.\.  a line$")
        holds(say(t, "!\r", "Assistant"), "Assistant: half\r\na line!\r\n")
        shell_ends(t)


@test
def stop_in_reply():
    """Ctrl-Z while a reply comes stops it, and after fg the reply goes on"""
    gate = threading.Event()
    with Server(pieces(stream(["One", gate, " two", " three"]))) as server, at_server(server, NO_COLOR="1") as box:
        t = shell(box, "openai")
        t.send("Hi\r")
        t.expect("Assistant: One")
        at = len(t.text())
        stop(t)
        gate.set()
        t.pump(time.monotonic() + 0.5)
        lacks(t.text()[at:], "two")
        go_on(t, " two three\r\n.*You: ")
        shell_ends(t)


@test
def stop_in_editor():
    """Ctrl-Z in the user's editor stops both, and fg goes on with both"""
    with Box(NO_COLOR="1") as box:
        box.env["VISUAL"] = "/bin/sh " + box.write("editor.sh", 'echo $$ >pid; echo ready; read line; echo "$line" >"$1"')
        t = shell(box)
        t.send("/edit\r")
        t.expect("ready")
        stop(t)
        wait_until(lambda: state(box.read("pid").strip()) == "T", "the editor's stop")
        go_on(t, "hobnob")
        holds(say(t, "text\n", "Assistant"), "Assistant: text")
        shell_ends(t)


@test
def stopped_from_outside():
    """SIGSTOP and SIGCONT draw the line anew and set the terminal's modes again"""
    with Box(NO_COLOR="1") as box:
        t = begin(box)
        t.send("half a line")
        t.expect("half a line$")
        t.signal(signal.SIGSTOP)
        wait_until(lambda: state(t.process.pid) == "T", "its stop")
        termios.tcsetattr(t.slave, termios.TCSANOW, t.modes)
        at = len(t.text())
        t.signal(signal.SIGCONT)
        t.expect("You: half a line$", after=at)
        holds(say(t, "\x01now \r", "Assistant"), "Assistant: now half a line")
        leave(t)


@test
def no_shell_to_go_on():
    """Where no shell could go on with it Ctrl-Z does not stop it"""
    with Box(NO_COLOR="1") as box:
        t = begin(box)
        t.send("half")
        t.expect("half$")
        at = len(t.text())
        t.send("\x1a")
        t.expect("You: half$", after=at)
        say(t, " a line\r", "Assistant: half a line")
        leave(t)


# ---- the window --------------------------------------------------------------------------------

@test
def resize_at_prompt():
    """The line is drawn for the window's new width"""
    with Box(NO_COLOR="1") as box:
        view = View(box, "-f", "readline", "-p", "mock", size=(10, 60))
        view.prompted()
        view.send("x" * 50)
        view.shows("x" * 50)
        view.resize(10, 100)
        view.send("y" * 40 + "\x01z")
        view.until(lambda: view.lines() == ["You: z" + "x" * 50 + "y" * 40], "one row")
        view.send("\r")
        view.shows("Assistant: z" + "x" * 50 + "y" * 37)
        view.send("\x04")
        ended(view.end(), 0)


@test
def resize_in_reply():
    """A window that changed while a reply came is known at the next prompt"""
    with Box(NO_COLOR="1") as box:
        steps = box.write("s.json", json.dumps({"steps": [{"chunks": ["One", " two"], "delta_ms": 700}, {"text": "Here."}]}))
        view = View(box, "-f", "readline", "-p", "mock", "-o", "mock.script=" + steps, size=(10, 80))
        view.send("Hi\r")
        view.shows("Assistant: One")
        view.resize(10, 40)
        view.shows("One two")
        view.prompted()
        view.send("x" * 60 + "\x01z")
        view.until(lambda: view.lines()[-2:] == ["You: z" + "x" * 34, "x" * 26], "two rows")
        view.send("\x05\x15\x04")
        ended(view.end(), 0)


@test_each([(f"{columns} columns", columns) for columns in (40, 100)])
def wide_at_the_end(columns):
    """Wide characters at the end of a row are edited where they stand"""
    with Box(NO_COLOR="1") as box:
        view = View(box, "-f", "readline", "-p", "mock", size=(10, columns))
        view.prompted()
        room = (columns - 5) // 2  # the first row's, in wide characters: a column is left over
        view.send("漢" * (room + 2))
        rows = ["You: " + "漢" * room, "漢漢"]
        # pyte keeps an empty cell behind each wide character
        view.until(lambda: [row.replace(" ", "") for row in view.lines()[-2:]] == [row.replace(" ", "") for row in rows], rows)
        view.send("\x7f\x7f\x7f日\U0001f600!\r")
        view.shows("Assistant: ")
        view.prompted(3)
        view.send("\x04")
        ended(view.end(), 0)
        holds(view.terminal.text(), "Assistant: " + "漢" * (room - 1) + "日\U0001f600!\r\n")


# ---- the status line ---------------------------------------------------------------------------

SLOW = [{"match": "^wait", "text": "Here.", "ttft_ms": 2500},
        {"match": "^retry", "error": {"kind": "rate_limited", "status": 429, "retry_after_ms": 1900, "message": "slow down"}},
        {"match": "^retry", "text": "At last."},
        {"match": "^think", "chunks": ["Thought."], "reasoning": "hm", "delta_ms": 1800},
        {"match": "^stall", "chunks": ["One", " two\n", "three"], "delta_ms": 900}]

LONG = r"\r\x1b\[Kwaiting [2-9] s\r\x1b\[K"  # the last of its states; a busy machine is late


def with_script(box):
    """The arguments for the slow mock."""
    return ("-p", "mock", "-o", "mock.script=" + box.write("s.json", json.dumps({"steps": SLOW})))


def slow(box, *args, columns=100, frontend="readline", **more):
    """A conversation with a slow mock, its prompt shown."""
    t = box.terminal("-f", frontend, *with_script(box), *args, size=(24, columns), **more)
    t.expect(PROMPT)
    return t


@test_each([("readline", "readline"), ("stdio", "stdio")])
def waiting(frontend):
    """While nothing comes the status line says for how long, and leaves no trace"""
    with Box(NO_COLOR="1") as box:
        t = slow(box, frontend=frontend)
        shown = say(t, "wait\r", "Here")
        holds(shown, "\r\x1b[Kwaiting\r", "\r\x1b[Kwaiting 1 s\r")
        truth(re.search(LONG + r"Assistant: Here\.\r\n", shown), shown)
        same(screen(shown).splitlines()[-3:], ["wait", "Assistant: Here.", "You:"])
        t.send("\x04")
        ended(t.end(), 0)


@test
def retrying():
    """What is tried again is counted down"""
    with Box(NO_COLOR="1") as box:
        t = slow(box)
        shown = say(t, "retry\r", "At last")
        counts = re.findall(r"\r\x1b\[Krate_limited \(HTTP 429\); retry 1 in (\d) s \(Ctrl-C stops\)", shown)
        same(counts, ["2", "1"])
        rows = screen(shown).splitlines()[-4:]
        truth(re.fullmatch(r"hobnob: rate_limited \(HTTP 429\), 1 retry, (1\.\d|[2-9]|2\.\d) s", rows[1]), rows)
        same(rows[:1] + rows[2:], ["retry", "Assistant: At last.", "You:"])
        leave(t)


@test
def narrow():
    """In a narrow window it keeps to one row"""
    with Box(NO_COLOR="1") as box:
        t = slow(box, columns=40)
        shown = say(t, "retry\r", "At last")
        rows = [part.replace("\x1b[K", "") for part in re.split(r"[\r\n]+", shown) if "; retry 1" in part]
        same(rows, ["rate_limited (HTTP 429); retry 1 in 2 s", "rate_limited (HTTP 429); retry 1 in 1 s"])
        leave(t)


@test
def thinking():
    """Reasoning that is not shown is thinking"""
    with Box(NO_COLOR="1") as box:
        t = slow(box)
        shown = say(t, "think\r", "Thought")
        truth(re.search(r"\r\x1b\[Kthinking [1-9] s\r\x1b\[K\(thought [\d.]+ s, ~1 token: /reasoning\)\r\nAssistant: Thought\.", shown), shown)
        leave(t)


@test
def thinking_aloud():
    """Where reasoning is shown there is no status line"""
    with Box(NO_COLOR="1") as box:
        t = slow(box, "-o", "show_reasoning=true")
        shown = say(t, "think\r", "Thought")
        holds(shown, "hm")
        lacks(shown, "thinking", "waiting")
        leave(t)


@test
def never_within_a_line():
    """It never follows the reply's text on its line, but stands below a line that is whole"""
    with Box(NO_COLOR="1") as box:
        t = slow(box)
        shown = say(t, "stall\r", "three")
        truth(re.search(r"Assistant: One two\r\n(\r\x1b\[Kwaiting( \d s)?)+\r\x1b\[Kthree\r\n", shown), shown)
        leave(t)


@test
def interrupted_while_waiting():
    """Ctrl-C while it stands there wipes it"""
    with Box(NO_COLOR="1") as box:
        t = slow(box)
        at = len(t.text())
        t.send("wait\r")
        t.expect("waiting 1 s", after=at)
        t.send("\x03")
        t.expect(r"\(interrupted\)\r\n.*" + PROMPT, after=at)
        same(screen(t.text()).splitlines(), ["You: wait", "(interrupted)", "You:"])
        leave(t)


@test
def elsewhere():
    """A standard error that is no terminal never sees it"""
    with Box(NO_COLOR="1") as box:
        t = slow(box, err=subprocess.DEVNULL)
        lacks(say(t, "wait\r", "Here"), "waiting")
        leave(t)


@test
def no_terminal():
    """Where there is no terminal it is not shown"""
    with Box(NO_COLOR="1") as box:
        ended(box.run(*with_script(box), "wait"), 0, "Here.\n", "")


@test
def stalled_in_a_pipe():
    """A reply in a pipe, once it has begun, is not waited for on the terminal"""
    with Box(NO_COLOR="1") as box:
        t = box.terminal("-c", '"$@" | cat >out', "sh", HOBNOB, *with_script(box), "stall", argv=["/bin/sh"])
        ended(t.end(), 0)
        same(box.read("out"), "One two\nthree\n")
        lacks(t.text(), "waiting")


@test
def waiting_for_a_pipe():
    """A reply in a pipe that has not begun is waited for on the terminal"""
    with Box(NO_COLOR="1") as box:
        t = box.terminal("-c", '"$@" | cat >out', "sh", HOBNOB, *with_script(box), "wait", argv=["/bin/sh"])
        ended(t.end(), 0)
        same(box.read("out"), "Here.\n")
        same(screen(t.text()), "")
        truth(re.search(LONG, t.text()), t.text())


if __name__ == "__main__":
    main()
