#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""OpenRouter: each of its answers over a real socket, in writes of random sizes; what is asked, kept, retried and paid."""
import glob
import json
import os
import random
import re
import time

from hob import Box, DATA, KEY, at_server, ended, holds, lacks, main, same, test, test_each, truth
from server import DONE, Server, body, end, error, event, pieces, raw, reply

OR_KEY = "sk-or-v1-0123456789abcdef"
ONCE = ("-n", "-o", "retries=0")

# Name, text, cost, usage (prompt, completion, cached, reasoning), model of a reply.
REPLIES = [
    ("openrouter/stream-reasoning", "Hello 你好 🚀", "0.00000275", (11, 7, 2, 4), "openai/gpt-5-nano"),
    ("openrouter/stream-details-only", "ok", "0.0001", (3, 1, 2, 4), "openai/gpt-5-nano"),
    ("openrouter/stream-byok", "hi", "19.95", (194, 2, 2, 4), "anthropic/claude-haiku-4.5"),
    ("openrouter/stream-fallback", "from another", "0.00001", (5, 2, 2, 4), "meta-llama/llama-3.3-70b-instruct"),
    ("openrouter/whole", "four", "0", (7, 3, 2, 4), "openai/gpt-oss-20b:free"),
    ("captures/aimock-openrouter-stream", 'Hello from aimock: héllo 你好 🚀 "quotes" \\ and\nnewline.', "0.000123",
     (10, 12, None, None), "openai/gpt-4o"),
    ("captures/aimock-openrouter-nonstream", 'Hello from aimock: héllo 你好 🚀 "quotes" \\ and\nnewline.', "0.000123",
     (10, 12, None, None), "openai/gpt-4o"),
]

# Name, exit status, kind, HTTP status, text that was kept, how the message ends, a part of the hint.
FAILURES = [
    ("openrouter/mid-429", 5, "rate_limited", 429, "Half of ", "Rate limit exceeded", ""),
    ("openrouter/mid-first", 5, "rate_limited", 429, "", "Rate limit exceeded", ""),
    ("openrouter/mid-code-text", 6, "unavailable", 200, "Some", "Provider disconnected unexpectedly", ""),
    ("openrouter/mid-choice", 6, "unavailable", 502, "Some", 'Internal Server Error ({"retryable":true})', ""),
    ("openrouter/mid-no-choices", 6, "unavailable", 502, "Some", "Network connection lost.", ""),
    ("openrouter/mid-availability", 6, "unavailable", 503, "", "No capacity", ""),
    ("openrouter/mid-not-retryable", 6, "unavailable", 503, "", "Gone for good", ""),
    ("openrouter/mid-prompt", 7, "bad_request", 200, "", "messages.3: unsupported role", ""),
    ("openrouter/mid-unexplained", 1, "protocol", 200, "Some", "gave no reason", ""),
    ("openrouter/whole-error", 5, "rate_limited", 429, "", "Provider returned error (Kluster: error code: 1015)", ""),
    ("openrouter/whole-partial", 6, "unavailable", 502, "partial output...", "Provider disconnected mid-stream", ""),
    ("openrouter/400-raw", 7, "bad_request", 400, "", "must contain the word 'json' in some form.)", ""),
    ("openrouter/400-raw-nested", 7, "bad_request", 400, "", "(Google AI Studio: Request contains an invalid argument.)", ""),
    ("openrouter/400-too-long", 7, "context_too_long", 400, "",
     "(Anthropic: prompt is too long: 204000 tokens > 200000 maximum)", "/clear"),
    ("openrouter/400-model", 7, "bad_request", 400, "", "nobody/nothing is not a valid model ID", ""),
    ("openrouter/401", 4, "auth", 401, "", "User not found.", "openrouter.api_key comes from OPENROUTER_API_KEY"),
    ("openrouter/402-credits", 5, "quota", 402, "", "can only afford 2666.", "https://openrouter.ai/settings/credits"),
    ("openrouter/402-in-flight", 5, "quota", 402, "", "in-flight requests.", "see the Retry-After header"),
    ("openrouter/403-moderation", 4, "permission", 403, "",
     "(flagged for violence, violence/graphic; in: how do I hurt...someone)", "in other words"),
    ("openrouter/403-guardrail", 4, "permission", 403, "", "(found: ignore all previous instructions)", "in other words"),
    ("openrouter/404-providers", 7, "not_found", 404, "", "(available: deepinfra, together)", "hobnob models"),
    ("openrouter/408", 6, "unavailable", 408, "", "Request timed out", ""),
    ("openrouter/429-minute", 5, "rate_limited", 429, "", "free-models-per-min.", ""),
    ("openrouter/429-day", 5, "quota", 429, "", "1000 free model requests per day", "Wait for the daily reset"),
    ("openrouter/429-upstream", 5, "rate_limited", 429, "",
     "temporarily rate-limited upstream. Please retry shortly.)", "your own provider key"),
    ("openrouter/500", 6, "unavailable", 500, "", "Internal Server Error", ""),
    ("openrouter/502-page", 6, "unavailable", 502, "", "(Novita: 502 Bad Gateway)", ""),
    ("openrouter/503-routing", 6, "unavailable", 503, "", "meets your routing requirements", ""),
    ("openrouter/524", 6, "unavailable", 524, "", "error code: 524", ""),
    ("openrouter/529", 6, "unavailable", 529, "", "(Anthropic: Overloaded)", ""),
    ("captures/aimock-openrouter-429", 5, "rate_limited", 429, "", "Rate limit reached for requests", ""),
]


