#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plugins that use all of ABI 1.0, built with the header of 1.0 and with one that has grown since.

Each struct of theirs ends where memory ends. .ci/run runs this once more with a hobnob that is built with the grown header.
"""
import json
import os
import re

from hob import BUILD, KEY, Box, Skip, ended, holds, lacks, main, same, test_each, truth
from server import Server, body

BUILT = ("1.0", "grown")
PROVIDERS = [(f"{name} of {folder}", folder, name) for folder in BUILT for name in ("everything", "blocks")]


def plugin(folder, name):
    """The arguments that bring a plugin of tests/abi."""
    path = os.path.join(BUILD, "tests/abi", folder, ".libs", name + ".so")
    if not os.path.exists(path):
        raise Skip(f"{path} is not built; make check builds it")
    return ("--plugin-path", path)


def asked(box, folder, name, word, *args, status=0, env=None):
    """The events of a turn that asks for one thing."""
    r = ended(box.run(*plugin(folder, name), "-n", "-p", name, "-m", "every-1", "-f", "jsonl", "-o", "retries=0", *args, word, env=env), status)
    return [json.loads(line) for line in r.out.splitlines()]


def text(box, folder, name, word, *args, env=None):
    """The whole reply."""
    return asked(box, folder, name, word, *args, env=env)[-1]["text"]


@test_each(PROVIDERS)
def looked_at(folder, name):
    """It is listed, its options are read, and its list of models"""
    with Box() as box:
        at = plugin(folder, name)
        truth(re.search(rf"^{name} +provider +1.0 ", ended(box.run("plugins", *at), 0).out, re.M), "not listed")
        holds(ended(box.run("plugins", "info", name, *at), 0).out, "auto|on|off", "EVERYTHING_API_KEY" if name == "everything" else "HOBNOB_BLOCKS_API_KEY")
        holds(ended(box.run("models", "-p", name, *at), 0, None).out, "every-1  50000    1000    1            2    0.5     models")
        lacks(ended(box.run("doctor", "-p", name, *at), 0, None).out, "problem:")


@test_each(PROVIDERS)
def options(folder, name):
    """Each type of option arrives, a default and a value of the user's"""
    with Box() as box:
        same(text(box, folder, name, "options"), 'api_key:- base_url:http://127.0.0.1:9 word:w count:7 factor:500/1000 sure:1 file:/f mode:on '
             'names:["a","b"]=a,b headers:{"X-A":"1"}=X-A,1 body:{"k":[1]}')
        box.config(f"providers: {{{name}: {{api_key: {KEY}, base_url: 'http://127.0.0.1:1/', word: '', count: -3, factor: 2.5, sure: no, file: /g,\n"
                   "  mode: off, names: [x], headers: {B: c, D: e}, body: {z: null}}}\n")
        same(text(box, folder, name, "options"), 'api_key:secret base_url:http://127.0.0.1:1 word: count:-3 factor:2500/1000 sure:0 file:/g mode:off '
             'names:["x"]=x headers:{"B":"c","D":"e"}=B,c,D,e body:{"z":null}')


@test_each(PROVIDERS)
def events(folder, name):
    """Each event arrives, an unknown one is passed over, and usage and cost are what it said"""
    with Box() as box:
        told = asked(box, folder, name, "events")
        same([(e["event"], e.get("text")) for e in told[1:-1]], [("notice", "a remark"), ("progress", "warming up"), ("reasoning", "hm"), ("delta", "one "),
             ("part", None), ("delta", "two"), ("notice", "the reply also holds a piece of audio, which hobnob cannot use")])
        same([told[2]["thousandths"], *(told[5][k] for k in ("type", "name", "mime", "base64"))], [500, "image", "dot", "image/png", "iVBORw0KGgo="])
        done = told[-1]
        same([done[k] for k in ("event", "text", "finish", "cost", "cost_source", "model", "upstream")],
             ["done", "one two", "length", "0.0000015", "provider", "every-1", "upstream"])
        same(done["usage"], {"prompt_tokens": 20, "completion_tokens": 10, "cached_tokens": 5, "reasoning_tokens": 2})


