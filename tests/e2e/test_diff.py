#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""/diff: what differs between two replies, by words: which ones it takes, on a pipe, for programs and on a terminal."""
import json

from hob import Box, ended, golden, holds, lacks, lines_of, main, same, screen, test, test_each
from prompt import begin, leave, say

FIRST = "The quick brown fox jumps over the lazy dog.\n\nIt was a sunny day in the old town."
SECOND = "The quick red fox leaps over the dog.\n\nIt was a rainy day in the old town, they say."
MARKED = ("The quick [-brown-]{+red+} fox [-jumps-]{+leaps+} over the [-lazy-] dog.\n\n"
          "It was a [-sunny-]{+rainy+} day in the old [-town.-]{+town, they say.+}\n5 words removed, 6 added, 13 the same\n")
STEPS = [{"text": FIRST, "times": 1}, {"text": SECOND, "times": 1}, {"text": "Something else.", "times": 1}, {"text": FIRST, "times": 0}]


def shown(box, lines, *args, steps=None, frontend=("-i",)):
    """What a conversation of these lines shows on a pipe, and says on standard error."""
    script = box.write("s.json", json.dumps({"steps": steps or STEPS}))
    stdin = "".join(line + "\n" for line in lines)
    r = ended(box.run("-p", "mock", "--no-journal", "-o", "mock.script=" + script, *args, *frontend, stdin=stdin), 0)
    return r.out, r.err


@test
def siblings():
    """Without a number: the last reply and the one before it to the same question, or to another wording of it"""
    with Box() as box:
        same(shown(box, ["q", "/retry", "/diff"]), (f"{FIRST}\n{SECOND}\n[-branch 1 (mock)-] {{+branch 2 (mock)+}}\n{MARKED}", ""))
        holds(shown(box, ["q", "/retry other", "/branch 1", "/diff"])[0], "[-branch 1 (mock)-] {+branch 2 (other)+}\n" + MARKED)
        holds(shown(box, ["q", "/edit 1 p", "/diff"])[0], "[-branch 1 (mock)-] {+branch 2 (mock)+}\n" + MARKED)


@test
def drafts():
    """Where no reply has a sibling: the last two replies, as of the profile draft, or those that are named"""
    with Box() as box:
        holds(shown(box, ["write", "shorter", "/diff"], "-P", "draft")[0], "[-message 2 (mock)-] {+message 4 (mock)+}\n" + MARKED)
        out = shown(box, ["write", "shorter", "other", "/diff 2 4", "/diff 4", "/diff 4 2"])[0]
        holds(out, "[-message 2 (mock)-] {+message 4 (mock)+}\n" + MARKED, "[-message 4 (mock)-] {+message 6 (mock)+}\n[-The",
              "[-message 4 (mock)-] {+message 2 (mock)+}\nThe quick [-red-]{+brown+} fox")


@test
def branches():
    """b1 b2: branches as /branch and /ask number them; b1 alone: and the last reply"""
    with Box() as box:
        out = shown(box, ["q", "/ask x y z", "/diff b1 b2", "/diff b1 b4", "/diff b1"])[0]
        holds(out, "[-branch 1 (mock)-] {+branch 2 (x)+}\n" + MARKED, "[-branch 1 (mock)-] {+branch 4 (z)+}\n" + FIRST + "\nthe texts are the same\n")
        same(out.count("{+branch 2 (x)+}\n" + MARKED), 2)


@test
def little_shared():
    """Replies that share little are compared by paragraphs, so that whole sentences can be read"""
    with Box() as box:
        out = shown(box, ["q", "/retry", "/retry", "/diff"])[0]
        same(out[out.index("[-branch"):], """[-branch 2 (mock)-] {+branch 3 (mock)+}
[-The quick red fox leaps over the dog.-]

[-It was a rainy day in the old town, they say.-]
{+Something else.+}
19 words removed, 2 added, 0 the same; too different for a comparison by words, so by paragraphs
""")


