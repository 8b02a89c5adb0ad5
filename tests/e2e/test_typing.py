#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is typed or pasted while a reply comes: it is silent and whole, and the next prompt begins with it.

The reply goes on when the program has read what was typed, so that no test depends on how fast the machine is.
"""
import contextlib
import json
import os
import re
import signal
import termios
import threading
import time

from hob import HOBNOB, Skip, at_server, ended, holds, lacks, main, same, sanitized, screen, test, test_each, truth
from prompt import PROMPT
from server import Server, hang, pieces, reply, stream

BEGIN, END = "\x1b[200~", "\x1b[201~"
FRONTENDS = ("readline", "stdio")


@contextlib.contextmanager
def desk():
    """A box at a server that answers Hi with a reply that goes on when the box's gate is opened, Wait never, all else at once."""
    gate = threading.Event()

    def answer(conn, request):
        said = request.messages[-1][1]
        step = hang() if said.startswith("Wait") else reply("Here.")
        if said.startswith("Hi"):
            step = pieces(stream(["One", gate, " two", " three"]))
        return step(conn, request)
    with Server(answer) as server, at_server(server, NO_COLOR="1") as box:
        box.gate = gate
        yield box


def begin(box, frontend):
    """A conversation, its prompt shown."""
    t = box.terminal("-f", frontend, "-p", "openai")
    t.expect(PROMPT)
    return t


def during(box, t, keys, interrupt=False):
    """Types while the reply to Hi comes; where its end is shown."""
    at = len(t.text())
    t.send("Hi\r")
    at = t.expect("Assistant: One", after=at)
    data = keys.encode()
    while data:
        data = data[os.write(t.master, data[:1000]):]
    t.taken()
    if interrupt:
        t.send("\x03")
    else:
        box.gate.set()
    return t.expect(r"\(interrupted\)\r\n" if interrupt else "three\r\n", after=at)


def said(box, t):
    """The user's messages so far."""
    at = len(t.text())
    t.send("/save said.json\r")
    t.expect("wrote.*You: (\x1b\\[0?K)?$", after=at)
    found = [m["text"] for m in json.loads(box.read("said.json"))["messages"] if m["role"] == "user"]
    os.remove(os.path.join(box.cwd, "said.json"))
    return found


def left(t, status=0):
    """Leaves; the terminal is as it was."""
    t.send("\x04")
    ended(t.end(), status)
    truth(t.modes_kept(), "the terminal's modes were not put back")


@test_each([(f"{frontend}{', Ctrl-C' if cut else ''}", frontend, cut) for frontend in FRONTENDS for cut in (False, True)])
def silent(frontend, cut):
    """What is typed is not echoed into the reply, and stands at the next prompt, for the user to end"""
    with desk() as box:
        t = begin(box, frontend)
        end = during(box, t, "and what", interrupt=cut)
        t.expect("You: .*and what", after=end)
        at = len(t.text())
        t.send(" about it\r")
        t.expect("Here.*You: ", after=at)
        reply = ["Assistant: One", "(interrupted)"] if cut else ["Assistant: One two three"]
        same(screen(t.text()).splitlines()[:-1], ["You: Hi", *reply, "You: and what about it", "Assistant: Here."])
        same(said(box, t), ["Hi", "and what about it"])
        left(t)


@test_each([(f"{frontend}, {name}{', Ctrl-C' if cut else ''}", frontend, text, cut) for frontend in FRONTENDS
            for name, text in (("4,096 bytes", "x" * 4096), ("10,000 wide ones", "漢" * 10000), ("300 kB", "0123456789" * 30000))
            for cut in (False, True)])
def long_line(frontend, text, cut):
    """A line of any length arrives whole, and the prompt is not deaf"""
    with desk() as box:
        t = begin(box, frontend)
        paste = BEGIN + text + END if frontend == "readline" else text
        end = during(box, t, paste, interrupt=cut)
        t.expect("You: .*" + text[-8:], after=end)
        at = len(t.text())
        t.send("!\r")
        t.expect("Here.*You: ", after=at)
        same(said(box, t), ["Hi", text + "!"])
        left(t)


