#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""/ask MODEL...: the last question asked of several models, each reply a branch; what it says of them, and what it refuses."""
import json
import os
import re

from hob import Box, at_server, ended, golden, holds, lacks, lines_of, main, same, screen, test, timeless, truth
from prompt import begin, leave, say
from server import Server, listing, reply

STEPS = [{"text": "The first **one**.", "times": 1}, {"text": "Of A:\n\n- a\n- b", "times": 1},
         {"error": {"kind": "unavailable", "message": "it is down"}, "times": 1}, {"text": "Of C.", "times": 0}]
PRICED = ("-o", "price_input=1000", "-o", "price_output=1000")
MODELS = "models: {a: {price_input: 100, price_output: 100}, b: {price_input: 200, price_output: 100}}\n"


def asked(box, lines, *args, steps=None, status=0, err=""):
    """What jsonl gives for these lines, a command or a message each."""
    script = box.write("s.json", json.dumps({"steps": steps or STEPS}))
    stdin = "".join(json.dumps({"command" if line[0] == "/" else "say": line}) + "\n" for line in lines)
    return lines_of(ended(box.run("-p", "mock", "-o", "retries=0", "-o", "mock.script=" + script, *args, "-f", "jsonl", stdin=stdin), status, err=err).out)


def journal(box):
    """The messages of the only conversation: parent, role, model, state, text."""
    folder = box.home + "/.local/state/hobnob/sessions"
    lines = [json.loads(line) for name in os.listdir(folder) for line in box.read(f"{folder}/{name}").splitlines()]
    return [(m.get("parent"), m.get("model"), m.get("state"), m["text"]) for m in lines if m.get("type") == "message"]


@test
def on_a_pipe():
    """The replies below the names of their models, a table of what each took, and where the conversation continues"""
    with Box() as box:
        box.config(MODELS)
        script = box.write("s.json", json.dumps({"steps": STEPS}))
        r = ended(box.run("-p", "mock", "-o", "retries=0", "-o", "mock.script=" + script, "-i", stdin="Which?\n/ask a b c\n/branch\nAnd?\n"), 0, err="")
        same(timeless(re.sub(r"(?<=  )0\.\d  ", "#.#  ", r.out)), """The first **one**.
a:
Of A:

- a
- b

b:

c:
Of C.

model  tokens  seconds  cost     branch
a      1 + 6   #.#      $0.0007  2
b      ?       #.#      ?        3  failed: it is down
c      1 + 2   #.#      ?        4
the conversation continues on branch 2 (a); /branch N moves to another
  1 Which? (mock)
* 2 Which? (a)
  3 Which? (b)
  4 Which? (c)
4 branches
Of C.
""")
        same(journal(box), [(None, None, "complete", "Which?"), (1, "mock", "complete", "The first **one**."), (1, "a", "complete", "Of A:\n\n- a\n- b"),
                            (1, "b", "failed", ""), (1, "c", "complete", "Of C."), (3, None, "complete", "And?"), (6, "mock", "complete", "Of C.")])


@test
def for_programs():
    """jsonl: a start and the text of each, no done, one result with the data of all; an alias is resolved"""
    with Box() as box:
        box.config(MODELS + "aliases: {cheap: a}\n")
        events = asked(box, ["Which?", "/ask cheap b"])
        events = events[[e["event"] for e in events].index("done") + 1:]
        same([(e["event"], e.get("model")) for e in events if e["event"] != "delta"], [("start", "a"), ("start", "b"), ("result", None)])
        same("".join(e["text"] for e in events if e["event"] == "delta"), "Of A:\n\n- a\n- b")
        data = events[-1]["data"]
        same(data["branch"], 2)
        truth(all(r.pop("total_ms") >= 0 for r in data["replies"]), data)
        same(data["replies"], [
            {"model": "a", "state": "complete", "text": "Of A:\n\n- a\n- b", "prompt_tokens": 1, "completion_tokens": 6, "cost": "0.0007", "branch": 2, "error": None},
            {"model": "b", "state": "failed", "text": "", "prompt_tokens": None, "completion_tokens": None, "cost": None, "branch": 3,
             "error": {"kind": "unavailable", "message": "it is down", "hint": ""}}])


@test
def estimated():
    """A cost that hobnob estimates has its mark in the table"""
    with Server(reply("Ja.", usage=None)) as server, at_server(server) as box:
        box.config(MODELS)
        r = ended(box.run("-i", stdin="Which?\n/ask a\n"), 0)
        truth(re.search(r"^a +~\d+ \+ ~\d+ +\d+\.\d +~\$0\.\d+ +2$", r.out, re.M), r)


@test
def none_answers():
    """If none answers, the conversation stays where it was, and its end has the first one's status"""
    with Box() as box:
        steps = [{"text": "Yes.", "times": 1}, {"error": {"kind": "unavailable"}, "times": 0}]
        events = asked(box, ["Which?", "/ask a b", "/history"], steps=steps, status=6)
        same([(e["kind"], e["message"], e["hint"]) for e in events if e["event"] == "error"],
             [("unavailable", "no model has answered; a: an error of the script", "b: an error of the script")])
        same([m["text"] for m in events[-1]["data"]["branch"]], ["Which?", "Yes."])


@test
def empty_replies():
    """An empty reply is no answer: the conversation continues on the first that has a text; with none, it stays and says so"""
    steps = [{"match": "ask", "text": "First.", "times": 1}, {"match": "ask", "text": "", "times": 1}, {"match": "ask", "text": "Second.", "times": 1},
             {"match": "ask", "reasoning": "Hm.", "chunks": [], "times": 0}]
    with Box() as box:
        script = box.write("s.json", json.dumps({"steps": steps}))
        r = ended(box.run("-p", "mock", "-o", "mock.script=" + script, "-i", stdin="ask\n/ask a b\n/ask c d\n/history\n"), 1)
        holds(r.out, "the conversation continues on branch 3 (b)", " 2 assistant: Second.\n2 messages")
        holds(r.err, "hobnob: no model has answered; c: the reply is empty\n  d: the reply is empty\n")


