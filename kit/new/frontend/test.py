#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Talks to hobnob through my-plugin; the provider mock repeats what it is told: python3 test.py ./my-plugin.so

HOBNOB names the program, if it is not the hobnob on the PATH.
"""
import os
import subprocess
import sys
import tempfile


def talk(typed, *words):
    """Runs hobnob with the frontend, in a home of its own: the exit status, standard output and error."""
    with tempfile.TemporaryDirectory() as home:
        env = {"HOME": home, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        program = os.environ.get("HOBNOB", "hobnob")
        done = subprocess.run([program, "--plugin-path", os.path.abspath(sys.argv[1]), "-f", "my-plugin", "-p", "mock", *words], env=env,
                              cwd=home, input=typed, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=60,
                              encoding="utf-8")
    return done.returncode, done.stdout, done.stderr


def one_turn():
    """One turn writes the reply and nothing else"""
    same(talk("", "-n", "good morning"), (0, "good morning\n", ""))


def conversation():
    """A conversation takes a line at a time, the last one without its end, until the input ends"""
    same(talk("one\n\ntwo ☀\nthree", "-i"), (0, "one\ntwo ☀\nthree\n", ""))


def leaves():
    """/exit leaves, and what follows it is not sent"""
    status, out, _ = talk("one\n/exit\ntwo\n", "-i")
    same((status, "one\n" in out, "two" in out), (0, True, False))


def complains():
    """What fails is said on standard error"""
    status, out, err = talk("/set temperature=hot\n", "-i")
    same((status, out, err.startswith("error: ")), (0, "", True))


def same(got, expected):
    """Exactly that."""
    if got != expected:
        raise AssertionError(f"expected {expected!r}, got {got!r}")


def main():
    """Runs all tests; the exit status."""
    failed = 0
    for test in (one_turn, conversation, leaves, complains):
        try:
            test()
            print(f"ok - {test.__doc__}")
        except AssertionError as trouble:
            failed = 1
            print(f"not ok - {test.__doc__}\n  {trouble}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
