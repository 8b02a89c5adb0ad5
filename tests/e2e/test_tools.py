#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The developer's tools: they say so where their program is not installed, and what they make is right."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

from hob import SRC, Skip, main, same, test, test_each

TOOLS = os.path.join(SRC, "tools")
COMMON = ["cat", "dirname", "find", "getconf", "git", "mkdir", "sh", "sort", "xargs"]


def run(argv, cwd=None, path=None, text=None):
    """What a tool said on both outputs, and its status."""
    env = dict(os.environ, GIT_CONFIG_GLOBAL=os.devnull, **({"PATH": path} if path else {}))
    r = subprocess.run(argv, cwd=cwd, env=env, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return r.stdout, r.returncode


def bare(folder):
    """A PATH with nothing but the commands of every system."""
    for name in COMMON:
        if shutil.which(name):
            os.symlink(shutil.which(name), os.path.join(folder, name))
    return folder


@test_each([
    ("format", ["format"], "format: skipped: git-clang-format is not installed (it comes with clang-format)\n"),
    ("format-check", ["format", "--check"], "format: skipped: git-clang-format is not installed (it comes with clang-format)\n"),
    ("lint", ["lint", "."], "lint: skipped: clang-tidy is not installed\nlint: skipped: cppcheck is not installed\n"),
    ("coverage", ["coverage", "gcov"], "coverage: skipped: neither gcovr nor lcov is installed\n"),
])
def skips(argv, said):
    """A tool whose program is not installed says so, and is no failure"""
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(folder + "/bin")
        got = run([os.path.join(TOOLS, argv[0]), *argv[1:]], cwd=folder, path=bare(folder + "/bin"))
        same(got, (said, 0))


@test
def formats():
    """format takes the lines that were changed since a revision, and leaves the others alone"""
    if not shutil.which("git-clang-format") or not shutil.which("git"):
        raise Skip("no git-clang-format on this machine")
    with tempfile.TemporaryDirectory() as top:
        shutil.copytree(TOOLS, top + "/tools")
        shutil.copy(os.path.join(SRC, ".clang-format"), top)
        old, new, good = "int  old( void );\n", "int  fresh( void ) { return 1; }\n", "int fresh(void)\n{\n\treturn 1;\n}\n"
        git = ["git", "-c", "user.name=x", "-c", "user.email=x@y"]
        with open(top + "/a.c", "w", encoding="utf-8") as f:
            f.write(old)
        for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "a"]):
            same(run([*git, *words], cwd=top), ("", 0))
        check = [top + "/tools/format", "--check"]
        clean = "format: the .c lines changed since HEAD are as .clang-format has them\n"
        same(run(check), (clean, 0))
        with open(top + "/a.c", "a", encoding="utf-8") as f:
            f.write("\n" + new)
        said, status = run(check)
        same((status, said.splitlines()[-1]), (1, "format: `make format SINCE=HEAD` makes these changes"))
        same(run([top + "/tools/format"])[1], 0)
        with open(top + "/a.c", encoding="utf-8") as f:
            same(f.read(), old + "\n" + good)
        same(run(check), (clean, 0))
        same(run([*check, "nowhere"]), ('format: there is no revision "nowhere"\n', 2))


@test
def lints_a_folder():
    """lint refuses a folder that is not there"""
    same(run([TOOLS + "/lint", ".", "core/nowhere"]), ('lint: there is no folder "core/nowhere"\n', 2))


@test
def knows_compilers():
    """compile-commands reads what make would run: libtool's lines and plain ones, each source once"""
    with tempfile.TemporaryDirectory() as top:
        top = os.path.realpath(top)
        make = ("depbase=`echo a.lo | sed 's|x|y|'`;\\\n"
                "/bin/bash ./libtool  --tag=CC   --mode=compile gcc -DHAVE_CONFIG_H -I.. -DD='\"a b\"' -Werror -g -MT a.lo -MD -MP -MF $depbase.Tpo"
                " -c -o a.lo ../core/a.c &&\\\nmv -f $depbase.Tpo $depbase.Plo\n"
                "gcc -DHAVE_CONFIG_H -c -o b.o `test -f 'core/b.c' || echo '../'`core/b.c\n"
                "gcc -DHAVE_CONFIG_H -DAGAIN -c -o b2.o ../core/b.c\n"
                "gcc -o hobnob a.o b.o\n")
        said, status = run([sys.executable, TOOLS + "/compile-commands"], cwd=top, text=make)
        same(status, 0)
        above = os.path.dirname(top)
        same(json.loads(said), [
            {"directory": top, "file": above + "/core/a.c",
             "arguments": ["gcc", "-DHAVE_CONFIG_H", "-I..", '-DD="a b"', "-g", "-c", "-o", "a.lo", "../core/a.c"]},
            {"directory": top, "file": above + "/core/b.c", "arguments": ["gcc", "-DHAVE_CONFIG_H", "-c", "-o", "b.o", "../core/b.c"]},
        ])


if __name__ == "__main__":
    main()
