#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The mechanics of a chat, each seen from outside: the real program against a server on the loopback."""
import glob
import json
import os
import re
import signal
import socket
import threading

from hob import KEY, Box, at_server, ended, holds, lacks, main, same, test, test_each, truth
from server import DONE, Server, chunk, close, error, hang, listing, pieces, reply, reset, stream, whole

ADA = "My name is Ada.\nWhat is my name?\n"
TALK = ("-f", "stdio", "-i")


def dotenv_box(server, **names):
    """A Box with a key, an endpoint and a model in .env alone."""
    box = Box()
    names = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.url, "OPENAI_MODEL": "test-model", **names}
    box.write(".env", "".join(f"{k}={v}\n" for k, v in names.items()), 0o600)
    return box


@test
def key_from_dotenv():
    """The key of .env goes into the request"""
    with Server(reply("Hello there.")) as server, dotenv_box(server) as box:
        ended(box.run("-n", "Hi"), 0, "Hello there.\n", "")
        same(server.requests[0].headers["authorization"], "Bearer " + KEY)
        same(server.requests[0].path, "/v1/chat/completions")
        same(server.requests[0].method, "POST")


@test_each([("plain", ()), ("-v", ("-v",)), ("-vv", ("-vv",)), ("-vvv", ("-vvv",)), ("--dry-run", ("--dry-run",)),
            ("--dry-run -vv", ("--dry-run", "-vv"))])
def key_never_shown(args):
    """The key is never shown"""
    # The server gives it back too, as some do that quote a wrong key.
    with Server(error(401, "Incorrect API key provided: " + KEY)) as server, dotenv_box(server) as box:
        for more in ((), ("--log-file", "log")):
            r = box.run("-n", *args, *more, "Hi")
            truth(r.status == (0 if "--dry-run" in args else 4), r)
            lacks(r.out + r.err, KEY, KEY[8:])
        lacks(box.read("log"), KEY, KEY[8:])
        if "-vv" in args and "--dry-run" not in args:
            holds(box.read("log"), "[secret]")


@test
def key_never_listed():
    """The key is masked in config list, plugins info and the journal"""
    with Server(reply("Hello.")) as server, dotenv_box(server) as box:
        for args in (("config", "list"), ("config", "get", "openai.api_key"), ("plugins", "info", "openai"), ("-n", "Hi")):
            r = box.run(*args)
            lacks(r.out + r.err, KEY, KEY[8:])
        r = box.run("-rl", KEY, box.home, argv=["grep"])
        ended(r, 1, "", "")


@test
def array_resent():
    """The whole array is sent again in order, the system prompt on top"""
    with Server(reply("Hello Ada."), reply("Ada."), reply("Yes.")) as server, at_server(server) as box:
        ended(box.run(*TALK, "-s", "Be brief.", stdin=ADA + "Sure?\n"), 0, "Hello Ada.\nAda.\nYes.\n", "")
        same(server.requests[2].messages,
             [("system", "Be brief."), ("user", "My name is Ada."), ("assistant", "Hello Ada."),
              ("user", "What is my name?"), ("assistant", "Ada."), ("user", "Sure?")])
        for request in server.requests:
            same(request.messages[0], ("system", "Be brief."))


@test
def request_fields():
    """A request streams, asks for usage, bears an output limit and nothing that nobody set"""
    with Server(reply("Hello.")) as server, at_server(server) as box:
        ended(box.run("-n", "Hi"), 0, "Hello.\n", "")
        same(server.requests[0].json,
             {"model": "test-model", "messages": [{"role": "user", "content": "Hi"}], "stream": True,
              "stream_options": {"include_usage": True}, "max_tokens": 4096})


@test
def request_settings():
    """What is set is sent"""
    with Server(reply("Hello.")) as server, at_server(server) as box:
        ended(box.run("-n", "-o", "temperature=0.5", "-o", "top_p=0.9", "-o", "max_tokens=10", "-o", "seed=7", "-o",
                      'stop=["END"]', "-o", "reasoning_effort=low", "Hi"), 0, "Hello.\n", "")
        body = server.requests[0].json
        same([body[k] for k in ("temperature", "top_p", "max_tokens", "seed", "reasoning_effort")], [0.5, 0.9, 10, 7, "low"])
        truth(body["stop"] in (["END"], "END"), body)


