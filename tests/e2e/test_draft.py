#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The ghost-writer: profile draft, an outline in, a draft out, revisions by talking on, /preview and /write."""
import json
import os

from hob import SRC, Box, at_server, ended, holds, lacks, main, same, test, test_each
from server import Server, reply
from vt import View

OUTLINE = "# The backups move\n- tapes in the basement: slow\n- new: a second site\n- cost?\n"
FIRST = "# The backups move\n\nThe tapes were slow. They cost [? the price].\n"
SECOND = "# The backups move\n\nThe tapes were slow. They cost 120 euros.\n"


def writer(box):
    """The arguments of a ghost-writer that the mock plays."""
    steps = [{"match": "tapes in the basement", "text": FIRST, "delta_ms": 1}, {"match": "120", "text": SECOND, "delta_ms": 1}]
    return ("-P", "draft", "-p", "mock", "-o", "mock.script=" + box.write("s.json", json.dumps({"steps": steps})))


@test
def request():
    """draft sets the system prompt alone: no provider, no model, no temperature that a model could refuse"""
    with Server(reply("Draft.")) as server, at_server(server) as box:
        box.write("outline.txt", OUTLINE)
        ended(box.run("-P", "draft", "-n", "-a", "outline.txt"), 0, "Draft.\n", "")
        asked = server.chats[0].json
        same(sorted(asked), ["max_tokens", "messages", "model", "stream", "stream_options"])
        same([m["role"] for m in asked["messages"]], ["system", "user"])
        same(asked["messages"][1]["content"], f"outline.txt:\n```\n{OUTLINE}```\n")
        with open(os.path.join(SRC, "core", "data", "profiles", "draft.yaml"), encoding="utf-8") as f:
            prompt = f.read().split("system: |\n")[1]
        same(asked["messages"][0]["content"], "".join(line.removeprefix("  ") for line in prompt.splitlines(True)))


@test
def piped():
    """An outline that is piped in comes out as a draft, and nothing else does"""
    with Box() as box:
        ended(box.run(*writer(box), stdin=OUTLINE), 0, FIRST, "")
        ended(box.run(*writer(box), "On our backups:", stdin=OUTLINE), 0, FIRST, "")


@test
def gone_on_with():
    """A draft of one command is revised by the next, with -c alone: the ghost-writer's prompt is the conversation's"""
    with Server(reply(FIRST), reply(SECOND)) as server, at_server(server) as box:
        ended(box.run("-P", "draft", stdin=OUTLINE), 0, FIRST, "")
        ended(box.run("-n", "-c", "It is 120 euros."), 0, SECOND)
        first, second = server.chats[0].messages, server.chats[1].messages
        same(second, [*first, ("assistant", FIRST), ("user", "It is 120 euros.")])
        same(second[0][0], "system")


@test
def lines():
    """With -i and -a the draft comes first; then each line of a pipe is a revision or a command"""
    with Box() as box:
        box.write("outline.txt", OUTLINE)
        said = "/write draft.md\nIt is 120 euros.\n/preview\n/write draft.md\n"
        r = ended(box.run(*writer(box), "-i", "-a", "outline.txt", stdin=said), 0)
        same(r.out, FIRST + "wrote draft.md\n" + SECOND + SECOND + "wrote draft.md\n")
        same(r.err, "")
        same(box.read("draft.md"), SECOND)


@test
def foreign_file():
    """A file of somebody else's is overwritten with -f only; a draft of this conversation's own without"""
    with Box() as box:
        box.write("outline.txt", OUTLINE)
        box.write("draft.md", "not ours\n")
        r = ended(box.run(*writer(box), "-i", "-a", "outline.txt", stdin="/write draft.md\n"), 0, FIRST)
        holds(r.err, "draft.md", "-f")
        same(box.read("draft.md"), "not ours\n")
        ended(box.run(*writer(box), "-i", "-a", "outline.txt", stdin="/write -f draft.md\n/write draft.md\n"), 0,
              FIRST + "wrote draft.md\nwrote draft.md\n", "")
        same(box.read("draft.md"), FIRST)


def revise(view, box):
    """From the first draft on: a revision, /preview, /write."""
    view.shows(FIRST.splitlines()[-1])
    view.say("It is 120 euros.")
    view.say("/preview")
    same(view.text().count(SECOND.splitlines()[-1]), 2)
    view.say("/write draft.md")
    view.send("\x04")
    ended(view.end(), 0)
    same(box.read("draft.md"), SECOND)


@test_each([("stdio", "stdio"), ("readline", "readline")])
def attached(frontend):
    """On a terminal the attached outline is drafted at once, then revised"""
    with Box(NO_COLOR="1") as box:
        box.write("outline.txt", OUTLINE)
        view = View(box, "-f", frontend, *writer(box), "-i", "-a", "outline.txt")
        view.prompted()
        lacks(view.text(), "tapes in the basement")
        revise(view, box)


@test
def pasted():
    """An outline that is pasted at the prompt is one message"""
    with Box(NO_COLOR="1") as box:
        view = View(box, "-f", "readline", *writer(box))
        row = view.prompted()
        view.send(f"\x1b[200~{OUTLINE}\x1b[201~")
        view.shows("cost?")
        view.send("\r")
        view.prompted(row + OUTLINE.count("\n"))
        revise(view, box)


if __name__ == "__main__":
    main()
