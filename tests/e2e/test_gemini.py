#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The provider gemini against a server that refuses what Google's does: chats, thoughts, tools, images, schemas, models, money."""
import base64
import json
import os
import re

import gemini_server as g
from gemini_rules import DUMMY
from gemini_server import clean, contents, relayed
from hob import KEY, SRC, Box, ended, holds, lacks, lines_of, main, same, test, test_each

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
USER, ASSISTANT, TOOL = 2, 3, 4


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
        same([r.split(" ")[0] for r in server.refusals], ["Developer", "Thinking"])  # it does not think, either
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


@test_each([("a level to a model of budgets", "gemini-pro-test", "low", {"thinkingBudget": 1024, "includeThoughts": True}, 1),
            ("a budget to a model of levels", "gemini-3-test", "9000", {"thinkingLevel": "high", "includeThoughts": True}, 1),
            ("no thinking to one that always thinks", "gemini-3-test", "0", {"thinkingLevel": "low", "includeThoughts": True}, 2),
            ("a level to one that does not think", "gemini-plain-test", "low", None, 1)])
def thinks_otherwise(model, value, config, refusals):
    """What a model refuses of thinking is learnt, and it is told in another way; where it is not told at all, a notice says so"""
    with g.Gemini(g.reply("ok")) as server, g.at_server(server) as box:
        r = ended(box.run("-i", "-m", model, "-o", f"gemini.thinking={value}", stdin="a\nb\n"), 0, "ok\nok\n")
        same([c.json["generationConfig"].get("thinkingConfig") for c in server.chats[-2:]], [config] * 2)
        same(len(server.refusals), refusals)
        same(r.err, "" if config else "hobnob: the server refuses reasoning_effort or thinking: hobnob asks again without it\n")


@test
def has_to_think():
    """A number that the model does not take is the user's to change"""
    with g.Gemini() as server, g.at_server(server) as box:
        r = ended(box.run("-n", "-m", "gemini-pro-test", "-o", "reasoning_effort=none", "Hi"), 7, "")
        same(r.err, "hobnob: Budget 0 is invalid. This model only works in thinking mode.\n  change reasoning_effort or thinking, or unset it\n")
        r = ended(box.run("-n", "-o", "gemini.thinking=99999", "Hi"), 7, "")
        holds(r.err, "The thinking budget 99999 is invalid.", "change reasoning_effort or thinking, or unset it")
        same(len(server.requests), 2)


@test_each([("a model that cannot", "gemini-plain-test", (), 1), ("a model that is not told to", "gemini-lite-test", (), 1),
            ("a model that is told to", "gemini-lite-test", ("-o", "gemini.thinking=600"), 0),
            ("a model that is told not to", "gemini-lite-test", ("-o", "gemini.thinking=0"), 0)])
def does_not_think(model, args, refusals):
    """One that does not think is not asked for thoughts a second time"""
    with g.Gemini(g.reply("ok")) as server, g.at_server(server) as box:
        ended(box.run("-i", "-m", model, *args, stdin="a\nb\n"), 0, "ok\nok\n", "")
        same((len(server.refusals), len(server.requests)), (refusals, 2 + refusals))


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


@test_each([("the table", ()), ("a list that is kept", ("models",))])
def knows_names(first):
    """A model with models/ in front has the window and the prices of the one without"""
    with g.Gemini(g.answer(g.chunk(g.text("ok"), finish="STOP", used=g.usage(1000, 20)))) as server, g.at_server(server) as box:
        server.lists = [{**g.MODEL, "id": "gemini-2.5-flash", "outputTokenLimit": 9000 if first else 65536}]
        if first:
            ended(box.run(*first), 0)
        r = ended(box.run("-n", "-m", "models/gemini-2.5-flash", "-o", "price_table=google", "--json", "Hi"), 0, err="")
        same(lines_of(r.out)[0]["cost"], "0.00035")
        same(server.chats[0].json["generationConfig"]["maxOutputTokens"], 9000 if first else 16384)
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


if __name__ == "__main__":
    main()
