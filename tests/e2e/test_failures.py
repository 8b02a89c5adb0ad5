#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What servers get wrong, a row a case: the bytes, what is shown, what is kept, the kind, the exit status, how often it was asked."""
import gzip
import json
import os
import random
import re
import subprocess

from http2 import CANCEL, INTERNAL_ERROR, NO_ERROR, REFUSED_STREAM, Server2, answer, goaway, rst
from hob import SRC, Box, Skip, at_server, ended, holds, lacks, main, same, test, test_each, truth
from secure import CERTIFICATE
from server import DONE, Server, close, counts, event, head, pieces, raw, reply, reset, stream

SSE = {"Content-Type": "text/event-stream"}
QUICK = ("-o", "retry_max_wait=1ms")  # a wait is random below that


class Case:  # pylint: disable=too-many-instance-attributes
    """One row. steps: what is answered, in turn; a list of events is a body that ends by the connection's end, with its head.
    out: the reply's text, or the part of it that is kept. err: a pattern for stderr. kind: None is a reply. asked: requests."""

    def __init__(self, name, *steps, out="", err=None, kind=None, asked=1, http=None, finish="stop", args=QUICK):
        self.name, self.steps, self.out, self.err, self.kind = name, steps, out, err, kind
        self.asked, self.http, self.finish, self.args = asked, http, finish, args


EXIT = {None: 0, "truncated": 1, "protocol": 1, "plugin": 1, "content_filter": 1, "output": 1, "usage": 2, "config": 3, "auth": 4,
        "permission": 4, "rate_limited": 5, "quota": 5, "network": 6, "timeout": 6, "unavailable": 6, "bad_request": 7, "not_found": 7,
        "context_too_long": 7, "over_limit": 8, "interrupted": 130}


def ragged(data, name):
    """Writes of one to 40 bytes, the same ones each time; in larger ones where there is much."""
    chance, most = random.Random(name), max(40, len(data) // 400)

    def step(conn, _):
        at = 0
        while at < len(data):
            size = chance.randint(1, most)
            conn.sendall(data[at:at + size])
            at += size
        return False
    return step


def served(case, split):
    """The steps of a case; split: in pieces."""
    steps = []
    for step in case.steps:
        if isinstance(step, list):
            step = head(200, SSE) + b"".join(step)
        if isinstance(step, bytes):
            step = ragged(step, case.name) if split else raw(step)
        steps.append(step)
    return steps


def cases(rows):
    """The rows as test_each takes them."""
    return [(case.name, case) for case in rows]


def check(case):
    """What a person is shown by one run, and what a program is told by another at the same time, whose answer comes in pieces."""
    with Server(*served(case, False)) as server, Server(*served(case, True)) as other, at_server(server) as box:
        running = [box.start("-n", *case.args, *more, "Hi", env={"OPENAI_BASE_URL": url}, stdin=subprocess.DEVNULL)
                   for more, url in (((), server.url), (("--json",), other.url))]
        shown, told = [ended(r.end(), EXIT[case.kind]) for r in running]
        same(shown.out, case.out + ("\n" if case.out or not case.kind else ""), shown)
        truth(re.search(case.err or "", shown.err), f"no {case.err!r} in stderr\n{shown}")
        lacks(shown.err, "\x1b", "<")
        same([len(server.chats), len(other.chats)], [case.asked] * 2, f"{shown}\n{told}")
        check_told(case, json.loads(told.out))


def check_told(case, got):
    """The closing object."""
    if case.kind:
        same([got["event"], got["kind"], got["partial"]], ["error", case.kind, case.out])
        truth(got["message"], got)
    else:
        same([got["event"], got["text"], got["finish"]], ["done", case.out, case.finish])
    if case.http is not None:
        same(got["status"], case.http)


def delta(text, **more):
    """A chunk whose delta is exactly this."""
    return event({"choices": [{"index": 0, "delta": text, **more}]})


def ended_by(reason="stop"):
    """The chunk that ends a reply."""
    return delta({}, finish_reason=reason)


FINE = [delta({"content": "Fi"}), delta({"content": "ne."}), ended_by(), DONE]
HALF = [delta({"content": "Half"}), delta({"content": " of it"})]
WHOLE = {"choices": [{"message": {"role": "assistant", "content": "Fine."}, "finish_reason": "stop"}]}


def sse(*parts):
    """The bytes of a stream that ends by the connection's end."""
    return head(200, SSE) + b"".join(parts)


def document(data, status=200, headers=None):
    """The bytes of an answer in one piece."""
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return head(status, {"Content-Length": len(data), **(headers or {})}) + data


def squeezed(data, cut=None, coding="gzip"):
    """A compressed stream, cut there."""
    return head(200, {**SSE, "Content-Encoding": coding}) + gzip.compress(data)[:cut]


def chunked(*parts, last=b"0\r\n\r\n"):
    """A chunked stream, each part a chunk; last: how it ends."""
    return head(200, {**SSE, "Transfer-Encoding": "chunked"}) + b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in parts) + last


# ---- streams that are tolerated --------------------------------------------------------------------

def with_lines(end_of_line):
    """A stream whose lines end so."""
    return sse(b": x\n\n", *FINE).split(b"\r\n\r\n", 1)[1].replace(b"\n", end_of_line)


