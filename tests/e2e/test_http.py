#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What servers answer, and what becomes of it: statuses, broken streams, bodies of the wrong kind, time-outs."""
import json
import os
import re
import socket
import time

from hob import BUILD, KEY, Box, Skip, at_server, ended, holds, lacks, main, same, test, test_each, truth
from server import DONE, Server, body, chunk, close, error, event, head, pieces, raw, reply, reset, stream, whole

ONCE = ("-n", "-o", "retries=0")


def outcome(step, *args, status):
    """The closing object of one turn, which the plain run has to agree with."""
    with Server(step) as server, at_server(server) as box:
        plain = ended(box.run(*ONCE, *args, "Hi"), status)
        closing = json.loads(ended(box.run(*ONCE, *args, "--json", "Hi"), status).out)
        text = closing["text"] if closing["event"] == "done" else closing["partial"]
        if text:
            same(plain.out, text + ("" if text.endswith("\n") else "\n"))
        return closing


STATUSES = [(400, "bad_request", 7), (401, "auth", 4), (402, "quota", 5), (403, "permission", 4), (404, "not_found", 7),
            (405, "bad_request", 7), (407, "config", 3), (408, "unavailable", 6), (409, "unavailable", 6), (413, "bad_request", 7),
            (422, "bad_request", 7), (429, "rate_limited", 5), (500, "unavailable", 6), (501, "unavailable", 6), (502, "unavailable", 6),
            (503, "unavailable", 6), (524, "unavailable", 6), (529, "unavailable", 6), (302, "config", 3)]


@test_each([(str(s), s, kind, code) for s, kind, code in STATUSES])
def statuses(http, kind, code):
    """A status becomes its kind"""
    got = outcome(error(http, "as the server says", {"Location": "http://elsewhere.example/"} if http == 302 else None), status=code)
    same([got["event"], got["kind"], got["status"], got["partial"]], ["error", kind, http, ""])
    holds(got["message"], "elsewhere.example" if http == 302 else "as the server says" if http != 407 else "")


