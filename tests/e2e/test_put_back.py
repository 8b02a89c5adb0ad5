#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a plugin changes of the process is put back; a process that it forks is not a second hobnob; what a frontend breaks is told."""
import json
import os
import signal
import subprocess

from hob import Box, ended, holds, lacks, main, same, test, test_each
from misbehaves import QUIET, ask, put, records, replies, the_id, who

CHANGES = ("the signal mask", "what happens at SIGINT", "what happens at SIGTERM", "what happens at SIGSEGV", "the umask", "the working directory",
           "the locale")


def changed(err):
    """What -v tells of changes."""
    return [line for line in err.splitlines() if " changed " in line]


@test_each([("chat()", "chat", "partial whole\n"), ("chat() on a thread of its own", "blocks", "partial whole\n"), ("create()", "create", "fine\n"),
            ("destroy()", "destroy", "fine\n")])
def of_a_provider(place, out):
    """A provider that changes everything: -v tells, and hobnob restores"""
    with Box() as box:
        name, function = place + "_change", {"blocks": "chat"}.get(place, place)
        r = ended(ask(box, name, "-v"), 0, out)
        same(changed(r.err), [f"hobnob: the plugin {name} changed {what} in {function}(); hobnob restored it" for what in CHANGES])
        lacks(ended(ask(box, name), 0).err, "changed")


@test
def of_a_frontend():
    """A frontend may change everything while its run() runs: what the provider is asked in is its own; then hobnob restores"""
    with Box() as box:
        r = ended(ask(box, "run_change", "-v"), 0, "hi[/]")
        same(changed(r.err), [f"hobnob: the plugin run_change changed {what} in run(); hobnob restored it" for what in CHANGES])


@test
def later_turns():
    """After such a turn the conversation works on: a file goes to the folder that hobnob was started in, and SIGTERM ends it"""
    with Box() as box:
        running = box.start("--plugin-path", put(box, "chat_change"), *who("chat_change"), "-i", "-f", "jsonl", env=QUIET)
        running.send(json.dumps({"say": "hi"}) + "\n" + json.dumps({"command": "/save kept.md"}) + "\n")
        running.expect('"event":"result"')
        running.signal(signal.SIGTERM)
        ended(running.end(), -signal.SIGTERM)
        holds(box.read("kept.md"), "partial whole")


@test
def deaf_in_a_wait():
    """A provider that ignores SIGINT and waits: Ctrl-C ends the wait"""
    with Box() as box:
        running = box.start("--plugin-path", put(box, "chat_deaf"), *who("chat_deaf"), "-vv", "hi", stdin=subprocess.DEVNULL, env=QUIET)
        running.expect("changed what happens at SIGINT in chat", "err")
        running.signal()
        ended(running.end(), -signal.SIGINT, "partial \n")


# ---- results ----

@test_each([("create_five", "create_five", 1, "plugin"), ("create_odd", "create_odd", 1, "plugin"), ("create_quota", "create_quota", 5, "quota")])
def results_of_create(name, status, kind):
    """What create() returns without a reason is told, a value that means nothing as the plugin's fault"""
    with Box() as box:
        r = ended(ask(box, name), status, "")
        same(r.err, f"hobnob: {name}: create() of {box.root}/plugins/{name}.so failed ({kind}) and did not say why\n")


@test_each([(name, name, status, words) for name, status, words in (
    ("chat_noevent", 1, "chat_noevent: hn_event is NULL"), ("chat_nulltext", 1, "chat_nulltext: hn_event.text is NULL and 100 bytes long"),
    ("chat_huge", 1, "chat_huge: hn_event.text is 18446744073709551615 bytes long, at most 67108864 are taken"),
    ("chat_nofault", 1, "chat_nofault: hn_error is NULL"), ("chat_five", 1, "chat_five returned 5 from chat(), which means nothing there"),
    ("blocks_five", 1, "blocks_five returned 5 from chat(), which means nothing there"), ("chat_odd", 1, "chat_odd failed without saying why"),
    ("chat_quota", 5, "chat_quota failed without saying why"),
    ("chat_interrupted", 1, "chat_interrupted says that it was interrupted, and nobody did that"))])