@test
def whole_reply():
    """--no-stream asks for the whole reply at once"""
    with Server(whole("All at once.", (5, 4))) as server, at_server(server) as box:
        ended(box.run("-n", "--no-stream", "--usage", "Hi"), 0, "All at once.\n", re.compile("5 in, 4 out"))
        lacks(str(server.requests[0].json), "stream_options")
        truth(not server.requests[0].json.get("stream"), "it asks for a stream")


@test
def chunks_at_once():
    """A chunk is shown the moment it comes, before the next is sent"""
    first, second = threading.Event(), threading.Event()
    script = pieces(stream(["One", first, " two", second, " three"]))
    with Server(script) as server, at_server(server) as box:
        running = box.start("-n", "Hi")
        running.expect("^One$")
        first.set()
        running.expect("^One two$")
        second.set()
        ended(running.end(), 0, "One two three\n", "")


@test
def usage_apart():
    """Usage is kept apart from the text"""
    with Server(reply("Hello.", (11, 22, 4))) as server, at_server(server) as box:
        r = ended(box.run("-n", "--usage", "Hi"), 0, "Hello.\n")
        holds(r.err, "11 in (4 cached), 22 out")
        same(r.err.count("\n"), 1)


@test
def trimming():
    """context_messages keeps the system prompt and the most recent N"""
    with Server(*[reply(f"r{i}") for i in range(5)]) as server, at_server(server) as box:
        said = "".join(f"q{i}\n" for i in range(5))
        r = ended(box.run(*TALK, "-s", "Sys", "-o", "context_messages=4", stdin=said), 0, "r0\nr1\nr2\nr3\nr4\n")
        # Four of nine messages would begin with a reply: that one is left out too.
        same(server.requests[4].messages, [("system", "Sys"), ("user", "q3"), ("assistant", "r3"), ("user", "q4")])
        same(server.requests[1].messages, [("system", "Sys"), ("user", "q0"), ("assistant", "r0"), ("user", "q1")])
        same(r.err.count("left out"), 1, "what is left out is told once")


@test
def trimming_odd():
    """context_messages counts the new message"""
    with Server(*[reply(f"r{i}") for i in range(4)]) as server, at_server(server) as box:
        ended(box.run(*TALK, "-o", "context_messages=3", stdin="q0\nq1\nq2\nq3\n"), 0)
        same(server.requests[3].messages, [("user", "q2"), ("assistant", "r2"), ("user", "q3")])


@test
def cost():
    """Cost comes from usage and prices, exactly"""
    with Server(reply("Hello.", (1000, 200, 400))) as server, at_server(server) as box:
        prices = ("-o", "price_input=0.05", "-o", "price_output=0.40", "-o", "price_cached=0.005")
        r = ended(box.run(*TALK, *prices, stdin="Hi\n/stats\n"), 0)
        # 600 * 0.05 + 400 * 0.005 + 200 * 0.40 millionths
        holds(r.out, "1000 prompt (400 cached) + 200 completion tokens, $0.000112 (user)", "total: 1 turn", "$0.000112")


@test
def unpriced():
    """Without a price a turn is unpriced, never free"""
    with Server(reply("Hello.")) as server, at_server(server) as box:
        r = ended(box.run(*TALK, stdin="Hi\n/stats\n"), 0)
        holds(r.out, "7 prompt + 3 completion tokens, unpriced")
        lacks(r.out, "$0")


