#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The user's own limits: of a day, over all conversations and processes; what warns before one is reached; empty replies."""
import json
import os
import re
import time

from hob import HOBNOB, Box, ended, holds, lacks, lines_of, main, same, test, test_each

# A turn costs a thousandth of a dollar a word that is replied, and at most 0.064.
MOCK = ("-p", "mock", "-o", "price_input=0", "-o", "price_output=1000", "-o", "max_tokens=64")
DAY = ("-o", "max_cost_day=0.1")
WORDS = " ".join(["word"] * 40)
REFUSED = ("hobnob: max_cost_day would be passed: ${} left of ${} for today, the prompt is about {} tokens and leaves {} for a reply\n"
           "  raise the limit (-o max_cost_day=N), or wait for midnight\n")
IN_CHAT = REFUSED.replace("-o max_cost_day=N", "/set max_cost_day N")


def folder(box):
    """Where the conversations are."""
    return box.home + "/.local/state/hobnob/sessions"


def journal(box, name, *replies):
    """Writes a conversation of replies, each the ms since 1970 and the cost."""
    lines = [{"hobnob": "journal", "version": 1, "id": name, "created": 1}]
    lines += [{"type": "message", "id": i, "role": "assistant", "state": "complete", "time": at, "text": "x", "provider": "mock",
               "model": "mock", "finish": "stop", "cost": cost, "cost_source": "user"} for i, (at, cost) in enumerate(replies, 1)]
    return box.write(f"{folder(box)}/{name}.jsonl", "".join(json.dumps(line) + "\n" for line in lines), 0o600)


def numbered(text):
    """A message without the prompt's estimate, which is not what is tested here."""
    return re.sub(r"about \d+", "about N", text)


def refused(result, left, reply, limit="0.1"):
    """Exit 8 and the whole message."""
    r = ended(result, 8, "")
    same(numbered(r.err), REFUSED.format(left, limit, "N", reply))


def midnight():
    """The day's beginning, ms since 1970."""
    return int(time.mktime((*time.localtime()[:3], 0, 0, 0, 0, 0, -1)) * 1000)


@test
def other_process():
    """What one process has spent another one may not: the reply is limited, told, then the turn refused with exit 8"""
    with Box() as box:
        ended(box.run(*MOCK, *DAY, WORDS), 0, WORDS + "\n", "")
        r = ended(box.run(*MOCK, "-o", "max_cost_day=0.12", "-o", "max_tokens=100", "a b"), 0, "a b\n")
        same(r.err, "hobnob: max_cost_day: the reply is limited to 80 tokens\n")
        refused(box.run(*MOCK, *DAY, "x"), "0.058", 58)
        ended(box.run(*MOCK, "x"), 0, "x\n", "")


@test
def while_both_live():
    """Of two conversations that run at once the one is refused what the other has spent"""
    with Box() as box:
        a = box.start(*MOCK, *DAY, "-f", "jsonl")
        b = box.start(*MOCK, *DAY, "-f", "jsonl")
        b.send('{"say":"one"}\n')
        b.expect('"event":"done"')
        a.send(json.dumps({"say": WORDS}) + "\n")
        a.expect('"event":"done"')
        at = len(b.text())
        b.send('{"say":"x"}\n')
        b.expect('"event":"error".*\n', after=at)
        for running in (a, b):
            running.close()
        error = lines_of(b.end().out)[-1]
        same([error["kind"], numbered(error["message"]), error["hint"]],
             ["over_limit", "max_cost_day would be passed: $0.059 left of $0.1 for today, the prompt is about N tokens and leaves 59 for a reply",
              "raise the limit (/set max_cost_day N), or wait for midnight"])
        ended(a.end(), 0)


@test
def yesterday():
    """What was spent before midnight does not count, from midnight on it does"""
    with Box() as box:
        journal(box, "20200101T000000-0001", (midnight() - 1, "7"))
        ended(box.run(*MOCK, *DAY, "x"), 0, "x\n", "")
        journal(box, "20200101T000000-0002", (midnight() - 1, "7"), (midnight(), "0.09"))
        refused(box.run(*MOCK, *DAY, "x"), "0.009", 9)


