#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The provider responses: what it sends of a conversation, and what it makes of a response. The server keeps to the API's rules."""
import base64
import json
import os
import re

from hob import DATA, KEY, SRC, Box, at_server, ended, holds, lines_of, main, same, test, test_each
from responses_server import Responses, answer, broken, call, events, message, plain, reasoning, refusal, text
from server import event, raw

RUN = ("-p", "responses")
WAYS = [("streamed", ()), ("whole", ("--no-stream",))]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8 + b"\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0"


def asked(server, i=-1):
    """The body of a request; nothing that was asked broke a rule."""
    same([str(f) for f in server.faults], [])
    return server.chats[i].json


def one(server, *args, status=0, out=None, err="", **more):
    """One turn at a server."""
    with at_server(server) as box:
        return ended(box.run("-n", *RUN, *args, **more), status, out, err)


def told(server, *args, status=0):
    """The closing object of one turn."""
    return json.loads(one(server, "--json", *args, status=status, err=None).out)


# ---- what is sent ----------------------------------------------------------------------------------

@test_each(WAYS)
def plainest(args):
    """A question goes out with nothing that was not set, and no response is stored"""
    with Responses(text("Hello wörld"), key=KEY) as server:
        one(server, *args, "Hi", out="Hello wörld\n")
        body = {"model": "test-model", "input": [{"role": "user", "content": "Hi"}], "store": False, "max_output_tokens": 4096,
                "reasoning": {"summary": "auto"}, "include": ["reasoning.encrypted_content"]}
        same(asked(server), body if args else {**body, "stream": True})
        same([server.chats[0].method, server.chats[0].path], ["POST", "/v1/responses"])


@test
def settings():
    """Each setting has its member; what the API has no member for is refused by name, before anything is sent"""
    with Responses(text("x")) as server, at_server(server) as box:
        ended(box.run("-n", *RUN, "-s", "Be kind.", *[f"-o{o}" for o in ("temperature=0.7", "top_p=0.5", "max_tokens=99", "reasoning_effort=low")],
                      "-o", 'responses.extra_body={"service_tier":"flex","reasoning":{"summary":"detailed"}}', "Hi"), 0)
        got = asked(server)
        same([got[k] for k in ("instructions", "temperature", "top_p", "max_output_tokens", "reasoning", "service_tier", "input")],
             ["Be kind.", 0.7, 0.5, 99, {"effort": "low", "summary": "detailed"}, "flex", [{"role": "user", "content": "Hi"}]])
        for value, what in (("seed=1", "a seed"), ('stop=["x"]', "texts to stop at (stop)")):
            holds(ended(box.run("-n", *RUN, "-o", value, "Hi"), 2, "").err, f"responses does not take {what}")
        same(len(server.chats), 1)


@test
def account():
    """The organization and the project go into their headers; store lets the server keep the response"""
    with Responses(text("x")) as server:
        one(server, "-o", "responses.organization=org-1", "-o", "responses.project=proj_2", "-o", "responses.store=true", "Hi")
        same([server.chats[0].headers.get(k) for k in ("openai-organization", "openai-project")], ["org-1", "proj_2"])
        same(asked(server)["store"], True)


@test
def images():
    """An image goes as a data URL beside the text, and again with the next turn"""
    with Responses(text("A bird.")) as server, at_server(server) as box:
        ended(box.run("-i", *RUN, "-a", box.write("a.png", PNG), "Which?", stdin="Sure?\n"), 0, "A bird.\nA bird.\n")
        content = [{"type": "input_text", "text": "Which?"},
                   {"type": "input_image", "image_url": "data:image/png;base64," + base64.b64encode(PNG).decode(), "detail": "auto"}]
        same(asked(server, 0)["input"], [{"role": "user", "content": content}])
        same([i["content"] for i in asked(server)["input"]], [content, "A bird.", "Sure?"])


@test
def schema():
    """A schema goes as the form of the text, strictly"""
    form = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}
    with Responses(text('{"n": 1}')) as server, at_server(server) as box:
        ended(box.run("-n", *RUN, "--schema", box.write("answer.json", json.dumps(form)), "Hi"), 0, '{"n": 1}\n', "")
        same(asked(server)["text"], {"format": {"type": "json_schema", "name": "answer", "schema": form, "strict": True}})


