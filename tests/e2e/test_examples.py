#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The plugins of kit/examples: each compiles in C99 without a warning and does what its first lines say."""
import functools
import glob
import json
import os
import re
import signal
import subprocess

from hob import HOBNOB, SRC, Box, ended, holds, lacks, main, same, test, test_each, truth
from kit import Canned, build, read_answers
from server import Server, body, error, event, hang, head, pieces, raw

FOLDER = os.path.join(SRC, "kit", "examples")
NAMES = sorted(os.path.basename(path)[:-2] for path in glob.glob(os.path.join(FOLDER, "*.c")))
HTTP = [(name, name) for name in NAMES if name.startswith("http-")]
KEY = "sk-example-0123456789"
SSE_KEY = "sse-example-0123456789"


@functools.lru_cache(maxsize=None)
def built(name):
    """The folder with an example in it."""
    with open(os.path.join(FOLDER, name + ".c"), encoding="utf-8") as f:
        return build(f.read(), name)


def asks(name, server, *more):
    """The command line that asks a provider at a server."""
    return ("-n", "--plugin-path", built(name), "-p", name, "-o", f"{name}.base_url={server.url}", "-o", "retries=0", *more)


def asked(box, name, server, status, *more):
    """What one turn ends with, as JSON."""
    return json.loads(ended(box.run(*asks(name, server, "--json", *more, "hi")), status).out)


def keys():
    """A box that has the examples' keys."""
    return Box(NDJSON_API_KEY=KEY, SSE_API_KEY=SSE_KEY)


@test
def all_are_known():
    """kit/examples holds the four kinds, and those over HTTP have answers"""
    same(NAMES, ["compute", "frontend", "http-ndjson", "http-sse"])
    same(sorted(os.path.basename(path) for path in glob.glob(os.path.join(FOLDER, "*.answers.json"))), [n + ".answers.json" for n, _ in HTTP])


@test_each([(name, name) for name in NAMES])
def found(name):
    """It compiles, and hobnob takes it"""
    with Box() as box:
        rows = json.loads(ended(box.run("plugins", "--json", "--plugin-path", built(name)), 0, err="").out)
        (row,) = [r for r in rows if r["name"] == name]
        same(row["state"], "ok")


@test_each([(name, name) for name in NAMES])
def checked(name):
    """It keeps all of hobnob's rules, by the answers that lie beside it"""
    answers = os.path.join(FOLDER, name + ".answers.json")
    with Box() as box:
        report = json.loads(box.run("plugins", "check", "--json", os.path.join(built(name), name + ".so"),
                                    *(("--answers", answers) if os.path.exists(answers) else ())).out)
        same({r["rule"]: r.get("message") for r in report["rules"] if r["outcome"] == "broken"}, {})
        truth(report["ok"] and report["name"] == name, report)


@test_each(HTTP)
def canned(name):
    """It reads the answers that lie beside it"""
    answers = read_answers(os.path.join(FOLDER, name + ".answers.json"))
    with keys() as box, Canned(answers) as server:
        done = asked(box, name, server, 0)
        same([done[k] for k in ("text", "finish")], [answers["text"], "stop"])
        same([done["usage"][k] for k in ("prompt_tokens", "completion_tokens")], [12, 34])
        ended(box.run(*asks(name, server, "hi")), 0, answers["text"] + "\n", "")


