#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reasoning that stands in the content, between tags, is shown and kept as reasoning."""
import json

from hob import at_server, ended, holds, lines_of, main, same, test, test_each
from server import DONE, Server, body, chunk, error, pieces, reply


def streamed(*deltas):
    """A reply whose content comes in these pieces."""
    return pieces([chunk({"content": d}) for d in deltas] + [chunk({}, "stop"), DONE])


@test_each([
    ("in one piece", ["<think>Two and two.</think>\n\nFour"], "Two and two.", "Four"),
    ("a byte at a time", list("\n<think>\nTwo and two.</think>\nFour"), "Two and two.", "Four"),
    ("by another name", ["<thinking>Two", " and two.</thin", "king>Four"], "Two and two.", "Four"),
    ("in two blocks", ["<think>Two", "</think>\n\n<think>\nand two.</think>Four"], "Two\nand two.", "Four"),
    ("with blanks in the tags", ["\ufeff<think", " >Two and two.</think >\nFour"], "Two and two.", "Four"),
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


@test_each([("stop", "stop", "<think>\nTwo and two.", ""), ("by its limit", "length", "", "tokens went to reasoning"),
            ("by a filter", "content_filter", "", "")])
def never_closed(finish, text, said):
    """What began like reasoning and ended a reply unclosed is its text as well, unless the reply was cut"""
    step = pieces([chunk({"content": "<think>\nTwo "}), chunk({"content": "and two."}), chunk({}, finish), DONE])
    with Server(step) as server, at_server(server) as box:
        r = ended(box.run("-n", "-m", "m", "x"), 0, text + "\n")
        holds(r.err, said)
        events = lines_of(ended(box.run("-f", "jsonl", "-m", "m", stdin='{"say":"a"}\n'), 0).out)
        same("".join(e["text"] for e in events if e["event"] == "reasoning"), "Two and two.")
        same([e["text"] for e in events if e["event"] == "done"], [text])


@test
def hidden():
    """show_reasoning decides whether a person sees it; a whole reply may lack the opening tag"""
    whole = {"choices": [{"message": {"content": "Two and two.\n</think>\n\nFour"}, "finish_reason": "stop"}]}
    with Server(streamed("<think>Two and two.</think>Four")) as server, at_server(server) as box:
        same(ended(box.run("-n", "-m", "m", "x"), 0).out, "Four\n")
    with Server(body(200, whole)) as server, at_server(server) as box:
        same(ended(box.run("-n", "-m", "m", "--no-stream", "x"), 0).out, "Four\n")


WANTED = [
    ("by its name", 400, "reasoning_content of an assistant turn is needed in this mode", "reasoning_content"),
    ("in other words", 422, "Each assistant message has to include its reasoning", "reasoning"),
    ("as thoughts", 400, "Please send the thoughts of former replies", "reasoning_content"),
    ("as a chain of thought", 400, "Missing chain-of-thought in the history", "reasoning_content"),
    ("as what was dropped", 400, "You dropped the reasoning of the previous answer", "reasoning"),
    ("by a place", 400, "messages[2]: reasoning content must be supplied", "reasoning"),
    ("in Chinese", 400, "必须回传思考内容", "reasoning_content"),
]


def thoughtful(*deltas):
    """A reply that is thought about before it is said."""
    return pieces([chunk({"content": None, "reasoning_content": "Let me "}), chunk({"reasoning_content": "think."})]
                  + [chunk({"content": d}) for d in deltas] + [chunk({}, "stop"), DONE])


def wants(status, message, member):
    """A step of a server that refuses replies without their reasoning."""
    def step(conn, request):
        lacks = [m for m in request.json["messages"] if m["role"] == "assistant" and m.get(member) != "Let me think."]
        return (error(status, message) if lacks else thoughtful("Two", "."))(conn, request)
    return step


@test_each(WANTED)
def wanted(status, message, member):
    """A server that wants reasoning back gets it: asked once, learnt, in a later run too, and after a reply that was cut"""
    with Server(wants(status, message, member)) as server, at_server(server) as box:
        r = ended(box.run("-i", "-v", "-m", "m", stdin="a\nb\nc\n"), 0, "Two.\nTwo.\nTwo.\n")
        same(len(server.chats), 4)
        same(r.err.count("the server refuses replies without their reasoning; asking with it"), 1)
        same([[m.get(member) for m in chat.json["messages"]] for chat in server.chats],
             [[None], [None] * 3, [None, "Let me think.", None], [None, "Let me think."] * 2 + [None]])
        ended(box.run("-c", "-m", "m", "d"), 0, "Two.\n")
        same(len(server.chats), 6)


@test_each([("under the word's own name first", "The reasoning of earlier assistant turns is required", "reasoning_content",
             [None, "reasoning", "reasoning+reasoning_content"]),
            ("the other way round", "Thinking blocks must be passed back", "reasoning",
             [None, "reasoning_content", "reasoning+reasoning_content"])])
def by_either_name(message, member, tried):
    """Where the words do not say by which name, one is tried after the other, and both are learnt"""
    with Server(wants(400, message, member)) as server, at_server(server) as box:
        ended(box.run("-i", "-m", "m", stdin="a\nb\nc\n"), 0, "Two.\nTwo.\nTwo.\n")
        names = ["+".join(sorted(n for n in ("reasoning", "reasoning_content") if chat.json["messages"][1].get(n))) or None
                 for chat in server.chats[1:]]
        same(names, tried + tried[-1:])


@test_each([("a setting", "reasoning must be one of: on, off"), ("its switch", "Reasoning is mandatory and cannot be disabled"),
            ("its price", "reasoning tokens are not in your plan"), ("a model", "The reasoning model must not get earlier system messages"),
            ("what is turned off", "Please turn off thinking")])
def other_words(message):
    """Words about reasoning that are not about former replies do not bring it back"""
    with Server(thoughtful("Two."), error(400, message)) as server, at_server(server) as box:
        ended(box.run("-i", "-m", "m", stdin="a\nb\n"), 7, "Two.\n")
        same(len(server.chats), 2)


@test
def cut():
    """Reasoning of a reply that broke off after it goes back as well"""
    broken = pieces([chunk({"reasoning_content": "Let me think."}), chunk({"content": "Tw"})], whole=False, then="close")
    with Server(broken, wants(400, "reasoning_content is missing", "reasoning_content")) as server, at_server(server) as box:
        ended(box.run("-i", "-m", "m", stdin="a\nb\n"), 0)
        same(server.chats[-1].json["messages"][1], {"role": "assistant", "content": "Tw", "reasoning_content": "Let me think."})


@test
def unwanted():
    """Where no server asks for it, it is not sent"""
    with Server(thoughtful("Two."), reply("b")) as server, at_server(server) as box:
        ended(box.run("-i", "-m", "m", stdin="a\nb\n"), 0, "Two.\nb\n")
        same(server.chats[1].json["messages"][1], {"role": "assistant", "content": "Two."})


if __name__ == "__main__":
    main()
