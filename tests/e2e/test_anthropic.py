#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The provider anthropic, at a server that speaks the Messages API by its rules."""
import base64
import json
import signal
import threading

import anthropic_server as srv
from hob import DATA, KEY, Box, ended, holds, lacks, lines_of, main, same, test, test_each
from server import Server, body, raw, reset

HAIKU, SONNET, OPUS = "claude-haiku-4-5", "claude-sonnet-4-6", "claude-opus-4-8"
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")
ONCE = ("-n", "-o", "retries=0")
MARK = {"cache_control": {"type": "ephemeral"}}


def at(server, model=HAIKU, **env):
    """A Box whose environment leads the provider anthropic to a server of ours."""
    return Box(HOBNOB_PROVIDER="anthropic", ANTHROPIC_API_KEY=KEY, ANTHROPIC_BASE_URL=server.url, ANTHROPIC_MODEL=model, **env)


def marked(block):
    """A block that is marked to be cached."""
    return {**block, **MARK}


BOTH = [("streamed", ()), ("whole", ("--no-stream",))]
GREEN = [srv.thinking("Colour asked."), srv.text("Moss is grün.")]


@test_each(BOTH)
def one_shot(how):
    """One question is answered; the request is by the rules, with the key in its header and no mark"""
    with srv.AnthropicServer(srv.reply(*GREEN)) as server, at(server) as box:
        ended(box.run(*ONCE, *how, "-s", "Be brief.", "Moss?"), 0, "Moss is grün.\n", "")
        (request,) = server.chats
        same((request.method, request.path, request.headers["x-api-key"], request.headers["anthropic-version"]),
             ("POST", "/v1/messages", KEY, "2023-06-01"))
        same("authorization" in request.headers, False)
        same(request.json, {
            "model": HAIKU, "max_tokens": 4096, "system": [marked(srv.text("Be brief."))],
            "messages": [{"role": "user", "content": [srv.text("Moss?")]}], **({} if how else {"stream": True})})


@test_each(BOTH)
def conversation(how):
    """Each turn takes what was said before, its reasoning too, and marks what the next one repeats; no reply is asked for twice"""
    steps = [srv.reply(srv.thinking("One."), srv.redacted(), srv.text("A")), srv.reply(srv.text("B")), srv.reply(srv.text("C"))]
    with srv.AnthropicServer(*steps) as server, at(server) as box:
        ended(box.run("-i", *how, stdin="a\nb\nc\n"), 0, "A\nB\nC\n", "")
        last = server.chats[-1].json["messages"]
        same(last, [
            {"role": "user", "content": [srv.text("a")]},
            {"role": "assistant", "content": [srv.thinking("One."), srv.redacted(), srv.text("A")]},
            {"role": "user", "content": [marked(srv.text("b"))]},
            {"role": "assistant", "content": [srv.text("B")]},
            {"role": "user", "content": [marked(srv.text("c"))]}])
        same(len(server.chats), 3)


@test
def resumed():
    """A conversation that is resumed hands its reasoning back"""
    with srv.AnthropicServer(srv.reply(*GREEN), srv.reply(srv.text("Yes."))) as server, at(server) as box:
        ended(box.run(*ONCE, "Moss?"), 0)
        ended(box.run(*ONCE, "-c", "Always?"), 0, "Yes.\n", "")
        same(server.chats[1].json["messages"][1]["content"], GREEN)


@test
def reasoning_is_told():
    """Reasoning is told as reasoning, its tokens are counted, and what the cache holds is a part of the prompt"""
    usage = srv.counts(11, 40, read=5, written=3, thoughts=32)
    with srv.AnthropicServer(srv.reply(*GREEN, usage=usage)) as server, at(server) as box:
        events = lines_of(ended(box.run("-f", "jsonl", stdin='{"say":"Moss?"}\n'), 0).out)
        same("".join(e["text"] for e in events if e["event"] == "reasoning"), "Colour asked.")
        same(events[-1]["usage"], {"prompt_tokens": 19, "completion_tokens": 40, "cached_tokens": 5, "reasoning_tokens": 32})
        same((events[-1]["finish"], events[-1]["model"]), ("stop", HAIKU))


