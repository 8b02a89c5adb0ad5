#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`hobnob models`: what is listed, in which order, which of them, at whose prices; and what is listed where there is no list."""
import json
import os
import re
import shlex
import shutil
import subprocess

from hob import SRC, Box, Skip, at_server, ended, lacks, lines_of, main, same, test, test_each, truth
from prompt import begin, leave, say
from server import Server, body, close, error, reply

LIST = {"data": [
    {"id": "openai/gpt-5-nano", "name": "OpenAI: GPT-5 Nano", "context_length": 400000,
     "architecture": {"input_modalities": ["text", "image"]}, "supported_parameters": ["max_tokens", "seed", "structured_outputs"],
     "pricing": {"prompt": "0.00000005", "completion": "0.0000004", "input_cache_read": "0.000000005", "input_cache_write": "0.0000000625"}},
    {"id": "anthropic/claude-sonnet-4.5", "name": "Anthropic: Claude Sonnet 4.5",
     "pricing": {"prompt": "0.000003", "completion": "0.000015"}},
    {"id": "Zeta", "name": "Last Word"}, {"id": "alpha"}, {"id": "beta:free", "pricing": {"prompt": "0", "completion": "0"}},
    {"id": "openrouter/auto", "pricing": {"prompt": "-1", "completion": "-1"}},
    {"id": "deep", "pricing": {"prompt": "0.000002", "completion": "0.000008", "internal_reasoning": "0.000003"}},
    {"id": "even", "pricing": {"prompt": "0.000002", "completion": "0.000008", "internal_reasoning": "0.000008"}},
    {"id": "half", "pricing": {"prompt": "0.000001", "completion": "?"}}]}
ALL = ["alpha", "anthropic/claude-sonnet-4.5", "beta:free", "deep", "even", "half", "openai/gpt-5-nano", "openrouter/auto", "Zeta"]


def shipped(vendor):
    """The names of a vendor's models in the table, as they are listed."""
    with open(os.path.join(SRC, "core", "data", "prices.tsv"), encoding="ascii") as f:
        lines = [line.split("\t") for line in f]
    return sorted((line[1] for line in lines if line[0] == vendor), key=lambda name: (name.lower(), name))


def names(result):
    """The ids of a JSON list."""
    return [m["id"] for m in json.loads(ended(result, 0).out)]


@test
def whole():
    """All are listed by name, capitals and small letters alike, each with its numbers and whose prices they are"""
    with Server(reply("hi"), models=body(200, LIST)) as server, at_server(server) as box:
        box.config("models: {alpha: {context: 32768, price_input: 1.5, price_output: 2}}\n")
        r = ended(box.run("models"), 0, None, "")
        same([re.split("  +", line) for line in r.out.splitlines()], [
            ["MODEL", "CONTEXT", "OUTPUT", "USD/MTOK IN", "OUT", "CACHED", "SOURCE"], ["alpha", "32768", "1.5", "2", "user"],
            ["anthropic/claude-sonnet-4.5", "3", "15", "models"], ["beta:free", "0", "0", "models"], ["deep", "2", "models"],
            ["even", "2", "8", "models"], ["half", "1", "models"],
            ["openai/gpt-5-nano", "400000", "0.05", "0.4", "0.005", "models"], ["openrouter/auto"], ["Zeta"]])
        listed = json.loads(ended(box.run("models", "--json"), 0, None, "").out)
        same([m["id"] for m in listed], ALL)
        same(listed[6], {"id": "openai/gpt-5-nano", "name": "OpenAI: GPT-5 Nano", "context": 400000, "max_output": None,
                         "price_input": "0.05", "price_output": "0.4", "price_cached": "0.005", "price_cache_write": "0.0625",
                         "price_reasoning": None, "price_source": "models",
                         "accepts": ["text", "image", "file", "tool_call", "tool_result"],
                         "heeds": ["max_tokens", "seed", "schema", "extra"]})
        same(set(map(str, listed[7].values())), {"openrouter/auto", "None"})


