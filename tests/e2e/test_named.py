#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A plugin that crashes, exits or does not return is named, with its function; what was shown is in the journal."""
import json
import os
import shutil
import signal
import subprocess
import time

from hob import SRC, Box, Skip, ended, holds, main, same, sanitized, screen, test, test_each, truth
from misbehaves import KEPT, QUIET, ask, journals, put, records, replies, told, who

CAUSES = [
    ("crash", "crashed in {} (SIGSEGV)"), ("overflow", "crashed in {} (SIGSEGV)"), ("divide", "crashed in {} (SIGFPE)"),
    ("illegal", "crashed in {} (SIGILL)"), ("bus", "crashed in {} (SIGBUS)"), ("syscall", "crashed in {} (SIGSYS)"),
    ("trap", "crashed in {} (SIGTRAP)"), ("abort", "crashed in {} (SIGABRT)"), ("exit", "called exit(3) in {}"),
    ("exit0", "called exit(0) in {}"), ("quit", "called quick_exit() in {}"), ("leave", "called _exit(0) in {}"),
    ("leave4", "called _Exit(4) in {}"), ("endthread", "called pthread_exit() in {}"), ("garbage", "crashed in {} (SIGSEGV)"),
]


@test_each([(what, what, words) for what, words in CAUSES])
def chat(what, words):
    """In chat(), after text was shown: status 1, one line, and the text is in the journal"""
    with Box() as box:
        r = ended(ask(box, "chat_" + what), 1, "partial ")
        same(told(box, r.err), f"hobnob: the plugin chat_{what} " + words.format("chat()"))
        same([(m["type"], m["text"]) for m in records(box)], [("message", "hi"), ("piece", "partial ")])
        same(replies(box), ["partial "])


@test_each([(what, what, words) for what, words in CAUSES if what in ("crash", "overflow", "exit", "leave", "endthread")])
def on_a_thread_of_hobnobs(what, words):
    """In chat() on a thread of its own (HN_PROVIDER_BLOCKS): the same"""
    with Box() as box:
        r = ended(ask(box, "blocks_" + what), 1)
        same(told(box, r.err), f"hobnob: the plugin blocks_{what} " + words.format("chat()"))
        same([m["text"] for m in records(box)][1:], [r.out] if r.out else [])


@test_each([(what, what, words) for what, words in CAUSES if what in ("crash", "exit", "leave")])
def on_a_thread_of_its_own(what, words):
    """On a thread that the plugin has made: the plugin is known by its code"""
    with Box() as box:
        r = ended(ask(box, "thread_" + what), 1, "partial ")
        same(told(box, r.err), f"hobnob: the plugin thread_{what} " + words.format("a thread of its own"))
        same(replies(box), ["partial "])


@test
def exit_of_libc():
    """errx(), whose exit() is libc's own, is an exit() of the plugin's"""
    with Box() as box:
        r = ended(ask(box, "chat_errx"), 1, "partial ")
        same(told(box, r.err), "hobnob: no more\nhobnob: the plugin chat_errx called exit(5) in chat()")


@test
def one_of_many():
    """Several conversations on threads, of which every other one has a journal: one line names the one that it came from"""
    with Box() as box:
        put(box, "chat_crash")
        r = ended(box.run("--plugin-path", box.fixture("threads"), "-f", "threads", "-p", "chat_crash", "-m", "x", "4 1 threads", env=QUIET), 1)
        kept, said = KEPT.search(r.err), {}
        same(KEPT.sub("\n", r.err), "hobnob: the plugin chat_crash crashed in chat() (SIGSEGV)\n")
        for path in journals(box):
            with open(path, encoding="utf-8") as f:
                said[os.path.basename(path)[:-len(".jsonl")]] = [json.loads(line).get("text") for line in f][1:]
        same(said[kept.group(1)][1:] if kept else ["partial "], ["partial "])


