#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The provider gemini against a server that refuses what Google's does: chats, thoughts, tools, images, schemas, models, errors, money."""
import base64
import json
import os
import re
import threading

import gemini_server as g
from gemini_rules import DUMMY
from hob import KEY, SRC, Box, ended, holds, lacks, lines_of, main, same, test, test_each, truth
from server import close, end, event, head, pieces, raw, reset

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")
QUICK = ("-o", "retry_max_wait=1ms")  # a wait is random below that
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
USER, ASSISTANT, TOOL = 2, 3, 4


def clean(server, n=None):
    """Nothing broke a rule of the API, and so many requests came."""
    same(server.refusals, [])
    if n is not None:
        same(len(server.requests), n)


def contents(server, i=-1):
    """The turns of a request: a role and its parts each."""
    return [(c["role"], c["parts"]) for c in server.chats[i].json["contents"]]


def relayed(box, *requests, args=()):
    """What came of requests through hobnob.relay/1: a list of events each."""
    r = ended(box.run("--plugin-path", box.fixture("relay"), "-f", "relay", *args, stdin="".join(json.dumps(q) + "\n" for q in requests)), 0)
    all_of, events = [], []
    for line in map(json.loads, r.out.splitlines()):
        events.append(line)
        if "returned" in line:
            all_of.append(events)
            events = []
    return all_of


# ---- chats -------------------------------------------------------------------------------------

@test
def says():
    """A reply is streamed by events, under the model's path, with the key in its header"""
    with g.Gemini(g.reply("Moss is grüen.")) as server, g.at_server(server) as box:
        ended(box.run("-n", "colour?"), 0, "Moss is grüen.\n", "")
        request = server.requests[0]
        same((request.method, request.path), ("POST", "/v1beta/models/gemini-test:streamGenerateContent?alt=sse"))
        same((request.headers["x-goog-api-key"], request.headers.get("authorization"), "key" in request.path), (KEY, None, False))
        same(request.json, {"contents": [{"role": "user", "parts": [{"text": "colour?"}]}],
                            "generationConfig": {"maxOutputTokens": 4096, "thinkingConfig": {"includeThoughts": True}}})
        clean(server, 1)


@test
def says_whole():
    """--no-stream asks for the whole reply; the same reader takes it"""
    with g.Gemini(g.reply("Moss is green.", g.usage(9, 4, 30))) as server, g.at_server(server) as box:
        (event_,) = lines_of(ended(box.run("-n", "--no-stream", "--json", "colour?"), 0).out)
        same((event_["text"], event_["finish"], event_["model"]), ("Moss is green.", "stop", "gemini-test-001"))
        same(event_["usage"], {"prompt_tokens": 9, "completion_tokens": 34, "cached_tokens": None, "reasoning_tokens": 30})
        same(server.requests[0].path, "/v1beta/models/gemini-test:generateContent")
        clean(server, 1)


@test
def converses():
    """A conversation alternates, and the system prompt stands apart"""
    with g.Gemini(g.reply("one."), g.reply("two."), g.reply("three.")) as server, g.at_server(server) as box:
        ended(box.run("-i", "-s", "Be brief.", stdin="a\nb\nc\n"), 0, "one.\ntwo.\nthree.\n", "")
        same(server.requests[2].json["systemInstruction"], {"parts": [{"text": "Be brief."}]})
        same(contents(server), [("user", [{"text": "a"}]), ("model", [{"text": "one."}]), ("user", [{"text": "b"}]),
                                ("model", [{"text": "two."}]), ("user", [{"text": "c"}])])
        clean(server, 3)


@test
def folds_the_system_prompt():
    """A model that takes no system prompt gets it in front of the first question; that is learnt once"""
    with g.Gemini(g.reply("one."), g.reply("two.")) as server, g.at_server(server) as box:
        ended(box.run("-i", "-m", "gemma-test", "-s", "Be brief.", stdin="a\nb\n"), 0, "one.\ntwo.\n", "")
        same([r.split(" ")[0] for r in server.refusals], ["Developer", "Unable"])  # it does not think, either
        same(contents(server), [("user", [{"text": "Be brief."}, {"text": "a"}]), ("model", [{"text": "one."}]), ("user", [{"text": "b"}])])