CODES = [("quota by code", error(429, "m", code="insufficient_quota"), "quota", 5),
         ("quota by type", error(429, "m", kind="insufficient_quota"), "quota", 5),
         ("too long by code", error(400, "m", code="context_length_exceeded"), "context_too_long", 7),
         ("too long by wording", error(400, "This model's maximum context length is 4097 tokens. However, you requested 4120 tokens"),
          "context_too_long", 7),
         ("array", body(400, [{"error": {"code": 400, "message": "Invalid JSON payload", "status": "INVALID_ARGUMENT"}}]),
          "bad_request", 7),
         ("text alone", body(500, {"error": "just text"}), "unavailable", 6),
         ("empty body", body(503, b""), "unavailable", 6),
         ("HTML", body(502, b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>", {"Content-Type": "text/html"}),
          "unavailable", 6),
         ("error in a 200", body(200, {"error": {"message": "m", "code": 429}}), "rate_limited", 5),
         ("unknown error in a 200", body(200, {"error": {"message": "m"}}), "protocol", 1),
         ("HTML in a 200", body(200, b"<!doctype html><title>Welcome</title>", {"Content-Type": "text/html"}), "protocol", 1),
         ("empty 200", body(200, b""), "protocol", 1),
         ("empty stream", pieces([]), "protocol", 1),
         ("comments alone", pieces([b": hello\n\n"] * 3), "protocol", 1),
         ("broken JSON", pieces([event(b'{"choices": [{')]), "protocol", 1),
         ("broken whole body", body(200, b'{"choices": [{'), "protocol", 1)]


@test_each([(c[0], *c[1:]) for c in CODES])
def codes(step, kind, code):
    """Code, type and wording decide"""
    got = outcome(step, status=code)
    same([got["event"], got["kind"]], ["error", kind])
    truth(got["message"], got)
    lacks(got["message"], "<", "\n")


HALF = stream(["Half", " of it"])[:3]
BROKEN = [("end without a reason", pieces(HALF), "truncated", 1),
          ("chunked body cut", pieces(HALF, whole=False), "truncated", 1),
          ("reset", pieces([*HALF, 0.05], whole=False, then="reset"), "network", 6),
          ("error event", pieces([*HALF, event({"error": {"message": "overloaded", "code": 503}}), DONE]), "unavailable", 6),
          ("error beside the choices", pieces([*HALF, event({"error": {"code": 429, "message": "m"}, "choices": [
              {"index": 0, "delta": {"content": ""}, "finish_reason": "error"}]})]), "rate_limited", 5),
          ("broken JSON", pieces([*HALF, event(b'{"choices": [{'), DONE]), "protocol", 1)]


@test_each([(b[0], *b[1:]) for b in BROKEN])
def broken(step, kind, code):
    """What breaks off keeps its text, and its cause as kind"""
    got = outcome(step, status=code)
    same([got["event"], got["kind"], got["partial"]], ["error", kind, "Half of it"])


WHOLE = [("no [DONE]", pieces(stream(["Fine."], done=False))),
         ("[DONE] unterminated", pieces([*stream(["Fine."], done=False), b"data: [DONE]"])),
         ("close-delimited", raw(head(200, {"Content-Type": "text/event-stream"}) + b"".join(stream(["Fine."])))),
         ("CRLF", pieces([p.replace(b"\n", b"\r\n") for p in stream(["Fine."])])),
         ("BOM", pieces([b"\xef\xbb\xbf", *stream(["Fine."])])),
         ("no content type", pieces(stream(["Fine."]), headers={"Content-Type": "text/plain"})),
         ("whole body to a stream request", whole("Fine.")),
         ("blank lines before it", body(200, b"\n\n\n" + json.dumps({"choices": [
             {"message": {"role": "assistant", "content": "Fine."}, "finish_reason": "stop"}]}).encode())),
         ("body with [DONE] behind", body(200, json.dumps({"choices": [
             {"message": {"role": "assistant", "content": "Fine."}, "finish_reason": "stop"}]}).encode() + b"\ndata: [DONE]\n\n")),
         ("noise", pieces([event(b"ping"), *stream(["Fine."])])),
         ("text behind the reason", pieces([chunk({"content": "Fi"}), chunk({}, "stop"), chunk({"content": "ne."}), DONE])),
         ("reason with text", pieces([chunk({"content": "Fine."}, "stop"), DONE])),
         ("parts of text", pieces([chunk({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}]}),
                                   chunk({"content": [{"type": "text", "text": "Fine."}]}), chunk({}, "stop"), DONE])),
         ("refusal", pieces([chunk({"refusal": "Fine."}), chunk({}, "stop"), DONE])),
         ("early hints", raw(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + head(200, {"Content-Type": "text/event-stream"}) +
                             b"".join(stream(["Fine."]))))]


@test_each(WHOLE)
def tolerated(step):
    """A reply is whole"""
    same(outcome(step, status=0)["text"], "Fine.")


@test
def empty_reply():
    """A finish reason or [DONE] without text is a reply, empty"""
    for step in (pieces(stream([])), pieces([DONE])):
        got = outcome(step, status=0)
        same([got["event"], got["text"]], ["done", ""])


@test
def reasons():
    """Finish reasons become finish"""
    for said, finish in (("stop", "stop"), ("length", "length"), ("content_filter", "content_filter"), ("eos", "stop"), ("tired", "unknown")):
        same(outcome(pieces(stream(["Fine."], finish=said)), status=0)["finish"], finish)


@test
def halves():
    """Characters that are split over pieces come out whole; no half ever does"""
    text = "naïve 你好 🚀"
    data = b"".join(p for p in stream([text]))
    with Server(pieces([data[i:i + 1] for i in range(len(data))])) as server, at_server(server) as box:
        r = ended(box.run(*ONCE, "Hi"), 0, text + "\n")
        same(r.raw, (text + "\n").encode())
    for parts in (['\\ud83d', '\\ude00'], ['\\ud83d', 'x'], ['\\ude00']):
        script = pieces([b'data: {"choices":[{"index":0,"delta":{"content":"%s"}}]}\n\n' % p.encode() for p in parts] + [DONE])
        with Server(script) as server, at_server(server) as box:
            r = ended(box.run(*ONCE, "Hi"), 0)
            r.raw.decode("utf-8")


@test
def large():
    """A delta of 10 MB, and 20,000 small ones, come whole"""
    with Server(pieces(stream(["x" * 10_000_000])), pieces([b"".join(stream(["ab "] * 20_000))])) as server, at_server(server) as box:
        same(len(ended(box.run(*ONCE, "Hi"), 0).raw), 10_000_001)
        same(len(ended(box.run(*ONCE, "Hi"), 0).raw), 60_001)