@test
def heap():
    """A heap that chat() has destroyed, of which libc says so: the text is in the journal nevertheless"""
    if sanitized():
        raise Skip("a sanitizer ends such a program by itself")
    with Box() as box:
        r = ended(ask(box, "chat_corrupt"), 1, "partial ")
        holds(r.err, "hobnob: the plugin chat_corrupt crashed in chat() (SIGABRT); the conversation is kept: ")
        same(replies(box), ["partial "])


@test_each([(f"{place}, {what}", place, what, words) for place in ("create", "fcreate", "run") for what, words in CAUSES
            if what in ("crash", "exit0", "leave", "abort")])
def elsewhere(place, what, words):
    """In other functions: the same; the question is kept once it was asked"""
    with Box() as box:
        r = ended(ask(box, f"{place}_{what}"), 1, "")
        same(told(box, r.err), f"hobnob: the plugin {place}_{what} " + words.format(place.removeprefix("f") + "()"))
        same([m["text"] for m in records(box)], ["hi"] if place == "create" else [])


@test_each([("event", "on_event()", "event"), ("readable", "on_readable()", "readable"), ("command", "the run() of a command", "command")])
def callbacks(function, place):
    """In what a frontend has hobnob call"""
    with Box() as box:
        slow = () if place != "readable" else ("-o", "mock.ttft_ms=1000")
        r = ended(ask(box, place + "_crash", *slow), 1)
        same(told(box, r.err), f"hobnob: the plugin {place}_crash crashed in {function} (SIGSEGV)")
        same([m["text"] for m in records(box)], {"event": ["hi", "hi"], "readable": ["hi"], "command": []}[place])


@test
def listing():
    """In models()"""
    with Box() as box:
        r = ended(box.run("--plugin-path", put(box, "models_exit0"), "-p", "models_exit0", "models", env=QUIET), 1, "")
        same(r.err, "hobnob: the plugin models_exit0 called exit(0) in models()\n")


@test_each([("destroy(), a crash", "destroy_crash", "crashed in destroy() (SIGSEGV)"), ("destroy(), exit()", "destroy_exit", "called exit(3) in destroy()"),
            ("a destructor", "end_crash", "crashed in its destructors or exit handlers (SIGSEGV)"),
            ("an exit handler", "late_crash", "crashed in its destructors or exit handlers (SIGSEGV)"),
            ("an exit handler, _exit()", "late_leave4", "called _Exit(4) in its destructors or exit handlers"),
            ("a destructor, _exit()", "end_leave4", "called _Exit(4) in its destructors or exit handlers")])
def at_the_end(name, words):
    """After the reply: the status of the turn stands"""
    with Box() as box:
        r = ended(ask(box, name), 0, "fine\n")
        same(told(box, r.err) if "destroy" in words else r.err.strip(), f"hobnob: the plugin {name} {words}")
        same(replies(box), ["fine"])


@test
def exit_in_an_exit_handler():
    """An exit handler that calls exit(): the status of the turn stands"""
    with Box() as box:
        r = ended(ask(box, "late_exit"), 0, "fine\n")
        holds(r.err, " called exit(3) in its destructors or exit handlers\n")


@test
def status_of_a_list():
    """A list of models that was printed: its status stands"""
    with Box() as box:
        r = ended(box.run("--plugin-path", put(box, "destroy_exit"), "-p", "destroy_exit", "models", env=QUIET), 0)
        holds(r.out, "\none\n")
        same(r.err, "hobnob: the plugin destroy_exit called exit(3) in destroy()\n")


@test
def status_of_a_failed_turn():
    """A frontend that crashes in destroy() after a turn that failed: the failure's status"""
    with Box() as box:
        script = box.write("quota.json", '{"steps": [{"error": {"kind": "quota", "message": "no more"}}]}')
        r = ended(ask(box, "fdestroy_crash", "-o", "mock.script=" + script), 5, "")
        same(told(box, r.err), "error: no more\nhobnob: the plugin fdestroy_crash crashed in destroy() (SIGSEGV)")


@test
def no_journal():
    """Without a journal no conversation is named"""
    with Box() as box:
        same(ended(ask(box, "chat_crash", "--no-journal"), 1, "partial ").err, "hobnob: the plugin chat_crash crashed in chat() (SIGSEGV)\n")


