#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A provider that leaves out what it does not think of, or breaks a rule of events: nothing is free of charge, nothing is lost in silence."""
import json
import os

from hob import BUILD, Box, Skip, ended, holds, lacks, main, same, test, test_each, truth

PLUGIN = os.path.join(BUILD, "tests/abi/.libs/careless.so")
PRICED = ("-o", "price_input=1", "-o", "price_output=1")


def asks(*args):
    """The arguments of a chat with it."""
    if not os.path.exists(PLUGIN):
        raise Skip("careless.so is not built; make check builds it")
    return ("--plugin-path", PLUGIN, "-p", "careless", "-m", "bare", "-n", *args)


def events(box, word, *args, status=0):
    """The events of a turn."""
    r = ended(box.run(*asks("-f", "jsonl", *args, word)), status, None, "")
    return [json.loads(line) for line in r.out.splitlines()]


# ---- what it leaves out ----

@test
def no_cost():
    """Usage without a cost is not free of charge: unpriced, or by the user's price"""
    with Box() as box:
        same([events(box, "usage")[-1][k] for k in ("cost", "cost_source")], [None, None])
        same([events(box, "usage", *PRICED)[-1][k] for k in ("cost", "cost_source")], ["2.000003", "user"])


@test
def limit_of_money():
    """max_cost counts such a turn and refuses the next one"""
    with Box() as box:
        r = ended(box.run(*asks("-i", *PRICED, "-o", "max_cost=0.05"), stdin="usage\nusage\n"), 8, "dear\n")
        holds(r.err, "max_cost: $2.000003 of $0.05 are spent", "max_cost would be passed: $0 left of $0.05")


@test
def bare_model():
    """A model without a price is listed without one, and without a window"""
    with Box() as box:
        rows = json.loads(ended(box.run("models", "--json", *asks()[:4]), 0).out)
        same([r.get("id") or r.get("model") for r in rows], ["bare"])
        lacks(json.dumps(rows), ": 0", ': "0"')


@test
def no_wait():
    """A 429 without a wait backs off by itself"""
    with Box() as box:
        told = events(box, "busy", "-o", "retries=2", status=5)
        waits = [e["wait_ms"] for e in told if e["event"] == "retry"]
        same([len(waits), told[-1]["kind"], told[-1]["message"]], [2, "rate_limited", "the plugin failed without saying why"])
        truth(sum(waits) > 0 and waits[0] <= 500 and waits[1] <= 1000, waits)


# ---- what it gets wrong ----

@test
def after_the_end():
    """The first finish counts, and text behind it is dropped"""
    with Box() as box:
        done = events(box, "late")[-1]
        same([done[k] for k in ("event", "text", "finish")], ["done", "before", "stop"])


@test
def unknown():
    """An event of an unknown type is passed over, and an unknown finish reads as unknown"""
    with Box() as box:
        told = events(box, "unknown")
        same([e["event"] for e in told], ["start", "delta", "done"])
        same([told[-1][k] for k in ("text", "finish")], ["known", "unknown"])


@test_each([("an event", "unsized", "hn_event"), ("its usage", "unsized usage", "hn_usage"), ("an error", "unsized error", "hn_error")])
def unsized(word, struct):
    """A struct of size 0 is refused by its name"""
    with Box() as box:
        error = events(box, word, status=1)[-1]
        same([error["kind"], error["partial"]], ["plugin", ""])
        holds(error["message"], f"careless: {struct} says struct_size 0, at least ")


@test
def dry():
    """It is told of a dry run, and what it says there is not shown"""
    with Box() as box:
        r = ended(box.run(*asks("--dry-run", "late")), 0, None, "told that it is dry\n")
        same(json.loads(r.out), {"method": None, "url": None, "headers": {}, "body": [{"role": "user", "content": "late"}]})
        ended(box.run(*asks("late")), 0, "before\n", "")


if __name__ == "__main__":
    main()
