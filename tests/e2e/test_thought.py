#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a model reasons: kept, shown by /reasoning, and its line at a terminal; how hobnob tells that a long reply has ended."""
import json
import re

from hob import Box, at_server, ended, lines_of, main, same, test, test_each
from vt import View
from server import DONE, Server, chunk, pieces

LONG = "Two and two. " * 12  # 36 tokens
STEPS = [
    {"match": "^sum", "reasoning": "Two\nand **two**.\n", "text": "Four."},
    {"match": "^none", "text": "Hello."},
    {"match": "^hidden", "text": "Yes.", "usage": {"prompt_tokens": 10, "completion_tokens": 300, "reasoning_tokens": 290}},
    {"match": "^part", "reasoning": LONG, "text": "No.", "usage": {"prompt_tokens": 10, "completion_tokens": 900, "reasoning_tokens": 800}},
    {"match": "^slow", "reasoning": "Well, that is a thought.", "text": "Yes.", "ttft_ms": 1100},
    {"match": "^stuck", "reasoning": "Well, that is", "text": "never shown", "ttft_ms": 1, "delta_ms": 60000},
    {"match": "^only", "reasoning": "Nothing but thought.", "usage": {"prompt_tokens": 1, "completion_tokens": 9, "reasoning_tokens": 9}},
    {"match": "^fail", "reasoning": "Well,", "error": {"kind": "unavailable", "status": 502, "message": "gone"}},
    {"match": "^wide", "reasoning": "**Words** of reasoning are wrapped at words,\nand lines stay lines.", "text": "The *reply* begins on its own row."},
    {"match": "^cut", "reasoning": "First.", "text": "One,", "finish": "length"},
    {"match": "^Your last reply", "reasoning": "Second.", "text": " two."},
]


def scripted(box, *steps):
    """The options that play a script."""
    script = box.write("s.json", json.dumps({"steps": [{"times": 0, **step} for step in steps or STEPS]}))
    return ("-p", "mock", "-o", "mock.script=" + script)


@test
def shown_later():
    """The reasoning of the last reply or of message N, in a conversation that is resumed as well; /history marks it"""
    with Box() as box:
        args = scripted(box)
        r = ended(box.run(*args, "-i", stdin="sum\nnone\n/reasoning 2\n/history\n"), 0)
        same(r.out, "Four.\nHello.\nTwo\nand **two**.\n"
             " 1 user: sum\n 2 assistant: Four. (reasoning)\n 3 user: none\n 4 assistant: Hello.\n4 messages\n")
        same(r.err, "")
        same(ended(box.run(*args, "-c", "-i", stdin="/undo\n/reasoning\n"), 0).out,
             "took back the last question; 2 messages left\nTwo\nand **two**.\n")


@test_each([
    ("before any reply", "", "/reasoning", "there is no reply yet"),
    ("a question", "sum\n", "/reasoning 1", "message 1 is not the model's: only a reply has reasoning"),
    ("no such message", "sum\n", "/reasoning 3", "there is no message 3: /history numbers them"),
    ("a word", "sum\n", "/reasoning all", "which reply? /reasoning N; /history numbers them"),
    ("none", "none\n", "/reasoning", "message 2 has no reasoning"),
    ("none, but elsewhere", "sum\nnone\n", "/reasoning", "message 4 has no reasoning\n  message 2 has some: /reasoning 2"),
    ("counted alone", "hidden\n", "/reasoning", "the reasoning of message 2 (290 tokens) was not shown by mock"),
])
def refused(before, line, said):
    """Where there is no reasoning hobnob says why"""
    with Box() as box:
        r = ended(box.run(*scripted(box), "-i", stdin=before + line + "\n"), 0)
        same(r.err, f"hobnob: {said}\n")


@test
def encrypted():
    """Bytes that only the provider can read are no text, and /reasoning says that it has these"""
    details = {"reasoning_details": [{"type": "reasoning.encrypted", "data": "c2VjcmV0", "id": "r1"}]}
    with Server(pieces([chunk(details), chunk({"content": "Four."}), chunk({}, "stop"), DONE])) as server, at_server(server) as box:
        r = ended(box.run("-m", "m", "-i", stdin="sum\n/reasoning\n"), 0, "Four.\n")
        same(re.sub(r"\d+ bytes", "N bytes", r.err), "hobnob: message 2 has no reasoning as text, but N bytes that only openai can read\n")