@test
def costs():
    """The cost is that of the table, to the pico-dollar: what is written to the cache and read from it has prices of its own"""
    usage = srv.counts(1001, 303, read=7007, written=505)
    with srv.AnthropicServer(srv.reply(srv.text("x"), usage=usage)) as server, at(server) as box:
        events = lines_of(ended(box.run("-o", "price_table=anthropic", "-f", "jsonl", stdin='{"say":"x"}\n'), 0).out)
        # USD per million tokens: 1 in, 5 out, 0.1 read, 1.25 written
        same((events[-1]["cost"], events[-1]["cost_source"]), ("0.00384795", "table"))
        same(1001 * 1_000_000 + 303 * 5_000_000 + 7007 * 100_000 + 505 * 1_250_000, 3_847_950_000)


# ---- tools ------------------------------------------------------------------------------------------

TIDE = {"name": "tide", "description": "The tide.", "schema": {"type": "object", "properties": {"port": {"type": "string"}}}}
PART_TYPES = {"TEXT": 1, "CALL": 5, "RESULT": 6}


def relayed(box, request, *args):
    """The events of a request that the frontend tests/abi/relay.c passes on."""
    r = ended(box.run("--plugin-path", box.fixture("relay"), "-f", "relay", *args, stdin=json.dumps(request) + "\n"), 0)
    return [json.loads(line) for line in r.out.splitlines()]


def parts_of(events):
    """The parts of a reply, in the order in which they came."""
    parts = []
    for e in events:
        if e.get("on") == "part":
            parts.append(e["part"])
        elif e.get("on") == "text" and parts and parts[-1]["type"] == PART_TYPES["TEXT"]:
            parts[-1]["data"] += e["text"]
        elif e.get("on") == "text":
            parts.append({"type": PART_TYPES["TEXT"], "data": e["text"]})
    return parts


@test_each([(f"{name}, {about}", how, thinks) for name, how in BOTH for about, thinks in [("thinking", True), ("as it is", False)]])
def tools(how, thinks):
    """Calls come as parts, and their results go back in one turn; the reasoning that led to them stands where it stood"""
    blocks = [srv.thinking("Two ports."), srv.redacted(), srv.text("I look."), srv.call("tide", {"port": "Brest"}),
              srv.call("tide", {}, 2)]
    args = ("-o", "anthropic.thinking=2000") if thinks else ()
    with srv.AnthropicServer(srv.reply(*blocks), srv.reply(srv.text("High."))) as server, at(server) as box:
        ask = {"tools": [TIDE], "stream": not how, "messages": [{"role": 2, "text": "When?"}]}
        told = relayed(box, ask, *args)
        parts = parts_of(told)
        calls = [p for p in parts if p["type"] == PART_TYPES["CALL"]]
        same([(c["id"], c["name"], json.loads(c["data"])) for c in calls],
             [("toolu_01", "tide", {"port": "Brest"}), ("toolu_02", "tide", {})])
        same(told[-2]["finish"], 6)
        results = [{"type": PART_TYPES["RESULT"], "id": c["id"], "name": "tide", "data": "3 m"} for c in calls]
        then = relayed(box, {**ask, "messages": [*ask["messages"], {"role": 3, "parts": parts}, {"role": 4, "parts": results[:1]},
                                                 {"role": 4, "parts": results[1:]}, {"role": 2, "text": "Be brief."}]}, *args)
        same(then[-2]["text"], "High.")
        sent = server.chats[1].json
        same(sent["messages"][1]["content"], blocks)
        same([b["type"] for b in sent["messages"][2]["content"]], ["tool_result", "tool_result", "text"])
        same(sent.get("thinking"), {"type": "enabled", "budget_tokens": 2000} if thinks else None)


@test
def unasked_tool():
    """A call that nobody offered is told in a notice"""
    with srv.AnthropicServer(srv.reply(srv.text("Hm."), srv.call("tide", {"port": "Wick"}))) as server, at(server) as box:
        r = ended(box.run(*ONCE, "Tide?"), 0, "Hm.\n")
        same(r.err, 'hobnob: the model called the tool "tide", which nobody offered; hobnob did not run it\n')


# ---- what a request may hold -----------------------------------------------------------------------

