#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""hobnob-plugin(7): all of hobnob/plugin.h stands in it, with its comments, and what it says beside is true."""
import functools
import json
import os
import re
import shutil
import subprocess
import sys

from hob import BUILD, SRC, Box, Skip, ended, holds, main, same, test, test_each, truth

sys.path.insert(0, os.path.join(SRC, "tests", "abi"))
import header  # pylint: disable=wrong-import-position

PAGE = os.path.join(BUILD, "hobnob-plugin.7")
FILLERS = re.compile(r"struct_size$|pad(_p)?$")  # said once, for all structs
TAG = re.compile(r"\[(any|call|create|session|signal)\]")


@functools.lru_cache(maxsize=None)
def page():
    """The page as it is read, in lines."""
    if not os.path.exists(PAGE):
        raise Skip("the pages are left out where hobnob is built for another machine")
    if not shutil.which("mandoc"):
        raise Skip("mandoc is not installed")
    text = subprocess.run(["mandoc", "-Tutf8", "-O", "width=1000", PAGE], capture_output=True, text=True, check=True).stdout
    return re.sub(".\x08", "", text)


def has(pattern):
    """A line of the page matches."""
    truth(re.search(rf"^ +{pattern}", page(), re.M), f"no line {pattern!r}")


def plain(text):
    """Letters and digits, for texts that roff, quotes or a capital letter changed."""
    return re.sub(r"\W+", " ", text.replace("hobnob-", "hobnob")).strip().lower()


@test
def constants():
    """Every constant is there with its value"""
    found = header.constants(header.read())
    truth(len(found) > 150, len(found))
    for name, value in found.items():
        shown = value if value.startswith('"') else re.sub(r"[()]|u$", "", value)
        has(rf"{name} {re.escape(shown)}( |$)")


@test_each([(s.name, s) for s in header.structs(header.read())])
def members(struct):
    """Every member of a struct is there with its comment"""
    line = re.search(rf"^ +typedef struct {struct.name} {{.*}}", page(), re.M)  # one that never grows is a line
    for m in struct.members:
        if FILLERS.match(m.name):
            continue
        if line:
            holds(line.group(), header.declaration(m) + ";")
        elif m.params is None:
            has(rf"{re.escape(m.type)} ?{m.name}( |$)")
        else:
            has(rf"{re.escape(m.type)} ?{m.name}\({re.escape(', '.join(m.params))}\)")
        about = plain(" ".join(re.findall(r"/\*(.*?)\*/", m.about)))
        truth(about in plain(page()), f"{struct.name}.{m.name}: no {about!r}")


@test
def other_names():
    """Every type, function and macro is there"""
    text = header.read()
    names = set(re.findall(r"\b(hn_\w+)\b", header.COMMENT.sub(" ", text))) | set(re.findall(r"\bHN_[A-Z][A-Z0-9_]*[A-Z0-9]\b", header.COMMENT.sub(" ", text)))
    names |= {"hobnob_plugin_v1"}
    truth(len(names) > 190, len(names))
    words = set(re.findall(r"\w+", page()))
    same(sorted(names - words - {"HN_END"}), [])


@test
def functions():
    """Each function of a service has its thread, or its table has"""
    text = page()
    for struct in header.structs(header.read()):
        for m in struct.members:
            tag = TAG.search(m.about)
            if m.params is not None and tag:
                head = rf"^ +{re.escape(m.type)} ?{m.name}\({re.escape(', '.join(m.params))}\)$"
                part = re.search(head + "\n(.*)$", text, re.M)
                truth(part, m.name)
                holds(part.group(1), tag.group())


@test
def kinds():
    """The codes have their kinds and exit statuses, as the program ends with them"""
    rows = re.findall(r"^ +(HN_ERR_\w+) -\d+\n.*Kind (\w+), exit status (\d+)", page(), re.M)
    same([name for name, _, _ in rows], [name for name in header.constants(header.read()) if name.startswith("HN_ERR_")])
    with Box() as box:
        for name, kind, status in rows:
            same("HN_ERR_" + kind.upper(), name)
            if kind in ("interrupted", "output", "plugin"):  # a script of the mock cannot fail so
                continue
            box.write("s.json", json.dumps({"steps": [{"error": {"kind": kind}}]}))
            ended(box.run("-n", "-p", "mock", "-o", "mock.script=s.json", "-o", "retries=0", "hi"), int(status), "")


@test
def customary():
    """The customary options are those of hobnob/easy.h, with their types and flags"""
    part = page().partition("Customary options")[2].partition("PROVIDERS")[0]
    with open(os.path.join(header.INCLUDE, "hobnob", "easy.h"), encoding="utf-8") as f:
        easy = re.sub(r"\\\n", " ", f.read())
    for key in ("api_key", "base_url", "model", "headers"):
        entry = re.search(rf"^ +{key}\b(?:\n| )(.*?)(?:\n\n|\Z)", part, re.M | re.S).group()
        macro = re.search(r"In easy\.h it is (HN_\w+)", entry).group(1)
        body = re.search(rf"#define {macro}\b.*", easy).group()
        same(set(re.findall(r"HN_OPT(?:ION)?_(?!ENV\b)\w+", entry)), set(re.findall(r"HN_OPT(?:ION)?_(?!ENV\b)\w+", body)))


@test
def limits():
    """The limits that documents name elsewhere are those of the page"""
    part = page().partition("LIMITS")[2].partition("ENVIRONMENT")[0]
    holds(re.sub(" +", " ", part), "HN_ADAPTED in one turn 3 times", "Waiting after HN_NEARLY 5000 ms", "is not 2xx; the rest is cut off 1048576 bytes")
    holds(header.read(), "at most three times per turn", "at most 5 s", "capped at 1 MiB")


@test
def named():
    """hobnob(1) and --help name the page, and the page names the guide"""
    with Box() as box:
        holds(ended(box.run("--help"), 0).out, "hobnob-plugin(7)")
    with open(os.path.join(BUILD, "hobnob.1"), encoding="utf-8") as f:
        holds(f.read(), ".Xr hobnob-plugin 7")
    holds(page(), "plugins.md", "abi.md", "hobnob/examples")


if __name__ == "__main__":
    main()
