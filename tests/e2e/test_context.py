#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is sent of a conversation: what the server counted, the window, pinned messages, and /context, which shows it."""
import json
import re

from hob import Box, at_server, ended, holds, lines_of, main, same, test, test_each, truth
from server import Server, error, pieces, reply, chunk, DONE

TALK = ("-f", "jsonl", "-m", "test-model")
QUESTION = "What is it that the words of this question, of which there are some, are there for? " * 5
ANSWER = "They are there so that there is something to count, and the answer has some of them as well."
CONTEXT = {"command": "/context"}


def talk(box, *inputs, args=()):
    """What comes of each input, and its closing event: of a text, or of an object."""
    stdin = "".join(json.dumps({"say": i} if isinstance(i, str) else i) + "\n" for i in inputs)
    events = lines_of(box.run(*TALK, *args, stdin=stdin).out)
    return [e for e in events if e["event"] in ("done", "error", "result")]


def prompts(closing):
    """prompt_tokens of each /context."""
    return [e["data"]["prompt_tokens"] for e in closing if e.get("command") == "/context"]


def counted(*usages):
    """A server that counts so: prompt and completion of each reply."""
    return Server(*[reply(ANSWER, usage) for usage in usages])


@test
def exact():
    """What the server counted, and its reply, stand for all that was sent; after /undo the count before that does"""
    with counted((130, 25), (260, 21)) as server, at_server(server) as box:
        got = talk(box, QUESTION, CONTEXT, QUESTION, CONTEXT, {"command": "/undo"}, CONTEXT, {"command": "/clear"}, CONTEXT)
        same(prompts(got)[:3], [155, 281, 155])
        truth(0 < prompts(got)[3] < 10, prompts(got))


@test
def exact_after_resume():
    """A conversation that is gone on with has its count, of another model it has none"""
    with counted((130, 25), (260, 21), (7, 3)) as server, at_server(server) as box:
        same(prompts(talk(box, QUESTION, QUESTION, CONTEXT)), [281])
        same(prompts(talk(box, CONTEXT, args=("-c",))), [281])
        other, = prompts(talk(box, CONTEXT, args=("-c", "-m", "another")))
        truth(200 < other < 281, other)
        again, = prompts(talk(box, {"command": "/system Be brief, and name no names."}, CONTEXT, args=("-c",)))
        truth(284 <= again <= 300, again)


@test
def exact_after_trim():
    """The count of a request that left something out stands for what it held"""
    with counted((130, 25), (140, 21)) as server, at_server(server) as box:
        args = ("-o", "context_messages=1")
        same(prompts(talk(box, QUESTION, QUESTION, args=args)), [])
        same([len(q.messages) for q in server.chats], [1, 1])
        got = talk(box, CONTEXT, args=("-c", "-o", "context_messages=2"))
        same((prompts(got), got[0]["data"]["sent"], got[0]["data"]["left_out"]), ([161], 2, 2))


@test
def continued_after_resume():
    """What was counted for a reply that was gone on with is not matched to other messages in a later run"""
    cut = reply(ANSWER, (98, 22), finish="length")
    with Server(reply(ANSWER, (98, 22)), reply(ANSWER, (9, 22)), cut, reply(" And more.", (150, 3))) as server, at_server(server) as box:
        args = ("-o", "context_messages=1")
        talk(box, QUESTION, "Short?", QUESTION, {"command": "/continue"}, args=args)
        same([len(q.messages) for q in server.chats], [1, 1, 1, 3])
        got, guess = (prompts(talk(box, CONTEXT, args=(*args, "-c", *more)))[0] for more in ((), ("-m", "another")))
        truth(abs(got - guess) <= 5, (got, guess))


def thinking(usage, reasoning):
    """A reply whose usage counts hidden reasoning, told apart or not."""
    details = {} if reasoning is None else {"completion_tokens_details": {"reasoning_tokens": reasoning}}
    last = {"choices": [], "usage": {"prompt_tokens": usage[0], "completion_tokens": usage[1], **details}}
    return pieces([chunk({"content": ANSWER}), chunk({}, "stop"), b"data: " + json.dumps(last).encode() + b"\n\n", DONE])