@test
def sends_settings():
    """Settings have the API's names, and are in its ranges"""
    with g.Gemini(g.reply("ok")) as server, g.at_server(server) as box:
        ended(box.run("-n", "-o", "temperature=0.7", "-o", "top_p=0.9", "-o", "seed=5", "-o", "max_tokens=100", "-o", "stop=END,FIN", "Hi"), 0)
        config = server.requests[0].json["generationConfig"]
        same(config, {"temperature": 0.7, "topP": 0.9, "seed": 5, "maxOutputTokens": 100, "stopSequences": ["END", "FIN"],
                      "thinkingConfig": {"includeThoughts": True}})
        clean(server, 1)


@test_each([("a model", "gemini-test", "/v1beta/models/gemini-test:"), ("a name of the list", "models/gemini-test", "/v1beta/models/gemini-test:"),
            ("a tuned model", "tunedModels/gemini-test", "/v1beta/tunedModels/gemini-test:"),
            ("a strange one", "a/b ü?#%", "/v1beta/models/a%2Fb%20%C3%BC%3F%23%25:")])
def names_models(name, path):
    """The model is a part of the path, and can be nothing else of it"""
    with g.Gemini(g.reply("ok")) as server, g.at_server(server) as box:
        r = box.run("-n", "-m", name, "Hi")
        same((server.requests[0].path.partition(":")[0] + ":", r.status), (path, 7 if "%" in name else 0))


@test_each([("a version", "/v1", "/v1/models/gemini-test:streamGenerateContent?alt=sse"), ("a slash", "/", "/v1beta/models/gemini-test:streamGenerateContent?alt=sse"),
            ("a query", "/v1beta?team=x", "/v1beta/models/gemini-test:streamGenerateContent?alt=sse&team=x")])
def takes_bases(tail, path):
    """base_url may end with a version, a slash, a query"""
    with g.Gemini(g.reply("ok")) as server, g.at_server(server) as box:
        ended(box.run("-n", "Hi", env={"GEMINI_BASE_URL": server.url + tail}), 0, "ok\n", "")
        same(server.requests[0].path, path)


@test
def finds_keys():
    """GEMINI_API_KEY comes before GOOGLE_API_KEY; white space around a key is not a part of it"""
    with g.Gemini(g.reply("ok")) as server, g.at_server(server) as box:
        ended(box.run("-n", "Hi", env={"GOOGLE_API_KEY": "other"}), 0)
        del box.env["GEMINI_API_KEY"]
        ended(box.run("-n", "Hi", env={"GOOGLE_API_KEY": f"  {KEY} "}), 0)
        clean(server, 2)


@test
def wants_a_key():
    """Without a key nothing is sent to Google"""
    with Box() as box:
        ended(box.run("-n", "-p", "gemini", "Hi"), 3, "", re.compile("GEMINI_API_KEY"))


@test
def shows_requests():
    """--dry-run shows the request, and sends nothing"""
    with g.Gemini() as server, g.at_server(server) as box:
        shown = json.loads(ended(box.run("-n", "--dry-run", "Hi"), 0).out)
        same(shown["url"], server.url + "/v1beta/models/gemini-test:streamGenerateContent?alt=sse")
        same(shown["headers"]["x-goog-api-key"], "[secret]")
        same(shown["body"]["contents"], [{"role": "user", "parts": [{"text": "Hi"}]}])
        clean(server, 0)