@test_each([
    ("78 columns", 78, ["MODEL", "CONTEXT", "OUTPUT", "USD/MTOK IN", "OUT", "CACHED", "SOURCE"]),
    ("77 columns", 77, ["MODEL", "CONTEXT", "USD/MTOK IN", "OUT", "CACHED", "SOURCE"]),
    ("60 columns", 60, ["MODEL", "USD/MTOK IN", "OUT", "SOURCE"]),
])
def narrow(columns, heads):
    """On a narrow terminal the limits and the price of cached tokens give way, so that a row stays a row"""
    with Server(reply("hi"), models=body(200, LIST)) as server, at_server(server) as box:
        rows = ended(box.terminal("models", size=(24, columns)).end(), 0).out.splitlines()
        same(re.split("  +", rows[0]), heads)
        same([len(rows), max(map(len, rows)) <= columns], [1 + len(ALL), True])


@test_each([
    ("one", ["gpt"], ["openai/gpt-5-nano"]),
    ("two, in any order", ["NANO", "OpenAI"], ["openai/gpt-5-nano"]),
    ("one of the name", ["last"], ["Zeta"]),
    ("one of the id, one of the name", ["zet", "word"], ["Zeta"]),
    ("a part of several", ["open"], ["openai/gpt-5-nano", "openrouter/auto"]),
    ("nothing special", ["4.5"], ["anthropic/claude-sonnet-4.5"]),
    ("no pattern", ["gpt.*"], []),
    ("not all", ["gpt", "claude"], []),
])
def words(asked, found):
    """Words choose among the models"""
    told = "" if found else "hobnob: no model holds all of these words in its id or name\n"
    with Server(reply("hi"), models=body(200, LIST)) as server, at_server(server) as box:
        r = ended(box.run("models", "--json", *asked), 0, None, told)
        same(names(r), found)
        r = ended(box.run("models", *asked), 0, None, told)
        same([line.split()[0] for line in r.out.splitlines()], ["MODEL", *found] if found else [])
        # What turns know is the whole list, whatever was asked for.
        done = json.loads(ended(box.run("-n", "--json", "-m", "openai/gpt-5-nano", "x"), 0).out)
        same(done["cost_source"], "models")


@test
def no_list():
    """A server without a list: the table's models of the vendor are listed, and that is told; without a vendor it is an error"""
    with Server(reply("hi"), models=error(404, "no such page")) as server, at_server(server) as box:
        ended(box.run("models"), 7, "", re.compile("no such page"))
        r = ended(box.run("models", "--json", "-o", "price_table=groq"), 0, None, re.compile(
            r"^hobnob: openai: no such page\n(?:  .*\n)*  these are the models that the shipped table of 2026-07-02 has of groq\n$"))
        same(names(r), shipped("groq"))
        same({m["price_source"] for m in json.loads(r.out)} - {"table", None}, set())
        ended(box.run("models", "gpt-oss-120b", "-o", "price_table=groq"), 0,
              re.compile(r"^openai/gpt-oss-120b +131072 +65536 +0.15 +0.6 +0.075 +table$", re.M))
        ended(box.run("models", "-o", "price_table=nobody"), 7, "")
    with Server(reply("hi"), models=error(401, "who are you")) as server, at_server(server) as box:
        lacks(ended(box.run("models", "-o", "price_table=groq"), 4, "").err, "shipped table")


@test_each([("no connection", None), ("an answer of 503", error(503, "busy")), ("nothing at all", close())])
def unreachable(step):
    """A list that cannot be had is told, and the table's models are shown; where the table has none, it is the error that it is"""
    with Server(models=step) as server, at_server(server, HOBNOB_RETRIES="0") as box:
        if step is None:
            server.stop()
        r = box.run("models", "--json", "-o", "price_table=groq")
        same(names(r), shipped("groq"))
        truth(re.search(r"^hobnob: openai: .+\n(?:  .*\n)*  these are the models that the shipped table of 2026-07-02 has of groq\n$", r.err), r)
        lacks(ended(box.run("models"), 6, "").err, "shipped table")