@test_each([("before any text", "Wait\r", "waiting"), ("at its end", "Hi\r", "three")])
def long_line_later(question, when):
    """The same while nothing has come yet, and across the end of a reply"""
    with desk() as box:
        t = begin(box, "readline")
        box.gate.set()
        t.send(question)
        at = t.expect(when)
        data = (BEGIN + "y" * 200000 + END).encode()
        while data:
            data = data[os.write(t.master, data[:1000]):]
        if when == "waiting":
            t.taken()
            t.send("\x03")
        t.expect("You: .*yyyy", after=at)
        at = len(t.text())
        t.send("!\r")
        t.expect("Here.*You: ", after=at)
        same(said(box, t), [question.strip(), "y" * 200000 + "!"])
        left(t)


@test
def unclosed():
    """A paste whose closing mark never comes ends after half a second, and stands at the prompt"""
    with desk() as box:
        t = begin(box, "readline")
        end = during(box, t, BEGIN + "one\ntwo")
        t.expect("You: .*one.*two", after=end)
        at = len(t.text())
        t.send("!" + END + "?\r")
        t.expect("Here.*You: ", after=at)
        same(said(box, t), ["Hi", "one\ntwo!?"])
        left(t)


@test_each([(frontend, frontend) for frontend in FRONTENDS])
def several(frontend):
    """Lines that were ended by Enter are sent one after the other, and commands run"""
    with desk() as box:
        t = begin(box, frontend)
        end = during(box, t, "a\r/stats\rb\rc")
        t.expect("total: 2 turns.*Here.*You: .*c", after=end)
        t.send("d\r")
        t.expect("c.*Here.*You: ", after=len(t.text()) - 1 if frontend == "stdio" else end)
        same(said(box, t)[:4], ["Hi", "a", "b", "cd"])
        left(t)


@test
def held():
    """stdio: After Ctrl-C the first line waits for an Enter; the others follow it, or Ctrl-C drops them"""
    with desk() as box:
        t = begin(box, "stdio")
        end = during(box, t, "a\rb\r", interrupt=True)
        t.expect("You: .*a$", after=end)
        t.send("!")
        t.expect("!$")
        at = len(t.text())
        t.send("\r")
        t.expect("Here.*b.*Here.*You: $", after=at)
        same(said(box, t), ["Hi", "a!", "b"])
        end = during(box, t, "c\rd\r", interrupt=True)
        t.expect("You: .*c$", after=end)
        at = len(t.text())
        t.send("\x03")
        t.expect("You: $", after=at)
        same(said(box, t), ["Hi", "a!", "b", "Hi"])
        left(t)


@test
def held_again():
    """stdio: A second reply that is stopped holds what is left, with what was typed meanwhile; a Ctrl-D among it waits, too"""
    with desk() as box:
        t = begin(box, "stdio")
        end = during(box, t, "Hi there\rb\r", interrupt=True)
        t.expect("You: .*Hi there$", after=end)
        at = len(t.text())
        t.send("\r")
        at = t.expect("Assistant: One", after=at)
        t.send("c\r\x04")
        t.taken()
        t.send("\x03")
        end = t.expect(r"\(interrupted\)\r\n", after=at)
        t.expect("You: .*b$", after=end)
        at = len(t.text())
        t.send("\r")
        ended(t.end(), 0)
        holds(screen(t.text()[at:]), "Assistant: Here.\nYou: c\nAssistant: Here.\n")
        truth(t.modes_kept(), "the terminal's modes were not put back")


@test
def edited_ahead():
    """Keys that were typed ahead edit: Backspace, and Ctrl-D at the end"""
    for frontend in FRONTENDS:
        with desk() as box:
            t = begin(box, frontend)
            during(box, t, "xyé\x7f\x7fz\r\x04")
            ended(t.end(), 0)
            holds(t.text(), "Here.")
            truth(t.modes_kept(), "the terminal's modes were not put back")
            shown = [line for line in screen(t.text()).splitlines() if line.startswith("You: ")]
            same(shown[1][-2:], "xz")


