#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plugins that misbehave when they are loaded, or say nonsense of themselves: the list, doctor and everybody else survive, and the row
says which file did what."""
import json
import os
import re
import shutil
import subprocess

from hob import Box, Skip, ended, holds, main, same, test, test_each, truth

CRASHES = {"crash": "SIGSEGV", "abort": "SIGABRT", "divide": "SIGFPE", "bus": "SIGBUS", "ill": "SIGILL"}
EXITS = {"exit": 7, "leave": 0}
PLACES = {"constructor": ("while it is loaded", "in its constructor"), "entry": ("in hobnob_plugin_v1()", "in hobnob_plugin_v1()")}
# What ends the process that loads it: the name of the file, and what its row says.
DEADLY = {f"{place}_{what}": f"crashes ({signal}) {words[0]}" for place, words in PLACES.items() for what, signal in CRASHES.items()}
DEADLY |= {f"{place}_{what}": f"calls exit({status}) {words[1]}" for place, words in PLACES.items() for what, status in EXITS.items()}
DEADLY |= {name: "crashes (SIGSEGV) while its descriptor is read" for name in (
    "descriptor_garbage", "name_garbage", "vtable_garbage", "options_garbage", "summary_garbage")}
# What does things in a process that only looks, and none of it reaches anybody.
MEDDLES = {f"{place}_{what}": "writes to descriptors that are not its own, or closes them" for place in PLACES for what in ("babble", "closefrom")}
# What breaks a rule: the chat that names it says the same.
RULES = {
    "descriptor_null": "hobnob_plugin_v1() returned NULL",
    "constructor_thread": "hobnob_plugin_v1() returned NULL",  # and a thread of it runs
    "descriptor_major": "is for ABI 2.x, this hobnob has 1.0\nupdate hobnob",
    "descriptor_minor": "needs ABI 1.9, this hobnob has 1.0\nupdate hobnob or use an older descriptor_minor",
    "descriptor_type": "is of type 9, which this hobnob does not know (1 is a provider, 2 a frontend)",
    "name_null": "has no name",
    "name_long": f'calls itself "{"v" * 200}"\nits file must be called {"v" * 200}.so',
    "vtable_null": "has no functions: its vtable is NULL",
    "vtable_run": "has no run(), which every frontend must have",
    "options_null": "declares 1 options, and options is NULL",
    "options_many": "declares 4294967295 options, at most 1000 may be",
    "option_key": 'option 1 (NULL): its key must be [a-z0-9_]+ and not "plugin"',
    "option_type": "option 1 (thing): its type is unknown",
    "option_default": 'option 1 (thing): its default: expected a whole number, got "many"',
}
SIZES = {  # the sizes are those of this machine
    "descriptor_size": r"its descriptor says struct_size 0, at least \d+ are needed",
    "vtable_size": r"its hn_frontend says struct_size 0, at least \d+ are needed",
    "options_stride": r"its options say option_stride 1, at least \d+ are needed",
}
# What is odd, but does nobody any harm: its version as it is shown.
FINE = {name: "0.1" for name in ("at_load", "zz_good", "constructor_print", "entry_print", "constructor_spoil", "entry_spoil", "constructor_fork",
                                 "entry_fork", "entry_thread", "option_help")}
FINE |= {"version_long": "v" * 64 + "…", "version_escapes": "1\x1b[2J 2", "version_null": None}
TOO_MUCH = {"option_long": "says more than 1048576 bytes of itself and its options"}


def folder_of(box, *names):
    """A folder with copies of the fixture under these names."""
    folder = box.fixture("at_load")
    for name in names:
        if name != "at_load":
            shutil.copy(os.path.join(folder, "at_load.so"), os.path.join(folder, name + ".so"))
    return folder


def listed(box, folder):
    """The rows of the files in the folder, by name."""
    rows = json.loads(ended(box.run("--plugin-path", folder, "plugins", "--json"), 0, err="").out)
    return {r["name"]: r for r in rows if r["path"].startswith(folder)}


def told(rows):
    """The state of each row, and the reason without the file's name."""
    return {name: (r["state"], (r["reason"] or "").removeprefix(r["path"] + ": ")) for name, r in rows.items()}


@test
def each_is_told():
    """Each is refused by what it did, also in the text; those that do no harm are fine, with a version that fits a line"""
    with Box() as box:
        refused = DEADLY | MEDDLES | RULES | TOO_MUCH
        folder = folder_of(box, *refused, *SIZES, *FINE)
        rows = listed(box, folder)
        got = told(rows)
        same({name: got[name] for name in refused}, {name: ("refused", words) for name, words in refused.items()})
        for name, pattern in SIZES.items():
            truth(got[name][0] == "refused" and re.fullmatch(pattern, got[name][1]), got[name])
        same({name: got[name] + (rows[name]["version"],) for name in FINE}, {name: ("ok", "", version) for name, version in FINE.items()})
        same(len(rows), len(refused) + len(SIZES) + len(FINE))
        text = ended(box.run("--plugin-path", folder, "plugins"), 0, err="").out
        for name, words in refused.items():
            holds(text, f"\n{folder}/{name}.so: {words}\n".replace("\nupdate", "\n  update").replace("\nits", "\n  its"))
        truth("\x1b" not in text and "printed" not in text, text)


