#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`hobnob plugins check` of frontends: those of this tree keep all rules, and a fixture breaks each of them by its name."""
import json
import os

from hob import BUILD, Box, Skip, ended, main, same, sanitized, test, test_each, truth

FIXTURE = os.path.join(BUILD, "tests/abi/.libs/shows.so")
NO_MEMORY = {"allocations cannot be made to fail in this build", "allocations cannot be counted in this build"}


def check(box, path, *args, status=0):
    """The rules of a report, by their names."""
    report = json.loads(ended(box.run("plugins", "check", path, "--json", *args), status, None, "").out)
    same((report["ok"], report["type"]), (status == 0, "frontend"))
    return {r["rule"]: r for r in report["rules"]}


def broken(rules):
    """Those that do not hold, with what happened."""
    return {name: r["message"] for name, r in rules.items() if r["outcome"] == "broken"}


def skipped(rules):
    """Those that were not tried, with the reason."""
    return {name: r["why"] for name, r in rules.items() if r["outcome"] == "skipped"}


# ---- the frontends of this tree ----

@test_each([(name, name) for name in ("jsonl", "readline", "stdio")])
def shipped(name):
    """It keeps all rules; none is skipped"""
    with Box() as box:
        rules = check(box, os.path.join(BUILD, ".libs", name + ".so"))
        same(broken(rules), {})
        if name == "readline" and any("terminal" in why for why in skipped(rules).values()):
            raise Skip("no terminal can be opened")
        same({name: why for name, why in skipped(rules).items() if why not in NO_MEMORY}, {})
        truth(len(rules) > 35, rules)


# ---- one that breaks each rule ----

def how(box, breaks):
    """The canned options that have the fixture break a rule."""
    if not os.path.exists(FIXTURE):
        raise Skip("shows.so is not built; make check builds it")
    return ("--answers", box.write("shows.answers.json", json.dumps({"options": {"breaks": breaks}, "answers": []})))


@test
def keeps_all():
    """The fixture keeps all rules where it is not told to break one"""
    with Box() as box:
        rules = check(box, FIXTURE, *how(box, "nothing"))
        same((broken(rules), set(skipped(rules).values()) - NO_MEMORY), ({}, set()))


@test_each([
    ("another code", "runs code", "runs", "run() returned 5, and the last turn had ended with 0"),
    ("the first message twice", "runs twice", "runs", 'for one turn it submitted "Hello\nHello\n", and not the first message alone'),
    ("a line left out", "runs lines", "runs", 'of the inputs "one" and "two" it submitted "one\n"'),
    ("an input inside on_event()", "submit-nested", "submit-nested", "it called submit() inside on_event()"),
    ("two threads", "session-thread", "session-thread", "it called status() while another thread was in a function of the session"),
    ("a session left open", "session-ends", "session-ends", "run() returned, and a session that it had opened was not ended"),
    ("its own session ended", "session-ends own", "session-ends", "it ended the session that it was given"),
    ("another code at the end", "ending", "ending", "after HN_WAIT_ENDING run() returned 0 instead of HN_ERR_INTERRUPTED"),
    ("/exit unheeded", "ending by command", "ending", "after /exit it submitted another input"),
    ("an interrupt as the end", "interrupted", "interrupted",
     'after an interrupt of its wait it submitted "" of "one" and "two", and run() returned 0'),
    ("an odd code of on_event()", "events-any", "events-any", "on_event() returned -5 for an event of type 11"),
    ("a server's text as it is", "terminal-safe", "terminal-safe", "an escape sequence of a server's text reaches the terminal as it is"),
    ("an output that failed", "output-fails", "output-fails",
     "standard output was full, and on_event() returned HN_ERR_OUTPUT for none of 34 events"),
    ("a longer struct", "growth-host", "growth-host", "it prints something else under a later hobnob"),
    ("an unknown event", "unknown-skipped", "unknown-skipped", "it prints something else between events of unknown types"),
    ("a signal ignored", "signals", "signals", "it changed the handler of signal 2 (Interrupt)"),
    ("the locale", "locale", "locale", "the locale was C and is C.UTF-8"),
    ("the working directory", "cwd", "cwd", "the working directory is another one"),
    ("the environment", "environment", "environment", "the environment has changed"),
    ("the end of the process", "no-exit", "no-exit", "it called exit(0)"),
    ("a print outside of run()", "no-print", "no-print", 'it wrote 14 bytes to standard output: "shows is here "'),
])
def breaks(what, rule, message):
    """It fails by that rule"""
    with Box() as box:
        same(broken(check(box, FIXTURE, "--only", rule, *how(box, what), status=1)), {rule: message})


@test_each([
    ("slow to end", "ending slowly", "ending", "run() returned "),
    ("a struct without a size", "struct-sizes", "struct-sizes", "hn_input says struct_size 0, at least "),
    ("a text that was borrowed", "borrowed", "borrowed", "it used a text of hn_session_event that it had borrowed, after that was taken back"),
    ("a service that is not there", "growth-plugin", "growth-plugin", "it crashed (SIGSEGV"),
    ("a stack too small for a long text", "events-any huge", "events-any", "it crashed (SIGSEGV"),
    ("a file left open", "fds", "fds", "descriptor "),
    ("a thread left running", "threads", "threads", ""),
])
def breaks_so(what, rule, begins):
    """It fails by that rule, too"""
    with Box() as box:
        found = broken(check(box, FIXTURE, "--only", rule, *how(box, what), status=1))
        if sanitized() and begins.startswith("it crashed"):
            begins = "the process ended with status "  # the sanitizer saw it first
        truth(list(found) == [rule] and found[rule].startswith(begins), found)


@test_each([("no memory unheeded", "malloc-fails", "malloc-fails"), ("memory that stays", "create-destroy", "create-destroy")])
def breaks_memory(what, rule):
    """What it does with memory is seen where allocations are"""
    if sanitized():
        raise Skip("sanitizers have allocations of their own")
    with Box() as box:
        same(list(broken(check(box, FIXTURE, "--only", rule, *how(box, what), status=1))), [rule])


@test
def no_way():
    """One that takes no input that the checker knows is watched as it runs, and what needs a talk is skipped"""
    other = FIXTURE.replace("shows", "sessions")
    if not os.path.exists(other):
        raise Skip("sessions.so is not built; make check builds it")
    with Box() as box:
        rules = check(box, other, status=1)
        why = "it submits nothing that comes on standard input, as lines, as JSON lines or on a terminal"
        same({name for name, said in skipped(rules).items() if said == why}, {
            "growth-host", "unknown-skipped", "runs", "ending", "interrupted", "terminal-safe", "output-fails"})
        same(broken(rules)["submit-nested"], "it called submit() inside on_event()")


if __name__ == "__main__":
    main(at_once=2)