def capture(name):
    """The bytes of an answer."""
    with open(os.path.join(DATA, name + ".raw"), "rb") as f:
        return f.read()


def ragged(name):
    """A step: these bytes, in writes of random sizes that are the same each time."""
    data, chance = capture(name), random.Random(name)

    def step(conn, _):
        at = 0
        while at < len(data):
            size = chance.randint(1, 64)
            conn.sendall(data[at:at + size])
            at += size
        return end(conn, "close")
    return step


def at_openrouter(server, **env):
    """A Box whose environment and config file lead the provider openrouter to a server of ours."""
    box = Box(OPENROUTER_API_KEY=OR_KEY, OPENROUTER_MODEL="openai/gpt-5-nano", **env)
    box.config(f"providers:\n  openrouter:\n    base_url: {server.url}\n")
    return box


@test_each([(r[0], *r) for r in REPLIES])
def replies(name, text, cost, usage, model):
    """A reply is shown, with the server's own cost"""
    with Server(ragged(name)) as server, at_openrouter(server) as box:
        ended(box.run(*ONCE, "Hi"), 0, text + "\n", "")
        done = json.loads(ended(box.run(*ONCE, "--json", "Hi"), 0).out)
        same([done["event"], done["text"], done["cost"], done["cost_source"]], ["done", text, cost, "provider"])
        same(tuple(done["usage"][k + "_tokens"] for k in ("prompt", "completion", "cached", "reasoning")), usage)
        holds(ended(box.run(*ONCE, "--usage", "Hi"), 0).err, "$" + cost)
        r = box.run("-f", "jsonl", stdin='{"say":"Hi"}\n{"command":"/stats"}\n')
        stats = [json.loads(line) for line in r.out.splitlines()][-1]
        same(stats["data"]["cost"], cost)
        holds(json.dumps(stats), model)


@test_each([(r[0], *r) for r in FAILURES])
def failures(name, status, kind, http, partial, message, hint):
    """A failure is told, and what came is kept"""
    with Server(ragged(name)) as server, at_openrouter(server) as box:
        shown = ended(box.run(*ONCE, "Hi"), status, partial + ("\n" if partial else ""))
        failed = json.loads(ended(box.run(*ONCE, "--json", "Hi"), status).out)
        same([failed["event"], failed["kind"], failed["status"], failed["partial"]], ["error", kind, http, partial])
        truth(failed["message"].endswith(message), failed["message"])
        holds(failed["hint"] or "", hint)
        holds(shown.err, message)
        # an account that affords a shorter reply is asked for that one
        same([q.json["max_tokens"] for q in server.chats], [4096, 2666] * 2 if name == "openrouter/402-credits" else [4096] * 2)