@test
def its_model_is_of_the_table():
    """The model that answers by itself is the newest flash that the table of prices has"""
    with open(os.path.join(SRC, "core/data/prices.tsv"), encoding="utf-8") as f:
        names = [line.split("\t")[1] for line in f if line.startswith("google\t")]
    found = [m for m in (re.fullmatch(r"gemini-(\d+(?:\.\d+)?)-flash", n) for n in names) if m]
    newest = max(found, key=lambda m: [int(n) for n in m.group(1).split(".")])
    with Box(GEMINI_API_KEY=KEY) as box:
        shown = json.loads(ended(box.run("-n", "-p", "gemini", "--dry-run", "Hi"), 0).out)
        same(shown["url"], f"https://generativelanguage.googleapis.com/v1beta/models/{newest.group()}:streamGenerateContent?alt=sse")


# ---- thoughts ------------------------------------------------------------------------------------

@test
def thinks():
    """Thoughts are reasoning; signatures come back beside their own parts, empty ones too, in later turns and processes"""
    steps = [g.answer(g.chunk(g.thought("Colour")), g.chunk(g.thought(" asked.")), g.chunk(g.text("Moss is")), g.chunk(g.text(" grün.", "c2lnMQ==")),
                      g.chunk(g.text(" Yes."), finish="STOP")),
             g.answer(g.chunk(g.thought("Again.")), g.chunk(g.text("Green.")), g.chunk(g.text("", "c2lnMg=="), finish="STOP")),
             g.reply("End.")]
    with g.Gemini(*steps) as server, g.at_server(server) as box:
        told = lines_of(ended(box.run("-f", "jsonl", stdin='{"say":"a"}\n{"say":"b"}\n'), 0).out)
        same("".join(e["text"] for e in told if e["event"] == "reasoning"), "Colour asked.Again.")
        same([e["text"] for e in told if e["event"] == "done"], ["Moss is grün. Yes.", "Green."])
        ended(box.run("-n", "-c", "c"), 0, "End.\n", "")
        same(contents(server)[1], ("model", [{"text": "Moss is"}, {"text": " grün.", "thoughtSignature": "c2lnMQ=="}, {"text": " Yes."}]))
        same(contents(server)[3], ("model", [{"text": "Green."}, {"text": "", "thoughtSignature": "c2lnMg=="}]))
        clean(server, 3)


@test_each([("a budget", "gemini-test", "thinking", "2048", {"thinkingBudget": 2048, "includeThoughts": True}),
            ("none", "gemini-test", "thinking", "0", {"thinkingBudget": 0}),
            ("as it likes", "gemini-test", "thinking", "-1", {"thinkingBudget": -1, "includeThoughts": True}),
            ("a level", "gemini-3-test", "thinking", "low", {"thinkingLevel": "low", "includeThoughts": True}),
            ("an effort", "gemini-3-test", "reasoning_effort", "high", {"thinkingLevel": "high", "includeThoughts": True}),
            ("no effort", "gemini-test", "reasoning_effort", "none", {"thinkingBudget": 0})])
def is_told_to_think(model, key, value, config):
    """A number is a budget, a word is a level"""
    key = "gemini." + key if key == "thinking" else key
    with g.Gemini(g.reply("ok")) as server, g.at_server(server) as box:
        ended(box.run("-n", "-m", model, "-o", f"{key}={value}", "Hi"), 0, "ok\n", "")
        same(server.requests[0].json["generationConfig"]["thinkingConfig"], config)
        clean(server, 1)


@test_each([("a level to a model of budgets", "gemini-pro-test", "low", {"thinkingBudget": 1024, "includeThoughts": True}),
            ("a budget to a model of levels", "gemini-3-test", "9000", {"thinkingLevel": "high", "includeThoughts": True}),
            ("a level that it has not", "gemini-3-test", "0", None)])
def thinks_otherwise(model, value, config):
    """A form that a model refuses is learnt, and the other one used; with neither it is told once"""
    with g.Gemini(g.reply("ok")) as server, g.at_server(server) as box:
        r = ended(box.run("-i", "-m", model, "-o", f"gemini.thinking={value}", stdin="a\nb\n"), 0, "ok\nok\n")
        same([c.json["generationConfig"].get("thinkingConfig") for c in server.chats[-2:]], [config] * 2)
        same(len(server.refusals), 1 if config else 2)
        same(r.err, "" if config else "hobnob: the server refuses reasoning_effort or thinking: hobnob asks again without it\n")


