#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the examples of README.md and of docs/*.md, but for docs/plugins.md, which test_guide.py runs.

Every fenced block marked ```console is run, in order, in one folder a document, which is HOME and the working directory, with
hobnob on the PATH, pkg-config knowing it, the C files of docs/ lying there, and the scripts of the mock in docs/. In a block:
- a line that begins with "$ " is a command for sh; lines that begin with "> " right behind it are its further lines;
- "$ export NAME=value" holds for what follows in the same block;
- the lines up to the next command or the block's end are exactly what it prints, stdout and stderr together; "..." in a line
  matches anything on that line, a line that is "..." alone any number of lines;
- where what it prints begins with "You: ", the command is a conversation: it is run on a terminal, and what stands behind each
  "You: " is typed. Lines too long for the terminal's 100 columns cannot be shown so.
Blocks marked otherwise (```sh, ```yaml, ...) are not run.
"""
import contextlib
import glob
import os
import re
import shutil

from hob import BUILD, HOBNOB, SRC, TESTS, Box, main, screen, truth

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)


def examples(text, name):
    """(line number, command, expected lines) of each example, and the exports that hold for it."""
    for block in BLOCK.finditer(text):
        number, exports, found = text[:block.start()].count("\n") + 1, [], None
        for line in block.group(1).splitlines():
            number += 1
            if line.startswith("$ export "):
                exports = exports + [line[2:]]
            elif line.startswith("$ "):
                found = [number, line[2:], [], exports]
                yield found
            elif line.startswith("> ") and found and not found[2]:
                found[1] += "\n" + line[2:]
            else:
                truth(found, f"{name}:{number}: what comes before the first command?")
                found[2].append(line)


def pattern(expected):
    """The regular expression that the expected lines are."""
    parts = [r"(?:.*\n)*?" if line.strip() == "..." else ".*?".join(map(re.escape, line.rstrip().split("..."))) + "\n"
             for line in expected]
    return re.compile("".join(parts))


def talk(box, command, expected):
    """Runs a conversation on a terminal; what it shows."""
    t = box.terminal("-c", command, argv=["/bin/sh"], size=(60, 100), env={"NO_COLOR": "1", "HOBNOB_MARKDOWN": "auto"})
    at = 0
    for line in expected:
        if line.startswith("You: "):
            at = t.expect(r"You: (\x1b\[0?K)?$", after=at)
            t.send(line[5:] + "\r")
    t.end()
    return screen(t.text())


def run_example(box, command, expected, exports):
    """Runs one example and compares."""
    script = "\n".join([*exports, command])
    if any(line.startswith("You: ") for line in expected):
        got = talk(box, script, expected)
    else:
        got = box.run("-c", f"exec 2>&1\n{script}", argv=["/bin/sh"]).out
    got = "".join(line.rstrip() + "\n" for line in got.splitlines()).rstrip("\n") + "\n" if got.strip() else ""
    while expected and not expected[-1].strip():
        expected = expected[:-1]
    if not pattern(expected).fullmatch(got):
        raise AssertionError(f"$ {command}\n--- expected\n" + "\n".join(expected) + f"\n--- got\n{got}")


def collect(box, text, name):
    """A test for each example."""
    for number, command, expected, exports in list(examples(text, name)):
        def function(command=command, expected=expected, exports=exports):
            run_example(box, command, expected, exports)
        TESTS.append((function, (), f"{name}:{number}: {command.splitlines()[0]}"))


def some(text):
    """Whether there are examples at all."""
    def function():
        truth(len(list(examples(text, "README.md"))) >= 3, "README.md has hardly any example marked ```console")
    TESTS.append((function, (), "README.md has examples"))


def furnish(box):
    """Puts into a box what a reader has who installed hobnob."""
    os.mkdir(box.root + "/bin")
    os.symlink(HOBNOB, box.root + "/bin/hobnob")
    box.cwd = box.home
    box.env["PATH"] = box.root + "/bin:" + box.env["PATH"]
    with open(os.path.join(BUILD, "hobnob.pc"), encoding="utf-8") as pc, open(box.root + "/hobnob.pc", "w", encoding="utf-8") as own:
        own.write(re.sub(r"(?m)^includedir=.*$", "includedir=" + os.path.join(SRC, "core", "include"), pc.read()))
    box.env["PKG_CONFIG_PATH"] = box.root
    for source in glob.glob(os.path.join(SRC, "docs", "*.c")):
        shutil.copy(source, box.home)
    os.mkdir(box.home + "/docs")
    for script in glob.glob(os.path.join(SRC, "docs", "*.json")):
        shutil.copy(script, box.home + "/docs")


def read(name):
    """A document's text."""
    with open(os.path.join(SRC, name), encoding="utf-8") as document:
        return document.read()


if __name__ == "__main__":
    documents = ["README.md"] + sorted(os.path.relpath(path, SRC) for path in glob.glob(os.path.join(SRC, "docs", "*.md")) if not path.endswith("/plugins.md"))
    some(read("README.md"))
    with contextlib.ExitStack() as boxes:
        for document in documents:
            place = boxes.enter_context(Box())
            furnish(place)
            collect(place, read(document), document)
        main(chained=True)