@test
def zone():
    """The day is that of the zone in TZ"""
    with Box() as box:
        now = time.time()
        journal(box, "20200101T000000-0001", (int(now * 1000) - 3600000, "0.1"))
        hour = time.gmtime(now).tm_hour  # a zone in which it is between 0 and 1 o'clock, and one in which it is noon
        ended(box.run(*MOCK, *DAY, "x", env={"TZ": f"XXX{hour:+d}"}), 0, "x\n", "")
        refused(box.run(*MOCK, *DAY, "x", env={"TZ": f"XXX{hour - 12:+d}"}), "0", 0)


@test
def forked():
    """A conversation that was forked, or exported and imported, counts once"""
    with Box() as box:
        words = " ".join(["w"] * 10)
        ended(box.run(*MOCK, "-i", stdin=f"{words}\n/fork\n{words}\n"), 0)
        same(len(os.listdir(folder(box))), 2)
        for name in os.listdir(folder(box)):
            ended(box.run("sessions", "export", name[:-6], "c.json"), 0)
            ended(box.run("sessions", "import", "c.json"), 0)
            os.remove(box.cwd + "/c.json")
        same(len(os.listdir(folder(box))), 4)
        refused(box.run(*MOCK, "-o", "max_cost_day=0.05", "x"), "0.03", 30, "0.05")


@test_each([("--no-journal", ("--no-journal",), {}), ("no HOME", (), {"HOME": ""}), ("journal false", ("-o", "journal=false"), {})])
def no_journal(args, env):
    """Without a journal a process's own turns count, and what others have written down"""
    with Box(**env) as box:
        talk = (*MOCK, *DAY, *args, "-i")
        r = box.run(*talk, stdin=f"{WORDS}\nx\n")
        same([r.status, r.out, numbered(r.err)], [8, WORDS + "\n", IN_CHAT.format("0.06", "0.1", "N", 60)])
        same(os.path.exists(folder(box)), False)
        if not env:
            journal(box, "20200101T000000-0001", (midnight(), "0.03"))
            r = box.run(*talk, "-o", "max_tokens=40", stdin=f"{WORDS}\nx\n")
            same([r.status, r.out, numbered(r.err)], [8, WORDS + "\n", IN_CHAT.format("0.03", "0.1", "N", 30)])


@test
def refusals():
    """An unpriced model, and a reply without a limit, are refused by the setting's name"""
    with Box() as box:
        ended(box.run("-p", "mock", *DAY, "x"), 8, "", "hobnob: max_cost_day is set, but the price of mock is unknown\n"
              "  ask the provider (hobnob models); or say the price in USD per million tokens: -o price_input=N -o price_output=N, "
              "or both under models: in the config file\n")
        ended(box.run("-p", "mock", *DAY, "-i", stdin="x\n"), 8, "", "hobnob: max_cost_day is set, but the price of mock is unknown\n"
              "  say the price, in USD per million tokens, under models: in the config file; or leave, and continue with hobnob -c "
              "-o price_input=N -o price_output=N\n")
        ended(box.run(*MOCK, *DAY, "-o", "max_tokens=0", "x"), 3, "",
              "hobnob: -o: max_tokens 0 sends no limit, so max_cost_day could not hold: set one of the two\n")
        r = ended(box.run(*MOCK, "-i", stdin="/set max_tokens 0\n/set max_cost_day 1\n"), 0)
        holds(r.err, "/set: max_tokens 0 sends no limit, so max_cost_day could not hold: set one of the two")


@test
def near():
    """At 80 % of the day's limit a notice: on stderr, of one-shots too, and as an event; not before"""
    with Box() as box:
        args = (*MOCK, "-o", "max_cost_day=0.05", "-o", "max_tokens=5")
        ended(box.run(*args, " ".join(["w"] * 39)), 0, err="")
        ended(box.run(*args, "one"), 0, "one\n", "hobnob: max_cost_day: $0.04 of $0.05 are spent today\n")
        ended(box.run("-c", '"$0" "$@" 2>&1', HOBNOB, *args, "one", argv=["/bin/sh"]), 0,
              "one\nhobnob: max_cost_day: $0.041 of $0.05 are spent today\n", "")
        out = ended(box.run(*args, "-f", "jsonl", stdin='{"id":1,"say":"a"}\n{"id":2,"say":"b"}\n'), 0, err="").out
        same([(e["event"], e["id"], e["text"]) for e in lines_of(out) if e["event"] in ("notice", "done")],
             [("notice", 1, "max_cost_day: $0.042 of $0.05 are spent today"), ("done", 1, "a"), ("done", 2, "b")])


