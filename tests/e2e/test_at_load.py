#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plugins that misbehave when they are loaded: the list, doctor and everybody else survive, and the row says which file did what."""
import json
import os
import shutil

from hob import Box, ended, holds, main, same, test, test_each

CRASHES = {"crash": "crashes (SIGSEGV)", "abort": "crashes (SIGABRT)", "divide": "crashes (SIGFPE)"}
EXITS = {"exit": "calls exit(7)", "leave": "calls exit(0)"}
PLACES = {"constructor": ("while it is loaded", "in its constructor"), "entry": ("in hobnob_plugin_v1()", "in hobnob_plugin_v1()")}
ROWS = {f"{place}_{what}": f"{words} {where[n]}" for place, where in PLACES.items()
        for n, table in enumerate((CRASHES, EXITS)) for what, words in table.items()}


def folder_of(box, *names):
    """A folder with copies of the fixture under these names."""
    folder = box.fixture("at_load")
    for name in names:
        shutil.copy(os.path.join(folder, "at_load.so"), os.path.join(folder, name + ".so"))
    return folder


def listed(box, folder, *args):
    """What the list says of each file in the folder: its state and the reason without the file's name."""
    rows = json.loads(ended(box.run("--plugin-path", folder, *args, "plugins", "--json"), 0, err="").out)
    return {r["name"]: (r["state"], (r["reason"] or "").removeprefix(r["path"] + ": ")) for r in rows if r["path"].startswith(folder)}


@test
def list_survives():
    """Each is refused by what it did; those beside it are fine"""
    with Box() as box:
        folder = folder_of(box, *ROWS, "zz_good")
        want = {name: ("refused", words) for name, words in ROWS.items()}
        fine = {name: ("ok", "") for name in ("at_load", "zz_good")}
        got = listed(box, folder)
        same({n: got[n] for n in want}, want)
        same({n: got[n] for n in fine}, fine)
        r = ended(box.run("--plugin-path", folder, "plugins"), 0, err="")
        holds(r.out, f"{folder}/entry_crash.so: crashes (SIGSEGV) in hobnob_plugin_v1()")


@test_each([("in the constructor", "constructor_hang", "its constructor"), ("in the entry", "entry_hang", "hobnob_plugin_v1()")])
def hangs(name, place):
    """One that does not return is given up, and named"""
    with Box() as box:
        same(listed(box, folder_of(box, name, "zz_good"))[name], ("refused", f"does not return from {place} within 2000 ms"))


@test
def others_survive():
    """doctor, the lists of config and a chat with another plugin are not hurt"""
    with Box() as box:
        folder = folder_of(box, *ROWS)
        holds(box.run("--plugin-path", folder, "doctor").out, "entry_exit.so: calls exit(7) in hobnob_plugin_v1()")
        holds(ended(box.run("--plugin-path", folder, "config", "frontends"), 0).out, "at_load\n", "stdio\n")
        holds(ended(box.run("--plugin-path", folder, "config", "providers"), 0).out, "mock\n")
        ended(box.run("--plugin-path", folder, "-p", "mock", "Hi"), 0, "Hi\n")


if __name__ == "__main__":
    main()