@test
def loose_schema():
    """A schema that the API's strict form does not take is refused with what to do"""
    with Responses(text("{}")) as server, at_server(server) as box:
        r = ended(box.run("-n", *RUN, "--schema", box.write("n.json", '{"type":"object","properties":{"n":{}}}'), "Hi"), 7, "")
        same(r.err, "hobnob: Invalid schema for response_format 'n': In context=(), 'additionalProperties' is required to be supplied and to be false.\n"
             "  change the schema or the model, or ask without a schema\n")


@test
def models():
    """The list of models is the server's, with the prices of the table; a wrong key is told there as well"""
    with Responses(text("x"), key=KEY) as server, at_server(server) as box:
        listed = json.loads(ended(box.run("models", *RUN, "--json", "-o", "price_table=openai"), 0).out)
        same([[m["id"], m["price_input"]] for m in listed], [["gpt-5-nano", "0.05"], ["plain-model", None], ["test-model", None]])
        same([r.path for r in server.requests], ["/v1/models"])
        holds(ended(box.run("models", *RUN, env={"OPENAI_API_KEY": "sk-wrong-0123456789"}), 4, "").err, "Incorrect API key provided")


@test
def dry_run():
    """--dry-run shows the request, and sends nothing"""
    with Responses(text("x")) as server:
        shown = json.loads(one(server, "--dry-run", "Hi").out)
        same([shown["method"], shown["url"], shown["body"]["input"]], ["POST", server.url + "/responses", [{"role": "user", "content": "Hi"}]])
        same([shown["headers"]["Authorization"], server.requests], ["Bearer [secret]", []])


@test
def documented():
    """docs/responses.md has all options, and no other ones"""
    with Box() as box, open(os.path.join(SRC, "docs", "responses.md"), encoding="utf-8") as f:
        options = [o["key"] for o in json.loads(ended(box.run("plugins", "info", "responses", "--json"), 0).out)["options"]]
        rows = re.findall(r"^\| (`.*?`) \|", f.read().split("## ")[0], re.M)
        same(sorted(re.findall(r"`([a-z_]+)`", " ".join(rows))), sorted(options))


# ---- what comes back -------------------------------------------------------------------------------

@test_each(WAYS)
def usage_and_cost(args):
    """Usage has hobnob's meaning, and the price of the table: cached tokens are part of the prompt, reasoning is part of the reply"""
    with Responses(text("Hi", usage=(1000, 500, 400, 300))) as server:
        got = told(server, "-o", "price_table=openai", "-m", "gpt-5-nano", *args, "Hi")
        same(got["usage"], {"prompt_tokens": 1000, "completion_tokens": 500, "cached_tokens": 400, "reasoning_tokens": 300})
        same([got["model"], got["cost"], got["cost_source"]], ["gpt-5-nano-2026-01-01", "0.000232", "table"])


@test_each([(f"{way}, {reason}", args, reason, finish) for way, args in WAYS for reason, finish in
            (("max_output_tokens", "length"), ("max_tokens", "length"), ("content_filter", "content_filter"), ("tea_time", "unknown"))])
def incomplete(args, reason, finish):
    """A response that is incomplete is a reply, cut for its reason"""
    with Responses(answer(message("Half of"), incomplete=reason)) as server:
        got = told(server, *args, "Hi")
        same([got["event"], got["finish"], got["text"]], ["done", finish, "Half of"])


@test_each(WAYS)
def refuses(args):
    """A refusal is shown with the model's words, ends as content_filter, and goes back as one"""
    with Responses(answer(reasoning("No?"), refusal("I will not.")), text("Fine.")) as server, at_server(server) as box:
        r = ended(box.run(*RUN, *args, "-f", "jsonl", stdin='{"say":"a"}\n{"say":"b"}\n'), 0)
        same([[e["text"], e["finish"]] for e in lines_of(r.out) if e["event"] == "done"], [["I will not.", "content_filter"], ["Fine.", "stop"]])
        same(asked(server)["input"][2], {"role": "assistant", "content": [{"type": "refusal", "refusal": "I will not."}]})