REPLY = '{"type":"message","id":9,"role":"assistant","time":%d,"text":"x",%s}\n'
DAMAGE = [("a missing quote", '{"type":"message,"id":9,"role":"assistant","cost":"9"}\n', "unexpected character"),
          ("cut, not the last", '{"type":"message","id":9,"role":"assis\n{"type":"system","text":"y"}\n', "it breaks off"),
          ("NUL bytes at the end", "\0" * 700, "NUL byte"), ("NUL bytes in it", '{"type":"mess\0\0\0\n', "NUL byte"),
          ("a cost that is not an amount", REPLY % (midnight(), '"cost":"abc"'), "the cost of a reply is not an amount"),
          ("a cost below nothing", REPLY % (midnight(), '"cost":"-1"'), "the cost of a reply is not an amount"),
          ("two lines in one", '{"type":"system","text":"y"}' + REPLY % (midnight(), '"cost":"1"'), "something after the end")]


@test_each(DAMAGE)
def damaged(line, why):
    """Damage may be all that is left of a reply of the day, so the turn is refused, and the line and a way out are named; also in a
    conversation, which goes on when the line is removed. Damage that earlier replies follow is of an earlier day"""
    with Box() as box:
        path = journal(box, "20200101T000000-0001", (midnight(), "0.03"))
        whole = open(path, encoding="utf-8").read()
        box.write(path, whole + line)
        error = f"max_cost_day is set, but what was spent today cannot be read: {path}:3: {why}"
        hint = "mend or remove that line, or move the file elsewhere: what that says was spent then counts no more; or unset the limit (/set -u KEY)"
        ended(box.run(*MOCK, *DAY, "x"), 8, "", f"hobnob: {error}\n  {hint}\n")
        ended(box.run(*MOCK, "--no-journal", "x"), 0, "x\n", "")
        jsonl = box.start(*MOCK, *DAY, "-f", "jsonl")
        jsonl.send('{"say":"x"}\n')
        jsonl.expect('"event":"error".*\n')
        box.write(path, whole)
        at = len(jsonl.text())
        jsonl.send('{"say":"x"}\n')
        jsonl.expect('"event":"done"', after=at)
        jsonl.close()
        events = [e for e in lines_of(jsonl.end().out) if e["event"] == "error"]
        same([(e["kind"], e["message"], e["hint"]) for e in events], [("over_limit", error, hint)])
        box.write(path, whole + line + "\n" + REPLY % (midnight() - 1, '"cost":"7"'))
        ended(box.run(*MOCK, *DAY, "-o", "max_tokens=70", "x"), 0, "x\n", re.compile("the reply is limited to 69"))


@test_each(DAMAGE)
def damaged_conversation(line, why):
    """max_cost holds for a conversation that goes on: where its journal does not tell what its replies cost, of whatever day, the turn is refused"""
    with Box() as box:
        ident = "20200101T000000-0001"
        path = journal(box, ident, (midnight() - 10**9, "0.03"))
        whole = open(path, encoding="utf-8").read()
        box.write(path, whole + line)
        cost = ("-o", "max_cost=1", "-o", "max_tokens=9", "-n")
        r = ended(box.run(*MOCK, *cost, "-r", ident, "x"), 8, "")
        holds(r.err, f"hobnob: max_cost is set, but what was spent in this conversation cannot be read: {path}:3: {why}\n"
              "  mend or remove that line, or move the file elsewhere: ")
        ended(box.run(*MOCK, "-n", "--no-journal", "-r", ident, "x"), 0, "x\n")
        ended(box.run(*MOCK, *cost, "x"), 0, "x\n", "")
        box.write(path, whole)
        ended(box.run(*MOCK, *cost, "-r", ident, "x"), 0, "x\n", "")


