#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Lines that end with Enter while a reply comes: they are queued, sent in turn, taken back, and held when the reply goes wrong.

A reply that is slow goes on when its gate is opened, so that no test depends on how fast the machine is.
"""
import contextlib
import json
import os
import threading

from hob import at_server, ended, holds, lacks, main, same, screen, test, test_each, truth
from prompt import PROMPT, begin as begin_mock, say
from server import Server, error, hang, pieces, reply, stream

BEGIN, END = "\x1b[200~", "\x1b[201~"
UP = "\x1b[A"
TOLD = "({} more lines are queued; Up takes the last one back)"
ONE_TOLD = "(1 more line is queued; Up takes the last one back)"
HELD = "({} queued lines are held: Enter sends them as one message, Ctrl-C drops them)"
APART = "({} queued lines are held: Enter sends them one by one, Ctrl-C drops them)"
ONE_HELD = "(1 queued line is held: Enter sends it, Ctrl-C drops it)"


@contextlib.contextmanager
def desk(**env):
    """A box at a server: Hi, Slow and Bad wait for their gate, Bad then fails, Wait waits for ever; all else is answered at once."""
    gates = {word: threading.Event() for word in ("Hi", "Slow", "Bad")}

    def answer(conn, request):
        said = request.messages[-1][1]
        step = hang() if said.startswith("Wait") else reply("Here.")
        if said == "Bad":
            gates["Bad"].wait(30)
            step = error(400, "no")
        elif said in gates:
            step = pieces(stream(["One", gates[said], " two"]))
        return step(conn, request)
    with Server(answer) as server, at_server(server, **{"NO_COLOR": "1", **env}) as box:
        box.gates = gates
        try:
            yield box
        finally:
            for gate in gates.values():
                gate.set()


def begin(box, *args, inputrc=""):
    """A conversation by readline, its prompt shown."""
    box.write(os.path.join(box.home, ".inputrc"), inputrc)
    t = box.terminal("-f", "readline", "-p", "openai", *args)
    t.expect("You: ")
    return t


def send(t, keys):
    """Types as fast as it is taken."""
    data = keys.encode()
    while data:
        data = data[os.write(t.master, data[:1000]):]
    t.taken()


def during(box, t, keys, question="Hi", interrupt=False):
    """Types while the reply to a question comes, then it goes on to its end; where what follows is shown."""
    at = len(t.text())
    t.send(question + "\r")
    at = t.expect("Assistant: One", after=at)
    send(t, keys)
    if interrupt:
        t.send("\x03")
    else:
        box.gates[question].set()
    return t.expect(r"\(interrupted\)\r\n" if interrupt else " two\r\n", after=at)


def said(box, t):
    """The user's messages so far."""
    say(t, "/save said.json\r", "wrote")
    found = [m["text"] for m in json.loads(box.read("said.json"))["messages"] if m["role"] == "user"]
    os.remove(os.path.join(box.cwd, "said.json"))
    return found


def left(t):
    """Leaves; the terminal is as it was."""
    t.send("\x04")
    ended(t.end(), 0)
    truth(t.modes_kept(), "the terminal's modes were not put back")


def shown(t, after=0):
    """The screen's lines from a place of the output on."""
    return screen(t.text()[after:]).splitlines()


# ---- while the reply comes ----------------------------------------------------------------------

@test
def counted():
    """The line of the wait says how many lines are queued; Up takes one away"""
    with desk() as box:
        t = begin(box)
        t.send("Wait\r")
        t.expect("waiting")
        for keys, number in (("one\r", "; 1 line queued"), ("tw\x7fo\r", "; 2 lines queued"), (UP, "; 1 line queued"), ("\r", "; 2 lines queued"),
                             ("\r \r" + BEGIN + "a\nb\n", None), (END + "\r", "; 3 lines queued")):
            at = len(t.text())
            t.send(keys)
            if number:
                t.expect(r"waiting \d+ s" + number + "$", after=at)
        lacks(t.text(), "one", "a\r\nb")
        t.send("\x03")
        t.expect("You: .*b$")
        left_lines = shown(t)
        same(left_lines[2:], ["(3 queued lines are held: Enter sends them as one message, Ctrl-C drops them)", "You: one", "...  to", "...  a", "...  b"])


