#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Ctrl-C wherever a request can be: the connection is closed, what came is kept, the next request is well-formed.

Two seconds decide; the measured times, which should be below 100 ms, are printed as diagnostics.
"""
import os
import shlex
import shutil
import signal
import socket
import subprocess
import threading
import time

from hob import KEY, Box, Skip, at_server, ended, holds, lacks, main, sanitized, same, test, test_each, truth
from server import Server, error, head, listing, reply, stream, words

TALK = ("-f", "stdio", "-i")
PATIENCE = 20  # seconds for what comes at once


class Closing:
    """A step that answers with these bytes, then waits until the other side closes; a list of models as well."""

    def __init__(self, data=b""):
        self.data, self.began, self.closed = data, threading.Event(), threading.Event()

    def __call__(self, conn, _):
        conn.sendall(self.data)
        self.began.set()
        try:
            conn.recv(1)
        except OSError:
            pass
        self.closed.set()
        return False


def wait(event, what):
    """It happens."""
    truth(event.wait(PATIENCE), f"{what} did not happen")


def wait_file(box, name):
    """What stands in a file, when there is something."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if os.path.exists(os.path.join(box.cwd, name)) and box.read(name).endswith("\n"):
            return box.read(name).strip()
        time.sleep(0.005)
    raise AssertionError(f"{name} was not written")


def interrupt(running, *, once=False, stop=None):
    """Interrupts it; the milliseconds until it said so, or until a run of one turn has ended by the signal."""
    after, began = len(running.text("err")), time.monotonic()
    (stop or running.signal)()
    if once:
        lacks(ended(running.end(), -signal.SIGINT).err, "(interrupted)")
    else:
        running.expect(r"\(interrupted\)\n", "err", after)
    took = time.monotonic() - began
    truth(took < 2, f"it took {took * 1000:.1f} ms")
    return f"{took * 1000:.1f} ms"


def goes_on(running, server, expected):
    """The next turn is answered; expected: its messages. The conversation ends well."""
    after = len(running.text())
    running.send("And now?\n")
    running.expect("Still here.\n", after=after)
    running.close()
    r = ended(running.end(), 0)
    same(server.chats[-1].messages, expected)
    return r


NEXT = [("user", "And now?")]
HEAD = head(200, {"Content-Type": "text/event-stream"})
STATES = [("silent", b"", "", NEXT), ("with a head and no body", HEAD, "", NEXT), ("in the middle of a head", HEAD[:30], "", NEXT),
          ("with comments alone", HEAD + b": x\n\n" * 9, "", NEXT), ("before any text", HEAD + stream([])[0], "", NEXT),
          ("streaming", HEAD + b"".join(stream(words("Some words"))[:3]), "Some words",
           [("user", "Hello?"), ("assistant", "Some words"), *NEXT]),
          ("in the middle of an event", HEAD + b"".join(stream(words("Some words"))[:3]) + b'data: {"choices":[{"del', "Some words",
           [("user", "Hello?"), ("assistant", "Some words"), *NEXT]),
          ("in an error's body", head(500, {"Content-Length": 1000}) + b'{"error":', "", NEXT)]


@test_each(STATES)
def answering(data, text, expected):
    """A server that stopped"""
    step = Closing(data)
    with Server(step, reply("Still here.")) as server, at_server(server) as box:
        running = box.start(*TALK)
        running.send("Hello?\n")
        wait(step.began, "the request")
        running.expect(text)
        ms = interrupt(running)
        wait(step.closed, "the end of the connection")
        same(running.text(), text + "\n" if text else "")
        goes_on(running, server, expected)
    step = Closing(data)
    with Server(step) as server, at_server(server) as box:
        running = box.start("-n", "Hello?", stdin=subprocess.DEVNULL)
        wait(step.began, "the request")
        running.expect(text)
        ms += ", one turn " + interrupt(running, once=True)
        wait(step.closed, "the end of the connection")
        same(running.text(), text + "\n" if text else "")
    return ms


@test
def after_the_finish_reason():
    """A server that said the finish reason and keeps the connection open: the reply is whole"""
    data = head(200, {"Content-Type": "text/event-stream"}) + b"".join(stream(["Whole."], usage=None, done=False))
    step = Closing(data)
    with Server(step) as server, at_server(server) as box:
        running = box.start("-n", "Hello?")
        running.expect("Whole\\.")
        running.signal()
        wait(step.closed, "the end of the connection")
        ended(running.end(), 0, "Whole.\n", "")


