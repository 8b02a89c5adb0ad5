#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Ollama: what is asked of a server that is strict, what its answers become, and how it fails."""
import base64
import json
import os
import signal
import threading

from hob import DATA, Box, ended, holds, lines_of, main, same, test, test_each, truth
from ollama_server import Model, Ollama, answer, broken, call, echo, fault, last, line, part, stream
from server import body, close, hang, head, raw, reset

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
ONE = ("-n", "-p", "ollama")
TALK = ("-p", "ollama", "-f", "jsonl")
QUICK = ("-o", "retry_max_wait=1ms")
NO_RETRY = ("-o", "retries=0")


def at_ollama(server, **env):
    """A Box whose environment leads to the server."""
    return Box(OLLAMA_HOST=server.url, **env)


def say(*texts):
    """Messages for jsonl."""
    return "".join(json.dumps({"say": t}) + "\n" for t in texts)


def closing(result):
    """The closing events of a conversation."""
    return [e for e in lines_of(result.out) if e["event"] in ("done", "error", "result")]


# ---- replies ---------------------------------------------------------------------------------------

@test_each([("streamed", ()), ("whole", ("--no-stream",))])
def one_turn(how):
    """One turn without any setting: the only model of the list answers"""
    with Ollama(answer("Hel", "lo 你好 🚀")) as server, at_ollama(server) as box:
        ended(box.run(*ONE, *how, "Hi"), 0, "Hello 你好 🚀\n", "")
        asked = server.chats[0].json
        same((asked["model"], asked["stream"], asked["messages"]),
             ("test-model:latest", not how, [{"role": "user", "content": "Hi"}]))
        same(server.chats[0].headers.get("authorization"), None)


@test
def usage_and_model():
    """The counts, the finish and the model are those of the last document"""
    with Ollama(answer("x", usage=(26, 290), reason="length")) as server, at_ollama(server) as box:
        event = json.loads(ended(box.run(*ONE, "--json", "-m", "test-model", "Hi"), 0).out)
        same([event[k] for k in ("finish", "usage", "cost", "model")],
             ["length", {"prompt_tokens": 26, "completion_tokens": 290, "cached_tokens": None, "reasoning_tokens": None}, None, "test-model"])


@test
def counts_that_are_left_out():
    """A server leaves out a count of 0: it says nothing then"""
    with Ollama(answer("word", usage=(0, 3))) as server, at_ollama(server) as box:
        event = json.loads(ended(box.run(*ONE, "--json", "Hi"), 0).out)
        same((event["usage"]["prompt_tokens"], event["usage"]["completion_tokens"]), (None, 3))


@test
def a_conversation():
    """Thoughts are shown apart, and go back with their message; other turns go on as ever"""
    with Ollama(answer({"thinking": "Let "}, {"thinking": "me see."}, "Four", "."), echo) as server, at_ollama(server) as box:
        r = ended(box.run(*TALK, "-s", "Be brief.", stdin=say("2+2?", "Sure?", "Yes.")), 0)
        same([e["text"] for e in closing(r)], ["Four.", "Sure?", "Yes."])
        same("".join(e["text"] for e in lines_of(r.out) if e["event"] == "reasoning"), "Let me see.")
        same(server.chats[2].json["messages"], [
            {"role": "system", "content": "Be brief."}, {"role": "user", "content": "2+2?"},
            {"role": "assistant", "content": "Four.", "thinking": "Let me see."}, {"role": "user", "content": "Sure?"},
            {"role": "assistant", "content": "Sure?"}, {"role": "user", "content": "Yes."}])


@test
def one_byte_at_a_time():
    """Lines and characters may be cut anywhere; a last line needs no end"""
    documents = [part({"thinking": "ö"}), part({"content": "wör"}), part({"content": "ld 🚀"}), last()]
    data = b"".join(line(d) for d in documents).rstrip(b"\n")
    wire = head(200, {"Content-Type": "application/x-ndjson"}) + data
    with Ollama(raw(wire, split=1)) as server, at_ollama(server) as box:
        ended(box.run(*ONE, "Hi"), 0, "wörld 🚀\n", "")