@test
def torn():
    """A last line that breaks off is of a program that writes or was killed: nothing is refused, but a notice says what does not count.
    Nor do files count that are not journals, links, pipes and folders"""
    with Box() as box:
        path = journal(box, "20200101T000000-0001", (midnight(), "0.03"))
        with open(path, "a", encoding="utf-8") as f:
            f.write('{"type":"message","id":9,"role":"assistant","cost":"9"')
        box.write(folder(box) + "/notes.jsonl", "nonsense\n" * 200)
        os.mkfifo(folder(box) + "/20200101T000000-0002.jsonl")
        os.symlink("/dev/zero", folder(box) + "/20200101T000000-0003.jsonl")
        os.mkdir(folder(box) + "/20200101T000000-0004.jsonl")
        notice = f"hobnob: max_cost_day: {path}:3 breaks off: if it was a reply, its cost does not count\n"
        limited = "hobnob: max_cost_day: the reply is limited to 70 tokens\n"
        ended(box.run(*MOCK, *DAY, "-o", "max_tokens=71", "--no-journal", "x"), 0, "x\n", notice + limited)
        ended(box.run(*MOCK, *DAY, "-o", "max_tokens=5", "-i", stdin="x\ny\n"), 0, "x\ny\n", notice)
        ended(box.run(*MOCK, *DAY, "-o", "max_tokens=5", "-r", "20200101T000000-0001", "x"), 0, "x\n", notice)
        ended(box.run(*MOCK, *DAY, "-o", "max_tokens=5", "x"), 0, "x\n", notice)


EMPTY = {"chunks": [], "reasoning": "Hm, and so on.", "finish": "length", "times": 0,
         "usage": {"prompt_tokens": 5, "completion_tokens": 64, "reasoning_tokens": 64}}
SAID = ("the reply is empty: all of its 64 tokens went to reasoning; raise max_tokens ({}) or lower "
        "reasoning_effort")


@test
def empty():
    """An empty reply that reached its limit says where its tokens went and what to raise: in one turn, and in jsonl"""
    with Box() as box:
        script = ("-p", "mock", "-o", "mock.script=" + box.write("s.json", json.dumps({"steps": [EMPTY]})))
        ended(box.run(*script, "x"), 0, "\n", "hobnob: " + SAID.format("-o max_tokens=N") + "\n")
        got = lines_of(ended(box.run(*script, "-f", "jsonl", stdin='{"id":1,"say":"x"}\n'), 0, err="").out)
        same([(e["event"], e.get("text")) for e in got[-2:]], [("notice", SAID.format("/set max_tokens N")), ("done", "")])
        same(got[-1]["finish"], "length")


# What a server may report of a reply of 40 words that costs a thousandth of a dollar a token.
ZEROS = {"all of it": {"prompt_tokens": 0, "completion_tokens": 0, "cost": "0"}, "the reply": {"prompt_tokens": 9, "completion_tokens": 0},
         "nearly all": {"prompt_tokens": 9, "completion_tokens": 1}, "more cached than sent": {"prompt_tokens": 9, "completion_tokens": 40,
                                                                                             "cached_tokens": 10}}


@test_each([(name, counts, limit) for name, counts in ZEROS.items() for limit in ("max_cost=0.1", "max_cost_day=0.1", "max_tokens_session=200")])
def zeros(counts, limit):
    """Counts that the reply contradicts pass no limit: the turns are estimated, and the limit ends the conversation"""
    counts = dict(counts)
    cost = counts.pop("cost", None)
    words = " ".join(["word"] * (400 if counts["completion_tokens"] == 1 else 40))
    step = {"text": words, "usage": counts, "times": 0, **({"cost": cost} if cost else {})}
    with Box() as box:
        script = box.write("script.json", json.dumps({"steps": [step]}))
        r = box.run(*MOCK, "-o", "mock.script=" + script, "-o", limit, "-i", stdin="x\n" * 12)
        same(r.status, 8, r)
        holds(r.err, limit.partition("=")[0] + " would be passed")


@test
def usage():
    """--usage tells cached and reasoning tokens where there are any, and who says what it costs"""
    with Box() as box:
        step = {"text": "a b", "usage": {"prompt_tokens": 9, "completion_tokens": 5, "cached_tokens": 4, "reasoning_tokens": 3}}
        script = ("-o", "mock.script=" + box.write("s.json", json.dumps({"steps": [step]})), "-o", "price_input=1", "-o", "price_output=2")
        r = ended(box.run("-p", "mock", "--usage", *script, "x"), 0, "a b\n")
        holds(r.err, "hobnob: tokens 9 in (4 cached), 5 out (3 reasoning); cost $0.000019 (user); time ")
        lacks(ended(box.run("-p", "mock", "--usage", "x"), 0).err, "~", "(")


if __name__ == "__main__":
    main()
