#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What cannot be read is not "nothing there": limits of money, -c, the list, the search; and calls that fail once."""
import errno
import glob
import json
import os
import re
import resource
import shutil
import subprocess
import time

from hob import Box, Skip, ended, holds, lacks, main, same, sanitized, test, test_each, truth

PRICED = ("-p", "mock", "-n", "-o", "price_input=3000", "-o", "price_output=15000")
LIMITED = (*PRICED, "--no-journal", "-o", "max_cost_day=0.2", "-o", "max_tokens=4", "w")
NOBODY = 65534


def as_user():
    """Root may read anything: the program runs as somebody who may not."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


class UserBox(Box):
    """A box of that user's."""

    def __init__(self, **env):
        super().__init__(**env)
        if os.geteuid() == 0:
            os.chown(self.home, NOBODY, NOBODY)
            os.chown(self.cwd, NOBODY, NOBODY)

    def start(self, *args, **more):
        return super().start(*args, preexec_fn=as_user, **more)

    @property
    def folder(self):
        """Where the conversations are."""
        return self.home + "/.local/state/hobnob/sessions"

    def journals(self):
        """Their files, the oldest first."""
        return sorted(glob.glob(self.folder + "/*.jsonl"), key=os.path.getmtime)


def spend(box):
    """A turn of about 0.36 USD."""
    ended(box.run(*PRICED, "-o", "max_tokens=20", "w " * 20), 0)


# ---- a limit of money ---------------------------------------------------------------------------------

@test_each([("a journal", lambda b: b.journals()[0], 0), ("the folder may be written, not listed", lambda b: b.folder, 0o300),
            ("the folder may be listed, not entered", lambda b: b.folder, 0o400), ("the folder", lambda b: b.folder, 0)])
def day_limit(path, mode):
    """A limit of the day that cannot be judged refuses the turn and names the file"""
    with UserBox() as box:
        spend(box)
        ended(box.run(*LIMITED), 8, "", re.compile("max_cost_day would be passed"))
        path = path(box)
        named = path if mode != 0o400 else box.journals()[0]
        back = os.stat(path).st_mode & 0o777
        os.chmod(path, mode)
        try:
            r = ended(box.run(*LIMITED), 8, "")
            holds(r.err, f"hobnob: max_cost_day is set, but what was spent today cannot be read: {named}: Permission denied\n",
                  "  let hobnob read it (chmod u+rwX)")
            done = json.loads(box.run("--json", *LIMITED).out)
            same((done["event"], done["kind"]), ("error", "over_limit"))
            ended(box.run(*PRICED, "--no-journal", "w"), 0, "w\n", "")
        finally:
            os.chmod(path, back)
        ended(box.run(*LIMITED), 8, "", re.compile("max_cost_day would be passed"))


@test_each([("a file", lambda p: open(p, "w", encoding="utf-8").close(), "Not a directory"),
            ("a link that leads nowhere", lambda p: os.symlink("/nowhere/nothing", p), "No such file or directory")])
def no_folder(put, why):
    """What is in the folder's place is not a folder without conversations: not for the limit, -c, the list and the search"""
    with Box() as box:
        folder = box.home + "/.local/state/hobnob/sessions"
        os.makedirs(os.path.dirname(folder))
        put(folder)
        ended(box.run(*LIMITED), 8, "", f"hobnob: max_cost_day is set, but what was spent today cannot be read: {folder}: {why}\n"
              "  let hobnob read it (chmod u+rwX), or move it elsewhere; or unset the limit (/set -u KEY)\n")
        holds(box.run("-p", "mock", "-c", "x").err, f"{folder}: {why}")
        holds(box.run("sessions").err, f"{folder}: {why}")
        holds(box.run("sessions", "search", "x").err, f"{folder}: {why}")


@test
def day_limit_without():
    """What is not there, is a link or no journal, or is of another day, is no reason to refuse"""
    with UserBox() as box:
        ended(box.run(*LIMITED), 0, "w\n", "")
        spend(box)
        old = box.journals()[0]
        os.utime(old, (1, 1))
        os.chmod(old, 0)
        os.symlink("/nowhere/nothing", box.folder + "/link.jsonl")
        box.write(box.folder + "/notes.txt", "", 0)
        ended(box.run(*LIMITED), 0, "w\n", "")