@test
def at_a_server():
    """Each request names its model, and holds the question alone; a name that the provider's list lacks is warned about once, and asked"""
    with Server(reply("Yes."), models=listing("small-1", "large-1")) as server, at_server(server) as box:
        ended(box.run("models"), 0)
        r = ended(box.run("-m", "small-1", "-i", stdin="Which?\n/ask large-1 smal-1\n"), 0)
        same([(q.json["model"], q.messages) for q in server.chats],
             [(m, [("user", "Which?")]) for m in ("small-1", "large-1", "smal-1")])
        same(r.err, 'hobnob: the list of openai has no model "smal-1" (did you mean "small-1"?); hobnob asks for it all the same\n')


@test
def refusals():
    """Usage errors: no model, no question, too many; the limits and confirm_cost hold for all of them, before the first is asked"""
    with Box() as box:
        box.config(MODELS)
        events = asked(box, ["/ask a", "Which?", "/ask", "/ask " + "a " * 33])
        same([e["message"] for e in events if e["event"] == "error"],
             ["there is no question yet to ask again", "which models? /ask MODEL..., such as /ask small large", "/ask takes 32 models at most"])
        for setting, value, why in (("max_cost", "0.01", r"max_cost would be passed: \$0.01 left of \$0.01, and 2 models need about \$0.0\d+"),
                                    ("max_cost_day", "0.01", r"max_cost_day would be passed: \$0.01 left of \$0.01 for today, and 2 models need about"),
                                    ("max_tokens_session", "100", r"max_tokens_session would be passed: 9\d tokens left of 100, and 2 models need about 1\d\d"),
                                    ("confirm_cost", "0.001", r"this sends ~\d+ tokens to 2 models, \$0.00\d+")):
            events = asked(box, ["Which?", f"/set {setting} {value}", "/ask a b", "/branch"], "--no-journal", status=8 if setting == "confirm_cost" else 0)
            truth(re.match(why, events[-2]["message"]), events[-2])
            same([events[-2]["kind"], events[-1]["data"]], ["over_limit", {"branches": 1}], setting)
        events = asked(box, ["Which?", "/set max_cost 1", "/ask a c"], "--no-journal")
        same(events[-1]["message"], "max_cost is set, but the price of c is unknown")


@test
def stopped():
    """Ctrl-C stops the present one and the rest: what has come is a branch, the conversation continues on the first that was whole"""
    steps = [{"text": "Yes.", "times": 1}, {"text": "Of A.", "times": 1}, {"text": "slow and slower", "delta_ms": 60000, "times": 0}]
    with Box(NO_COLOR="1") as box:
        t = begin(box, steps=steps, size=(24, 140))
        say(t, "Which?\r", "Yes")
        at = len(t.text())
        t.send("/ask a b c\r")
        t.expect(r"b:\r\nslow", after=at)
        t.send("\x03")
        t.expect(r"hobnob: /ask: stopped at b, model 2 of 3; the conversation continues on branch 2 \(a\); /branch N moves to another\r\n"
                 r"\(interrupted\).*You: ", after=at)
        holds(say(t, "/branch\r"), "  1 Which? (mock)\r\n* 2 Which? (a)\r\n  3 Which? (b)\r\n3 branches")
        leave(t)
        same([m[2:] for m in journal(box)][2:], [("complete", "Of A."), ("interrupted", "slow")])


@test
def confirmed():
    """At a terminal Enter confirms the sum of all, once"""
    with Box(NO_COLOR="1") as box:
        box.config(MODELS)
        t = begin(box, "-o", "confirm_cost=0.001", steps=STEPS[1:2] + STEPS[3:])
        say(t, "/model a\r")
        say(t, "Which?\r", "Of A")
        say(t, "/ask a b\r", r"hobnob: this sends ~\d+ tokens to 2 models, \$0.0\d+: Enter sends, Ctrl-C or another line does not")
        lacks(say(t, "\r", "2 branches|the conversation continues on branch 2"), "this sends")
        leave(t)


@test
def on_a_screen():
    """On a terminal each reply is rendered below a row with its model's name"""
    with Box(NO_COLOR="1", HOBNOB_MARKDOWN="auto", HOBNOB_FOOTER="end") as box:
        box.config(MODELS)
        t = begin(box, "-o", "retries=0", steps=STEPS)
        say(t, "Which?\r", "one")
        shown = say(t, "/ask a b c\r", "moves to another")
        golden("ask.txt", re.sub(r"(?m)(?<=  )0\.\d  ", "#.#  ", screen(shown)))
        leave(t)
        script = box.write("s.json", json.dumps({"steps": STEPS[3:]}))
        holds(box.run("-p", "mock", "-o", "mock.script=" + script, "-o", "color=always", "-i", stdin="Which?\n/ask a\n").out, "\x1b[1;38;5;63ma:\x1b[0m\nOf C.\n\nmodel")


@test
def completion():
    """Tab completes each of the models"""
    with Box(NO_COLOR="1") as box:
        box.config("models: {alpha: {context: 9}, beta: {context: 9}}\n")
        t = begin(box)
        at = len(t.text())
        t.send("/ask al\tbe\t")
        t.expect("/ask alpha beta ", after=at)
        t.send("\x15")
        leave(t)


main()