@test
def signals_of_others():
    """A signal that somebody else sends is not the plugin's fault, whatever runs: the program dies of it"""
    with Box() as box:
        running = box.start("--plugin-path", put(box, "chat_spin"), *who("chat_spin"), "hi", stdin=subprocess.DEVNULL, env=QUIET)
        running.expect("spinning\n", "err")
        running.signal(signal.SIGSEGV)
        ended(running.end(), -signal.SIGSEGV, "partial ", "spinning\n")


@test
def others_are_unhurt():
    """Beside all of them the mock answers, and the list is whole"""
    names = [f"chat_{what}" for what, _ in CAUSES] + ["destroy_crash", "run_exit", "fdestroy_crash"]
    with Box() as box:
        folder = put(box, *names)
        ended(box.run("--plugin-path", folder, "-p", "mock", "hi"), 0, "hi\n", "")
        rows = json.loads(ended(box.run("--plugin-path", folder, "plugins", "--json"), 0, err="").out)
        same({r["name"]: r["state"] for r in rows if r["name"] in names}, {name: "ok" for name in names})


@test_each([(name, name, words) for name, words in (
    ("constructor_crash", "crashed in its constructor (SIGSEGV)"), ("constructor_exit", "called exit(7) in its constructor"),
    ("constructor_leave", "called _exit(0) in its constructor"), ("entry_abort", "crashed in hobnob_plugin_v1() (SIGABRT)"),
    ("entry_exit", "called exit(7) in hobnob_plugin_v1()"), ("vtable_garbage", "crashed in its descriptor (SIGSEGV)"))])
def loading(name, words):
    """When it is loaded: nothing is asked"""
    with Box() as box:
        r = ended(box.run("--plugin-path", put(box, name, fixture="at_load"), *("-p", "mock", "-f", name), "hi", env=QUIET), 1, "")
        same(r.err, f"hobnob: the plugin {name} {words}\n")


@test_each([("a crash", "chat_crash", "crashed in chat() (SIGSEGV)"), ("abort()", "chat_abort", "crashed in chat() (SIGABRT)"),
            ("exit()", "chat_exit", "called exit(3) in chat()"), ("_exit()", "chat_leave", "called _exit(0) in chat()")])
def on_a_terminal(name, words):
    """On a terminal the line stands by itself, and the terminal is as it was"""
    with Box() as box:
        t = box.terminal("--plugin-path", put(box, name), *who(name), env=QUIET)
        t.expect("You: ")
        t.send("hi\r")
        ended(t.end(), 1)
        holds(screen(t.text()), f"partial\nhobnob: the plugin {name} {words}; the conversation is kept: hobnob -r ")
        truth(t.modes_kept(), "the terminal is not as it was")
        truth(t.text().rfind("\x1b[?2004l") > t.text().rfind("\x1b[?2004h"), "pasted text would be marked")


@test
def in_a_conversation():
    """A provider that crashes in create() after /provider: what was said before is there, and can be gone on with"""
    with Box() as box:
        lines = [{"say": "one"}, {"command": "/provider create_crash"}]
        r = ended(box.run("--plugin-path", put(box, "create_crash"), "-p", "mock", "-f", "jsonl", stdin="".join(json.dumps(l) + "\n" for l in lines),
                          env=QUIET), 1)
        same(told(box, r.err), "hobnob: the plugin create_crash crashed in create() (SIGSEGV)")
        ended(box.run("-p", "mock", "-c", "two"), 0, "two\n")
        same(replies(box), ["one", "two"])


@test
def credit():
    """In credit(), which a command calls"""
    with Box() as box:
        r = ended(box.run("--plugin-path", put(box, "credit_exit"), *who("credit_exit"), "-f", "jsonl", stdin='{"command": "/stats credits"}\n', env=QUIET), 1)
        same(told(box, r.err), "hobnob: the plugin credit_exit called exit(3) in credit()")