# ---- -c, the list, the search -----------------------------------------------------------------------------

def two(box):
    """Two conversations, the later one not readable; its file."""
    box.run("-p", "mock", "-n", "first talk")
    box.run("-p", "mock", "-n", "second talk")
    first, = [p for p in box.journals() if "first" in open(p, encoding="utf-8").read()]
    second, = [p for p in box.journals() if p != first]
    os.utime(first, (1_700_000_000, 1_700_000_000))
    os.chmod(second, 0)
    return second


@test
def last():
    """-c does not continue another conversation than the last, as that cannot be read"""
    with UserBox() as box:
        second = two(box)
        for args in (("-n", "third"), ("--dry-run", "third"), ("--no-journal", "third"), ("-i",)):
            ended(box.run("-p", "mock", "-c", *args), 2, "", f"hobnob: {second}: Permission denied\n  cannot tell which "
                  "conversation was used last; `hobnob -r ID` continues one that you name\n")
        first = next(os.path.basename(p)[:-6] for p in box.journals() if p != second)
        ended(box.run("-r", first, "-n", "third"), 0, "third\n", "")


@test
def last_of_others():
    """What is no journal is passed over, however new it is"""
    with UserBox() as box:
        os.chmod(two(box), 0o600)
        box.write(box.folder + "/foreign.jsonl", "not ours\n")
        box.write(box.folder + "/empty.jsonl", "")
        os.symlink("/etc/passwd", box.folder + "/link.jsonl")
        os.mkdir(box.folder + "/dir.jsonl")
        ended(box.run("-p", "mock", "-c", "--dry-run", "x"), 0, re.compile("second talk"), "")


@test
def searched():
    """The search says what it could not read, and not that there is nothing"""
    with UserBox() as box:
        second = two(box)
        warning = f"hobnob: warning: {second}: Permission denied\n"
        ended(box.run("sessions", "search", "second"), 0, "No message or title that could be read holds all of these words.\n", warning)
        ended(box.run("sessions", "search", "first"), 0, re.compile("first talk"), warning)
        ended(box.run("sessions", "search", "--json", "second"), 0, "[]\n", warning)
        os.chmod(second, 0o600)
        ended(box.run("sessions", "search", "absent"), 0, "No message or title holds all of these words.\n", "")


@test
def listed():
    """A list of nothing but what cannot be read does not say that there is nothing"""
    with UserBox() as box:
        second = two(box)
        for path in box.journals():
            os.chmod(path, 0)
        r = ended(box.run("sessions"), 0, "There are no conversations that can be read.\n")
        holds(r.err, f"hobnob: warning: {second}: Permission denied\n")


@test
def folder_not_listed():
    """In a folder that may be written, not listed, turns are kept and continued by their id; the rest is refused by name"""
    with UserBox() as box:
        box.run("-p", "mock", "-n", "one")
        path, = box.journals()
        os.chmod(box.folder, 0o300)
        try:
            ended(box.run("-p", "mock", "-n", "two"), 0, "two\n", "")
            ended(box.run("-r", os.path.basename(path)[:-6], "-n", "more"), 0, "more\n", "")
            for args, status in ((("-c", "x"), 2), (("-r", "abcd", "x"), 2), (("sessions",), 1), (("sessions", "search", "x"), 1)):
                ended(box.run("-p", "mock", *args), status, "", re.compile(re.escape(f"hobnob: {box.folder}: Permission denied")))
        finally:
            os.chmod(box.folder, 0o700)
        same(len(box.journals()), 2)


@test
def plugins_not_listed():
    """A folder of plugins that cannot be listed is named"""
    with UserBox() as box:
        own = box.home + "/.local/share/hobnob/plugins"
        os.makedirs(own)
        if os.geteuid() == 0:
            os.chown(own, NOBODY, NOBODY)
        os.chmod(own, 0o300)
        r = ended(box.run("-p", "parrot", "-n", "x"), 3, "")
        holds(r.err, f"hobnob: warning: {own}: Permission denied: plugins in it are not found\n")


# ---- nobody answered -------------------------------------------------------------------------------------

