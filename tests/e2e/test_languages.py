#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Providers in C++11, Rust and Go, made from the header: they load, answer, report, fail and stop.

Each is built once, here, by what there is on this machine: a language without a compiler is skipped. They behave alike: they
repeat the prompt after the text of their option `prefix`, count bytes as tokens, fail on "fail" and wait for ever on "wait".
"""
import functools
import json
import os
import re
import signal

from hob import Box, Skip, ended, holds, main, same, test, test_each
from languages import ABI, cxx, folder, go_build, rustc
from server import Server, pieces

LANGUAGES = [("C++11", "cxx", "C++ says: "), ("Rust", "rust", "Rust says: "), ("Go", "go", "Go says: ")]


def build_cxx(out):
    """C++, with the layer over the header."""
    cxx(out, "cxx.cc", "-shared", "-fPIC")


def build_rust(out):
    """Rust, with the module of the kit."""
    rustc(out, os.path.join(ABI, "rust.rs"), "--crate-type", "cdylib")


def build_go(out):
    """Go, with the package of the kit."""
    go_build(out, os.path.join(ABI, "go"))


@functools.lru_cache(maxsize=None)
def built(name):
    """The folder with the plugin of that name in it, or why there is none."""
    out = os.path.join(folder(), name + ".so")
    try:
        {"cxx": build_cxx, "rust": build_rust, "go": build_go}[name](out)
    except (Skip, AssertionError) as trouble:
        return trouble
    os.chmod(out, 0o755)
    return folder()


def arguments(name, *more):
    """The command line to ask it."""
    place = built(name)
    if isinstance(place, Exception):
        raise place
    return ("-n", "--plugin-path", place, "-p", name, *more)


@test_each(LANGUAGES)
def answers(name, prefix):
    """It answers, and reports what it took"""
    with Box() as box:
        (done,) = map(json.loads, ended(box.run(*arguments(name, "--json", "good morning")), 0, err="").out.splitlines())
        same((done["text"], done["finish"], done["cost"]), (prefix + "good morning", "stop", None))
        same((done["usage"]["prompt_tokens"], done["usage"]["completion_tokens"]), (12, len(prefix) + 12))


@test_each(LANGUAGES)
def keeps_the_rules(name, _):
    """`plugins check` has nothing against it"""
    path = os.path.join(arguments(name)[2], name + ".so")
    with Box() as box:
        report = json.loads(ended(box.run("plugins", "check", path, "--json"), 0, err="").out)
        same([(r["rule"], r["message"]) for r in report["rules"] if r["outcome"] == "broken" and r["level"] != "picky"], [])


@test_each(LANGUAGES)
def its_option(name, _):
    """An option reaches it"""
    with Box() as box:
        ended(box.run(*arguments(name, "hi"), env={f"HOBNOB_{name.upper()}_PREFIX": "ß: "}), 0, "ß: hi\n", "")


CONFIG = """
providers:
  NAME:
    words: [one, "zwei ☀"]
    pairs: {a: b, c: ""}
    count: 3
    rate: 0.5
    loud: true
"""
OF_ALL_TYPES = [
    ("Rust", "rust", '["one", "zwei ☀"] [("a", "b"), ("c", "")] Some(3) Some(0.5) true', '[] [] None None false'),
    ("Go", "go", '["one" "zwei ☀"] ["a" "b" "c" ""] 3 0.5 true', "[] [] -1 -1 false"),
]


@test_each(OF_ALL_TYPES)
def options_of_all_types(name, given, none):
    """An option of each type reaches it, and one that is not set"""
    with Box() as box:
        holds(ended(box.run(*arguments(name, "options")), 0, err="").out, none)
        box.config(CONFIG.replace("NAME", name))
        holds(ended(box.run(*arguments(name, "options")), 0, err="").out, given)


@test_each(LANGUAGES)
def fails(name, _):
    """Its failure has a kind and a message"""
    with Box() as box:
        (error,) = map(json.loads, ended(box.run(*arguments(name, "--json", "fail")), 5).out.splitlines())
        same((error["kind"], error["message"]), ("quota", "no coins left"))


@test_each(LANGUAGES)
def dry_run(name, _):
    """A dry run starts nothing: it would wait for ever"""
    with Box() as box:
        shown = json.loads(ended(box.run(*arguments(name, "--dry-run", "wait")), 0, err="").out)
        same((shown["url"], shown["body"]), (None, [{"role": "user", "content": "wait"}]))


@test_each(LANGUAGES)
def stops(name, prefix):
    """Ctrl-C ends a reply"""
    with Box() as box:
        running = box.start(*arguments(name, "wait"))
        running.expect(f"{prefix}wait".replace("+", r"\+"))
        running.signal()
        ended(running.end(), -signal.SIGINT, f"{prefix}wait\n")


PANICS = [
    ("in chat()", ("panic",), r"the plugin panicked at \S+/rust\.rs:\d+: chat\(\) panics for panic"),
    ("in create()", ("-o", "rust.prefix=panic", "hi"), r"rust: the plugin panicked at \S+/rust\.rs:\d+: create\(\) panics"),
    ("an error of std", ("io",), r"No such file or directory \(os error 2\)"),
]


@test_each(PANICS)
def no_panic_crosses(typed, message):
    """A panic and an error of Rust's library become an error of the plugin's, and print nothing"""
    with Box() as box:
        (error,) = map(json.loads, ended(box.run(*arguments("rust", "--json", *typed)), 1, err="").out.splitlines())
        same((error["kind"], re.sub(message, "as said", error["message"])), ("plugin", "as said"))


GO_TROUBLE = [
    ("a panic in Chat", ("panic",), r"the plugin panicked at \S+/provider\.go:\d+: Chat panics"),
    ("a panic of whoever makes it", ("-o", "go.prefix=panic", "hi"), r"go: the plugin panicked at \S+/provider\.go:\d+: create panics"),
    ("an error", ("error",), r"an error of no kind"),
]


@test_each(GO_TROUBLE)
def no_panic_of_go(typed, message):
    """A panic and an error of Go become an error of the plugin's"""
    with Box() as box:
        (error,) = map(json.loads, ended(box.run(*arguments("go", "--json", *typed)), 1, err="").out.splitlines())
        same((error["kind"], re.sub(message, "as said", error["message"])), ("plugin", "as said"))


