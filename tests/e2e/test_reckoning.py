#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random conversations, beside a reference that works all out anew from what happened: what is sent, counted, charged, refused.

The reference is another formulation on purpose: a tree of messages by parent, from which each request is made by grouping
turns; sums in Fractions over the list of all turns. A failure names the seed and the step; HOBNOB_TEST_SEED runs another one.
"""
import json
import os
import random
import time
from decimal import Decimal
from fractions import Fraction

from hob import TIMEOUT, Box, at_server, lines_of, main, same, test_each
from server import DONE, Server, chunk, error, event, pieces, words

SEED = int(os.environ.get("HOBNOB_TEST_SEED", "1"))
PRICES = {"price_input": Fraction("1.5"), "price_output": Fraction("7.25"), "price_cached": Fraction("0.3")}  # USD per million
WISH = "Your last reply was cut off. Go on with it exactly where it stopped: repeat nothing of it, and add no remark."
ABSURD = 10**9  # a server's count beyond it is none; what a plugin gives may be as large as 2^40
LARGE = 10**6  # tokens: what limits are tried with, so that no estimate matters
KINDS = {400: "bad_request", 503: "unavailable", 429: "rate_limited"}


def decimal(amount):
    """An exact amount as hobnob writes it."""
    text = format(Decimal(amount.numerator) / Decimal(amount.denominator), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


# ---- what happens in one attempt -------------------------------------------------------------------

def usage_of(rng, of_mock):
    """What a server says it counted (None: nothing at all), and its members as they are to be understood."""
    prompt, completion = rng.choice([120, 900, LARGE, 3 * LARGE]), rng.choice([0, 1, 88, LARGE])
    cached, thought = rng.randint(0, prompt), rng.randint(0, completion)
    known = {"prompt": prompt, "completion": completion, "cached": cached, "reasoning": thought}
    nothing = dict.fromkeys(known)
    kind = rng.choice(["whole"] * 6 + ["none", "absurd", "half", "parts"])
    if kind == "none":
        return None, nothing
    if kind == "absurd":
        known["prompt"] = None
        known["cached"] = None
        return {"prompt": (1 << 40) + rng.randint(1, 99) if of_mock else rng.choice([-1, ABSURD + 1, "many", 1.5]),
                "completion": completion, "reasoning": thought}, known
    if kind == "half":
        return {"prompt": prompt, "cached": cached}, {**nothing, "prompt": prompt, "cached": cached}
    if kind == "parts" and not of_mock:  # which of the two is wrong nobody can say
        return {"prompt": prompt, "completion": completion, "cached": prompt + 1, "reasoning": thought}, \
            {**nothing, "completion": completion, "reasoning": thought}
    return known, dict(known)


class Attempt:
    """What comes of one request: text, reasoning or not, usage, how it ends."""

    def __init__(self, rng, number, of_mock):
        self.ends = rng.choice(["stop"] * 8 + ["length"] * 2 + ["content_filter", "cut", "cut", "empty", "refused", "busy"])
        self.text = "" if self.ends in ("empty", "refused", "busy") else f"reply{number} " + "and so on " * rng.randint(0, 3) + "end"
        self.said, self.known = usage_of(rng, of_mock)
        self.cost = None
        if of_mock and rng.random() < 0.3:
            self.cost = Fraction(rng.choice(["0", "0.000000000001", "0.25", "3.000001", "12345.678901234567"]))
            self.cost = Fraction(round(self.cost * 10**12), 10**12)
        if self.text and self.known["completion"] == 0:  # which the text contradicts
            self.known.update(completion=None, reasoning=None)
            self.cost = self.cost or None
        if self.ends in ("cut", "refused", "busy"):
            self.known, self.cost = dict.fromkeys(self.known), None

    @property
    def finish(self):
        """The reason that is told."""
        return "stop" if self.ends == "empty" else self.ends

    def step(self):
        """A step of the mock's script."""
        if self.ends in ("refused", "busy"):
            status = 400 if self.ends == "refused" else 503
            return {"error": {"kind": KINDS[status], "status": status, "retry_after_ms": 1, "message": "no"}}
        if self.ends == "cut":
            return {"text": self.text + " lost", "cut_after": len(words(self.text))}
        out = {"text": self.text, "finish": self.finish, "usage": None}
        if self.said is not None:
            out["usage"] = {f"{k}_tokens": v for k, v in self.said.items()}
        if self.cost is not None:
            out["cost"] = decimal(self.cost)
        return out

    def answer(self):
        """A step of the server."""
        if self.ends in ("refused", "busy"):
            return error(400 if self.ends == "refused" else 503, "no", {"retry-after-ms": "1"})
        parts = [chunk({"content": w}) for w in words(self.text)] if self.text else []
        if self.ends == "cut":
            return pieces(parts, whole=False)
        parts.append(chunk({}, self.finish))
        if self.said is not None:
            said = dict(self.said)
            usage = {f"{k}_tokens": said[k] for k in ("prompt", "completion") if k in said}
            if "cached" in said:
                usage["prompt_tokens_details"] = {"cached_tokens": said["cached"]}
            if "reasoning" in said:
                usage["completion_tokens_details"] = {"reasoning_tokens": said["reasoning"]}
            parts.append(event({"choices": [], "usage": usage}))
        return pieces(parts + [DONE])


