#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Requests of others through hobnob.relay/1, by the frontend tests/abi/relay.c: answered, limited, and nothing kept."""
import json
import os

from hob import KEY, Box, at_server, ended, holds, main, same, test, test_each
from server import Server, chunk, echo, error, event, head, listing, reply

SYSTEM, USER, ASSISTANT = 1, 2, 3


def relayed(box, *requests, args=(), status=0):
    """What came of them: for each request its events, and what ask() returned."""
    lines = "".join(json.dumps(r) + "\n" for r in requests)
    r = ended(box.run("--plugin-path", box.fixture("relay"), "-f", "relay", *args, stdin=lines), status)
    all_of, events = [], []
    for line in map(json.loads, r.out.splitlines()):
        events.append(line)
        if "returned" in line:
            all_of.append(events)
            events = []
    same(events, [])
    return all_of


def asks(text, **more):
    """A request of one message."""
    return {"messages": [{"role": USER, "text": text}], **more}


def done(text, prompt, completion, model="mock", finish=1, cost=-1, provider="mock"):
    """The closing event."""
    return {"on": "done", "text": text, "provider": provider, "model": model, "finish": finish, "cost": cost,
            "usage": {"prompt": prompt, "completion": completion}}


def text_event(text):
    return {"on": "text", "text": text}


@test
def a_request_and_its_events():
    """A request is answered as it is, streamed or whole, and nothing of it is in the conversation or on disk"""
    with Box() as box:
        told, plain = relayed(box, {"stream": True, "messages": [
            {"role": SYSTEM, "text": "Repeat."}, {"role": USER, "text": "a"}, {"role": ASSISTANT, "text": "b"}, {"role": USER, "text": "one two"}]},
            asks("three", model="other"), args=("-p", "mock"))
        same(told, [{"on": "start", "provider": "mock", "model": "mock"}, text_event("one"), text_event(" two"), {"on": "usage"},
                    done("one two", 5, 2), {"returned": 0, "messages": 0, "cost": -1}])
        same(plain[-2], done("three", 1, 1, model="other"))
        same(os.path.exists(os.path.join(box.home, ".local/state/hobnob/sessions")), False)


@test
def what_a_server_gets():
    """Messages, model, sampling, tools and schema are the caller's; what it leaves out is not sent, but for model and max_tokens"""
    tool = {"name": "now", "description": "the time", "schema": {"type": "object"}}
    schema = {"type": "object", "properties": {}}
    with Server(echo, echo) as server, at_server(server) as box:
        relayed(box, {"messages": [{"role": SYSTEM, "text": "s"}, {"role": USER, "text": "q"}], "temperature": 0.25, "seed": 7,
                      "max_tokens": 9, "model": "big", "tools": [tool], "schema": schema, "stream": True},
                asks("plain"), args=("-o", "temperature=1.5", "-s", "not this", "-o", "max_tokens=77"))
        first, second = (r.json for r in server.requests)
        same(first["messages"], [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}])
        same([first[k] for k in ("model", "temperature", "seed", "stream")], ["big", 0.25, 7, True])
        same(9 in (first.get("max_tokens"), first.get("max_completion_tokens")), True)
        same(first["tools"][0]["function"]["name"], "now")
        same(first["response_format"]["json_schema"]["schema"], schema)
        same(second["messages"], [{"role": "user", "content": "plain"}])
        same((second["model"], second.get("temperature"), second.get("stream"), "tools" in second), ("test-model", None, None, False))
        same(77 in (second.get("max_tokens"), second.get("max_completion_tokens")), True)


@test
def alias_of_a_model():
    """A model's alias of the config file is what it stands for, at an instance beside the session's own, too"""
    # gcc 12's LeakSanitizer crashes in its own walk over what the loader allocated for the plugins of both instances
    with Server(echo, echo) as server, at_server(server, LSAN_OPTIONS="use_ld_allocations=0") as box:
        box.config("aliases: {nano: test-model-nano}\n")
        own, beside = relayed(box, asks("a", model="nano"), asks("b", model="nano", provider="mock"))
        same([q.json["model"] for q in server.chats], ["test-model-nano"])
        same((own[-1]["returned"], beside[-2]["model"]), (0, "test-model-nano"))