@test
def halves_of_a_character():
    """A surrogate pair may be split over two documents"""
    first = line(part({"content": "@"})).replace(b'"@"', b'"\\ud83d"')
    second = line(part({"content": "@"})).replace(b'"@"', b'"\\ude80"')
    with Ollama(stream([first, second, last()])) as server, at_ollama(server) as box:
        ended(box.run(*ONE, "Hi"), 0, "🚀\n", "")


@test_each([("streamed", "aimock-ollama-stream", (), "Hello from aimock: héllo 你好 🚀", "stop"),
            ("whole", "aimock-ollama-nonstream", ("-o", "stream=false"), "Hello from aimock: héllo 你好 🚀", "stop"),
            ("a call", "aimock-ollama-tools", (), "", "tool_calls")])
def captures(name, how, text, finish):
    """What another imitation of the API answers: without counts, calls without ids"""
    with open(os.path.join(DATA, "captures", name + ".raw"), "rb") as f:
        data = f.read()
    for split in (0, 1):
        with Ollama(raw(data, split=split)) as server, at_ollama(server) as box:
            (event,) = closing(box.run(*TALK, *how, "-m", "test-model", stdin=say("Hi")))
            same([event[k] for k in ("event", "text", "finish")], ["done", text, finish])
            same((event["usage"]["prompt_tokens"], event["usage"]["completion_tokens"]), (None, None))


@test
def old_server():
    """A server that gives no reason for the end has ended all the same"""
    with Ollama(stream([part({"content": "ok"}), last(reason=None)])) as server, at_ollama(server) as box:
        same(json.loads(box.run(*ONE, "--json", "Hi").out)["finish"], "stop")


# ---- what is asked -----------------------------------------------------------------------------------

@test
def settings():
    """Each setting has its place, numbers as they were written"""
    with Ollama(answer("x")) as server, at_ollama(server) as box:
        ended(box.run(*ONE, "-o", "temperature=0.7", "-o", "top_p=0.9", "-o", "seed=-3", "-o", 'stop=["END"," "]', "-o", "max_tokens=77",
                      "-o", "ollama.keep_alive=10m", "-o", 'ollama.options={"top_k":40,"num_thread":4}', "Hi"), 0)
        asked = server.chats[0].json
        options = asked["options"]
        same((options.pop("num_ctx"), options), (8192, {
            "num_predict": 77, "temperature": 0.7, "top_p": 0.9, "seed": -3, "stop": ["END", " "], "top_k": 40, "num_thread": 4}))
        same((asked["keep_alive"], asked["truncate"]), ("10m", False))
        holds(server.chats[0].body.decode(), '"temperature":0.7', '"top_p":0.9')


@test_each([("a time", "5m", "5m"), ("seconds", "300", 300), ("for ever", "-1", -1), ("not at all", "0", 0)])
def keep_alive(said, sent):
    """keep_alive is a time or a number"""
    with Ollama(answer("x")) as server, at_ollama(server) as box:
        ended(box.run(*ONE, "-o", "ollama.keep_alive=" + said, "Hi"), 0)
        same(server.chats[0].json["keep_alive"], sent)


@test_each([
    ("not said", (), None), ("an effort", ("-o", "reasoning_effort=high"), "high"), ("none", ("-o", "reasoning_effort=none"), False),
    ("the least", ("-o", "reasoning_effort=minimal"), "low"), ("the most", ("-o", "reasoning_effort=xhigh"), "max"),
    ("the option", ("-o", "ollama.think=true"), True), ("the option's no", ("-o", "ollama.think=false"), False),
    ("a level of the option", ("-o", "ollama.think=low"), "low"),
    ("the nearer word", ("-o", "ollama.think=low", "-o", "reasoning_effort=high"), "high"),
])
def think(how, sent):
    """How hard the model thinks"""
    with Ollama(answer("x")) as server, at_ollama(server) as box:
        ended(box.run(*ONE, *how, "Hi"), 0, "x\n", "")
        same(server.chats[0].json.get("think"), sent)