def closed_port():
    """A port of the loopback on which nobody listens."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@test
def network_failure():
    """A network failure is told in one line, without a trace"""
    with Box(OPENAI_API_KEY=KEY, OPENAI_BASE_URL=f"http://127.0.0.1:{closed_port()}/v1", OPENAI_MODEL="m") as box:
        r = ended(box.run("-n", "-o", "retries=0", "Hi"), 6, "")
        same(r.err.count("hobnob:"), 1)
        holds(r.err, "127.0.0.1")
        lacks(r.err, ".c:", "curl_", "0x", "core dumped", "HN_ERR")
        truth(len(r.err.splitlines()) <= 2, f"one line and perhaps a hint\n{r}")


@test_each([("refused then there", reset()), ("closed before an answer", close()),
            ("broken reply", pieces(stream(["Half"])[:2], whole=False)), ("a bad status", error(400, "no such thing"))])
def conversation_goes_on(step):
    """A failed turn never costs the conversation"""
    with Server(step, reply("Still here.")) as server, at_server(server) as box:
        r = box.run(*TALK, "-o", "retries=0", stdin="One\nTwo\n")
        ended(r, 0)
        holds(r.out, "Still here.\n")
        same(r.err.count("hobnob:"), 1, r)
        same(server.chats[1].messages[-1], ("user", "Two"))


@test
def last_turn_decides():
    """At the end of input the status is that of the last turn; after /exit it is 0"""
    with Server(reply("Fine."), error(403, "not you")) as server, at_server(server) as box:
        ended(box.run(*TALK, stdin="One\nTwo\n"), 4, "Fine.\n")
        ended(box.run(*TALK, stdin="Two\n/stats\n/nonsense\n"), 4)
        ended(box.run(*TALK, stdin="Two\n/exit\n"), 0)


@test
def back_off():
    """429 is asked again, after what Retry-After says"""
    script = [error(429, "slow down", {"retry-after-ms": "120"}), error(429, "slow down", {"retry-after-ms": "120"}), reply("At last.")]
    with Server(*script) as server, at_server(server) as box:
        r = ended(box.run("-n", "Hi"), 0, "At last.\n")
        same(len(server.requests), 3)
        holds(r.err, "rate_limited (HTTP 429); retry 1 in 0.120 s", "retry 2 in 0.120 s")
        waits = [b.at - a.at for a, b in zip(server.requests, server.requests[1:])]
        truth(min(waits) >= 0.115, f"it waited {waits} s where 0.12 were asked")
        same([q.messages for q in server.requests[1:]], [[("user", "Hi")]] * 2)


@test
def back_off_jitter():
    """Without Retry-After the wait is random, and grows"""
    with Server(error(500, "oops"), error(503, "oops"), reply("At last.")) as server, at_server(server) as box:
        r = ended(box.run("-n", "Hi"), 0, "At last.\n")
        waits = [float(w) for w in re.findall(r"in ([0-9.]+) s", r.err)]
        truth(len(waits) == 2 and waits[0] <= 0.5 and waits[1] <= 1.0, r)


@test
def back_off_ends():
    """Retries end, with the status of the kind"""
    with Server(error(429, "slow down", {"Retry-After": "0"})) as server, at_server(server) as box:
        ended(box.run("-n", "Hi"), 5, "", re.compile("slow down"))
        same(len(server.requests), 3)


@test_each([("quota", error(429, "no money", code="insufficient_quota", kind="insufficient_quota"), 5),
            ("501", error(501, "no"), 6), ("400", error(400, "no"), 7), ("401", error(401, "no"), 4)])
def not_repeated(step, status):
    """What would fail again is not asked again"""
    with Server(step, reply("No.")) as server, at_server(server) as box:
        ended(box.run("-n", "Hi"), status, "")
        same(len(server.requests), 1)


@test
def shown_not_repeated():
    """Once something was shown nothing is asked again; what came stays"""
    parts = stream(["Half a"])[:2]
    with Server(pieces(parts, whole=False, then="reset"), reply("No.")) as server, at_server(server) as box:
        r = box.run("-n", "Hi")
        truth(r.status in (1, 6), r)
        same(r.out, "Half a\n")
        same(len(server.requests), 1)


@test
def clear():
    """/clear forgets the messages and keeps the system prompt"""
    with Server(reply("r0"), reply("r1")) as server, at_server(server) as box:
        ended(box.run(*TALK, "-s", "Sys", stdin="q0\n/clear\nq1\n"), 0, "r0\ncleared\nr1\n", "")
        same(server.requests[1].messages, [("system", "Sys"), ("user", "q1")])


@test
def stats():
    """/stats shows a line a turn, then totals; /clear keeps the spend"""
    with Server(reply("r0", (10, 2)), reply("r1", (20, 4))) as server, at_server(server) as box:
        r = ended(box.run(*TALK, stdin="q0\n/clear\nq1\n/stats\n"), 0)
        holds(r.out, "1. openai test-model: 10 prompt + 2 completion tokens", "2. openai test-model: 20 prompt + 4 completion",
              "total: 2 turns, 30 prompt + 6 completion tokens")


@test_each([("/exit", "/exit"), ("/quit", "/quit")])
def leave(word):
    """leaving ends at once: what follows is not read"""
    with Server(reply("r0")) as server, at_server(server) as box:
        ended(box.run(*TALK, stdin=f"q0\n{word}\nq1\n"), 0, "r0\n", "")
        same(len(server.requests), 1)


@test
def another_provider():
    """OPENAI_BASE_URL and OPENAI_MODEL alone make another provider, without a key too"""
    with Server(reply("Local.")) as server, Box(OPENAI_BASE_URL=server.url, OPENAI_MODEL="tiny") as box:
        ended(box.run("-n", "Hi"), 0, "Local.\n", "")
        same(server.requests[0].json["model"], "tiny")
        lacks(str(server.requests[0].headers), "authorization")


@test
def same_connection():
    """A conversation stays on one connection"""
    with Server(reply("r0"), reply("r1"), reply("r2")) as server, at_server(server) as box:
        ended(box.run(*TALK, stdin="q0\nq1\nq2\n"), 0, "r0\nr1\nr2\n", "")
        same([q.connection for q in server.requests], [1, 1, 1])


@test
def ada():
    """Ada is remembered: both turns in the second request, the usage of each in /stats"""
    with Server(reply("Nice to meet you, Ada.", (12, 6)), reply("Your name is Ada.", (28, 5))) as server:
        with at_server(server) as box:
            r = ended(box.run(*TALK, stdin=ADA + "/stats\n/exit\n"), 0, err="")
            same(server.requests[1].messages, [("user", "My name is Ada."), ("assistant", "Nice to meet you, Ada."),
                                               ("user", "What is my name?")])
            same(len(server.requests), 2)
            lines = r.out.splitlines()
            same(lines[:2], ["Nice to meet you, Ada.", "Your name is Ada."])
            holds(lines[2], "1. openai test-model: 12 prompt + 6 completion tokens")
            holds(lines[3], "2. openai test-model: 28 prompt + 5 completion tokens")
            holds(lines[4], "total: 2 turns, 40 prompt + 11 completion tokens")
            same(len(lines), 5)


@test
def model_of_list():
    """Elsewhere, with no model named, the only one of /models is taken; of several the names are told"""
    with Server(reply("Hi."), models=listing("only-one")) as server, Box(OPENAI_BASE_URL=server.url) as box:
        ended(box.run("-n", "Hi"), 0, "Hi.\n")
        same(server.chats[0].json["model"], "only-one")
    with Server(reply("Hi."), models=listing("one", "two")) as server, Box(OPENAI_BASE_URL=server.url) as box:
        r = ended(box.run("-n", "Hi"), 3, "")
        holds(r.err, "one", "two", "-m")
        same(server.chats, [])


@test
def refused_field():
    """A server that refuses a field by name is asked again without it, once"""
    refusal = error(400, "Unrecognized request argument supplied: stream_options", kind="invalid_request_error")
    with Server(refusal, reply("Fine.", usage=None), reply("Again.", usage=None)) as server, at_server(server) as box:
        ended(box.run(*TALK, stdin="q0\nq1\n"), 0, "Fine.\nAgain.\n")
        same(["stream_options" in q.json for q in server.requests], [True, False, False])


def journals(box):
    """The journals that were written: paths."""
    return glob.glob(box.home + "/.local/state/hobnob/sessions/*.jsonl")


@test
def journal():
    """A conversation is journalled, the question before it is sent; for its owner's eyes alone"""
    seen = threading.Event()
    with Server(reply("Hello."), hang(seen)) as server, at_server(server) as box:
        running = box.start(*TALK)
        running.send("One\nTwo\n")
        truth(seen.wait(10), "the second question was not sent")
        (path,) = journals(box)
        same([os.stat(path).st_mode & 0o777, os.stat(os.path.dirname(path)).st_mode & 0o777], [0o600, 0o700])
        with open(path, encoding="utf-8") as f:
            records = [json.loads(line) for line in f]
        truth("hobnob" in json.dumps(records[0]) or "version" in records[0], records[0])
        said = json.dumps(records)
        truth(said.index("One") < said.index("Hello.") < said.index("Two"), said)
        running.signal(signal.SIGTERM)
        running.end()