@test
def unanswered():
    """A conversation that nobody answered is kept, but neither listed nor continued by -c; its id and --all lead to it"""
    with UserBox() as box:
        box.write("fail.json", '{"steps": [{"error": {"kind": "auth", "status": 401, "message": "no"}, "times": 0}]}')
        fails = ("-p", "mock", "-o", "mock.script=fail.json", "-n")
        ended(box.run(*fails, "lost"), 4)
        ended(box.run("-c", "-p", "mock", "x"), 2, "", "hobnob: there is no conversation yet that anybody answered\n"
              "  `hobnob sessions list --all` lists the others\n")
        ended(box.run("sessions"), 0, "Nobody has answered in a conversation yet; --all lists the others.\n", "")
        same(json.loads(box.run("sessions", "list", "--json").out), [])
        lost = json.loads(box.run("sessions", "list", "--all", "--json").out)
        same([k["title"] for k in lost], ["lost"])
        box.run("-p", "mock", "-n", "found")
        box.run(*fails, "lost again")
        os.utime(box.journals()[0], (2**31, 2**31))
        same([k["title"] for k in json.loads(box.run("sessions", "--json").out)], ["found"])
        same(len(json.loads(box.run("sessions", "--all", "--json").out)), 3)
        holds(ended(box.run("-c", "--dry-run", "x"), 0).out, "found")
        lacks(box.run("sessions").out, "lost")
        holds(box.run("sessions", "search", "lost").out, "lost again")
        ended(box.run("-r", lost[0]["id"], "-p", "mock", "-n", "more"), 0, "more\n", "")
        truth(lost[0]["id"] in [k["id"] for k in json.loads(box.run("sessions", "--json").out)], "it is answered now")
        ended(box.run("models", "--all"), 2, "", "hobnob: --all belongs to `hobnob sessions list`\n")


@test_each([("some text, then an error", '{"text": "Some words", "error": {"kind": "unavailable", "status": 502, "message": "gone"}}', 1),
            ("an empty reply", '{"text": ""}', 0), ("an error", '{"error": {"kind": "timeout", "message": "slow"}}', 0)])
def answered(step, expected):
    """What came of a reply is an answer; an empty one is not, be it whole: neither it nor its question is sent again"""
    with UserBox() as box:
        box.write("s.json", f'{{"steps": [{step}]}}')
        box.run("-p", "mock", "-o", "mock.script=s.json", "-o", "retries=0", "-n", "x")
        same(len(json.loads(box.run("sessions", "--json").out)), expected)
        same(box.run("-c", "-p", "mock", "--dry-run", "x").status, 0 if expected else 2)


# ---- calls that fail once -----------------------------------------------------------------------------------

SHIM = r"""
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
static int turn(const char *fn)
{
	static int n;
	const char *f = getenv("FAIL");
	return f && !strcmp(f, fn) && ++n == atoi(getenv("AT")) ? atoi(getenv("ERR")) : 0;
}
#define REAL(r, name, ...) static r (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, name)
#define FAIL(name, result) do { int e = turn(name); if (e) { errno = e; return result; } } while (0)
static mode_t mode_of(int flags, va_list ap) { return flags & O_CREAT ? va_arg(ap, mode_t) : 0; }
int open(const char *p, int f, ...) { REAL(int, "open", const char *, int, mode_t); va_list ap; va_start(ap, f); mode_t m = mode_of(f, ap); va_end(ap); FAIL("open", -1); return real(p, f, m); }
int open64(const char *p, int f, ...) { REAL(int, "open", const char *, int, mode_t); va_list ap; va_start(ap, f); mode_t m = mode_of(f, ap); va_end(ap); FAIL("open", -1); return real(p, f, m); }
int openat(int d, const char *p, int f, ...) { REAL(int, "openat", int, const char *, int, mode_t); FAIL("openat", -1); return real(d, p, f, 0); }
int openat64(int d, const char *p, int f, ...) { REAL(int, "openat", int, const char *, int, mode_t); FAIL("openat", -1); return real(d, p, f, 0); }
int __open_2(const char *p, int f) { return open(p, f); }
int __open64_2(const char *p, int f) { return open(p, f); }
int __openat_2(int d, const char *p, int f) { return openat(d, p, f); }
int __openat64_2(int d, const char *p, int f) { return openat(d, p, f); }
DIR *opendir(const char *p) { REAL(DIR *, "opendir", const char *); FAIL("opendir", NULL); return real(p); }
struct dirent *readdir(DIR *d) { REAL(struct dirent *, "readdir", DIR *); FAIL("readdir", NULL); return real(d); }
struct dirent64 *readdir64(DIR *d) { REAL(struct dirent64 *, "readdir64", DIR *); FAIL("readdir", NULL); return real(d); }
int flock(int d, int o) { REAL(int, "flock", int, int); FAIL("flock", -1); return real(d, o); }
ssize_t read(int d, void *p, size_t n) { REAL(ssize_t, "read", int, void *, size_t); FAIL("read", -1); return real(d, p, n); }
ssize_t pread(int d, void *p, size_t n, off_t o) { REAL(ssize_t, "pread", int, void *, size_t, off_t); if (turn("pread1")) return real(d, p, 1, o); FAIL("pread", -1); return real(d, p, n, o); }
ssize_t pread64(int d, void *p, size_t n, off_t o) { return pread(d, p, n, o); }
int close(int d) { REAL(int, "close", int); int e = turn("close"); int r = real(d); if (e) { errno = e; return -1; } return r; }
"""


