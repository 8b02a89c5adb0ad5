#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Coming back to a conversation: /sessions, /resume and /title within one, and what -c shows."""
import json
import os
import re

from hob import KEY, Box, at_server, ended, holds, lacks, main, same, screen, test, truth
from prompt import begin, leave, say
from server import Server, reply

TALK = ("-f", "stdio", "-i", "-p", "mock")
TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d"


def talked(box, *lines, args=TALK):
    """A conversation; its id and what came of it."""
    before = set(ids(box))
    r = ended(box.run(*args, stdin="".join(line + "\n" for line in lines)), 0)
    new = set(ids(box)) - before
    return (new.pop() if new else None), r


def ids(box):
    """The conversations, as files."""
    folder = os.path.join(box.home, ".local/state/hobnob/sessions")
    return [name[:-len(".jsonl")] for name in os.listdir(folder)] if os.path.isdir(folder) else []


def used_at(box, name, seconds):
    """Makes a conversation as old as that."""
    path = os.path.join(box.home, ".local/state/hobnob/sessions", name + ".jsonl")
    os.utime(path, (seconds, seconds))


@test
def goes_on():
    """/sessions numbers what is kept, the last used first; /resume N goes on there, in its journal and with its messages alone"""
    with Box() as box:
        first, _ = talked(box, "My name is Ada.", "What now?")
        second, _ = talked(box, "Ships sail.")
        used_at(box, first, 1000000000)
        used_at(box, second, 1100000000)
        third, r = talked(box, "Here.", "/sessions", "/resume 3", "/history", "And then?", "/resume 3")
        same(re.findall(rf"^ (\d)([ *]) {TIME}  (.*)$", r.out, re.M), [("1", "*", "Here."), ("2", " ", "Ships sail."), ("3", " ", "My name is Ada.")])
        holds(r.out, f"continuing {first}\nYou: What now?\nAssistant: What now?\n 1 user: My name is Ada.\n", "4 messages\nAnd then?\n")
        same(r.err, "hobnob: you are in that conversation already\n")
        said = lambda name: ended(box.run("sessions", "export", name, "-"), 0).out
        holds(said(first), "Ada", "And then?")
        lacks(said(third), "And then?", "Ada")
        holds(said(third), "Here.")


@test
def finds():
    """/sessions WORDS lists those with a message that has them all, and numbers these; an id or its end does, too"""
    with Box() as box:
        first, _ = talked(box, "My name is Ada.")
        talked(box, "Ships sail.")
        _, r = talked(box, "/sessions is ada", "/resume 1", "/sessions nothing like it", "/resume 1", f"/resume {first[-4:]}", "/resume", "/resume nobody")
        holds(r.out, "My name is Ada.\n    My name is Ada.\n", f"continuing {first}\n", "no message or title has all of these words\n")
        told = [line for line in r.err.splitlines() if line[0] != " "]
        same(told[:3], ["hobnob: there is no number 1: /sessions lists them", "hobnob: you are in that conversation already",
                        "hobnob: which conversation? /resume N; /sessions lists them"])
        same(len(told), 4)
        holds(told[3], '"nobody"')


@test
def found_by_title():
    """A title that /title gave is found, here and by the search, which names no message then; words of both at once are not"""
    with Box() as box:
        name, _ = talked(box, "My name is Ada.", "/title Family tree")
        talked(box, "Ships sail.")
        _, r = talked(box, "/sessions tree FAMILY", "/sessions tree ada", "/sessions Ships")
        same(re.sub(TIME, "TIME", r.out), " 1  TIME  Family tree\n/resume N continues one\nno message or title has all of these words\n"
             " 1  TIME  Ships sail.\n    Ships sail.\n/resume N continues one\n")
        found = lambda *args: ended(box.run("sessions", "search", "tree", *args), 0, err="").out
        same(re.sub(TIME, "TIME", found()), f"{name}  TIME  Family tree\n")
        same([(o["id"], o["title"], o["message"], o["text"]) for o in json.loads(found("--json"))], [(name, "Family tree", None, "Family tree")])


@test
def nothing_kept():
    """Without conversations it says so; one that nobody answered is not listed"""
    with Box() as box:
        _, r = talked(box, "/sessions")
        same(r.out, "there are no conversations yet\n")


@test
def who_answers():
    """In the conversation that goes on the same provider and model answer as before, and its cost counts, not the other's"""
    with Server(reply("Yes.")) as server, at_server(server) as box:
        ended(box.run("-i", "-m", "old-model", stdin="Question\n"), 0)
        name = ids(box)[0]
        box.config("provider: mock\n")
        r = ended(box.run("-f", "stdio", "-i", stdin=f"Hi\n/resume {name}\nMore\n/stats\n"), 0)
        same([chat.json["model"] for chat in server.chats], ["old-model", "old-model"])
        same([m["content"] for m in server.chats[1].json["messages"]], ["Question", "Yes.", "More"])
        holds(r.out, "total: 2 turns")


