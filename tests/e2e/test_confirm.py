#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""confirm_cost: a turn whose prompt costs more waits for the user's word; nothing of it is kept before that."""
import base64
import json
import os
import re

from hob import Box, ended, holds, lacks, lines_of, main, same, test, test_each, truth
from prompt import begin, leave, say

# A token of the prompt costs a thousandth of a dollar; "short" is 9 tokens.
PRICED = ("-o", "price_input=1000", "-o", "price_output=1000")
MOCK = ("-p", "mock", *PRICED)
LONG = "a question of many words that costs more than the user has said he would pay unasked"
ASKED = r"hobnob: this sends ~\d+ tokens, \$0\.\d+: Enter sends, Ctrl-C or another line does not"
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
HINT = "this is more than confirm_cost ($0.02): {} allows it"
PROMPT = r"You: (\x1b\[0?K)?$"


def cost(tokens):
    """So many thousandths of a dollar."""
    return f"{tokens / 1000:.3f}".rstrip("0")


def journal(box):
    """The messages of the only conversation that is kept."""
    folder = box.home + "/.local/state/hobnob/sessions"
    names = os.listdir(folder) if os.path.isdir(folder) else []
    lines = [json.loads(line) for name in names for line in box.read(f"{folder}/{name}").splitlines()]
    return [(m["role"], m["text"]) for m in lines if m.get("type") == "message"]


@test
def refused():
    """Where nobody can press Enter it is refused with status 8 and the numbers, also if the same comes twice; nothing is kept"""
    with Box() as box:
        r = ended(box.run(*MOCK, "-o", "confirm_cost=0.02", LONG), 8, "")
        n = int(re.search(r"~(\d+) tokens", r.err).group(1))
        same(r.err, f"hobnob: this sends ~{n} tokens, ${cost(n)}\n  {HINT.format('-o confirm_cost=' + cost(n))}\n")
        same(journal(box), [])
        ended(box.run(*MOCK, "--no-journal", "-o", f"confirm_cost={cost(n)}", LONG), 0, LONG + "\n", "")
        r = ended(box.run(*MOCK, "-o", "confirm_cost=0.02", "-i", stdin=f"{LONG}\n{LONG}\nshort\n"), 0, "short\n")
        same(r.err, f"hobnob: this sends ~{n} tokens, ${cost(n)}\n  {HINT.format('/set confirm_cost ' + cost(n))}\n" * 2)
        same(journal(box), [("user", "short"), ("assistant", "short")])
        ended(box.run(*MOCK, "-o", "confirm_cost=0.02", "-i", stdin=f"short\n{LONG}\n"), 8, "short\n")


@test
def the_largest_sums():
    """A sum at the end of what hobnob can count is shown as it is; one beyond that is held like the largest"""
    with Box() as box:
        for price in ("922337203685.4", "922337203685.5", "9000000000000"):
            r = ended(box.run("-p", "mock", "-n", "-o", f"price_input={price}", "-o", "price_output=1", "-o", "confirm_cost=1", "hello"), 8, "")
            n, money = re.search(r"~(\d+) tokens, \$([0-9.]+)\n", r.err).groups()
            same((n, money[:8]), ("10", "9223372."))


@test
def programs():
    """jsonl: an error of the kind over_limit, whatever is repeated, until /set raises the limit"""
    with Box() as box:
        says = [{"say": LONG}, {"say": LONG}, {"command": "/set confirm_cost 1"}, {"say": LONG}]
        r = ended(box.run(*MOCK, "-n", "-o", "confirm_cost=0.02", "-f", "jsonl", stdin="".join(json.dumps(x) + "\n" for x in says)), 0, err="")
        holds(r.out, "/set confirm_cost ")
        events = [e for e in lines_of(r.out) if e["event"] in ("error", "done", "result")]
        same([e["event"] for e in events], ["error", "error", "result", "done"])
        same([(e["kind"], e["partial"]) for e in events[:2]], [("over_limit", "")] * 2)


@test
def unpriced():
    """A price that is unknown asks nothing, and says so once for each model; a free model says nothing"""
    with Box() as box:
        r = ended(box.run("-p", "mock", "-n", "-o", "confirm_cost=0", "-i", stdin="a\nb\n/model other\nc\n"), 0, "a\nb\nother on mock\nc\n")
        same(r.err, "".join(f"hobnob: confirm_cost: the price of {m} is unknown, so hobnob does not ask\n" for m in ("mock", "other")))
        free = ("-o", "price_input=0", "-o", "price_output=0")
        ended(box.run("-p", "mock", "-n", *free, "-o", "confirm_cost=0", "a"), 0, "a\n", "")


@test
def other_limits():
    """A turn that a limit refuses anyway is not asked about; neither is a dry run"""
    with Box() as box:
        r = ended(box.run(*MOCK, "-n", "-o", "confirm_cost=0.02", "-o", "max_cost=0.01", LONG), 8, "")
        holds(r.err, "max_cost would be passed")
        lacks(r.err, "this sends")
        lacks(ended(box.run(*MOCK, "-o", "confirm_cost=0", "--dry-run", LONG), 0).err, "this sends")