@test
def counted_by_stdio():
    """The plain frontend says it, too, with the lines that wait since an earlier reply; Up is no key of its"""
    with desk() as box:
        t = box.terminal("-f", "stdio", "-p", "openai")
        t.expect("You: $")
        end = during(box, t, "Wait\rb\r")
        at = t.expect(r"waiting \d+ s; 1 line queued$", after=end)
        t.send("c\r" + UP)
        t.expect(r"waiting \d+ s; 2 lines queued$", after=at)


@test
def silent():
    """Nothing is written into a reply that comes: no key, no count, no ^C"""
    with desk() as box:
        t = begin(box)
        t.send("Hi\r")
        at = t.expect("Assistant: One")
        send(t, "and what\r\x01/x\t\x07" + UP)
        same(t.text()[at:], "")
        t.send("\x03")
        t.expect(r"\(interrupted\)", after=at)
        same(t.text()[at:].splitlines()[:2], ["", "(interrupted)"])


# ---- sent in turn ---------------------------------------------------------------------------------

@test
def in_turn():
    """Each is shown at the prompt and sent when it is its turn; a dim remark says once how many follow; what has no Enter stays"""
    with desk() as box:
        t = begin(box)
        end = during(box, t, "a\rb\x7fB\rc\rpart")
        t.expect("Here.*Here.*Here.*You: .*part$", after=end)
        same(shown(t, end), ["You: a", TOLD.format(2), "Assistant: Here.", "You: B", "Assistant: Here.", "You: c", "Assistant: Here.", "You: part"])
        t.send("!\r")
        t.expect("part!.*Here.*You: $", after=end)
        same(said(box, t), ["Hi", "a", "B", "c", "part!"])
        left(t)


@test
def told_again():
    """Lines that come to the queue later get their remark as well; it is dim where there are colours"""
    with desk() as box:
        t = begin(box)
        end = during(box, t, "Slow\rb\r")
        at = t.expect("Assistant: One", after=end)
        send(t, "c\rd\r")
        box.gates["Slow"].set()
        t.expect("two.*Here.*Here.*Here.*You: $", after=at)
        same(shown(t, end), ["You: Slow", ONE_TOLD, "Assistant: One two", "You: b", TOLD.format(2), "Assistant: Here.", "You: c", "Assistant: Here.",
                             "You: d", "Assistant: Here.", "You:"])
        left(t)
    with desk() as box:
        del box.env["NO_COLOR"]
        t = begin(box)
        t.send("Hi\r")
        t.expect("One")
        send(t, "a\rb\r")
        box.gates["Hi"].set()
        t.expect("Here.*Here.*You: ")
        holds(t.text(), "\x1b[2m" + ONE_TOLD + "\x1b[0m\r\n")


@test
def commands():
    """Commands are queued, too, and run in turn"""
    with desk() as box:
        t = begin(box)
        end = during(box, t, "/stats\rb\r/title Mine\rc\r")
        t.expect("Here.*Mine.*Here.*You: $", after=end)
        holds("\n".join(shown(t, end)), "You: /stats\n" + TOLD.format(3) + "\n1. openai", "You: b\nAssistant: Here.\nYou: /title Mine\n")
        same(said(box, t), ["Hi", "b", "c"])
        left(t)


@test
def mode_in_turn():
    """What is typed after /multiline is in its mode; after Ctrl-D nothing is sent"""
    with desk() as box:
        t = begin(box)
        end = during(box, t, "a\r/multiline\rb\rc\r.\r/multiline\rd\r\x04e\r")
        ended(t.end(), 0)
        same([line for line in shown(t, end) if line[:4] in ("You:", "... ")],
             ["You: a", "You: /multiline", "You: b", "...  c", "You: /multiline", "You: d", "You:"])


@test_each([("one line of 6,000 bytes", "x" * 6000), ("one line of 300 kB", "漢字" * 50000), ("three rows", "one\n\ntwo\tthree"),
            ("rows that look like a command", "a\n/exit\nb")])
def pasted(text):
    """A paste and Enter are one line of the queue, whole"""
    with desk() as box:
        t = begin(box)
        end = during(box, t, BEGIN + text + END + "\r" + BEGIN + text + END + "!\r")
        t.expect("Here.*Here.*You: $", after=end)
        same(said(box, t), ["Hi", text, text + "!"])
        left(t)


