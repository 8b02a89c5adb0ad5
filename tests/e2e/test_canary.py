#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A canary: one key goes through every kind of run, and is found afterwards in nothing that was shown or written.

What may hold it is where the test put it: the environment, the .env, the key file and the program that prints it.
"""
import glob
import json
import os
import re
import subprocess
import urllib.parse

from hob import HOBNOB, Box, Skip, at_server, ended, holds, lacks, main, same, sanitized, test, test_each, truth
from server import Server, body, error, event, listing, pieces, raw, reply, stream

CANARY = 'sk-canary/6b1f"0e9d+7c5a=3b2f\\94d8'  # with what JSON and URLs escape
HEAD, TAIL = CANARY[:len(CANARY) // 2], CANARY[len(CANARY) // 2:]
IN_JSON, IN_URL = json.dumps(CANARY)[1:-1], urllib.parse.quote(CANARY, safe="")
FORMS = [CANARY, IN_JSON, IN_JSON.replace("/", "\\/"), IN_URL, re.sub("%..", lambda m: m.group().lower(), IN_URL)]
TRACES = [*FORMS, HEAD, TAIL]


def clean(text, about):
    """No form of it, and no half, is there."""
    for trace in TRACES:
        if trace in text:
            raise AssertionError(f"{trace!r} is in {about}\n{text}")


def clean_run(box, *args, **more):
    """A run that shows nothing of it; the Result."""
    r = box.run(*args, **more)
    clean(r.out, f"stdout of {args}: {r}")
    clean(r.err, f"stderr of {args}: {r}")
    return r


def clean_box(box, *but):
    """No file below the home and the working directory has it, nor half of it, but those."""
    seen = 0
    for folder, _, files in os.walk(box.root):
        for name in files:
            path = os.path.join(folder, name)
            if path in but or not os.path.isfile(path):
                continue
            seen += 1
            with open(path, "rb") as f:
                clean(f.read().decode("utf-8", "replace"), path)
    return seen


# ---- where the key is from -------------------------------------------------------------------------------

def in_environment(box):
    """OPENAI_API_KEY."""
    box.env["OPENAI_API_KEY"] = CANARY
    return []


def in_dotenv(box):
    """A line of .env."""
    return [box.write(".env", "OPENAI_API_KEY='%s'\n" % CANARY, 0o600)]


def in_config(box):
    """A value of the config file."""
    return [box.config("providers: {openai: {api_key: '%s'}}\n" % CANARY)]


def in_file(box):
    """A file of its own."""
    path = box.write("key", CANARY + "\n", 0o600)
    box.config("providers: {openai: {api_key_file: '%s'}}\n" % path)
    return [path]


def by_command(box):
    """A program that prints it, and has its own command line and environment looked at."""
    path = box.write("ask", "#!/bin/sh\ncat /proc/$$/environ /proc/$$/cmdline /proc/$PPID/cmdline >>%s/seen\nprintf '%%s\\n' '%s'\n"
                     % (box.cwd, CANARY), 0o700)
    box.config("providers: {openai: {api_key_command: ['%s']}}\n" % path)
    return [path]


SOURCES = [("environment", in_environment), (".env", in_dotenv), ("config file", in_config), ("file", in_file), ("command", by_command)]


def kept(server, source):
    """A Box with the key from there, and the files that may hold it."""
    box = Box(OPENAI_BASE_URL=server.url, OPENAI_MODEL="m", HOBNOB_PROVIDER="openai")
    os.mkdir(box.root + "/tmp")
    box.env["TMPDIR"] = box.root + "/tmp"
    if source is in_dotenv:  # a found one goes nowhere but home
        box.env["HOBNOB_OPENAI_BASE_URL"] = server.url
    return box, source(box)


RUNS = [("-n", "Hi"), ("-n", "--json", "Hi"), ("-n", "--usage", "Hi"), ("-n", "-v", "Hi"), ("-n", "-vv", "Hi"), ("-n", "-vvv", "Hi"),
        ("-n", "-vvv", "--log-file", "log", "Hi"), ("-n", "--dry-run", "Hi"), ("-n", "--dry-run", "-vv", "Hi"), ("-n", "--no-stream", "-vv", "Hi"),
        ("models", "-vv"), ("models", "--json"), ("plugins", "-v"), ("plugins", "--json"), ("plugins", "info", "openai"), ("config", "list"),
        ("config", "list", "--json"), ("config", "get", "openai.api_key"), ("doctor", "-vv"), ("doctor", "--json"), ("doctor", "--connect", "-vv"),
        ("--help",), ("sessions", "list"), ("sessions", "search", "Hi")]


@test_each(SOURCES)
def every_run(source):
    """It is sent, and in nothing that a run shows or leaves behind"""
    with Server(reply("Fine."), models=listing("m", "n")) as server:
        box, own = kept(server, source)
        with box:
            for args in RUNS:
                ended(clean_run(box, *args), 0)
            same({r.headers.get("authorization") for r in server.requests}, {"Bearer " + CANARY})
            truth(clean_box(box, *own) > 3, "there is no journal, no cache and no log to look into")
            if source is by_command:
                holds(box.read("seen"), "HOME=")


@test_each(SOURCES)
def every_failure(source):
    """A server that says it back, in whatever form, gets it into nothing: not the error, not the log, not the journal"""
    steps = [said(where, form) for form in TRACES for where in ("json", "text", "html", "noise", "broken", "late", "inside")]
    with Server(*steps) as server:
        box, own = kept(server, source)
        with box:
            clean_run(box, "-i", "-vv", "-o", "retries=0", stdin="a\n" * len(steps))
            truth(len(server.chats) >= len(steps), "not all of it was said")
            clean_run(box, "sessions", "list")
            clean_box(box, *own)


def said(where, form):
    """An answer that holds it."""
    text = f"no such key: {form}; it is wrong"
    if where == "json":
        return error(403, text, code=form, kind=form)
    if where == "text":
        return raw(b"HTTP/1.1 500 No\r\nConnection: close\r\n\r\n" + text.encode())
    if where == "html":
        return raw(b"HTTP/1.1 502 No\r\nConnection: close\r\n\r\n<html><title>" + text.encode() + b"</title>")
    if where == "noise":
        return pieces([event(text.encode()), *stream(["Fine."])])
    if where == "broken":
        return pieces([b"data: {" + text.encode() + b"\n\n"])
    if where == "late":
        return pieces([*stream(["Half"])[:2], event({"error": {"message": text, "code": 503}})])
    return body(302, b"", {"Location": "https://elsewhere.example/?k=" + form, "X-Request-Id": form, "X-Other": form})


@test
def short_key():
    """A key of twelve characters is as little shown, nor eight characters of it: not in errors, the log, the journal, --dry-run or JSON"""
    key = "k3y/4bcd+F12"
    shown = [key[i:i + 8] for i in range(5)]
    forms = [key, json.dumps(key)[1:-1].replace("/", "\\/"), urllib.parse.quote(key, safe=""), key[:10], key[2:], key[1:11]]
    steps = [said(where, form) for form in forms for where in ("json", "text", "html", "noise", "broken", "late", "inside")]
    with Server(*steps, models=listing("m", key)) as server, Box(OPENAI_API_KEY=key, OPENAI_BASE_URL=server.url, OPENAI_MODEL="m") as box:
        runs = [box.run("-i", "-vv", "--log-file", "log", "-o", "retries=0", stdin="a\n" * len(steps))]
        runs += [box.run(*args) for args in RUNS]
        runs.append(box.run("-f", "jsonl", "-o", "retries=0", stdin='{"say":"a"}\n'))
        truth(len(server.chats) >= len(steps), "not all of it was said")
        for r in runs:
            lacks(r.out + r.err, *shown)
        for folder, _, files in os.walk(box.root):
            for name in files:
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as f:
                    lacks(f.read(), *shown)


@test
def conversation():
    """A conversation with all that can be asked and kept: what is told, saved, exported and found has nothing of it"""
    with Server(reply("Fine."), models=listing("m")) as server:
        box, own = kept(server, in_environment)
        with box:
            lines = ["Hi", "/help", "/stats", "/stats credits", "/model", "/model n", "/provider", "/set", "/set temperature 0.5", "/history", "/context",
                     "/preview", "/write f.md", "/save f.json", "/save g.md", "/undo", "/retry", "/branch", "/load f.json", "/system mine", "again"]
            r = clean_run(box, "-i", "-vv", "--log-file", "log", stdin="\n".join(lines) + "\n")
            holds(r.out, "Fine.")
            clean_run(box, "-f", "jsonl", stdin='{"id":1,"say":"Hi"}\n{"id":2,"command":"/set"}\n{"id":3,"command":"/stats"}\n')
            (ident, *_) = [os.path.basename(p)[:-len(".jsonl")] for p in glob.glob(box.home + "/.local/state/hobnob/sessions/*.jsonl")]
            for args in (("show", ident), ("export", ident, "e.json"), ("export", ident, "e.md"), ("search", "Fine"), ("list", "--json")):
                clean_run(box, "sessions", *args)
            truth(clean_box(box, *own) >= 6, "the files are missing")


@test
def typed():
    """One that is typed at the prompt is sent as it was said, and is not in the input history"""
    with Server(reply("Fine.")) as server:
        box, _ = kept(server, in_environment)
        with box:
            t = box.terminal("-f", "readline", env={"HOBNOB_COLOR": "never"})
            t.expect("You: ")
            for line in ("first words", "my key is " + CANARY, "it is sk-other-0123456789abcdef", "last words"):
                after = len(t.text())
                t.send(line + "\n")
                t.expect("Fine.*You: ", after=after)
            t.send("/exit\n")
            ended(t.end(), 0)
            pasts = [p for p in glob.glob(box.home + "/.local/**/*", recursive=True) if os.path.isfile(p) and not p.endswith(".jsonl") and "history" in p]
            truth(pasts, "there is no input history")
            for path in pasts:
                with open(path, encoding="utf-8") as f:
                    text = f.read()
                holds(text, "first words", "last words")
                clean(text, path)
                lacks(text, "sk-other")


@test
def command_lines():
    """While a turn runs, nobody sees it on a command line: not ours, not those of what we started"""
    if not os.path.exists("/proc/self/cmdline"):
        raise Skip("/proc is not mounted")
    with Server(pieces([*stream(["Half"])[:2], 60])) as server:
        for source in (in_dotenv, by_command):
            box, _ = kept(server, source)
            with box:
                running = box.start("-n", "Hi", stdin=subprocess.DEVNULL)
                running.expect("Half")
                # Once it knows a key, its environment is open to root alone.
                for name in ("cmdline", "environ") if os.getuid() == 0 else ("cmdline",):
                    with open(f"/proc/{running.process.pid}/{name}", "rb") as f:
                        clean(f.read().decode("utf-8", "replace"), name)
                running.signal()
                running.end()


@test
def memory():
    """Once it knows a key, another program of the same user cannot read its memory, where the key is"""
    nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
    if sanitized() or not os.path.exists("/proc/self/mem"):
        raise Skip("built with sanitizers, which trace it, or /proc is not mounted")
    with Server(pieces([*stream(["Half"])[:2], 60])) as server, at_server(server) as box:
        for path in (box.root, box.home, box.cwd):
            os.chmod(path, 0o777)
        if nobody and subprocess.run(["sh", "-c", '"$0" --version', HOBNOB], cwd="/", capture_output=True, check=False, **nobody).returncode:
            raise Skip("root may read everything, and nobody else may run the program where it was built")
        running = box.start("-n", "--no-journal", "Hi", stdin=subprocess.DEVNULL, **nobody)
        running.expect("Half")
        for name in ("mem", "environ"):
            r = subprocess.run(["cat", f"/proc/{running.process.pid}/{name}"], cwd="/", capture_output=True, check=False, text=True, **nobody)
            truth(r.returncode == 1 and "Permission denied" in r.stderr, r)
        running.signal()
        running.end()


@test
def in_a_list():
    """A listed model whose name says the key back: it is not kept, not shown, and not offered"""
    with Server(reply("Fine."), models=listing("one", "m-" + CANARY, "two")) as server:
        box, own = kept(server, in_environment)
        with box:
            del box.env["OPENAI_MODEL"]
            holds(ended(clean_run(box, "-n", "Hi"), 3).err, "offers one, ")
            clean_box(box, *own)
            clean_run(box, "models")
            clean_run(box, "models", "--json")
            clean_run(box, "-n", "-m", "three", "Hi")
            clean_box(box, *own)


@test
def other_keys():
    """Keys of two instances in one conversation: neither is shown, neither goes to the other's server"""
    second = "key-of-the-second-0123456789"
    with Server(error(401, "wrong: " + CANARY)) as one, Server(error(401, "wrong: " + CANARY + " " + second)) as two:
        box, _ = kept(one, in_environment)
        with box:
            box.config("providers: {two: {plugin: openai, base_url: '%s', model: m}}\n" % two.url)
            box.env["HOBNOB_TWO_API_KEY"] = second
            r = clean_run(box, "-i", "-vv", stdin="a\n/provider two\nb\n/provider openai\nc\n")
            lacks(r.out + r.err, second)
            same([{q.headers["authorization"] for q in s.chats} for s in (one, two)], [{"Bearer " + CANARY}, {"Bearer " + second}])
            clean_box(box, box.home + "/.config/hobnob/config.yaml")


if __name__ == "__main__":
    main()
