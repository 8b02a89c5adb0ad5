#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Asks my-plugin through hobnob: python3 test.py ./my-plugin.so

HOBNOB names the program, if it is not the hobnob on the PATH.
"""
import json
import os
import signal
import subprocess
import sys
import tempfile

PROGRAM = os.environ.get("HOBNOB", "hobnob")


def start(home, *words):
    """Starts hobnob with the plugin, in a home of its own."""
    env = {"HOME": home, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    return subprocess.Popen([PROGRAM, "--plugin-path", os.path.abspath(sys.argv[1]), "-n", "-p", "my-plugin", *words], env=env, cwd=home,
                            stdout=subprocess.PIPE)


def ask(*words):
    """The exit status, and what hobnob says as JSON."""
    with tempfile.TemporaryDirectory() as home, start(home, "--json", *words) as process:
        out, _ = process.communicate(timeout=60)
    return process.returncode, json.loads(out or "null")


def answers():
    """The reply has the words in reverse order, and says how many there were"""
    status, said = ask("one two three")
    same((status, said["text"], said["finish"]), (0, "three two one", "stop"))
    same((said["usage"]["prompt_tokens"], said["usage"]["completion_tokens"]), (3, 3))


def refused():
    """A setting that makes no sense is refused"""
    status, said = ask("-o", "my-plugin.delay=-1", "one")
    same((status, said["kind"], said["message"]), (3, "config", "my-plugin: delay: expected 0 or more milliseconds"))


def stops():
    """Ctrl-C ends a reply in the middle"""
    with tempfile.TemporaryDirectory() as home, start(home, "-o", "my-plugin.delay=600000", "one two") as process:
        first = process.stdout.read(3)
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
    same((first, rest.strip(), process.returncode), (b"two", b"", -signal.SIGINT))


def same(got, expected):
    """Exactly that."""
    if got != expected:
        raise AssertionError(f"expected {expected!r}, got {got!r}")


def main():
    """Runs all tests; the exit status."""
    failed = 0
    for test in (answers, refused, stops):
        try:
            test()
            print(f"ok - {test.__doc__}")
        except (AssertionError, KeyError, TypeError, ValueError) as trouble:
            failed = 1
            print(f"not ok - {test.__doc__}\n  {type(trouble).__name__}: {trouble}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