@test
def image():
    """-a attaches an image"""
    with srv.AnthropicServer(srv.reply(srv.text("Grey."))) as server, at(server) as box:
        box.write("a.png", PNG)
        ended(box.run(*ONCE, "-a", "a.png", "Colour?"), 0, "Grey.\n", "")
        source = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(PNG).decode()}
        same([b for b in server.chats[0].json["messages"][0]["content"] if b["type"] == "image"], [{"type": "image", "source": source}])


SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}


@test
def schema():
    """--schema goes into output_config; one that the API refuses is said in its words"""
    with srv.AnthropicServer(srv.reply(srv.text('{"n": 1}'))) as server, at(server) as box:
        box.write("s.json", json.dumps(SCHEMA))
        ended(box.run(*ONCE, "--schema", "s.json", "One?"), 0, '{"n": 1}\n', "")
        same(server.chats[0].json["output_config"], {"format": {"type": "json_schema", "schema": SCHEMA}})
        box.write("s.json", '{"type": "object"}')
        r = ended(box.run(*ONCE, "--schema", "s.json", "One?"), 7, "")
        holds(r.err, "'additionalProperties' must be explicitly set to false", "change the schema or the model, or ask without a schema")


@test
def no_seed():
    """The API has no seed: it is refused by name, and nothing is sent"""
    with srv.AnthropicServer(srv.reply(srv.text("x"))) as server, at(server) as box:
        r = ended(box.run(*ONCE, "-o", "seed=1", "x"), 2, "")
        holds(r.err, "seed", "anthropic")
        same(server.chats, [])


@test_each([
    ("thinking by a budget", HAIKU, "anthropic.thinking=2000", {"thinking": {"type": "enabled", "budget_tokens": 2000}}, 1, ""),
    ("thinking as the model decides", OPUS, "anthropic.thinking=6000",
     {"thinking": {"type": "adaptive", "display": "summarized"}, "output_config": {"effort": "medium"}}, 2, ""),
    ("an effort", OPUS, "reasoning_effort=max", {"output_config": {"effort": "max"}}, 1, ""),
    ("an effort that the model lacks", HAIKU, "reasoning_effort=low", {}, 2,
     "hobnob: the server refuses reasoning_effort: hobnob asks again without it\n"),
    ("temperature", HAIKU, "temperature=0.5", {"temperature": 0.5}, 1, ""),
    ("temperature that the model lacks", OPUS, "temperature=0.5", {}, 2,
     "hobnob: the server refuses temperature: hobnob asks again without it\n"),
    ("stop", HAIKU, "stop=END", {"stop_sequences": ["END"]}, 1, ""),
])
def settings(model, setting, members, attempts, said):
    """A setting becomes the member that this model takes; one that it refuses is left out, and told once"""
    with srv.AnthropicServer(srv.reply(srv.text("x"))) as server, at(server, model) as box:
        ended(box.run("-i", "-o", setting, stdin="a\nb\n"), 0, "x\nx\n", said)
        same(len(server.chats), attempts + 1)
        for request in server.chats[attempts - 1:]:
            same({k: v for k, v in request.json.items() if k not in ("model", "max_tokens", "messages", "stream")}, members)


@test
def later_version():
    """The API's later version, which takes no sampling, is spoken if the user names it"""
    args = ("-o", "anthropic.version=2026-10-21", "-o", "temperature=0.5")
    with srv.AnthropicServer(srv.reply(srv.text("x"))) as server, at(server) as box:
        ended(box.run(*ONCE, *args, "x"), 0, "x\n", "hobnob: the server refuses temperature: hobnob asks again without it\n")
        same([(r.headers["anthropic-version"], r.json.get("temperature")) for r in server.chats],
             [("2026-10-21", 0.5), ("2026-10-21", None)])


@test
def reply_limit():
    """Without a limit of the user's own one is sent all the same, since the API demands it; one that is too large is lowered"""
    with srv.AnthropicServer(srv.reply(srv.text("x"))) as server, at(server) as box:
        ended(box.run(*ONCE, "-o", "max_tokens=0", "x"), 0, "x\n")
        same(server.chats[0].json["max_tokens"], 8192)
        r = ended(box.run(*ONCE, "-o", "max_tokens=70000", "x"), 7, "")
        holds(r.err, "max_tokens: 70000 > 64000, which is the maximum allowed number of output tokens for claude-haiku-4-5")


