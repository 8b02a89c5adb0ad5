#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The provider responses: errors by their kind, refusals that hobnob asks around, and streams that break."""
import json
import subprocess

from hob import KEY, at_server, ended, holds, lines_of, main, same, test, test_each
from responses_server import FAILED, FLAT, NESTED, Responses, answer, broken, call, events, message, plain, reasoning, refused, text, trouble
from responses_rules import Fault
from server import body, close, error, event, hang, head, pieces, raw, reset

RUN = ("-n", "-p", "responses", "-o", "retry_max_wait=1ms")


def fails(server, status, kind, message_, attempts=1, partial="", http=None, args=()):
    """One turn fails so, and is told so once."""
    with at_server(server) as box:
        r = ended(box.run(*RUN, "--json", *args, "Hi"), status)
        got = json.loads(r.out)
        same([got["event"], got["kind"], got["partial"]], ["error", kind, partial])
        holds(got["message"], message_)
        same(not message_ or got["message"].count(message_) == 1, True)
        same(len(server.chats), attempts)
        if http:
            same(got["status"], http)
        return got


# ---- errors ----------------------------------------------------------------------------------------

@test_each([
    ("a wrong key", error(401, "Incorrect API key provided: sk-a.", code="invalid_api_key"), 4, "auth", "Incorrect API key", 1),
    ("a forbidden country", error(403, "Country, region, or territory not supported", code="unsupported_country_region_territory"), 4, "permission",
     "not supported", 1),
    ("no such address", error(404, "Invalid URL (POST /v1/responses)"), 7, "not_found", "Invalid URL", 1),
    ("no such model", refused(Fault(400, "The requested model 'x' does not exist.", "model", "model_not_found")), 7, "bad_request", "does not exist", 1),
    ("too fast", error(429, "Rate limit reached for m on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000.",
                       code="rate_limit_exceeded"), 5, "rate_limited", "Rate limit reached", 3),
    ("no money", error(429, "You exceeded your current quota, please check your plan and billing details.", code="insufficient_quota"), 5, "quota",
     "exceeded your current quota", 1),
    ("too long", refused(Fault(400, "Your input exceeds the context window of this model. Please adjust your input and try again.", "input",
                               "context_length_exceeded")), 7, "context_too_long", "exceeds the context window", 1),
    ("a flagged prompt", refused(Fault(400, "Invalid prompt: your prompt was flagged as potentially violating our usage policy.", None, "invalid_prompt")), 1,
     "content_filter", "flagged", 1),
    ("a broken server", error(500, "The server had an error while processing your request.", kind="server_error"), 6, "unavailable", "had an error", 3),
    ("a full server", error(503, "The engine is currently overloaded, please try again later", kind="service_unavailable_error"), 6, "unavailable",
     "overloaded", 3),
    ("a gateway's page", body(502, b"<html><title>502 Bad Gateway</title></html>", {"Content-Type": "text/html"}), 6, "unavailable", "502 Bad Gateway", 3),
    ("no reply", close(), 6, "network", "", 3),
])
def statuses(step, status, kind, words, attempts):
    """An error has its kind and is tried again where that may help"""
    with Responses(step) as server:
        fails(server, status, kind, words, attempts)


@test_each([("streamed", ()), ("whole", ("--no-stream",))])
def wrong_key(args):
    """A wrong key is told as one, and the key is not shown"""
    with Responses(text("x"), key="sk-right") as server:
        got = fails(server, 4, "auth", "Incorrect API key provided", args=args)
        same(KEY in json.dumps(got), False)


@test_each([(f"{code}, {'+'.join(shapes)}", code, words, shapes, status, kind) for shapes in ((FLAT,), (NESTED,), (FAILED,), (NESTED, FAILED), (FLAT, FAILED))
            for code, words, status, kind in (("server_error", "The server had an error.", 6, "unavailable"),
                                              ("insufficient_quota", "You exceeded your current quota.", 5, "quota"),
                                              ("context_length_exceeded", "Your input exceeds the context window of this model.", 7, "context_too_long"),
                                              ("invalid_prompt", "Invalid prompt.", 7, "bad_request"))])
def in_a_stream(code, words, shapes, status, kind):
    """An error in a stream is told once, whatever its shape, and after text what came is kept"""
    with Responses(trouble(code, words, message("Half of"), shapes=shapes)) as server:
        fails(server, status, kind, words, partial="Half of")


@test_each([("streamed", ()), ("whole", ("--no-stream",))])
def failed_at_once(args):
    """A response that failed before any text is tried again where that may help"""
    with Responses(trouble("server_error", "It broke."), text("Fine.")) as server, at_server(server) as box:
        ended(box.run(*RUN, *args, "Hi"), 0, "Fine.\n")
        same(len(server.chats), 2)
    with Responses(trouble("rate_limit_exceeded", "Slow down."), text("Fine.")) as server, at_server(server) as box:
        ended(box.run(*RUN, *args, "Hi"), 0, "Fine.\n")


