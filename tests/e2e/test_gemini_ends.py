#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How replies of the provider gemini end: reasons, blocked prompts, errors, streams that are wrong, captures, Ctrl-C, its key."""
import json
import os
import re
import threading

import gemini_server as g
from gemini_rules import DUMMY
from gemini_server import clean, contents, relayed
from hob import DATA, ended, holds, lacks, lines_of, main, same, test, test_each, truth
from server import close, end, event, hang, head, pieces, raw, reset

QUICK = ("-o", "retry_max_wait=1ms")  # a wait is random below that
CANARY = "AIza-canary-0123456789abcdef"
NOW = {"name": "now", "description": "", "schema": {"type": "object", "properties": {}}}
USER, ASSISTANT, TOOL = 2, 3, 4


# ---- how replies end ---------------------------------------------------------------------------------

@test_each([(word, word, finish) for word, finish in [
    ("STOP", "stop"), ("MAX_TOKENS", "length"), ("CONTINUATION", "length"), ("SAFETY", "content_filter"), ("RECITATION", "content_filter"),
    ("BLOCKLIST", "content_filter"), ("PROHIBITED_CONTENT", "content_filter"), ("SPII", "content_filter"), ("IMAGE_SAFETY", "content_filter"),
    ("IMAGE_PROHIBITED_CONTENT", "content_filter"), ("IMAGE_RECITATION", "content_filter"), ("ESCALATION", "content_filter"),
    ("MODEL_ARMOR", "content_filter"), ("LANGUAGE", "unknown"), ("OTHER", "unknown"), ("NO_IMAGE", "unknown"), ("IMAGE_OTHER", "unknown"),
    ("SOMETHING_NEW", "unknown")]])
def finishes(word, finish):
    """Each of the server's reasons has one of hobnob's"""
    with g.Gemini(g.answer(g.chunk(g.text("ok")), g.chunk(finish=word, message="Because."))) as server, g.at_server(server) as box:
        r = ended(box.run("-n", "--json", "Hi"), 0)
        (done,) = lines_of(r.out)
        same((done["text"], done["finish"]), ("ok", finish))
        same("Because." in r.err, finish != "stop")


@test_each([("a call that is not valid", "MALFORMED_FUNCTION_CALL", "protocol", 1, 3, "the model called a tool in a form that is not valid, MALFORMED_FUNCTION_CALL: print(x)"),
            ("a call of nothing", "UNEXPECTED_TOOL_CALL", "protocol", 1, 3, "the model called a tool that it was not offered, UNEXPECTED_TOOL_CALL: print(x)"),
            ("too many calls", "TOO_MANY_TOOL_CALLS", "protocol", 1, 1, "the model called too many tools, TOO_MANY_TOOL_CALLS: print(x)"),
            ("a reply that is not valid", "MALFORMED_RESPONSE", "protocol", 1, 3, "the model's reply is not valid, MALFORMED_RESPONSE: print(x)"),
            ("a signature that is missing", "MISSING_THOUGHT_SIGNATURE", "bad_request", 7, 1, "a call of a tool has lost its thought signature, "),
            ("an account", "PUP_LIMITED_DISABLED", "permission", 4, 1, "the account is limited or disabled by the service's policy, ")])
def fails_at_the_end(word, kind, status, asked, said):
    """What is not a reply is an error, in the server's words too; what may succeed the next time is asked again"""
    with g.Gemini(g.answer(g.chunk(finish=word, message="print(x)"))) as server, g.at_server(server) as box:
        r = ended(box.run("-n", *QUICK, "--json", "Hi"), status)
        (told,) = lines_of(r.out)
        same((told["event"], told["kind"], len(server.requests)), ("error", kind, asked))
        holds(told["message"], said)