@test
def dry_run():
    """--dry-run shows the request and sends nothing"""
    with srv.AnthropicServer(srv.reply(srv.text("x"))) as server, at(server) as box:
        shown = json.loads(ended(box.run("--dry-run", "x"), 0, err="").out)
        same((shown["method"], shown["url"]), ("POST", server.url + "/v1/messages"))
        same(shown["body"]["messages"], [{"role": "user", "content": [srv.text("x")]}])
        lacks(json.dumps(shown), KEY)
        same(server.requests, [])


# ---- models ----------------------------------------------------------------------------------------

@test
def models():
    """All pages of the list are read; windows, limits and prices stand beside the names"""
    with srv.AnthropicServer(page=2) as server, at(server) as box:
        rows = json.loads(ended(box.run("models", "--json"), 0, err="").out)
        rows = rows["models"] if isinstance(rows, dict) else rows
        same([(m["id"], m["context"], m["max_output"]) for m in rows],
             [(HAIKU, 200000, 64000), (OPUS, 1000000, 128000), (SONNET, 1000000, 64000)])
        same([r.path for r in server.requests], ["/v1/models?limit=1000", "/v1/models?limit=1000&after_id=" + OPUS])


@test
def lists_that_are_none():
    """An answer that is no list of models is said to be none, and pages without end are not read for ever"""
    denied = srv.error(401, "authentication_error", "invalid x-api-key")
    for answer, words in ((body(200, {"x": 1}), "no list of models"), (denied, "invalid x-api-key")):
        with srv.AnthropicServer(models=answer) as server, at(server) as box:
            r = box.run("models")
            same(r.status != 0, True)
            holds(r.err, words)
    again = body(200, {"data": [srv.model_info(HAIKU)], "has_more": True, "last_id": HAIKU})
    with srv.AnthropicServer(models=again) as server, at(server) as box:
        ended(box.run("models"), 0)
        same(len(server.requests), 2)


# ---- errors ----------------------------------------------------------------------------------------

LOW = "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."
SPENT = "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC."
RATE = "This request would exceed the rate limit for your organization (0a1b) of 50,000 input tokens per minute."
CAP = {"error_code": "enforced_spend_limit_reached"}
LONG = "prompt is too long: 210000 tokens > 200000 maximum"
ERRORS = [
    ("wrong key", 401, "authentication_error", "invalid x-api-key", None, "auth", 4, 1),
    ("no right", 403, "permission_error", "Your API key does not have permission to use the specified resource.", None, "permission", 4, 1),
    ("unknown model", 404, "not_found_error", "model: claude-9", None, "not_found", 7, 1),
    ("bad request", 400, "invalid_request_error", "messages: at least one message is required", None, "bad_request", 7, 1),
    ("too long", 400, "invalid_request_error", LONG, None, "context_too_long", 7, 1),
    ("no credit", 400, "invalid_request_error", LOW, None, "quota", 5, 1),
    ("own limit of spending", 400, "invalid_request_error", SPENT, None, "quota", 5, 1),
    ("monthly cap", 429, "rate_limit_error", "You have crossed the monthly usage threshold of your tier.", CAP, "quota", 5, 1),
    ("contract", 429, "rate_limit_error", "Spend limit.", {"error_code": "contract_spend_limit_reached"}, "quota", 5, 1),
    ("billing", 402, "billing_error", "There is a problem with your payment details.", None, "quota", 5, 1),
    ("rate", 429, "rate_limit_error", RATE, None, "rate_limited", 5, 2),
    ("growth", 429, "rate_limit_error", "Too fast.", {"error_code": "ramp_limit_exceeded"}, "rate_limited", 5, 2),
    ("internal", 500, "api_error", "Internal server error", None, "unavailable", 6, 2),
    ("time-out", 504, "timeout_error", "The request timed out.", None, "unavailable", 6, 2),
    ("overloaded", 529, "overloaded_error", "Overloaded", None, "unavailable", 6, 2),
]