@test
def reasoning():
    """Hidden reasoning is not sent again: told apart it is not counted, else the reply is estimated"""
    with Server(thinking((130, 525), 500)) as server, at_server(server) as box:
        same(prompts(talk(box, QUESTION, CONTEXT)), [155])
    with Server(thinking((130, 525), None)) as server, at_server(server) as box:
        got, = prompts(talk(box, QUESTION, CONTEXT))
        truth(145 <= got <= 170, got)


@test_each([("nothing", None), ("one token", (1, 1)), ("a million", (1_000_000, 5)), ("less than none", (-5, 3))])
def absurd(usage):
    """A count that cannot be that of the request is not believed"""
    with Server(reply(ANSWER, usage)) as server, at_server(server) as box:
        got, = prompts(talk(box, QUESTION, CONTEXT))
        truth(100 <= got <= 200, got)


@test
def bar():
    """/context shows what fills the window, and what is left out"""
    with Box() as box:
        r = ended(box.run("-f", "stdio", "-i", "-p", "mock", "-o", "context_messages=2", "-o", "context_tokens=2000", "-s", "Sys",
                          stdin="One\nTwo\nThree\n/pin 1\n/context\n"), 0)
        bar_line = re.search(r"^\[(s+)(p+)(=+)(\.+)(r+)\]$", r.out, re.M)
        truth(bar_line, r.out)
        same([len(bar_line.group(0)) - 2, len(bar_line.group(5))], [36, 9])
        for pattern in (r"^window: 2000 tokens$", r"^s system prompt about \d+ tokens$", r"^p pinned        about \d+ tokens, 1 message$",
                        r"^= sent          about \d+ tokens, 3 messages$", r"^\. free          about \d+ tokens$",
                        r"^r reply         at most 500 tokens$", r"^  left out      about \d+ tokens, 2 messages$"):
            ended(r, 0, re.compile(pattern, re.M))
        same(sum(int(n) for n in re.findall(r"^[sp=.r] .* (\d+) tokens", r.out, re.M)), 2000)


@test
def bar_without_window():
    """Without a window there is no bar, and nothing is left out"""
    with Box() as box:
        r = ended(box.run("-f", "stdio", "-i", "-p", "mock", stdin="One\n/context\n"), 0)
        holds(r.out, "window: unknown, so nothing is cut for its size\n", "  left out      nothing\n")


@test
def pinned():
    """A pinned message goes with every request, and its answer with it, here and in a conversation gone on with, until it is unpinned"""
    with Server(reply("Yes.")) as server, at_server(server) as box:
        args = ("-o", "context_messages=1")
        got = talk(box, "One", "Two", {"command": "/pin 1"}, "Three", args=args)
        same(got[2]["data"], {"message": 1})
        same(server.chats[-1].messages, [("user", "One"), ("assistant", "Yes."), ("user", "Three")])
        talk(box, "Four", args=(*args, "-c"))
        same(server.chats[-1].messages, [("user", "One"), ("assistant", "Yes."), ("user", "Four")])
        got = talk(box, {"command": "/history"}, {"command": "/unpin 1"}, "Five", args=(*args, "-c"))
        same([m.get("pinned") for m in got[0]["data"]["branch"][:2]], [True, None])
        same(server.chats[-1].messages, [("user", "Five")])
        talk(box, "Six", args=(*args, "-c"))
        same(server.chats[-1].messages, [("user", "Six")])


@test
def pinned_saved():
    """A conversation that is saved and loaded keeps its pins"""
    with Server(reply("Yes.")) as server, at_server(server) as box:
        talk(box, "One", {"command": "/pin 2"}, {"command": "/save c.json"})
        talk(box, {"command": "/load c.json"}, "Two", args=("-o", "context_messages=1"))
        same(server.chats[-1].messages, [("user", "One"), ("assistant", "Yes."), ("user", "Two")])