@test_each([("no answer", [], "first_token", ""), ("head alone", [20], "first_token", ""),
            ("comments alone", [b": x\n\n"] + [0.02, b": x\n\n"] * 100, "first_token", ""),
            ("between two events", [*HALF, *[0.02, b": x\n\n"] * 100], "first_token", "Half of it"),
            ("silence in the body", [*HALF, 20], "idle", "Half of it")])
def time_outs(parts, which, partial):
    """A time-out of ours is kind timeout, and is not tried again"""
    def silent(conn, _):
        conn.recv(1)
        return False
    step = pieces(parts, whole=False) if parts else silent
    with Server(step) as server, at_server(server) as box:
        r = box.run("-n", "-o", f"timeout_{which}=250ms", "--json", "Hi")
        got = json.loads(ended(r, 6).out)
        same([got["kind"], got["partial"], len(server.requests)], ["timeout", partial, 1])
        holds(got["message"] + got["hint"], "timeout_" + which)
        truth(240 <= r.ms < 5000, r.ms)


@test
def connect_time_out():
    """A connection that does not come about in timeout_connect is kind timeout, and tried again: nothing was sent"""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address, waiting = full.getsockname(), []
        for _ in range(8):
            s = socket.socket()
            s.setblocking(False)
            s.connect_ex(address)
            waiting.append(s)
        with Box(OPENAI_API_KEY=KEY, OPENAI_BASE_URL=f"http://127.0.0.1:{address[1]}/v1", OPENAI_MODEL="m") as box:
            r = ended(box.run("-n", "-o", "timeout_connect=100ms", "-o", "retries=1", "-o", "retry_max_wait=1ms", "Hi"), 6, "")
            same(r.err.count("timeout; retry"), 1, r)
        for s in waiting:
            s.close()


@test_each([("reset", reset()), ("closed", close())])
def before_any_byte(step):
    """A connection that ended before any byte of an answer is tried again"""
    with Server(step, reply("Fine.")) as server, at_server(server) as box:
        r = ended(box.run("-n", "-o", "retry_max_wait=1ms", "Hi"), 0, "Fine.\n")
        truth(len(server.requests) >= 2, r)


@test_each([("a huge number", "99999999999999999999", "more than a year"), ("a far date", "Fri, 31 Dec 9999 23:59:59 GMT", "more than a year"),
            ("a fraction", "2.5", "2.500 s"), ("a number", "7", "7 s")])
def wait_in_words(asked, told):
    """A wait that is not waited is told as it was asked, whatever it was clamped to:"""
    with Server(error(429, "slow down", {"Retry-After": asked}), reply("No.")) as server, at_server(server) as box:
        r = ended(box.run("-n", "-o", "retry_max_wait=1500ms", "Hi"), 5, "")
        holds(r.err, f"hobnob: the server asks to wait {told}, longer than retry_max_wait (1.500 s)\n")
        same(len(server.requests), 1)


@test_each([(value, value) for value in ("-1", "-1.5", "nan", "inf", "1e3", "0x10", "1;2", "Thu, 01 Jan 1970 00:00:00 GMT", "Wed, 21 Oct 1900 07:28:00 GMT")])
def no_wait_in_it(asked):
    """What is no wait to come is not waited; hobnob's own pause is:"""
    with Server(error(429, "slow down", {"Retry-After": asked}), reply("Later.")) as server, at_server(server) as box:
        r = ended(box.run("-n", "-o", "retry_max_wait=20ms", "Hi"), 0, "Later.\n")
        truth(re.fullmatch(r"hobnob: rate_limited \(HTTP 429\); retry 1 in 0\.0[012]\d s\n", r.err), r.err)


@test
def long_wait():
    """A Retry-After beyond retry_max_wait is not waited, and told"""
    with Server(error(429, "slow down", {"Retry-After": "3600"}), reply("No.")) as server, at_server(server) as box:
        r = ended(box.run("-n", "Hi"), 5, "")
        holds(r.err, "3600", "retry_max_wait")
        same(len(server.requests), 1)


