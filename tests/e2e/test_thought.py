#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a model reasons: kept, shown by /reasoning, and its line at a terminal; how a reply that took long is told."""
import json
import re

from hob import Box, at_server, ended, lines_of, main, same, test, test_each
from server import DONE, Server, chunk, pieces

LONG = "Two and two. " * 12  # 36 tokens
STEPS = [
    {"match": "^sum", "reasoning": "Two\nand **two**.\n", "text": "Four."},
    {"match": "^none", "text": "Hello."},
    {"match": "^hidden", "text": "Yes.", "usage": {"prompt_tokens": 10, "completion_tokens": 300, "reasoning_tokens": 290}},
    {"match": "^part", "reasoning": LONG, "text": "No.", "usage": {"prompt_tokens": 10, "completion_tokens": 900, "reasoning_tokens": 800}},
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
    """What there is no reasoning of is said, with the reason"""
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


if __name__ == "__main__":
    main(at_once=4)