@test
def what_is_asked():
    """The options become headers and members of the request"""
    with Server(ragged("openrouter/whole")) as server, at_openrouter(server) as box:
        box.config(f"""
providers:
  openrouter:
    base_url: {server.url}
    app_url: https://example.org/notes
    app_title: my-notes
    models: ["a/b:free", c/d]
    route: {{order: [openai], allow_fallbacks: false}}
    reasoning: {{max_tokens: 2000, exclude: true}}
    extra_body: {{session_id: s1}}
    headers: {{X-OpenRouter-Categories: cli}}
""")
        ended(box.run(*ONCE, "Hi"), 0, "four\n")
        ended(box.run(*ONCE, "-o", "reasoning_effort=low", "-m", "openai/gpt-5:nitro", "Hi"), 0, "four\n")
        first, second = server.chats
        same(first.path, "/v1/chat/completions")
        same([first.headers.get(k) for k in ("authorization", "http-referer", "x-openrouter-title", "x-openrouter-categories")],
             ["Bearer " + OR_KEY, "https://example.org/notes", "my-notes", "cli"])
        same([first.json[k] for k in ("model", "models", "provider", "reasoning", "session_id")],
             ["openai/gpt-5-nano", ["a/b:free", "c/d"], {"order": ["openai"], "allow_fallbacks": False},
              {"max_tokens": 2000, "exclude": True}, "s1"])
        same([second.json["model"], second.json["reasoning"]], ["openai/gpt-5:nitro", {"exclude": True, "effort": "low"}])


@test
def bad_options():
    """An option that is no object is refused with the reason, exit 3"""
    with Box(OPENROUTER_API_KEY=OR_KEY) as box:
        for option in ("route", "reasoning", "extra_body"):
            r = ended(box.run("-n", "-o", f"openrouter.{option}=[1]", "Hi"), 3, "")
            holds(r.err, f"{option}: expected a JSON object")


@test
def chosen_by_its_key():
    """Its key chooses it, also one that stands in OPENAI_API_KEY; model and address are its own"""
    for env in ({"OPENROUTER_API_KEY": OR_KEY, "OPENAI_API_KEY": KEY}, {"OPENAI_API_KEY": OR_KEY}):
        with Box(**env) as box:
            asked = json.loads(ended(box.run("-n", "--dry-run", "Hi"), 0).out)
            same([asked["url"], asked["body"]["model"]],
                 ["https://openrouter.ai/api/v1/chat/completions", "openai/gpt-5-nano"])
            lacks(json.dumps(asked), OR_KEY, KEY)


@test
def no_other_key():
    """A key of OpenAI's never goes there; without a key of its own the lines to paste are told, exit 3"""
    with Server(ragged("openrouter/whole")) as server, Box(OPENAI_API_KEY=KEY) as box:
        r = ended(box.run("-n", "-p", "openrouter", "-o", f"openrouter.base_url={server.url}", "-m", "m", "Hi"), 0, "four\n")
        lacks(json.dumps(server.chats[0].headers), "authorization", KEY)
        r = ended(box.run("-n", "-p", "openrouter", "Hi"), 3, "")
        holds(r.err, "OPENROUTER_API_KEY=", ".env")
        lacks(r.err, KEY)
    with Box() as box:
        holds(ended(box.run("-n", "Hi"), 3, "").err, "OPENROUTER_API_KEY=")