@test
def asks_with_a_signature():
    """A reply that ended because a signature is missing is asked for again with a word that stands for one"""
    call = {"type": 5, "id": "c1", "name": "now", "data": "{}"}
    messages = [{"role": USER, "text": "when?"}, {"role": ASSISTANT, "parts": [call]}, {"role": TOOL, "parts": [{"type": 6, "id": "c1", "name": "now", "data": "9"}]}]
    with g.Gemini(g.answer(g.chunk(finish="MISSING_THOUGHT_SIGNATURE")), g.reply("ok")) as server, g.at_server(server) as box:
        (told,) = relayed(box, {"tools": [NOW], "stream": True, "messages": messages})
        same(told[-2].get("text"), "ok")
        same(contents(server)[1][1][0]["thoughtSignature"], DUMMY)


@test_each([("streamed", ()), ("whole", ("--no-stream",))])
def is_blocked(how):
    """A prompt that is blocked says so, with the reason; it is not asked again"""
    with g.Gemini(g.answer(g.blocked("PROHIBITED_CONTENT"))) as server, g.at_server(server) as box:
        r = ended(box.run("-n", *how, "Hi"), 1, "")
        same(r.err, "hobnob: prompt blocked: PROHIBITED_CONTENT\n")
        (told,) = lines_of(ended(box.run("-n", "--json", *how, "Hi"), 1).out)
        same((told["kind"], told["partial"], len(server.requests)), ("content_filter", "", 2))


@test
def says_nothing():
    """A reply that ends well and is empty says so; one whose tokens all went to thinking says that"""
    with g.Gemini(g.answer(g.chunk(finish="STOP")), g.answer(g.chunk(g.thought("Hm.")), g.chunk(finish="MAX_TOKENS", used=g.usage(7, None, 90)))) as server, \
            g.at_server(server) as box:
        r = ended(box.run("-i", stdin="a\nb\n"), 0)
        holds(r.err, "the reply is empty", "reasoning")
        clean(server, 2)


# ---- errors ------------------------------------------------------------------------------------------

INTERNAL = (500, "INTERNAL", "An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting")
EXHAUSTED = "You exceeded your current quota, please check your plan and billing details."
NO_MODEL = "models/x is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models."
BUSY = "This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later."


@test_each([
    ("a key that is not valid", g.BAD_KEY, "auth", 4, 1, "API key not valid"),
    ("a key that expired", (400, "INVALID_ARGUMENT", "API key expired. Please renew the API key.", g.rpc("ErrorInfo", reason="API_KEY_INVALID")), "auth", 4, 1,
     "API key expired"),
    ("a key that expired, in words alone", (400, "INVALID_ARGUMENT", "API key expired. Please renew the API key."), "auth", 4, 1, "API key expired"),
    ("a token", (401, "UNAUTHENTICATED", "Request had invalid authentication credentials."), "auth", 4, 1, "invalid authentication"),
    ("a place", (400, "FAILED_PRECONDITION", "User location is not supported for the API use."), "permission", 4, 1, "User location"),
    ("a right", (403, "PERMISSION_DENIED", "Your API key was reported as leaked. Please use another API key."), "permission", 4, 1, "reported as leaked"),
    ("no service", (403, "PERMISSION_DENIED", "Generative Language API has not been used in project 1 before or it is disabled.",
                    g.rpc("ErrorInfo", reason="SERVICE_DISABLED")), "permission", 4, 1, "has not been used"),
    ("a model", (404, "NOT_FOUND", NO_MODEL), "not_found", 7, 1, "models/x is not found"),
    ("a day's quota", (429, "RESOURCE_EXHAUSTED", EXHAUSTED, *g.quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "0.01s")), "quota", 5, 1,
     "You exceeded your current quota"),
    ("a minute's quota", (429, "RESOURCE_EXHAUSTED", EXHAUSTED, *g.quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "0.01s")),
     "rate_limited", 5, 3, "You exceeded your current quota"),
    ("a long minute", (429, "RESOURCE_EXHAUSTED", EXHAUSTED, *g.quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "34.4s")),
     "rate_limited", 5, 1, "You exceeded your current quota"),
    ("a rate without details", (429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."), "rate_limited", 5, 3, "Resource has been exhausted"),
    ("much to do", (503, "UNAVAILABLE", BUSY), "unavailable", 6, 3, "high demand"),
    ("trouble", INTERNAL, "unavailable", 6, 3, "An internal error"),
    ("a deadline", (504, "DEADLINE_EXCEEDED", "The request timed out. Please try again."), "unavailable", 6, 3, "timed out"),
    ("a prompt", (400, "INVALID_ARGUMENT", "The input token count (1196265) exceeds the maximum number of tokens allowed (1048575)."), "context_too_long", 7, 1,
     "1196265"),
    ("an argument", (400, "INVALID_ARGUMENT", "Request contains an invalid argument."), "bad_request", 7, 1, "invalid argument"),
    ("a member", (400, "INVALID_ARGUMENT", 'Invalid JSON payload received. Unknown name "topX": Cannot find field.'), "bad_request", 7, 1, 'Unknown name "topX"'),
])
def reports_errors(problem, kind, status, asked, said):
    """Each error has its kind, its status, and is asked again where that helps; whole and streamed, as one or in a list"""
    as_list = g.body(problem[0], [g.problem(*problem)])
    for step, how in ((g.fail(*problem), ()), (g.fail(*problem), ("--no-stream",)), (as_list, ())):
        with g.Gemini(step) as server, g.at_server(server) as box:
            (told,) = lines_of(ended(box.run("-n", "-o", "retry_max_wait=1s", *QUICK[:1], "retry_max_wait=100ms", "--json", *how, "Hi"), status).out)
            same((told["event"], told["kind"], told["status"], len(server.requests)), ("error", kind, problem[0], asked))
            holds(told["message"], said)


