#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The same conversation, unchanged, on two providers: a profile of config.yaml is the only difference."""
from hob import KEY, Box, ended, holds, main, same, test, test_each
from server import Server, pieces, stream, words

TALK = "My name is Ada.\nWhat is my name?\n/history\n/undo\nWhat is my name, please?\n/clear\nHello again.\n/stats\n/exit\n"

PROFILES = """\
profiles:
  there: {provider: openai, model: test-model}
  here: {provider: mock}
"""


def echo(conn, request):
    """Answers as the mock does: with the last message, and counting words."""
    said = request.json["messages"][-1]["content"]
    sent = sum(len(m["content"].split()) for m in request.json["messages"])
    return pieces(stream(words(said), (sent, len(said.split()))))(conn, request)


def transcript(server, *args):
    """What the conversation looks like."""
    with Box(OPENAI_API_KEY=KEY, OPENAI_BASE_URL=server.url) as box:
        box.config(PROFILES)
        return ended(box.run("-f", "stdio", "-i", "-s", "Be brief.", *args, stdin=TALK), 0, err="").out


def plain(text):
    """A transcript without what differs by nature: who answered, and times."""
    for name in ("openai test-model", "mock mock"):
        text = text.replace(name, "PROVIDER MODEL")
    return "\n".join(line.rsplit(",", 1)[0] if "PROVIDER" in line else line for line in text.splitlines())


@test_each([("-P", ("-P", "here"), ("-P", "there")), ("-p", ("-p", "mock"), ("-p", "openai", "-m", "test-model"))])
def the_same(here, there):
    """A conversation is the same on mock and openai, chosen by"""
    with Server(echo) as server:
        one, two = transcript(server, *here), transcript(server, *there)
        same(len(server.requests), 4)
        same(plain(one), plain(two))
        holds(one, "My name is Ada.\nWhat is my name?\n", "took back the last question; 2 messages left\n",
              "What is my name, please?\ncleared\nHello again.\n1. mock mock: ", "total: 4 turns, ")
        same(server.requests[2].messages, [("system", "Be brief."), ("user", "My name is Ada."), ("assistant", "My name is Ada."),
                                           ("user", "What is my name, please?")])
        same(server.requests[3].messages, [("system", "Be brief."), ("user", "Hello again.")])


@test
def switch():
    """/provider and /model switch in mid-conversation; a switch that fails keeps what was"""
    with Server(echo) as server, Box(OPENAI_API_KEY=KEY, OPENAI_BASE_URL=server.url, OPENAI_MODEL="test-model") as box:
        r = ended(box.run("-f", "stdio", "-i", "-p", "mock", stdin="One\n/provider openai\nTwo\n/model other\nThree\n"
                          "/provider nosuch\nFour\n"), 0)
        same(server.requests[0].messages, [("user", "One"), ("assistant", "One"), ("user", "Two")])
        same([q.json["model"] for q in server.requests], ["test-model", "other", "other"])
        holds(r.err, "nosuch")
        holds(r.out, "test-model on openai\n", "other on openai\n", "Four\n")


if __name__ == "__main__":
    main()
