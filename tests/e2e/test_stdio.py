#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The stdio frontend: whole transcripts, on a pipe and on a terminal, against golden files."""
import json
import os
import re

from hob import Box, ended, golden, holds, lacks, lines_of, main, same, screen, test, timeless, truth

STEPS = {"steps": [
    {"match": "Ada", "text": "Nice to meet you, Ada.", "usage": {"prompt_tokens": 12, "completion_tokens": 6}, "cost": "0.000018"},
    {"match": "name", "text": "Your name is Ada.", "usage": {"prompt_tokens": 28, "completion_tokens": 5, "cached_tokens": 12}},
    {"match": "list", "text": "- one\n- two\n", "times": 0},
    {"match": "trouble", "text": "Well,", "error": {"kind": "unavailable", "status": 502, "message": "the server is gone"}},
    {"match": "wait", "error": {"kind": "rate_limited", "status": 429, "retry_after_ms": 1, "message": "slow down"}},
    {"match": "wait", "text": "Here."},
    {"match": "long", "text": "Much too", "finish": "length"},
]}

TALK = ["My name is Ada.", "What is my name?", "", "/stat", "/stats", "Give me a list", "//a list", "trouble", "wait", "long",
        "/history", "/undo", "/system Be brief.", "/system", "/model", "/set temperature 0.5", "/set temprature 1", "/clear",
        "/preview", "/exit"]


def script_in(box):
    """The script of the golden transcripts."""
    return "mock.script=" + box.write("s.json", json.dumps(STEPS))


@test
def on_a_pipe():
    """On a pipe: replies and results on stdout, all else on stderr, no prompts"""
    with Box() as box:
        r = ended(box.run("-f", "stdio", "-i", "-p", "mock", "-o", script_in(box), stdin="\n".join(TALK) + "\n"), 0)
        golden("stdio-pipe.out", timeless(r.out))
        golden("stdio-pipe.err", timeless(r.err))


@test
def on_a_terminal():
    """On a terminal: prompts, replies with who speaks, and what is told between them"""
    with Box(NO_COLOR="1") as box:
        t, at = box.terminal("-f", "stdio", "-p", "mock", "-o", script_in(box)), 0
        for line in TALK:
            at = t.expect("You: $", after=at)
            t.send(line + "\n")
        ended(t.end(), 0)
        golden("stdio-terminal", timeless(screen(t.text())))
        same(t.modes_kept(), True)


@test
def end_of_file():
    """Ctrl-D leaves, at a line's start"""
    with Box(NO_COLOR="1") as box:
        t = box.terminal("-f", "stdio", "-p", "mock")
        t.expect("You: $")
        t.close()
        ended(t.end(), 0)
        same(screen(t.text()), "You:\n")


@test
def interrupt_idle():
    """Ctrl-C on an empty prompt says how to leave"""
    with Box(NO_COLOR="1") as box:
        t = box.terminal("-f", "stdio", "-p", "mock")
        t.expect("You: $")
        t.send("\x03")
        at = t.expect(r"/exit.*You: $")
        t.send("Hi\n")
        t.expect("Assistant: Hi\r\nYou: $", after=at)
        t.close()
        ended(t.end(), 0)


@test
def interrupt_reply():
    """Ctrl-C during a reply keeps what came and prompts again"""
    with Box(NO_COLOR="1") as box:
        script = box.write("s.json", json.dumps({"steps": [{"chunks": ["One", " two"], "delta_ms": 60000}, {"text": "Here."}]}))
        t = box.terminal("-f", "stdio", "-p", "mock", "-o", "mock.script=" + script)
        t.expect("You: $")
        t.send("Hi\n")
        t.expect("Assistant: One")
        t.send("\x03")
        at = t.expect(r"\(interrupted\)\r\nYou: $")
        t.send("Hi\n")
        t.expect("Assistant: Here.\r\nYou: $", after=at)
        t.send("/history\n")
        t.expect(r"assistant: One \(interrupted\)")
        t.close()
        ended(t.end(), 0)