@test_each(WAYS)
def reasons(args):
    """Reasoning is shown, and goes back unchanged and in its place, with -c as well"""
    first = answer(reasoning("Colour asked.", "Moss, then."), message("Green."), usage=(7, 3, 0, 2))
    with Responses(first, first, text("Yes.")) as server, at_server(server) as box:
        r = ended(box.run(*RUN, *args, "-f", "jsonl", stdin='{"say":"Moss?"}\n{"say":"Sure?"}\n'), 0)
        same("".join(e["text"] for e in lines_of(r.out) if e["event"] == "reasoning"), "Colour asked.\n\nMoss, then." * 2)
        ended(box.run("-n", *RUN, "-c", "Really?"), 0, "Yes.\n", "")
        items = server.issued["resp_1"].items + server.issued["resp_2"].items
        same(asked(server)["input"], [{"role": "user", "content": "Moss?"}, items[0], {"role": "assistant", "content": "Green."},
                                      {"role": "user", "content": "Sure?"}, items[2], {"role": "assistant", "content": "Green."},
                                      {"role": "user", "content": "Really?"}])


@test
def reasons_in_full():
    """Where the text of the reasoning comes besides a summary, one of the two is shown, and both go back"""
    with Responses(answer(reasoning("In short.", content="At length."), message("A")), answer(reasoning(content="Alone."), message("B")),
                   text("C")) as server, at_server(server) as box:
        r = ended(box.run(*RUN, "-f", "jsonl", stdin='{"say":"a"}\n{"say":"b"}\n{"say":"c"}\n'), 0)
        same("".join(e["text"] for e in lines_of(r.out) if e["event"] == "reasoning"), "In short.Alone.")
        same([i for i in asked(server)["input"] if i.get("type") == "reasoning"], [server.issued[f"resp_{n}"].items[0] for n in (1, 2)])


@test
def useless_reasoning():
    """Reasoning that holds nothing for the server is not handed back: it would look for it, and has not kept it"""
    with Responses(answer(reasoning("Hm.", secret=False), message("A")), text("B")) as server, at_server(server) as box:
        ended(box.run("-i", *RUN, stdin="a\nb\n"), 0, "A\nB\n", "")
        same([i.get("type") for i in asked(server)["input"]], [None] * 3)


@test
def several_messages():
    """Messages in a row are a blank line apart for a person, and for the server two again, each in its phase"""
    with Responses(answer(reasoning(), message("Let me look.", "commentary"), message("Green.\n\n", "final_answer")), text("x")) as server, \
            at_server(server) as box:
        ended(box.run("-i", *RUN, stdin="a\nb\n"), 0, "Let me look.\n\nGreen.\n\nx\n", "")
        same(asked(server)["input"][2:4], [{"role": "assistant", "content": "Let me look.", "phase": "commentary"},
                                           {"role": "assistant", "content": "Green.\n\n", "phase": "final_answer"}])


