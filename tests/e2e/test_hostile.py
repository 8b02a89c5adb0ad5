#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Servers and files that mean harm: what they quote, how much they send, and what they would have a terminal do."""
import json
import os

from hob import KEY, Box, Skip, at_server, ended, holds, lacks, main, same, test, test_each, truth
from server import Server, body, error, listing, pieces, raw, reply, stream

ONCE = ("-n", "-o", "retries=0")
HALF = KEY[:len(KEY) // 2]
EVIL = "\x1b]0;owned\x07\x7f\x9b2J\u202e"


@test_each([("as a message", lambda n: error(401, "x" * n + KEY)),
            ("as text", lambda n: raw(b"HTTP/1.1 500 No\r\n\r\n" + b"x" * n + KEY.encode())),
            ("as a page", lambda n: raw(b"HTTP/1.1 500 No\r\n\r\n<html>" + b"x" * n + KEY.encode())),
            ("in broken JSON", lambda n: pieces([b"data: {" + b"x" * n + KEY.encode() + b"\n\n"])),
            ("as noise", lambda n: pieces([b"data: " + b"x" * n + KEY.encode() + b"\n\n"]))])
def quoted_key(quote):
    """A key that a server quotes is not shown, nor the half of it where the quotation was cut"""
    for n in (0, 180, 185, 275, 280, 285, 1000, 1005):
        with Server(quote(n)) as server, at_server(server) as box:
            for args in ((), ("-vv",), ("--json",)):
                r = box.run(*ONCE, *args, "Hi")
                lacks(r.out + r.err, HALF)


@test
def quoted_names():
    """A key that comes back as a model's name is not shown: not in the list, not in /stats"""
    with Server(pieces(stream(["Fine."], model=KEY)), models=listing(KEY, "other")) as server, at_server(server) as box:
        for args in (("models",), ("models", "--json")):
            r = ended(box.run(*args), 0)
            holds(r.out, "[secret]", "other")
            lacks(r.out + r.err, HALF)
        r = ended(box.run("-i", stdin="Hi\n/stats\n"), 0)
        holds(r.out, "[secret]")
        lacks(r.out + r.err, HALF)


@test
def list_on_terminal():
    """A list of models as JSON does nothing to a terminal, and is the same names to a program"""
    with Server(reply("no"), models=listing(EVIL, "b")) as server, at_server(server) as box:
        t = box.terminal("models", "--json")
        r = t.end()
        lacks(r.out, "\x1b", "\x07", "\x7f", "\x9b", "\u202e")
        same(json.loads(ended(box.run("models", "--json"), 0).out)[0]["id"], EVIL)


@test_each([("header", b"HTTP/1.1 200 OK\r\nX: "), ("status line", b"HTTP/1.1 200 ")])
def endless_line(begin):
    """A head whose line does not end is a protocol error, and not asked for again"""
    def step(conn, _):
        conn.sendall(begin + b"a" * 300_000)
        return False
    with Server(step) as server, at_server(server) as box:
        r = ended(box.run("-n", "Hi"), 1, "")
        holds(r.err, "the answer's headers are too large")
        same(len(server.requests), 1)


@test
def heavy_body():
    """A body that would become hundreds of times as large in memory is refused"""
    with Server(body(200, b'{"x":[' + b"{}," * 2_000_000 + b"0]}")) as server, at_server(server) as box:
        r = ended(box.run(*ONCE, "Hi"), 1, "")
        holds(r.err, "too many values")


@test
def script_fifo():
    """A script that is no file is refused at once"""
    with Box() as box:
        fifo = os.path.join(box.cwd, "s.json")
        os.mkfifo(fifo)
        r = ended(box.run("-p", "mock", "-n", "-o", "mock.script=" + fifo, "Hi"), 3, "")
        holds(r.err, "not a regular file")


@test
def large_attachment():
    """A file that is larger than any prompt is refused, and leaves nothing behind in memory"""
    with Box() as box:
        os.truncate(box.write("large", "x"), (64 << 20) + 1)
        r = ended(box.run("-p", "mock", "-n", "-a", "large", "Hi"), 2, "")
        holds(r.err, "larger than")


def saved(messages, head):
    """A saved conversation of (id, parent, role)."""
    rows = [{"id": i, **({"parent": p} if p else {}), "role": role, "text": f"m{k}", "sent": 2 ** 63 - 1}
            for k, (i, p, role) in enumerate(messages)]
    return json.dumps({"hobnob": "conversation", "version": 1, "head": head, "messages": rows})


@test_each([("the reply", "/write", "f.txt"), ("the conversation", "/save", "f.md")])
def link_to_nowhere(command, name):
    """A link stands in the way like a file, also one that leads nowhere; -f puts a file in its place"""
    with Box() as box:
        path = os.path.join(box.cwd, name)
        os.symlink("nowhere", path)
        r = ended(box.run("-p", "mock", "-i", stdin=f"Hi\n{command} {name}\n"), 0, "Hi\n", f"hobnob: {name} exists: -f overwrites it\n")
        same(os.listdir(box.cwd), [name])
        truth(os.path.islink(path), f"the link was replaced\n{r}")
        ended(box.run("-p", "mock", "-i", stdin=f"Hi\n{command} -f {name}\n"), 0, f"Hi\nwrote {name}\n", "")
        same(os.listdir(box.cwd), [name])
        truth(not os.path.islink(path), "the link is still there")


@test
def log_fifo():
    """A FIFO that nobody reads is refused as a log file; nothing waits for a reader"""
    with Box() as box:
        os.mkfifo(os.path.join(box.cwd, "log"))
        r = ended(box.run("-p", "mock", "--log-file", "log", "Hi", timeout=10), 3, "")
        holds(r.err, "log: No such device or address")


@test_each([("others may read", 0o644, True), ("others may write", 0o620, True), ("the user's alone", 0o600, False)])
def log_mode(mode, warned):
    """A log file that was there is written to, with one warning where it is not the user's alone"""
    with Box() as box:
        os.chmod(box.write("log", "before\n"), mode)
        r = ended(box.run("-n", "-p", "mock", "-v", "--log-file", "log", "Hi"), 0, "Hi\n")
        same(r.err, "hobnob: warning: log: others can read or write this log: chmod 600 log\n" if warned else "")
        truth(box.read("log").startswith("before\n2"), box.read("log"))


@test
def log_link():
    """A log file behind a link of the user's own is written to; behind that of another user it is left alone"""
    with Box() as box:
        box.write("real", "", 0o600)
        os.symlink("real", os.path.join(box.cwd, "log"))
        ended(box.run("-n", "-p", "mock", "-v", "--log-file", "log", "Hi"), 0, "Hi\n", "")
        length = len(box.read("real"))
        truth(length > 0, "nothing was logged")
        if os.getuid() != 0:
            raise Skip("only root can make another user's link")
        os.lchown(os.path.join(box.cwd, "log"), 54321, 54321)
        r = ended(box.run("-n", "-p", "mock", "-v", "--log-file", "log", "Hi"), 3, "")
        holds(r.err, "log: is a link of another user's\n  name the file itself\n")
        same(len(box.read("real")), length)


@test
def no_setuid():
    """What is overwritten gives its permissions to the new file, not the right to act as its owner"""
    with Box() as box:
        path = box.write("run", "#!/bin/sh\n")
        os.chmod(path, 0o6755)
        ended(box.run("-p", "mock", "-i", stdin="Hi\n/write -f run\n"), 0, "Hi\nwrote run\n", "")
        same(oct(os.stat(path).st_mode), "0o100755")


@test
def huge_ids():
    """A conversation whose ids leave no room goes on, is saved, and can be loaded again"""
    most = 2 ** 63 - 2
    with Box() as box:
        box.write("c.json", saved([(most - 5, 0, "user"), (most, most - 5, "assistant")], most))
        r = ended(box.run("-p", "mock", "-i", stdin="first\n/load c.json\nmore\n/save d.json\n/load d.json\n/history\n"), 0)
        holds(r.out, "loaded 2 messages", "loaded 4 messages", "m0", "m1", "more")
        same(r.err, "")
        truth(max(m["id"] for m in json.loads(box.read("d.json"))["messages"]) < 10, "ids are not numbered anew")


@test_each([("in a circle", [(1, 2, "user"), (2, 1, "user")], "parent is missing"),
            ("without their parent", [(5, 3, "user")], "parent is missing"),
            ("in disorder", [(2, 0, "user"), (1, 0, "user")], "not in order"),
            ("twice", [(1, 0, "user"), (1, 0, "user")], "not in order")])
def bad_conversation(messages, why):
    """A conversation is not loaded if its messages stand"""
    with Box() as box:
        box.write("c.json", saved(messages, 1))
        r = ended(box.run("-p", "mock", "-i", stdin="first\n/load c.json\nmore\n"), 0, "first\nmore\n")
        holds(r.err, why)


if __name__ == "__main__":
    main()