@test
def safe():
    """Nothing reaches a terminal raw: escapes, controls and overrides are made visible, there alone"""
    nasty = "a\x1b]0;title\x07b\x1b[2Jc\u202ed\x9be\x00f\x7fg\ttab"
    with Box(NO_COLOR="1") as box:
        script = box.write("s.json", json.dumps({"steps": [{"text": nasty, "times": 0}]}))
        args = ("-p", "mock", "-o", "mock.script=" + script)
        t = box.terminal("-f", "stdio", *args, "-n", "x")
        ended(t.end(), 0)
        lacks(t.text(), "\x1b", "\x07", "\u202e", "\x9b", "\x00", "\x7f")
        holds(t.text(), "title", "tab")
        same(box.run(*args, "-n", "x").raw, nasty.encode() + b"\n")


@test
def safe_errors():
    """A server's error message cannot act on a terminal, nor pass for a line of ours"""
    with Box(NO_COLOR="1") as box:
        steps = {"steps": [{"error": {"kind": "auth", "message": "bad\x1b[2J\nhobnob: all is well"}, "times": 0}]}
        script = box.write("s.json", json.dumps(steps))
        t = box.terminal("-f", "stdio", "-p", "mock", "-o", "mock.script=" + script, "-n", "x")
        ended(t.end(), 4)
        lacks(t.text(), "\x1b")
        same([line for line in screen(t.text()).splitlines() if line.startswith("hobnob:")][1:], [])


@test
def colors():
    """Colours are for terminals; NO_COLOR and color=never turn them off, color=always on"""
    with Box() as box:
        for args, env, colored in (((), {}, True), ((), {"NO_COLOR": "1"}, False), (("-o", "color=never"), {}, False),
                                   ((), {"TERM": "dumb"}, False)):
            t = box.terminal("-f", "stdio", "-p", "mock", *args, env=env)
            t.expect("You: ")
            t.close()
            ended(t.end(), 0)
            same("\x1b[" in t.text(), colored, (args, env))
        lacks(box.run("-f", "stdio", "-p", "mock", "-i", stdin="Hi\n").out, "\x1b")


@test
def one_turn_on_a_terminal():
    """One turn on a terminal shows the reply alone"""
    with Box() as box:
        t = box.terminal("-p", "mock", "Hi", "there")
        ended(t.end(), 0)
        same(t.text(), "Hi there\r\n")


@test
def lines():
    """CRLF is tolerated, a last line without newline counts, a line of more than a pipe holds is whole"""
    with Box() as box:
        ended(box.run("-f", "stdio", "-i", "-p", "mock", stdin="one\r\ntwo"), 0, "one\ntwo\n", "")
        long = "x" * 500000
        ended(box.run("-f", "stdio", "-i", "-p", "mock", stdin=long + "\ntwo\n"), 0, long + "\ntwo\n", "")


@test
def reasoning():
    """Reasoning is shown on request, on stderr"""
    with Box() as box:
        script = box.write("s.json", json.dumps({"steps": [{"text": "Yes.", "reasoning": "Let me think.", "times": 0}]}))
        args = ("-n", "-p", "mock", "-o", "mock.script=" + script)
        ended(box.run(*args, "x"), 0, "Yes.\n", "")
        r = ended(box.run(*args, "-o", "show_reasoning=true", "x"), 0, "Yes.\n")
        holds(r.err, "Let me think.")