@test
def blank():
    """An Enter alone is not queued: it cannot answer what was not asked yet, and what is queued is no answer either"""
    with desk() as box:
        t = begin(box)
        end = during(box, t, "\r \rexit\r\r\rb\rc")
        t.expect("answered.*You: $", after=end)
        same(shown(t, end), ["You: exit", ONE_TOLD, "hobnob: /exit leaves; Enter again sends \"exit\" to the model",
                             "(1 queued line waits until that is answered)", "You:"])
        at = len(t.text())
        t.send("\r")
        t.expect("Here.*You: b.*c$", after=at)
        same(shown(t, at)[1:], ["Assistant: Here.", ONE_HELD, "You: b", "...  c"])
        at = len(t.text())
        t.send("\r")
        t.expect("Here.*You: $", after=at)
        same(said(box, t), ["Hi", "exit", "b\nc"])
        left(t)


@test
def refused():
    """Ctrl-C refuses what is asked, and what is queued stands at the next prompt; so does a part of a line"""
    with desk() as box:
        t = begin(box)
        end = during(box, t, "quit\rb\rc\r")
        at = t.expect("answered.*You: $", after=end)
        t.send("\x03")
        t.expect("You: b.*c$", after=at)
        same(shown(t, at)[-4:], ["(not sent)", HELD.format(2), "You: b", "...  c"])
        at = len(t.text())
        t.send("\x03")
        t.expect("You: $", after=at)
        end = during(box, t, "quit\rpart", "Slow")
        at = t.expect("Enter again[^\n]*\r\n[^\n]*You: $", after=end)
        t.send("\x03")
        t.expect(r"not sent\).*You: part$", after=at)
        t.send("!\r")
        t.expect("Here.*You: $", after=at)
        same(said(box, t), ["Hi", "Slow", "part!"])
        left(t)


@test
def costly():
    """What is queued neither confirms the cost of the question before it nor takes its place: an Enter of then does"""
    with desk() as box:
        t = begin(box, "-o", "price_input=1000000", "-o", "price_output=1000000")
        end = during(box, t, "/set confirm_cost 1\rmuch\r\rb\r")
        at = t.expect(r"\(1 queued line waits until that is answered\)\r\n.*You: $", after=end)
        t.send("\r")
        at = t.expect("Here.*You: b$", after=at)
        t.send("\x03")
        t.expect("You: $", after=at)
        same(said(box, t), ["Hi", "much"])
        left(t)


@test
def in_vi_mode():
    """vi's keys edit what is typed ahead; Escape and what follows it are two keys, an arrow is one, however fast they come"""
    with desk() as box:
        t = begin(box, inputrc="set editing-mode vi\n")
        # readline forgets the text of a kill that another follows at once, and a leak is a failure here: so D, not xxx
        end = during(box, t, "xne two\x1b0xio\x1b$hhDathree\rac\x1b[Db\rAC\x1b[DB")
        at = t.expect("Here.*Here.*You: AC\bBC\b$", after=end)
        t.send("d\r")
        t.expect("Here.*You: $", after=at)
        same(said(box, t), ["Hi", "one three", "abc", "ABdC"])
        left(t)


# ---- taken back -------------------------------------------------------------------------------------

@test_each([("Up", UP), ("Up of the keypad", "\x1bOA"), ("Ctrl-P", "\x10")])
def taken_back(up):
    """on an empty line takes the last one back: it stands at the next prompt, and is not sent before an Enter"""
    with desk() as box:
        t = begin(box)
        end = during(box, t, "a\rb\r" + up)
        t.expect("Here.*You: .*b$", after=end)
        same(shown(t, end), ["You: a", "Assistant: Here.", "You: b"])
        at = len(t.text())
        t.send("!\r")
        t.expect("Here.*You: $", after=at)
        same(said(box, t), ["Hi", "a", "b!"])
        left(t)


