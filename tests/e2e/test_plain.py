#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A terminal for a screen reader: under ACCESSIBLE, or with the setting plain, there is text alone, in whole rows."""
import json
import re

from hob import Box, ended, holds, lacks, main, same, test, test_each

STEPS = {"steps": [
    {"match": "^Hi", "chunks": ["# One\n\n- **t", "wo**\n"], "delta_ms": 20, "cost": "0.0042"},
    {"match": "^Wait", "ttft_ms": 2300, "text": "Here."},
    {"match": "^Half", "chunks": ["one two\nthr", "ee"], "delta_ms": 60000},
    {"match": "^Busy", "error": {"kind": "rate_limited", "status": 429, "retry_after_ms": 600, "message": "slow down"}},
    {"match": "^a question", "text": "Yes."},
    {"match": "^Busy", "text": "At last."},
]}
EDITORS = [("readline", "readline"), ("stdio", "stdio")]


def begin(box, frontend, *args, size=(24, 80), **env):
    script = box.write("s.json", json.dumps(STEPS))
    t = box.terminal("-f", frontend, "-p", "mock", "-o", "mock.script=" + script, "-n", *args, size=size,
                     env={"HOBNOB_FOOTER": "end", "HOBNOB_MARKDOWN": "always", "HOBNOB_COLOR": "always", "NO_COLOR": "", **env})
    return t, t.expect("You: ")


def is_plain(out):
    lacks(out, "\033")
    same(re.findall(r"\r[^\n]", out), [])


def said(t, at, line, until):
    t.send(line + "\r")
    return t.expect(until + r"You: (\033\[0m)?$", after=at)


@test_each(EDITORS)
def session(frontend):
    """Under ACCESSIBLE a conversation has no escape and no row that is written twice, and words for signs"""
    with Box(ACCESSIBLE="1") as box:
        t, at = begin(box, frontend, HOBNOB_NOTIFY="bell", HOBNOB_NOTIFY_AFTER="2s")
        at = said(t, at, "Hi", r"Assistant: # One\r\n\r\n- \*\*two\*\*\r\nmock, 0\.0042 dollars\r\n")
        at = said(t, at, "Wait", r"Wait\r\nwaiting\.\.\.\r\nAssistant: Here\.\r\n[^\a]*\a.*")
        at = said(t, at, "Busy", r"hobnob: rate_limited \(HTTP 429\); retry 1 in 0\.600 s\r\nAssistant: At last\.\r\n.*")
        at = said(t, at, "/nonsense", r"hobnob: unknown command /nonsense: /help lists them\r\n")
        t.send("\x04")
        r = ended(t.end(), 0)
        is_plain(r.out)
        lacks(r.out, " %")
        lacks(r.out, "·")


@test_each(EDITORS)
def whole_rows(frontend):
    """A row is written when it has ended; Ctrl-C brings what came of the next one"""
    with Box(ACCESSIBLE="1") as box:
        t, at = begin(box, frontend)
        t.send("Half\r")
        at = t.expect("Assistant: one two\r\n$", after=at)
        t.send("\x03")
        at = t.expect(r"thr\r\n\(interrupted\)\r\n.*You: $", after=at)
        t.send("\x04")
        is_plain(ended(t.end(), 0).out)


@test_each([("ACCESSIBLE", {"ACCESSIBLE": "1"}), ("TERM=dumb", {"TERM": "dumb", "HOBNOB_MARKDOWN": "auto", "HOBNOB_COLOR": "auto"})])
def long_line(env):
    """A line that is longer than a row is echoed character by character, and never written again"""
    line = "a question that is much longer than the forty columns of this terminal"
    with Box() as box:
        t, at = begin(box, "readline", size=(24, 40), **env)
        for word in line.split():
            t.send(word + " ")
            at = t.expect(word + " ", after=at)
        t.send("\r")
        t.expect(r"\r\nAssistant: Yes\.\r\n.*You: $", after=at)
        t.send("\x04")
        r = ended(t.end(), 0)
        is_plain(r.out)
        holds(r.out, line)


@test_each([("ACCESSIBLE", {"ACCESSIBLE": "1"}, True), ("an empty one", {"ACCESSIBLE": ""}, False),
            ("the setting against it", {"ACCESSIBLE": "1", "HOBNOB_PLAIN": "false"}, False),
            ("the setting alone", {"HOBNOB_PLAIN": "true"}, True)])
def who_says_so(env, plain):
    """ACCESSIBLE counts where the setting says nothing"""
    with Box(**env) as box:
        holds(ended(box.run("config", "get", "plain"), 0).out, "true" if plain else "false")
        t, at = begin(box, "stdio")
        at = said(t, at, "Hi", "two.*")
        same("\033" in t.text(), not plain)


@test
def pipes():
    """A pipe gets what it gets anyway"""
    script = json.dumps(STEPS)
    with Box() as box:
        args = ("-p", "mock", "-o", "mock.script=" + box.write("s.json", script), "-n", "Hi")
        ended(box.run(*args, env={"ACCESSIBLE": "1"}), 0, "# One\n\n- **two**\n", "")


if __name__ == "__main__":
    main(at_once=6)