@test
def does_not_think():
    """A model that does not think is not asked for thoughts a second time"""
    with g.Gemini(g.reply("ok")) as server, g.at_server(server) as box:
        ended(box.run("-i", "-m", "gemini-plain-test", stdin="a\nb\n"), 0, "ok\nok\n", "")
        same((len(server.refusals), len(server.requests)), (1, 3))


@test_each([("a word", "much"), ("a number below -1", "-2"), ("a decimal", "1.5")])
def refuses_thinking(value):
    """Another value of thinking is refused before anything is sent"""
    with g.Gemini() as server, g.at_server(server) as box:
        ended(box.run("-n", "-o", "gemini.thinking=" + value, "Hi"), 3, "", re.compile("thinking: expected minimal, low, medium, high"))
        clean(server, 0)


# ---- tools ---------------------------------------------------------------------------------------

TIDE = {"name": "tide", "description": "when it is high", "schema": {"type": "object", "properties": {"port": {"type": "string"}}}}
NOW = {"name": "now", "description": "", "schema": {"type": "object", "properties": {}}}


def question(**more):
    """A request that offers both tools."""
    return {"messages": [{"role": USER, "text": "when?"}], "tools": [TIDE, NOW], "stream": True, **more}


def parts_of(events):
    """The parts of a reply, its text among them."""
    out = []
    for e in events:
        if e.get("on") == "text":
            out.append({"type": 1, "data": e["text"]})
        elif e.get("on") == "part":
            out.append(e["part"])
    return out


@test
def calls_tools():
    """Two calls, the first signed, go back as they came, and their results directly after them in their order"""
    called = [g.chunk(g.text("Let me see.")), g.chunk(g.call("tide", {"port": "Brest", "n": 1.0}, "c2lnMQ=="), g.call("now")), g.chunk(g.text(""), finish="STOP")]
    with g.Gemini(g.answer(*called), g.reply("At noon.")) as server, g.at_server(server) as box:
        model = ("-m", "gemini-3-test")
        (told,) = relayed(box, question(), args=model)
        said = parts_of(told)
        same([(p["type"], p.get("name"), p.get("data")) for p in said if p["type"] != 2],
             [(1, None, "Let me see."), (5, "tide", '{"port":"Brest","n":1.0}'), (5, "now", "{}")])
        same((told[-2]["on"], told[-2]["finish"]), ("done", 6))
        calls = [p for p in said if p["type"] == 5]
        results = [{"type": 6, "id": calls[1]["id"], "name": "now", "data": "9:00"},
                   {"type": 6, "id": calls[0]["id"], "name": "tide", "data": '{"high":"12:00"}', "mime": "application/json"}]
        (then,) = relayed(box, {"tools": [TIDE, NOW], "messages": [{"role": USER, "text": "when?"}, {"role": ASSISTANT, "parts": said},
                                                                  {"role": TOOL, "parts": results}, {"role": USER, "text": "Well?"}]}, args=model)
        same(then[-2]["text"], "At noon.")
        same(contents(server)[1:], [
            ("model", [{"text": "Let me see."}, {"functionCall": {"name": "tide", "args": {"port": "Brest", "n": 1.0}}, "thoughtSignature": "c2lnMQ=="},
                       {"functionCall": {"name": "now"}}]),
            ("user", [{"functionResponse": {"name": "tide", "response": {"output": {"high": "12:00"}}}},
                      {"functionResponse": {"name": "now", "response": {"output": "9:00"}}}, {"text": "Well?"}])])
        same(server.requests[0].json["tools"], [{"functionDeclarations": [
            {"name": "tide", "description": "when it is high", "parametersJsonSchema": TIDE["schema"]}, {"name": "now"}]}])
        clean(server, 2)