@test_each([
    ("http-ndjson, a status", "http-ndjson", error(429, "slow down", {"Retry-After": "7"}), 5, "rate_limited", "slow down"),
    ("http-ndjson, its own word", "http-ndjson", body(402, {"error": {"kind": "no_credit", "message": "top up"}}), 5, "quota", "top up"),
    ("http-ndjson, a gateway", "http-ndjson", body(502, b"<html>Bad gateway"), 6, "unavailable", "HTTP 502 without a reason"),
    ("http-ndjson, an error in a 200", "http-ndjson", body(200, b'{"text":"a"}\n{"error":"no GPU"}\n'), 6, "unavailable", "no GPU"),
    ("http-ndjson, too long", "http-ndjson", body(200, b'{"error":{"kind":"too_long"}}\n'), 7, "context_too_long", "the server gives no reason"),
    ("http-ndjson, not JSON", "http-ndjson", body(200, b"<html>"), 1, "protocol", "a line is not a JSON object"),
    ("http-ndjson, cut", "http-ndjson", body(200, b'{"text":"a"}\n{"do'), 1, "truncated", "the server stopped before the end of the reply"),
    ("http-sse, a status", "http-sse", body(401, {"message": "who are you?"}), 4, "auth", "who are you?"),
    ("http-sse, no body", "http-sse", raw(head(503, {"Content-Length": 0})), 6, "unavailable", "HTTP 503 without a reason"),
    ("http-sse, an error in a 200", "http-sse", pieces([b"event: error\n" + event({"message": "overloaded"})]), 6, "unavailable", "the server stopped: overloaded"),
    ("http-sse, not JSON", "http-sse", pieces([b"event: text\n" + event(b"hello")]), 1, "protocol", "an event is not a JSON object"),
    ("http-sse, a page", "http-sse", body(200, b"<html>"), 1, "protocol", "the answer is not a reply of this API"),
    ("http-sse, cut", "http-sse", pieces([b"event: text\n" + event({"text": "a"}), b'event: end\ndata: {"wh']), 1, "truncated",
     "the server stopped before the end of the reply"),
])
def fails(name, step, status, kind, message):
    """It tells one failure from another"""
    with keys() as box, Server(step) as server:
        r = asked(box, name, server, status)
        same(r["kind"], kind)
        holds(r["message"], message)


@test
def ndjson_request():
    """http-ndjson sends what is set, with the key in its header"""
    with keys() as box, Server(body(200, b'{"text":"a\\u0000b"}\n{"done":"length"}')) as server:
        done = asked(box, "http-ndjson", server, 0, "-o", "temperature=0.5", "-o", "seed=3", "-o", "max_tokens=9", "-o", "http-ndjson.team=red")
        same([done["text"], done["finish"]], ["a\0b", "length"])
        same(server.requests[0].json, {"model": "small-1", "messages": [{"role": "user", "content": "hi"}], "stream": True, "team": "red",
                                       "max_tokens": 9, "temperature": 0.5, "seed": 3})
        same([server.requests[0].path, server.requests[0].headers["authorization"]], ["/v1/chat", "Bearer " + KEY])


@test
def ndjson_models():
    """http-ndjson lists models, and what it does not know of one it leaves open"""
    with keys() as box, Canned(read_answers(os.path.join(FOLDER, "http-ndjson.answers.json"))) as server:
        rows = json.loads(ended(box.run("models", "--json", *asks("http-ndjson", server)[1:]), 0).out)
        rows = {m["id"]: m for m in rows}
        same([rows["small-1"][k] for k in ("context", "price_input", "price_output")], [8192, "0.15", "0.6"])
        same([rows["large-1"][k] for k in ("context", "price_input", "price_output")], [None, None, None])


@test
def sse_request():
    """http-sse joins neighbours, keeps the system prompt apart, and reads a whole reply where the server does not stream"""
    with keys() as box, Server(body(200, {"text": "Hello", "why": "stop", "in": 3})) as server:
        r = ended(box.run(*asks("http-sse", server, "-s", "Be brief.", "--json", "-o", "stream=false", "hi")), 0)
        done = json.loads(r.out)
        same([done["text"], done["usage"]["prompt_tokens"]], ["Hello", 3])
        sent = server.requests[0].json
        same([sent["system"], sent["turns"], sent["stream"]], ["Be brief.", [{"role": "user", "parts": ["hi"]}], False])
        same(server.requests[0].headers["x-api-key"], SSE_KEY)
        truth("authorization" not in server.requests[0].headers, "the key went twice")


@test
def sse_adapts():
    """http-sse leaves out a refused temperature, says so, and does not try it again"""
    reply = pieces([b"event: text\n" + event({"text": "ok"}), b"event: end\n" + event({"why": "stop"})])
    with keys() as box, Server(body(400, {"refused": "temperature", "message": "no temperature"}), reply) as server:
        r = ended(box.run(*asks("http-sse", server, "-i", "-o", "temperature=0.5"), stdin="one\ntwo\n"), 0, "ok\nok\n")
        same(r.err.count("the model takes no temperature; asked without"), 1)
        same(["temperature" in q.json for q in server.requests], [True, False, False])


@test_each(HTTP)
def stops(name):
    """Ctrl-C ends a request that nobody answers"""
    with keys() as box, Server(hang()) as server:
        running = box.start(*asks(name, server, "hi"))
        server.wait(1)
        running.signal()
        ended(running.end(), -signal.SIGINT, "")


