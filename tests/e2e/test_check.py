#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`hobnob plugins check`: what it says of the plugins of this tree, and of what cannot be checked."""
import json
import os
import re
import shutil

from hob import BUILD, DATA, SRC, Box, Skip, ended, holds, main, same, sanitized, test, test_each

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


# ---- a plugin for each rule ----

def all_rules():
    """The rules that a provider can be checked for, from the table."""
    with open(os.path.join(SRC, "docs", "check.md"), encoding="utf-8") as f:
        return [(name, level) for name, level, of in re.findall(r"^\| `([a-z0-9-]+)` \| (must|should|picky) \| (\w+) \|", f.read(), re.M)
                if of != "frontend"]


def named(box, name):
    """The fixture as NAME.so: it breaks the rule that it is named after."""
    source = os.path.join(BUILD, "tests/abi/.libs", "rule_exports.so" if name == "hidden-symbols" else "rule.so")
    if not os.path.exists(source):
        raise Skip("rule.so is not built; make check builds it")
    path = os.path.join(box.cwd, name + ".so")
    shutil.copy(source, path)
    shutil.copy(os.path.join(DATA, "check", "rule.answers.json"), os.path.join(box.cwd, name + ".answers.json"))
    return path


def ordinary():
    """1 if this build sees memory: sanitizers have their own."""
    return not sanitized()


@test
def good():
    """A plugin that keeps all rules holds all of them, with the answers beside it"""
    with Box() as box:
        report = check(box, named(box, "good"))
        same(by_outcome(report, "broken"), {})
        same(report["answers"], os.path.join(box.cwd, "good.answers.json"))
        if ordinary():
            same(by_outcome(report, "skipped"), {})
            same([r["rule"] for r in report["rules"]], [name for name, _ in all_rules()])


MEMORY = ("create-destroy", "chat-growth", "malloc-fails")


@test_each([(name, name, level) for name, level in all_rules()])
def breach(name, level):
    """A plugin that breaks a rule fails by that rule, and by no other"""
    if name in MEMORY and not ordinary():
        raise Skip("a build with sanitizers does not see memory")
    with Box() as box:
        report = check(box, named(box, name), status=PASSED if level == "picky" else BROKEN)
        broken = [r for r in report["rules"] if r["outcome"] == "broken"]
        same([r["rule"] for r in broken], [name])
        same((broken[0]["level"], report["ok"]), (level, level == "picky"))
        same(not broken[0]["message"], False)


@test
def names_the_function():
    """A breach names the function that it happened in, in TAP as well"""
    with Box() as box:
        out = ended(box.run("plugins", "check", named(box, "no-exit")), BROKEN, None, "").out
        holds(out, 'not ok 15 - no-exit\n  ---\n  message: "it called exit(3)"\n  function: "chat()"\n  rule: "It never ends', '  level: "must"\n  ...\n')
        holds(out, "# SKIP cut short: see no-exit")
        out = ended(box.run("plugins", "check", named(box, "license")), PASSED, None, "").out
        holds(out, 'not ok 7 - license # TODO picky\n  ---\n  message: "\\"GPL v2\\" is not an SPDX expression"\n')


@test
def hangs():
    """A function that does not return is named, and is not tried again; the check goes on"""
    with Box() as box:
        report = check(box, named(box, "hangs"), status=BROKEN)
        same(by_outcome(report, "broken"), {"answers": "chat() did not return within 5 s"})


@test_each([("crashes", "crashes", r"it crashed \(SIGSEGV at \(nil\) in crashes\.so\+0x[0-9a-f]+\)"), ("exits", "exits", r"it called exit\(0\)")])
def at_load(name, what):
    """A file that does not survive its own constructor cannot be loaded"""
    with Box() as box:
        path = named(box, name)
        ended(box.run("plugins", "check", path), UNLOADABLE, "", re.compile("^hobnob: .*: it cannot be loaded: in a constructor: " + what + "\n$"))


@test
def in_process_stops_where_it_breaks():
    """--in-process leaves a crash to the debugger"""
    if sanitized():
        raise Skip("a sanitizer reports a crash by itself")
    with Box() as box:
        r = box.run("plugins", "check", named(box, "options-unset"), "--only", "options-unset", "--in-process")
        same((r.status, r.out), (-11, ""))


@test
def without_answers():
    """A provider whose server nobody knows is checked as far as that goes, and told what is missing"""
    with Box() as box:
        path = named(box, "good")
        os.remove(os.path.join(box.cwd, "good.answers.json"))
        report = check(box, path)
        same(report["answers"], None)
        same({why for why in by_outcome(report, "skipped").values() if not why.startswith("allocations")},
             {"it asks for POST http://127.0.0.1:9/chat, and no canned answers fit: --answers FILE, or NAME.answers.json beside it"})


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
    main(at_once=6)