@test
def no_journal():
    """--no-journal and journal=false keep none, nor is one kept without a HOME; one turn is journalled too"""
    with Box() as box:
        for args, env, n in ((("--no-journal",), {}, 0), (("-o", "journal=false"), {}, 0), ((), {"HOME": ""}, 0), ((), {}, 1)):
            ended(box.run("-p", "mock", "-n", *args, "Hi", env=env), 0, "Hi\n", "")
            same(len(journals(box)), n, (args, env))


@test
def limit_lowered():
    """max_cost lowers the reply's limit to what the money allows, told once; /clear keeps the spend"""
    with Server(reply("r0", (1000, 100)), reply("r1", (1000, 100)), reply("r2", (1000, 800))) as server, at_server(server) as box:
        # A dollar buys 1000 tokens of output; the prompt is free.
        prices = ("-o", "price_input=0", "-o", "price_output=1000", "-o", "max_cost=1")
        r = ended(box.run(*TALK, *prices, stdin="q0\n/clear\nq1\nq2\nq3\n"), 8, "r0\ncleared\nr1\nr2\n")
        same([q.json["max_tokens"] for q in server.requests], [1000, 900, 800])
        same(r.err.count("limited to"), 1)
        holds(r.err, "max_cost would be passed: $0 left of $1, the prompt is about ")