@test
def waits_as_told():
    """A minute's quota names its wait, and hobnob keeps to it"""
    quota = g.quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "0.25s")
    with g.Gemini(g.fail(429, "RESOURCE_EXHAUSTED", EXHAUSTED, *quota), g.reply("ok")) as server, g.at_server(server) as box:
        r = ended(box.run("-n", "Hi"), 0, "ok\n")
        same(r.err, "hobnob: rate_limited (HTTP 429); retry 1 in 0.250 s\n")
        truth(server.requests[1].at - server.requests[0].at >= 0.25, "it did not wait")


@test
def breaks_off():
    """An error within a stream keeps what came; one before it is asked again"""
    steps = [g.answer(g.problem(503, "UNAVAILABLE", "busy")), g.answer(g.chunk(g.text("Half")), g.problem(*INTERNAL))]
    with g.Gemini(*steps) as server, g.at_server(server) as box:
        (told,) = lines_of(ended(box.run("-n", *QUICK, "--json", "Hi"), 6).out)
        same((told["kind"], told["partial"], len(server.requests)), ("unavailable", "Half", 2))


# ---- the wire ------------------------------------------------------------------------------------------

SSE = {"Content-Type": "text/event-stream"}


def events(*parts):
    """The bytes of a stream that ends by the connection's end."""
    return raw(head(200, SSE) + b"".join(p if isinstance(p, bytes) else event(p) for p in parts))


def array(*documents, kind="application/json"):
    """A stream without events: an array."""
    data = b"[" + b",\r\n".join(json.dumps(d).encode() for d in documents) + b"\n]"
    return raw(head(200, {"Content-Type": kind, "Content-Length": len(data)}) + data)


FINE = [g.chunk(g.text("Fi")), g.chunk(g.text("ne."), finish="STOP")]
HALVES = [b'data: {"candidates":[{"content":{"parts":[{"text":"a\\ud83d"}]}}]}\n\n',
          b'data: {"candidates":[{"content":{"parts":[{"text":"\\ude00b"}]},"finishReason":"STOP"}]}\n\n']


