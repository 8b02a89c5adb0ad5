#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What no wire has to itself: the table of docs/failures.md holds for each of them, and no key goes elsewhere."""
import json
import threading

import anthropic_server
import gemini_server
import ollama_server
from hob import KEY, Box, ended, holds, lacks, lines_of, main, same, test_each
from server import Server, body, chunk, close, event, hang, pieces, raw, reset
from worlds import World

# The beginning of a reply, "Half", as each wire has it; what a piece of its stream is; and a part of it that is not JSON.
ANTHROPIC = anthropic_server.start() + anthropic_server.event({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}) \
    + anthropic_server.event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Half"}})
ADDED = {"type": "response.output_item.added", "output_index": 0,
         "item": {"id": "msg_1", "type": "message", "status": "in_progress", "content": [], "role": "assistant"}}
DELTA = {"type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0, "content_index": 0, "delta": "Half"}
HALF = {"anthropic": ANTHROPIC, "gemini": event(gemini_server.chunk(gemini_server.text("Half"))),
        "ollama": ollama_server.line(ollama_server.part({"content": "Half"})),
        "openai": chunk({"content": "Half"}),
        "responses": event(ADDED) + event(DELTA)}
KINDS = {name: {"Content-Type": "application/x-ndjson" if name == "ollama" else "text/event-stream"} for name in HALF}
PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
HTML = {"Content-Type": "text/html"}
QUICK = ("-n", "-o", "retries=0")


def half(name, *more, then="keep", whole=True):
    """The beginning of a reply, and more."""
    return pieces([HALF[name], *more], headers=KINDS[name], then=then, whole=whole)


def line(name, data):
    """A piece of a stream with that in the place of JSON."""
    return data + b"\n" if name == "ollama" else b"data: " + data + b"\n\n"


# Each: its name, the step, the exit status, the kind, what is kept of the reply, a part of the message.
ROWS = [
    ("a page with 502", lambda name: body(502, PAGE, HTML), 6, "unavailable", "", "502 Bad Gateway"),
    ("a page with 200", lambda name: body(200, PAGE, HTML), 1, "protocol", "", "502 Bad Gateway"),
    ("a page in the stream's place", lambda name: body(200, PAGE, KINDS[name]), 1, "protocol", "", "502 Bad Gateway"),
    ("nothing with 200", lambda name: body(200, b"", KINDS[name]), 1, "protocol", "", "empty response"),
    ("nothing with 500", lambda name: body(500, b""), 6, "unavailable", "", "HTTP 500"),
    ("words with 503", lambda name: body(503, b"come back later"), 6, "unavailable", "", "come back later"),
    ("words with 200", lambda name: body(200, b"come back later"), 1, "protocol", "", "come back later"),
    ("an object of something else", lambda name: body(200, {"pong": True}), 1, "protocol", "", ""),
    ("an error with 200", lambda name: body(200, {"error": {"message": "the engine is out", "code": 500}}), 6, "unavailable", "", "the engine is out"),
    ("401 in words", lambda name: body(401, b"who are you?"), 4, "auth", "", "who are you?"),
    ("a key in the words", lambda name: body(401, b"wrong key: " + KEY.encode()), 4, "auth", "", "wrong key: "),
    ("403 in words", lambda name: body(403, b"not here"), 4, "permission", "", "not here"),
    ("404 in words", lambda name: body(404, b"no such page"), 7, "not_found", "", "no such page"),
    ("429 in words", lambda name: body(429, b"slow down"), 5, "rate_limited", "", "slow down"),
    ("a redirect", lambda name: body(307, b"", {"Location": "http://127.0.0.1:9/elsewhere"}), 3, "config", "", "http://127.0.0.1:9/elsewhere"),
    ("closed before the head", lambda name: close(), 6, "network", "", ""),
    ("reset before the head", lambda name: reset(), 6, "network", "", ""),
    ("the end after half", lambda name: half(name), 1, "truncated", "Half", "broke off"),
    ("closed after half", lambda name: half(name, whole=False, then="close"), 1, "truncated", "Half", ""),
    ("reset after half", lambda name: half(name, whole=False, then="reset"), 6, "network", "Half", ""),
    ("broken JSON after half", lambda name: half(name, line(name, b'{"x": "y"]}')), 1, "protocol", "Half", "broken JSON"),
    ("words after half", lambda name: half(name, line(name, b"upstream went away")), 1, "truncated", "Half", "upstream went away"),
    ("an error after half", lambda name: half(name, line(name, b'{"error":{"message":"the engine is out","code":500}}')), 6, "unavailable", "Half",
     "the engine is out"),
    ("an error in words after half", lambda name: half(name, line(name, b'{"error":"the engine is out of memory"}')), 1, "protocol", "Half",
     "the engine is out of memory"),
    ("a value of 100,000 levels", lambda name: half(name, line(name, b"[" * 100000 + b"]" * 100000)), 1, "protocol", "Half", ""),
]


def lead(box_env, name, server):
    """An environment in which a provider asks another server."""
    return {**box_env, f"HOBNOB_{name.upper()}_BASE_URL": server.url.removesuffix("/v1") + ("/v1" if name in ("openai", "responses") else "")}


@test_each([(f"{name}: {row[0]}", name, *row[1:]) for name in HALF for row in ROWS])
def failures(name, step, status, kind, kept, words):
    """A failure is the same on each wire"""
    with World(name) as world, Server(step(name)) as server, Box(**lead(world.env, name, server)) as box:
        r = ended(box.run("-p", name, *QUICK, "--json", "Hi"), status)
        e = lines_of(r.out)[-1]
        same((e["event"], e["kind"], e["partial"]), ("error", kind, kept), e)
        holds(e["message"], words)
        lacks(r.out + r.err, KEY)
        same(len([r for r in server.requests if r.method == "POST"]), 1)


@test_each([(name, name) for name in HALF])
def stalls(name):
    """A stream that falls silent is given up, and what came is kept"""
    never = threading.Event()
    with World(name) as world, Server(half(name, never)) as server, Box(**lead(world.env, name, server)) as box:
        e = lines_of(ended(box.run("-p", name, *QUICK, "-o", "timeout_idle=0.2", "--json", "Hi"), 6).out)[-1]
        same((e["kind"], e["partial"]), ("timeout", "Half"))
        never.set()


@test_each([(name, name) for name in HALF])
def interrupted(name):
    """A cancel keeps what came"""
    never = threading.Event()
    with World(name) as world, Server(half(name, never)) as server, Box(**lead(world.env, name, server)) as box:
        running = box.start("-p", name, *QUICK, "-f", "jsonl")
        running.send('{"id":1,"say":"Hi"}\n')
        running.expect('"text":"Half"')
        running.send('{"cancel":true}\n')
        running.close()
        e = lines_of(running.end().out)[-1]
        same((e["event"], e["finish"], e["text"]), ("done", "interrupted", "Half"))
        never.set()


@test_each([(name, name) for name in HALF])
def torn(name):
    """Bytes that come one by one, and characters that are torn, are read as one would write them"""
    half_pair = {"anthropic": "text_delta", "gemini": "parts", "ollama": "content", "openai": "content", "responses": "delta"}[name]
    holds(HALF[name].decode(), half_pair)
    text = HALF[name].replace(b"Half", "Gr\u00fc\u00dfe \U0001f600".encode())
    head = b"HTTP/1.1 200 OK\r\nContent-Type: " + KINDS[name]["Content-Type"].encode() + b"\r\nConnection: close\r\n\r\n"
    with World(name) as world, Server(raw(head + text, split=1)) as server, Box(**lead(world.env, name, server)) as box:
        e = lines_of(ended(box.run("-p", name, *QUICK, "--json", "Hi"), 1).out)[-1]
        same((e["kind"], e["partial"]), ("truncated", "Gr\u00fc\u00dfe \U0001f600"))


@test_each([(name, name) for name in HALF])
def dry(name):
    """--dry-run asks nobody, and shows no key"""
    with World(name) as world, Box(**world.env) as box:
        r = ended(box.run("-p", name, "--dry-run", "Hi"), 0)
        truth = json.loads(r.out)
        holds(truth["url"], world.server.url.removesuffix("/v1"))
        lacks(r.out, KEY)
        same(world.asked(), [])


@test_each([(name, name) for name in HALF])
def silent(name):
    """A server that never answers is given up"""
    with World(name) as world, Server(hang()) as server, Box(**lead(world.env, name, server)) as box:
        e = lines_of(ended(box.run("-p", name, *QUICK, "-o", "timeout_first_token=0.2", "--json", "Hi"), 6).out)[-1]
        same((e["kind"], e["partial"]), ("timeout", ""))


if __name__ == "__main__":
    main(at_once=2)