@test
def several_taken_back():
    """Up again takes the one before it as well, as the row above; one too many does nothing"""
    with desk() as box:
        t = begin(box)
        end = during(box, t, "a\rb\rc\r" + UP * 2)
        t.expect("Here.*You: b.*c$", after=end)
        same(shown(t, end), ["You: a", "Assistant: Here.", "You: b", "...  c"])
        at = len(t.text())
        t.send("\r")
        t.expect("Here.*You: $", after=at)
        same(said(box, t), ["Hi", "a", "b\nc"])
        end = during(box, t, "d\re\r" + UP * 5 + "!", "Slow")
        t.expect("You: .*e!$", after=end)
        at = len(t.text())
        t.send("\r")
        t.expect("Here.*You: $", after=at)
        same(said(box, t)[3:], ["Slow", "d\ne!"])
        left(t)


@test
def queued_again():
    """What was taken back can be edited, and queued again by Enter; on a line with text Up takes nothing"""
    with desk() as box:
        t = begin(box)
        end = during(box, t, "a\rb\r" + UP + "\x7fB\rc\rd" + UP + "\x1b[B!\r")
        t.expect("Here.*Here.*Here.*Here.*You: $", after=end)
        same(said(box, t), ["Hi", "a", "B", "c", "d!"])
        left(t)


@test
def taken_back_later():
    """A line that was queued during an earlier reply can be taken back, too"""
    with desk() as box:
        t = begin(box)
        end = during(box, t, "Slow\rb\rc\r")
        at = t.expect("Assistant: One", after=end)
        send(t, UP + "?")
        box.gates["Slow"].set()
        t.expect("two.*Here.*You: .*c[?]$", after=at)
        same(shown(t, end)[-5:], [TOLD.format(2), "Assistant: One two", "You: b", "Assistant: Here.", "You: c?"])
        left_alone = len(t.text())
        t.send("\x03")
        t.expect("You: $", after=left_alone)
        left(t)


@test
def command_taken_back():
    """A command is taken back by itself: it is no row of a message"""
    with desk() as box:
        t = begin(box)
        end = during(box, t, "/stats\rb\r" + UP * 2)
        t.expect("total: 1 turn.*You: .*b$", after=end)
        t.send("\x03")
        end = during(box, t, "b\r/nosuch\r" + UP * 2, "Slow")
        t.expect("Here.*You: .*/nosuch$", after=end)
        lacks(t.text()[end:], "unknown", "/nosuch\r")


# ---- held ---------------------------------------------------------------------------------------------

@test
def held():
    """After Ctrl-C all that is queued stands at the prompt, with what has no Enter yet; Enter sends it as one message"""
    with desk() as box:
        t = begin(box)
        end = during(box, t, "a\rb\rpart", interrupt=True)
        t.expect("You: a.*b.*part$", after=end)
        same(shown(t, end), [HELD.format(2), "You: a", "...  b", "...  part"])
        t.send("!")
        t.expect("!$")
        at = len(t.text())
        t.send("\r")
        t.expect("Here.*You: $", after=at)
        same(said(box, t), ["Hi", "a\nb\npart!"])
        left(t)


@test
def held_dropped():
    """Ctrl-C at the prompt drops it all; one line is held as one"""
    with desk() as box:
        t = begin(box)
        end = during(box, t, "a\r/stats\rb\r", interrupt=True)
        t.expect("You: a$", after=end)
        same(shown(t, end), [APART.format(3), "You: a"])
        at = len(t.text())
        t.send("\x03")
        t.expect("You: $", after=at)
        end = during(box, t, "c\r", interrupt=True)
        t.expect("You: c$", after=end)
        same(shown(t, end), [ONE_HELD, "You: c"])
        at = len(t.text())
        t.send("\x03")
        t.expect("You: $", after=at)
        same(said(box, t), ["Hi", "Hi"])
        left(t)


@test
def command_held():
    """A command among what is held stands at the prompt by itself, and so does what follows it"""
    with desk() as box:
        t = begin(box)
        end = during(box, t, "a\rb\r/stats\rc\rd", interrupt=True)
        at = t.expect("You: a.*b$", after=end)
        t.send("\r")
        at = t.expect("Here.*You: /stats$", after=at)
        t.send("\r")
        at = t.expect("total: 2 turns.*You: c.*d$", after=at)
        t.send("\r")
        t.expect("Here.*You: $", after=at)
        same(said(box, t), ["Hi", "a\nb", "c\nd"])
        left(t)