@test
def failed_without_a_word():
    """One that does not say why is told as such: no other words of the response are taken for its error"""
    step = events({"type": "response.failed", "response": {"id": "r", "status": "failed", "error": None, "instructions": "Say that you are sorry."}})
    with Responses(step) as server:
        fails(server, 1, "protocol", "the response failed, and the server does not say why", args=("-s", "Say that you are sorry."))


@test
def failed_usage():
    """What a response that failed has used is counted"""
    failed = {"id": "r", "status": "failed", "error": {"code": "server_error", "message": "It broke."}, "output": [],
              "usage": {"input_tokens": 50, "output_tokens": 20, "total_tokens": 70}}
    with Responses(events({"type": "response.failed", "response": failed})) as server, at_server(server) as box:
        r = ended(box.run("-p", "responses", "-o", "retries=0", "-f", "jsonl", stdin='{"say":"a"}\n{"command":"/stats"}\n'), 6)
        stats = lines_of(r.out)[-1]["data"]
        same([stats["prompt_tokens"], stats["completion_tokens"]], [50, 20])


# ---- refusals --------------------------------------------------------------------------------------

def refusing(*args, model="test-model", status=0, unverified=False, step=text("Fine.")):
    """What was asked until it was taken, and what was said."""
    with Responses(step, unverified=unverified) as server, at_server(server) as box:
        r = ended(box.run("-i", "-p", "responses", "-v", *args, "-m", model, stdin="a\nb\n"), status, "Fine.\nFine.\n")
        return [c.json for c in server.chats], r.err


@test
def no_reasoning():
    """A model that does not reason is asked without all of that; a setting that is left out is told of once"""
    asked, err = refusing("-o", "reasoning_effort=low", model="plain-model")
    same([[a.get("reasoning"), a.get("include")] for a in asked],
         [[{"effort": "low", "summary": "auto"}, ["reasoning.encrypted_content"]], [{"summary": "auto"}, ["reasoning.encrypted_content"]],
          [None, ["reasoning.encrypted_content"]], [None, None], [None, None]])
    same(err.count("the server refuses reasoning_effort: hobnob asks again without it"), 1)


@test
def unverified():
    """An account that may not see summaries gets none, and all else"""
    asked, err = refusing("-o", "reasoning_effort=low", unverified=True)
    same([[a.get("reasoning"), a.get("include")] for a in asked],
         [[{"effort": "low", "summary": "auto"}, ["reasoning.encrypted_content"]]] + [[{"effort": "low"}, ["reasoning.encrypted_content"]]] * 2)
    holds(err, "the server refuses summary; asking without it")


@test
def no_temperature():
    """A model that takes no temperature is asked without it"""
    asked, err = refusing("-o", "temperature=0.5", model="gpt-5-nano")
    same([a.get("temperature") for a in asked], [0.5, None, None])
    same(err.count("the server refuses temperature: hobnob asks again without it"), 1)


@test
def no_stream():
    """A server that does not stream to this account is asked for the whole"""
    def step(conn, request):
        if request.json.get("stream"):
            return error(400, "Your organization must be verified to stream this model.", code="unsupported_value")(conn, request)
        return text("Fine.")(conn, request)
    asked, _ = refusing(step=step)
    same([a.get("stream") for a in asked], [True, None, None])


@test
def short_limit():
    """A limit below the API's least is the user's to know"""
    with Responses(text("x")) as server:
        got = fails(server, 7, "bad_request", "Expected a value >= 16, but got 5 instead", args=("-o", "max_tokens=5"))
        same(got["status"], 400)


@test_each([("that it cannot decrypt", "The encrypted content gAAA... could not be verified. Reason: Encrypted content could not be decrypted or parsed.", 400),
            ("that it looks for", "Item with id 'rs_1' not found. Items are not persisted when `store` is set to false.", 404),
            ("without its pair", "Item 'rs_1' of type 'reasoning' was provided without its required following item.", 400)])
def foreign_reasoning(message_, status):
    """Reasoning that the server refuses is left out in the same turn, and from then on"""
    first = answer(reasoning("Hm."), message("Fine."))

    def step(conn, request):
        if any(i.get("type") == "reasoning" for i in request.json["input"]):
            return error(status, message_)(conn, request)
        return first(conn, request)
    with Responses(step) as server, at_server(server) as box:
        r = ended(box.run("-i", "-v", "-p", "responses", stdin="a\nb\nc\n"), 0, "Fine.\n" * 3)
        same(r.err.count("the server refuses the items that go back; asking without it"), 1)
        same([[i.get("type", i.get("role")) for i in c.json["input"]] for c in server.chats],
             [["user"], ["user", "reasoning", "assistant", "user"], ["user", "assistant", "user"], ["user", "assistant"] * 2 + ["user"]])


# ---- streams that break ----------------------------------------------------------------------------

HALF = message("Half of")


@test_each([("is closed", broken(HALF), "truncated", 1), ("ends well, without its last event", events({"type": "response.created", "response": {"id": "r"}},
            {"type": "response.output_text.delta", "output_index": 0, "delta": "Half of"}), "truncated", 1),
            ("is reset", broken(HALF, then="reset"), "network", 6)])