@test
def sending():
    """A request that the server does not take"""
    with socket.create_server(("127.0.0.1", 0)) as listener, Server(reply("Still here.")) as server:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        with at_server(server) as box:
            box.write("large", "x" * (32 << 20))
            box.config("providers: {slow: {plugin: openai, base_url: '%s', model: m}}\n" % address)
            running = box.start(*TALK, "-p", "slow", "-a", "large")
            listener.settimeout(PATIENCE)
            conn, _ = listener.accept()
            with conn:
                conn.settimeout(PATIENCE)
                truth(conn.recv(100).startswith(b"POST "), "nothing came")
                ms = interrupt(running)
                size = 0
                try:
                    while data := conn.recv(1 << 20):
                        size += len(data)
                except ConnectionResetError:
                    pass
            truth(size < 32 << 20, "all of it was sent")
            running.send("/provider openai\n")
            goes_on(running, server, NEXT)
            return ms


SLOW = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = dlsym(RTLD_NEXT, "getaddrinfo");
	if (!node || strcmp(node, "slow.example"))
		return real(node, service, hints, out);
	int fd = open(getenv("SLOW_ASKED"), O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (write(fd, "asked\n", 6) != 6 || getenv("SLOW_STOPS"))
		return kill(getpid(), SIGINT), EAI_AGAIN;
	for (unsigned left = 60; left;)
		left = sleep(left);
	return EAI_AGAIN;
}
"""


def slow_names(box):
    """The environment in which slow.example is looked up for a minute."""
    compiler = shlex.split(os.environ.get("CC", "cc"))
    if sanitized():
        raise Skip("a sanitizer wants to be loaded first")
    if not shutil.which(compiler[0]):
        raise Skip("no compiler")
    library = os.path.join(box.root, "slow.so")
    done = subprocess.run([*compiler, "-shared", "-fPIC", "-w", "-o", library, box.write(box.root + "/slow.c", SLOW), "-ldl"],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise Skip(f"it cannot be compiled: {done.stderr}")
    return {"LD_PRELOAD": library, "SLOW_ASKED": box.cwd + "/asked"}


@test
def resolving():
    """A name that is being looked up"""
    with Server(reply("Still here.")) as server, at_server(server) as box:
        env = slow_names(box)
        box.config("providers: {slow: {plugin: openai, base_url: 'https://slow.example/v1', model: m}}\n")
        running = box.start(*TALK, "-p", "slow", env=env)
        running.send("Hello?\n")
        wait_file(box, "asked")
        ms = interrupt(running)
        running.send("/provider openai\n")
        goes_on(running, server, NEXT)
        for args in (("-p", "slow", "-n", "Hello?"), ("models", "-p", "slow"), ("doctor", "--connect", "-p", "slow")):
            os.unlink(box.cwd + "/asked")
            running = box.start(*args, env=env, stdin=subprocess.DEVNULL)
            wait_file(box, "asked")
            ms += f", {args[0]} " + interrupt(running, once=True)
        return ms


@test_each([("-n", ("-n", "Hello?")), ("models", ("models",)), ("doctor --connect", ("doctor", "--connect"))])
def failing_meanwhile(args):
    """A name whose look-up fails in the moment of Ctrl-C: it is Ctrl-C that ends it"""
    with Box() as box:
        env = {**slow_names(box), "SLOW_STOPS": "1"}
        box.config("providers: {slow: {plugin: openai, base_url: 'https://slow.example/v1', model: m}}\n")
        for _ in range(5):
            ended(box.run(*args, "-p", "slow", env=env), -signal.SIGINT)


@test
def waiting():
    """The wait before a retry, in one turn"""
    with Server(error(429, "slow down", {"Retry-After": "30"})) as server, at_server(server) as box:
        running = box.start("-n", "Hello?", stdin=subprocess.DEVNULL)
        running.expect(r"retry 1 in 30\.000 s", "err")
        ms = interrupt(running, once=True)
        same(len(server.requests), 1)
        return ms


@test_each([("models", ("models",)), ("models as JSON", ("models", "--json")), ("doctor --connect", ("doctor", "--connect")),
            ("one turn whose model is looked for", ("-n", "Hello?"))])
def listing_models(args):
    """A list of models that does not come"""
    step = Closing()
    with Server(reply("No."), models=step) as server, Box(OPENAI_API_KEY=KEY, OPENAI_BASE_URL=server.url) as box:
        running = box.start(*args, stdin=subprocess.DEVNULL)
        wait(step.began, "the request")
        ms = interrupt(running, once=True)
        wait(step.closed, "the end of the connection")
        same(server.chats, [])
        truth(args[0] == "doctor" or not running.text(), "something was printed")
        return ms


@test
def models_of_a_conversation():
    """/models whose list does not come; the conversation continues, and the list can be asked for again"""
    step = Closing()
    with Server(reply("Still here."), models=step) as server, at_server(server) as box:
        running = box.start(*TALK)
        running.send("/models\n")
        wait(step.began, "the request")
        ms = interrupt(running)
        wait(step.closed, "the end of the connection")
        server.models = listing("only")
        running.send("/models\n")
        running.expect("  only\n/model NAME takes one")
        goes_on(running, server, NEXT)
        return ms


@test
def model_of_a_conversation():
    """A conversation whose model is being looked for goes on"""
    step = Closing()
    with Server(reply("Still here."), models=step) as server, Box(OPENAI_API_KEY=KEY, OPENAI_BASE_URL=server.url) as box:
        running = box.start(*TALK)
        running.send("Hello?\n")
        wait(step.began, "the request")
        ms = interrupt(running)
        wait(step.closed, "the end of the connection")
        server.models = listing("only")
        goes_on(running, server, NEXT)
        return ms


ASKS = "#!/bin/sh\nif test -e go; then rm go; echo %s; exit; fi\n%s\nexec sleep 60\n"
WAYS = [("before it prints", "echo $$ >asked"), ("when it has printed half", "printf half; echo $$ >asked"),
        ("when its output is closed and it goes on", "echo %s; exec >&-; echo $$ >asked" % KEY)]


def gone(pid):
    """It is no process any more."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@test_each(WAYS)