@test
def answers_by_id():
    """A call that has an id is answered by it"""
    with g.Gemini(g.answer(g.chunk(g.call("now", {}, ident="fc-7"), finish="STOP")), g.reply("ok")) as server, g.at_server(server) as box:
        (told,) = relayed(box, question())
        call = parts_of(told)[0]
        same(call["id"], "fc-7")
        relayed(box, {"tools": [NOW], "messages": [{"role": USER, "text": "when?"}, {"role": ASSISTANT, "parts": [call]},
                                                   {"role": TOOL, "parts": [{"type": 6, "id": "fc-7", "name": "now", "data": "9:00"}]}]})
        same([p.get("functionCall", p.get("functionResponse"))["id"] for _, parts in contents(server)[1:] for p in parts], ["fc-7", "fc-7"])
        clean(server, 2)


@test_each([("lost", None, "missing a thought_signature"), ("corrupt", "AAAA", "Corrupted thought signature")])
def repairs_signatures(signature, why):
    """Where a signature was lost, or is another model's, Google's word for that goes in its place; that is learnt"""
    call = {"type": 5, "id": "c1", "name": "now", "data": "{}"}
    opaque = {"type": 2, "name": "gemini.part", "data": json.dumps({"functionCall": {"name": "now"}, "thoughtSignature": signature})}
    messages = [{"role": USER, "text": "when?"}, {"role": ASSISTANT, "parts": [call] + ([opaque] if signature else [])},
                {"role": TOOL, "parts": [{"type": 6, "id": "c1", "name": "now", "data": "9:00"}]}]
    with g.Gemini(g.reply("ok")) as server, g.at_server(server) as box:
        (told,) = relayed(box, {"tools": [NOW], "messages": messages}, args=("-m", "gemini-3-test"))
        same(told[-2].get("text"), "ok")
        same(len(server.refusals), 1)
        holds(server.refusals[0], why)
        part = contents(server)[1][1][0]
        same((part["functionCall"]["name"], part["thoughtSignature"]), ("now", DUMMY))


@test
def calls_in_a_conversation():
    """A conversation offers no tools: a call is named, kept, and not sent again"""
    with g.Gemini(g.answer(g.chunk(g.call("now", None, "c2ln"), finish="STOP")), g.reply("ok")) as server, g.at_server(server) as box:
        r = ended(box.run("-i", stdin="a\nb\n"), 0, re.compile("ok\n$"))
        holds(r.err, 'the model called the tool "now", which nobody offered')
        lacks(json.dumps(server.chats[-1].json), "functionCall")
        clean(server, 2)


@test_each([("auto", 0, {"mode": "AUTO"}), ("none", 1, {"mode": "NONE"}), ("one or more", 2, {"mode": "ANY"}),
            ("this one", 3, {"mode": "ANY", "allowedFunctionNames": ["now"]})])
def chooses_tools(choice, calling):
    """Which tools may be called"""
    with g.Gemini(g.reply("ok")) as server, g.at_server(server) as box:
        relayed(box, question(tool_choice=choice, tool_name="now"))
        same(server.requests[0].json["toolConfig"], {"functionCallingConfig": calling})
        clean(server, 1)


@test
def has_no_tools():
    """A model without tools refuses them; hobnob says what to do"""
    with g.Gemini() as server, g.at_server(server) as box:
        (told,) = relayed(box, question(), args=("-m", "gemma-test"))
        same((told[-2]["on"], told[-2]["kind"], told[-2]["hint"]), ("error", "bad_request", "choose another model, or offer no tools"))