@test
def a_model_that_does_not_think():
    """A model that refuses to think is asked again without, once, and the user hears of it"""
    known = (Model("test-model", capabilities=("completion",)),)
    with Ollama(echo, models=known) as server, at_ollama(server) as box:
        r = ended(box.run("-p", "ollama", "-m", "test-model", "-o", "reasoning_effort=low", "-i", stdin="one\ntwo\n"), 0, "one\ntwo\n")
        same(r.err, "hobnob: the server refuses reasoning_effort or think: hobnob asks again without it\n")
        same([c.json.get("think") for c in server.chats], ["low", None, None])


@test
def image():
    """An image goes as base64 beside its message, in later turns as well"""
    with Ollama(answer("A pixel."), echo) as server, at_ollama(server) as box:
        box.write("a.png", PNG)
        ended(box.run("-p", "ollama", "-i", "-a", "a.png", "Look", stdin="And?\n"), 0, "A pixel.\nAnd?\n")
        same(server.chats[1].json["messages"][0], {"role": "user", "content": "Look", "images": [base64.b64encode(PNG).decode()]})


@test
def image_without_eyes():
    """A model whose list says that it sees nothing is not sent an image"""
    known = (Model("test-model", capabilities=("completion",)),)
    with Ollama(echo, models=known) as server, at_ollama(server) as box:
        box.write("a.png", PNG)
        r = ended(box.run(*ONE, "-a", "a.png", "Look"), 2, "")
        holds(r.err, "images")
        same(len(server.chats), 0)


@test
def schema():
    """A schema is the format of the reply"""
    wanted = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    with Ollama(answer('{"n": 1}')) as server, at_ollama(server) as box:
        ended(box.run(*ONE, "--schema", box.write("s.json", json.dumps(wanted)), "Hi"), 0, '{"n": 1}\n', "")
        same(server.chats[0].json["format"], wanted)


@test
def extra_body():
    """extra_body has the last word: null takes a member out"""
    with Ollama(answer("x")) as server, at_ollama(server) as box:
        ended(box.run(*ONE, "-o", 'ollama.extra_body={"truncate":null,"shift":false,"options":{"num_ctx":1024}}', "Hi"), 0)
        asked = server.chats[0].json
        same(("truncate" in asked, asked["shift"], asked["options"]["num_ctx"]), (False, False, 1024))


@test
def dry_run():
    """--dry-run shows the request and sends nothing"""
    with Ollama(answer("x")) as server, at_ollama(server) as box:
        shown = json.loads(ended(box.run(*ONE, "-m", "m", "--dry-run", "Hi"), 0, err="").out)
        same((shown["method"], shown["url"], shown["body"]["model"]), ("POST", server.url + "/api/chat", "m"))
        same(len(server.requests), 0)


@test
def tools():
    """A call of a tool, without and with an id, and its results, which go back by name"""
    town, result = {"port": "Wick"}, {"type": 6, "name": "tide", "data": "04:10"}
    offered = [{"name": "tide", "description": "", "schema": {"type": "object"}}, {"name": "now", "description": "the time", "schema": ""}]
    steps = answer({"thinking": "which?"}, {"tool_calls": [call("tide", town, None), call("tide", {}, "call_x")]}), answer("At 04:10.")
    question = {"role": 2, "text": "when?"}
    with Ollama(*steps) as server, at_ollama(server) as box:
        asks = {"messages": [question], "tools": offered, "stream": True}
        told = [json.loads(e) for e in ended(box.run(
            "--plugin-path", box.fixture("relay"), "-f", "relay", "-p", "ollama", stdin=json.dumps(asks) + "\n"), 0).out.splitlines()]
        parts = [e["part"] for e in told if e.get("on") == "part"]
        calls = [p for p in parts if p["type"] == 5]
        same([(c["name"], json.loads(c["data"])) for c in calls], [("tide", town), ("tide", {})])
        same((calls[1]["id"], bool(calls[0]["id"])), ("call_x", True))
        same((told[-2]["on"], told[-2]["finish"]), ("done", 6))
        results = [{**result, "id": c["id"]} for c in calls]
        asks = {"messages": [question, {"role": 3, "parts": parts}, {"role": 4, "parts": results}], "tools": offered}
        ended(box.run("--plugin-path", box.fixture("relay"), "-f", "relay", "-p", "ollama", stdin=json.dumps(asks) + "\n"), 0)
        same(server.chats[0].json["tools"][1]["function"],
             {"name": "now", "description": "the time", "parameters": {"type": "object", "properties": {}}})
        same(server.chats[1].json["messages"][1:], [
            {"role": "assistant", "content": "", "thinking": "which?", "tool_calls": [
                {"id": c["id"], "function": {"name": "tide", "arguments": json.loads(c["data"])}} for c in calls]},
            *({"role": "tool", "content": "04:10", "tool_name": "tide", "tool_call_id": c["id"]} for c in calls)])


