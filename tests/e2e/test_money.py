#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Where prices and windows come from: the user, the provider's list, the shipped table, in that order; else unpriced."""
import json
import re

from hob import at_server, ended, holds, lines_of, main, same, test
from server import Server, body, listing, reply

TABLE = ("-m", "gpt-5-nano", "-o", "price_table=openai")
LIST = {"data": [{"id": "gpt-5-nano", "context_length": 50000, "pricing": {"prompt": "0.000001", "completion": "0.000002"}}]}


def paid(box, *args, env=None):
    """Cost and source of a turn of 1000 + 100 tokens."""
    done = json.loads(ended(box.run("-n", "--json", *args, "x", env=env), 0).out)
    return done["cost"], done["cost_source"]


@test
def order():
    """The user's price, then that of models: in the config file, then the provider's list, then the shipped table"""
    with Server(reply("hi", usage=(1000, 100)), models=body(200, LIST)) as server, at_server(server) as box:
        same(paid(box, "-m", "gpt-5-nano"), (None, None))
        same(paid(box, *TABLE), ("0.00009", "table"))
        same(paid(box, *TABLE, "-o", "price_table=none"), (None, None))
        same(paid(box, "-m", "gpt-5-nano-2025-08-07", "-o", "price_table=openai"), ("0.00009", "table"))
        same(paid(box, "-m", "of-my-own", "-o", "price_table=openai"), (None, None))
        ended(box.run("models"), 0, re.compile(r"gpt-5-nano +50000 +1 +2 +models"), "")
        same(paid(box, *TABLE), ("0.0012", "models"))
        box.config("models: {gpt-5-nano: {price_input: 3, price_output: 4}}\n")
        same(paid(box, *TABLE), ("0.0034", "user"))
        same(paid(box, *TABLE, "-o", "price_input=5", "-o", "price_output=6"), ("0.0056", "user"))


@test
def no_vendor():
    """A vendor that the table does not have is told, and prices nothing"""
    with Server(reply("hi")) as server, at_server(server) as box:
        r = ended(box.run("-n", "--json", "-m", "gpt-5-nano", "-o", "price_table=opena", "x"), 0)
        same(json.loads(r.out)["cost"], None)
        holds(r.err, 'hobnob: warning: price_table: the shipped table has no vendor "opena"; those that it has begin the lines of /')


@test
def shown():
    """/stats and models name the table, /stats with its date; /set price_table changes it in a conversation"""
    with Server(reply("hi", usage=(1000, 100)), models=listing("gpt-5-nano")) as server, at_server(server) as box:
        out = ended(box.run("-i", "-f", "stdio", *TABLE, stdin="x\n/stats\n/set price_table none\nx\n/stats\n"), 0).out
        holds(out, "$0.00009 (table)", "total: 1 turn, 1000 prompt + 100 completion tokens, $0.00009 (table: prices of 2026-07-02)\n",
              "$0.00009 and 1 unpriced")
        ended(box.run("models", *TABLE), 0, re.compile(r"^gpt-5-nano +400000 +128000 +0.05 +0.4 +0.005 +table$", re.M), "")


@test
def window():
    """The table's window is planned for, and its output limit asked for, at most 16384"""
    with Server(reply("hi")) as server, at_server(server) as box:
        data = lines_of(box.run("-f", "jsonl", *TABLE, stdin='{"command":"/context"}\n').out)[0]["data"]
        same((data["window"], data["reply_tokens"]), (400000, 16384))
        ended(box.run("-n", *TABLE, "x"), 0)
        same(server.chats[0].json["max_tokens"], 16384)


@test
def limit():
    """max_cost holds by the table's prices, before anything is sent"""
    with Server(reply("hi", usage=(1000, 100))) as server, at_server(server) as box:
        ended(box.run("-n", *TABLE, "-o", "max_cost=0.00001", "x " * 1000), 8, "", re.compile("max_cost would be passed"))
        ended(box.run("-n", "-m", "gpt-5-nano", "-o", "max_cost=1", "x"), 8, "", re.compile("the price of gpt-5-nano is unknown"))
        same(len(server.chats), 0)
        ended(box.run("-n", *TABLE, "-o", "max_cost=0.001", "x"), 0, "hi\n", re.compile("max_cost: the reply is limited to"))


if __name__ == "__main__":
    main()
