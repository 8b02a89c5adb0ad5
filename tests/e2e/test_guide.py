#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The code of the documents: the C compiles, and each block of docs/plugins.md runs.

A block that names a file after its language (```c small.c) is that file, or its next piece. Blocks of C without a name, one after another, are
one file of C99, which compiles without a warning. The ```console blocks of docs/plugins.md run as test_readme.py says, in a folder that
holds its files, with hobnob installed below a folder of its own.
"""
import functools
import glob
import json
import os
import re
import signal

from hob import SRC, TESTS, Box, ended, holds, lacks, main, same, test, test_each, truth
from kit import build, compile_c, prefix, quiet
from server import Server, body, error, hang, head, raw
from test_readme import examples, run_example

FILE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)
COMMENT = re.compile(r"/\*.*?\*/", re.S)
GUIDE = os.path.join(SRC, "docs", "plugins.md")
LINES_MOST = 60
LINES = [{"text": "Hel"}, {"text": "lo"}, {"done": "stop", "in": 12, "out": 34}]
ENV = {"SMALL_API_KEY": "sk-small-0123456789"}


def files(document):
    """The files of a document by their names; C without a name is of the name ""."""
    with open(document, encoding="utf-8") as f:
        blocks = FILE.findall(f.read())
    out = {}
    for language, name, code in blocks:
        if name or language == "c":
            out[name] = out.get(name, "") + code
    return out


def documents():
    """The C files of those that hold some."""
    found = [os.path.join(SRC, "README.md")] + sorted(glob.glob(os.path.join(SRC, "docs", "*.md")))
    return [(f"{os.path.relpath(path, SRC)} {name}".strip(), code) for path in found for name, code in files(path).items()
            if not name or name.endswith(".c")]


def small_source():
    """The provider of docs/plugins.md."""
    return files(GUIDE)["small.c"]


@functools.lru_cache(maxsize=None)
def small():
    """The folder with it."""
    return build(small_source(), "small")


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
def compiles(code):
    """The C of a document compiles in C99 without a warning"""
    compile_c(code, "-fsyntax-only")


@test
def sixty_lines():
    """The guide's provider over HTTP is 60 lines of code: blank ones and comments are not counted"""
    lines = [line for line in COMMENT.sub("", small_source()).splitlines() if line.strip()]
    truth(len(lines) <= LINES_MOST, f"{len(lines)} lines")
    truth(max(map(len, lines)) <= 120, "a line is longer than 120 columns")


@test
def answers():
    """The guide's provider sends what is set, and its reply, usage and finish are the server's"""
    with Small(ndjson(LINES)) as box:
        done = box.ask(0, "--system", "Be brief.", "-o", "max_tokens=99")
        same((done["text"], done["finish"], done["usage"]["prompt_tokens"], done["usage"]["completion_tokens"]), ("Hello", "stop", 12, 34))
        (asked,) = box.server.requests
        same((asked.method, asked.path), ("POST", "/v1/chat"))
        same(asked.json, {"model": "small-1", "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "hi"}],
                          "max_tokens": 99})
        same((asked.headers["authorization"], asked.headers["content-type"]), ("Bearer " + ENV["SMALL_API_KEY"], "application/json"))


@test_each([
    ("a status", error(429, "slow down"), 5, "rate_limited", "slow down"),
    ("a status without a body", raw(head(503, {"Content-Length": 0})), 6, "unavailable", "HTTP 503"),
    ("an error inside a 200", ndjson([{"error": "no GPU is free"}]), 6, "unavailable", "the server says: no GPU is free"),
    ("a line that is not JSON", raw(head(200, {"Content-Length": 6}) + b"<html>"), 1, "protocol", "the line is not one of this API's: <html>"),
    ("a line of something else", ndjson([{"texts": "?"}]), 1, "protocol", "the line is not one of this API's"),
    ("an end without its mark", ndjson(LINES[:2]), 1, "truncated", "the server stopped before the end of the reply"),
    ("a line that was cut", body(200, b'{"text":"Hel"}\n{"do'), 1, "truncated", "the server stopped before the end of the reply"),
])
def fails(step, status, kind, message):
    """The guide's provider tells one failure from another"""
    with Small(step) as box:
        r = box.ask(status)
        same(r["kind"], kind)
        holds(r["message"], message)


@test
def waits_as_long_as_told():
    """The wait that a server asks for is the one before the next attempt"""
    with Small(error(429, "slow down", {"Retry-After": "0.2"}), ndjson(LINES)) as box:
        ended(box.run(*box.args, "-o", "retries=1", "hi"), 0, "Hello\n", "hobnob: rate_limited (HTTP 429); retry 1 in 0.200 s\n")


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
def checked():
    """The guide's provider keeps all of hobnob's rules, by the answers that the guide has for it"""
    with Box() as box:
        answers = box.write("small.answers.json", files(GUIDE)["small.answers.json"])
        report = json.loads(box.run("plugins", "check", "--json", "--answers", answers, os.path.join(small(), "small.so")).out)
        same({r["rule"]: r.get("message") for r in report["rules"] if r["outcome"] == "broken"}, {})
        truth(report["ok"], report)


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


def collect(box):
    """A test for each example of the guide. The folder is filled when the first one runs."""
    @functools.lru_cache(maxsize=None)
    def furnish():
        (pc,) = glob.glob(prefix() + "/**/hobnob.pc", recursive=True)
        box.cwd = box.home
        box.env = {**quiet(), "HOME": box.home, "LC_ALL": "C.UTF-8", "TERM": "xterm", "PKG_CONFIG_PATH": os.path.dirname(pc), "PATH": f"{prefix()}/bin:{os.environ['PATH']}"}
        for name, text in files(GUIDE).items():
            box.write(name, text)
        with open(os.path.join(SRC, "docs", "hello.c"), encoding="utf-8") as f:
            box.write("hello.c", f.read())

    with open(GUIDE, encoding="utf-8") as f:
        text = f.read()
    for number, command, expected, exports in list(examples(text, "docs/plugins.md")):
        def function(command=command, expected=expected, exports=exports):
            furnish()
            run_example(box, command, expected, exports)
        TESTS.append((function, (), f"docs/plugins.md:{number}: {command.splitlines()[0]}"))


if __name__ == "__main__":
    with Box() as place:
        collect(place)
        main(chained=True)
