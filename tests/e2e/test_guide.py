#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The C of the documents: it compiles, and the provider that docs/plugins.md builds block by block does what the page says.

The ```c blocks of a document, one after another, are one file of C99, which compiles without a warning.
"""
import atexit
import functools
import glob
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile

from hob import SRC, Box, Skip, ended, holds, lacks, main, same, test, test_each
from server import Server, body, error, hang, head, raw

BLOCK = re.compile(r"^```c\n(.*?)^```$", re.M | re.S)
LINES = [{"text": "Hel"}, {"text": "lo"}, {"done": "stop", "in": 12, "out": 34}]
ENV = {"SMALL_API_KEY": "sk-small-0123456789"}


def code(document):
    """The C of a document, or nothing."""
    with open(document, encoding="utf-8") as f:
        return "".join(BLOCK.findall(f.read()))


def documents():
    """Those that hold C, by their names."""
    found = [os.path.join(SRC, "README.md")] + sorted(glob.glob(os.path.join(SRC, "docs", "*.md")))
    return [(os.path.relpath(path, SRC), path) for path in found if code(path)]


def flags(what):
    """What json-c needs."""
    if not shutil.which("pkg-config"):
        raise Skip("no pkg-config")
    return shlex.split(subprocess.run(["pkg-config", what, "json-c"], check=True, stdout=subprocess.PIPE, text=True).stdout)


def compile_c(text, *more):
    """Compiles C99 without a warning."""
    compiler = shlex.split(os.environ.get("CC", "cc"))
    if not shutil.which(compiler[0]):
        raise Skip("no compiler")
    r = subprocess.run([*compiler, "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-I", os.path.join(SRC, "core", "include"),
                        *flags("--cflags"), "-x", "c", "-", *more], input=text,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if r.returncode:
        raise AssertionError(r.stdout)


@functools.lru_cache(maxsize=None)
def small():
    """The folder with the provider of docs/plugins.md in it, which ends with this program."""
    place = tempfile.mkdtemp(prefix="hobnob-guide-")
    os.chmod(place, 0o755)
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    compile_c(code(os.path.join(SRC, "docs", "plugins.md")), "-shared", "-fPIC", "-o", os.path.join(place, "small.so"), *flags("--libs"))
    os.chmod(os.path.join(place, "small.so"), 0o755)
    return place


def ndjson(lines, status=200):
    """An answer of a JSON document a line, of a type that says nothing."""
    return body(status, "".join(json.dumps(line) + "\n" for line in lines).encode())


class Small(Box):
    """A box with the provider of docs/plugins.md, and a server for it."""

    def __init__(self, *steps):
        super().__init__(**ENV)
        self.server = Server(*steps)
        self.args = ("-n", "--plugin-path", small(), "-p", "small", "-o", f"small.base_url={self.server.url}", "-o", "retries=0")

    def __exit__(self, *more):
        self.server.stop()
        super().__exit__(*more)

    def ask(self, status, *more):
        """Asks for JSON; what it says at last."""
        return json.loads(ended(self.run(*self.args, "--json", *more, "hi"), status).out)


@test_each(documents())
def compiles(path):
    """The C of a document compiles in C99 without a warning"""
    compile_c(code(path), "-fsyntax-only")


@test
def answers():
    """The guide's provider sends what is set, and its reply, usage and finish are the server's"""
    with Small(ndjson(LINES)) as box:
        done = box.ask(0, "--system", "Be brief.", "-o", "temperature=0.5", "-o", "max_tokens=99")
        same((done["text"], done["finish"], done["usage"]["prompt_tokens"], done["usage"]["completion_tokens"]), ("Hello", "stop", 12, 34))
        (asked,) = box.server.requests
        same((asked.method, asked.path), ("POST", "/v1/chat"))
        same(asked.json, {"model": "small-1", "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "hi"}],
                          "max_tokens": 99, "temperature": 0.5})
        same((asked.headers["authorization"], asked.headers["content-type"]), ("Bearer " + ENV["SMALL_API_KEY"], "application/json"))


@test_each([
    ("a status", error(429, "slow down"), 5, "rate_limited", "slow down"),
    ("an error inside a 200", ndjson([{"error": "no GPU is free"}]), 6, "unavailable", "the server says: no GPU is free"),
    ("a line that is not JSON", raw(head(200, {"Content-Length": 6}) + b"<html>"), 1, "protocol", "a line is not a JSON object"),
    ("an end without its mark", ndjson(LINES[:2]), 1, "truncated", "the server stopped in the middle"),
])
def fails(step, status, kind, message):
    """The guide's provider tells one failure from another"""
    with Small(step) as box:
        r = box.ask(status)
        same(r["kind"], kind)
        holds(r["message"], message)


@test
def unknown_counts():
    """What the server does not count is unknown, and an odd end is"""
    with Small(ndjson([{"text": "Hello"}, {"done": "odd"}])) as box:
        done = box.ask(0)
        same((done["usage"]["completion_tokens"], done["cost"], done["finish"]), (None, None, "unknown"))


@test
def refused_by_name():
    """A setting that the guide's provider does not heed is refused before anything is sent"""
    with Small(ndjson(LINES)) as box:
        r = box.ask(2, "-o", "seed=7")
        same((r["kind"], r["message"]), ("usage", "small does not take a seed"))
        same(box.server.requests, [])


@test
def dry_run():
    """A dry run shows the request without the key"""
    with Small(ndjson(LINES)) as box:
        r = ended(box.run(*box.args, "--dry-run", "hi"), 0, err="")
        same(json.loads(r.out)["headers"]["Authorization"], "Bearer [secret]")
        lacks(r.out, ENV["SMALL_API_KEY"])
        same(box.server.requests, [])


@test
def stops():
    """Ctrl-C ends a request that nobody answers"""
    with Small(hang()) as box:
        running = box.start(*box.args, "hi")
        box.server.wait(1)
        running.signal()
        ended(running.end(), -signal.SIGINT, "")


if __name__ == "__main__":
    main()
