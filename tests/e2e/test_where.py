#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a provider may call from where: each cell of the table in hobnob-plugin(7) and docs/plugins.md, tried.

The plugin `where` calls one function in one place, under HOBNOB_DEBUG_PLUGINS, which reports what is not allowed.
"""
import os
import re

from hob import BUILD, SRC, Box, Skip, ended, holds, main, same, test, test_each, truth
from server import Server, body

PLACES = ("create", "chat", "models", "on_data", "thread", "destroy")
RULES = re.compile("breaks the rule (call-thread|call-ended|options-declared|http-one|events|return-codes)")
UNTRIED = ("close_input", "finish")  # the plugin calls them with spawn


def man_table():
    """The table of the manual: a row is the functions, then a word for each place."""
    path = os.path.join(BUILD, "hobnob-plugin.7")
    if not os.path.exists(path):
        raise Skip("the pages are left out where hobnob is built for another machine")
    with open(path, encoding="utf-8") as f:
        rows = [line[len(".It "):].rstrip("\n").split(" Ta ") for line in f if line.startswith(".It ") and line.count(" Ta ") == len(PLACES)]
    same(tuple(cell.removeprefix("Sy ") for cell in rows[0][1:]), PLACES)
    return {name: dict(zip(PLACES, row[1:])) for row in rows[1:] for name in row[0].split(", ")}


def guide_table():
    """The table of the guide, likewise."""
    with open(os.path.join(SRC, "docs", "plugins.md"), encoding="utf-8") as f:
        part = f.read().partition("## What may be called from where")[2].partition("\n\nOne at a time")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("|")]
    return {name: dict(zip(PLACES, row[1:])) for row in rows[2:] for name in re.findall(r"`(?:\w+\.)?(\w+)`", row[0])}


@test
def one_table():
    """The guide says what the manual says"""
    same(guide_table(), man_table())
    truth(len(man_table()) == len(FUNCTIONS) + len(UNTRIED), man_table())


FUNCTIONS = ("extension", "code_of_kind", "code_of_status", "safe", "columns", "option", "fail", "alloc", "line", "now", "emit",
             "cancelled", "request", "wait_for", "spawn")


def allowed(box, server, plugin, function, place):
    """Whether the function works there, and nothing is reported."""
    report = os.path.join(box.root, "report")
    box.write(report, "")
    options = {"place": place, "function": function, "report": report, "base_url": server.url}
    verb = ("models", "-p", plugin) if place == "models" else ("-n", "-p", plugin, "hi")
    r = box.run(*verb, "--plugin-path", box.fixture(plugin), "-o", "retries=0",
                *[word for key, value in options.items() for word in ("-o", f"{plugin}.{key}={value}")])
    with open(report, encoding="ascii") as f:
        letter = f.read()
    holds("yn", letter or "nothing was tried")
    if letter == "y" and "breaks the rule" not in r.err:
        ended(r, 0)
        return True
    if (function, place) != ("request", "create"):  # there is no network in create(): that is an error, no breach
        ended(r, 1, None, RULES)
    return False


@test
def after_a_failed_create():
    """After a create() that failed, destroy() does not come, even if *self was set"""
    with Box() as box:
        report = box.write("report", "")
        for plugin in ("where", "where_blocks"):
            r = box.run("-n", "-p", plugin, "--plugin-path", box.fixture(plugin), "-o", f"{plugin}.place=failed",
                        "-o", f"{plugin}.function=extension", "-o", f"{plugin}.report={report}", "hi")
            ended(r, 3, "", re.compile("it does not want to live"))
            same(box.read("report"), "")


@test_each([(name, name) for name in FUNCTIONS])
def cells(function):
    """What the table says of a function is what happens"""
    row, answer = man_table()[function], body(200, {"fine": 1})
    with Server(answer, models=answer) as server, Box(HOBNOB_DEBUG_PLUGINS="1") as box:
        for plugin in ("where", "where_blocks"):
            meant = {"yes": True, "chat": True, "no": False, "blocks": plugin == "where_blocks"}
            for place in PLACES:
                same(allowed(box, server, plugin, function, place), meant[row[place]], f"{plugin}: {function} in {place}")


if __name__ == "__main__":
    main()