@test_each(ERRORS)
def errors(status, kind, message, details, known_as, code, attempts):
    """An error has its kind, the server's words, its exit status, and is retried where that helps"""
    step = srv.error(status, kind, message, {"retry-after": "0"} if attempts > 1 else None, details)
    with srv.AnthropicServer(step) as server, at(server) as box:
        r = ended(box.run("-n", "-o", "retries=1", "--json", "x"), code)
        event = json.loads(r.out)
        same((event["kind"], event["status"], event["message"]), (known_as, status, message))
        same(len(server.chats), attempts)


@test
def overloaded_once():
    """A server that is overloaded is asked again"""
    with srv.AnthropicServer(srv.overloaded(), srv.reply(*GREEN)) as server, at(server) as box:
        ended(box.run("-n", "-o", "retry_max_wait=1", "x"), 0, "Moss is grün.\n")
        same(len(server.chats), 2)


@test
def overloaded_inside():
    """A stream that fails after text keeps the text, and names the kind that the error says"""
    parts = [srv.start(), *srv.block_events(0, srv.text("Moss is"))[:-1], srv.event(srv.wrong("overloaded_error", "Overloaded"))]
    with srv.AnthropicServer(srv.broken(*parts)) as server, at(server) as box:
        event = json.loads(ended(box.run(*ONCE, "--json", "x"), 6).out)
        same((event["kind"], event["message"], event["partial"]), ("unavailable", "Overloaded", "Moss is"))
        same(len(server.chats), 1)


@test
def refused():
    """A refusal is told with the server's words, and is a reply"""
    with srv.AnthropicServer(srv.refuse()) as server, at(server) as box:
        for how in ((), ("--no-stream",)):
            r = ended(box.run(*ONCE, *how, "x"), 0)
            holds(r.err, "the model refused (cyber): This request could enable harm.")


@test
def spoilt_signatures():
    """Where the server takes no reasoning back, the conversation goes on without it"""
    step = srv.reply(srv.thinking("Colour asked."), srv.redacted(), srv.text("Green."))

    def forgotten(conn, request):
        """A reply of which the server does not remember that it made it."""
        kept = step(conn, request)
        request.server.issued.clear()
        return kept
    with srv.AnthropicServer(forgotten, srv.reply(srv.text("Yes."))) as server, at(server) as box:
        ended(box.run("-i", stdin="a\nb\nc\n"), 0, "Green.\nYes.\nYes.\n", "")
        same([[b["type"] for b in r.json["messages"][1]["content"]] for r in server.chats[1:]],
             [["thinking", "redacted_thinking", "text"], ["text"], ["text"]])


STREAM = srv.stream(*GREEN)
BROKEN = [
    ("cut after text", srv.broken(*STREAM[:-3]), 1, "truncated", "Moss is grün."),
    ("cut before a word", srv.broken(*STREAM[:2]), 1, "truncated", ""),
    ("without its end mark", srv.broken(*STREAM[:-1]), 0, None, "Moss is grün."),
    ("reset after text", srv.broken(*STREAM[:-3], whole=False, then="reset"), 6, "network", "Moss is grün."),
    ("noise between", srv.broken(*STREAM[:2], b": hi\n\ndata: <p>busy</p>\n\n", *STREAM[2:]), 0, None, "Moss is grün."),
    ("broken JSON", srv.broken(*STREAM[:2], b'event: content_block_start\ndata: {"type":\n\n', *STREAM[2:]), 1, "protocol", ""),
    ("a page", body(200, b"<html><title>Sign in</title></html>", {"Content-Type": "text/html"}), 1, "protocol", ""),
    ("an error in a 200", body(200, srv.wrong("overloaded_error", "Overloaded")), 6, "unavailable", ""),
    ("another API's answer", body(200, {"choices": [{"message": {"content": "x"}}]}), 1, "protocol", ""),
    ("nothing", body(200, b""), 1, "protocol", ""),
    ("reset before a word", reset(), 6, "network", ""),
    ("a gateway", body(502, b"<html><title>502 Bad Gateway</title></html>", {"Content-Type": "text/html"}), 6, "unavailable", ""),
]


@test_each(BROKEN)
def spoilt(step, code, kind, text):
    """What is broken has its kind, and what came of the text is kept"""
    with srv.AnthropicServer(step) as server, at(server) as box:
        event = json.loads(ended(box.run(*ONCE, "--json", "x"), code).out)
        same((event.get("kind"), event.get("partial", event.get("text"))), (kind, text))