@test
def list_with_a_key():
    """A model whose name holds the key is not listed"""
    with Server(models=listing("one", "m-" + KEY, "two")) as server, at_server(server) as box:
        (told,) = relayed(box, {"models": 1}, args=("-m", "one"))
        same([e["model"] for e in told if "model" in e], ["one", "two"])


@test
def tools():
    """A call of a tool comes as a part, and its result goes back with the next request"""
    call = {"type": 5, "id": "c1", "name": "tide", "data": '{"port":"Wick"}'}
    result = {"type": 6, "id": "c1", "name": "tide", "data": "04:10"}
    offered = [{"name": "tide", "description": "", "schema": {"type": "object"}}]
    with Box() as box:
        box.write("tools.json", json.dumps({"steps": [
            {"tool_calls": [{"name": "tide", "arguments": {"port": "Wick"}, "id": "c1"}]}]}))
        (told,) = relayed(box, asks("when?", tools=offered, stream=True), args=("-p", "mock", "-o", "mock.script=tools.json"))
        same([e["part"] for e in told if e.get("on") == "part"], [call])
        same((told[-2]["on"], told[-2]["finish"]), ("done", 6))
        (then,) = relayed(box, {"tools": offered, "messages": [{"role": USER, "text": "when?"}, {"role": ASSISTANT, "parts": [call]},
                                                              {"role": 4, "parts": [result]}]}, args=("-p", "mock"))
        holds(then[-2]["text"], "[result of tide: 04:10]")


@test
def a_cancel_from_another_thread():
    """Another thread ends a request by cancel(): what came is told, and the next request is answered"""
    with Box() as box:
        cut, then = relayed(box, asks("one two three", stream=True, cancel=1), asks("next"), args=("-p", "mock", "-o", "mock.delta_ms=600000"))
        same(cut[1:], [text_event("one"), done("one", 11, 2, finish=4), {"returned": -19, "messages": 0, "cost": -1}])
        same(then[-2], done("next", 1, 1))


def one_word(conn, _):
    """A reply that begins, and then nothing until the other side closes."""
    conn.sendall(head(200, {"Content-Type": "text/event-stream"}) + event(chunk({"content": "one"})))
    conn.recv(1)
    return False


@test
def a_cancel_while_a_server_is_silent():
    """The same while a server says no more"""
    with Server(one_word, echo) as server, at_server(server) as box:
        cut, then = relayed(box, asks("one", stream=True, cancel=1), asks("next"))
        same([e.get("on", e.get("returned")) for e in cut], ["start", "text", "done", -19])
        same(then[-2]["text"], "next")


@test
def a_retry():
    """A request that the server refuses for now is asked again"""
    with Server(error(503, "busy"), echo) as server, at_server(server) as box:
        (told,) = relayed(box, asks("again"), args=("-o", "retry_max_wait=1"))
        same([e.get("on", e.get("returned")) for e in told], ["start", "retry", "text", "usage", "done", 0])


@test
def limits_count_it():
    """Its cost is the session's, and a limit refuses the request that would pass it"""
    prices = ("-o", "price_input=1000", "-o", "price_output=1000")
    with Box() as box:
        first, second = relayed(box, asks("one two three", max_tokens=100), asks("four", max_tokens=100),
                                args=("-p", "mock", *prices, "-o", "max_cost=0.12"))
        same(first[-2]["cost"], 6 * 10**9)
        same(first[-1], {"returned": 0, "messages": 0, "cost": 6 * 10**9})
        same(second[-2]["on"], "done")
        cheap, refused = relayed(box, asks("one two three", max_tokens=100), asks("four", max_tokens=100),
                                 args=("-p", "mock", *prices, "-o", "max_cost=0.115", "-o", "mock.reply=" + "x " * 50))
        same(cheap[-1]["returned"], 0)
        same((refused[-2]["kind"], refused[-1]["returned"]), ("over_limit", -14))
        holds(refused[-2]["message"], "max_cost would be passed")