# ---- the reference -----------------------------------------------------------------------------------

class Reference:
    """All that happened, and what follows from it."""

    def __init__(self, priced):
        self.priced = priced
        self.nodes = {0: None}  # id: parent, role, text, finish, state
        self.head = 0
        self.pins = set()
        self.turns = []  # known usage, cost, kind, retries
        self.begin_run()

    def begin_run(self):
        """Settings hold for one run of the program."""
        self.limits = {"context_messages": 0, "max_tokens_session": None, "max_cost": None}
        self.told_trim = False

    def path(self, end=None):
        """Ids from the first message to that end."""
        end = self.head if end is None else end
        return [*self.path(self.nodes[end]["parent"]), end] if end else []

    def add(self, **node):
        """A message behind the head."""
        ident = len(self.nodes)
        self.nodes[ident] = {"parent": self.head, "finish": None, "state": "complete", **node}
        self.head = ident
        return ident

    def ends(self):
        """Messages that none follows."""
        parents = {n["parent"] for n in self.nodes.values() if n}
        return [i for i in self.nodes if i and i not in parents]

    def move(self, ident):
        """Goes elsewhere."""
        self.head = ident
        self.told_trim = False

    def last_question(self):
        """The view's newest, or 0."""
        return next((i for i in reversed(self.path()) if self.nodes[i]["role"] == "user"), 0)

    def request(self, going_on):
        """Messages of a request as (role, text); how many are left out."""
        turns = self.exchanges()
        held = {k for k, t in enumerate(turns) if any(i in self.pins for side in t for i in side)}
        counts = [sum(any(i not in self.pins for i in side) for side in t) for t in turns]
        if going_on:
            held.add(len(turns) - 1)
            counts[-1:] = [0, 0]
            turns.append([])
        most, n = self.limits["context_messages"] or 2 * len(turns) + 1, len(turns)
        take = max(k for k in range(1, n + 1) if k == 1 or sum(counts[i] for i in held | set(range(n - k, n))) <= most)
        sent = [side for k, t in enumerate(turns) if k in held or k >= n - take for side in t]
        out = [(self.nodes[side[0]]["role"], "\n\n".join(self.nodes[i]["text"] for i in side)) for side in sent]
        return out + ([("user", WISH)] if going_on else []), sum(map(len, turns)) - len(sent)

    def exchanges(self):
        """Question and answer of each turn, as lists of messages; a pinned question without an answer goes with the next one."""
        turns, waiting, view = [], [], self.path()
        for k, i in enumerate(view):
            if self.nodes[i]["role"] != "user":
                continue
            last = k + 1 == len(view)
            answer = [] if last else [view[k + 1]] * bool(self.nodes[view[k + 1]]["text"])
            if answer or last:
                turns.append([[*waiting, i], *([answer] if answer else [])])
                waiting = []
            elif i in self.pins:
                waiting.append(i)
        return turns

    def refusal(self):
        """The limit that is passed, or None. No turn is near one: see Play.limit."""
        if self.limits["max_cost"] is not None:
            if not self.priced:
                return "max_cost"
            if self.limits["max_cost"] < self.total("cost"):
                return "max_cost"
        if self.limits["max_tokens_session"] is not None:
            if self.limits["max_tokens_session"] < self.total("prompt") + self.total("completion"):
                return "max_tokens_session"
        return None

    def total(self, what):
        """A sum over all turns."""
        return sum((t[what] or 0 for t in self.turns), Fraction(0))

    def price(self, usage):
        """What that usage costs."""
        if not self.priced or usage["prompt"] is None or usage["completion"] is None:
            return None
        cached = usage["cached"] or 0
        return ((usage["prompt"] - cached) * PRICES["price_input"] + cached * PRICES["price_cached"]
                + usage["completion"] * PRICES["price_output"]) / 10**6