@test
def the_classic_way():
    """The provider openai, led to OpenRouter by OPENAI_BASE_URL, counts the cost and tells the upstream's error as well"""
    with Server(ragged("openrouter/stream-reasoning"), ragged("openrouter/400-raw-nested")) as server, \
            at_server(server) as box:
        done = json.loads(ended(box.run(*ONCE, "--json", "Hi"), 0).out)
        same([done["text"], done["cost"], done["cost_source"]], ["Hello 你好 🚀", "0.00000275", "provider"])
        holds(ended(box.run(*ONCE, "Hi"), 7, "").err, "(Google AI Studio: Request contains an invalid argument.)")


@test
def reasoning_goes_back():
    """reasoning_details go back with their message; the reasoning is shown once"""
    with Server(ragged("openrouter/stream-reasoning")) as server, at_openrouter(server) as box:
        r = box.run("-f", "jsonl", stdin='{"say":"One"}\n{"say":"Two"}\n')
        events = [json.loads(line) for line in r.out.splitlines()]
        same("".join(e["text"] for e in events if e["event"] == "reasoning"), "Let me think." * 2)
        same(server.chats[1].json["messages"][1], {"role": "assistant", "content": "Hello 你好 🚀", "reasoning_details": [
            {"type": "reasoning.text", "text": "Let me think.", "signature": "sig==", "id": None,
             "format": "anthropic-claude-v1", "index": 0},
            {"type": "reasoning.encrypted", "data": "b64==", "id": "rs_1", "format": "openai-responses-v1", "index": 1}]})


@test
def retried_while_nothing_came():
    """An error that is the first event is tried again; one behind text, 402, and one that says it is final are not"""
    cases = (("mid-first", 2, 0), ("whole-error", 2, 0), ("529", 2, 0), ("mid-429", 1, 5), ("402-in-flight", 1, 5),
             ("429-day", 1, 5), ("mid-not-retryable", 1, 6), ("whole-partial", 1, 6))
    for name, requests, status in cases:
        with Server(ragged("openrouter/" + name), ragged("openrouter/whole")) as server, at_openrouter(server) as box:
            ended(box.run("-n", "Hi"), status)
            same(len(server.chats), requests, name)


@test
def waits_for_the_reset():
    """X-RateLimit-Reset is waited for; one that is too far off is told instead"""
    def limited(seconds):
        def step(conn, request):
            reset = {"X-RateLimit-Reset": int((time.time() + seconds) * 1000)}
            return error(429, "slow down", reset)(conn, request)
        return step
    with Server(limited(0.4), ragged("openrouter/whole")) as server, at_openrouter(server) as box:
        ended(box.run("-n", "Hi"), 0, "four\n")
        waited = server.chats[1].at - server.chats[0].at
        truth(0.35 <= waited <= 5, f"it waited {waited} s")
    with Server(limited(3600)) as server, at_openrouter(server) as box:
        r = ended(box.run("-n", "Hi"), 5, "")
        holds(r.err, "slow down", "retry_max_wait")
        same(len(server.chats), 1)


@test
def keep_alives():
    """Comments while a provider thinks are no text and no end"""
    ping = b": OPENROUTER PROCESSING\n\n"
    chunks = [ping] * 50 + [event({"choices": [{"delta": {"content": "ok"}, "finish_reason": "stop"}]}), ping, DONE]
    with Server(pieces(chunks)) as server, at_openrouter(server) as box:
        ended(box.run(*ONCE, "Hi"), 0, "ok\n", "")


@test
def models():
    """The list has exact prices and windows; what is unknown is null"""
    with Server(body(200, {}), models=raw(capture("openrouter/models"))) as server, at_openrouter(server) as box:
        listed = {m["id"]: m for m in json.loads(ended(box.run("models", "-p", "openrouter", "--json"), 0).out)}
        same(len(listed), 60)
        nano, router = listed["openai/gpt-5-nano"], listed["openrouter/pareto-code"]
        same([nano[k] for k in ("context", "max_output", "price_input", "price_output", "price_cached")],
             [400000, None, "0.05", "0.4", "0.01"])
        same([router[k] for k in ("context", "max_output", "price_input", "price_output")], [2000000, None, None, None])
        same(listed["openai/gpt-oss-20b:free"]["price_input"], "0")


