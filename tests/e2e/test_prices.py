#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""core/data/make-prices: the shipped table from either form of the data, and what it does not take for a price."""
import json
import os
import subprocess
import sys

from hob import SRC, holds, lacks, main, same, test, test_each

MAKE = os.path.join(SRC, "core", "data", "make-prices")
HEAD = "hobnob prices 1 2026-07-02 models.dev, licence in prices.LICENSE"
UNKNOWN = "-\t-\t-\t-\t-\t-\t-"


def shipped():
    """The lines of the shipped table."""
    with open(os.path.join(SRC, "core", "data", "prices.tsv"), encoding="ascii") as f:
        return f.read().splitlines()


def vendors():
    """All that a host of the shipped table leads to: there must be a model of each."""
    return sorted({line.split("\t")[1] for line in shipped() if line.startswith("@")})


def made(text, *args):
    """Runs it."""
    return subprocess.run([sys.executable, "-B", MAKE, *args], input=text, capture_output=True, text=True, check=False)


def table(*models):
    """The lines that it makes of these, without the hosts and those vendors that only have to be there; and what it tells."""
    there = [json.dumps({"provider": vendor, "id": "there"}) for vendor in vendors()]
    done = made("\n".join([*there, *models]), "2026-07-02")
    same(done.returncode, 0, done.stderr)
    lines = done.stdout.splitlines()
    same(lines[0], HEAD)
    same(lines[1:], sorted(lines[1:]))
    return [line for line in lines[1:] if not line.startswith("@") and "\tthere\t" not in line], done.stderr


@test
def whole():
    """the shipped table names its date and its licence, and is sorted by bytes"""
    lines = shipped()
    same(lines[0], HEAD)
    same(lines[1:], sorted(lines[1:]))
    with open(os.path.join(SRC, "core", "data", "prices.LICENSE"), encoding="ascii") as f:
        holds(f.read(), "MIT License", "models.dev")


@test
def api():
    """models.dev's api.json is taken as well; vendors that are not listed are passed over"""
    model = {"cost": {"input": 3, "output": 15.0, "cache_read": 0.30, "cache_write": 3.75}, "limit": {"context": 200000, "output": 64000}}
    data = {vendor: {"models": {"there": {}}} for vendor in vendors()}
    data["anthropic"]["models"]["claude"] = model
    data["reseller"] = {"models": {"claude": model}}
    done = made(json.dumps(data), "2026-07-02")
    same(done.returncode, 0, done.stderr)
    holds(done.stdout, "\nanthropic\tclaude\t200000\t64000\t3\t15\t0.3\t3.75\t-\n", f"\nanthropic\tthere\t{UNKNOWN}\n")
    lacks(done.stdout, "reseller")


KINDS = [
    ("as few digits as it takes", '"input": 1.2500, "output": 1E1, "cached": 0.003625', "-\t-\t1.25\t10\t0.003625\t-\t-", None),
    ("too fine", '"input": 0.0000001, "output": 1', "-\t-\t-\t1\t-\t-\t-", "input 1E-7 is no price"),
    ("negative, or a text", '"input": -1, "output": "2"', UNKNOWN, "output 2 is no price"),
    ("counts", '"context": 0, "max_output": 1.5', UNKNOWN, None),
    ("all free, which nobody says", '"input": 0, "output": 0, "cached": 0, "context": 5', "5\t-\t-\t-\t-\t-\t-", "0 is not taken"),
    ("a cache that costs nothing", '"input": 1, "output": 2, "cached": 0, "cache_write": 0', "-\t-\t1\t2\t-\t-\t-", "cached 0 is not taken"),
    ("reasoning at the output's price", '"input": 1, "output": 2, "reasoning": 2.0', "-\t-\t1\t2\t-\t-\t-", None),
    ("reasoning at its own", '"input": 1, "output": 2, "reasoning": 8', "-\t-\t1\t2\t-\t-\t8", None),
]


@test_each(KINDS)
def kinds(members, line, told):
    """what is written for"""
    lines, tells = table('{"provider": "openai", "id": "m", ' + members + "}")
    same(lines, [f"openai\tm\t{line}"])
    holds(tells, told) if told else same(tells, "")


@test
def modes():
    """where a mode has a price, not its tokens of reasoning, no price of a reply is taken"""
    lines, tells = table('{"provider": "alibaba", "id": "m", "input": 1, "output": 2, "reasoning": 8}')
    same(lines, ["alibaba\tm\t-\t-\t1\t-\t-\t-\t-"])
    same(tells, "make-prices: alibaba m: output is charged by the mode\n")


@test
def free():
    """a model whose name says that it is free is"""
    lines, tells = table('{"provider": "openrouter", "id": "a/b:free", "input": 0, "output": 0}')
    same(lines, ["openrouter\ta/b:free\t-\t-\t0\t0\t-\t-\t-"])
    same(tells, "")


@test
def refused():
    """a missing date, a model twice, a blank in a name, a vendor without models: each is told, and no table made"""
    whole_data = "\n".join(json.dumps({"provider": vendor, "id": "there"}) for vendor in vendors())
    for text, args, says in ((whole_data, (), "on which day"), (whole_data, ("today",), "on which day"),
                             (whole_data + "\n" + whole_data, ("2026-07-02",), "a model twice"),
                             (whole_data + '\n{"provider": "xai", "id": "a b"}', ("2026-07-02",), "without blanks"),
                             ('{"provider": "xai", "id": "a"}', ("2026-07-02",), "no model of")):
        done = made(text, *args)
        same((done.returncode, done.stdout), (1, ""))
        holds(done.stderr, says)
        lacks(done.stderr, "Traceback")


main()
