#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""HOBNOB_DEBUG_PLUGINS=1: the first rule that a plugin breaks ends the call, and is named; who keeps them notices nothing."""
import json
import os
import re

from hob import BUILD, SRC, Box, Skip, ended, holds, lines_of, main, same, sanitized, test, test_each
from server import Server, body
from worlds import NAMES, World

with open(os.path.join(SRC, "core/call/rules.h"), encoding="utf-8") as f:
    RULES = {name: says.replace('\\"', '"') for name, says in re.findall(r'X\([A-Z0-9_]+, "([a-z0-9-]+)",[^"]*"((?:[^"\\]|\\.)*)"\)', f.read())}


def asks(*args, plugin="breaks"):
    """The arguments of a chat with the fixture."""
    path = os.path.join(BUILD, f"tests/abi/.libs/{plugin}.so")
    if not os.path.exists(path):
        raise Skip(f"{plugin}.so is not built; make check builds it")
    return ("--plugin-path", path, "-p", plugin, "-m", "m", "-o", "retries=0", *args)


def debugging(**env):
    """A Box that debugs."""
    return Box(HOBNOB_DEBUG_PLUGINS="1", **env)


def breach(function, rule, what, plugin="breaks"):
    """The message of a breach and its hint."""
    return f"{plugin}: {function}() breaks the rule {rule}: {what}", RULES[rule]


def told(function, rule, what, plugin="breaks"):
    """The same, as it stands on standard error."""
    message, hint = breach(function, rule, what, plugin)
    return f"hobnob: {message}\n  {hint}\n"


def closing(box, *words, **how):
    """The closing events of a conversation."""
    text = "".join(json.dumps({"say": word}) + "\n" for word in words)
    return [e for e in lines_of(box.run("-f", "jsonl", "-n", *asks(**how), stdin=text).out) if e["event"] in ("done", "error")]


# ---- calls of chat() ----

@test_each([
    ("a second FINISH", "second finish", "finish-once", "it emits FINISH a second time"),
    ("no FINISH", "no finish", "finish-once", "it returned 0 and emitted no FINISH"),
    ("a FINISH of an unknown reason", "odd finish", "finish-once", "it emits FINISH with the reason 77"),
    ("text after FINISH", "text after", "nothing-after-finish", "it emits TEXT after FINISH"),
    ("usage long after FINISH", "late usage", "nothing-after-finish", "it emits USAGE after FINISH, and something else between them"),
    ("an unknown event", "unknown event", "events", "it emits an event of the unknown type 4711"),
    ("a member of another type", "other member", "events", "it emits TEXT with a member of other types: number"),
    ("a negative count", "negative usage", "usage-counts", "it reports prompt as -7"),
    ("a struct without a size", "no size", "struct-sizes", "hn_event says struct_size 0, at least N are needed"),
    ("a code without fail()", "no reason", "return-codes", "it returned -7 (rate_limited) without giving that to fail()"),
    ("interrupted by nobody", "interrupted", "return-codes", "it returned HN_ERR_INTERRUPTED, and nobody interrupted it"),
    ("a code that means nothing", "positive", "return-codes", "it returned 5, which means nothing there"),
    ("another code than a service's", "other code", "service-return", "request() returned -8, and the function -4"),
    ("another thread", "other thread", "call-thread", "another thread used the call: only a provider with HN_PROVIDER_BLOCKS may do that"),
    ("written to", "write request", "borrowed", "it writes to the request"),
    ("read beyond its end", "beyond request", "borrowed", "it reads or writes beyond the end of the request"),
    ("an option after create()", "use option", "borrowed", "it uses the value of an option of create() after the loan has ended"),
    ("a print", "print", "no-print", 'it prints "debug: here "'),
    ("a print that waits in a buffer", "print buffered", "no-print", 'it prints "debug"'),
    ("an error message", "print error", "no-print", 'it prints "debug: there "'),
    ("standard output closed", "close", "fds", "it closes descriptor 1"),
    ("the environment", "environment", "environment", "it changes the environment"),
    ("a signal", "signal", "signals", "it changes what happens at SIGINT"),
    ("the signal mask", "mask", "signals", "it changes the signal mask"),
    ("the locale", "locale", "locale", "it changes the locale"),
    ("the working directory", "folder", "cwd", "it changes the working directory"),
    ("the umask", "umask", "cwd", "it changes the umask"),
])
def chat(word, rule, what):
    """Each ends the call with one message: plugin, function, rule, what happened"""
    with debugging() as box:
        end = closing(box, word)[0]
        message, hint = breach("chat", rule, what)
        said = re.sub(r"at least \d+ are", "at least N are", end.get("message", ""))
        same([end["event"], end.get("kind"), said, end.get("hint")], ["error", "plugin", message, hint])


