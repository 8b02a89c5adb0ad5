#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Several conversations beside one another in one process, through the frontend tests/abi/sessions.c."""
import os
import re

from hob import Box, at_server, ended, golden, main, same, test, truth
from secure import CERTIFICATE, tls
from server import Server, echo

MISUSED = ("hobnob: warning: the frontend's hn_start is NULL\n"
           "hobnob: warning: the frontend's hn_status is NULL\n"
           "hobnob: warning: the frontend's hn_status says struct_size 0, at least {0} are needed\n"
           "hobnob: warning: the frontend sessions: on_event() returned -999, which means nothing there\n")
SESSIONS = int(os.environ.get("HOBNOB_TEST_SESSIONS", "8"))
JOURNALS = ".local/state/hobnob/sessions"


@test
def each_session_is_its_own():
    """Cancel, settings, model and journal of one session are not another's; misuse is refused by its name"""
    with Box() as box:
        r = ended(box.run("--plugin-path", box.fixture("sessions"), "-f", "sessions", "-p", "mock"), 0)
        same(re.sub(r"at least \d+", "at least {0}", r.err), MISUSED)
        golden("beside.txt", re.sub("(looked in|at least) .*", r"\1 ...", r.out))
        same(len(os.listdir(os.path.join(box.home, JOURNALS))), 2, "journals: of a and of b")


@test
def unkept_as_the_run():
    """Under --no-journal no session has a journal"""
    with Box() as box:
        r = ended(box.run("--plugin-path", box.fixture("sessions"), "-f", "sessions", "-p", "mock", "--no-journal"), 0)
        same([line for line in r.out.splitlines() if "kept" in line], ["b: beta, kept 0", "c kept: 0"])
        same(os.path.exists(os.path.join(box.home, JOURNALS)), False)


def many(box, how, *args):
    """Whether the replies were right in so many conversations at once."""
    r = ended(box.run("--plugin-path", box.fixture("threads"), "-f", "threads", *args, how), 0, err="")
    same(r.out.splitlines()[0], "{0} right of {0}".format(int(how.split()[0]) * int(how.split()[1])))


@test
def schema_of_the_run():
    """--schema is of the run's own conversation: another one answers in plain text"""
    with Box() as box:
        path = box.write("s.json", '{"type":"object","properties":{"n":{"type":"integer"}}}')
        r = ended(box.run("--plugin-path", box.fixture("sessions"), "-f", "sessions", "-p", "mock", "--schema", path), 0)
        said = dict(line.split(": ", 1) for line in r.out.splitlines() if ": " in line)
        same((said["a cancels b"], said["b speaks"], said["inside"]),
             ('0, finish 1, {"n":0}', "0, finish 1, one two three", "0, finish 1, one"))


@test
def many_on_threads():
    """Conversations on a thread each at once: each gets its own replies"""
    with Box() as box:
        many(box, f"{SESSIONS} 5 threads", "-p", "mock")


@test
def many_on_threads_by_http():
    """The same at a server, where each takes a connection for itself, and leaves it to the next turn"""
    with Server(echo) as server, at_server(server) as box:
        many(box, f"{SESSIONS} 5 threads")
        same(len(server.requests), 5 * SESSIONS)
        truth(server.connections <= SESSIONS, f"{server.connections} connections")


@test
def one_handshake_for_all():
    """A connection that lies idle serves the next turn, of whatever session: there is one TLS handshake"""
    with Server(echo, tls=tls()) as server, at_server(server) as box:
        many(box, "4 3 sequence", "-o", "ca_file=" + CERTIFICATE)
        same((len(server.requests), server.connections), (12, 1))


if __name__ == "__main__":
    main()