@test
def keeps_other_parts():
    """A part that hobnob has no place for comes back whole, in its place, and is named"""
    code = {"executableCode": {"language": "PYTHON", "code": "print(1)"}}
    steps = [g.answer(g.chunk(code, {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1\n"}}), g.chunk(g.text("It is 1."), finish="STOP")), g.reply("ok")]
    with g.Gemini(*steps) as server, g.at_server(server) as box:
        r = ended(box.run("-i", "-o", 'gemini.extra_body={"tools":[{"codeExecution":{}}]}', stdin="a\nb\n"), 0, "It is 1.\nok\n")
        holds(r.err, 'a part of the kind "executableCode", a part of the kind "codeExecutionResult"')
        same(contents(server)[1][1], [code, {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1\n"}}, {"text": "It is 1."}])
        clean(server, 2)


# ---- images, schemas -------------------------------------------------------------------------------

@test
def shows_images():
    """An image is bytes of its type"""
    with g.Gemini(g.reply("A dot.")) as server, g.at_server(server) as box:
        box.write("dot.png", PNG)
        ended(box.run("-n", "-a", "dot.png", "What?"), 0, "A dot.\n", "")
        same(contents(server)[0][1], [{"text": "What?"}, {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(PNG).decode()}}])
        clean(server, 1)


@test
def draws_images():
    """An image of the model's is kept and named, and goes back with its signature"""
    data = base64.b64encode(PNG).decode()
    drawn = {"inlineData": {"mimeType": "image/png", "data": data}, "thoughtSignature": "c2ln"}
    draft = {"inlineData": {"mimeType": "image/png", "data": "AAAA"}, "thought": True}
    with g.Gemini(g.answer(g.chunk(draft, drawn, finish="STOP")), g.reply("ok")) as server, g.at_server(server) as box:
        r = ended(box.run("-i", stdin="a\nb\n"), 0)
        holds(r.err, f"[image {len(PNG)} bytes]")
        same(contents(server)[1][1], [drawn])
        clean(server, 2)


@test
def refuses_gifs():
    """What the API takes not is named in its own words"""
    with g.Gemini() as server, g.at_server(server) as box:
        box.write("dot.gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;")
        r = ended(box.run("-n", "-a", "dot.gif", "What?"), 7, "")
        same(r.err, "hobnob: Unsupported MIME type: image/gif\n  choose another model, or leave out the image\n")


@test
def obeys_schemas():
    """--schema is the reply's JSON Schema; $schema is left out"""
    with g.Gemini(g.reply('{"n": 1}')) as server, g.at_server(server) as box:
        box.write("s.json", json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **SCHEMA}))
        ended(box.run("-n", "--schema", "s.json", "Hi"), 0, '{"n": 1}\n', "")
        config = server.requests[0].json["generationConfig"]
        same((config["responseMimeType"], config["responseJsonSchema"]), ("application/json", SCHEMA))
        clean(server, 1)


@test
def merges_bodies():
    """extra_body is merged into the request, and headers are added to it"""
    extra = {"safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}], "generationConfig": {"topK": 3, "thinkingConfig": None}}
    with g.Gemini(g.reply("ok")) as server, g.at_server(server) as box:
        box.config("providers: {gemini: {extra_body: %s, headers: {X-Team: moss}}}" % json.dumps(extra))
        ended(box.run("-n", "Hi"), 0, "ok\n", "")
        body = server.requests[0].json
        same((body["safetySettings"], body["generationConfig"]), (extra["safetySettings"], {"maxOutputTokens": 4096, "topK": 3}))
        same(server.requests[0].headers["x-team"], "moss")
        clean(server, 1)


# ---- models, money ---------------------------------------------------------------------------------

@test
def lists_models():
    """The list is read page by page: what generates, its limits, without its kind"""
    with g.Gemini(page_most=3) as server, g.at_server(server) as box:
        got = json.loads(ended(box.run("models", "--json"), 0).out)
        same([(m["id"], m["context"], m["max_output"]) for m in got],
             sorted((m["id"], m["inputTokenLimit"], m["outputTokenLimit"]) for m in g.MODELS if "generateContent" in m["methods"]))
        same([r.path for r in server.requests], ["/v1beta/models?pageSize=1000", "/v1beta/models?pageSize=1000&pageToken=3",
                                                 "/v1beta/models?pageSize=1000&pageToken=6"])
        clean(server)


@test
def uses_limits():
    """A prompt that the server calls too long is shortened by what it says"""
    with g.Gemini(g.reply("one."), g.reply("two."), g.reply("three.")) as server, g.at_server(server) as box:
        r = ended(box.run("-i", "-m", "tiny-test", "-o", "max_tokens=8", stdin="a " * 8 + "\n" + "b " * 8 + "\n" + "c " * 8 + "\n"), 0, "one.\ntwo.\nthree.\n")
        holds(r.err, "left out")
        same(server.refusals, ["The input token count (26) exceeds the maximum number of tokens allowed (20)."])


@test
def lowers_its_limit():
    """A limit of the reply that hobnob chose is lowered to what the model takes; one of the user's is an error"""
    with g.Gemini(g.reply("ok")) as server, g.at_server(server) as box:
        server.lists = [{**g.MODEL, "outputTokenLimit": 2048}]
        ended(box.run("-n", "Hi"), 0, "ok\n", "")
        same([r.json["generationConfig"]["maxOutputTokens"] for r in server.chats], [4096, 2048])
        r = ended(box.run("-n", "-o", "max_tokens=2049", "Hi"), 7, "")
        holds(r.err, "maxOutputTokens value of 2049 but the supported range is from 1 (inclusive) to 2049 (exclusive)", "2048")


@test_each([("thoughts", g.usage(1000, 20, 300), ("0.0011", 1000, 320, None, 300)),
            ("a cache", g.usage(1000, 20, cached=400), ("0.000242", 1000, 20, 400, None)),
            ("tools of the server", g.usage(1000, 20, tools=50), ("0.000365", 1050, 20, None, None)),
            ("thoughts alone", g.usage(1000, None, 300), ("0.00105", 1000, 300, None, 300))])
def costs(used, expected):
    """What a reply costs, to the pico-dollar: thoughts are output, a cache is cheaper, results of the server's tools are input"""
    with g.Gemini(g.answer(g.chunk(g.text("ok"), finish="STOP", used=used))) as server, g.at_server(server) as box:
        server.lists = [{**g.MODEL, "id": "gemini-2.5-flash"}]
        for how in ((), ("--no-stream",)):
            (done,) = lines_of(ended(box.run("-n", "-m", "gemini-2.5-flash", "-o", "price_table=google", "--json", *how, "Hi"), 0).out)
            u = done["usage"]
            same((done["cost"], u["prompt_tokens"], u["completion_tokens"], u["cached_tokens"], u["reasoning_tokens"]), expected)
            same(done["cost_source"], "table")


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
    ("a place", (400, "FAILED_PRECONDITION", "User location is not supported for the API use."), "bad_request", 7, 1, "User location"),
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


@test
def is_cancelled():
    """Ctrl-C keeps what came of a reply, and its signature"""
    seen = threading.Event()

    def half(conn, request):
        conn.sendall(head(200, SSE) + event(g.chunk(g.text("Half", "c2ln"))))
        request.server.issued["c2ln"] = {"text": "Half"}
        seen.wait(30)
        return end(conn, "close")
    with g.Gemini(half, g.reply("ok")) as server, g.at_server(server) as box:
        running = box.start("-n", "Hi")
        running.close()
        running.expect("Half")
        running.signal()
        r = running.end()
        seen.set()
        same((r.status, r.out), (-2, "Half\n"))
        ended(box.run("-n", "-c", "more"), 0, "ok\n", "")
        same(contents(server)[1], ("model", [{"text": "Half", "thoughtSignature": "c2ln"}]))


@test
def keeps_its_key():
    """A redirect is not followed, and the key goes nowhere else"""
    with g.Gemini(g.reply("no")) as other, g.Gemini(g.body(302, b"", {"Location": other.url + "/v1beta"})) as server, g.at_server(server) as box:
        ended(box.run("-n", "Hi"), 3, "", re.compile("base_url is wrong"))
        same(len(other.requests), 0)


if __name__ == "__main__":
    main()