@test
def held_after_error():
    """After a failed turn, and after a command that failed, nothing is sent by itself"""
    with desk() as box:
        t = begin(box)
        t.send("Bad\r")
        t.expect("waiting")
        send(t, "a\rb\r")
        box.gates["Bad"].set()
        t.expect("You: a.*b$")
        holds("\n".join(shown(t)), "\n" + HELD.format(2) + "\nYou: a\n...  b")
        at = len(t.text())
        t.send("\x03")
        t.expect("You: $", after=at)
        end = during(box, t, "/nosuch\rc\r")
        t.expect("You: c$", after=end)
        same(shown(t, end)[-2:], [ONE_HELD, "You: c"])
        at = len(t.text())
        t.send("\x03")
        t.expect("You: $", after=at)
        same(said(box, t), ["Bad", "Hi"])
        left(t)


@test
def held_again():
    """A second reply that is stopped holds what was typed during it; a Ctrl-D among it waits, too"""
    with desk() as box:
        t = begin(box)
        end = during(box, t, "Slow\r/title Mine\rb\r", interrupt=True)
        at = t.expect("You: Slow$", after=end)
        t.send("\r")
        at = t.expect("Assistant: One", after=at)
        send(t, "c\r\x04")
        t.send("\x03")
        at = t.expect("You: /title Mine$", after=at)
        same(shown(t, end)[-2:], [APART.format(3), "You: /title Mine"])
        t.send("\r")
        at = t.expect("Mine.*You: b.*c$", after=at)
        t.send("\r")
        ended(t.end(), 0)
        same([line for line in shown(t, at) if line], ["Assistant: Here.", "You:"])


@test
def held_paste():
    """A paste that Ctrl-C cuts in two is one text still, closed or not"""
    with desk() as box:
        t = begin(box)
        end = during(box, t, "a\r" + BEGIN + "one\ntwo", interrupt=True)
        t.expect("You: .*a", after=end)
        t.send("\nthree" + END + "!")
        t.expect("three!$", after=end)
        at = len(t.text())
        t.send("\r")
        t.expect("Here.*You: $", after=at)
        same(said(box, t), ["Hi", "aone\ntwo\nthree!"])
        end = during(box, t, BEGIN + "one\ntwo", interrupt=True)
        t.expect("You: .*one.*two$", after=end)
        left_at = len(t.text())
        t.send("\r")
        t.expect("Here.*You: $", after=left_at)
        same(said(box, t)[2:], ["Hi", "one\ntwo"])
        left(t)


@test
def interrupted_between():
    """Ctrl-C between two lines of the queue holds the rest"""
    with desk() as box:
        t = begin(box)
        t.send("Hi\r")
        at = t.expect("Assistant: One")
        send(t, "Wait\rb\rc\r")
        box.gates["Hi"].set()
        at = t.expect("You: Wait.*waiting", after=at)
        t.send("\x03")
        t.expect("You: b.*c$", after=at)
        lacks(t.text(), "^C")
        same(shown(t)[-3:], [HELD.format(2), "You: b", "...  c"])


# ---- besides --------------------------------------------------------------------------------------------

@test
def undone():
    """/undo and a better question in the queue: the better one is sent, and the old one does not come between"""
    with desk() as box:
        t = begin(box)
        end = during(box, t, "/undo\rbetter\r")
        t.expect("Here.*You: $", after=end)
        holds(say(t, "/history\r"), "1 user: better\r\n")
        left(t)


@test
def edited():
    """Ctrl-X Ctrl-E in the queue edits that line when it is its turn; what was typed after it comes after it"""
    with desk() as box:
        box.write("edit", '#!/bin/sh\nprintf "%s more" "$(cat "$1")" >"$1"\n', 0o755)
        box.env["VISUAL"] = os.path.join(box.cwd, "edit")
        t = begin(box)
        end = during(box, t, "a\rb\x18\x05!\rc\r")
        t.expect("Here.*Here.*Here.*You: $", after=end)
        same(said(box, t), ["Hi", "a", "b more!", "c"])
        left(t)


@test
def keys_say_it():
    """/keys says what Enter and Up do during a reply"""
    with desk() as box:
        t = begin_mock(box)
        holds(say(t, "/keys\r"), "during a reply: queue", "take the last queued line back")


if __name__ == "__main__":
    main(at_once=8)
