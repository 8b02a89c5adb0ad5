#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Chat Completions beyond text: calls of tools and images in a reply, what is left out of a request, and what never is."""
import base64
import json

from hob import Box, at_server, ended, lines_of, main, same, test, test_each
from server import DONE, Server, chunk, error, pieces, reply, stream

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


# The smallest GIF that there is, and its address.
GIF = b"GIF89a\x01\0\x01\0\0\0\0;"
URL = "data:image/gif;base64," + base64.b64encode(GIF).decode()


@test
def attached():
    """An attached image goes out as the API has it, and so --dry-run shows it; the mock says what arrived"""
    with Server(reply("A dot.")) as server, at_server(server) as box:
        path = box.write("dot.gif", GIF)
        content = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": URL}}]
        ended(box.run(*ONCE, "-a", path, "What is it?"), 0, "A dot.\n")
        same(server.chats[0].json["messages"], [{"role": "user", "content": content}])
        same(json.loads(ended(box.run("--dry-run", "-a", path, "What is it?"), 0).out)["body"]["messages"], [{"role": "user", "content": content}])
        same(len(server.chats), 1)
        ended(box.run(*ONCE, "-p", "mock", "-a", path, "What is it?"), 0, f"What is it?\n[image dot.gif image/gif 1x1 {len(GIF)} bytes]\n")


# How a provider hands back an image that its model made, before the second question.
MADE = [("openai", [{"role": "assistant", "content": "Here."}, {"role": "user", "content": [{"type": "image_url", "image_url": {"url": URL}}]}]),
        ("openrouter", [{"role": "assistant", "content": "Here.", "images": [{"type": "image_url", "image_url": {"url": URL}}]}])]


@test_each([(row[0], *row) for row in MADE])
def made(provider, back):
    """An image that the model made is kept, and goes back to it in its place"""
    drawn = pieces(stream(["Here.", chunk({"images": [{"type": "image_url", "image_url": {"url": URL}}]})]))
    with Server(drawn, reply("Larger.")) as server, at_server(server, OPENROUTER_API_KEY="sk-or-0123456789") as box:
        run = ("-p", provider, "-o", f"{provider}.base_url={server.url}", "-m", "m", "-i")
        ended(box.run(*run, stdin="Draw!\n"), 0)
        ended(box.run(*run, "-c", stdin="Larger!\n"), 0, "Larger.\n")
        same(server.chats[1].json["messages"], [{"role": "user", "content": "Draw!"}, *back, {"role": "user", "content": "Larger!"}])


@test
def dry_run_of_the_mock():
    """--dry-run of a provider that asks no server shows the schema, too"""
    with Box() as box:
        path = box.write("answer.json", '{"type":"object"}')
        same(json.loads(ended(box.run("-p", "mock", "--dry-run", "--schema", path, "Hi"), 0).out),
             {"method": None, "url": None, "headers": {}, "body": [{"role": "user", "content": "Hi"}], "schema": {"type": "object"}})


@test
def mock_keeps_to_a_schema():
    """The mock answers by a schema, and a step of a script refuses it"""
    with Box() as box:
        path = box.write("answer.json", '{"type":"object","properties":{"a":{"type":"string"},"n":{"type":"integer","minimum":2}}}')
        ended(box.run(*ONCE, "-p", "mock", "--schema", path, "Hi there"), 0, '{"a":"Hi there","n":2}\n')
        script = box.write("no.json", '{"steps":[{"refuses":["schema"],"text":"x"}]}')
        ended(box.run(*ONCE, "-p", "mock", "-o", "mock.script=" + script, "--schema", path, "Hi"), 7, "",
              "hobnob: schema: not taken, as the script says\n")


if __name__ == "__main__":
    main()