TOLERATED = [
    Case("a character in halves", sse(*stream(["naïve 你好 🚀"])), out="naïve 你好 🚀"),
    Case("a surrogate pair in two deltas", sse(b'data: {"choices":[{"delta":{"content":"a\\ud83d"}}]}\n\n',
                                               b'data: {"choices":[{"delta":{"content":"\\ude00b"}}]}\n\n', DONE), out="a😀b",
         finish="unknown"),
    Case("bytes that are no UTF-8", sse(b'data: {"choices":[{"delta":{"content":"a\xff\xc3b"}}]}\n\n', DONE), out="a��b", finish="unknown"),
    Case("lines that end in CR LF", sse(with_lines(b"\r\n")), out="Fine."),
    Case("lines that end in CR", sse(with_lines(b"\r")), out="Fine."),
    Case("a BOM in front", sse(b"\xef\xbb\xbf", *FINE), out="Fine."),
    Case("a field without a space, and one with a tab", sse(*FINE).replace(b"data: {", b"data:{", 1).replace(b"data: {", b"data:\t{", 1),
         out="Fine."),
    Case("a chunk's end inside a line", chunked(*[p[i:i + 7] for p in FINE for i in range(0, len(p), 7)]), out="Fine."),
    Case("comments and pings", sse(b": OPENROUTER PROCESSING\n\n", b":\n\n" * 9, FINE[0], b": ping - 2025-01-01\r\n\r\n", *FINE[1:]),
         out="Fine."),
    Case("no [DONE]", sse(*FINE[:-1]), out="Fine."),
    Case("no finish reason", sse(*FINE[:2], DONE), out="Fine.", finish="unknown"),
    Case("[DONE] without an end of line", sse(*FINE[:-1], b"data: [DONE]"), out="Fine."),
    Case("[DONE] with spaces", sse(*FINE[:-1], b"data:   [DONE]  \n\n"), out="Fine."),
    Case("data behind [DONE]", sse(*FINE, *HALF, DONE, b'data: {"error":{"message":"late"}}\n\n'), out="Fine."),
    Case("a reset behind [DONE]", pieces(FINE, whole=False, then="reset"), out="Fine."),
    Case("a chunked body cut behind [DONE]", chunked(*FINE, last=b""), out="Fine."),
    Case("a chunked body cut behind the reason", chunked(*FINE[:-1], last=b""), out="Fine."),
    Case("usage on every chunk", sse(delta({"content": "Fine."}), *[event({"choices": [], "usage": counts(7, i)}) for i in (1, 2, 3)],
                                     event({"choices": [], "usage": None}), event({"choices": [], "usage": {}}), ended_by(), DONE),
         out="Fine."),
    Case("empty choices first and last", sse(event({"choices": [], "prompt_filter_results": [{}], "id": "", "model": ""}), *FINE[:-1],
                                             event({"choices": [], "usage": counts(7, 3)}), DONE), out="Fine."),
    Case("null wherever it can be", sse(event({"choices": None}), delta(None), delta({"content": None, "role": None, "tool_calls": None}),
                                        event({"choices": [{"delta": {"content": "Fine."}}]}), ended_by(), DONE), out="Fine."),
    Case("several answers in turn", sse(*[event({"choices": [{"index": i, "delta": {"content": t}}]})
                                          for i, t in ((0, "Fi"), (1, "No"), (7, "Never"), (0, "ne."), (1, "pe"))], ended_by(), DONE),
         out="Fine."),
    Case("text with the reason and behind it", sse(delta({"content": "Fi"}, finish_reason="stop"), delta({"content": "ne."}), DONE),
         out="Fine."),
    Case("values of another type", sse(delta({"content": 5, "refusal": [1], "reasoning": {}}), *FINE), out="Fine."),
    Case("noise that is no JSON", sse(event(b"ping"), b"data:\n\n", FINE[0], event(b"tick"), *FINE[1:]), out="Fine."),
    Case("unknown fields and events", sse(b"event: x\nid: 1\nretry: 5\nfoo: bar\n\n", *FINE), out="Fine."),
    Case("an obfuscated stream", sse(*[p.replace(b'{"choices"', b'{"obfuscation":"r4N7vQ2m","service_tier":"flex","choices"')
                                       for p in FINE]), out="Fine."),
    Case("JSON where a stream was asked for", document(WHOLE), out="Fine."),
    Case("JSON called a stream", document(WHOLE, headers=SSE), out="Fine."),
    Case("JSON behind empty lines", document(b"\n\n \n" + json.dumps(WHOLE).encode()), out="Fine."),
    Case("JSON with [DONE] behind it", document(json.dumps(WHOLE).encode() + b"data: [DONE]\n\n"), out="Fine."),
    Case("a stream called text", sse(*FINE).replace(b"text/event-stream", b"text/plain"), out="Fine."),
    *[Case(f"the finish reason {repr(why)[:20]}", sse(delta({"content": "Fine."}), ended_by(why), DONE), out="Fine.", finish="unknown",
           err=re.escape(f'the server ended the reply with "{word}": it may not be whole'))
      for why, word in ((7, "7"), (True, "true"), ("", "(empty)"), ({"type": "gone"}, '{"type":"gone"}'), ("x" * 1000, "x" * 60 + "…"))],
    Case("an empty finish reason until the end", sse(delta({"content": "Fine."}, finish_reason=""), ended_by(), DONE), out="Fine.", err="^$"),
    Case("an empty finish reason to the end", sse(delta({"content": "Fine."}, finish_reason=""), ended_by(""), DONE), out="Fine.",
         finish="unknown", err="^$"),
    Case("an empty reply", sse(ended_by(), DONE), out=""),
    Case("early hints in front", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + sse(*FINE), out="Fine."),
    Case("a gzip stream", squeezed(b"".join(FINE)), out="Fine."),
    Case("a gzip stream without its trailer", squeezed(b"".join(FINE), -8), out="Fine."),
    Case("a filtered reply", sse(*HALF, ended_by("content_filter"), DONE), out="Half of it", finish="content_filter"),
    Case("ten thousand tiny deltas", sse(*[delta({"content": "ab"})] * 10_000, ended_by(), DONE), out="ab" * 10_000),
]