# ---- the window --------------------------------------------------------------------------------------

@test_each([
    ("small: whole", 8192, (), 8192), ("unknown: by need", 0, (), 8192), ("large: by need", 131072, (), 8192),
    ("large, and a long reply", 131072, ("-o", "max_tokens=20000"), 32768), ("the user's", 131072, ("-o", "ollama.num_ctx=2048"), 2048),
    ("the user's window", 131072, ("-o", "context_tokens=6000"), 6000), ("by options", 8192, ("-o", 'ollama.options={"num_ctx":512}'), 512),
])
def num_ctx(context, how, sent):
    """How many tokens the server is asked to make room for"""
    known = (Model("test-model", context, old=context == 0),)
    with Ollama(answer("x"), models=known) as server, at_ollama(server) as box:
        ended(box.run(*ONE, *how, "Hi"), 0, "x\n", "")
        same(server.chats[0].json["options"]["num_ctx"], sent)


@test
def num_ctx_grows():
    """It grows in steps with the conversation, so that the server seldom loads the model anew"""
    long = "word " * 6000
    with Ollama(echo, models=(Model("test-model", 131072),)) as server, at_ollama(server) as box:
        ended(box.run(*TALK, "-o", "max_tokens=500", stdin=say("a", "b", long, "c", long)), 0)
        same([c.json["options"]["num_ctx"] for c in server.chats], [4096, 4096, 8192, 16384, 32768])


@test
def a_prompt_that_was_cut():
    """A server that fills the window with the prompt has cut it: the user hears of it"""
    with Ollama(answer("x", usage=(8192, 3))) as server, at_ollama(server) as box:
        r = ended(box.run(*ONE, "Hi"), 0, "x\n")
        same(r.err, "hobnob: the prompt fills num_ctx (8192 tokens): the server has left out what did not fit; "
                    "raise num_ctx, or set context_tokens to it\n")


@test
def a_reply_that_was_cut():
    """A reply that ends where the window is full is told from one that reached its own limit"""
    with Ollama(answer("x", usage=(7000, 1192), reason="length"), answer("x", usage=(7000, 2048), reason="length")) as server:
        with at_ollama(server) as box:
            r = ended(box.run(*ONE, "Hi"), 0, "x\n")
            holds(r.err, "the reply ended because num_ctx (8192 tokens) is full; raise it\n")
            truth("num_ctx" not in box.run(*ONE, "Hi").err, "it was told although the limit of the reply was reached")


@test
def a_prompt_that_does_not_fit():
    """A server that says so is asked again with less, by the window that it was asked for"""
    words = ("the prompt is longer than the context length currently available to the model; shorten the prompt, adjust the context length "
             "in settings, or use a model with a longer context length")
    long = "word " * 500
    steps = answer("one"), answer("two"), fault(400, words), answer("three")
    with Ollama(*steps, models=(Model("test-model", 131072),)) as server, at_ollama(server) as box:
        r = ended(box.run(*TALK, "-o", "max_tokens=100", "-o", "ollama.num_ctx=2048", stdin=say(long, long, long)), 0)
        same([e["text"] for e in closing(r)], ["one", "two", "three"])
        sizes = [len(c.json["messages"]) for c in server.chats]
        truth(sizes[:3] == [1, 3, 5] and sizes[3] < 5, sizes)