@test
def debugged():
    """With HOBNOB_DEBUG_PLUGINS, which takes what a plugin prints, the line comes through"""
    with Box() as box:
        for name, words in (("chat_crash", "crashed in chat() (SIGSEGV)"), ("chat_leave", "called _exit(0) in chat()")):
            r = ended(box.run("--plugin-path", put(box, name), *who(name), "--no-journal", "hi", env={**QUIET, "HOBNOB_DEBUG_PLUGINS": "1"}), 1, "partial ")
            same(r.err, f"hobnob: the plugin {name} {words}\n")


@test
def long_text():
    """Text that takes more than a page, with all that JSON escapes: it is in the journal as it was shown"""
    text = "".join(chr(c) for c in range(1, 0x80)) + "\u00e9\u202e\U0001f600" * 3000
    with Box() as box:
        script = box.write("long.json", json.dumps({"steps": [{"chunks": [text, "end"], "delta_ms": 60000}]}))
        running = box.start("--plugin-path", put(box, "readable_crash"), *who("readable_crash"), "-o", "mock.script=" + script, "hi",
                            stdin=subprocess.DEVNULL, env=QUIET)
        r = ended(running.end(), 1)
        same(r.out, text)
        same(replies(box), [text])


# ---- C++ ----

def throwing(box, name, where, flags="0"):
    """A provider in C++ that throws there; the folder that it is in."""
    folder, cxx = os.path.join(box.root, "plugins"), shutil.which("c++")
    if not cxx:
        raise Skip("no c++ runs on this machine")
    os.makedirs(folder, 0o755, exist_ok=True)
    subprocess.run([cxx, "-std=c++11", "-shared", "-fPIC", "-I", SRC + "/core/include", f'-DNAME="{name}"', f'-DWHERE="{where}"', f"-DFLAGS={flags}",
                    "-o", f"{folder}/{name}.so", SRC + "/tests/abi/throws.cc"], check=True)
    return folder


@test_each([("chat()", "chat", "0", "chat()"), ("chat() on a thread of its own", "chat", "HN_PROVIDER_BLOCKS", "chat()"),
            ("the entry", "entry", "0", "hobnob_plugin_v1()")])
def exceptions(where, flags, function):
    """A C++ exception that leaves the plugin"""
    with Box() as box:
        folder = throwing(box, "throws", where, flags)
        r = ended(box.run("--plugin-path", folder, "-p", "throws", "-m", "x", "hi", env=QUIET), 1)
        same(told(box, r.err).splitlines()[-1], f"hobnob: the plugin throws let a C++ exception out of {function}")
        holds(r.err, "std::runtime_error", "what():  thrown")
        same([m["text"] for m in records(box)][1:], [r.out] if r.out else [])


# ---- functions that do not return ----

@test_each([(f"{place}, {how.name}", place, function, how) for place, function, how in (
    ("construct", "its constructor", signal.SIGINT), ("entry", "hobnob_plugin_v1()", signal.SIGTERM), ("create", "create()", signal.SIGINT), ("chat", "chat()", signal.SIGINT), ("chat", "chat()", signal.SIGTERM), ("blocks", "chat()", signal.SIGINT),
    ("run", "run()", signal.SIGINT), ("event", "on_event()", signal.SIGTERM), ("destroy", "destroy()", signal.SIGINT))])
def does_not_return(place, function, how):
    """The second signal ends it, and says whose function it was; what was shown is kept"""
    with Box() as box:
        name = place + "_spin"
        running = box.start("--plugin-path", put(box, name), *who(name), "hi", stdin=subprocess.DEVNULL, env=QUIET)
        running.expect("spinning\n", "err")
        running.signal(how)
        while running.process.poll() is None:  # those that come within 300 ms after the first count as one with it
            running.pump(time.monotonic() + 0.1)
            running.signal(how)
        r = ended(running.end(), -how)
        same(told(box, r.err), f"spinning\n\nhobnob: the plugin {name} does not react to being interrupted in {function}")
        if place in ("chat", "event"):
            same(replies(box), [r.out])


if __name__ == "__main__":
    main(at_once=4)