@test
def stalled():
    """A stream that stalls is given up after timeout_idle, and what came is kept"""
    wait = threading.Event()
    parts = [srv.start(), *srv.block_events(0, srv.text("Moss is"))[:-1], wait]
    with srv.AnthropicServer(srv.broken(*parts)) as server, at(server) as box:
        event = json.loads(ended(box.run(*ONCE, "-o", "timeout_idle=200ms", "--json", "x"), 6).out)
        wait.set()
        same((event["kind"], event["partial"]), ("timeout", "Moss is"))


@test
def torn():
    """A stream is read the same whatever pieces its bytes come in"""
    data = srv.head(200, {"Content-Type": "text/event-stream"}) + b"".join(STREAM)
    with srv.AnthropicServer(raw(data, split=3)) as server, at(server) as box:
        ended(box.run(*ONCE, "x"), 0, "Moss is grün.\n", "")


@test
def capture():
    """What llama.cpp streamed is read"""
    with open(f"{DATA}/captures/llama-messages-stream.raw", "rb") as f, Server(raw(f.read())) as server:
        server.url = server.url[:-len("/v1")]
        with at(server, "tiny") as box:
            event = json.loads(ended(box.run(*ONCE, "--json", "x"), 0).out)
            same((event["finish"], event["usage"]["prompt_tokens"], event["usage"]["cached_tokens"]), ("length", 29, 28))
            holds(event["text"], "äu Sound conversation")


@test
def cancelled():
    """Ctrl-C keeps what came, and closes the connection"""
    wait = threading.Event()
    parts = [srv.start(), *srv.block_events(0, srv.text("Moss is"))[:-1], wait]
    with srv.AnthropicServer(srv.broken(*parts)) as server, at(server) as box:
        running = box.start(*ONCE, "x")
        running.expect("Moss is")
        running.signal()
        r = running.end()
        wait.set()
        same((r.status, r.out), (-signal.SIGINT, "Moss is\n"))


# ---- trust -----------------------------------------------------------------------------------------

@test
def canary():
    """The key is in nothing that a run shows, logs or keeps"""
    with srv.AnthropicServer(srv.error(400, "invalid_request_error", f"bad key {KEY}"), srv.reply(*GREEN)) as server, at(server) as box:
        for args in (("Hi",), ("-vvv", "--log-file", "log", "Hi"), ("--dry-run", "-vv", "Hi"), ("--json", "Hi")):
            r = box.run(*ONCE, *args)
            lacks(r.out + r.err, KEY)
        lacks(box.read("log"), KEY)
        holds(box.read("log"), "x-api-key")
        same({r.headers["x-api-key"] for r in server.requests}, {KEY})


@test
def keys():
    """No key is said as ever; a redirect is not followed; a header of the user's own takes the key's place"""
    with srv.AnthropicServer(srv.reply(srv.text("x"))) as server, at(server) as box:
        r = ended(box.run(*ONCE, "x", env={"ANTHROPIC_API_KEY": "", "ANTHROPIC_BASE_URL": ""}), 3, "")
        holds(r.err, "ANTHROPIC_API_KEY")
        r = ended(box.run(*ONCE, "x", env={"HOBNOB_ANTHROPIC_HEADERS": '{"X-Api-Key": "mine"}'}), 4, "")
        same(server.requests[-1].headers["x-api-key"], "mine")
    with srv.AnthropicServer(srv.reply(srv.text("x"))) as other:
        with srv.AnthropicServer(body(307, b"", {"Location": other.url + "/v1/messages"})) as server, at(server) as box:
            r = ended(box.run(*ONCE, "x"), 3, "")
            holds(r.err, "base_url is wrong", other.url)
            same(other.requests, [])


@test
def base_url():
    """A base with /v1 at its end is said to be wrong, with the one that is likelier"""
    with srv.AnthropicServer(srv.reply(srv.text("x"))) as server, at(server) as box:
        r = ended(box.run(*ONCE, "x", env={"ANTHROPIC_BASE_URL": server.url + "/v1"}), 7, "")
        holds(r.err, f"is base_url right? It is {server.url}/v1; likelier is {server.url}")


if __name__ == "__main__":
    main()