@test_each(cases(TOLERATED))
def tolerated(case):
    """Whole, and shown"""
    check(case)


# ---- one server after the other ----------------------------------------------------------------------

AZURE = [event({"choices": [], "created": 0, "id": "", "model": "", "object": "", "prompt_filter_results": [
             {"prompt_index": 0, "content_filter_results": {"hate": {"filtered": False}}}]}),
         delta({"content": "Fine."}, content_filter_results={"hate": {"filtered": False}}),
         event({"choices": [{"index": 0, "content_filter_offsets": {"check_offset": 1}, "content_filter_results": {}}]}),
         ended_by(), DONE]
THINKING = [delta({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}]}),
            delta({"content": [{"type": "text", "text": "Fine."}]}), ended_by(), DONE]
SERVERS = [
    Case("Azure", AZURE, out="Fine."),
    Case("Azure, a filter's error without text", [event({"choices": [{"index": 0, "delta": {}, "content_filter_result": {
        "error": {"code": "content_filter_error", "message": "m"}}}]}), *FINE], out="Fine."),
    Case("Azure, prompt refused", document({"error": {"message": "filtered", "type": None, "param": "prompt", "code": "content_filter",
                                                      "status": 400}}, 400), kind="content_filter", http=400, err="filtered"),
    Case("Ollama", [delta({"role": "assistant", "content": "Fine."}), delta({"content": ""}), ended_by(),
                    event({"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}}), DONE], out="Fine."),
    Case("Ollama, swallowed failure", [*HALF, event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""},
                                                                  "finish_reason": None}]})], out="Half of it", kind="truncated"),
    Case("Ollama, no such model", document({"error": {"message": "model 'x' not found", "type": "not_found_error", "param": None,
                                                      "code": None}}, 404), kind="not_found", http=404, err="model 'x' not found"),
    Case("llama.cpp", [delta({"role": "assistant", "content": None}), b":\n\n", FINE[0], b":\n\n", FINE[1],
                       delta({}, finish_reason="stop", timings={"predicted_n": 1}), b"data: [DONE]\n"], out="Fine."),
    Case("llama.cpp, error without [DONE]", [*HALF, event({"error": {"code": 500, "message": "slot", "type": "server_error"}})],
         out="Half of it", kind="unavailable", err="slot"),
    Case("llama.cpp, loading", document({"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}, 503), [*FINE],
         out="Fine.", asked=2, err="unavailable \\(HTTP 503\\); retry 1"),
    Case("vLLM", [delta({"role": "assistant", "content": ""}), delta({"reasoning": "hm"}),
                  delta({"content": "Fine."}, finish_reason="stop", stop_reason=None, token_ids=[1]), DONE], out="Fine."),
    Case("vLLM, error and [DONE]", [*HALF, event({"error": {"message": "no", "type": "InternalServerError", "param": None, "code": 500}}),
                                    DONE], out="Half of it", kind="unavailable"),
    Case("vLLM, flat error", document({"object": "error", "message": "no good", "type": "BadRequestError", "param": None, "code": 400}, 400),
         kind="bad_request", http=400, err="no good"),
    Case("SGLang", [delta({"role": None, "content": None, "reasoning_content": "2", "tool_calls": None}, matched_stop=None), *FINE],
         out="Fine."),
    Case("LM Studio, error event", [*HALF, b"event: error\n" + event({"error": {"message": "Compute error."}, "message": "Compute error."})],
         out="Half of it", kind="protocol", err="Compute error\\."),
    Case("LM Studio, too long in a 200", [b"event: error\n" + event({"error": {"message": (
        "Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 "
        "tokens, which is not enough.")}})], kind="context_too_long", err="4096"),
    Case("LM Studio, silent and empty", [], kind="protocol", err="empty response"),
    Case("Groq", [event({"x_groq": {"id": "req_1"}, "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]}),
                  delta({"reasoning": "hm"}), FINE[0], FINE[1], event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
                                                                     "x_groq": {"usage": {**counts(7, 3), "queue_time": 0.1}}}), DONE],
         out="Fine."),
    Case("Groq, rate limit", document({"error": {"message": "Rate limit reached", "type": "tokens", "code": "rate_limit_exceeded"}}, 429),
         kind="rate_limited", asked=3, http=429, err="Rate limit reached"),
    Case("Mistral", THINKING, out="Fine."),
    Case("Mistral, an object for a message", document({"object": "error", "message": {"detail": [{"type": "missing", "loc": ["body"],
        "msg": "Field required"}]}, "type": "invalid_request_error", "param": None, "code": None}, 422), kind="bad_request", http=422,
         err="Field required"),
    Case("Mistral, a detail alone", document({"detail": "Not Found"}, 404), kind="not_found", err="Not Found"),
    Case("Mistral, a message alone", document({"message": "Unauthorized", "request_id": "x"}, 401), kind="auth", err="Unauthorized"),
    Case("Mistral, a number for a code", document({"object": "error", "message": "no", "type": "x", "code": "3001"}, 400),
         kind="bad_request", err="no"),
    Case("DeepSeek", b"".join([head(200, SSE), b": keep-alive\n\n" * 3, delta({"content": None, "reasoning_content": "hm"}), *FINE]),
         out="Fine."),
    Case("DeepSeek, no balance", document({"error": {"message": "Insufficient Balance", "type": "unknown_error", "code": "invalid"}}, 402),
         kind="quota", http=402, err="Insufficient Balance"),
    Case("DeepSeek, closed before it began", close(), close(), close(), kind="network", asked=3),
    Case("Together", [event({"choices": [{"index": 0, "text": t, "delta": {"content": t, "token_id": 1}, "finish_reason": f}], "usage": u})
                      for t, f, u in (("Fi", None, None), ("ne.", "eos", counts(7, 3)))] + [DONE], out="Fine."),
    Case("xAI", [*FINE[:2], ended_by(), event({"choices": [{"index": 0, "delta": {}}], "usage": counts(7, 3)}), event({"choices": []}), DONE],
         out="Fine."),
    Case("xAI, an empty 202", head(202, {"Content-Length": 0}), kind="protocol", http=202, err="empty response"),
    Case("Gemini", [event({"choices": [{"index": 0, "delta": {"content": "Fine."}}], "usage": counts(7, 3)}),
                    event({"choices": [{"index": 0, "finish_reason": "stop"}]})], out="Fine."),
    Case("Gemini, an array", document([{"error": {"code": 400, "message": "Invalid JSON payload", "status": "INVALID_ARGUMENT"}}], 400),
         kind="bad_request", http=400, err="Invalid JSON payload"),
    Case("Gemini, an array in a 200", document([{"error": {"code": 429, "message": "Quota", "status": "RESOURCE_EXHAUSTED"}}]),
         kind="rate_limited", asked=3, err="Quota"),
    Case("LiteLLM, usage without a number", [*FINE[:-1], event({"choices": [], "usage": {}}), DONE], out="Fine."),
    Case("LiteLLM, cut", chunked(*HALF, last=b""), out="Half of it", kind="truncated"),
    Case("LiteLLM, error without [DONE]", [*HALF, event({"error": {"message": "down", "type": None, "param": None, "code": "503"}})],
         out="Half of it", kind="unavailable", err="down"),
    Case("LiteLLM, a well-formed nothing", [event({"choices": [{"index": 0, "delta": {"role": "assistant"}}]}), ended_by(), DONE], out=""),
    Case("sse-starlette", sse(b": ping - 2025-06-01 10:00:00\r\n\r\n", *[p.replace(b"\n", b"\r\n") for p in FINE]), out="Fine."),
    Case("OpenRouter, a debug chunk first", [event({"choices": [], "debug": {"echo_upstream_body": {}}}), *FINE], out="Fine."),
]


@test_each(cases(SERVERS))
def servers(case):
    """A server's own way"""
    check(case)


# ---- errors by status and code ------------------------------------------------------------------------

def said(message, code=None, kind="invalid_request_error", param=None):
    """An error object as OpenAI sends it."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


TOO_LONG = "This model's maximum context length is 4097 tokens. However, you requested 4120 tokens (96 in the messages, 4024 in the completion)."
PAGE = b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>nginx</h1></body></html>"
QUOTA = ("insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded", "project_spend_limit_exceeded",
         "organization_usage_limit_exceeded")
ERRORS = [
    Case("400", document(said("Bad parameter", param="n"), 400), kind="bad_request", http=400, err="Bad parameter"),
    Case("400, too long", document(said(TOO_LONG, "context_length_exceeded", param="messages"), 400), kind="context_too_long", http=400,
         asked=3, err="4097"),
    Case("401", document(said("Incorrect API key provided: sk-...", "invalid_api_key"), 401), kind="auth", http=401, err="Incorrect API key"),
    Case("403", document(said("Country, region, or territory not supported", "unsupported_country_region_territory"), 403),
         kind="permission", http=403, err="territory not supported"),
    Case("404", document(said("The model `x` does not exist", "model_not_found"), 404), kind="not_found", http=404, err="hobnob models"),
    Case("408", document(said("timeout"), 408), FINE, out="Fine.", asked=2, err="HTTP 408"),
    Case("409", document(said("conflict"), 409), FINE, out="Fine.", asked=2, err="HTTP 409"),
    Case("413", document(b"Payload too large", 413), kind="bad_request", http=413, err="Payload too large"),
    Case("422", document(said("cannot"), 422), kind="bad_request", http=422, err="cannot"),
    Case("429", document(said("Slow", "rate_limit_exceeded", "requests"), 429), FINE, out="Fine.", asked=2, err="rate_limited"),
    Case("429, slow_down", document(said("Slow", "slow_down", "rate_limit_error"), 429), FINE, out="Fine.", asked=2),
    *[Case(f"429, {code}", document(said("You exceeded your current quota", code, "insufficient_quota"), 429), FINE, kind="quota", http=429,
           err="You exceeded your current quota") for code in QUOTA],
    Case("500", document(said("oops", None, "server_error"), 500), kind="unavailable", http=500, asked=3, err="oops"),
    Case("501", document(said("no"), 501), FINE, kind="unavailable", http=501),
    Case("503, overloaded", document(said("busy", "server_is_overloaded", "service_unavailable_error"), 503), FINE, out="Fine.", asked=2),
    Case("505", document(b"", 505), FINE, kind="unavailable", http=505),
    Case("520 with a page", document(PAGE, 520), kind="unavailable", http=520, asked=3, err="gateway: 502 Bad Gateway \\(HTTP 520\\)"),
    Case("524, then a reply", document(PAGE, 524), FINE, out="Fine.", asked=2),
    Case("529", document(said("Overloaded", None, "overloaded_error"), 529), FINE, out="Fine.", asked=2),
    Case("a page in a 200", document(PAGE), kind="protocol", http=200, err="gateway: 502 Bad Gateway \\(HTTP 200\\)"),
    Case("an error framed as an event", head(400, SSE) + event(said("framed")), kind="bad_request", http=400, err="framed"),
    Case("an error without a body", head(503, {"Content-Length": 0}), kind="unavailable", http=503, asked=3, err="HTTP 503"),
    Case("an error in a 200", document(said("no key", "invalid_api_key")), kind="auth", err="no key"),
    Case("an error in a 200 that may pass", document(said("busy", "server_error")), FINE, out="Fine.", asked=2),
    Case("an error in a 200 that says nothing", document({"error": {"message": "odd"}}), kind="protocol", err="odd"),
    Case("an error event first", [event(said("busy", "server_error"))], FINE, out="Fine.", asked=2),
    Case("an error event behind text", [*HALF, event(said("busy", "server_error")), DONE], FINE, out="Half of it", kind="unavailable",
         err="busy"),
    Case("an error event behind reasoning alone", [delta({"reasoning": "hm"}), event(said("busy", "server_error"))], FINE,
         kind="unavailable", err="busy"),
    Case("an error of a choice", [*HALF, event({"choices": [{"index": 0, "error": {"code": 502, "message": "gone", "metadata": {
        "provider_name": "P", "raw": {"retryable": True}}}}]})], out="Half of it", kind="unavailable", err="P"),
    Case("an error that is text", [*HALF, event({"error": "boom"})], out="Half of it", kind="protocol", err="boom"),
    Case("a reason that is an error", [*HALF, ended_by("error")], out="Half of it", kind="protocol"),
    Case("something else in a 200", document({"status": "ok"}), kind="protocol", err="holds no reply"),
    Case("an empty 200", document(b""), kind="protocol", http=200, err="empty response"),
    Case("comments alone", sse(b": x\n\n" * 50), kind="protocol", err="empty response"),
    Case("plain words", document(b"Ollama is running", headers={"Content-Type": "text/plain"}), kind="protocol", http=200,
         err="not a chat completion: Ollama is running\n  is base_url right\\?"),
    Case("plain words called a stream", sse(b"Down for maintenance:\n\nback at noon\n"), kind="protocol",
         err="Down for maintenance: back at noon\n  is base_url right\\?"),
    Case("an error without framing behind comments", sse(b": ping\n\n", json.dumps(said("no", "invalid_api_key")).encode()), kind="auth",
         err="no"),
    Case("an error without framing behind text", sse(*HALF, json.dumps(said("no", "invalid_api_key")).encode(), b"\n"), out="Half of it",
         kind="auth", err="no"),
    *[Case(f"a refused stream: {words}", document(words.encode(), status, {"Content-Type": "text/plain"}), document(WHOLE), out="Fine.",
           asked=2, err="^$") for status, words in ((400, "SSE is not supported"), (403, "Streaming responses are off for this deployment"),
                                                    (200, "Server-sent events are disabled"))],
    Case("words in another member, and [DONE]", sse(event({"message": "Forbidden"}), DONE), kind="permission", err="Forbidden"),
    Case("words in another member behind text", sse(*HALF, event({"ret": 1, "ret_msg": "The worker died"}), DONE), out="Half of it",
         kind="protocol", err="The worker died"),
    Case("an error event of plain words", sse(*HALF, b"event: error\n" + event(b"The upstream is overloaded"), DONE), out="Half of it",
         kind="unavailable", err="The upstream is overloaded"),
    Case("words of JSON", sse(event("The model is overloaded"), DONE), FINE, out="Fine.", asked=2, err="unavailable"),
    Case("noise and [DONE]", sse(event(b"upstream is tired"), DONE), kind="protocol", err="not a chat completion: upstream is tired"),
    Case("words behind text", sse(*HALF, event(b"upstream is tired")), out="Half of it", kind="truncated", err="last words: upstream is tired"),
    Case("usage alone", sse(event({"usage": counts(7, 3)})), kind="protocol", err="holds no reply"),
    Case("noise alone", sse(event(b"upstream is tired")), kind="protocol", err="upstream is tired"),
    Case("broken JSON first", sse(event(b'{"choices": [}')), FINE, kind="protocol", err="broken JSON"),
    Case("broken JSON behind text", sse(*HALF, event(b'{"choices": [}'), DONE), out="Half of it", kind="protocol", err="broken JSON"),
]


@test_each(cases(ERRORS))
def errors(case):
    """An error is told as what it is"""
    check(case)


# ---- what breaks ---------------------------------------------------------------------------------------

CUT = sse(*HALF, b'data: {"choices":[{"del')
BROKEN = [
    Case("the end without a reason", [*HALF], FINE, out="Half of it", kind="truncated", http=200),
    Case("the end inside an event", CUT, FINE, out="Half of it", kind="truncated"),
    Case("a chunked body cut", chunked(*HALF, last=b""), FINE, out="Half of it", kind="truncated"),
    Case("a body shorter than its length", document(b"".join(HALF)).replace(b"Content-Length: ", b"Content-Length: 9"), FINE,
         out="Half of it", kind="truncated"),
    Case("a gzip body cut", squeezed(b"".join(HALF), -8), FINE, out="Half of it", kind="truncated"),
    Case("a gzip body cut before any text", squeezed(b"".join(HALF), 12), FINE, kind="protocol"),
    Case("a reset behind text", pieces([*HALF, 0.03], whole=False, then="reset"), FINE, out="Half of it", kind="network"),
    Case("a reset behind the head", raw(head(200, SSE), then="reset"), FINE, kind="network"),
    Case("a reset before any answer", reset(), FINE, out="Fine.", asked=2, err="network"),
    Case("closed before any answer", close(), FINE, out="Fine.", asked=2, err="network"),
    Case("closed each time", close(), kind="network", asked=3),
    Case("cut inside the head", raw(b"HTTP/1.1 200 OK\r\nContent-Ty"), FINE, kind="truncated", err="broke off"),
    Case("compressed and not said so", head(200, SSE) + gzip.compress(b"".join(FINE)), FINE, kind="protocol"),
    Case("a compression that is none", head(200, {**SSE, "Content-Encoding": "gzip"}) + b"".join(FINE), FINE, kind="protocol",
         err="compression"),
    Case("a compression that nobody knows", squeezed(b"".join(FINE), coding="x-rot13"), FINE, kind="protocol", err="compression"),
    Case("what does not speak HTTP", raw(b"SSH-2.0-OpenSSH_9.2\r\n"), FINE, kind="protocol", err="does not speak HTTP"),
]


@test_each(cases(BROKEN))
def broken(case):
    """What breaks keeps what came"""
    check(case)


KEPT = [("nothing came", document(said("no"), 400), [("user", "Next")]),
        ("nothing came, by a broken connection", reset(), [("user", "Next")]),
        ("half a reply came", sse(*HALF), [("user", "Hi"), ("assistant", "Half of it"), ("user", "Next")]),
        ("half a reply came, then an error", sse(*HALF, event({"error": {"code": 503, "message": "m"}})),
         [("user", "Hi"), ("assistant", "Half of it"), ("user", "Next")]),
        ("an empty reply came", sse(ended_by(), DONE), [("user", "Next")])]


@test_each(KEPT)
def kept(step, messages):
    """The next request is well-formed, and /retry asks the same again"""
    for said_next, expected in (("Next", messages), ("/retry", [("user", "Hi")])):
        with Server(raw(step) if isinstance(step, bytes) else step, reply("Fine.")) as server, at_server(server) as box:
            r = ended(box.run("-i", "-o", "retries=0", stdin=f"Hi\n{said_next}\n"), 0)
            truth(r.out.endswith("Fine.\n"), r)
            same(server.chats[-1].messages, expected)
            same(len(server.chats), 2)


# ---- waiting and asking again ----------------------------------------------------------------------------

def later(headers):
    """An answer of 429 with these headers."""
    return document(said("slow down", "rate_limit_exceeded"), 429, headers)


# Headers; the wait that is told in ms; None: one at random, -1: none, it is not asked again.
WAITS = [("Retry-After 0", {"Retry-After": "0"}, None), ("-1", {"Retry-After": "-1"}, None), ("abc", {"Retry-After": "abc"}, None),
         ("a date that is past", {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, None), ("1e9", {"Retry-After": "1e9"}, None),
         ("a day", {"Retry-After": "86400"}, -1), ("a date far off", {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}, -1),
         ("too many digits", {"Retry-After": "9" * 40}, -1), ("nothing", {"Retry-After": ""}, None),
         ("a fraction", {"Retry-After": "0.03"}, 30), ("ms", {"retry-after-ms": "30"}, 30), ("ms with a fraction", {"retry-after-ms": "30.5"}, 30),
         ("ms before seconds", {"Retry-After": "7", "retry-after-ms": "30"}, 30),
         ("ms that say nothing", {"retry-after-ms": "soon", "Retry-After": "0.03"}, 30),
         ("the names in capitals", {"RETRY-AFTER-MS": "30"}, 30),
         ("limits of Azure", {"x-ratelimit-remaining-requests": "-1", "x-ratelimit-limit-tokens": "0", "x-ratelimit-reset-requests": "6m0s"},
          None)]


@test_each(WAITS)
def waits(headers, ms):
    """Retry-After is waited for exactly, unless it says nothing or too much"""
    with Server(raw(later(headers)), reply("Fine.")) as server, at_server(server) as box:
        r = box.run("-n", "-o", "retry_max_wait=50ms", "-v", "Hi")
        if ms == -1:
            ended(r, 5, "", re.compile("slow down"))
            holds(r.err, "retry_max_wait")
            return same(len(server.chats), 1)
        ended(r, 0, "Fine.\n")
        told = int(re.search(r"rate_limited \(HTTP 429\); retry 1 in 0\.(\d{3}) s", r.err).group(1))
        truth(told == ms if ms is not None else told <= 50, r)
        waited = (server.chats[1].at - server.chats[0].at) * 1000
        return truth(waited >= told - 1, f"it waited {waited} ms where {told} were told")


@test
def retries():
    """retries says how often it is asked again; 0 never"""
    for n in (0, 1, 3):
        with Server(raw(document(said("busy"), 503))) as server, at_server(server) as box:
            ended(box.run("-n", *QUICK, "-o", f"retries={n}", "Hi"), 6, "")
            same(len(server.chats), n + 1)


@test
def a_connection_that_has_gone():
    """A connection that the server closed when it was used again is replaced at once, which counts as no retry"""
    with Server(reply("One."), close(), reply("Two.")) as server, at_server(server) as box:
        ended(box.run("-i", "-o", "retries=0", stdin="a\nb\n"), 0, "One.\nTwo.\n", "")
        same([r.connection for r in server.chats], [1, 1, 2])


@test_each([(str(status), status) for status in (301, 302, 303, 307, 308)])
def redirects(status):
    """A redirect is told and not followed"""
    with Server(reply("No.")) as other:
        for location in (other.url, "/v2/chat/completions"):
            with Server(raw(document(b"<a>moved</a>", status, {"Location": location}))) as server, at_server(server) as box:
                r = ended(box.run("-n", "Hi"), 3, "")
                holds(r.err, location, "base_url")
                same([len(server.chats), len(other.requests)], [1, 0])


# ---- silence and size --------------------------------------------------------------------------------------

def endless(first, then):
    """Sends until nobody takes it."""
    def step(conn, _):
        conn.sendall(first)
        while True:
            conn.sendall(then)
    return step


SILENT = [
    Case("a stream of comments without end", endless(head(200, SSE), b": x\n\n" * 5000), kind="timeout", err="timeout_first_token",
         args=("-o", "timeout_first_token=150ms")),
    Case("comments without end behind text", endless(head(200, SSE) + b"".join(HALF), b": x\n\n" * 5000), out="Half of it",
         kind="timeout", err="timeout_first_token", args=("-o", "timeout_first_token=150ms")),
    Case("a byte now and then, and no event", pieces([b"data: {", *[0.01, b"x"] * 200], whole=False), kind="timeout",
         err="timeout_first_token", args=("-o", "timeout_first_token=150ms")),
    Case("a byte now and then behind text", pieces([*HALF, b"data: {", *[0.01, b"x"] * 200], whole=False), kind="timeout",
         out="Half of it", err="timeout_first_token", args=("-o", "timeout_first_token=150ms")),
    Case("silence behind the head", pieces([b": x\n\n", 1], whole=False), kind="timeout", err="timeout_idle",
         args=("-o", "timeout_idle=150ms")),
    Case("silence behind text", pieces([*HALF, 1], whole=False), out="Half of it", kind="timeout", err="timeout_idle",
         args=("-o", "timeout_idle=150ms")),
    Case("silence behind the reason", pieces([*FINE[:-1], 1], whole=False), out="Fine.", args=("-o", "timeout_idle=150ms")),
    Case("silence in an error's body", pieces([b'{"error":', 1], 500, whole=False), kind="unavailable", http=500,
         args=("-o", "timeout_idle=150ms", "-o", "retries=0")),
]


@test_each(cases(SILENT))
def silent(case):
    """A stall ends by its own time-out, and is not asked again"""
    check(case)


DEEP = b'{"choices":' + b"[" * 100_000
LARGE = [
    Case("an event without end", endless(head(200, SSE) + b"data: ", b"x" * 1_000_000), kind="protocol", err="too large"),
    Case("a body without end", endless(head(200, {}) + b"{", b" " * 1_000_000), kind="protocol", err="too large"),
    Case("an error's body without end", endless(head(500, {}), b"x " * 500_000), kind="unavailable", http=500, args=("-o", "retries=0")),
    Case("headers of 60 kB", head(200, {**SSE, **{f"X-{i}": "x" * 5900 for i in range(10)}}) + b"".join(FINE), out="Fine."),
    Case("headers of 90 kB", head(200, {**SSE, **{f"X-{i}": "x" * 5900 for i in range(15)}}) + b"".join(FINE), kind="protocol",
         err="headers are too large"),
    Case("nesting of 100,000 levels", sse(b"data: " + DEEP + b"\n\n"), kind="protocol", err="broken JSON"),
    Case("nesting in an error", document(DEEP, 400), kind="bad_request", http=400),
    Case("absurd numbers", sse(delta({"content": "Fine."}), event({"choices": [{"index": 2 ** 70, "delta": {"content": "No"}}, {
        "index": -1, "delta": {"content": "No"}}]}), b'data: {"choices":[],"usage":{"prompt_tokens":1e300,"completion_tokens":-5,'
                       b'"total_tokens":99999999999999999999,"cost":1e99}}\n\n', ended_by(), DONE), out="Fine."),
    Case("an error whose code is absurd", document({"error": {"message": "odd", "code": 10 ** 30}}, 400), kind="bad_request", http=400),
    Case("a status that is none", raw(b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n"), kind="protocol", err="HTTP 999"),
]


@test_each(cases(LARGE))
def large(case):
    """What is too much is refused, and the rest is read"""
    check(case)


# ---- HTTP/2 ------------------------------------------------------------------------------------------------

HALVES = answer(b"".join(HALF))
WHOLE2 = [answer(*FINE, last=True)]
STREAMS = [
    Case("a reply", WHOLE2, out="Fine."),
    Case("GOAWAY behind a reply", [answer(*FINE, last=True), goaway(NO_ERROR)], out="Fine."),
    Case("GOAWAY behind [DONE]", [answer(*FINE), goaway(INTERNAL_ERROR)], out="Fine."),
    Case("RST_STREAM behind the reason", [answer(*FINE[:-1]), rst(INTERNAL_ERROR)], out="Fine."),
    Case("RST_STREAM in the body", [HALVES, rst(INTERNAL_ERROR)], WHOLE2, out="Half of it", kind="network"),
    Case("RST_STREAM in the body, cancelled", [HALVES, rst(CANCEL)], WHOLE2, out="Half of it", kind="network"),
    Case("GOAWAY in the body", [HALVES, goaway(INTERNAL_ERROR)], WHOLE2, out="Half of it", kind="network"),
    Case("the end without a reason", [answer(*HALF, last=True)], WHOLE2, out="Half of it", kind="truncated"),
    Case("refused before it was looked at", [rst(REFUSED_STREAM)], WHOLE2, out="Fine.", asked=2),
    Case("GOAWAY before it was looked at", [goaway(NO_ERROR, taken=False)], WHOLE2, out="Fine.", asked=2),
    Case("RST_STREAM before any answer", [rst(INTERNAL_ERROR)], WHOLE2, out="Fine.", asked=2),
]


@test_each(cases(STREAMS))
def http_2(case):
    """What HTTP/2 gives up in the middle is not asked again, what it did not begin is"""
    with Server2(*case.steps) as server, at_server(server) as box:
        r = box.run("-n", *case.args, "-o", "ca_file=" + CERTIFICATE, "Hi")
        if server.spoken != "h2":
            raise Skip("this libcurl speaks no HTTP/2")
        ended(r, EXIT[case.kind], case.out + "\n")
        same(len(server.chats), case.asked, r)
        truth(not case.kind or "hobnob: " in r.err, r)


# ---- what a server refuses ---------------------------------------------------------------------------------

# What is refused; settings; the answer; what is sent in its place.
REFUSED = [
    ("stream_options", (), 400, said("property 'stream_options' is unsupported"), {}),
    ("max_tokens", (), 400, said("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' "
                                 "instead.", "unsupported_parameter", param="max_tokens"), {"max_completion_tokens": 4096}),
    ("max_completion_tokens", ("openai.token_field=max_completion_tokens",), 422,
     {"object": "error", "message": {"detail": [{"type": "extra_forbidden", "loc": ["body", "max_completion_tokens"],
                                                 "msg": "Extra inputs are not permitted", "input": 4096}]},
      "type": "invalid_request_error", "param": None, "code": None}, {"max_tokens": 4096}),
    ("temperature", ("temperature=0.5",), 400, said("Unsupported value: 'temperature' does not support 0.5 with this model.",
                                                    "unsupported_value", param="temperature"), {}),
    ("top_p", ("top_p=0.9",), 400, said("Unsupported parameter: 'top_p'", "unsupported_parameter", param="top_p"), {}),
    ("stop", ('stop=["END"]',), 400, said("Argument not supported on this model: stop", "invalid-argument"), {}),
    ("seed", ("seed=7",), 422, {"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]}, {}),
    ("reasoning_effort", ("reasoning_effort=low",), 400,
     [{"error": {"code": 400, "message": 'Unknown name "reasoning_effort": Cannot find field.', "status": "INVALID_ARGUMENT"}}], {}),
]


def options(settings):
    """The arguments that make settings."""
    return [a for setting in settings for a in ("-o", setting)]


@test_each([(row[0], *row) for row in REFUSED])
def refused(field, settings, status, answer, instead):
    """A field that a server names as refused is left out, or renamed; once for a model. A notice says so of what the user set"""
    with Server(raw(document(answer, status)), reply("One."), reply("Two."), reply("Three."), reply("Four.")) as server, \
            at_server(server) as box:
        said_in = "a\nb\n/model other\nc\n/model test-model\nd\n"
        r = ended(box.run("-i", "-v", *options(settings), stdin=said_in), 0)
        same([field in q.json for q in server.chats], [True, False, False, True, False])
        for q in server.chats[1:3]:
            same({k: q.json.get(k) for k in instead}, instead)
        noticed = settings and not instead
        same(r.err.count("the server refuses"), 2 if noticed else 1, r)
        holds(r.err, "asking by its other name" if instead else f"the server refuses {field}; asking without it")
        (holds if noticed else lacks)(r.err, f"hobnob: the server refuses {field}: hobnob asks again without it\n")
        lacks(r.err, "retry 1")
        holds(r.out, "One.\nTwo.\n")


@test
def refused_role():
    """A server that does not know the role developer is asked with system"""
    answer = document(said("'developer' is not one of ['system', 'assistant', 'user'] - 'messages.0.role'"), 400)
    with Server(raw(answer), reply("One."), reply("Two.")) as server, at_server(server) as box:
        r = ended(box.run("-i", "-v", "-s", "Sys", "-o", "openai.system_role=developer", stdin="a\nb\n"), 0)
        same([q.messages[0] for q in server.chats], [("developer", "Sys"), ("system", "Sys"), ("system", "Sys")])
        holds(r.err, "the server refuses the role developer; asking with system")


@test
def refused_one_by_one():
    """Three fields that are refused one after the other are left out; what is refused for its value is the user's to know"""
    steps = [raw(document(said(f"Unsupported parameter: '{name}'", param=name), 400)) for name in ("temperature", "top_p", "stop")]
    settings = options(("temperature=0.5", "top_p=0.9", 'stop=["END"]'))
    with Server(*steps, reply("Fine.")) as server, at_server(server) as box:
        ended(box.run("-n", *settings, "Hi"), 0, "Fine.\n", "".join(
            f"hobnob: the server refuses {name}: hobnob asks again without it\n" for name in ("temperature", "top_p", "stop")))
        same(len(server.chats), 4)
        lacks(str(server.chats[3].json), "temperature", "top_p", "stop'")
    value = raw(document(said("Invalid 'temperature': decimal above maximum value. Expected <= 2.", param="temperature"), 400))
    with Server(value, reply("No.")) as server, at_server(server) as box:
        ended(box.run("-n", *settings, "Hi"), 7, "", re.compile("above maximum"))
        same(len(server.chats), 1)


# ---- what is said of it ------------------------------------------------------------------------------------

@test
def documented():
    """docs/failures.md has every kind with its status, and every setting with its default"""
    with open(os.path.join(SRC, "docs", "failures.md"), encoding="utf-8") as f:
        text = f.read()
    same({kind: int(status) for status, kind in re.findall(r"^\| (\d+) \| `(\w+)` \|", text, re.M)},
         {kind: status for kind, status in EXIT.items() if kind})
    with Box() as box:
        for key, default in re.findall(r"^\| `(\w+)` \| (\d+)(?: s)? \|", text, re.M):
            got = ended(box.run("-p", "mock", "config", "get", key), 0).out
            same(re.match(r"(\d+) ?s? ?\(default\)$", got).group(1), default, got)


if __name__ == "__main__":
    main()