@test_each([(f"{frontend}, {when}", frontend, when) for frontend in FRONTENDS for when in ("at the prompt", "before it began")])
def ended_ahead(frontend, when):
    """A line and Ctrl-D that come at once, the end with the line: the line is sent, then it leaves"""
    with desk() as box:
        if when == "at the prompt":
            t = begin(box, frontend)
            t.send("Go\n\x04")
        else:
            t = box.terminal("-c", 'echo ready; read go; exec "$@"', "sh", HOBNOB, "-f", frontend, "-p", "openai", argv=["/bin/sh"])
            t.expect("ready")
            t.send("\nGo\n\x04")
        ended(t.end(), 0)
        holds(screen(t.text()), "Assistant: ")
        truth(t.modes_kept(), "the terminal's modes were not put back")


@test
def multiline():
    """In /multiline an Enter that was typed ahead makes a new line"""
    with desk() as box:
        t = begin(box, "readline")
        t.send("/multiline\r")
        t.expect("a line with only a dot.*You: $")
        t.send("Hi\r.\r")
        at = t.expect("Assistant: One")
        t.send("a\rb\r.\r")
        t.taken()
        box.gate.set()
        t.expect("three.*Here.*You: $", after=at)
        same(said(box, t), ["Hi", "a\nb"])
        left(t)


def shell(box, frontend):
    """An interactive shell, and in it a reply that comes."""
    box.env.update(PS1="$ ", ENV="/dev/null")
    t = box.terminal("-i", argv=["/bin/sh"])
    t.expect(r"\$ $")
    t.send(f"{HOBNOB} -f {frontend} -p openai\n")
    t.expect(PROMPT)
    t.send("Hi\r")
    t.expect("Assistant: One")
    return t


@test_each([(frontend, frontend) for frontend in FRONTENDS])
def stopped(frontend):
    """Ctrl-Z during a reply gives the terminal back as it was; fg makes it quiet again, and nothing is lost"""
    with desk() as box:
        t = shell(box, frontend)
        t.send("half")
        t.taken()  # or the shell would get it
        t.send("\x1a")
        at = t.expect(r"Stopped.*\$ $")
        lflag = termios.tcgetattr(t.slave)[3]
        truth(lflag & termios.ICANON and lflag & termios.ECHO, "the shell did not get the terminal back")
        marks = re.findall(r"\x1b\[\?2004[hl]", t.text())
        same(marks[-1:], ["\x1b[?2004l"] if frontend == "readline" else [], "pastes are still marked")
        t.send("fg\n")
        deadline = time.monotonic() + 20
        while termios.tcgetattr(t.slave)[3] & (termios.ICANON | termios.ECHO):
            truth(time.monotonic() < deadline, "fg does not make the terminal quiet")
            time.sleep(0.01)
        at = len(t.text())
        t.send(" a line")
        t.taken()
        box.gate.set()
        end = t.expect("three\r\n", after=at)
        t.expect("You: .*half a line", after=end)
        lacks(t.text()[at:end], "a line")
        at = end
        t.send("\r")
        t.expect("Here.*You: ", after=at)
        t.send("\x04")
        t.expect(r"\$ $", after=at)
        t.send("exit\n")
        ended(t.end(), 0)


@test_each([(f"{frontend}, {number.name}", frontend, number) for frontend in FRONTENDS
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGSEGV, signal.SIGABRT)])
def killed(frontend, number):
    """However it ends during a reply, the terminal is as it was before"""
    if number == signal.SIGSEGV and sanitized():
        raise Skip("a sanitizer takes that signal for itself")
    with desk() as box:
        t = begin(box, frontend)
        t.send("Hi\r")
        t.expect("Assistant: One")
        t.signal(number)
        ended(t.end(), -number)
        truth(t.modes_kept(), "the terminal's modes were not put back")


@test
def one_turn():
    """What is typed during a one-shot belongs to the shell: nothing is read, no mode is changed"""
    with desk() as box:
        t = box.terminal("-p", "openai", "-n", "Hi")
        t.expect("One")
        truth(t.modes_kept(), "the modes were changed")
        t.send("ls\n")
        box.gate.set()
        ended(t.end(), 0)
        same(os.read(t.slave, 10), b"ls\n")


if __name__ == "__main__":
    main(at_once=8)