def in_command(way):
    """A program that prints a key is ended"""
    with Server(reply("Still here.")) as server, Box(OPENAI_BASE_URL=server.url, OPENAI_MODEL="m", HOBNOB_PROVIDER="openai") as box:
        path = box.write("ask", ASKS % (KEY, way), 0o755)
        box.config("providers: {openai: {api_key_command: ['%s']}}\n" % path)
        running = box.start(*TALK)
        running.send("Hello?\n")
        pid = int(wait_file(box, "asked"))
        ms = interrupt(running)
        truth(gone(pid), "it still runs")
        box.write("go", "")
        r = goes_on(running, server, NEXT)
        lacks(r.err, "did not end", "signal")
        for args in (("-n", "Hello?"), ("models",)):
            os.unlink(box.cwd + "/asked")
            running = box.start(*args, stdin=subprocess.DEVNULL)
            pid = int(wait_file(box, "asked"))
            ms += f", {args[0]} " + interrupt(running, once=True)
            truth(gone(pid), "it still runs")
        return ms


@test
def in_command_on_terminal():
    """A terminal's Ctrl-C reaches the program too: that is an interrupt, not a failure of the program"""
    with Server(reply("Still here.")) as server, Box(OPENAI_BASE_URL=server.url, OPENAI_MODEL="m", HOBNOB_PROVIDER="openai") as box:
        path = box.write("ask", ASKS % (KEY, "echo $$ >asked"), 0o755)
        box.config("providers: {openai: {api_key_command: ['%s']}}\n" % path)
        for _ in range(5):
            t = box.terminal(*TALK)
            t.expect("You: ")
            t.send("Hello?\n")
            pid = int(wait_file(box, "asked"))
            os.unlink(box.cwd + "/asked")
            t.send("\x03")
            t.expect(r"\(interrupted\)\r\n.*You: ")  # a line that is typed before the prompt waits for an Enter
            lacks(t.text(), "was ended by signal")
            truth(gone(pid), "it still runs")
            t.send("/exit\n")
            ended(t.end(), 0)
        same(server.requests, [])


@test
def fetched_anew():
    """A key that is fetched anew after a 401: the turn is interrupted, the next one asks again"""
    with Server(error(401, "wrong key"), reply("Still here.")) as server, \
            Box(OPENAI_BASE_URL=server.url, OPENAI_MODEL="m", HOBNOB_PROVIDER="openai") as box:
        path = box.write("ask", ASKS % (KEY, "echo $$ >asked"), 0o755)
        box.write("go", "")
        box.config("providers: {openai: {api_key_command: ['%s']}}\n" % path)
        running = box.start(*TALK)
        running.send("Hello?\n")
        wait_file(box, "asked")
        ms = interrupt(running)
        box.write("go", "")
        holds(goes_on(running, server, NEXT).out, "Still here.")
        return ms


if __name__ == "__main__":
    main(at_once=4)