@test
def help_fits():
    """/help fits a terminal of 80 columns and 24 rows, and names each command once; /help all explains each"""
    with Box() as box:
        run = ("-f", "stdio", "-i", "-p", "mock")
        short = ended(box.run(*run, stdin="/help\n"), 0, err="").out
        whole = ended(box.run(*run, stdin="/help all\n"), 0, re.compile("^/clear +start", re.M), "").out
        truth(max(map(len, (short + whole).splitlines())) <= 80, short + whole)
        truth(len(short.splitlines()) <= 16, short)
        named = re.findall(r"(?<= )/[a-z]+", short.split("/help COMMAND")[0])
        same(named, [line.split()[0] for line in whole.splitlines()])
        data = lines_of(ended(box.run("-f", "jsonl", "-p", "mock", stdin='{"command":"/help"}\n'), 0).out)[-1]["data"]["commands"]
        same([c["name"] for c in data], named)
        topics = [line.split()[0] for line in short.splitlines() if line[0] not in "/A"]
        same(list(dict.fromkeys(c["topic"] for c in data)), topics)
        rows = ended(box.run(*run, stdin="".join(f"/help {topic}\n" for topic in topics)), 0, err="").out
        same(rows, whole)


@test
def help_about_one():
    """/help COMMAND is that command's line, with or without its slash, by its other name, too; a wrong one is named"""
    with Box() as box:
        r = ended(box.run("-f", "stdio", "-i", "-p", "mock", stdin="/help undo\n/help /quit\n/help modle\n/? ?\n"), 0,
                  err="hobnob: unknown command /modle (did you mean \"/model\"?)\n")
        same([line.split()[0] for line in r.out.splitlines()], ["/undo", "/exit", "/help"])


@test
def files():
    """/save, /load and /write: lossless, never over a file that this conversation did not make, but with -f"""
    with Box() as box:
        box.write("old.txt", "precious\n")
        talk = "One\nTwo\n/write last.txt\n/write old.txt\n/save talk.json\n/save talk.md\n/clear\n/load talk.json\n/history\n/write -f old.txt\n"
        r = ended(box.run("-f", "stdio", "-i", "-p", "mock", "-s", "Sys", stdin=talk), 0)
        same([box.read("last.txt"), box.read("old.txt")], ["Two\n", "Two\n"])
        holds(r.err, "old.txt exists")
        holds(box.read("talk.md"), "## You\n\nOne\n", "## Assistant\n\nTwo\n")
        holds(r.out, "loaded 4 messages from talk.json", " 4 assistant: Two")
        r = ended(box.run("-f", "stdio", "-i", "-p", "mock", stdin="/load talk.json\n/save again.json\n"), 0, err="")
        first, again = json.loads(box.read("talk.json")), json.loads(box.read("again.json"))
        same(again, first)


@test
def files_of_home():
    """a name that begins with ~/ is one of the home directory, for /write, /save and /load; another ~ is a letter"""
    with Box() as box:
        talk = "One\n/write ~/last.txt\n/save ~/talk.json\n/load ~/talk.json\n/write ~b.txt\n/load ~/none.json\n"
        r = ended(box.run("-f", "stdio", "-i", "-p", "mock", stdin=talk), 0)
        home = box.env["HOME"]
        for name in ("last.txt", "talk.json"):
            truth(os.path.exists(os.path.join(home, name)), name)
        same(box.read("~b.txt"), "One\n")
        holds(r.out, "wrote %s/last.txt" % home, "loaded 2 messages from %s/talk.json" % home)
        holds(r.err, "%s/none.json: No such file" % home)


CODE = "Two ways:\n\n```sh\nmake\n```\n\n1. or\n\n   ```c\n   int a;\n     int b;\n   ```\n"