@test
def costly():
    """A request above confirm_cost is refused, and asking the same again does not confirm it: the refusal names the amount"""
    with Box() as box:
        for told in relayed(box, asks("one two three"), asks("one two three"),
                            args=("-p", "mock", "-o", "price_input=1000", "-o", "price_output=1000", "-o", "confirm_cost=0.001")):
            same((told[-2]["kind"], told[-1]["returned"], told[-1]["messages"]), ("over_limit", -14, 0))
            holds(told[-2]["message"], "this sends ~")


@test
def the_day_counts_all_sessions():
    """What other sessions of the run have cost today counts towards max_cost_day, though nothing of it is on disk"""
    with Box() as box:
        first, refused = relayed(box, asks("one two three", max_tokens=64), asks("four", max_tokens=64, beside=1), args=(
            "-p", "mock", "-o", "price_input=1000", "-o", "price_output=1000", "-o", "mock.reply=" + "x " * 50, "-o", "max_cost_day=0.1"))
        same(first[-1]["returned"], 0)
        same((refused[-2]["kind"], refused[-1]["returned"]), ("over_limit", -14))
        holds(refused[-2]["message"], "max_cost_day would be passed")


@test
def nothing_is_trimmed():
    """What does not fit a known window is refused, and nothing is sent"""
    words = "word " * 300
    with Server(echo) as server, at_server(server) as box:
        (told,) = relayed(box, {"messages": [{"role": USER, "text": words}, {"role": ASSISTANT, "text": "a"}, {"role": USER, "text": "b"}]},
                          args=("-o", "context_tokens=200"))
        same((told[-2]["kind"], told[-1]["returned"]), ("context_too_long", -13))
        same(server.requests, [])
        (sent,) = relayed(box, {"messages": [{"role": USER, "text": "a"}, {"role": ASSISTANT, "text": "b"}, {"role": USER, "text": "c"}]},
                          args=("-o", "context_messages=1"))
        same(sent[-2]["text"], "c")
        same(len(server.requests[0].messages), 3)


@test_each([("no message", {"messages": []}, "the request has no message"),
            ("a system prompt in the middle", {"messages": [{"role": USER, "text": "a"}, {"role": SYSTEM, "text": "b"}]},
             "message 1 is a system prompt: only message 0 may be"),
            ("an unknown role", {"messages": [{"role": 9, "text": "a"}]}, "message 0 has the unknown role 9"),
            ("no room for a reply", asks("a", max_tokens=0), "max_tokens is 0: expected 1 or more")])
def what_is_refused(request, why):
    """A request that cannot be sent is refused by name:"""
    with Box() as box:
        (told,) = relayed(box, request, args=("-p", "mock"))
        same(told, [{"on": "error", "message": why, "kind": "usage"}, {"returned": -2, "messages": 0, "cost": -1}])


@test
def another_instance():
    """Any instance answers, with keys and connections of its own; its models are listed"""
    with Server(reply("from there"), reply("from there")) as server, at_server(server) as box:
        told, again, models, nobody = relayed(box, asks("a", provider="openai"), asks("b", provider="openai"), {"models": 1},
                                              {"models": 1, "provider": "nobody"}, args=("-p", "mock"))
        same((told[-2]["provider"], told[-2]["text"], again[-2]["text"]), ("openai", "from there", "from there"))
        same(server.connections, 1)
        same(models, [{"model": "mock"}, {}, {"returned": 0, "messages": 0, "cost": -1}])
        same((nobody[0]["why"], nobody[1]["returned"]), ('no plugin is called "nobody"', -3))


if __name__ == "__main__":
    main()
