#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Asks my-plugin through hobnob, and the canned server answers: python3 test.py ./my-plugin.so

HOBNOB names the program, if it is not the hobnob on the PATH. Nothing here needs a key or a network.
"""
import json
import os
import subprocess
import sys
import tempfile

from server import Server, load

FILE = load()
STREAM = FILE["answers"][0]
FAILED = {"method": "POST", "path": "/chat"}


def hobnob(url, *words):
    """Runs hobnob with the plugin in a home of its own: the exit status, and what it says as JSON."""
    options = {"base_url": url, **FILE["options"]}
    with tempfile.TemporaryDirectory() as home:
        env = {"HOME": home, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
               **{f"HOBNOB_MY_PLUGIN_{key.upper()}": value for key, value in options.items()}}
        program = os.environ.get("HOBNOB", "hobnob")
        done = subprocess.run([program, "--plugin-path", os.path.abspath(sys.argv[1]), "-n", "-p", "my-plugin", "-o", "retries=0",
                               "--json", *words], env=env, cwd=home, stdout=subprocess.PIPE, check=False, timeout=60)
    return done.returncode, json.loads(done.stdout or "null")


def ask(answers, *words):
    """Asks a question; the exit status, what hobnob says, and what the server was asked."""
    with Server(answers) as server:
        return (*hobnob(server.url, *words, "Say good morning."), server.requests)


def answers():
    """The reply is the text of the file, with its usage; the request has the key and the question"""
    status, said, (asked,) = ask(FILE["answers"], "-o", "max_tokens=99")
    same((status, said["text"], said["finish"]), (0, FILE["text"], "stop"))
    same((said["usage"]["prompt_tokens"], said["usage"]["completion_tokens"]), (12, 34))
    same((asked.path, asked.headers["Authorization"]), ("/chat", "Bearer " + FILE["options"]["api_key"]))
    same(json.loads(asked.body), {"model": "small-1", "messages": [{"role": "user", "content": "Say good morning."}], "stream": True,
                                  "max_tokens": 99})


def at_once():
    """Without streaming, the reply is the same"""
    status, said, (asked,) = ask(FILE["answers"], "--no-stream")
    same((status, said["text"], json.loads(asked.body)["stream"]), (0, FILE["text"], False))


def models():
    """The list of models is the server's"""
    with Server(FILE["answers"]) as server:
        status, said = hobnob(server.url, "models")
    same((status, sorted(model["id"] for model in said)), (0, ["large-1", "small-1"]))


def refused():
    """A status says what went wrong"""
    status, said, _ = ask([{**FAILED, "status": 429, "body": [{"error": {"message": "slow down"}}]}])
    same((status, said["kind"], said["message"]), (5, "rate_limited", "slow down"))


def refused_by_type():
    """The server's own word says it better"""
    status, said, _ = ask([{**FAILED, "status": 400, "body": [{"error": {"type": "bad_key", "message": "who are you?"}}]}])
    same((status, said["kind"], said["message"]), (4, "auth", "who are you?"))


def fails_in_the_middle():
    """An error after a status of 200 is an error"""
@ndjson:    error = '{"error": {"type": "overloaded", "message": "no GPU is free"}}\n'
@sse:    error = 'data: {"error": {"type": "overloaded", "message": "no GPU is free"}}\n\n'
    status, said, _ = ask([{**STREAM, "body": STREAM["body"][:2] + [error]}])
    same((status, said["kind"], said["message"]), (6, "unavailable", "no GPU is free"))


def stops_in_the_middle():
    """A reply without its end is truncated"""
    status, said, _ = ask([{**STREAM, "body": STREAM["body"][:2]}])
    same((status, said["kind"]), (1, "truncated"))


def same(got, expected):
    """Exactly that."""
    if got != expected:
        raise AssertionError(f"expected {expected!r}, got {got!r}")


def main():
    """Runs all tests; the exit status."""
    failed = 0
    for test in (answers, at_once, models, refused, refused_by_type, fails_in_the_middle, stops_in_the_middle):
        try:
            test()
            print(f"ok - {test.__doc__}")
        except (AssertionError, KeyError, TypeError, ValueError) as trouble:
            failed = 1
            print(f"not ok - {test.__doc__}\n  {type(trouble).__name__}: {trouble}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