@test
def no_function():
    """A plugin that cannot list models: the same"""
    with Box() as box:
        compiler = shlex.split(os.environ.get("CC", "cc"))
        if not shutil.which(compiler[0]):
            raise Skip("no compiler")
        library = box.write("hello.so", "")
        subprocess.run([*compiler, "-shared", "-fPIC", "-I", os.path.join(SRC, "core", "include"), "-o", library,
                        os.path.join(SRC, "docs", "hello.c")], check=True)
        args = ("models", "-p", "hello", "--plugin-path", box.cwd)
        ended(box.run(*args), 2, "", "hobnob: hello cannot list its models\n")
        r = ended(box.run(*args, "-o", "price_table=xai", "--json"), 0, None, "hobnob: hello cannot list its models\n"
                  "  these are the models that the shipped table of 2026-07-02 has of xai\n")
        same(names(r), shipped("xai"))
        same(box.run("-i", *args[1:], stdin="/models\n").err, "hobnob: hello cannot list its models; /model NAME takes one without a list\n")


ROWS = """  MODEL                        CONTEXT  USD/MTOK IN  OUT
* alpha
  anthropic/claude-sonnet-4.5           3            15
  beta:free                             0            0
  deep                                  2
  even                                  2            8
  half                                  1
  openai/gpt-5-nano            400000   0.05         0.4
  openrouter/auto
  Zeta
/model NAME takes one
"""


@test
def conversation():
    """/models lists them all from within a conversation, the present one with a star; words choose; each asks once, and keeps the list"""
    with Server(reply("hi"), models=body(200, LIST)) as server, at_server(server) as box:
        r = ended(box.run("-i", "-m", "alpha", stdin="/models\n/models NANO  open\n/models no such\n/model alhpa\n"), 0, None,
                  f"hobnob: {doubt('alhpa', 'alpha')}\n")
        same(r.out, ROWS + "  MODEL              CONTEXT  USD/MTOK IN  OUT\n  openai/gpt-5-nano  400000   0.05         0.4\n/model NAME takes one\n"
             "no model holds all of these words in its id or name\nalhpa on openai\n")
        same([q.path for q in server.requests], ["/v1/models"] * 3)
        listed = json.loads(ended(box.run("models", "--json"), 0).out)
        said = "".join(json.dumps({"command": c}) + "\n" for c in ("/models", "/models zet word", "/models nosuch"))
        events = lines_of(ended(box.run("-f", "jsonl", "-m", "Zeta", stdin=said), 0, err="").out)
        same([e["data"] for e in events if e["event"] == "result"],
             [{"provider": "openai", "model": "Zeta", "models": found} for found in (listed, listed[-1:], [])])
        same(server.chats, [])


@test
def bare():
    """The star stands at the present model also where the list has "models/" before its name, as Google's has"""
    with Server(reply("hi"), models=body(200, {"data": [{"id": "models/alpha"}, {"id": "models/alpha-2"}]})) as server, at_server(server) as box:
        for model in ("alpha", "models/alpha"):
            rows = ended(box.run("-i", "-m", model, stdin="/models\n"), 0).out.splitlines()
            same([row.split() for row in rows[1:3]], [["*", "models/alpha"], ["models/alpha-2"]])


@test
def completed():
    """Tab after /model completes the names that /models has kept, and asks nobody"""
    with Server(reply("hi"), models=body(200, LIST)) as server, at_server(server, NO_COLOR="1") as box:
        t = begin(box, "-p", "openai")
        for line, seen in (("/model openai/\t\r", "openai/ on openai"), ("/model deep\r", "deep on openai"), ("/models NANO\r", "  openai/gpt-5-nano"),
                           ("/model openai/\t\r", "openai/gpt-5-nano on openai")):
            say(t, line, seen)
        leave(t)
        same([q.path for q in server.requests], ["/v1/models"])