# ---- the program beside it ----------------------------------------------------------------------------

class Play:
    """One conversation with the program."""

    def __init__(self, rng, box, server, priced):
        self.rng, self.box, self.server = rng, box, server
        self.is_mock, self.numbered = server is None, 0
        self.ref = Reference(priced)
        self.prices = [x for k, v in PRICES.items() for x in ("-o", f"{k}={decimal(v)}")] if priced else []
        self.asked, self.session, self.running, self.plan, self.done = 0, None, None, [], []
        self.start()

    def start(self):
        """Starts the program, going on with what there is."""
        args = ["-f", "jsonl", *self.prices, "-o", "retries=2"]
        if self.is_mock:
            # The script is read at the start: what is to come until the program is left is decided here.
            self.plan = [self.attempt() for _ in range(60)]
            path = self.box.write("script.json", json.dumps({"steps": [a.step() for a in self.plan]}))
            args += ["-p", "mock", "-o", "mock.script=" + path]
        if self.session:
            args += self.rng.choice([["-c"], ["-c" if self.session == "-c" else "-r" + self.session]])
        self.running = self.box.start(*args)
        self.read = 0
        self.ref.begin_run()

    def attempt(self):
        """The next thing that a server does."""
        self.numbered += 1
        return Attempt(self.rng, self.numbered, self.is_mock)

    def leave(self):
        """Ends the program by the end of its input."""
        self.running.close()
        self.running.end()

    def ask(self, **line):
        """Events of one input, the closing one last."""
        self.running.send(json.dumps(line) + "\n")
        deadline = time.monotonic() + TIMEOUT
        while True:
            came = self.running.got["out"]
            end = came.rfind(b"\n") + 1
            events = lines_of(came[self.read:end].decode())
            if events and events[-1]["event"] in ("done", "error", "result"):
                self.read = end
                return events
            if time.monotonic() > deadline or not self.running.pump(deadline):
                raise AssertionError(f"no end of {line}: {came[self.read:]!r} {self.running.got['err']!r}")

    def command(self, text):
        """The data of a command that goes well."""
        closing = self.ask(command=text)[-1]
        same((closing["event"], closing.get("message")), ("result", None), text)
        return closing["data"]

    # ---- turns ----

    def attempts(self):
        """What the attempts of a turn come to, up to the one that ends it."""
        out = []
        while not out or (out[-1].ends == "busy" and len(out) < 3):
            out.append(self.plan.pop(0) if self.is_mock else self.attempt())
        if self.server:
            self.server.steps += [a.answer() for a in out]
        return out

    def turn(self, going_on=None, **line):
        """A turn whose question is in the reference already."""
        expected, left_out = self.ref.request(going_on)
        refused = self.ref.refusal()
        tries = [] if refused else self.attempts()
        events = self.ask(**line)
        closing = events[-1]
        if refused:
            same((closing["event"], closing.get("kind"), closing.get("message", "").split(" ")[0]), ("error", "over_limit", refused))
            self.keep(going_on, "", "failed", "over_limit", dict.fromkeys(("prompt", "completion", "cached", "reasoning")), None, 0)
            return
        starts = [e["session"] for e in events if e["event"] == "start"]
        same(len(starts), 1, closing)
        self.session = starts[0]
        trims = [(e["left_out"], e["sent"]) for e in events if e["event"] == "trim"]
        same(trims, [(left_out, len(expected))] if left_out and not self.ref.told_trim else [])
        self.ref.told_trim |= left_out > 0
        if self.server:
            sent = [q.messages for q in self.server.chats[self.asked:]]
            self.asked += len(tries)
            same(sent, [expected] * len(tries))
        same(sum(e["event"] == "retry" for e in events), len(tries) - 1)
        self.check(going_on, tries, closing)

    def check(self, going_on, tries, closing):
        """The closing event of a turn that was asked for."""
        last, ref = tries[-1], self.ref
        text = (ref.nodes[going_on]["text"] if going_on else "") + last.text
        kind = {"cut": "truncated", "refused": "bad_request", "busy": "unavailable"}.get(last.ends)
        if kind:
            same((closing["event"], closing.get("kind"), closing.get("partial")), ("error", kind, text))
        else:
            same((closing["event"], closing.get("finish"), closing.get("text")), ("done", last.finish, text))
            same({k[:-7]: v for k, v in closing["usage"].items()}, last.known, last.said)
        listed = self.command("/stats")["each"][-1]
        used = {k[:-7]: v for k, v in listed["usage"].items()}
        billed = last.ends not in ("refused", "busy")
        guessed = billed and None in (last.known["prompt"], last.known["completion"])
        same({k: v for k, v in used.items() if last.known[k] is not None}, {k: v for k, v in last.known.items() if v is not None})
        same([used[k] is not None for k in ("prompt", "completion")], [billed] * 2)
        charged = last.cost if last.cost or not ref.priced else None  # a charge of 0 is not believed beside a price
        cost = charged if charged is not None else ref.price(used)
        source = None if cost is None else "provider" if charged is not None else "estimate" if guessed else "user"
        expected = (None if cost is None else decimal(cost), source, guessed, len(tries) - 1, kind or "ok")
        same((listed["cost"], listed["cost_source"], listed["estimated"], listed["retries"], listed["ended"]), expected)
        if not kind:
            same((closing["cost"], closing["cost_source"]), expected[:2])
        self.keep(going_on, text, "failed" if kind else "complete", kind or "ok", used, cost,
                  len(tries) - 1, None if kind else last.finish)

    def keep(self, going_on, text, state, kind, used, cost, retries, finish=None):
        """A reply becomes part of what happened."""
        if going_on:
            text = text or self.ref.nodes[going_on]["text"]
            self.ref.head = self.ref.nodes[going_on]["parent"]
        self.ref.add(role="assistant", text=text, state=state, finish=finish)
        self.ref.turns.append({**used, "cost": cost, "ended": kind, "retries": retries})

    # ---- what a step may be ----

    def say(self):
        """A question, long or short."""
        text = f"question{len(self.ref.nodes)} " + "why " * self.rng.randint(0, 5)
        self.ref.add(role="user", text=text)
        self.turn(say=text)

    def undo(self):
        last = self.ref.last_question()
        if last:
            self.command("/undo")
            self.ref.move(self.ref.nodes[last]["parent"])

    def retry(self):
        last = self.ref.last_question()
        if last:
            self.ref.move(last)
            self.turn(command="/retry")

    def edit(self):
        view = self.ref.path()
        mine = [n for n, i in enumerate(view, 1) if self.ref.nodes[i]["role"] == "user"]
        if mine:
            n, text = self.rng.choice(mine), f"edited{len(self.ref.nodes)}"
            self.ref.move(self.ref.nodes[view[n - 1]]["parent"])
            self.ref.add(role="user", text=text)
            self.turn(command=f"/edit {n} {text}")

    def go_on(self):
        """/continue, where there is something to go on with."""
        last = self.ref.nodes[self.ref.head]
        if last and last["role"] == "assistant" and last["text"] and (last["state"] != "complete" or last["finish"] == "length"):
            self.turn(going_on=self.ref.head, command="/continue")

    def branch(self):
        ends = self.ref.ends()
        same(self.command("/branch"), {"branches": len(ends)})
        if ends:
            n = self.rng.randint(1, len(ends))
            self.ref.move(ends[n - 1])
            same(self.command(f"/branch {n}"), {"messages": len(self.ref.path())})

    def clear(self):
        self.command("/clear")
        self.ref.move(0)

    def pin(self):
        view = self.ref.path()
        if view:
            n = self.rng.randint(1, len(view))
            on = view[n - 1] not in self.ref.pins
            self.command(f"/{'' if on else 'un'}pin {n}")
            (self.ref.pins.add if on else self.ref.pins.remove)(view[n - 1])

    def context(self):
        n = self.rng.choice([0, 1, 2, 3, 4, 7, 12])
        self.command(f"/set context_messages {n}")
        self.ref.limits["context_messages"] = n
        self.ref.told_trim = False

    def limit(self):
        """A limit well below what was used, or well above: estimates and the reply's limit do not matter."""
        ref = self.ref
        tokens = int(ref.total("prompt") + ref.total("completion"))
        if self.rng.random() < 0.5:
            value = self.rng.choice([tokens - LARGE, tokens + LARGE // 2, tokens + 9 * LARGE // 2])
            value = value if value > 0 else 1 << 60
            self.command(f"/set max_tokens_session {value}")
            ref.limits["max_tokens_session"] = value
        else:
            value = max(Fraction(0), ref.total("cost") + self.rng.choice([Fraction(-1), Fraction(5), Fraction(50)]))
            if value < 1:
                value = Fraction(900000)
            value = Fraction(int(value * 10**6), 10**6)
            self.command(f"/set max_cost {decimal(value)}")
            ref.limits["max_cost"] = value

    def relax(self):
        """Both limits become ones that nothing reaches."""
        for name, value in (("max_tokens_session", 1 << 60), ("max_cost", 9000000)):
            if self.ref.limits[name] is not None:
                self.command(f"/set {name} {value}")
                self.ref.limits[name] = value

    def fork(self):
        """Goes on in a copy; the one that is left behind stays as it is."""
        if self.session:
            self.command("/fork")
            self.session = "-c"  # the copy's id is told with its next turn
            self.say()

    def again(self):
        """Leaves, and goes on."""
        if self.session:
            self.leave()
            self.start()

    def look(self):
        """/history, /context and the totals are what happened."""
        ref, view = self.ref, self.ref.path()
        got = self.command("/history")["branch"]
        same([(m["role"], m["text"], m["id"], m["state"], m.get("pinned", False)) for m in got],
             [(ref.nodes[i]["role"], ref.nodes[i]["text"], i, ref.nodes[i]["state"], i in ref.pins) for i in view])
        stats = self.command("/stats")
        costs = [t["cost"] for t in ref.turns if t["cost"] is not None]
        same((stats["turns"], stats["cost"]), (len(ref.turns), decimal(sum(costs, Fraction(0))) if costs else None))
        for k in ("prompt", "completion", "cached", "reasoning"):
            same(stats[f"{k}_tokens"], int(ref.total(k)), k)
        same([(t["ended"], t["retries"]) for t in stats["each"]], [(t["ended"], t["retries"]) for t in ref.turns])

    def step(self):
        """One random step; its name."""
        name = self.rng.choices(*zip(*STEPS))[0]
        if self.is_mock and len(self.plan) < 10:
            name = "again"
        self.done.append(name)
        getattr(self, name)()


STEPS = [("say", 40), ("undo", 5), ("retry", 7), ("edit", 6), ("go_on", 12), ("branch", 4), ("clear", 1), ("pin", 9), ("context", 8),
         ("limit", 4), ("relax", 9), ("fork", 2), ("again", 3), ("look", 5)]


@test_each([("a server, priced", True, 0, 220), ("a server, unpriced", False, 0, 120), ("a script, priced", True, 1, 160),
            ("a script, unpriced", False, 1, 100)])
def conversation(priced, of_mock, steps):
    """What is sent, counted, charged and refused in a random conversation is what an exact reference says"""
    rng = random.Random(f"{SEED} {priced} {of_mock}")
    with Server(error(500, "not expected")) as server, (Box() if of_mock else at_server(server)) as box:
        server.steps.clear()
        play = Play(rng, box, None if of_mock else server, priced)
        try:
            for _ in range(steps):
                play.step()
            play.look()
            play.leave()
        except Exception as trouble:
            raise AssertionError(f"seed {SEED}, step {len(play.done)}: {' '.join(play.done[-12:])}: {trouble}") from trouble
    return f"{len(play.ref.turns)} turns, {len(play.ref.ends())} branches"


if __name__ == "__main__":
    main()