@test
def prices_listed():
    """A list that was asked for prices the turns of a day, by its exact decimals; a variant by the model it is one of"""
    with Server(reply("hi", usage=(1000, 100)), models=raw(capture("openrouter/models"))) as server, at_openrouter(server) as box:
        def paid(*args):
            done = json.loads(ended(box.run(*ONCE, "--json", "Hi", *args), 0).out)
            return done["cost"], done["cost_source"]
        same(paid(), (None, None))
        ended(box.run("models"), 0)
        same(paid(), ("0.00009", "models"))
        same(paid("-m", "openai/gpt-5-nano:nitro"), ("0.00009", "models"))
        same(paid("-m", "nobody/knows"), (None, None))
        same(paid("-o", "price_input=1", "-o", "price_output=1"), ("0.0011", "user"))
        same(len([r for r in server.requests if r.path.endswith("/models")]), 1)
        [path] = glob.glob(box.home + "/.cache/hobnob/models/*")
        same(os.stat(path).st_mode & 0o777, 0o600)
        text = open(path, encoding="utf-8").read()
        head, rest = text.split("\n", 1)
        for spoilt in (re.sub(r" 2 \d+ ", f" 2 {int(time.time() * 1000) - 86400001} ", head) + "\n" + rest, head.replace(" 2 ", " 3 ", 1) + "\n" + rest,
                       head.replace(server.url, "http://other") + "\n" + rest, text[:20], "", "\0" * 100):
            box.write(path, spoilt, 0o600)
            same(paid(), (None, None), spoilt[:60])


@test
def window_listed():
    """The list's window is what the conversation is trimmed to"""
    listing_ = {"data": [{"id": "openai/gpt-5-nano", "context_length": 600, "pricing": {"prompt": "-1", "completion": "-1"}}]}
    with Server(reply("hi"), models=body(200, listing_)) as server, at_openrouter(server) as box:
        ended(box.run("models"), 0)
        out = ended(box.run("-f", "jsonl", stdin='{"command":"/context"}\n'), 0).out
        same(json.loads(out)["data"]["window"], 600)
        ended(box.run(*ONCE, "word " * 2000), 7, "", re.compile("do not fit the window of 600"))
        same(len(server.chats), 0)


@test
def credits():
    """/stats credits tells what the key may still spend; a provider that cannot says so"""
    with Server(ragged("openrouter/key-limited"), body(401, {"error": {"message": "No auth", "code": 401}})) as server, at_openrouter(server) as box:
        r = ended(box.run("-i", "-f", "stdio", stdin="/stats credits\n/stats credits\n"), 0, "$7.4912345 left of $20, $12.5087655 used so far\n")
        holds(r.err, "No auth")
        same([r.path.rsplit("/", 1)[1] for r in server.requests], ["key", "key"])
        ended(box.run("-p", "mock", "-i", "-f", "stdio", stdin="/stats credits\n"), 0, "", "hobnob: mock cannot tell what is left\n")


@test_each([("more left than the limit", '{"limit":1,"limit_remaining":5,"usage":0.5}', "$1 left of $1, $0.5 used so far\n"),
            ("below nothing", '{"limit":1,"limit_remaining":-2,"usage":3}', "$0 left of $1, $3 used so far\n"),
            ("more than can be counted", '{"limit":1e30,"limit_remaining":9223372.036854775807,"usage":1}', "what is left is not known, $1 used so far\n")])
def credits_that_cannot_be(data, out):
    """What a server cannot mean is put right or unknown"""
    with Server(body(200, f'{{"data":{data}}}'.encode())) as server, at_openrouter(server) as box:
        ended(box.run("-i", "-f", "stdio", stdin="/stats credits\n"), 0, out, "")


if __name__ == "__main__":
    main()