@test
def a_prompt_that_was_underestimated():
    """Where the room was hobnob's own estimate, it asks for more before it leaves anything out"""
    steps = answer("one"), fault(400, "the input length exceeds the context length"), echo
    with Ollama(*steps, models=(Model("test-model", 131072),)) as server, at_ollama(server) as box:
        r = ended(box.run(*TALK, "-o", "max_tokens=100", stdin=say("a", "b")), 0, err="")
        same([e["text"] for e in closing(r)], ["one", "b"])
        same([(c.json["options"]["num_ctx"], len(c.json["messages"])) for c in server.chats], [(4096, 1), (4096, 3), (8192, 3)])


# ---- models ------------------------------------------------------------------------------------------

LIST = (Model("big:70b", 131072), Model("plain", 4096, ("completion",)), Model("vectors", 512, ("embedding",)))


@test_each([("a newer server", False, 1), ("an older one", True, 4)])
def models(old, requests):
    """The list has the windows, and only models that chat; of an older server each model is asked for"""
    known = [Model(m.name, m.context, m.capabilities, old=old) for m in LIST]
    with Ollama(answer("x"), models=known) as server, at_ollama(server) as box:
        found = json.loads(ended(box.run("models", "-p", "ollama", "--json"), 0).out)
        same([(m["id"], m["context"]) for m in found], [("big:70b", 131072), ("plain:latest", 4096)])
        same(len(server.requests), requests)


@test_each([("it went away", fault(404, "model 'big:70b' not found"), 0, ["big:70b", "plain:latest"]),
            ("the connection broke", reset(), 6, None)])
def models_that_cannot_be_asked_for(step, status, names):
    """A model that cannot be asked for is listed all the same, unless the server is gone"""
    known = [Model(m.name, m.context, m.capabilities, old=True) for m in LIST[:2]]
    with Ollama(answer("x"), models=known) as server, at_ollama(server) as box:
        server.post_api_show = lambda _: step
        found = ended(box.run("models", "-p", "ollama", "--json"), status).out
        if names:
            same([m["id"] for m in json.loads(found)], names)


@test
def which_model():
    """With several models one has to be named: exit 3, and their names"""
    with Ollama(answer("x"), models=LIST) as server, at_ollama(server) as box:
        r = ended(box.run(*ONE, "Hi"), 3, "")
        holds(r.err, "no model is set; ollama offers big:70b, plain:latest\n")


@test
def no_models():
    """A server without models, which may say null"""
    with Ollama(answer("x"), models=()) as server, at_ollama(server) as box:
        holds(ended(box.run(*ONE, "Hi"), 3, "").err, "no model is set and ollama lists none")
    nothing = Ollama(answer("x"))
    nothing.models = body(200, {"models": None})
    with nothing as server, at_ollama(server) as box:
        holds(ended(box.run(*ONE, "Hi"), 3, "").err, "no model is set and ollama lists none")


@test
def missing_model():
    """A model that the server does not have: the command that gets it"""
    with Ollama(answer("x")) as server, at_ollama(server) as box:
        ended(box.run(*ONE, "-m", "llama9:1b", "Hi"), 7, "", "hobnob: model 'llama9:1b' not found\n"
              "  `ollama pull llama9:1b` fetches it; hobnob models lists what this server has\n")
        same(len(server.chats), 1)


# ---- where it is ---------------------------------------------------------------------------------------

@test_each([
    ("a URL", "http://127.0.0.1:{port}"), ("a slash at its end", "http://127.0.0.1:{port}/"), ("host and port", "127.0.0.1:{port}"),
    ("a port", ":{port}"), ("every interface", "0.0.0.0:{port}"), ("quotes and blanks", " \"127.0.0.1:{port}\" "), ("a name", "localhost:{port}"),
])
def host(form):
    """OLLAMA_HOST as ollama reads it"""
    with Ollama(answer("x")) as server, Box(OLLAMA_HOST=form.format(port=server.port)) as box:
        ended(box.run(*ONE, "Hi"), 0, "x\n", "")


