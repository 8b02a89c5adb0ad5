#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Memory and loading: whole conversations under valgrind, and that libcurl is loaded by those alone that need it."""
import json
import os
import shutil
import subprocess

from hob import HOBNOB, Box, Skip, at_server, ended, holds, lacks, main, sanitized, same, test, test_each, truth
from server import Server, error, pieces, reply, stream, whole

VALGRIND = ["valgrind", "-q", "--leak-check=full", "--show-leak-kinds=definite,indirect,possible",
            "--errors-for-leak-kinds=definite,indirect,possible", "--error-exitcode=99", "--track-fds=no", "--num-callers=30"]
TALK = "Hello, you.\n/stats\nAnd more?\n/undo\n/retry\n/save talk.json\n/clear\n/load talk.json\n/stat\n/model other\nLast.\n/stats\n/exit\n"
TIMEOUT = 240


def under_valgrind(box, *args, stdin=None, status=0):
    """Runs it under valgrind, which must find nothing."""
    if sanitized():
        raise Skip("built with sanitizers, which look for the same")
    if not shutil.which("valgrind"):
        raise Skip("valgrind is not installed")
    if not os.path.exists("/proc/self/maps"):
        raise Skip("valgrind needs /proc, which is not mounted")
    r = box.run(HOBNOB, *args, stdin=stdin, argv=VALGRIND, timeout=TIMEOUT)
    lacks(r.err, "==")
    return ended(r, status)


@test
def mock_conversation():
    """A whole mock conversation leaks nothing and errs nowhere"""
    with Box() as box:
        steps = [{"match": "more", "error": {"kind": "rate_limited", "retry_after_ms": 1}}, {"match": "Last", "text": "Cut", "cut_after": 1},
                 {"text": "A reply of some words.", "reasoning": "hm", "times": 0}]
        script = box.write("s.json", json.dumps({"steps": steps}))
        box.config("profiles: {p: {system: Be brief., stop: [a, b]}}\naliases: {other: third}\nproviders: {mock: {chunk: char}}\n")
        r = under_valgrind(box, "-f", "stdio", "-i", "-p", "mock", "-P", "p", "-o", "mock.script=" + script, "-vv", stdin=TALK)
        holds(r.out, "A reply of some words.", "total: ")


@test
def http_conversation():
    """A whole HTTP conversation leaks nothing and errs nowhere, failures included"""
    steps = [error(429, "slow down", {"retry-after-ms": "1"}), reply("Hello there."), reply("More."), whole("Again."),
             pieces(stream(["Half"])[:2], whole=False)]
    with Server(*steps) as server, at_server(server) as box:
        r = under_valgrind(box, "-f", "stdio", "-i", "-s", "Sys", "-o", "retries=1", "-vv", "--log-file", "log", stdin=TALK)
        holds(r.out, "Hello there.", "total: ")
        same(len(server.requests), 5)


@test_each([("jsonl", ("-f", "jsonl", "-p", "mock"), '{"id":1,"say":"Hi"}\n{"id":2,"command":"/stats"}\nnonsense\n', 0),
            ("config list", ("config", "list"), None, 0), ("plugins", ("plugins",), None, 0),
            ("wrong config", ("-p", "mock", "-n", "-o", "temperature=warm", "Hi"), None, 3),
            ("no provider", ("-n", "Hi"), None, 3)])
def others(args, stdin, status):
    """No leak and no error either in"""
    with Box() as box:
        under_valgrind(box, *args, stdin=stdin, status=status)


def opened(box, *args):
    """The files that a run opens."""
    if not shutil.which("strace"):
        raise Skip("strace is not installed")
    if sanitized():
        raise Skip("built with sanitizers, which do not bear being traced")
    tried = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False)
    if tried.returncode:
        raise Skip("strace may not trace here")
    trace = os.path.join(box.root, "trace")
    ended(box.run("-f", "-e", "trace=open,openat", "-o", trace, HOBNOB, *args, argv=["strace"]), 0)
    with open(trace, encoding="utf-8", errors="replace") as f:
        return "\n".join(line for line in f if "ENOENT" not in line)


@test
def linked():
    """The program is linked with neither libcurl nor readline"""
    if not shutil.which("ldd"):
        raise Skip("ldd is not installed")
    libs = subprocess.run(["ldd", HOBNOB], capture_output=True, text=True, check=True).stdout
    holds(libs, "libc.so")
    lacks(libs, "libcurl", "libreadline", "libssl")


@test
def loaded():
    """--version, --help and the mock never load libcurl or the http module; openai does"""
    with Box() as box:
        for args in (("--version",), ("--help",), ("-p", "mock", "-n", "hi")):
            files = opened(box, *args)
            holds(files, "libc.so")
            lacks(files, "libcurl", "http.so", "libssl", "readline")
        lacks(opened(box, "--version"), "mock.so", "stdio.so")
        lacks(opened(box, "-p", "mock", "-n", "hi"), "openai.so", "jsonl.so")
    with Server(reply("Hi.")) as server, at_server(server) as box:
        holds(opened(box, "-n", "hi"), "libcurl", "http.so")
        truth(server.requests, "nothing was asked")


if __name__ == "__main__":
    main()