@test_each([(f, f) for f in ("readline", "stdio")])
def conversation(frontend):
    """Enter sends what was held; another line, Ctrl-C, and Ctrl-C after some letters do not; an Enter before the question is no answer"""
    with Box(NO_COLOR="1") as box:
        t = box.terminal("-f", frontend, *MOCK, "-o", "confirm_cost=0.02")
        t.expect(PROMPT)
        held = ASKED + r"\r\n.*" + PROMPT
        at = len(t.text())
        t.send(LONG + "\r")
        t.expect(held, after=at)
        same(journal(box), [])
        at = len(t.text())
        t.send("\r")
        t.expect("Assistant: a question.*" + PROMPT, after=at)
        for keys, after in (("/history\r", "2 messages"), ("\x03", r"\(not sent\)")):
            at = len(t.text())
            t.send(LONG + " 2\r")
            t.expect(held, after=at)
            at = len(t.text())
            t.send(keys)
            t.expect(after + ".*" + PROMPT, after=at)
            at = len(t.text())
            t.send("\r/stats\r")
            t.expect("total: 1 turn,.*" + PROMPT, after=at)
        at = len(t.text())
        t.send(LONG + " 3\r\r")
        t.expect(ASKED + r"\r\n(?!.*Assistant).*You: ", after=at)
        t.send("\r")
        t.expect("Assistant: a question.*" + PROMPT, after=at)
        t.send("\x04")
        ended(t.end(), 0)
        same([text for role, text in journal(box) if role == "user"], [LONG, LONG + " 3"])


@test
def discarded():
    """readline: what Ctrl-C discards beside a held question discards that as well; the up key brings the question back"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, *PRICED, "-o", "confirm_cost=0.02")
        say(t, LONG + "\r", ASKED)
        t.send("well")
        t.taken()
        say(t, "\x03")
        lacks(say(t, "\r"), "Assistant")
        say(t, "short\r", "Assistant")
        say(t, "\x1b[A\x1b[A\r", ASKED)
        say(t, "\r", "Assistant: a question")
        leave(t)


@test
def commands():
    """/retry, /retry MODEL, /continue and /edit obey it; not confirmed, the conversation stays where it was"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, *PRICED, "-o", "max_tokens=3", steps=[{"text": "one two", "finish": "length", "times": 0}])
        say(t, LONG + "\r", "Assistant: one two")
        say(t, "/set confirm_cost 0.02\r", "confirm_cost = 0.02")
        for line in ("/retry", "/continue", "/edit 1 " + LONG + " else"):
            say(t, line + "\r", ASKED)
            shown = say(t, "/history\r", "2 messages")
            holds(shown, "2 assistant: one two")
            lacks(shown, "on other branches")
        say(t, "/retry other\r", "the price of other is unknown, so hobnob does not ask.*Assistant: one two")
        say(t, "/edit 1 " + LONG + " else\r", ASKED)
        say(t, "\r", "Assistant: one two")
        say(t, "/history\r", "2 messages, 3 on other branches")
        leave(t)
        same([text for role, text in journal(box) if role == "user"], [LONG, LONG + " else"])


@test
def attached():
    """Files that were attached wait with the question; when it is given up, hobnob drops the files that it names"""
    with Box(NO_COLOR="1") as box:
        box.write("a.txt", "word " * 50)
        t = begin(box, *PRICED, "-o", "confirm_cost=0.02")
        say(t, "/attach a.txt\r", "is attached: about")
        say(t, "What?\r", ASKED)
        holds(say(t, "/attach\r"), "1 file, about")
        say(t, "What?\r", ASKED)
        holds(say(t, "\r", "Assistant: What"), "word word")
        say(t, "See @a.txt\r", ASKED)
        shown = say(t, "/clear\r", "cleared")
        holds(shown, "dropped 1 file")
        leave(t)


@test
def image():
    """An image counts, too: beside a question that costs little it is held"""
    with Box() as box:
        box.write("a.png", PNG)
        ended(box.run(*MOCK, "-n", "-o", "confirm_cost=0.02", "What is it?"), 0, "What is it?\n", "")
        r = ended(box.run(*MOCK, "-n", "-o", "confirm_cost=0.02", "-a", "a.png", "What is it?"), 8, "")
        truth(int(re.search(r"~(\d+) tokens", r.err).group(1)) > 50, r)


@test
def one_turn():
    """At a terminal one turn waits for Enter (and sends), another line, a paste that begins with an empty one (status 8) or Ctrl-C (died of it)"""
    for keys, status, out in (("\r", 0, "a question"), ("no\r", 8, None), ("\rpasted\r", 8, None), ("\x04", 8, None), ("\x03", -2, None)):
        with Box(NO_COLOR="1") as box:
            t = box.terminal(*MOCK, "-n", "-o", "confirm_cost=0.02", LONG)
            at = t.expect(ASKED + r"\r\n")
            t.send(keys)
            r = t.end()
            same(r.status, status, f"{keys!r}: {r}")
            shown = r.out[at:].replace("\r", "").split("\n")
            same(LONG in shown, out is not None, r.out)


main()
