#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reasoning that stands in the content, between tags, is shown and kept as reasoning."""
import json

from hob import at_server, ended, lines_of, main, same, test, test_each
from server import DONE, Server, body, chunk, pieces, reply


def streamed(*deltas):
    """A reply whose content comes in these pieces."""
    return pieces([chunk({"content": d}) for d in deltas] + [chunk({}, "stop"), DONE])


@test_each([
    ("in one piece", ["<think>Two and two.</think>\n\nFour"], "Two and two.", "Four"),
    ("a byte at a time", list("\n<think>\nTwo and two.</think>\nFour"), "Two and two.", "Four"),
    ("by another name", ["<thinking>Two", " and two.</thin", "king>Four"], "Two and two.", "Four"),
    ("never closed", ["<think>Two and two."], "Two and two.", ""),
    ("in the middle", ["Use <think>", " and </think>."], "", "Use <think> and </think>."),
])
def tags(deltas, reasoning, text):
    """Reasoning before the reply is told as reasoning, and is neither the reply nor sent again"""
    with Server(streamed(*deltas), reply("b")) as server, at_server(server) as box:
        r = ended(box.run("-f", "jsonl", "-m", "m", stdin='{"say":"a"}\n{"say":"c"}\n'), 0)
        events = lines_of(r.out)
        same("".join(e["text"] for e in events if e["event"] == "reasoning"), reasoning)
        same([e["text"] for e in events if e["event"] == "done"], [text, "b"])
        same("Two" in json.dumps(server.chats[1].json), False)


@test
def hidden():
    """show_reasoning decides whether a person sees it; a whole reply may lack the opening tag"""
    whole = {"choices": [{"message": {"content": "Two and two.\n</think>\n\nFour"}, "finish_reason": "stop"}]}
    with Server(streamed("<think>Two and two.</think>Four")) as server, at_server(server) as box:
        same(ended(box.run("-n", "-m", "m", "x"), 0).out, "Four\n")
    with Server(body(200, whole)) as server, at_server(server) as box:
        same(ended(box.run("-n", "-m", "m", "--no-stream", "x"), 0).out, "Four\n")


if __name__ == "__main__":
    main()