@test_each([
    ("an array", array(*FINE), "Fine.", None, 0, 1), ("an array that calls itself a stream", array(*FINE, kind="text/event-stream"), "Fine.", None, 0, 1),
    ("an error in an array", array(g.problem(503, "UNAVAILABLE", "busy")), "", "unavailable", 6, 3),
    ("comments, pings and unknown events", events(b": x\n\n", FINE[0], b"event: ping\ndata: {}\n\n", b"data: hello\n\n", {"metadata": {"x": 1}}, FINE[1]), "Fine.", None, 0, 1),
    ("a character in halves", events(*HALVES), "a😀b", None, 0, 1),
    ("null and strange types", events({"candidates": None}, {"candidates": [{"content": None}]}, {"candidates": [{"content": {"parts": [None, 7, {}]}}]},
                                      {"usageMetadata": []}, *FINE), "Fine.", None, 0, 1),
    ("another candidate", events(FINE[0], {"candidates": [{"index": 1, "content": {"parts": [{"text": "no"}]}, "finishReason": "STOP"}]}, FINE[1]), "Fine.", None, 0, 1),
    ("an end that is not one", events(g.chunk(g.text("Fi"), finish="FINISH_REASON_UNSPECIFIED"), FINE[1]), "Fine.", None, 0, 1),
    ("a reset after the end", pieces([event(d) for d in FINE], whole=False, then="reset"), "Fine.", None, 0, 1),
    ("no end", events(FINE[0]), "Fi", "truncated", 1, 1), ("a cut event", events(FINE[0], event(FINE[1])[:-30]), "Fi", "truncated", 1, 1),
    ("a body cut off", pieces([event(FINE[0])], whole=False), "Fi", "truncated", 1, 1),
    ("a reset within it", pieces([event(FINE[0])], whole=False, then="reset"), "Fi", "network", 6, 1),
    ("broken JSON", events(FINE[0], b'data: {"candidates": [{]\n\n'), "Fi", "protocol", 1, 1),
    ("no answer", close(), "", "network", 6, 3), ("a reset before it", reset(), "", "network", 6, 3),
    ("nothing in it", events(), "", "protocol", 1, 1), ("a page", g.body(200, b"<html><title>Login</title></html>"), "", "protocol", 1, 1),
    ("words", g.body(200, b"Hello there"), "", "protocol", 1, 1), ("a page of a gateway", g.body(502, b"<html><title>Bad Gateway</title></html>"), "", "unavailable", 6, 3),
    ("another API's reply", g.body(200, {"choices": [{"message": {"content": "no"}, "finish_reason": "stop"}]}), "", "protocol", 1, 1),
    ("an error in a 200", g.body(200, g.problem(*g.BAD_KEY)), "", "auth", 4, 1),
])
def reads(step, text, kind, status, asked):
    """What servers get wrong: what is shown, what is kept, the kind, how often it was asked"""
    with g.Gemini(step) as server, g.at_server(server) as box:
        (told,) = lines_of(ended(box.run("-n", *QUICK, "--json", "Hi"), status).out)
        same((told.get("kind"), told["partial"] if kind else told["text"], len(server.requests)), (kind, text, asked), told)


@test
def reads_in_pieces():
    """A stream of any cut is the same reply"""
    data = head(200, SSE) + b"".join(event(d) for d in (g.chunk(g.thought("Hm—")), g.chunk(g.text("naïve 你好 🚀"), finish="STOP")))
    with g.Gemini(raw(data, split=1), raw(data, split=7)) as server, g.at_server(server) as box:
        for _ in range(2):
            ended(box.run("-n", "Hi"), 0, "naïve 你好 🚀\n", "")


@test
def wrong_address():
    """A base that is another one says which is likelier"""
    with g.Gemini(g.reply("ok")) as server, g.at_server(server) as box:
        for tail in ("/v1beta/openai", "/v1beta/models"):
            r = ended(box.run("-n", "Hi", env={"GEMINI_BASE_URL": server.url + tail}), 7, "")
            holds(r.err, f"is base_url right? It is {server.url}{tail}; likelier is {server.url}\n")