def computes(box, *more):
    """The reply of the example that computes."""
    return ended(box.run("-n", "--plugin-path", built("compute"), "-p", "compute", *more), 0, err="").out


@test
def compute_answers():
    """compute gives one reply for one seed, and stops at its limit"""
    with Box() as box:
        first, other = (computes(box, "-o", f"seed={seed}", "hi") for seed in (7, 8))
        same(computes(box, "-o", "seed=7", "hi"), first)
        truth(first != other and re.fullmatch(r"[a-z .]+\n", first), (first, other))
        done = json.loads(computes(box, "-o", "seed=7", "-o", "max_tokens=5", "--json", "hi"))
        same([done["text"], done["finish"], done["usage"]["completion_tokens"]], [first[:5], "length", 5])


@test
def compute_loads_once():
    """compute says how far its model is, in the first turn of a conversation only; a dry run loads nothing"""
    with Box() as box:
        lines = ended(box.run("-n", "--plugin-path", built("compute"), "-p", "compute", "-f", "jsonl", "-i",
                              stdin='{"say":"a"}\n{"say":"b"}\n'), 0).out.splitlines()
        told = [json.loads(line) for line in lines]
        progress = [(i, e["text"], e.get("thousandths")) for i, e in enumerate(told) if e["event"] == "progress"]
        truth(progress and all(text == "loading the model" for _, text, _ in progress), told)
        truth(progress[-1][0] < [e["event"] for e in told].index("done"), told)
        lacks(ended(box.run("-n", "--plugin-path", built("compute"), "-p", "compute", "--dry-run", "hi"), 0).err, "loading")


THROUGH = ("-n", "-f", "frontend", "-p", "mock")


def through(box, *more, **keywords):
    """A run of the mock through the example frontend."""
    return box.run(*THROUGH, "--plugin-path", built("frontend"), *more, **keywords)


@test
def frontend_one_turn():
    """frontend shows one reply, its usage, and a failure"""
    with Box() as box:
        box.write("a.txt", "attached")
        ended(through(box, "good morning"), 0, "good morning\n", "")
        ended(through(box, "-a", "a.txt", "read"), 0, re.compile("read\n\n.*attached", re.S), "")
        ended(through(box, "--usage", "hi"), 0, "hi\n", re.compile(r"^frontend: \d+ prompt \+ \d+ completion tokens in \d+ ms\n$"))
        box.write("fails.json", json.dumps({"steps": [{"text": "a", "error": {"kind": "quota", "message": "no coins"}}]}))
        ended(through(box, "-o", "mock.script=fails.json", "hi"), 5, "a\n", "frontend: no coins\n")


@test
def frontend_talks():
    """frontend reads lines until their end, and its own command is one of hobnob's"""
    with Box() as box:
        ended(through(box, "-i", stdin="one\n\n/loud\ntwo\n/loud off\nthree"), 0, "one\nloud\nTWO\nquiet\nthree\n", "")
        ended(through(box, "-i", stdin="/loud please\n/exit\nnever\n"), 0, "", "frontend: /loud takes on or off\n")
        holds(ended(through(box, "-i", stdin="/help all\n"), 0).out, "/loud [on|off]", "replies in capital letters")


@test
def frontend_on_a_terminal():
    """frontend prompts, shows nothing that acts on the terminal, and Ctrl-C gives a new prompt"""
    with Box() as box:
        t = box.terminal(*THROUGH, "--plugin-path", built("frontend"), "-o", "mock.reply=a\x1b[31mb")
        at = t.expect("> ")
        t.send("hi\r")
        at = t.expect("a.*b\r\n> ", after=at)
        lacks(t.text(), "\x1b[31m")
        t.send("\x03")
        at = t.expect("\r\n> ", after=at)
        t.send("\x04")
        ended(t.end(), 0)


@test
def frontend_output_fails():
    """frontend ends when its output cannot be written"""
    with Box() as box, open("/dev/full", "wb") as full:
        lines = box.write("lines.txt", "one\ntwo\n")
        with open(lines, "rb") as stdin:
            r = subprocess.run([HOBNOB, *THROUGH, "--plugin-path", built("frontend"), "-i"], stdin=stdin, stdout=full, stderr=subprocess.PIPE,
                               env=box.env, cwd=box.cwd, check=False, timeout=30)
        same(r.returncode, 1)


if __name__ == "__main__":
    main()