@test
def pinned_wrong():
    """What cannot be pinned is told"""
    with Box() as box:
        r = ended(box.run("-i", "-p", "mock", stdin="One\n/pin\n/pin 3\n/pin x\n/pin 1 2\n/unpin 1\n/pin 1\n/pin 1\n"), 0)
        same(r.err.splitlines(), [
            "hobnob: which message? /pin N; /history numbers them", "hobnob: there is no message 3: /history numbers them",
            "hobnob: which message? /pin N; /history numbers them", "hobnob: which message? /pin N; /history numbers them",
            "hobnob: message 1 is not pinned", "hobnob: message 1 is already pinned"])


@test
def pin_damaged():
    """A pin of a message that is missing, or that says nothing, is told; the others hold"""
    with Box() as box:
        box.run("-p", "mock", "-n", "One")
        name = box.run("sessions", "list", "--json").out
        path = f".local/state/hobnob/sessions/{json.loads(name)[0]['id']}.jsonl"
        with open(f"{box.home}/{path}", "a", encoding="utf-8") as f:
            f.write('{"type":"pin","id":7,"pinned":true}\n{"type":"pin","id":1}\n{"type":"pin","id":1,"pinned":true}\n')
        r = ended(box.run("-i", "-c", "-p", "mock", stdin="/history\n"), 0, re.compile("^ 1 user: One \\(pinned\\)$", re.M))
        holds(r.err, "message 7, which was pinned, is missing", "no pin (no pinned)")


@test
def shorter_reply():
    """A question that leaves the window less than the reply's usual share is sent with what is left; one that leaves nothing is refused"""
    with Server(reply("Yes.")) as server, at_server(server) as box:
        args = ("-o", "context_tokens=300")
        talk(box, QUESTION * 2 + "And that? " * 20, args=args)
        most = server.chats[0].json["max_tokens"]
        truth(64 <= most < 75, most)
        got, = talk(box, QUESTION * 3, args=args)
        same((got["event"], got["kind"], len(server.chats)), ("error", "context_too_long", 1))
        holds(got["message"], "do not fit the window of 300")
        got, = talk(box, QUESTION * 2 + "And that? " * 20, args=(*args, "-o", "max_tokens=100"))
        same((got["kind"], len(server.chats)), ("context_too_long", 1))


@test
def recalibrated():
    """A server that finds the request too long and says how long it is corrects the estimate for what is sent next"""
    too_long = error(400, "This model's maximum context length is 1300 tokens. However, your messages resulted in 1400 tokens.",
                     code="context_length_exceeded")
    with Server(reply(ANSWER, None), reply(ANSWER, None), too_long, reply("Yes.")) as server, at_server(server) as box:
        got = talk(box, QUESTION, QUESTION, QUESTION, CONTEXT)
        same([len(q.messages) for q in server.chats], [1, 3, 5, 3])
        same(got[3]["data"]["window"], 1300)
        truth(prompts(got)[0] > 800, prompts(got))


TOO_LONG = error(400, "This model's maximum context length is 2000 tokens. However, your messages resulted in 2100 tokens.",
                 code="context_length_exceeded")


@test_each([("lowered", "0.002", [(1, 4096), (3, 4096), (5, 1172), (3, 209)], None),
            ("refused", "0.0015", [(1, 4096), (3, 4096), (5, 672)], "over_limit")])
def limited_again(limit, requests, kind):
    """What is sent after the server found the conversation too long keeps to max_cost as well"""
    with Server(reply(ANSWER, (130, 25)), reply(ANSWER, (260, 21)), TOO_LONG, reply("Yes.")) as server, at_server(server) as box:
        got = talk(box, QUESTION, QUESTION, {"command": f"/set max_cost {limit}"}, QUESTION,
                   args=("-o", "price_input=1", "-o", "price_output=1"))
        same([(len(q.messages), q.json["max_tokens"]) for q in server.chats], requests)
        same(got[-1].get("kind"), kind)


HINT = ", or raise context_tokens if the window is larger"


