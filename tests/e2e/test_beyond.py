#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Chat Completions beyond text: calls of tools and images in a reply, what is left out of a request, and what never is."""
import json
import os

from hob import at_server, ended, lines_of, main, same, test, test_each
from server import DONE, Server, body, chunk, error, pieces, reply, stream

ONCE = ("-n",)
CALL = {"index": 0, "id": "k1", "type": "function", "function": {"name": "tide", "arguments": ""}}


def call(*parts):
    """A stream that calls the tool tide, its arguments in these pieces."""
    return pieces([chunk({"role": "assistant", "content": None, "tool_calls": [CALL]}),
                   *[chunk({"tool_calls": [{"index": 0, "function": {"arguments": p}}]}) for p in parts], chunk({}, "tool_calls"), DONE])


@test
def a_call_alone():
    """A reply that is a call says so, and is an event for programs; the next request has no call, for it has no result"""
    with Server(call('{"port":', '"Brest"}'), reply("Fine.")) as server, at_server(server) as box:
        r = ended(box.run("-i", stdin="tides?\nand now\n"), 0)
        same(r.err.splitlines()[0], 'hobnob: the model called the tool "tide", which nobody offered; hobnob did not run it')
        same([m["role"] for m in server.chats[1].json["messages"] if "tool_calls" in m], [])
    with Server(call('{"port":', '"Brest"}')) as server, at_server(server) as box:
        events = lines_of(ended(box.run("-f", "jsonl", stdin='{"say":"tides?"}\n'), 0).out)
        same([e["finish"] for e in events if e["event"] == "done"], ["tool_calls"])


@test
def told_once():
    """A setting that a server refuses is left out with one notice, for all turns"""
    def picky(conn, request):
        refused = "temperature" in request.json
        return (error(400, "Unsupported parameter: temperature is not supported with this model") if refused else reply("Fine."))(conn, request)
    with Server(picky) as server, at_server(server) as box:
        ended(box.run("-i", "-o", "temperature=0.5", stdin="a\nb\n"), 0, "Fine.\nFine.\n",
              "hobnob: the server refuses temperature: hobnob asks again without it\n")
        same([("temperature" in q.json) for q in server.chats], [True, False, False])


@test
def schema_is_never_left_out():
    """A server that takes no schema is asked once, and its words come with a hint"""
    said = "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."
    with Server(error(400, said)) as server, at_server(server) as box:
        path = box.write("answer.json", '{"type":"object"}')
        ended(box.run(*ONCE, "--schema", path, "Hi"), 7, "",
              f"hobnob: {said}\n  change the schema or the model, or ask without a schema\n")
        same(len(server.chats), 1)
        same(server.chats[0].json["response_format"],
             {"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object"}, "strict": True}})


if __name__ == "__main__":
    main()