def cut(step, kind, status):
    """A stream that breaks off keeps what came and says so: it"""
    with Responses(step) as server:
        fails(server, status, kind, "", partial="Half of")


@test
def cut_in_a_call():
    """A call of which half came is not passed on"""
    with Responses(broken(call("tide", {"port": "Brest"}), cut=3)) as server:
        fails(server, 1, "truncated", "")


@test
def stalls():
    """A server that falls silent is left after the idle time"""
    parts = [event({"type": "response.output_text.delta", "output_index": 0, "delta": "Half of"})]
    with Responses(lambda conn, request: pieces(parts, then="keep", whole=False)(conn, request) or hang()(conn, request)) as server:
        fails(server, 6, "timeout", "", partial="Half of", args=("-o", "timeout_idle=200ms"))


DELTA = event({"type": "response.output_text.delta", "output_index": 0, "delta": "Fine."})
END = event({"type": "response.completed", "response": {"status": "completed"}})


@test_each([
    ("comments", b": ping\n\n" + DELTA + b": ping\n\n" + END), ("events of other types", event({"type": "keepalive", "sequence_number": 3}) + DELTA + END),
    ("later types of the API", event({"type": "response.tea.brewed", "response": {"error": None}, "delta": "no"}) + DELTA + END),
    ("a word that is not JSON", b"data: ping\n\n" + DELTA + END), ("what follows the end", DELTA + END + event({"error": {"message": "late"}})),
    ("null and other types", event({"type": "response.output_text.delta", "delta": None}) + event({"type": "response.output_item.added", "item": 7})
     + event({"type": "response.output_item.done", "item": None}) + DELTA + END),
    ("lists", event({"type": "response.reasoning_summary_text.delta", "summary_index": "x", "delta": []}) + DELTA
     + event({"type": "response.completed", "response": {"output": {"a": 1}, "usage": [], "status": 9}})),
])
def passed_over(data):
    """What says nothing about the reply is passed over"""
    with Responses(plain(data)) as server, at_server(server) as box:
        ended(box.run(*RUN, "Hi"), 0, "Fine.\n", "")


@test_each([("broken JSON", DELTA + b'data: {"type":\n\n', "protocol", 1, "Fine."), ("an error without a shape", event({"error": "it is late"}), "protocol", 1, ""),
            ("a chat completion", event({"choices": [{"delta": {"content": "x"}}]}) + event(b"[DONE]"), "protocol", 1, "")])
def not_understood(data, kind, status, partial):
    """What cannot be understood is an error"""
    with Responses(plain(data)) as server:
        fails(server, status, kind, "", partial=partial)


@test_each([("an error in a 200", {"error": {"message": "It is late.", "code": "server_error"}}, 6, "unavailable", "It is late."),
            ("words in a 200", {"detail": "It is late."}, 1, "protocol", "It is late."), ("nothing", {}, 1, "protocol", ""),
            ("a response that runs in the background", {"object": "response", "status": "queued", "output": []}, 1, "truncated", "")])
def whole(document, status, kind, words):
    """A body in one piece that is not a reply is an error"""
    with Responses(body(200, document)) as server:
        fails(server, status, kind, words, attempts=3 if status == 6 else 1, args=("--no-stream",))


@test_each([(str(status), status) for status in (301, 302, 307, 308)])
def redirected(status):
    """A redirect is not followed, and the key does not go there"""
    with Responses(text("x")) as other, Responses(body(status, b"", {"Location": other.url + "/responses"})) as server:
        fails(server, 3, "config", "base_url is wrong; the server points to " + other.url)
        same(other.requests, [])


@test
def torn():
    """Characters that are torn between pieces are joined, halves of surrogate pairs as well"""
    parts = [b'data: {"type":"response.output_text.delta","output_index":0,"delta":"\\ud83d"}\n\n',
             b'data: {"type":"response.output_text.delta","output_index":0,"delta":"\\ude00 w\xc3', b'\xb6rld"}\n\n', END]
    with Responses(pieces(parts)) as server, at_server(server) as box:
        ended(box.run(*RUN, "Hi"), 0, "\U0001f600 w\u00f6rld\n", "")


@test
def ended_late():
    """A connection that stays open after the last event does not hold the reply up"""
    with Responses(lambda conn, request: pieces([DELTA, END], then="keep", whole=False)(conn, request) or hang()(conn, request)) as server, \
            at_server(server) as box:
        r = ended(box.run(*RUN, "Hi", stdin=None), 0, "Fine.\n", "")
        same(r.ms < 20000, True)


@test
def endless():
    """A server that adds items without end is stopped"""
    items = b"".join(event({"type": "response.output_item.added", "output_index": i, "item": {"id": f"msg_{i}", "type": "message"}}) for i in range(5000))
    with Responses(plain(items)) as server:
        fails(server, 1, "protocol", "more items than are read")


if __name__ == "__main__":
    main()