@test_each([("a name", "example.com", "http://example.com:11434"), ("a scheme", "https://example.com/ollama/", "https://example.com/ollama"),
            ("nothing", "", "http://127.0.0.1:11434"), ("six", "[::]", "http://[::1]:11434"), ("plain http", "http://h", "http://h")])
def default_port(form, url):
    """The port that is not said"""
    with Box(OLLAMA_HOST=form) as box:
        shown = json.loads(ended(box.run(*ONE, "-m", "m", "--dry-run", "Hi"), 0).out)
        same(shown["url"], url + "/api/chat")


@test
def below_a_path():
    """A server below a path, and an address that names too much"""
    with Ollama(answer("x"), prefix="/ollama") as server, at_ollama(server) as box:
        ended(box.run(*ONE, "Hi"), 0, "x\n", "")
        r = ended(box.run(*ONE, "-m", "m", "Hi", env={"OLLAMA_HOST": server.url + "/api"}), 7, "")
        holds(r.err, "404 page not found", f"is base_url right? It is {server.url}/api; likelier is {server.url}\n")


@test
def not_a_port():
    """An address that is not one is named"""
    with Box(OLLAMA_HOST="localhost:66000") as box:
        holds(ended(box.run(*ONE, "Hi"), 3, "").err, "OLLAMA_HOST", "localhost:66000")


@test
def key_before_it():
    """A key, where something before the server wants one"""
    with Ollama(answer("x"), key="sk-1234567890abcdef") as server, at_ollama(server) as box:
        holds(ended(box.run(*ONE, "-m", "test-model", "Hi"), 4, "").err, "unauthorized")
        ended(box.run(*ONE, "Hi", env={"HOBNOB_OLLAMA_API_KEY": "sk-1234567890abcdef"}), 0, "x\n", "")


# ---- failures ------------------------------------------------------------------------------------------

FAULTS = [
    ("a queue that is full", fault(503, "server busy, please try again.  maximum pending requests exceeded"), 6, "unavailable", 503, 3, ""),
    ("a runner that ended", fault(500, "llama runner process has terminated: exit status 2"), 6, "unavailable", 500, 3, ""),
    ("no chat", fault(400, '"vectors" does not support chat'), 7, "bad_request", 400, 1, ""),
    ("a name that is not one", fault(400, "invalid model name"), 7, "bad_request", 400, 1, ""),
    ("too many requests", fault(429, "too many concurrent requests"), 5, "rate_limited", 429, 3, ""),
    ("not allowed", fault(403, "this model requires a subscription, upgrade for access"), 4, "permission", 403, 1, ""),
    ("the cloud's key", fault(401, "unauthorized"), 4, "auth", 401, 1, ""),
    ("an upstream that is down", fault(502, "upstream error"), 6, "unavailable", 502, 3, ""),
    ("too long", fault(500, "the input length exceeds the context length"), 7, "context_too_long", 500, None, ""),
    ("an error after 200", broken("out of memory"), 1, "protocol", 200, 1, ""),
    ("an error after text", broken("an error was encountered while running the model", {"content": "Hel"}), 1, "protocol", 200, 1, "Hel"),
    ("broken off", stream([part({"content": "Hel"})]), 1, "truncated", 200, 1, "Hel"),
    ("reset after text", stream([part({"content": "Hel"})], then="reset", whole=False), 6, "network", 0, 1, "Hel"),
    ("nothing at all", stream([]), 1, "protocol", 200, 1, ""),
    ("closed at once", close(), 6, "network", 0, 3, ""),
    ("reset at once", reset(), 6, "network", 0, 3, ""),
    ("broken JSON", stream([part({"content": "Hel"}), b'{"model":"m","message":{"content":\n']), 1, "protocol", 200, 1, "Hel"),
    ("a page", body(200, b"<!DOCTYPE html>\n<html><head><title>Welcome</title></head></html>\n", {"Content-Type": "text/html"}), 1, "protocol", 200, 1, ""),
    ("words", body(200, b"Ollama is running", {"Content-Type": "text/plain"}), 1, "protocol", 200, 1, ""),
    ("another API", body(200, {"id": "x", "object": "chat.completion", "choices": []}), 1, "protocol", 200, 1, ""),
]