@test_each(PROVIDERS)
def request(folder, name):
    """A request arrives with all that was set"""
    with Box() as box:
        sets = ("-s", "Be brief.", "-o", "temperature=0.5", "-o", "top_p=0.25", "-o", "seed=7", "-o", "max_tokens=99", "-o", "stop=END", "-o", "reasoning_effort=low")
        same(text(box, folder, name, "request", *sets), "1:9[1] 2:7[1] stop END set 63 flags 1 max 99 seed 7 temperature 500 top_p 250 window 0 prompt known "
             "model every-1 effort low conversation named")


@test_each(PROVIDERS)
def http(folder, name):
    """A request with a key goes out, its answer and its head come in"""
    with Server(body(200, {"fine": True})) as server, Box() as box:
        box.config(f"providers: {{{name}: {{api_key: {KEY}, base_url: '{server.url}'}}}}\n")
        same(text(box, folder, name, "http"), '{"fine": true} 200 application/json 2 1')
        same([server.requests[0].headers["authorization"], server.requests[0].headers["x-a"], server.requests[0].json], ["Bearer " + KEY, "1", {"hello": 1}])


@test_each(PROVIDERS)
def services(folder, name):
    """The other services answer"""
    with Box() as box:
        same(text(box, folder, name, "services"), "wait 0 clock goes on a^[[2J^J columns 6 cancelled 0 kind -7 status -6 unknown 1")


@test_each(PROVIDERS)
def tool_call(folder, name):
    """A call of a tool that nobody offered is told, and not run"""
    with Box() as box:
        told = asked(box, folder, name, "tools")
        same([(e["event"], e.get("text")) for e in told[1:]], [
            ("part", None), ("notice", 'the model called the tool "none", which nobody offered; hobnob did not run it'), ("done", "")])
        same([told[1][k] for k in ("type", "call", "name", "data")] + [told[-1]["finish"]], ["tool_call", "c1", "none", '{"a":1}', "tool_calls"])


@test_each(PROVIDERS)
def fails(folder, name):
    """An error arrives with all that it says"""
    with Box() as box:
        error = asked(box, folder, name, "fail", status=5)[-1]
        same([error[k] for k in ("event", "kind", "status", "message", "hint")], ["error", "rate_limited", 429, "too much at once", "wait"])


@test_each(PROVIDERS)
def later(folder, name):
    """What a later header brought is there if this hobnob has it, and else seen to be missing"""
    with Box() as box:
        minor = re.search(r"ABI 1\.(\d+)", ended(box.run("--version"), 0).out).group(1)
        has = "1" if int(minor) else "0"
        tables = "".join(f" {what} {has}" for what in "host http io text log request message part".split())
        same(text(box, folder, name, "later"), f"minor {minor}" + (tables if folder == "grown" else ""))


# ---- a frontend ----

FRONTENDS = [(folder, folder) for folder in BUILT]
ANSWERS = "provider=everything model=every-1"


def talked(folder, word):
    """The lines of a frontend that was told what to do, with a provider of 1.0."""
    with Box() as box:
        path = ":".join(plugin(f, name)[1] for f, name in (("1.0", "everything"), (folder, "talks")))
        r = ended(box.run("--plugin-path", path, "-p", "everything", "-m", "every-1", "-f", "talks", "-o", "retries=0", word), 0, None, "")
        same(r.out.splitlines()[0], "start first=1 parts=0 size=1")
        return r.out.splitlines()[1:]


@test_each(FRONTENDS)
def commands(folder):
    """A frontend has commands of its own beside hobnob's, completes a line, and asks whether a text is a key"""
    same(talked(folder, "commands"), [
        "add 0", "again -2", "result text=hey! command=/shout data={}", "submit 0",
        "error code=-2 message=unknown command /nonsense: /help lists them kind=usage", "submit -2",
        "word /shout: says it loudly", "secret 1 0", "setting 0 auto -2 0"])


