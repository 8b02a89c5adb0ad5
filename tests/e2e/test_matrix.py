#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""/provider in mid-conversation, from each provider to each other one, and one conversation through all of them."""
import base64
import contextlib
import itertools
import json

from hob import Box, ended, holds, lines_of, main, same, test, test_each, truth
from worlds import KEPT, NAMES, World, messages_of

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")
TIDE = {"name": "tide", "description": "when", "schema": {"type": "object", "properties": {"port": {"type": "string"}}}}
# A conversation with calls of tools, their results, and what some other provider keeps.
TOOLS = {"tools": [TIDE], "stream": True, "messages": [
    {"role": 2, "text": "When?"},
    {"role": 3, "parts": [{"type": 2, "name": "elsewhere.kept", "data": "kept-elsewhere"}, {"type": 1, "data": "I look."},
                          {"type": 5, "id": "c1", "name": "tide", "data": '{"port":"Wick"}'}, {"type": 5, "id": "c2", "name": "tide", "data": "{}"}]},
    {"role": 4, "parts": [{"type": 6, "id": "c1", "name": "tide", "data": "04:10"}, {"type": 6, "id": "c2", "name": "tide", "data": "05:20"}]},
    {"role": 2, "text": "And then?"}]}


@contextlib.contextmanager
def worlds(*names):
    """The providers of these names, and a Box that knows all of them."""
    with contextlib.ExitStack() as stack:
        made = {name: stack.enter_context(World(name)) for name in names}
        env = {k: v for world in made.values() for k, v in world.env.items()}
        yield made, stack.enter_context(Box(**env)), [o for world in made.values() for o in world.options]


def turns(box, options, *lines):
    """The closing events of turns; a line is what is said, or a command if it begins with a slash."""
    sent = "".join(json.dumps({"command" if line.startswith("/") else "say": line}) + "\n" for line in lines)
    r = ended(box.run("-f", "jsonl", *options, "-o", "retries=0", stdin=sent), 0)
    events = lines_of(r.out)
    same([e for e in events if e["event"] in ("error", "warning")], [])
    return [e for e in events if e["event"] == "done"]


def said(name, n):
    """What a provider's n-th reply says; the mock begins its script again when a conversation comes back to it."""
    return f"{name} {1 if name == 'mock' else n}"


def asks(world, n, *rows):
    """The n-th request holds these messages, and they alternate."""
    if world.name == "mock":
        return
    asked = world.asked()
    truth(len(asked) >= n, f"{world.name} got {len(asked)} requests")
    got = messages_of(world.name, asked[n - 1])
    same([r for r, _ in got], (["user", "assistant"] * len(got))[:len(got)], world.name)
    same([t for _, t in got], list(rows), world.name)


def keeps(world, n, own, others):
    """The n-th request hands back what this provider gave, if it did, and nothing of others'."""
    if world.name == "mock":
        return
    text = json.dumps(world.asked()[n - 1])
    if KEPT[world.name]:
        same(KEPT[world.name] in text.replace('"reasoning.encrypted_content"', ""), own, f"{world.name}: {text}")
    for other in others:
        if KEPT[other]:
            truth(KEPT[other] not in text.replace('"reasoning.encrypted_content"', ""), f"{other}'s in a request of {world.name}: {text}")


@test_each([(f"{a}, {b}", a, b) for a, b in itertools.permutations(NAMES, 2)])
def pair(a, b):
    """Another provider gets the conversation, but not what the first one keeps; back there, that is handed back"""
    with worlds(a, b) as (made, box, options):
        got = turns(box, ["-p", a, *options], "one", "/provider " + b, "two", "/provider " + a, "three")
        same([e["text"] for e in got], [said(a, 1), said(b, 1), said(a, 2)])
        asks(made[b], 1, "one", f"{a} 1", "two")
        keeps(made[b], 1, False, [a])
        asks(made[a], 2, "one", f"{a} 1", "two", f"{b} 1", "three")
        keeps(made[a], 2, True, [b])


@test
def all_of_them():
    """One conversation passes through all providers, twice: each gets all of it, and its own reasoning the second time"""
    with worlds(*NAMES) as (made, box, options):
        lines = [line for n in (1, 2) for name in NAMES for line in ("/provider " + name, f"{n} for {name}")]
        got = turns(box, ["-p", NAMES[0], *options], *lines)
        same([e["text"] for e in got], [said(name, n) for n in (1, 2) for name in NAMES])
        so_far = [text for n in (1, 2) for name in NAMES for text in (f"{n} for {name}", said(name, n))]
        for i, name in enumerate(NAMES):
            for n in (1, 2):
                asks(made[name], n, *so_far[:2 * i + 2 * len(NAMES) * (n - 1) + 1])
                keeps(made[name], n, n == 2, [other for other in NAMES if other != name])


@test
def continued():
    """A conversation that another run continues hands back what its provider keeps"""
    for name in NAMES:
        with worlds(name) as (made, box, options):
            ended(box.run("-p", name, *options, "one"), 0, f"{name} 1\n")
            r = ended(box.run("-p", name, *options, "-c", "two"), 0)
            holds(r.out, name)
            asks(made[name], 2, "one", f"{name} 1", "two")
            keeps(made[name], 2, True, [])


@test_each([(name, name) for name in NAMES])
def picture(name):
    """An image that another provider was shown goes along"""
    shown = base64.b64encode(PNG).decode()
    with worlds(*sorted({"openai", name})) as (made, box, options):
        box.write("a.png", PNG)
        lines = [{"say": "Look", "attach": ["a.png"]}, {"command": "/provider " + name}, {"say": "two"}]
        r = ended(box.run("-f", "jsonl", "-p", "openai", *options, stdin="".join(json.dumps(line) + "\n" for line in lines)), 0)
        same([e["text"] for e in lines_of(r.out) if e["event"] == "done"], ["openai 1", said(name, 2 if name == "openai" else 1)])
        for request in made[name].asked()[-1:]:
            same(json.dumps(request).count(shown), 1)


@test_each([(name, name) for name in NAMES])
def tools(name):
    """Calls of tools and their results, made elsewhere, go to any provider; what that one keeps does not"""
    with worlds(name) as (made, box, options):
        r = ended(box.run("--plugin-path", box.fixture("relay"), "-f", "relay", "-p", name, *options, stdin=json.dumps(TOOLS) + "\n"), 0)
        done = [e for e in map(json.loads, r.out.splitlines()) if e.get("on") == "done"]
        same([e["text"] for e in done], [f"{name} 1"])
        for request in made[name].asked():
            text = json.dumps(request)
            holds(text, "Wick", "04:10", "05:20", "And then?")
            # a program may have made any of it
            truth(name == "exec" or "kept-elsewhere" not in text, text)


if __name__ == "__main__":
    main(at_once=2)
