#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Where memory runs out, hobnob says so and ends, or all is as ever: nothing is lost without a word."""
import json
import os
import shutil
import subprocess

from hob import Box, Skip, at_server, ended, main, sanitized, same, test_each, truth
from server import DONE, Server, chunk, pieces

SHIM = r"""
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
static long n, first = -1, many = 1;
static int fails(void)
{
	if (first == -1) {
		const char *at = getenv("FAIL_FIRST"), *count = getenv("FAIL_MANY");
		first = -2;
		many = count ? atol(count) : 1;
		first = at ? atol(at) : 0;
	}
	if (first <= 0 || ++n < first || n >= first + many)
		return 0;
	errno = ENOMEM;
	return 1;
}
void *malloc(size_t size) { return fails() ? NULL : __libc_malloc(size); }
void *calloc(size_t a, size_t b) { return fails() ? NULL : __libc_calloc(a, b); }
void *realloc(void *p, size_t size) { return fails() ? NULL : __libc_realloc(p, size); }
__attribute__((destructor)) static void tell(void)
{
	const char *path = getenv("FAIL_COUNT");
	FILE *f = path ? fopen(path, "w") : NULL;
	if (f && fprintf(f, "%ld", n) > 0)
		fclose(f);
}
"""
STEP, LAST = 29, 1100  # other allocations are met on the way: each run fails another one


def shim(box):
    """Makes a library by which the allocations of a program fail; its path."""
    if sanitized():
        raise Skip("a sanitizer has an allocator of its own")
    source, made = box.write("fail.c", SHIM), os.path.join(box.cwd, "fail.so")
    done = subprocess.run([*os.environ.get("CC", "cc").split(), "-shared", "-fPIC", "-o", made, source], capture_output=True, check=False)
    if done.returncode:
        raise Skip("no compiler, or no glibc")
    return made


def journal(box):
    """The messages of the one conversation, (role, text)."""
    folder = os.path.join(box.home, ".local/state/hobnob/sessions")
    names = [n for n in os.listdir(folder) if n.endswith(".jsonl")] if os.path.isdir(folder) else []
    lines = [json.loads(line) for name in names for line in open(os.path.join(folder, name), encoding="utf-8")]
    return [(m["role"], m["text"]) for m in lines if m.get("type") == "message"]


def all_is_well(box, run, preload, check, many, last=LAST, step=STEP):
    """Runs once for each of some allocations before the last; a run ends with its word, or checks as one in which nothing failed."""
    ended_so = 0
    for first in range(last - LAST + 1 + many % step, last, step):
        shutil.rmtree(box.home)
        os.mkdir(box.home, 0o700)
        r = run({"LD_PRELOAD": preload, "FAIL_FIRST": str(first), "FAIL_MANY": str(many)})
        if "out of memory" in r.err:
            ended_so += 1
        elif r.status == 0:
            check(r, f"allocation {first}")
        elif "OpenSSL internal error" not in r.err:  # 3.5 asserts where an allocation of its own fails
            truth(r.status > 0 and r.err, f"allocation {first}: {r}")
    truth(ended_so > 3, f"memory ran out {ended_so} times")


@test_each([(f"{many} in a row", many) for many in (1, 2, 1000000)])
def once(many):
    """A question and its reply"""
    with Box() as box:
        def check(r, about):
            same(r.out, "wherever you go\n", about)
            if "journal" not in r.err:
                same(journal(box), [("user", "wherever you go"), ("assistant", "wherever you go")], about)
        all_is_well(box, lambda env: box.run("-p", "mock", "wherever you go", env=env), shim(box), check, many)


@test_each([(f"{many} in a row", many) for many in (1, 2, 1000000)])
def events(many):
    """A reply as events, each of them whole, be it the reader of JSON that is short of memory"""
    with Box() as box:
        def check(r, about):
            lines = [json.loads(line) for line in r.out.splitlines()]
            same([e["event"] for e in lines if e["event"] not in ("notice", "delta")], ["start", "done"], about)
            same({e.get("id") for e in lines if e["event"] != "notice"}, {"x"}, about)
            same("".join(e["text"] for e in lines if e["event"] == "delta"), "a b", about)
            truth("usage" in lines[-1] and "cost" in lines[-1], about)
        all_is_well(box, lambda env: box.run("-p", "mock", "-f", "jsonl", env=env, stdin='{"id":"x","say":"a b"}\n'), shim(box), check, many)


@test_each([(f"{many} in a row", many) for many in (1, 2)])
def of_a_server(many):
    """A question to a server and its reply; the server is asked for all that is asked for ever, or nothing"""
    answer = pieces([chunk({"reasoning_details": [{"type": "reasoning.text", "text": "h"}]}), chunk({"content": "Two "}),
                     chunk({"content": "and two."}), chunk({}, "stop"), DONE], then="close")
    with Server(answer) as server, at_server(server) as box:
        def check(r, about):
            same(r.out, "Two and two.\n", about)

        def run(env):
            return box.run("-n", "-m", "m", "-s", "Be brief.", "-o", "temperature=0.7", "-o", "retries=0", "Hi", env=env)
        made, count = shim(box), os.path.join(box.cwd, "count")
        ended(run({"LD_PRELOAD": made, "FAIL_FIRST": "99999999", "FAIL_COUNT": count}), 0, "Two and two.\n")
        whole = server.chats[0].json
        all_is_well(box, run, made, check, many, int(box.read("count")), step=7)
        same([chat.json for chat in server.chats], [whole] * len(server.chats))
        truth(len(server.chats) > 1, "the server was asked once")


if __name__ == "__main__":
    main(at_once=4)
