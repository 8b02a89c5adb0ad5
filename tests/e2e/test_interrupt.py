#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Ctrl-C and the signals that end a program: within a tenth of a second in every state, and the conversation goes on.

A second decides, so that a busy machine does not; the measured times are printed as diagnostics.
"""
import fcntl
import glob
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import termios
import time

from hob import BUILD, KEY, Box, Skip, at_server, ended, holds, main, same, sanitized, test, test_each, truth
from server import Server, error, hang, pieces, reply, stream, words

TALK = ("-f", "stdio", "-i")


def interrupt(running, name="err", pattern=r"\(interrupted\)\n"):
    """Interrupts it and waits until it says so; the milliseconds that took."""
    after, began = len(running.text(name)), time.monotonic()
    running.signal()
    running.expect(pattern, name, after)
    ms = (time.monotonic() - began) * 1000
    truth(ms < 1000, f"it took {ms:.1f} ms")
    return f"{ms:.1f} ms"


def wait_until(condition, about):
    """Waits for what no output tells of."""
    deadline = time.monotonic() + 10
    while not condition():
        truth(time.monotonic() < deadline, f"waited in vain for {about}")
        time.sleep(0.005)


def goes_on(running, server, expected, text="Still here."):
    """Says one more thing, whose answer comes, and ends the conversation; expected: the messages of the last request."""
    after = len(running.text())
    running.send("And now?\n")
    running.expect(text + "\n", after=after)
    running.close()
    ended(running.end(), 0)
    same(server.chats[-1].messages, expected)


@test
def silent():
    """A silent call is ended, and the conversation goes on"""
    with Server(hang(), reply("Still here.")) as server, at_server(server) as box:
        running = box.start(*TALK)
        running.send("Hello?\n")
        server.wait(1)
        ms = interrupt(running)
        goes_on(running, server, [("user", "And now?")])
        return ms


@test
def streaming():
    """A streaming call is ended: what came is shown and kept, and the conversation goes on"""
    half = pieces([*stream(words("Some words"))[:3], 60])
    with Server(half, reply("Still here.")) as server, at_server(server) as box:
        running = box.start(*TALK)
        running.send("Hello?\n")
        running.expect("Some words")
        ms = interrupt(running)
        same(running.text(), "Some words\n")
        goes_on(running, server, [("user", "Hello?"), ("assistant", "Some words"), ("user", "And now?")])
        return ms


@test
def flood():
    """A stream that never pauses is ended"""
    endless = pieces(endless_parts(), whole=False)
    with Server(endless, reply("Still here.")) as server, at_server(server) as box:
        running = box.start(*TALK)
        running.send("Hello?\n")
        running.expect("word word word")
        return interrupt(running)


def endless_parts():
    """The parts of a stream that does not end."""
    yield from stream([])[:1]
    part = stream(["word "])[1]
    while True:
        yield part


@test
def waiting():
    """The wait before a retry is ended"""
    with Server(error(429, "slow down", {"Retry-After": "30"}), reply("Still here.")) as server, at_server(server) as box:
        running = box.start(*TALK)
        running.send("Hello?\n")
        running.expect(r"retry 1 in 30\.000 s", "err")
        ms = interrupt(running)
        goes_on(running, server, [("user", "And now?")])
        return ms


@test
def connecting():
    """A connection that does not come about is ended"""
    if not os.path.exists("/proc/net/tcp"):
        raise Skip("whether it connects is seen in /proc, which is not mounted")
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting_lines = []
        for _ in range(8):  # until the backlog is full and nobody is let in
            s = socket.socket()
            s.setblocking(False)
            s.connect_ex(address)
            waiting_lines.append(s)
        with Box(OPENAI_API_KEY=KEY, OPENAI_BASE_URL=f"http://127.0.0.1:{address[1]}/v1", OPENAI_MODEL="m") as box:
            running = box.start(*TALK, "-v")
            running.send("Hello?\n")
            wait_until(lambda: syn_sent(address[1], waiting_lines), "its connection")
            ms = interrupt(running)
            running.send("/exit\n")
            ended(running.end(), 0)
        for s in waiting_lines:
            s.close()
        return ms


def syn_sent(port, others):
    """Whether somebody else than those sockets waits for a connection to that port."""
    known = {str(os.fstat(s.fileno()).st_ino) for s in others}
    with open("/proc/net/tcp", encoding="ascii") as f:
        rows = [line.split() for line in f.readlines()[1:]]
    return any(r[2].endswith(f":{port:04X}") and r[3] == "02" and r[9] not in known for r in rows)


# What is put in front of the system's own: a name that takes half a minute, told to whoever reads the fifo.
SLOW_NAMES = r"""
#include <fcntl.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int getaddrinfo(const char *name, const char *port, const struct addrinfo *like, struct addrinfo **out)
{
	(void)port, (void)like, (void)out;
	if (!name || strcmp(name, "name.invalid"))
		_exit(77); /* nobody asked for that */
	close(open(getenv("RESOLVING"), O_WRONLY));
	for (unsigned left = 30; left;)
		left = sleep(left);
	return EAI_AGAIN;
}
"""


def fifo(box):
    """A fifo below the working directory: its path, and its end to read from."""
    path = os.path.join(box.cwd, "fifo")
    os.mkfifo(path)
    return path, os.open(path, os.O_RDONLY | os.O_NONBLOCK)


def heard(fd):
    """What is said in a fifo, once somebody has opened it."""
    truth(select.select([fd], [], [], 10)[0], "nobody spoke")
    data = os.read(fd, 100)
    os.close(fd)
    return data


@test
def resolving():
    """A name that is not resolved is ended, and the conversation goes on; no other name is asked for, that of this machine neither"""
    if sanitized():
        raise Skip("built with sanitizers, which do not bear a library in front of them")
    with Box(OPENAI_API_KEY=KEY, OPENAI_BASE_URL="https://name.invalid/v1", OPENAI_MODEL="m") as box:
        source, library = box.write("slow.c", SLOW_NAMES), os.path.join(box.cwd, "slow.so")
        compiler = (os.environ.get("CC") or "cc").split()
        if subprocess.run([*compiler, "-shared", "-fPIC", "-o", library, source], check=False).returncode:
            raise Skip("no library could be made")
        path, told = fifo(box)
        running = box.start(*TALK, env={"LD_PRELOAD": library, "RESOLVING": path})
        running.send("Hello?\n")
        heard(told)
        ms = interrupt(running)
        running.send("/exit\n")
        ended(running.end(), 0)
        return ms


@test
def sending():
    """A request that nobody takes is ended"""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/v1"
        with Box(OPENAI_API_KEY=KEY, OPENAI_BASE_URL=url, OPENAI_MODEL="m") as box:
            running = box.start("-n", "-a", box.write("large", b"word " * 4_000_000), "Hi")
            conn, _ = deaf.accept()
            select.select([conn], [], [], 10)
            began = time.monotonic()
            running.signal()
            r = ended(running.end(), -signal.SIGINT, "")
            conn.close()
            ms = (time.monotonic() - began) * 1000
            truth(ms < 1000, f"it took {ms:.1f} ms\n{r}")
            return f"{ms:.1f} ms"


@test
def asking_for_a_key():
    """A KEY_command that does not end is ended, and what it runs is gone; the next turn asks again"""
    with Server(reply("Still here.")) as server, Box() as box:
        path, told = fifo(box)
        command = box.write("key", f"#!/bin/sh\ntest -e again && echo {KEY} && exit\n: >again\necho $$ >{path}\nexec sleep 60\n", 0o700)
        box.config(f"provider: openai\nmodel: m\nproviders: {{openai: {{base_url: '{server.url}', api_key_command: ['{command}']}}}}\n")
        running = box.start(*TALK)
        running.send("Hello?\n")
        pid = int(heard(told))
        ms = interrupt(running)
        try:
            os.kill(pid, 0)
            truth(False, "the command still runs")
        except ProcessLookupError:
            pass
        goes_on(running, server, [("user", "And now?")])
        return ms


@test
def mock():
    """A provider that waits by itself is ended"""
    with Box() as box:
        script = box.write("s.json", json.dumps({"steps": [{"chunks": ["One", " two"], "delta_ms": 60000},
                                                           {"text": "Still here."}]}))
        running = box.start(*TALK, "-p", "mock", "-o", "mock.script=" + script)
        running.send("Hello?\n")
        running.expect("One")
        ms = interrupt(running)
        running.send("Hello?\n")
        running.expect("Still here.\n")
        running.close()
        ended(running.end(), 0, "One\nStill here.\n")
        return ms


@test
def five_times():
    """Five interrupts in a row leave a conversation that works"""
    with Server(*[hang()] * 5, reply("Still here.")) as server, at_server(server) as box:
        running, all_ms = box.start(*TALK), []
        for i in range(5):
            running.send(f"Hello {i}?\n")
            server.wait(i + 1)
            all_ms.append(interrupt(running))
        goes_on(running, server, [("user", "And now?")])
        return ", ".join(all_ms)


@test
def jsonl_cancel():
    """cancel in jsonl ends the reply with finish interrupted and what came"""
    half = pieces([*stream(words("Some words"))[:3], 60])
    with Server(half, reply("Still here.")) as server, at_server(server) as box:
        running = box.start("-f", "jsonl")
        running.send('{"id": 1, "say": "Hello?"}\n')
        running.expect('words"')
        began = time.monotonic()
        running.send('{"cancel": true}\n{"id": 2, "say": "And now?"}\n')
        running.expect('"done".*"done"')
        ms = (time.monotonic() - began) * 1000
        running.close()
        dones = [e for e in map(json.loads, ended(running.end(), 0).out.splitlines()) if e["event"] == "done"]
        same([(e["id"], e["finish"], e["text"]) for e in dones],
             [(1, "interrupted", "Some words"), (2, "stop", "Still here.")])
        truth(ms < 1000, ms)
        return f"{ms:.1f} ms, the next reply included"


@test
def idle():
    """With none running, a conversation on a pipe ends by the signal"""
    with Box() as box:
        running = box.start(*TALK, "-p", "mock")
        running.send("Hi\n")
        running.expect("Hi\n")
        running.send("\n")  # it is read when the turn is over, some time after the reply's newline is out
        wait_until(lambda: not any(fcntl.ioctl(running.process.stdin, termios.FIONREAD, bytes(4))), "its next read")
        running.signal()
        ended(running.end(), -signal.SIGINT, "Hi\n")


@test_each([("SIGTERM", signal.SIGTERM), ("SIGHUP", signal.SIGHUP)])
def ending(number):
    """ends a conversation cleanly, by the signal, idle or with a reply running; the journal is whole"""
    with Server(pieces([*stream(["Some"])[:2], 60])) as server, at_server(server) as box:
        running = box.start(*TALK)
        running.send("Hello?\n")
        running.expect("Some")
        began = time.monotonic()
        running.signal(number)
        ended(running.end(), -number, "Some\n")
        truth(time.monotonic() - began < 1, "it took longer than a second")
        (journal,) = glob.glob(box.home + "/.local/state/hobnob/sessions/*.jsonl")
        with open(journal, encoding="utf-8") as f:
            records = [json.loads(line) for line in f]
        holds(json.dumps(records), "Hello?", "Some")
        running = box.start(*TALK, "-p", "mock")
        running.send("Hi\n")
        running.expect("Hi\n")
        running.signal(number)
        ended(running.end(), -number, "Hi\n")


@test
def deaf_plugin():
    """A provider that never polls: a second Ctrl-C ends the program, naming it"""
    found = [p for p in (BUILD + "/tests/abi/.libs/never_polls.so", BUILD + "/.libs/never_polls.so") if os.path.exists(p)]
    if not found:
        raise Skip("never_polls.so is not built; make check builds it")
    with Box() as box:
        folder = box.root + "/plugins"
        os.mkdir(folder, 0o755)
        shutil.copy(found[0], folder)
        os.chmod(folder + "/never_polls.so", 0o755)
        running = box.start(*TALK, "--plugin-path", folder, "-p", "never_polls", "-m", "x")
        running.send("Hello?\n")
        running.expect("never_polls sleeps", "err")
        at = len(running.text("err"))
        running.signal()
        time.sleep(0.4)
        same(running.process.poll(), None)
        running.signal()
        while running.process.poll() is None:  # those that are handled within 300 ms after the first count as one with it
            running.pump(time.monotonic() + 0.4)
            running.signal()
        r = ended(running.end(), -signal.SIGINT)
        holds(r.err[at:], "hobnob: the plugin never_polls does not react to being interrupted in chat(); the conversation is kept: hobnob -r ")


if __name__ == "__main__":
    main()