@test
def hangs():
    """One that sleeps or computes for ever is given up, and named; several at a time"""
    words = {"constructor": "its constructor", "entry": "hobnob_plugin_v1()"}
    want = {f"{place}_{what}": ("refused", f"does not return from {where} within 2000 ms") for place, where in words.items() for what in ("hang", "loop")}
    with Box() as box:
        got = told(listed(box, folder_of(box, *want, "zz_good")))
        same(got.pop("zz_good"), ("ok", ""))
        same(got.pop("at_load"), ("ok", ""))
        same(got, want)


@test
def others_survive():
    """doctor, the lists of config, completions' sources and chats with other plugins are not hurt"""
    with Box() as box:
        folder = folder_of(box, *DEADLY, *MEDDLES, *RULES, *TOO_MUCH, *FINE)
        with_them = ("--plugin-path", folder)
        r = ended(box.run(*with_them, "doctor"), 3, err="")
        for name, words in (DEADLY | MEDDLES).items():
            holds(r.out, f"plugins: {folder}/{name}.so: {words}; replace that file, or take it away\n")
        holds(ended(box.run(*with_them, "config", "frontends"), 0, err="").out, "at_load\n", "stdio\n")
        holds(ended(box.run(*with_them, "config", "providers"), 0, err="").out, "mock\n")
        holds(ended(box.run(*with_them, "config", "list"), 0, err="").out, "frontend")
        ended(box.run(*with_them, "-p", "mock", "Hi"), 0, "Hi\n", "")
        truth(ended(box.run(*with_them, "plugins", "info", "mock"), 0, err="").out.startswith("name"), "no info")


@test
def info_of_each():
    """`plugins info` says the same of one, and shows long texts cut"""
    with Box() as box:
        folder = folder_of(box, *DEADLY, *RULES, *FINE)
        for name in ("entry_crash", "constructor_exit", "options_garbage"):
            ended(box.run("--plugin-path", folder, "plugins", "info", name), 3, "", f"hobnob: {folder}/{name}.so: {DEADLY[name]}\n")
        for name in ("descriptor_major", "option_default"):
            words = RULES[name].replace("\n", "\n  ")
            ended(box.run("--plugin-path", folder, "plugins", "info", name), 3, "", f"hobnob: {folder}/{name}.so: {words}\n")
        r = ended(box.run("--plugin-path", folder, "plugins", "info", "option_help"), 0, err="")
        holds(r.out, "v" * 500 + "…\n")
        ended(box.run("--plugin-path", folder, "plugins", "info", "constructor_print"), 0, re.compile(r"^name +constructor_print\n"), "")


@test
def named_in_a_chat():
    """A chat that names one that breaks a rule says which, and ends with 3"""
    with Box() as box:
        folder = folder_of(box, *RULES)
        for name, words in RULES.items():
            if name == "constructor_thread":
                continue  # below
            for option in ("-p", "-f"):
                r = ended(box.run("--plugin-path", folder, option, name, "hi"), 3, "")
                holds(r.err, f"hobnob: {folder}/{name}.so: " + words.replace("\n", "\n  "))


@test
def refused_with_a_thread():
    """One that is refused stays where it is as long as a thread of it may run"""
    with Box() as box:
        folder = folder_of(box, "constructor_thread")
        for option in ("-p", "-f"):
            ended(box.run("--plugin-path", folder, option, "constructor_thread", "hi"), 3, "",
                  f"hobnob: {folder}/constructor_thread.so: hobnob_plugin_v1() returned NULL\n")


CXX = """
#include <hobnob/plugin.h>
#include <stdexcept>
static struct thrower { thrower() { if (%d) throw std::runtime_error("from a constructor"); } } it;
extern "C" HN_EXPORT const hn_plugin *hobnob_plugin_v1(void) { throw std::runtime_error("from the entry"); }
"""


@test_each([("in a constructor", 1, "while it is loaded"), ("in the entry", 0, "in hobnob_plugin_v1()")])
def throws(where, words):
    """A C++ exception that nobody catches is a crash like any other"""
    compiler = shutil.which("c++")
    if not compiler:
        raise Skip("there is no C++ compiler")
    with Box() as box:
        source, include = box.write("thrower.cc", CXX % where), os.path.join(os.path.dirname(__file__), "..", "..", "core", "include")
        made = subprocess.run([compiler, "-shared", "-fPIC", "-I", include, "-o", "thrower.so", source], cwd=box.cwd, capture_output=True, check=False)
        same((made.returncode, made.stderr), (0, b""))
        r = ended(box.run("--plugin-path", "thrower.so", "plugins"), 0, err="")
        holds(r.out, f"/thrower.so: crashes (SIGABRT) {words}\n")


if __name__ == "__main__":
    main()