@test_each([(" ".join(lines), lines, why) for lines, why in (
    (["/diff"], "there is no reply yet to compare"), (["q", "/diff"], "there is only one reply: /retry or /ask makes another"),
    (["q", "/diff 3"], "there is no message 3: /history numbers them"), (["q", "/diff b2"], "there is no branch 2: /branch lists them"),
    (["q", "/diff x"], "/diff takes numbers: N as /history numbers messages, bN as /branch numbers branches"),
    (["q", "/diff b"], "/diff takes numbers: N as /history numbers messages, bN as /branch numbers branches"),
    (["q", "/diff 1 x"], "/diff takes numbers: N as /history numbers messages, bN as /branch numbers branches"),
    (["q", "/diff 1 2 3"], "/diff takes two numbers at most"), (["q", "/diff 2 2"], "this is one and the same text"))])
def refused(lines, why):
    """says what is wrong"""
    with Box() as box:
        same(shown(box, lines)[1], f"hobnob: {why}\n")


@test
def without_text():
    """A reply without a text is not compared, and a continued one not with its own beginning"""
    with Box() as box:
        steps = [{"text": "one", "times": 1}, {"text": "", "times": 1}, {"text": "one two", "finish": "length", "times": 1}, {"text": " three", "times": 0}]
        out, err = shown(box, ["q", "/retry", "/diff b2", "/branch 1", "/diff", "/retry", "/continue", "/diff"], steps=steps)
        holds(err, "hobnob: branch 2 has no text\n", "hobnob: there is only one reply")
        holds(out, "[-branch 1 (mock)-] {+branch 4 (mock)+}\none {+two three+}\n")


@test
def for_programs():
    """jsonl: the pieces in order; those that are the same and those added are the new text"""
    with Box() as box:
        lines = [json.dumps(x) for x in ({"say": "q"}, {"command": "/retry"}, {"command": "/diff"})]
        data = lines_of(shown(box, lines, frontend=("-f", "jsonl"))[0])[-1]["data"]
        same([data[k] for k in ("old", "new", "by", "removed", "added", "same")], ["branch 1 (mock)", "branch 2 (mock)", "words", 5, 6, 13])
        same("".join(p.get("same", p.get("added", "")) for p in data["parts"]), SECOND)
        same([p["removed"] for p in data["parts"] if "removed" in p], ["brown", "jumps", "lazy", "sunny", "town."])
        same([list(p) for p in data["parts"]][:8], [["same"], ["removed"], ["added"], ["same"], ["removed"], ["added"], ["same"], ["removed"]])


@test
def on_a_terminal():
    """Words are wrapped, the marks stay; what is gone is struck and coloured, what came is bold; without colours struck and bold; dumb: text"""
    for env, gone, come in (({"NO_COLOR": "1"}, "\x1b[9m[-brown-]\x1b[0m", "\x1b[1m{+red+}\x1b[0m"),
                            ({"NO_COLOR": "1", "HOBNOB_THEME": "plain"}, "[-brown-]\x1b[9m"[:9], "{+red+}"),
                            ({"NO_COLOR": "1", "TERM": "dumb"}, "[-brown-]", "{+red+}")):
        with Box(**env) as box:
            t = begin(box, steps=STEPS, size=(24, 40))
            say(t, "q\r")
            say(t, "/retry\r")
            text = say(t, "/diff\r", "the same")
            holds(text.replace("\r\n", " "), gone, come)
            if "TERM" in env or "HOBNOB_THEME" in env:
                lacks(text, "\x1b[9m", "\x1b[1m")
            else:
                golden("diff.txt", screen(text, 40) + "\n")
            leave(t)
    with Box() as box:
        t = box.terminal("-f", "stdio", "-p", "mock", "-o", "mock.script=" + box.write("s.json", json.dumps({"steps": STEPS})), env={"HOBNOB_THEME": "dark"})
        t.send("q\r/retry\r/diff\r")
        t.expect("the same")
        holds(t.text(), "\x1b[9;91m[-brown-]", "\x1b[1;32m{+red+}")
        t.send("\x04")
        ended(t.end(), 0)


@test
def nothing_acts():
    """Escapes in replies act neither in the text nor in its looks"""
    with Box(NO_COLOR="1") as box:
        t = begin(box, steps=[{"text": "a b c \x1b]0;x\x07d", "times": 1}, {"text": "a b c \x1b[2Jd", "times": 0}])
        say(t, "q\r")
        say(t, "/retry\r")
        text = say(t, "/diff\r", "the same")
        holds(text, "[-^[]0;x^Gd-]", "{+^[[2Jd+}")
        leave(t)


main()
