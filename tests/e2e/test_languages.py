#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Providers in C++11, Rust and Go, made from the header: they load, answer, report, fail and stop.

Each is built once, here, by what there is on this machine: a language without a compiler is skipped. They behave alike: they
repeat the prompt after the text of their option `prefix`, count bytes as tokens, fail on "fail" and wait for ever on "wait".
"""
import atexit
import functools
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

from hob import BUILD, SRC, Box, Skip, ended, holds, main, same, sanitized, test, test_each

ABI = os.path.join(SRC, "tests", "abi")
INCLUDE = os.path.join(SRC, "core", "include")
sys.path.insert(0, ABI)
import bindings  # pylint: disable=wrong-import-position
import header  # pylint: disable=wrong-import-position

LANGUAGES = [("C++11", "cxx", "C++ says: "), ("Rust", "rust", "Rust says: "), ("Go", "go", "Go says: ")]


@functools.lru_cache(maxsize=None)
def folder():
    """Where the plugins are built; it ends with this program."""
    place = tempfile.mkdtemp(prefix="hobnob-languages-")
    os.chmod(place, 0o755)
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


def surroundings(**more):
    """The environment of a compiler: what it keeps at home ends with this program."""
    return {**{k: v for k, v in os.environ.items() if not k.startswith("XDG_")}, "HOME": folder(), **more}


def tool(name, *probe):
    """The first program of that name on the PATH that runs here: one that needs a home of its user's does not."""
    for place in os.environ["PATH"].split(":"):
        path = os.path.join(place, name)
        if os.access(path, os.X_OK) and subprocess.run([path, *probe], capture_output=True, env=surroundings(),
                                                       check=False).returncode == 0:
            return path
    raise Skip(f"no {name} runs on this machine")


def run(command, cwd=None, **env):
    """Runs a compiler; what it says is shown if it fails."""
    r = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd=cwd,
                       env=surroundings(**env))
    if r.returncode:
        raise AssertionError(f"{shlex.join(command)}\n{r.stdout}")


def build_cxx(out):
    """C++11, without a warning."""
    run([tool("c++", "--version"), "-std=c++11", "-Wall", "-Wextra", "-Wpedantic", "-Wold-style-cast", "-Werror", "-shared", "-fPIC", "-I", INCLUDE,
         "-o", out, os.path.join(ABI, "cxx.cc")])


def build_rust(out):
    """Rust, with the header as our own binding."""
    rustc = tool("rustc", "-vV")
    types = os.path.join(folder(), "header.rs")
    with open(types, "w", encoding="utf-8") as f:
        f.write(bindings.rust(header.read()))
    run([rustc, "--edition", "2021", "--crate-type", "cdylib", "-o", out, os.path.join(ABI, "rust.rs")],
        HN_HEADER=types)


def build_go(out):
    """Go, with a little C; its cache stays in the build folder, since it holds Go's own library."""
    if sanitized():
        raise Skip("the Go runtime and the sanitizers both want the signals")
    go = tool("go", "version")
    cache = os.path.join(BUILD, "tests", "abi", "go-cache")
    os.makedirs(cache, exist_ok=True)
    run([go, "build", "-buildmode=c-shared", "-o", out, "."], cwd=os.path.join(ABI, "go"),
        CGO_ENABLED="1", CGO_CFLAGS=f"-I{INCLUDE}", GOCACHE=cache, GOPROXY="off", GOTOOLCHAIN="local", GOFLAGS="-buildvcs=false")


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
def its_option(name, _):
    """An option reaches it"""
    with Box() as box:
        ended(box.run(*arguments(name, "hi"), env={f"HOBNOB_{name.upper()}_PREFIX": "ß: "}), 0, "ß: hi\n", "")


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


@test
def failure_with_a_hint():
    """hobnob::failure carries its hint"""
    with Box() as box:
        holds(ended(box.run(*arguments("cxx", "fail")), 5, "").err, "no coins left", "buy some")


@test
def lists_models():
    """The models of a class of C++ are listed; a number below 0 is unknown"""
    with Box() as box:
        place = arguments("cxx")[2]
        shown = json.loads(ended(box.run("models", "--plugin-path", place, "-p", "cxx", "--json"), 0, err="").out)
        same([(m["id"], m["name"], m["context"], m["max_output"], m["price_input"]) for m in shown],
             [("large", "the large one", None, 50, None), ("small", None, 1000, None, None)])


if __name__ == "__main__":
    main()