@test_each([("before the reply", hang(), "timeout_first_token", ""), ("within it", pieces([event(FINE[0]), threading.Event()]), "timeout_idle", "Fi")])
def waits_no_longer(step, setting, text):
    """A server that says no more is left, and what came is kept"""
    with g.Gemini(step) as server, g.at_server(server) as box:
        (told,) = lines_of(ended(box.run("-n", "-o", setting + "=200ms", "--json", "Hi"), 6).out)
        same((told["kind"], told["partial"], len(server.requests)), ("timeout", text, 1))
        holds(told["message"], setting)


@test
def is_cancelled():
    """Ctrl-C keeps what came of a reply, and its signature"""
    seen = threading.Event()

    def half(conn, request):
        conn.sendall(head(200, SSE) + event(g.chunk(g.text("Half", "c2ln"))) + event(g.chunk(g.text(" of it"))))
        request.server.issued["c2ln"] = {"text": "Half"}
        seen.wait(30)
        return end(conn, "close")
    with g.Gemini(half, g.reply("ok")) as server, g.at_server(server) as box:
        running = box.start("-n", "Hi")
        running.close()
        running.expect("Half of it")
        running.signal()
        r = running.end()
        seen.set()
        same((r.status, r.out), (-2, "Half of it\n"))
        ended(box.run("-n", "-c", "more"), 0, "ok\n", "")
        same(contents(server)[1], ("model", [{"text": "Half", "thoughtSignature": "c2ln"}, {"text": " of it"}]))


@test
def keeps_its_key():
    """A redirect is not followed, and the key goes nowhere else"""
    with g.Gemini(g.reply("no")) as other, g.Gemini(g.body(302, b"", {"Location": other.url + "/v1beta"})) as server, g.at_server(server) as box:
        ended(box.run("-n", "Hi"), 3, "", re.compile("base_url is wrong"))
        same(len(other.requests), 0)


@test
def hides_its_key():
    """A key that the server repeats is redacted, in messages and on the wire of -vv"""
    said = "API key not valid: " + CANARY
    with g.Gemini(g.fail(400, "INVALID_ARGUMENT", said, g.rpc("ErrorInfo", reason="API_KEY_INVALID")), key=CANARY) as server, g.at_server(server) as box:
        r = ended(box.run("-n", "-vv", "Hi", env={"GEMINI_API_KEY": CANARY}), 4, "")
        same(server.requests[0].headers["x-goog-api-key"], CANARY)
        lacks(r.err, CANARY, CANARY[:12])
        holds(r.err, "API key not valid: ")


# ---- captures --------------------------------------------------------------------------------------------

MOSS = 'Moss is grün: 你好 🚀 "quotes" \\ and\nnewline.'


@test_each([(f"{name}, {split}", name, size, *row) for name, *row in [
    ("aimock-gemini-stream", 0, "done", MOSS, "stop"), ("aimock-gemini-nonstream", 0, "done", MOSS, "stop"),
    ("aimock-gemini-calls", 0, "done", "", "tool_calls"), ("aimock-gemini-429", 5, "error", "", "rate_limited"),
] for split, size in (("whole", 0), ("byte by byte", 1))])
def replays(name, size, status, outcome, text, word):
    """What other servers of this API have sent, byte for byte"""
    with open(os.path.join(DATA, "captures", name + ".raw"), "rb") as f:
        step = raw(f.read(), size)
    with g.Gemini(step) as server, g.at_server(server) as box:
        (told,) = lines_of(ended(box.run("-n", "-o", "retries=0", "--json", "Hi"), status).out)
        same((told["event"], told.get("text", told.get("partial")), told.get("finish", told.get("kind"))), (outcome, text, word))


if __name__ == "__main__":
    main()
