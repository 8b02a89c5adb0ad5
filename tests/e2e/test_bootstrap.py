#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bootstrap: what it passes on, what it says without a key, without packages, and of the tests; nothing is built here."""
import os
import shutil

from hob import HOBNOB, KEY, SRC, Box, ended, holds, lacks, main, test, test_each

SYSTEM = ("awk", "basename", "cat", "dirname", "env", "getconf", "grep", "mkdir", "readlink", "rm", "sed", "sh", "tail")
BUILDING = ("apt-get", "autoreconf", "automake", "c++", "cc", "cmake", "fish", "libtoolize", "make", "mandoc", "meson", "ninja", "pkg-config", "python3", "strace",
            "valgrind", "zsh")
ADVICE = ("OPENAI_API_KEY=", ".env", "OPENAI_BASE_URL=")


def clone(box, make="exit 0", without=()):
    """A clone that is built, on a machine of an ordinary user with these programs and no others."""
    for name in ("configure", "Makefile.in", "config.h.in", "build/config.status"):
        box.write(name, "")
    box.write("build/Makefile", f"abs_top_srcdir = {os.path.realpath(box.cwd)}\n")
    shutil.copy(os.path.join(SRC, "bootstrap"), box.cwd)
    box.write("core/data/defaults.yaml", open(os.path.join(SRC, "core/data/defaults.yaml"), "rb").read())
    os.symlink(HOBNOB, os.path.join(box.cwd, "build", "hobnob"))
    for name in SYSTEM:
        os.makedirs(box.root + "/bin", exist_ok=True)
        os.symlink(shutil.which(name), f"{box.root}/bin/{name}")
    for name in set(BUILDING) - set(without):
        box.write(f"{box.root}/bin/{name}", "#!/bin/sh\n" + (make if name == "make" else "exit 0") + "\n", 0o755)
    box.write(box.root + "/bin/id", "#!/bin/sh\necho 1000\n", 0o755)
    box.write(box.root + "/bin/sudo", "#!/bin/sh\nexit 1\n", 0o755)
    box.env["PATH"] = box.root + "/bin"


def bootstrap(box, *args, env=None):
    """Runs it."""
    return box.run(*args, argv=["/bin/sh", os.path.join(box.cwd, "bootstrap")], env=env)


@test
def passes_on():
    """run passes its arguments on; stdout is the program's alone"""
    with Box() as box:
        clone(box)
        lacks(ended(bootstrap(box, "run", "-p", "mock", "-n", "hello"), 0, "hello\n").err, "hobnob")
        holds(ended(bootstrap(box, "run", "--dry-run", "-n", "hi", env={"OPENAI_API_KEY": KEY}), 0).out, "api.openai.com")


@test_each([("a prompt", "two words", "-n", "two", "words"), ("behind --", "-p", "-n", "--", "-p"),
            ("chat", "hi", "chat", "-n", "hi")])
def without_a_key(out, *args):
    """Without a key it says which line to put where and how it goes on, and answers offline"""
    with Box() as box:
        clone(box)
        r = ended(bootstrap(box, "run", *args), 0, out + "\n")
        holds(r.err, *ADVICE, f"bootstrap: until then, offline: build/hobnob -p mock {' '.join(args)}\n")


@test
def chosen():
    """Who was chosen stays: a provider without its key is not replaced by the offline one"""
    with Box() as box:
        clone(box)
        for args in (("-p", "openai"), ("-oprovider=openai",), ("--provider=openai",)):
            lacks(ended(bootstrap(box, "run", "-n", *args, "hi"), 3, "").err, "offline")


@test
def unknown():
    """An action that there is not is named, beside those that there are"""
    with Box() as box:
        clone(box)
        holds(ended(bootstrap(box, "chek"), 2, "").err, 'bootstrap: there is no "chek"\n', "usage: ", "./bootstrap check")


@test
def places():
    """It finds its own folder through a link, and refuses one where make cannot work"""
    with Box() as box:
        clone(box)
        os.symlink(os.path.join(box.cwd, "bootstrap"), box.home + "/b")
        ended(box.run("run", "-p", "mock", "-n", "hi", argv=["/bin/sh", box.home + "/b"]), 0, "hi\n")
        shutil.move(box.cwd, box.root + "/a clone")
        box.cwd = box.root + "/a clone"
        holds(ended(bootstrap(box, "run"), 1, "").err, f'cannot work in "{os.path.realpath(box.cwd)}"')


@test
def missing():
    """What must be there and cannot be installed is named, with the command; nothing is started"""
    with Box() as box:
        clone(box, without=("automake", "libtoolize", "valgrind"))
        r = ended(bootstrap(box, "run", "-p", "mock", "-n", "hi"), 1, "")
        holds(r.err, "apt-get install automake libtool")
        lacks(r.err, "valgrind")


@test
def extras():
    """What only some tests need is named, and missed by nobody else"""
    with Box() as box:
        clone(box, without=("valgrind", "strace"))
        holds(ended(bootstrap(box, "check"), 0).err, "note: going on without ", "valgrind strace, which")
        lacks(ended(bootstrap(box, "run", "-p", "mock", "-n", "hi"), 0).err, "valgrind")


@test
def totals():
    """check says why tests were skipped, and ends with the totals and make's status"""
    log = ("PASS: a 1 - x", "SKIP: a 2 - y # SKIP no such thing", "ok 1 - z # SKIP no such thing",
           "SKIP: b 1 - z # SKIP no such thing", "FAIL: b 2 - w", "# TOTAL: 4", "# PASS:  1", "# SKIP:  2", "# XFAIL: 0", "# FAIL:  1", "# XPASS: 0", "# ERROR: 0")
    said = "".join(f"echo '{line}'\n" for line in log)
    with Box() as box:
        clone(box, f'case $* in *check) {said} exit 2 ;; esac')
        r = ended(bootstrap(box, "check"), 2, "1 passed, 1 failed, 2 skipped\n")
        holds(r.err, "FAIL: b 2 - w\n", "bootstrap: 2 skipped: no such thing\n")


if __name__ == "__main__":
    main()