@test
def tokens_of_session():
    """max_tokens_session refuses what would pass it, exit 8"""
    with Server(reply("r0", (400, 100))) as server, at_server(server) as box:
        r = ended(box.run(*TALK, "-o", "max_tokens_session=500", stdin="q0\nq1\n"), 8, "r0\n")
        holds(r.err, "max_tokens_session")
        same(len(server.requests), 1)


@test
def window():
    """A known window cuts the oldest turns and leaves room for the reply; a message that does not fit is refused, exit 7"""
    with Server(*[reply("word " * 30, usage=None)] * 20) as server, at_server(server) as box:
        box.config("models: {test-model: {context: 400, max_output: 50}}\n")
        said = "".join(f"question number {i}: " + "word " * 30 + "\n" for i in range(8))
        r = ended(box.run(*TALK, stdin=said), 0)
        holds(r.err, "left out")
        last = server.requests[7].json
        same([last["max_tokens"], last["messages"][-1]["content"][:18]], [50, "question number 7:"])
        truth(1 < len(last["messages"]) < 15 and last["messages"][0]["role"] == "user", last)
        r = ended(box.run("-n", "word " * 2000), 7, "")
        holds(r.err, "too long", "400")
        same(len(server.requests), 8)


@test
def noise():
    """Comments, blank lines, empty choices and null deltas are passed over"""
    parts = [b": hello\n\n", b"\n\n\n", chunk(), chunk({"content": None}), b"event: x\nid: 3\nretry: 10\n\n", chunk({"content": "A"}),
             b": ping\r\n\r\n", chunk({"content": "B"}), chunk({}, "stop"), DONE, b"data: after the end\n\n"]
    with Server(pieces(parts)) as server, at_server(server) as box:
        ended(box.run("-n", "Hi"), 0, "AB\n", "")


if __name__ == "__main__":
    main()