@test_each(FAULTS)
def failures(step, status, kind, http, asked, partial):
    """A failure has its kind, its status and what came"""
    with Ollama(step) as server, at_ollama(server) as box:
        r = box.run(*TALK, "-m", "test-model", *QUICK, stdin=say("Hi"))
        (event,) = closing(r)
        same((event["event"], event.get("kind"), event.get("status") or 0, event.get("partial")), ("error", kind, http, partial))
        same(r.status, status)
        if asked:
            same(len(server.chats), asked)


@test
def noise():
    """What is not JSON is passed over, and so are documents and members that mean nothing here"""
    documents = [b"keep-alive\n", b"\n", {"status": "loading model"}, part({"content": "ok", "role": "assistant"}, logprobs=[1], extra={"a": 1}), last()]
    with Ollama(stream(documents)) as server, at_ollama(server) as box:
        ended(box.run(*ONE, "Hi"), 0, "ok\n", "")


@test
def an_empty_reply():
    """A reply of nothing is a reply"""
    with Ollama(answer(usage=(5, 0))) as server, at_ollama(server) as box:
        same(json.loads(box.run(*ONE, "--json", "Hi").out)["finish"], "stop")


@test
def nobody_there():
    """No server: the address is named"""
    with Ollama(answer("x")) as server:
        url = server.url
    with Box(OLLAMA_HOST=url) as box:
        holds(ended(box.run(*ONE, "-m", "m", *NO_RETRY, "Hi"), 6, "").err, url.removeprefix("http://"))


@test
def waiting_is_shown():
    """While nothing comes, the user sees what is waited for"""
    begun, release = threading.Event(), threading.Event()

    def step(conn, request):
        begun.set()
        release.wait(30)
        return answer("Hello", load=3_000_000_000)(conn, request)
    with Ollama(step) as server, at_ollama(server) as box:
        r = box.start(*TALK, "-v")
        r.send(say("Hi"))
        r.expect('"event":"progress","text":"loading test-model:latest, or reading the prompt"')
        truth(begun.wait(30), "it was not asked")
        truth('"event":"delta"' not in r.text(), r.text())
        release.set()
        r.close()
        r.expect("the server took 3000 ms to load the model", "err")
        ended(r.end(), 0)


@test
def cancel_keeps_the_text():
    """Ctrl-C keeps what came, and closes the connection"""
    with Ollama(stream([part({"content": "Hel"}), threading.Event()]), echo) as server, at_ollama(server) as box:
        r = box.start(*ONE, "-m", "test-model", "Hi")
        r.expect("Hel")
        r.signal()
        ended(r.end(), -signal.SIGINT, "Hel\n")
        r = ended(box.run("-p", "ollama", "-c", "-n", "And?"), 0, "And?\n")
        same(server.chats[1].json["messages"][:2], [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hel"}])


@test
def a_server_that_stalls():
    """A server that says nothing more runs into the timeout"""
    with Ollama(stream([part({"content": "Hel"}), threading.Event()])) as server, at_ollama(server) as box:
        r = ended(box.run(*ONE, "-m", "test-model", "-o", "timeout_idle=200ms", "-o", "timeout_first_token=200ms", "Hi"), 6, "Hel\n")
        holds(r.err, "200 ms")
    with Ollama(hang()) as server, at_ollama(server) as box:
        ended(box.run(*ONE, "-m", "test-model", *NO_RETRY, "-o", "timeout_first_token=200ms", "Hi"), 6, "")


@test
def cloud():
    """Who really answers is told"""
    far = {"remote_host": "https://ollama.com:443", "remote_model": "gpt-oss:120b"}
    documents = [part({"content": "x"}, **far), {**last(), **far}]
    with Ollama(stream(documents)) as server, at_ollama(server) as box:
        event = json.loads(box.run(*ONE, "--json", "-m", "test-model", "Hi").out)
        same((event["model"], event["upstream"]), ("test-model", "https://ollama.com:443"))


if __name__ == "__main__":
    main(4)