@test_each([("a call", "use call", "call-ended", "it uses the call of chat() after that has returned"),
            ("a request", "use request", "borrowed", "it uses the request of chat() after the loan has ended")])
def kept(word, rule, what):
    """What was kept of an earlier call is caught where it is used"""
    with debugging() as box:
        first, second, third = closing(box, "keep", word, "well")
        same([first["event"], third["event"]], ["done", "done"])
        same((second["message"], second["hint"]), breach("chat", rule, what))


@test
def kept_data():
    """What on_data() got is gone when it has returned"""
    with Server(body(200, {"a": 1})) as server, debugging(HOBNOB_BREAKS_BASE_URL=server.url) as box:
        end = closing(box, "use data")[0]
        same((end.get("message"), end.get("hint")), breach("chat", "borrowed", "it uses what on_data() got of chat() after the loan has ended"))


@test_each([("a crash", "crash", "the plugin breaks crashed in chat() (SIGSEGV)"), ("the end of the program", "end all", "the plugin breaks called exit(7) in chat()")])
def ends(word, line):
    """What ends the program is named as ever"""
    if word == "crash" and sanitized():
        raise Skip("a sanitizer tells of the crash, too")
    with debugging() as box:
        ended(box.run(*asks("-n", word)), 1, "", re.compile(f"^hobnob: {re.escape(line)}"))


@test
def at_once():
    """Two threads of a provider that may use several, at the same time"""
    with debugging() as box:
        end = closing(box, "at once", plugin="breaks_blocks")[0]
        same((end.get("message"), end.get("hint")), breach("chat", "call-thread", "two threads use the call at the same time", "breaks_blocks"))


@test_each([("usage right after FINISH", "usage after", "breaks"), ("cancelled() on another thread", "look elsewhere", "breaks"),
            ("a second thread, in turn", "other thread", "breaks_blocks")])
def allowed(word, plugin):
    """That is no breach"""
    with debugging() as box:
        same([e["event"] for e in closing(box, word, plugin=plugin)], ["done"])


@test
def at_load():
    """What a constructor does to signals is no breach: the runtime of a language has to"""
    with debugging(BREAKS_AT_LOAD="1") as box:
        r = ended(box.run("-v", *asks("-n", "hi")), 0, "kept\n")
        holds(r.err, "changed what happens at SIGPIPE in its constructor; hobnob restored it")


# ---- the other functions ----

@test_each([("an option that is not declared", "undeclared", "options-declared",
             'the plugin asked for the option "nobody_knows", which it does not declare'),
            ("a failure without fail()", "no reason", "create-fails", "it returned -3 (config) without giving that to fail()")])
def create(how, rule, what):
    """create() is watched, too"""
    with debugging() as box:
        ended(box.run(*asks("-n", "-o", f"breaks.breaks={how}", "hi")), 1, "", told("create", rule, what))


@test
def models():
    """And models()"""
    with debugging() as box:
        holds(ended(box.run("models", *asks()[:4]), 1, "").err, "models() breaks the rule models: models() lists a model without an id", RULES["models"])


@test_each([("a descriptor", "open", "fds", r"it leaves descriptor \d+ open \(/dev/null\)"), ("a thread", "thread", "threads", "it leaves a thread running")])
def left(word, rule, what):
    """What destroy() leaves is told at the end; the reply stands"""
    with debugging() as box:
        message, hint = (re.escape(part) for part in breach("destroy", rule, ""))
        ended(box.run(*asks("-n", word)), 1, "kept\n", re.compile(f"^hobnob: {message}{what}\n  {hint}\n$"))