@test_each(FRONTENDS)
def turns(folder):
    """It hears what a turn brings, and how it ended"""
    lines = talked(folder, "turns")
    same(lines, [
        f"start {ANSWERS}", "notice text=a remark", "progress number=500 text=warming up", "reasoning text=hm", "text text=one ",
        "part 3 name=dot mime=image/png bytes=8", "text text=two", "usage usage=20/10/5/3/2/1500000",
        "notice text=the reply also holds a piece of audio, which hobnob cannot use",
        f"done finish=2 cost=1500000 text=one two {ANSWERS} upstream=upstream source=provider usage=20/10/5/3/2/1500000", "submit 0",
        f"start {ANSWERS}", "error code=-7 status=429 message=too much at once hint=wait kind=rate_limited " + ANSWERS + " usage=-1/-1/-1/-1/-1/-1",
        "submit -7", f"status last_turn=-7 messages=4 leaving=0 cost=1500000 {ANSWERS} kept size=1",
        "message role=2 with an id text=events 1 bytes=6 stride=1",
        "message role=3 with an id text=one two 2 id=o1 name=sealed mime=x/y bytes=2 1 bytes=4 3 name=dot mime=image/png bytes=8 1 bytes=3 stride=1",
        "message role=2 with an id text=fail 1 bytes=4 3 name=dot.png mime=image/png bytes=12 stride=1",
        "message role=3 with an id 1 bytes=0 stride=1"])


@test_each(FRONTENDS)
def relays(folder):
    """It asks a request of its own, with a tool, of which nothing is kept, and for the models"""
    says = "2:7[1] tool look/looks/{} set 73 flags 0 max 4096 seed 9 temperature 0 top_p 0 window 0 prompt known model every-1 effort  conversation unnamed"
    same(talked(folder, "relay"), [
        f"start {ANSWERS}", "text text=" + says, f"done finish=1 cost=-1 text={says} {ANSWERS}", "ask 0",
        f"start {ANSWERS}", 'tool_piece text={"a" command=look id=c1', "part 5 id=c1 name=look bytes=7", f"done finish=6 cost=-1 {ANSWERS}", "ask 0",
        "model every-1 context=50000 set=255 size=1", "models 0", 'models of nobody -3 message=no plugin is called "nobody"',
        f"status last_turn=0 messages=0 leaving=0 cost=-1 {ANSWERS} kept size=1"])


@test_each(FRONTENDS)
def cancels(folder):
    """It stops a turn from within an event, and what came is kept"""
    lines = talked(folder, "cancel")
    truth(f"done finish=4 cost=-1 text=one  {ANSWERS} upstream=upstream" in lines, "\n".join(lines))
    holds(lines[-1], "messages=2")


@test_each(FRONTENDS)
def beside(folder):
    """It opens a conversation with a setting of its own beside its first, and is told why one cannot be"""
    lines = talked(folder, "beside")
    same([re.search(r"set \d+ .* temperature \d+", line).group() for line in lines if line.startswith("text ")],
         [f"set {number} flags 1 max 4096 seed 0 temperature {value}" for number, value in ((3, 500), (1, 0))])
    same(lines[-4:], [f"status last_turn=0 messages=2 leaving=0 cost=-1 {ANSWERS} unkept size=1", "end 0", "end of its own -2",
                      'new -3 message=-o temperature: expected a number from 0 to 2, got "hot" size=1'])


@test_each(FRONTENDS)
def waits(folder):
    """It waits for a descriptor and for a time, and has one watched while a turn runs"""
    lines = talked(folder, "waits")
    same(lines[:2] + lines[-2:], ["ready 1 1", "slept 0", "submit 0", "watched 1"])


@test_each(FRONTENDS)
def later_tables(folder):
    """A frontend, too, sees whether what a later header brought is there"""
    with Box() as box:
        minor = re.search(r"ABI 1\.(\d+)", ended(box.run("--version"), 0).out).group(1)
    has = "1" if int(minor) else "0"
    same(talked(folder, "later")[-1], f"minor {minor}" + (f" session {has} commands {has} message {has}" if folder == "grown" else ""))


if __name__ == "__main__":
    main()