@test
def titles():
    """/title names a conversation: lists and searches show it, an export keeps it, and - takes it back"""
    with Box() as box:
        name, r = talked(box, "/title", "My name is Ada.", "/title About Ada", "/title", "/title " + "x" * 201)
        same(r.out, "it has no title of its own: /title TEXT\nMy name is Ada.\nAbout Ada\nAbout Ada\n")
        same(r.err, "hobnob: a title is one line of at most 200 bytes\n")
        title = lambda: json.loads(ended(box.run("sessions", "list", "--json"), 0).out)[0]["title"]
        same(title(), "About Ada")
        ended(box.run("sessions", "export", name, "a.json"), 0)
        same(json.loads(box.read("a.json"))["title"], "About Ada")
        ended(box.run("sessions", "export", name, "a.md"), 0)
        truth(box.read("a.md").startswith("# About Ada\n\n## You\n"), box.read("a.md"))
        ended(box.run("sessions", "rm", name), 0)
        ended(box.run("sessions", "import", "a.json"), 0)
        same(title(), "About Ada")
        ended(box.run(*TALK, "-c", stdin="/title -\n"), 0, "the title is removed\n")
        same(title(), "My name is Ada.")


@test
def shows_where_it_stands():
    """-c at a terminal shows the last question and the first ten lines of its reply, safe"""
    with Box(NO_COLOR="1") as box:
        text = "".join(f"line {i} \x1b[2J\n" for i in range(1, 15))
        talked(box, "First.", "Second?", args=(*TALK, "-o", "mock.reply=" + text))
        t = begin(box, "-c")
        shown = screen(t.text())
        holds(shown, ", 4 messages\nYou: Second?\nAssistant: line 1 ^[[2J\nline 2 ", "line 10 ^[[2J\n(4 more lines: /preview)\nYou:")
        lacks(shown, "line 11", "First.")
        holds(say(t, "/sessions\r"), " 1* ")
        leave(t)


@test
def resumes_nothing():
    """/resume of what there is not names /sessions, which lists them here; -r names the sub-command"""
    with Box(NO_COLOR="1") as box:
        talked(box, "First.")
        for word, why in (("zz", 'no conversation "zz"'), ("a/b", '"a/b" is not the id of a conversation')):
            ended(box.run(*TALK, stdin=f"/resume {word}\n"), 0, "", f"hobnob: {why}\n  /sessions lists them\n")
            ended(box.run("-p", "mock", "-r", word, "Hi"), 2, "", f"hobnob: {why}\n  `hobnob sessions` lists them\n")


@test
def shows_it_rendered():
    """Where Markdown is rendered, so is that reply, by -c and by /resume; a block begins a row of its own"""
    with Box(NO_COLOR="1", HOBNOB_MARKDOWN="auto", HOBNOB_THEME="plain") as box:
        for text, shown in (("a [name](https://example.org/) of it", "Assistant: a name <https://example.org/> of it\n"),
                            ("```c\nint   main;\n```", "Assistant:\n```c\nint   main;\n```\n"),
                            ("- one\n- two", "Assistant:\n• one\n• two\n")):
            talked(box, "Say *it*.", args=(*TALK, "-o", "mock.reply=" + text))
            t = begin(box, "-c")
            holds(screen(t.text()), ", 2 messages\nYou: Say *it*.\n" + shown)
            leave(t)
            t = begin(box)
            holds(say(t, "/sessions\r"), " 1 ")
            holds(screen(say(t, "/resume 1\r")), shown)
            leave(t)
            t = begin(box, "-c", "-o", "markdown=never")
            holds(screen(t.text()), ", 2 messages\nYou: Say *it*.\nAssistant:", text + "\n")
            leave(t)
            box.run("sessions", "rm", box.run("sessions", "list", "--json").out.split('"id":"')[1].split('"')[0])


@test
def no_key():
    """A key that an earlier conversation holds is not shown by -c, also where a row would end within it"""
    with Box(NO_COLOR="1", HOBNOB_MARKDOWN="auto", OPENAI_API_KEY=KEY) as box:
        ended(box.run("-p", "mock", "-o", f"mock.reply=it is {KEY} or so", "--", "What?"), 0)
        t = begin(box, "-c", "-p", "openai", size=(24, 24))
        holds(screen(t.text(), 24), "Assistant: it is\n[secret] or so\n")
        leave(t)


@test
def line_after_a_reply():
    """The line after a reply is one of a conversation on a terminal: not of one turn, a pipe, or a turn that was stopped before anything came"""
    with Box(NO_COLOR="1", HOBNOB_FOOTER="by {model}") as box:
        t = begin(box)
        holds(say(t, "Hi\r"), "Assistant: Hi\r\nby mock\r\n")
        leave(t)
        t = box.terminal("-p", "mock", "-n", "Hi")
        ended(t.end(), 0)
        same(t.text(), "Hi\r\n")
        ended(box.run(*TALK, stdin="Hi\n"), 0, "Hi\n", "")
        t = begin(box, "-o", "mock.ttft_ms=20000")
        at = len(t.text())
        t.send("Hi\r")
        t.expect("waiting", after=at)
        t.send("\x03")
        t.expect(r"\(interrupted\).*You: ", after=at)
        lacks(t.text(), "by mock")
        leave(t)


if __name__ == "__main__":
    main(at_once=3)