@test
def for_programs():
    """jsonl gets the text, the message's number and the server's count; a text that is far less than the count is called a part"""
    with Box() as box:
        args = scripted(box)
        r = ended(box.run(*args, "-f", "jsonl", stdin='{"say":"part"}\n{"command":"/reasoning"}\n{"command":"/history"}\n'), 0)
        shown, history = [e["data"] for e in lines_of(r.out) if e["event"] == "result"]
        same(shown, {"message": 2, "text": LONG, "tokens": 800})
        same([m.get("reasoning") for m in history["branch"]], [None, True])
        same(ended(box.run(*args, "-i", stdin="part\n/reasoning\n"), 0).out,
             f"No.\n{LONG}\n\n(a summary or a part: about 36 tokens of 800)\n")


@test
def kept():
    """The journal and a saved file have it, once; it is never sent; a reply that is continued has that of both"""
    with Box() as box:
        r = ended(box.run(*scripted(box), "-i", stdin="cut\n/continue\n/reasoning\n/save c.json\n/load c.json\n/reasoning\n"), 0)
        same(r.out, "One,\n two.\nFirst.\n\nSecond.\nwrote c.json\nloaded 2 messages from c.json\nFirst.\n\nSecond.\n")
        same([m.get("reasoning") for m in json.loads(box.read("c.json"))["messages"]], [None, "First.", "First.\n\nSecond."])


def talk(box, *args, columns=80, **more):
    """A conversation on a terminal."""
    return View(box, *scripted(box), *args, size=(40, columns), **more)


EMPTY = "hobnob: the reply is empty: all of it is reasoning; /reasoning shows it"
FRONTENDS = [(frontend, frontend) for frontend in ("stdio", "readline")]


@test_each(FRONTENDS)
def one_line(frontend):
    """Hidden reasoning leaves one line, before the reply or where the turn ends; what has none leaves nothing"""
    with Box(NO_COLOR="1") as box:
        view = talk(box, "-f", frontend, columns=120)
        for line in ("slow", "none", "only", "fail"):
            view.say(line)
        row = view.prompted()
        view.send("stuck\r")
        view.shows("thinking")
        view.send("\x03")
        view.prompted(row)
        shown = [re.sub(r"thought 1(\.\d)? s", "thought N s", line) for line in view.lines() if not line.startswith("hobnob: gone")]
        same(shown, ["You: slow", "(thought N s, ~6 tokens: /reasoning)", "Assistant: Yes.", "You: none", "Assistant: Hello.",
                     "You: only", EMPTY, "(thought 9 tokens: /reasoning)", "Assistant:",
                     "You: fail", "(thought ~2 tokens: /reasoning)", "You: stuck", "(thought ~4 tokens: /reasoning)", "(interrupted)", "You:"])
        view.say("/reasoning")
        same(view.lines()[-3:], ["You: /reasoning", "  Well, that is", "You:"])
        view.send("\x04")
        ended(view.end(), 0)


@test
def dimmed():
    """The line is dim where there are colours; each reply of /ask has one; no line comes where the reply is no conversation, or the reasoning is shown"""
    with Box() as box:
        view = talk(box)
        view.say("sum")
        same("\x1b[2m(thought ~5 tokens: /reasoning)\x1b[0m" in view.terminal.text(), True)
        view.say("/ask one two")
        same(view.terminal.text().count("(thought"), 3)
        view.say("/set show_reasoning true")
        view.say("sum")
        same(view.terminal.text().count("(thought"), 3)
        view.send("\x04")
        ended(view.end(), 0)
        for more in (("sum",), ("-n", "sum")):
            t = box.terminal(*scripted(box), *more)
            same("thought" in ended(t.end(), 0).out, False)
        same(ended(box.run(*scripted(box), "-i", stdin="sum\n"), 0, "Four.\n").err, "")


@test_each([("wide", 80, "auto", ["  **Words** of reasoning are wrapped at words,", "  and lines stay lines."]),
            ("narrow", 24, "auto", ["  **Words** of reasoning", "  are wrapped at words,", "  and lines stay lines."]),
            ("a width of the user's", 80, "20", ["  **Words** of", "  reasoning are", "  wrapped at words,", "  and lines stay", "  lines."])])