def failing(box, call, at, error):
    """The environment in which that call fails so, the at-th time."""
    compiler = shutil.which("cc")
    if not compiler or sanitized():
        raise Skip("a compiler is needed, and no sanitizer")
    if not os.path.exists(box.root + "/shim.so"):
        source = box.write(box.root + "/shim.c", SHIM)
        subprocess.run([compiler, "-shared", "-fPIC", "-w", "-o", box.root + "/shim.so", source, "-ldl"], check=True)
    return {"LD_PRELOAD": box.root + "/shim.so", "FAIL": call, "AT": str(at), "ERR": str(error)}


@test_each([(call, call) for call in ("open", "openat", "opendir", "flock", "pread", "pread1", "read", "close")])
def interrupted(call):
    """A call that a signal interrupts, or that reads a part, is made again: nothing is told, nothing is lost"""
    with UserBox() as box:
        box.run("-p", "mock", "-n", "one")
        for at in range(1, 13):
            env = failing(box, call, at, errno.EINTR)
            ended(box.run("-p", "mock", "-c", "-n", f"turn {at}", env=env), 0, f"turn {at}\n", "")
            ended(box.run(*PRICED, "--no-journal", "-o", "max_cost_day=9", "-o", "max_tokens=4", "w", env=env), 0, "w\n", "")
        path, = box.journals()
        with open(path, encoding="utf-8") as f:
            same(sum('"assistant"' in line for line in f), 13)


@test_each([("opendir", "opendir", errno.EMFILE), ("readdir", "readdir", errno.EIO), ("openat", "openat", errno.EMFILE),
            ("read", "read", errno.EIO)])
def day_limit_injected(call, error):
    """Whatever keeps the day's journals from being read refuses the turn"""
    with UserBox() as box:
        spend(box)
        refused = 0
        for at in range(1, 9):
            r = box.run(*LIMITED, env=failing(box, call, at, error))
            same((r.status in (3, 8), r.out), (True, ""), r)  # 3: what is read before it, a setting or a plugin
            refused += f"cannot be read: {box.folder}" in r.err and os.strerror(error) in r.err
        truth(refused >= 1, "it was never reached")


@test
def closed_badly():
    """An error that close(2) tells of a saved file is told as that one"""
    with UserBox() as box:
        told = 0
        for at in range(1, 12):
            r = box.run("-p", "mock", "-i", stdin=f"one\n/save s{at}.json\n", env=failing(box, "close", at, errno.EIO))
            told += f"s{at}.json: Input/output error" in r.err
            lacks(r.err, "No such file")
        truth(told == 1, told)


@test
def file_too_large():
    """A journal that reaches the limit of a file's size says that, and not that the disk is full"""
    with Box() as box:
        r = box.start("-p", "mock", "-n", "word " * 400, stdin=subprocess.DEVNULL,
                      preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))).end()
        same(r.status, 0)
        holds(r.err, "File too large; the conversation continues without a journal")


main()