@test
def conversation_without_list():
    """/models where the server has no list: the way out, or the table's models with a notice; a key that is refused is reported"""
    lost = "hobnob: openai: no such page; /model NAME takes one without a list\n"
    with Server(reply("hi"), models=error(404, "no such page")) as server, at_server(server) as box:
        r = ended(box.run("-i", stdin="/models\nx\n"), 0, "hi\n")
        truth(r.err.startswith(lost), r)
        r = ended(box.run("-i", "-o", "price_table=groq", stdin="/models gpt-oss-120b\n"), 0,
                  re.compile(r"^  MODEL +CONTEXT  USD/MTOK IN  OUT\n  openai/gpt-oss-120b +131072 +0.15 +0.6\n/model NAME takes one\n$"))
        truth(re.search(r"^hobnob: openai: no such page; (?:.*\n)*.*these are the models that the shipped table of 2026-07-02 has of groq\n$", r.err), r)
    with Server(reply("hi"), models=error(401, "who are you")) as server, at_server(server) as box:
        r = box.run("-i", stdin="/models\n")
        truth(r.err.startswith("hobnob: openai: who are you\n"), r)
        lacks(r.err, "without a list")


@test
def reasoning():
    """A model that the table knows with a price of its own for reasoning is listed with it"""
    with Server(reply("hi"), models=body(200, {"data": [{"id": "sonar-deep-research"}]})) as server, at_server(server) as box:
        (m,) = json.loads(ended(box.run("models", "--json", "-o", "price_table=perplexity"), 0).out)
        same((m["price_output"], m["price_reasoning"], m["price_source"]), ("8", "3", "table"))


@test
def warned_once():
    """A vendor that the table does not have is told once, however many models there are"""
    with Server(reply("hi"), models=body(200, LIST)) as server, at_server(server) as box:
        same(ended(box.run("models", "-o", "price_table=opena"), 0).err.count("has no vendor"), 1)


@test
def odd():
    """A list of one without a server, and the mock's"""
    with Box() as box:
        same(names(box.run("models", "-p", "mock", "--json")), ["mock"])
        ended(box.run("models", "-p", "mock", "nothing"), 0, "", "hobnob: no model holds all of these words in its id or name\n")


def doubt(name, meant):
    """The warning about a model that the list of the test's server does not have."""
    near = f' (did you mean "{meant}"?)' if meant else ""
    return f'the list of openai has no model "{name}"{near}; hobnob asks for it all the same'


@test_each([
    ("a typing error", "alhpa", "alpha"), ("without its vendor", "gpt-5-nano", "openai/gpt-5-nano"), ("in capitals", "ALPHA", "alpha"),
    ("in capitals, without its vendor", "GPT-5-Nano", "openai/gpt-5-nano"), ("in capitals, with a typing error", "OpenAI/GPT-5-Nona", "openai/gpt-5-nano"), ("nothing near", "quite-another", None),
    ("one that is listed", "alpha", ...), ("a variant of one", "alpha:free", ...),
])
def unlisted(name, meant):
    """A model that the kept list does not have is taken with a warning and the nearest name; nobody is asked for a list"""
    with Server(reply("hi"), models=body(200, LIST)) as server, at_server(server) as box:
        ended(box.run("-n", "-m", name, "x"), 0, "hi\n", "")  # no list is kept yet
        ended(box.run("models"), 0)
        told = "" if meant is ... else f"hobnob: {doubt(name, meant)}\n"
        ended(box.run("-n", "-m", name, "x"), 0, "hi\n", told)
        r = ended(box.run("-i", "-m", "deep", stdin=f"/model {name}\nx\n"), 0)
        same((r.out, r.err), (f"{name} on openai\nhi\n", told))
        r = lines_of(ended(box.run("-f", "jsonl", "-m", "deep", stdin=json.dumps({"command": "/model " + name}) + "\n"), 0, err="").out)
        same([e.get("text") for e in r if e["event"] == "notice"], [] if meant is ... else [doubt(name, meant)])
        same(r[-1]["event"], "result")
        same([c.json["model"] for c in server.chats], [name] * 3)
        same(len([q for q in server.requests if q.path.endswith("/models")]), 1)


if __name__ == "__main__":
    main()