def aloud(columns, wrap, rows):
    """Shown reasoning is indented, wrapped at words and no Markdown; the reply begins on its own row"""
    with Box(NO_COLOR="1") as box:
        view = talk(box, "-o", "show_reasoning=true", "-o", "wrap=" + wrap, columns=columns)
        view.say("wide")
        shown = view.lines()
        same(shown[1:1 + len(rows)], rows)
        same(shown[1 + len(rows)].startswith("Assistant: The"), True)
        view.send("\x04")
        ended(view.end(), 0)


@test
def aloud_cut():
    """Ctrl-C loses no word that waited for its end; in dumb and in a pipe reasoning is as it came"""
    with Box() as box:
        view = talk(box, "-o", "show_reasoning=true", "-o", "mock.chunk=14")
        row = view.prompted()
        view.send("stuck\r")
        view.shows("Well, that")
        view.send("\x03")
        view.prompted(row)
        same(view.lines()[1:], ["  Well, that is", "(interrupted)", "You:"])
        view.send("\x04")
        ended(view.end(), 0)
        t = box.terminal(*scripted(box), "-o", "show_reasoning=true", "wide", env={"TERM": "dumb"}, size=(24, 20))
        same(ended(t.end(), 0).out, "  **Words** of reasoning are wrapped at words,\r\n  and lines stay lines.\r\nThe *reply* begins on its own row.\r\n")
        same(ended(box.run(*scripted(box), "-o", "show_reasoning=true", "wide"), 0).err,
             "  **Words** of reasoning are wrapped at words,\n  and lines stay lines.\n")


OSC9 = "\x1b]9;hobnob: the reply is here, N s\a"


@test_each([("bell", "bell", {}, "\a"), ("osc9", "osc9", {}, OSC9), ("off", "off", {}, ""),
            ("osc9 in tmux", "osc9", {"TMUX": "/tmp/x,1,0"}, "\x1bPtmux;\x1b" + OSC9 + "\x1b\\"),
            ("osc9 in dumb", "osc9", {"TERM": "dumb"}, ""), ("bell in dumb", "bell", {"TERM": "dumb"}, "\a")])
def notified(how, env, said):
    """hobnob tells of a reply or a failure that took longer than notify_after, in a conversation and for one turn; and not of a quick one"""
    steps = ({"match": "^long", "text": "Here.", "ttft_ms": 300}, {"match": "^fail", "error": {"kind": "bad_request", "message": "no"}, "ttft_ms": 300},
             {"text": "Quick."})
    with Box(NO_COLOR="1") as box:
        args = [*scripted(box, *steps), "-o", "notify=" + how, "-o", "notify_after=200ms"]
        t = box.terminal(*args, "-f", "stdio", env=env)
        for line, shown in (("long", "Here."), ("quick", "Quick."), ("fail", "hobnob: no")):
            t.expect("You: $")
            t.send(line + "\r")
            t.expect(shown)
        t.expect("You: $")
        t.send("\x04")
        out = re.sub(r"0\.\d s", "N s", ended(t.end(), 7).out)
        same([out.count("\a"), f"Here.\r\n{said}You: " in out, "Quick.\r\nYou: " in out, "no\r\n" + said.replace("is here", "failed") + "You: " in out],
             [2 * (said != ""), True, True, True])
        t = box.terminal(*args, "-n", "long", env=env)
        same(re.sub(r"0\.\d s", "N s", ended(t.end(), 0).out), "Here.\r\n" + said)
        same(ended(box.run(*args, "long"), 0, "Here.\n").err, "")


@test
def not_notified():
    """Who stops a reply is there, and a command or a refused line is no reply: nothing rings, however little is long; /ask rings once"""
    with Box(NO_COLOR="1") as box:
        view = talk(box, "-o", "notify=bell", "-o", "notify_after=0", "-o", "mock.ttft_ms=150")
        row = view.prompted()
        view.send("stuck\r")
        view.shows("thinking")
        view.send("\x03")
        view.prompted(row)
        for line in ("/history", "/reasoning 1", "/nonsense"):
            view.say(line)
        same(view.terminal.text().count("\a"), 0)
        view.say("none")
        same(view.terminal.text().count("\a"), 1)
        view.say("/ask one two")
        same(view.terminal.text().count("\a"), 2)
        view.send("\x04")
        ended(view.end(), 0)


if __name__ == "__main__":
    main(at_once=4)
