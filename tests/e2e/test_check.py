#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`hobnob plugins check`: what it says of the plugins of this tree, and of what cannot be checked."""
import json
import os
import re

from hob import BUILD, DATA, SRC, Box, ended, main, same, test, test_each

SHIPPED = ("anthropic", "exec", "gemini", "mock", "ollama", "openai", "openrouter", "responses")
PASSED, BROKEN, USAGE, UNLOADABLE = 0, 1, 2, 3


def built(name):
    """The file of a shipped plugin."""
    return os.path.join(BUILD, ".libs", name + ".so")


def check(box, path, *args, status=PASSED):
    """The report on a file, as JSON."""
    return json.loads(ended(box.run("plugins", "check", path, "--json", *args), status, None, "").out)


def canned(name):
    """The arguments for the canned answers of a shipped plugin, if it needs some of its own."""
    path = os.path.join(DATA, "check", name + ".answers.json")
    return ("--answers", path) if os.path.exists(path) else ()


def by_outcome(report, outcome):
    """The rules with that outcome, each with what is said of it."""
    return {r["rule"]: r.get("message", r.get("why")) for r in report["rules"] if r["outcome"] == outcome}


# ---- the plugins of this tree ----

@test_each([(name, name) for name in SHIPPED])
def shipped(name):
    """It keeps all rules, and none is skipped but for what it does not do"""
    with Box() as box:
        report = check(box, built(name), *canned(name))
        same(by_outcome(report, "broken"), {})
        same((report["ok"], report["name"], report["type"]), (True, name, "provider"))
        left = {reason for rule, reason in by_outcome(report, "skipped").items()}
        allowed = {"it asks no server", "it sends nothing that could be compared", "it uses no service that can fail",
                   "the canned answers do not say what is right", "allocations cannot be made to fail in this build",
                   "allocations cannot be counted in this build", "create() does not fail, whatever the host lacks", "its heeds is 0"}
        same(left - allowed, set())
        if name not in ("exec", "mock"):
            same({r for r in left if not r.startswith("allocations")}, set())


# ---- what is printed ----

@test
def rules():
    """`list` has each rule of docs/check.md that a file can be checked for, in that order"""
    with open(os.path.join(SRC, "docs", "check.md"), encoding="utf-8") as f:
        page = re.findall(r"^\| `([a-z0-9-]+)` \| (must|should|picky) \| (\w+) \| (.*) \|$", f.read(), re.M)
    with Box() as box:
        said = json.loads(ended(box.run("plugins", "check", "list", "--json"), 0, None, "").out)
        lines = ended(box.run("plugins", "check", "list"), 0, None, "").out.splitlines()
    rows = [(r["rule"], r["level"], r["of"], r["says"]) for r in said]
    same([row for row in page if row in rows], rows)
    same([tuple(line.split(None, 3)) for line in lines], rows)
    same({row[0] for row in page if row[2] == "provider"} - {row[0] for row in rows}, set())


@test
def tap():
    """TAP: the version, the plan, a line a rule"""
    with Box() as box:
        lines = ended(box.run("plugins", "check", built("mock")), 0, None, "").out.splitlines()
    same(lines[0], "TAP version 13")
    plan = int(lines[1].removeprefix("1.."))
    same([int(n) for n in re.findall(r"^ok (\d+) - [a-z0-9-]+(?: # SKIP .+)?$", "\n".join(lines), re.M)], list(range(1, plan + 1)))


@test
def only():
    """--only tries one rule, in this process if it is asked to"""
    with Box() as box:
        for how in ((), ("--in-process",)):
            report = check(box, built("mock"), "--only", "finish-once", *how)
            same([(r["rule"], r["outcome"]) for r in report["rules"]], [("finish-once", "holds")])


@test_each([
    ("no such rule", ("--only", "finish"), 2, "hobnob: --only: there is no such rule; `hobnob plugins check list` lists them\n"),
    ("in-process alone", ("--in-process",), 2, "hobnob: --in-process goes with --only RULE\n"),
    ("a rule of frontends", ("--only", "runs"), 2, re.compile("^hobnob: --only: ")),
    ("no such answers", ("--answers", "/nowhere"), 2, re.compile("^hobnob: .*/nowhere")),
])
def usage(args, status, err):
    """A mistake is told"""
    with Box() as box:
        ended(box.run("plugins", "check", built("mock"), *args), status, "", err)


@test
def answers_that_are_wrong():
    """Canned answers that are not such a file are told, with the file's name"""
    with Box() as box:
        for text in ("", "{", "[]", '{"answers": 7}'):
            path = box.write("canned.json", text)
            ended(box.run("plugins", "check", built("openai"), "--answers", path), USAGE, "", re.compile("canned.json"))


@test
def cannot_be_loaded():
    """A file that is not a plugin ends with 3, and says why"""
    with Box() as box:
        ended(box.run("plugins", "check", "/nowhere.so"), UNLOADABLE, "", "hobnob: /nowhere.so: No such file or directory\n")
        text = box.write("text.so", "not a library")
        ended(box.run("plugins", "check", text), UNLOADABLE, "", re.compile(r"^hobnob: .*text\.so: .+\n$"))


if __name__ == "__main__":
    main(at_once=2)