@test
def other_items():
    """What a tool of the server's did goes back in its place; an image that it made is shown"""
    search = {"type": "web_search_call", "status": "completed", "action": {"type": "search", "query": "moss"}}
    picture = {"type": "image_generation_call", "status": "completed", "output_format": "webp", "result": base64.b64encode(b"WEBP").decode()}
    rest = [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Green."}]}]
    done = {"type": "response.completed", "response": {"id": "r", "status": "completed", "output": [search, picture, *rest]}}
    with Responses(events(done), lambda conn, request: plain(event(done))(conn, request)) as server, at_server(server) as box:
        r = ended(box.run(*RUN, "-f", "jsonl", stdin='{"say":"a"}\n'), 0)
        same([[e["mime"], base64.b64decode(e["base64"])] for e in lines_of(r.out) if e["event"] == "part"], [["image/webp", b"WEBP"]])
        ended(box.run("-n", *RUN, "-c", "--dry-run", "b"), 0)
        sent = json.loads(box.run("-n", *RUN, "-c", "--dry-run", "b").out)["body"]["input"]
        same(sent[1:3], [search, {"role": "assistant", "content": "Green."}])
        same(sent[3]["content"][0]["image_url"], "data:image/webp;base64," + picture["result"])


# ---- tools -----------------------------------------------------------------------------------------

TOOLS = [{"name": "tide", "description": "When it is high", "schema": {"type": "object", "properties": {"port": {"type": "string"}}}}, {"name": "now"}]
TEXT, OPAQUE, CALL, RESULT = 1, 2, 5, 6


def relayed(server, *requests):
    """What came of requests of a program: a list of events each."""
    with at_server(server) as box:
        lines = "".join(json.dumps(r) + "\n" for r in requests)
        r = ended(box.run("--plugin-path", box.fixture("relay"), "-f", "relay", *RUN, stdin=lines), 0)
        all_of, came = [], []
        for line in map(json.loads, r.out.splitlines()):
            came.append(line)
            if "returned" in line:
                all_of.append(came)
                came = []
        return all_of


def parts_of(came):
    """The parts of a reply, as a program keeps them."""
    parts = []
    for e in came:
        if e["on"] == "text" and parts and parts[-1]["type"] == TEXT:
            parts[-1]["data"] += e["text"]
        elif e["on"] == "text":
            parts.append({"type": TEXT, "data": e["text"]})
        elif e["on"] == "part":
            parts.append(e["part"])
    return parts


@test_each([("streamed", True), ("whole", False)])
def tools(stream):
    """Calls come whole and in their place; they, their results and the reasoning between them go back in order"""
    first = answer(reasoning("Ports."), call("tide", {"port": "Brest"}, "c1"), reasoning("Another."), message("And"), call("tide", {"port": "Wörk"}, "c2"))
    ask = {"messages": [{"role": 2, "text": "When?"}], "tools": TOOLS, "stream": stream}
    with Responses(first, text("High at noon.")) as server:
        (came,) = relayed(server, ask)
        parts = parts_of([e for e in came if "on" in e])
        same([p["type"] for p in parts], [OPAQUE, CALL, OPAQUE, TEXT, CALL])
        same([[p["id"], p["name"], json.loads(p["data"])] for p in parts if p["type"] == CALL],
             [["c1", "tide", {"port": "Brest"}], ["c2", "tide", {"port": "Wörk"}]])
        same([came[-2]["on"], came[-2]["finish"]], ["done", 6])
        if stream:
            same("".join(e["text"] for e in came if e.get("on") == "tool_piece"), '{"port": "Brest"}{"port": "Wörk"}')
        results = [{"type": RESULT, "id": "c1", "name": "tide", "data": "closed", "flags": 2},
                   {"type": RESULT, "id": "c2", "name": "tide", "data": "https://127.0.0.1/a.png", "mime": "image/png", "flags": 1}]
        (then,) = relayed(server, {**ask, "messages": ask["messages"] + [{"role": 3, "text": "And", "parts": parts}, {"role": 4, "parts": results}]})
        same(then[-2]["text"], "High at noon.")
        items = server.issued["resp_1"].items
        bare = [{k: v for k, v in items[i].items() if k in ("type", "call_id", "name", "arguments")} for i in (1, 4)]
        outputs = [{"type": "function_call_output", "call_id": c, "output": o} for c, o in (
            ("c1", "Error: closed"), ("c2", [{"type": "input_image", "image_url": "https://127.0.0.1/a.png", "detail": "auto"}]))]
        same(asked(server)["input"], [{"role": "user", "content": "When?"}, items[0], bare[0], items[2], {"role": "assistant", "content": "And"}, bare[1],
                                      *outputs])
        same(asked(server)["tools"], [
            {"type": "function", "name": "tide", "description": "When it is high", "parameters": TOOLS[0]["schema"], "strict": False},
            {"type": "function", "name": "now", "parameters": {"type": "object", "properties": {}}, "strict": False}])


@test
def cut_calls():
    """A call that was cut is not passed on, and the reasoning before it does not go back alone"""
    first = answer(reasoning("Ports."), call("tide", '{"port": "Br'), incomplete="max_output_tokens")
    ask = {"messages": [{"role": 2, "text": "When?"}], "tools": TOOLS, "stream": True}
    with Responses(first, text("x")) as server:
        (came,) = relayed(server, ask)
        parts = parts_of([e for e in came if "on" in e])
        same([[p["type"] for p in parts], came[-2]["finish"]], [[OPAQUE], 2])
        relayed(server, {**ask, "messages": ask["messages"] + [{"role": 3, "text": "", "parts": parts}, {"role": 2, "text": "Go on"}]})
        same(asked(server)["input"], [{"role": "user", "content": "When?"}, {"role": "user", "content": "Go on"}])


# ---- chains ----------------------------------------------------------------------------------------

CHAIN = ("-o", "responses.chain=true")


@test
def chains():
    """With chain the server has the history: only what is new is sent, with -c as well, and the system prompt again each time"""
    with Responses(answer(reasoning("Hm."), message("a"))) as server, at_server(server) as box:
        ended(box.run("-i", *RUN, *CHAIN, "-s", "Be kind.", stdin="one\ntwo\n"), 0, "a\na\n", "")
        ended(box.run("-n", *RUN, *CHAIN, "-c", "three"), 0, "a\n", "")
        same([[r.json.get("previous_response_id"), r.json["input"], r.json["store"], r.json["instructions"]] for r in server.chats],
             [[p, [{"role": "user", "content": q}], True, "Be kind."] for p, q in ((None, "one"), ("resp_1", "two"), ("resp_2", "three"))])
        asked(server)


@test
def forgotten():
    """Where the server has forgotten, the whole history is sent in the same turn, and the chain goes on from there"""
    with Responses(answer(reasoning("Hm."), message("a"))) as server, at_server(server) as box:
        ended(box.run("-n", *RUN, *CHAIN, "one"), 0, "a\n", "")
        server.forget()
        ended(box.run("-i", *RUN, *CHAIN, "-c", stdin="two\nthree\n"), 0, "a\na\n", "")
        same([f.code for f in server.faults], ["previous_response_not_found"])
        sent = [[r.json.get("previous_response_id"), [i.get("content", i.get("type")) for i in r.json["input"]]] for r in server.chats]
        same(sent, [[None, ["one"]], ["resp_1", ["two"]], [None, ["one", "reasoning", "a", "two"]], ["resp_2", ["three"]]])


@test_each([
    ("by its name", 404, {"error": {"message": "Response with id 'resp_1' not found.", "type": "invalid_request_error", "code": None}}),
    ("by the member", 400, {"error": {"code": 400, "message": "this server does not support 'previous_response_id'.", "type": "invalid_request_error"}}),
    ("as too long", 400, {"error": {"message": "Your input exceeds the context window of this model.", "code": "context_length_exceeded"}}),
    ("by a list", 422, {"detail": [{"loc": ["body", "previous_response_id"], "msg": "Extra inputs are not permitted"}]}),
])
def not_taken(status, document):
    """So it is where the server cannot go on from it for another reason"""
    def step(conn, request):
        if request.json.get("previous_response_id"):
            data = json.dumps(document).encode()
            return raw(b"HTTP/1.1 %d No\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (status, len(data), data), then="keep")(conn, request)
        return text("a")(conn, request)
    with Responses(step) as server, at_server(server) as box:
        ended(box.run("-i", *RUN, *CHAIN, stdin="one\ntwo\n"), 0, "a\na\n", "")
        same([len(r.json["input"]) for r in server.chats], [1, 1, 3])


@test
def not_heeded():
    """A server that passes over the name of the response is told of: the model has not seen the history"""
    def step(conn, request):
        done = {"type": "response.completed", "response": {"id": "r1", "status": "completed", "output": [message("a")]}}
        return events(done)(conn, request)
    with Responses(step) as server, at_server(server) as box:
        server.stored["r1"] = []
        r = ended(box.run("-i", *RUN, *CHAIN, stdin="one\ntwo\n"), 0, "a\na\n")
        same(r.err, "hobnob: the server did not go on from the response that hobnob named, so the model saw only the last message: "
             "set chain to false\n")


@test
def branches():
    """A reply of a turn that was taken back is not what the next one goes on from"""
    with Responses(text("a")) as server, at_server(server) as box:
        ended(box.run("-i", *RUN, *CHAIN, stdin="one\ntwo\n/undo\nthree\n"), 0)
        same([r.json.get("previous_response_id") for r in server.chats], [None, "resp_1", "resp_1"])


# ---- what servers leave out ------------------------------------------------------------------------

@test_each([("sequence numbers", {"sequence": False}), ("the event's name", {"names": False}), ("neither, and ends by [DONE]",
            {"sequence": False, "names": False, "done": True})])
def bare_events(how):
    """A stream that lacks what others have is read alike: without"""
    with Responses(answer(reasoning("Hm."), message("Gr\u00fcn."), **how), text("x")) as server, at_server(server) as box:
        ended(box.run("-i", *RUN, stdin="a\nb\n"), 0, "Gr\u00fcn.\nx\n", "")
        same(asked(server)["input"][1:3], [server.issued["resp_1"].items[0], {"role": "assistant", "content": "Gr\u00fcn."}])


def without(*types):
    """The events of a small response, but for those."""
    item = message("Green.")
    item["id"] = "msg_1"
    done = {"id": "r", "status": "completed", "model": "m", "output": [item], "usage": None}
    everything = [{"type": "response.created", "response": {"id": "r"}}, {"type": "response.output_item.added", "output_index": 0, "item": {**item, "content": []}},
                  {"type": "response.output_text.delta", "output_index": 0, "item_id": "msg_1", "delta": "Green."},
                  {"type": "response.output_text.done", "output_index": 0, "item_id": "msg_1", "text": "Green."},
                  {"type": "response.output_item.done", "output_index": 0, "item": item}, {"type": "response.completed", "response": done}]
    return [e for e in everything if e["type"].removeprefix("response.") not in types]


@test_each([(", ".join(types) or "nothing", types) for types in (
    (), ("output_text.delta",), ("output_item.added",), ("output_item.done",), ("created", "output_item.added", "output_item.done", "output_text.done"),
    ("output_item.added", "output_text.delta", "output_text.done", "output_item.done"))])
def sparse(types):
    """The text is shown once, whatever events are left out"""
    with Responses(events(*without(*types))) as server:
        one(server, "Hi", out="Green.\n")


@test
def unnumbered():
    """So it is where no event says which item it is of"""
    bare = [{k: v for k, v in e.items() if k not in ("output_index", "item_id")} for e in without("output_item.added")]
    with Responses(events(*bare)) as server:
        one(server, "Hi", out="Green.\n")


def captured(name, size):
    """A server that answers with what another one has sent."""
    with open(os.path.join(DATA, "captures", name + ".raw"), "rb") as f:
        return Responses(raw(f.read(), size))


@test_each([("whole", 0), ("byte by byte", 1)])
def llama(size):
    """What llama.cpp's server sends is read"""
    with captured("llama-responses-stream", size) as server:
        got = told(server, "Hi")
        same(got["text"], "äuHot️ Asian épocaнев patr Сида World Eleslaturingциальrokstructure")
        same([got["finish"], got["model"], [got["usage"][k] for k in ("prompt_tokens", "completion_tokens", "cached_tokens")]], ["stop", "tiny", [29, 16, 10]])


@test_each([("whole", 0), ("byte by byte", 1)])
def aimock(size):
    """So is what aimock sends: reasoning and text, and a call"""
    with captured("aimock-responses-stream", size) as server, at_server(server) as box:
        events_ = lines_of(ended(box.run(*RUN, "-f", "jsonl", stdin='{"say":"a"}\n'), 0).out)
        same(["".join(e["text"] for e in events_ if e["event"] == kind) for kind in ("reasoning", "delta")],
             ["Colour asked. Moss, then.", "Green as m\u00f6ss \U0001f680."])
    with captured("aimock-responses-calls", size) as server, at_server(server) as box:
        events_ = lines_of(ended(box.run(*RUN, "-f", "jsonl", stdin='{"say":"a"}\n'), 0).out)
        same([[e["name"], e["data"]] for e in events_ if e["event"] == "part"], [["tide", '{"port":"Brest"}']])
        same(events_[-1]["finish"], "tool_calls")


# ---- interruptions ---------------------------------------------------------------------------------

@test
def cancel():
    """What had come of a reply that was interrupted is kept and goes back; reasoning that led to nothing does not"""
    def stalls(*items, cut):
        def step(conn, request):
            broken(*items, cut=cut, then="keep")(conn, request)
            try:
                conn.recv(1)
            except OSError:
                pass
            return False
        return step
    with Responses(stalls(reasoning("Hm."), message("Green as moss"), cut=4), stalls(reasoning("Hm."), cut=0), text("x")) as server, at_server(server) as box:
        for args, until in ((("-n",), " as"), (("-c",), '"reasoning"')):
            running = box.start(*RUN, "-f", "jsonl", *args)
            running.send('{"say":"a"}\n')
            running.expect(until)
            running.send('{"cancel":true}\n')
            running.close()
            got = [e for e in lines_of(ended(running.end(), 0, err="").out) if e["event"] == "done"]
            same([e["finish"] for e in got], ["interrupted"])
        ended(box.run("-n", *RUN, "-c", "b"), 0, "x\n", "")
        same([i.get("content", i.get("type")) for i in asked(server)["input"]], ["a", "reasoning", "Green as", "b"])


if __name__ == "__main__":
    main()