@test_each([("the message", (), QUESTION * 20, "the message is too long", "shorten the message, lower max_tokens"),
            ("the system prompt", ("-s", QUESTION * 20), "Hi", "the system prompt is too long", "shorten it (/system TEXT), lower max_tokens"),
            ("max_tokens", ("-o", "max_tokens=300"), "Hi", "max_tokens is too large", "lower max_tokens"),
            ("max_tokens without end", ("-o", f"max_tokens={2**63 - 1}"), "Hi", "max_tokens is too large", "lower max_tokens")])
def too_large(args, text, what, hint):
    """What does not fit the window is refused by the name of what takes most of it"""
    with Box() as box:
        got, = talk(box, text, args=("-p", "mock", "-o", "context_tokens=300", *args))
        same((got["kind"], got["hint"]), ("context_too_long", hint + HINT))
        holds(got["message"], f"{what}: about ", "do not fit the window of 300")


@test
def pinned_too_large():
    """Pins that pass the window are named, and are gone with /unpin"""
    with Server(reply("Yes.")) as server, at_server(server) as box:
        got = talk(box, QUESTION * 5, {"command": "/pin 1"}, {"command": "/set context_tokens 300"}, "Hi", {"command": "/unpin 1"}, "Hi")
        same((got[3]["kind"], got[3]["hint"]), ("context_too_long", "take a pin back (/unpin N; /history shows them), lower max_tokens" + HINT))
        holds(got[3]["message"], "too much is pinned: about ", " tokens and 64 for the reply do not fit the window of 300")
        same(server.chats[-1].messages, [("user", "Hi")])


@test_each([("all of it is the reply's", 2**63 - 1, 2**63 - 1, "[" + "=" + "r" * 35 + "]"),
            ("next to nothing is used", 2**62, 10, "[=" + "." * 34 + "r]"),
            ("half is the reply's", 2**62, 2**61, "[=" + "." * 17 + "r" * 18 + "]"),
            ("one token", 1, 0, "[" + "=" * 36 + "]")])
def bar_of(window, most, expected):
    """The bar of a window, however large"""
    with Box() as box:
        r = ended(box.run("-f", "stdio", "-i", "-p", "mock", "-o", f"context_tokens={window}", "-o", f"max_tokens={most}", stdin="/context\n"), 0)
        holds(r.out, f"window: {window} tokens\n{expected}\n")


def grows(turn):
    """What that request and its reply come to, by a server that counts well."""
    return 115 + 140 * (turn - 1), 25


@test_each([("adds up all requests before", lambda n: (sum(grows(k)[0] for k in range(1, n + 1)), 25 * n)),
            ("counts only what is new", lambda n: grows(1)), ("doubles", lambda n: (115 * 2**n, 25)),
            ("leaves out what is cached", lambda n: grows(n if n % 5 == 0 else 1)), ("tells none", lambda n: (0, 0)),
            ("tells too much and too little", lambda n: (grows(n)[0] * 6 if n % 2 else grows(n)[0] // 4, 25))])
def miscounts(usage):
    """A server that counts oddly leads to nothing being left out that fits, and nothing being refused"""
    turns = 24
    with Server(*[reply(ANSWER, usage(n)) for n in range(1, turns + 1)]) as server, at_server(server) as box:
        got = talk(box, *[QUESTION] * turns, CONTEXT, args=("-o", "context_tokens=16384"))
        same([len(q.messages) for q in server.chats], [2 * n + 1 for n in range(turns)])
        same((got[-1]["data"]["sent"], got[-1]["data"]["left_out"]), (2 * turns, 0))
        truth(2600 <= prompts(got)[0] <= 3800, prompts(got))


@test
def long_reply():
    """A max_tokens that takes almost all of the window leaves room for what obviously fits beside it"""
    with Server(reply("Yes.", None)) as server, at_server(server) as box:
        args = ("-o", "context_tokens=8192", "-o", "max_tokens=8000")
        talk(box, "One", "Two", "Three", args=args)
        same([len(q.messages) for q in server.chats], [1, 3, 5])
        got, = talk(box, QUESTION * 2, args=args)
        same((got["event"], got.get("kind"), len(server.chats)), ("error", "context_too_long", 3))


main()