# ---- frontends ----

@test_each([
    ("an input inside on_event()", "submit-nested", "run", "submit-nested", "it calls submit() inside on_event()"),
    ("an input of another thread", "session-thread submit", "run", "session-thread", "it calls submit() while another thread works in the session"),
    ("a session left open", "session-ends", "run", "session-ends", "it leaves a session open that it opened"),
    ("its own session ended", "session-ends own", "run", "session-ends", "it ends a session that it did not open, or has ended"),
    ("a text after on_event()", "borrowed", "", "borrowed", "it uses an event of on_event() after the loan has ended"),
    ("a signal", "signals", "run", "signals", "it changes what happens at SIGINT"),
])
def frontend(how, function, rule, what):
    """What a frontend breaks is told at the end, and makes the exit status"""
    path = os.path.join(BUILD, "tests/abi/.libs/shows.so")
    if not os.path.exists(path):
        raise Skip("shows.so is not built; make check builds it")
    with debugging() as box:
        asks_it = ("--plugin-path", path, "-f", "shows", "-p", "mock", "-o", f"shows.breaks={how}", "Hi")
        message, hint = breach(function, rule, what, "shows")
        ended(box.run(*asks_it), 1, re.compile("^\\n?Hi"), f"hobnob: {message if function else message.replace('() ', '', 1)}\n  {hint}\n")
        if how != "borrowed":  # that reads memory that was freed
            same("breaks the rule" in box.run(*asks_it, env={"HOBNOB_DEBUG_PLUGINS": "0"}).err, False)


@test_each([(name, name) for name in ("jsonl", "stdio")])
def clean_frontend(name):
    """The shipped frontends keep the rules"""
    with debugging() as box:
        line = '{"say":"one"}\n' if name == "jsonl" else "one\n"
        ended(box.run("-f", name, "-i", "-p", "mock", stdin=line), 0, re.compile("one"), "")


# ---- the switch ----

@test_each([("text after FINISH", "text after", "kept\n"), ("a kept request", "use call", "kept\n"), ("usage after FINISH", "late usage", "kept\n"),
            ("a member of another type", "other member", None), ("an open file", "open", "kept\n")])
def off(word, out):
    """Without the variable nothing of this is looked at"""
    with Box() as box:
        for value in ("", "0"):
            box.env["HOBNOB_DEBUG_PLUGINS"] = value
            r = box.run(*asks("-n", word))
            same("breaks the rule" in r.err, False)
            if out:
                ended(r, 0, out)


@test
def other_value():
    """Another value is a mistake"""
    with Box(HOBNOB_DEBUG_PLUGINS="yes") as box:
        ended(box.run(*asks("-n", "hi")), 3, "", 'hobnob: HOBNOB_DEBUG_PLUGINS: expected 1 or 0, got "yes"\n')
        holds(box.run("doctor", *asks()[:2]).out, 'HOBNOB_DEBUG_PLUGINS: expected 1 or 0, got "yes"')


@test
def found_dotenv():
    """A .env that was found cannot set it; one that was named can"""
    with Box() as box:
        path = box.write(".env", "HOBNOB_DEBUG_PLUGINS=1\n", 0o600)
        r = ended(box.run(*asks("-n", "text after")), 0, "kept\n")
        holds(r.err, ".env:1: HOBNOB_DEBUG_PLUGINS is ignored: a .env that was found may not set it")
        ended(box.run("--env-file", path, *asks("-n", "text after")), 1, None, told("chat", "nothing-after-finish", "it emits TEXT after FINISH"))


# ---- who keeps the rules ----

@test_each([(name, name) for name in NAMES])
def clean(name):
    """Every shipped provider answers as ever, twice in a conversation"""
    with World(name) as world, debugging(**world.env) as box:
        text = "".join(json.dumps({"say": word}) + "\n" for word in ("one", "two"))
        r = ended(box.run("-f", "jsonl", "-p", name, *world.options, "-o", "retries=0", stdin=text), 0, None, "")
        same([(e["event"], e.get("text")) for e in lines_of(r.out) if e["event"] in ("done", "error")], [("done", f"{name} 1"), ("done", f"{name} 2")])


if __name__ == "__main__":
    main()