@test
def go_emits_more():
    """Go emits an event that has no function of its own"""
    with Box() as box:
        ran = ended(box.run(*arguments("go", "--json", "more")), 0)
        done = json.loads(ran.out.splitlines()[-1])
        same((done["text"], done["model"], done["upstream"]), ("Go says: more", "the real one", "upstream"))
        holds(ran.err + ran.out, "take note")


NDJSON = {"Content-Type": "application/x-ndjson"}


def asked(box, *steps):
    """Asks the provider in Go to ask a server; what came of it, and what the server got."""
    with Server(*steps) as server:
        env = {"HOBNOB_GO_BASE_URL": server.url, "GO_KEYS": "k-0123456789abcdef"}
        ran = box.run(*arguments("go", "--json", "-v", "-o", "retries=0", "-o", "temperature=0.5", "ask"), env=env)
        return ran, server.requests[0]


@test
def go_asks_a_server():
    """Go gets a server's lines through hobnob, which adds the key"""
    with Box() as box:
        ran, request = asked(box, pieces([b'{"text": "Gr\xc3', b'\xbc\xc3\x9fe"}\n{"text": " again"}\n{}\n{"text": "too much"}\n'], headers=NDJSON))
        same(json.loads(ended(ran, 0).out)["text"], "Grüße again")
        same((request.json, request.headers["authorization"], request.headers["x-of-the-plugin"]),
             ({"model": "small", "temperature": 0.5}, "Bearer k-0123456789abcdef", "yes"))
        holds(ran.err, "the status was 200")


GO_SERVER = [
    ("a status", pieces([b"slow down"], 429), 5, "rate_limited", r"slow down"),
    ("no JSON", pieces([b"no json"]), 1, "protocol", r"a line is not JSON: .*"),
    ("a panic in it", pieces([b'{"panic": "in a line"}']), 1, "plugin", r"the plugin panicked at \S+/provider\.go:\d+: in a line"),
]


@test_each(GO_SERVER)
def go_stops_a_request(step, status, kind, message):
    """What the function of Go returns or throws ends the request"""
    with Box() as box:
        error = json.loads(ended(asked(box, step)[0], status).out)
        same((error["kind"], re.sub(message, "as said", error["message"])), (kind, "as said"))


THROWN = [
    ("a std::exception", ("throw",), "thrown in chat()"),
    ("std::bad_alloc", ("throw memory",), "out of memory"),
    ("a number", ("throw 7",), "an exception that is not a std::exception"),
    ("the constructor", ("-o", "cxx.prefix=throw", "hi"), "cxx: thrown by the constructor"),
]


@test_each(THROWN)
def no_exception_crosses(typed, message):
    """An exception of C++ becomes an error of the plugin's"""
    with Box() as box:
        (error,) = map(json.loads, ended(box.run(*arguments("cxx", "--json", *typed)), 1).out.splitlines())
        same((error["kind"], error["message"]), ("plugin", message))


@test_each(LANGUAGES)
def failure_with_a_hint(name, _):
    """Its failure carries a hint"""
    with Box() as box:
        holds(ended(box.run(*arguments(name, "fail")), 5, "").err, "no coins left", "buy some")


@test_each(LANGUAGES)
def tells_its_credit(name, _):
    """It says what the account may still spend"""
    with Box() as box:
        ended(box.run(*arguments(name, "-f", "stdio", "-i"), stdin="/stats credits\n"), 0, "$1.5 left, $0.25 used so far\n", "")


@test_each(LANGUAGES)
def lists_models(name, _):
    """Its models are listed; a number below 0 is unknown"""
    with Box() as box:
        place = arguments(name)[2]
        shown = json.loads(ended(box.run("models", "--plugin-path", place, "-p", name, "--json"), 0, err="").out)
        same([(m["id"], m["name"], m["context"], m["max_output"], m["price_input"]) for m in shown],
             [("large", "the large one", None, 50, None), ("small", None, 1000, None, None)])


if __name__ == "__main__":
    main()