@test
def retry_after_date():
    """A Retry-After that is a date is understood; one in the past waits nothing"""
    past = error(503, "soon", {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})
    with Server(past, reply("Fine.")) as server, at_server(server) as box:
        ended(box.run("-n", "Hi"), 0, "Fine.\n")
    soon = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 7200))
    with Server(error(503, "later", {"Retry-After": soon}), reply("No.")) as server, at_server(server) as box:
        ended(box.run("-n", "Hi"), 6, "")
        same(len(server.requests), 1)


@test
def bad_name():
    """A name that cannot be resolved is not tried again"""
    with Box(OPENAI_API_KEY=KEY, OPENAI_BASE_URL="https://no-such-host.invalid/v1", OPENAI_MODEL="m") as box:
        r = ended(box.run("-n", "Hi"), 6, "")
        holds(r.err, "no-such-host.invalid")
        lacks(r.err, "retry 1")


@test
def options():
    """organization, project, headers and extra_body go into the request; token_field and system_role say how to ask"""
    with Server(reply("Fine.")) as server, at_server(server) as box:
        box.config("providers:\n  openai:\n    organization: org-1\n    project: proj-1\n    headers: {X-Mine: yes}\n"
                   "    token_field: max_completion_tokens\n    system_role: developer\n    stream_usage: 'off'\n"
                   "    extra_body: {top_k: 5, provider: {order: [a, b]}}\n")
        ended(box.run("-n", "-s", "Sys", "Hi"), 0, "Fine.\n")
        sent = server.requests[0]
        same([sent.headers[h] for h in ("openai-organization", "openai-project", "x-mine")], ["org-1", "proj-1", "yes"])
        same(sent.messages[0], ("developer", "Sys"))
        same([sent.json.get(k) for k in ("max_completion_tokens", "max_tokens", "stream_options", "top_k", "provider")],
             [4096, None, None, 5, {"order": ["a", "b"]}])
        ended(box.run("-n", "-o", 'openai.extra_body={"top_k": 6}', "-o", "openai.token_field=max_tokens", "Hi"), 0, "Fine.\n")
        same([server.requests[1].json.get(k) for k in ("top_k", "max_tokens", "max_completion_tokens")], [6, 4096, None])


@test
def one_more_compatible_server():
    """What the codec's recipe makes of a table: a plugin with its own key, header and member of the body, and all that the codec does"""
    folder = os.path.join(BUILD, "tests/abi/.libs")
    if not os.path.exists(folder + "/compatible.so"):
        raise Skip("compatible.so is not built; make check builds it")
    with Server(reply("Fine."), error(400, "top_p is not supported"), reply("Fine."),
                models=body(200, b'{"data":[{"id":"a"},{"id":"b"}]}')) as server, \
            Box(COMPATIBLE_API_KEY="k-1", COMPATIBLE_BASE_URL=server.url + "/") as box:
        asks = ("-n", "--plugin-path", folder, "-p", "compatible", "-m", "m")
        box.config('providers:\n  compatible:\n    tenant: t-1\n    safety: {spam: low}\n    headers: {X-Mine: yes}\n    extra_body: {top_k: 5}\n')
        ended(box.run(*asks, "Hi"), 0, "Fine.\n")
        sent = server.chats[0]
        same(sent.path, "/v1/chat/completions")
        same([sent.headers[h] for h in ("authorization", "x-tenant", "x-mine")], ["Bearer k-1", "t-1", "yes"])
        same([sent.json.get(k) for k in ("model", "safety_settings", "top_k", "max_tokens")], ["m", {"spam": "low"}, 5, 4096])
        ended(box.run(*asks, "-o", "top_p=0.5", "Hi"), 0, "Fine.\n")
        same([q.json.get("top_p") for q in server.chats[1:]], [0.5, None])
        ended(box.run("models", *asks[1:5]), 0, re.compile("\\na\\nb\\n$"))
        ended(box.run(*asks, "-o", "compatible.safety=[1]", "Hi"), 3, "", re.compile("safety: expected a JSON object"))
        ended(box.run(*asks, "Hi", env={"COMPATIBLE_API_KEY": ""}), 0, "Fine.\n")
        same(server.chats[-1].headers.get("authorization"), None)


@test
def trailing_slash():
    """A base URL may end in a slash"""
    with Server(reply("Fine.")) as server, at_server(server) as box:
        ended(box.run("-n", "Hi", env={"OPENAI_BASE_URL": server.url + "/"}), 0, "Fine.\n")
        same(server.requests[0].path, "/v1/chat/completions")


if __name__ == "__main__":
    main()