def results_of_chat(name, status, words):
    """What chat() hands over or returns is judged before it is used; the text that came is kept"""
    with Box() as box:
        ended(ask(box, name), status, "partial \n", f"hobnob: {words}\n")
        same([(m["state"], m["text"]) for m in records(box)], [("complete", "hi"), ("failed", "partial ")])


@test
def closed_descriptors():
    """A provider that closes all descriptors costs the journal, which is told, and no more"""
    with Box() as box:
        r = ended(ask(box, "chat_close"), 0, "partial whole\n")
        holds(r.err, ": Bad file descriptor; the conversation continues without a journal\n")


# ---- forks ----

@test_each([("both return from chat()", "chat_fork", "chat()", "partial whole\n"), ("from create()", "create_fork", "create()", "fine\n"),
            ("from destroy()", "destroy_fork", "destroy()", "fine\n"), ("from run()", "run_fork", "run()", ""), ("from on_event()", "event_fork", "on_event()", "hi")])
def forks(name, function, out):
    """A process that a plugin forked ends where it comes back; the other one goes on alone"""
    with Box() as box:
        r = ended(ask(box, name), 1 if name == "run_fork" else 0, out)
        holds(r.err, f"hobnob: a process that the plugin {name} forked came back from {function}, and ends here\n")
        if name != "run_fork":
            same([(m["type"], m["role"]) for m in records(box)], [("message", "user"), ("message", "assistant")])
            same(replies(box), [out.strip()])


@test
def forked_emits():
    """What it emits is not heard; its exit() is its own"""
    with Box() as box:
        ended(ask(box, "chat_forksay"), 0, "partial whole\n", "")
        same(replies(box), ["partial whole"])
        lacks(ended(box.run("sessions", "show", the_id(box)), 0, err="").out, "child")


# ---- frontends ----

@test_each([(name, name, *ends) for name, *ends in (
    ("run_odd", "", "hobnob: the frontend run_odd: run() returned -999, which means nothing there\n"),
    ("run_five", "", "hobnob: the frontend run_five: run() returned 5, which means nothing there\n"),
    ("run_output", "", "hobnob: the frontend run_output cannot write its output\n"),
    ("run_quota", "", "hobnob: the frontend run_quota ended with an error (quota)\n"),
    ("run_interrupted", "", "hobnob: the frontend run_interrupted says that it was interrupted, and nobody did that\n"),
    ("run_nothing", "", "hobnob: the frontend run_nothing returned without asking the question\n"),
    ("event_odd", "hi", "hobnob: warning: the frontend event_odd: on_event() returned -999, which means nothing there\n"),
    ("event_output", "hi", "hobnob: the frontend event_output cannot write its output\n"),
    ("command_odd", "", "error: /misbehave: its run() returned -999, which means nothing there\n"),
    ("command_five", "", "error: /misbehave: its run() returned 5, which means nothing there\n"))])
def frontends(name, out, err):
    """A frontend's own mistakes, and errors that it alone knows, are told"""
    with Box() as box:
        ended(ask(box, name), 5 if name == "run_quota" else 1, out, err)


@test
def turn_that_failed():
    """A turn's error, which an event has told, is not told again"""
    with Box() as box:
        script = box.write("quota.json", '{"steps": [{"error": {"kind": "quota", "message": "no more"}}]}')
        ended(ask(box, "run", "-o", "mock.script=" + script), 5, "", "error: no more\n")


@test
def reserved_value():
    """A positive value of on_event() reads as 0"""
    with Box() as box:
        ended(ask(box, "event_five"), 0, "hi", "")


if __name__ == "__main__":
    main(at_once=4)