@test
def code_of_a_reply():
    """/write -c takes a block of code out of the last reply; a number says which; with none there is no file"""
    with Box() as box:
        script = box.write("s.json", json.dumps({"steps": [{"match": "code", "text": CODE}, {"text": "None.", "times": 0}]}))
        talk = "code\n/write -c a.sh\n/write -c 2 b.c\n/write -f -c1 b.c\n/write -c3 c\n/write -c\n/write -c2\nelse\n/write -c d\n"
        r = ended(box.run("-f", "stdio", "-i", "-p", "mock", "-o", "mock.script=" + script, stdin=talk), 0)
        same([box.read("a.sh"), box.read("b.c")], ["make\n", "make\n"])
        same(sorted(os.listdir(box.cwd)), ["a.sh", "b.c", "s.json"])
        same(r.err, "hobnob: the reply has 2 blocks of code, not 3\nhobnob: which file? /write FILE\n"
                    "hobnob: which file? /write FILE\nhobnob: the reply has no block of code\n")
        r = ended(box.run("-f", "stdio", "-i", "-p", "mock", "-o", "mock.script=" + script, stdin="code\n/write -c 2 e.c\n"), 0)
        same(box.read("e.c"), "int a;\n  int b;\n")


@test
def only_code():
    """--code prints a block of the reply's code and nothing else, and exits 1 if there is none; the conversation keeps the reply"""
    with Box() as box:
        script = box.write("s.json", json.dumps({"steps": [{"match": "code", "text": CODE, "times": 0}, {"text": "None.", "times": 0}]}))
        ask = ("-p", "mock", "-o", "mock.script=" + script)
        ended(box.run(*ask, "--code", "code"), 0, "make\n", "hobnob: this is the first of 2 blocks of code: --code=K takes another\n")
        for second in ("--code=2", "-x2"):
            ended(box.run(*ask, second, "code"), 0, "int a;\n  int b;\n", "")
        ended(box.run(*ask, "-x", "code"), 0, "make\n", "hobnob: this is the first of 2 blocks of code: --code=K takes another\n")
        ended(box.run(*ask, "-x1x", "code"), 2, "", re.compile('got "1x"'))
        ended(box.run(*ask, "--code=3", "code"), 1, "", re.compile("^hobnob: --code: the reply has 2 blocks of code, not 3$", re.M))
        r = ended(box.run(*ask, "--code", "else"), 1, "")
        said = re.fullmatch("hobnob: --code: the reply has no block of code\n  `hobnob (.*)` has the whole reply\n", r.err)
        holds(ended(box.run(*said[1].split()), 0).out, "None.")
        same(ended(box.run(*ask, "--no-journal", "--code", "else"), 1, "").err, "hobnob: --code: the reply has no block of code\n")
        for wrong, why in (("--code=0", "number of a block, from 1, got \"0\""), ("--code=1x", "got \"1x\""), ("--code=9999999999", "got"),
                           ("--json", "--code and --json"), ("-i", "belongs to one turn")):
            holds(ended(box.run(*ask, "--code", wrong, "code"), 2, "").err, why)
        latest, older = [line.split()[0] for line in ended(box.run("sessions", "list"), 0).out.splitlines()[1:5]][::3]
        holds(ended(box.run("sessions", "show", latest), 0).out, "None.")
        ended(box.run("sessions", "export", older, "-", "--code=2"), 0, "int a;\n  int b;\n", "")
        ended(box.run("sessions", "export", older, "x.sh", "--code"), 0, "wrote x.sh\n", "")
        same(box.read("x.sh"), "make\n")
        ended(box.run("sessions", "export", latest, "-", "--code"), 1, "", "hobnob: the reply has no block of code\n")


@test
def code_is_not_markdown():
    """On a terminal, too, --code and --schema show every byte, although replies are rendered there"""
    with Box(HOBNOB_MARKDOWN="auto") as box:
        box.write("any.json", "{}")
        for args, reply, shown in ((("--code",), "```sh\nls *_a_* **b** # `x`\n```", "ls *_a_* **b** # `x`"),
                                   (("--schema", "any.json"), '["*_a_* **b**"]', '["*_a_* **b**"]')):
            t = box.terminal("-p", "mock", "-o", "mock.reply=" + reply, *args, "hello")
            ended(t.end(), 0)
            same(t.text(), shown + "\r\n", args)


if __name__ == "__main__":
    main()
