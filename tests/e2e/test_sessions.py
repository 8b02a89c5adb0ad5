#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""hobnob sessions: the kept conversations are listed, shown, searched, taken out, brought in and removed."""
import json
import os
import re
import stat
import subprocess
import time

from hob import Box, HOBNOB, ended, golden, holds, lacks, main, same, screen, test, test_each, truth

ADA, WEATHER, RED = "20260921T120000-1f3a", "20260921T120000-beef", "20260922T080000-3a3a"
DAY = 1_789_948_800  # 2026-09-21 00:00 UTC, seconds
UTC = {"TZ": "UTC"}
UNKNOWN_KIND = "not a conversation that hobnob saved, nor a journal, nor a list of OpenAI's messages"


def folder_of(box):
    """Where the journals are; it is made."""
    path = os.path.join(box.home, ".local", "state", "hobnob", "sessions")
    os.makedirs(path, mode=0o700, exist_ok=True)
    return path


def index_of(box):
    """Where the index is."""
    return os.path.join(box.home, ".cache", "hobnob", "sessions.index")


def keep(box, ident, *messages, used=0, system=None, tail=""):
    """Writes a journal, last used so many seconds after the day began; its path."""
    lines = [{"hobnob": "journal", "version": 1, "id": ident, "created": DAY * 1000}]
    if system:
        lines.append({"type": "system", "text": system})
    for number, (role, text, more) in enumerate(messages, 1):
        lines.append({"type": "message", "id": number, "role": role, "time": DAY * 1000 + number, "text": text,
                      **({"parent": number - 1} if number > 1 else {}), **more})
    path = os.path.join(folder_of(box), ident + ".jsonl")
    with open(path, "w", encoding="utf-8") as f:
        f.write("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines) + tail)
    os.chmod(path, 0o600)
    os.utime(path, (DAY + used, DAY + used))
    return path


def user(text, **more):
    """A question."""
    return "user", text, more


def reply(text, **more):
    """A reply of the mock."""
    return "assistant", text, {"provider": "mock", "model": "m-1", "usage": {"prompt_tokens": 3}, **more}


def three(box):
    """Three conversations to look at."""
    keep(box, ADA, user("My name is Ada."), reply("Nice to meet you, Ada.", cost="0.000018", cost_source="user"),
         user("And the weather, in a whole long sentence?"), reply("Half of th", state="interrupted"), used=3600,
         system="Be brief.")
    keep(box, WEATHER, user("What about the weather in Århus on the coming weekend, and what shall I wear for it?"),
         reply("Wear\nan ÜBERZIEHER.", cost="0.5", cost_source="provider"), used=7200)
    keep(box, RED, user("\x1b[31mred\x1b]0;title\x07 \u202etxet"), used=1800)


def names(box):
    """The journals of the folder."""
    return sorted(os.listdir(folder_of(box)))


def listed(box, *args, **more):
    """The list as objects."""
    return json.loads(ended(box.run("sessions", "list", "--all", "--json", *args, **more), 0, err="").out)


@test_each([("a reply that ended", {"finish": "length"}, 0), ("a reply that failed", {"error": {"kind": "timeout", "message": "gone"}}, 6)])
def reasoning_alone(how, status):
    """A reply of nothing but reasoning is not an answer, be it complete: its conversation is listed with --all, and -c passes it over"""
    with Box() as box:
        script = box.write("s.json", json.dumps({"steps": [{"chunks": [], "reasoning": "Hm", **how}]}))
        ended(box.run("-p", "mock", "-n", "first"), 0)
        ended(box.run("-p", "mock", "-n", "-o", "mock.script=" + script, "-o", "retries=0", "thought"), status)
        shown = [c["title"] for c in json.loads(ended(box.run("sessions", "--json"), 0).out)]
        same((shown, len(listed(box))), (["first"], 2))
        body = json.loads(ended(box.run("-p", "mock", "-n", "-c", "--dry-run", "x"), 0).out)["body"]
        same(body["messages"][0]["content"] if isinstance(body, dict) else body[0]["content"], "first")


def settle(box, count):
    """Lists until the index remembers that many: what was written just now it does not."""
    deadline = time.monotonic() + 30
    while True:
        ended(box.run("sessions", "--all"), 0)
        if os.path.exists(index_of(box)):
            with open(index_of(box), encoding="utf-8") as f:
                if len(f.readlines()) == count + 1:
                    return
        truth(time.monotonic() < deadline, "the index remembers nothing")
        time.sleep(0.1)


# ---- list ----------------------------------------------------------------------------------------

@test
def list_pipe():
    """In a pipe the list is whole, the one used last first"""
    with Box(**UTC) as box:
        three(box)
        r = ended(box.run("sessions", "--all"), 0, err="")
        golden("sessions-list", r.out)
        same(ended(box.run("sessions", "list", "--all"), 0, err="").out, r.out)
        same(ended(box.run("sessions", "list", "--all", env={"LC_ALL": "C"}), 0, err="").out, r.out)


@test_each([("100 columns", 100), ("80 columns", 80), ("40 columns", 40)])
def list_terminal(width):
    """On a terminal the title is cut to its width, and columns give way to it"""
    with Box(**UTC) as box:
        three(box)
        t = box.terminal("sessions", "--all", size=(24, width))
        shown = ended(t.end(), 0).out
        lacks(shown, "\x1b", "\u202e")
        golden(f"sessions-list-{width}", screen(shown, width))
        for line in shown.splitlines():
            truth(len(line) <= width, f"wider than {width}: {line!r}")


@test
def list_json():
    """--json: an object each, by exact names"""
    with Box(**UTC) as box:
        three(box)
        got = listed(box)
        same([o["id"] for o in got], [WEATHER, ADA, RED])
        same(got[1], {"id": ADA, "title": "My name is Ada.", "provider": "mock", "model": "m-1", "created": DAY * 1000,
                      "used": (DAY + 3600) * 1000, "messages": 4, "turns": 2, "cost": "0.000018", "unpriced": 1, "damaged": 0,
                      "bytes": os.path.getsize(os.path.join(folder_of(box), ADA + ".jsonl"))})
        same({k: got[2][k] for k in ("provider", "model", "turns", "cost", "unpriced")},
             {"provider": None, "model": None, "turns": 0, "cost": None, "unpriced": 0})


@test
def list_nothing():
    """Without conversations, and without a HOME, it says so"""
    with Box() as box:
        ended(box.run("sessions", "--all"), 0, "There are no conversations yet.\n", "")
        ended(box.run("sessions", "--all", "--json"), 0, "[]\n", "")
        same(os.path.exists(os.path.join(box.home, ".local")), False)
        del box.env["HOME"]
        for words in (["list"], ["show", "x"], ["search", "x"], ["export", "x", "a.md"], ["import", "x"], ["rm", "x"]):
            ended(box.run("sessions", *words), 3, "", "hobnob: there is no place for conversations: HOME is not set\n")


@test
def list_head():
    """A reader that leaves early ends it quietly"""
    with Box() as box:
        for i in range(3000):
            keep(box, f"20260921T000000-{i:04x}", user("What is it? " * 10))
        r = box.run("-c", f"{HOBNOB} sessions list --all | head -1", argv=["/bin/sh"])
        same((r.status, r.err, r.out.split()[0]), (0, "", "ID"))


@test
def list_real():
    """What a real conversation leaves behind is what is listed"""
    with Box() as box:
        ended(box.run("-p", "mock", "-i", stdin="Hello\nYou there?\n/undo\nAgain\n"), 0)
        one = listed(box)[0]
        same({k: one[k] for k in ("title", "provider", "model", "messages", "turns", "damaged")},
             {"title": "Hello", "provider": "mock", "model": "mock", "messages": 4, "turns": 3, "damaged": 0})


# ---- what is odd ---------------------------------------------------------------------------------

@test
def odd_files():
    """Damaged journals are listed as such; what is no conversation is named on stderr and left alone"""
    with Box(**UTC) as box:
        keep(box, ADA, user("My name is Ada."), used=5, tail='{"type":"mess\x00 garbage\n')
        path = keep(box, WEATHER, user("First line gone"), used=4)
        with open(path, "r+b") as f:
            f.write(b"#")
        os.utime(path, (DAY, DAY))
        for name in ("foreign.jsonl", "notes.txt", "sp ace.jsonl"):
            box.write(os.path.join(folder_of(box), name), "not ours\n")
        box.write(os.path.join(folder_of(box), "empty.jsonl"), "")
        os.mkfifo(os.path.join(folder_of(box), "fifo.jsonl"))
        os.mkdir(os.path.join(folder_of(box), "dir.jsonl"))
        os.symlink(path, os.path.join(folder_of(box), "link.jsonl"))
        r = ended(box.run("sessions", "--all"), 0)
        same([line.split()[0] for line in r.out.splitlines()], ["ID", ADA, WEATHER])
        same([line.split("  ")[-1].strip() for line in r.out.splitlines()[1:]], ["(damaged) My name is Ada.", "(damaged) First line gone"])
        before = f"hobnob: warning: {folder_of(box)}/"
        same(sorted(r.err.splitlines()), sorted(before + line for line in (
            "foreign.jsonl: not a hobnob journal", "notes.txt: not a conversation file",
            "sp ace.jsonl: not a conversation file",
            "fifo.jsonl: not a regular file", "dir.jsonl: not a regular file", "link.jsonl: it is a link")))
        same([o["damaged"] for o in json.loads(box.run("sessions", "--all", "--json").out)], [1, 1])
        ended(box.run("sessions", "show", "foreign"), 1, "",
              f"hobnob: {folder_of(box)}/foreign.jsonl: not a hobnob journal\n")
        ended(box.run("sessions", "rm", "foreign"), 1, "")
        holds(ended(box.run("sessions", "show", ADA), 0).out, "1 damaged line:\n", "My name is Ada.")
        same(len(names(box)), 9)


@test
def unreadable():
    """An unreadable journal is named, and the others are listed"""
    with Box() as box:
        three(box)
        os.chmod(os.path.join(folder_of(box), ADA + ".jsonl"), 0)
        r = ended(box.run("sessions", "--all"), 0)
        if os.geteuid() != 0:
            holds(r.err, ADA + ".jsonl: Permission denied")
        holds(r.out, WEATHER, RED)


# ---- the index -----------------------------------------------------------------------------------

@test
def index():
    """The index is private whatever the umask, and neither trusted nor needed"""
    with Box() as box:
        three(box)
        subprocess.run(["sh", "-c", f"umask 0; {HOBNOB} sessions"], env=box.env, cwd=box.cwd, stdout=subprocess.DEVNULL, check=True)
        settle(box, 3)
        right = listed(box)
        same(stat.S_IMODE(os.stat(index_of(box)).st_mode), 0o600)
        same(stat.S_IMODE(os.stat(os.path.dirname(index_of(box))).st_mode), 0o700)
        inode = os.stat(index_of(box)).st_ino
        same(listed(box), right)
        same(os.stat(index_of(box)).st_ino, inode, "it is written only when something changed")
        with open(index_of(box), "rb") as f:
            whole = f.read()
        for garbled in (b"", b"\0" * 4096, whole[:-9], whole.replace(b"Ada", b"Eve"), whole.replace(b"sessions 2", b"sessions 3"),
                        whole + b"x\n"):
            box.write(index_of(box), garbled, 0o600)
            same(listed(box), right)
            with open(index_of(box), "rb") as f:
                same(f.read(), whole)
        os.remove(index_of(box))
        same(listed(box), right)


@test
def index_stale():
    """A file that was changed in place, its size and mtime kept, is read again"""
    with Box() as box:
        three(box)
        settle(box, 3)
        path = os.path.join(folder_of(box), ADA + ".jsonl")
        was = os.stat(path)
        with open(path, "r+b") as f:
            at = f.read().index(b"Ada")
            f.seek(at)
            f.write(b"Eve")
        os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
        same((os.stat(path).st_size, os.stat(path).st_mtime_ns), (was.st_size, was.st_mtime_ns))
        same([o["title"] for o in listed(box)][1], "My name is Eve.")
        os.rename(path, os.path.join(folder_of(box), "renamed.jsonl"))
        same([o["id"] for o in listed(box)], [WEATHER, "renamed", RED])


@test
def index_nowhere():
    """A cache that cannot be written costs nothing but time"""
    with Box() as box:
        three(box)
        cache = box.write("cache", "a file")
        right = listed(box)
        same(listed(box, env={"XDG_CACHE_HOME": cache}), right)
        os.makedirs(os.path.join(box.cwd, "dir", "hobnob"))
        os.chmod(os.path.join(box.cwd, "dir", "hobnob"), 0o500)
        same(listed(box, env={"XDG_CACHE_HOME": os.path.join(box.cwd, "dir")}), right)


@test
def index_together():
    """Listings at the same time, while a conversation goes on, are all right"""
    with Box() as box:
        three(box)
        settle(box, 3)
        talk = box.start("-p", "mock", "-i")
        for i in range(8):
            talk.send(f"turn {i}\n")
            if os.path.exists(index_of(box)):
                os.remove(index_of(box))  # all of them will write it
            runs = [box.start("sessions", "--all", "--json", stdin=subprocess.DEVNULL) for _ in range(4)]
            for run in runs:
                got = json.loads(ended(run.end(), 0, err="").out)
                same([o["id"] for o in got][-3:], [WEATHER, ADA, RED])
                same([o["damaged"] for o in got], [0] * len(got))
        talk.close()
        ended(talk.end(), 0)
        same(os.listdir(os.path.dirname(index_of(box))), ["sessions.index"])


# ---- which one -----------------------------------------------------------------------------------

@test_each([
    ("unknown, but near", "20260921T120000-beee", f'no conversation "20260921T120000-beee"; did you mean one of these?\n  {WEATHER}  What about'),
    ("four digits, near", "1f3b", f'no conversation "1f3b"; did you mean one of these?\n  {ADA}  My name is Ada.\n'),
    ("unknown", "zzzzzzzz", 'no conversation "zzzzzzzz"\n  `hobnob sessions` lists them\n'),
    ("a beginning of two", "20260921", f'"20260921" is the beginning of 2 conversations:\n  {WEATHER}  What about'),
    ("a path", "../sessions/x", '"../sessions/x" is not the id of a conversation\n  `hobnob sessions` lists them\n'),
    ("a file", ADA + ".jsonl", f'"{ADA}.jsonl" is not the id of a conversation\n'),
    ("nothing", "", '"" is not the id of a conversation\n'),
    ("escapes", "\x1b[31m", '"^[[31m" is not the id of a conversation\n'),
])
def unknown(said, why):
    """An id that names none or several is a usage error that tells the near ones"""
    with Box() as box:
        three(box)
        for verb in (["show", said], ["export", said, "new.md"], ["rm", said]):
            r = ended(box.run("sessions", *verb), 2, "")
            same(r.err.startswith("hobnob: " + why), True, r.err)
        same(names(box), [ADA + ".jsonl", WEATHER + ".jsonl", RED + ".jsonl"])
        same(os.listdir(box.cwd), [])


@test
def words():
    """A word too many or too few is a usage error; so is an unknown verb"""
    with Box() as box:
        ended(box.run("sessions", "show"), 2, "", "hobnob: usage: hobnob sessions show ID\n")
        ended(box.run("sessions", "export", "x"), 2, "", "hobnob: usage: hobnob sessions export ID FILE\n")
        there = "  there are list, show, search, export, import, rm\n"
        ended(box.run("sessions", "remove", "x"), 2, "", f'hobnob: sessions: unknown word "remove"\n{there}'
              "  `hobnob sessions search remove` looks for that word\n")
        ended(box.run("sessions", "serach", "x"), 2, "", f'hobnob: sessions: unknown word "serach" (did you mean "search"?)\n{there}')


# ---- show ----------------------------------------------------------------------------------------

@test
def show():
    """show: facts, then the branch; by a beginning or an end of the id"""
    with Box(**UTC) as box:
        three(box)
        r = ended(box.run("sessions", "show", ADA), 0, err="")
        golden("sessions-show", r.out)
        same(box.run("sessions", "show", "1f3a").out, r.out)
        same(box.run("sessions", "show", "20260921T120000-1").out, r.out)
        got = json.loads(ended(box.run("sessions", "show", "1f3a", "--json"), 0, err="").out)
        same((got["id"], got["hobnob"], got["system"], got["head"], len(got["messages"])), (ADA, "conversation", "Be brief.", 4, 4))
        same(got["messages"][3]["state"], "interrupted")


@test
def show_escapes():
    """A title and a text with escape sequences: safe on a terminal, true bytes in a pipe"""
    with Box(**UTC) as box:
        three(box)
        raw = ended(box.run("sessions", "show", RED), 0, err="")
        holds(raw.out, "## You\n\n\x1b[31mred\x1b]0;title\x07 \u202etxet\n", "title     ^[[31mred^[]0;title^G <U+202E>txet\n")
        shown = ended(box.terminal("sessions", "show", RED).end(), 0).out
        lacks(shown, "\x1b", "\x07", "\u202e")
        holds(shown, "## You\r\n\r\n^[[31mred^[]0;title^G <U+202E>txet\r\n")


# ---- what means harm -----------------------------------------------------------------------------

@test
def export_shown():
    """An export that is shown on a terminal is safe there; a pipe gets the bytes"""
    with Box(**UTC) as box:
        three(box)
        holds(ended(box.run("sessions", "export", RED, "-"), 0, err="").out, "\x1b[31mred\x1b]0;title\x07 \u202etxet\n")
        shown = ended(box.terminal("sessions", "export", RED, "-").end(), 0).out
        lacks(shown, "\x1b", "\x07", "\u202e")
        holds(shown, "## You\r\n\r\n^[[31mred^[]0;title^G <U+202E>txet\r\n")


@test_each([("a link", lambda path, box: os.symlink(box.write("secret", "mine\n"), path), "it is a link"),
            ("a FIFO", lambda path, _: os.mkfifo(path), "not a regular file"),
            ("no journal", lambda path, box: box.write(path, "mine\n"), "not a hobnob journal")])
def export_odd(make, why):
    """What has a journal's name and is none is not exported as one"""
    with Box() as box:
        path = os.path.join(folder_of(box), "odd.jsonl")
        make(path, box)
        ended(box.run("sessions", "export", "odd", "out.jsonl"), 1, "", f"hobnob: {path}: {why}\n")
        truth(not os.path.exists(os.path.join(box.cwd, "out.jsonl")), "it was exported")


@test
def last_ids():
    """Nothing is written behind ids that cannot be read back; export and import number a conversation anew"""
    with Box(**UTC) as box:
        path = keep(box, ADA, user("first"), tail=json.dumps({"type": "message", "id": 2**62 - 1, "parent": 1, "role": "assistant",
                                                              "provider": "mock", "model": "mock", "text": "last"}) + "\n")
        r = ended(box.run("-p", "mock", "-r", ADA, "more"), 2, "")
        holds(r.err, f"{path}: the ids of its messages leave no room for more\n", "export", "import")
        ended(box.run("sessions", "export", ADA, "a.json"), 0, err="")
        ident = ended(box.run("sessions", "import", "a.json"), 0, err="").out.strip()
        ended(box.run("-p", "mock", "-r", ident, "more"), 0, "more\n", "")
        got = json.loads(ended(box.run("sessions", "show", "--json", ident), 0, err="").out)
        same([(m["id"], m.get("parent"), m["text"]) for m in got["messages"]],
             [(1, None, "first"), (2, 1, "last"), (3, 2, "more"), (4, 3, "more")])
        same([o["damaged"] for o in listed(box)], [0, 0])


# ---- search --------------------------------------------------------------------------------------

@test
def search():
    """search: all words in one message, letters without their case, surroundings shown"""
    with Box(**UTC) as box:
        three(box)
        golden("sessions-search", ended(box.run("sessions", "search", "weather"), 0, err="").out)
        same(ended(box.run("sessions", "search", "überzieher", "--json"), 0, err="").out,
             json.dumps([{"id": WEATHER, "title": "What about the weather in Århus on the coming weekend, and what shall I wear for it?",
                          "used": (DAY + 7200) * 1000, "message": 2, "text": "Wear an ÜBERZIEHER."}],
                        ensure_ascii=False, separators=(",", ":")) + "\n")
        for given in (["århus", "WEEKEND"], ["ÅRHUS"], ["the weather in"]):
            holds(ended(box.run("sessions", "search", *given, env={"LC_ALL": "C"}), 0, err="").out, WEATHER)
        ended(box.run("sessions", "search", "Ada", "weather"), 0, "No message or title holds all of these words.\n", "")
        ended(box.run("sessions", "search", "Ada", "weather", "--json"), 0, "[]\n", "")
        ended(box.run("sessions", "search", " "), 2, "", "hobnob: an empty word is in every message\n")
        shown = ended(box.terminal("sessions", "search", "RED", size=(24, 40)).end(), 0).out
        lacks(shown, "\x1b", "\u202e")
        for line in shown.splitlines():
            truth(len(line) <= 40, line)


# ---- export and import ---------------------------------------------------------------------------

@test
def export():
    """export: by the file's ending, 0600, never over a file; - is stdout"""
    with Box() as box:
        three(box)
        for ending in (".json", ".md", ".openai.json", ".jsonl"):
            ended(box.run("sessions", "export", "1f3a", "talk" + ending), 0, f"wrote talk{ending}\n", "")
            same(stat.S_IMODE(os.stat(os.path.join(box.cwd, "talk" + ending)).st_mode), 0o600)
        with open(os.path.join(folder_of(box), ADA + ".jsonl"), encoding="utf-8") as f:
            same(box.read("talk.jsonl"), f.read())
        golden("sessions-export.md", box.read("talk.md"))
        golden("sessions-export.openai.json", box.read("talk.openai.json"))
        same(json.loads(box.read("talk.openai.json"))[0], {"role": "system", "content": "Be brief."})
        same(ended(box.run("sessions", "export", ADA, "-"), 0, err="").out, box.read("talk.md"))
        same(ended(box.run("sessions", "export", ADA, "-", "--json"), 0, err="").out, box.read("talk.openai.json"))
        same(json.loads(ended(box.run("sessions", "export", ADA, "x.md", "--json"), 0, err="").out), {"id": ADA, "file": "x.md"})
        box.write("mine.md", "mine")
        ended(box.run("sessions", "export", ADA, "mine.md"), 2, "", "hobnob: mine.md exists: remove it, or take another name\n")
        same(box.read("mine.md"), "mine")
        ended(box.run("sessions", "export", ADA, "talk.txt"), 2, "", "hobnob: talk.txt: name it .json (lossless), .md (readable), "
              ".openai.json (OpenAI's messages), or .jsonl (the journal itself)\n")
        ended(box.run("sessions", "export", ADA, "no/talk.md"), 1, "", "hobnob: no/talk.md: No such file or directory\n")


@test
def full_disk():
    """What cannot be written is said, and leaves nothing behind"""
    with Box() as box:
        three(box)
        r = box.run("-c", f"{HOBNOB} sessions show 1f3a > /dev/full", argv=["/bin/sh"])
        ended(r, 1, "", "hobnob: standard output: No space left on device\n")
        r = box.run("-c", f"trap '' XFSZ; ulimit -f 0; {HOBNOB} sessions export 1f3a a.md", argv=["/bin/sh"])
        ended(r, 1, "", "hobnob: a.md: File too large\n")
        same(os.listdir(box.cwd), [])
        box.write("in.json", '[{"role":"user","content":"x"}]')
        r = box.run("-c", f"trap '' XFSZ; ulimit -f 0; {HOBNOB} sessions import in.json", argv=["/bin/sh"])
        ended(r, 1, "", re.compile("\nhobnob: nothing was imported\n$"))
        box.write("in.json", json.dumps([{"role": "user", "content": "x" * 400}] * 20))
        r = box.run("-c", f"trap '' XFSZ; ulimit -f 4; {HOBNOB} sessions import in.json", argv=["/bin/sh"])
        ended(r, 1, "", re.compile("\nhobnob: nothing was imported\n$"))
        same(len(names(box)), 3)


@test
def import_back():
    """What export wrote comes back whole as a conversation of its own; export again is the same"""
    with Box() as box:
        three(box)
        for ending in (".json", ".openai.json", ".jsonl"):
            ended(box.run("sessions", "export", ADA, "a" + ending), 0)
            ident = ended(box.run("sessions", "import", "a" + ending), 0, re.compile(r"^\d{8}T\d{6}-[0-9a-f]{4}\n$"), "").out.strip()
            ended(box.run("sessions", "export", ident, "b" + ending), 0)
            if ending != ".jsonl":
                same(box.read("b" + ending), box.read("a" + ending))
            same(stat.S_IMODE(os.stat(os.path.join(folder_of(box), ident + ".jsonl")).st_mode), 0o600)
            one = [o for o in listed(box) if o["id"] == ident][0]
            same((one["title"], one["messages"], one["damaged"]), ("My name is Ada.", 4, 0))
        same(json.loads(ended(box.run("sessions", "import", "--json", "a.json"), 0).out)["messages"], 4)


@test
def import_goes_on():
    """An imported conversation is gone on with: OpenAI's messages, the system prompt among them"""
    with Box() as box:
        box.write("in.json", json.dumps({"model": "x", "messages": [
            {"role": "system", "content": "Be brief."}, {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
            {"role": "assistant", "content": "Hello"}]}))
        ident = ended(box.run("sessions", "import", "in.json"), 0, err="").out.strip()
        r = ended(box.run("-p", "mock", "-n", "-r", ident, "--dry-run", "Go on"), 0)
        same(json.loads(r.out)["body"], [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"},
                                         {"role": "assistant", "content": "Hello"}, {"role": "user", "content": "Go on"}])


@test_each([
    ("no file", None, "in.json: No such file or directory"),
    ("no JSON", "# Notes\n", f"in.json: {UNKNOWN_KIND} (unexpected character)"),
    ("another JSON", '{"a":1}', f"in.json: {UNKNOWN_KIND}"),
    ("an image", '[{"role":"user","content":[{"type":"image_url"}]}]',
     'in.json: message 1 has a part of type "image_url": only text can be taken'),
    ("a tool", '[{"role":"tool","content":"x"}]',
     'in.json: message 1 is of the role "tool": only system, developer, user and assistant can be taken'),
    ("no messages", '{"hobnob":"conversation","version":1,"head":0,"messages":[]}', "in.json: it holds no messages"),
    ("a later journal", '{"hobnob":"journal","version":9,"id":"x","created":1}\n', None),
])
def import_refuses(text, why):
    """import refuses what it cannot take, by name, and leaves no conversation behind"""
    with Box() as box:
        if text is not None:
            box.write("in.json", text)
        r = ended(box.run("sessions", "import", "in.json"), 2, "")
        if why:
            same(r.err, f"hobnob: {why}\n")
        else:
            holds(r.err, "in.json: ", "version")
        same(names(box), [])


@test
def import_damaged():
    """Of a damaged journal comes what is whole, and it is said that it is not all"""
    with Box() as box:
        path = keep(box, ADA, user("My name is Ada."), reply("Hi"), tail="garbage\n")
        r = ended(box.run("sessions", "import", path), 0)
        same(r.err, f"hobnob: warning: {path}: 1 damaged line was passed over\n")
        same([o["damaged"] for o in listed(box)], [0, 1])


# ---- rm ------------------------------------------------------------------------------------------

@test
def remove():
    """rm: all are found before the first is removed; each is reported"""
    with Box() as box:
        three(box)
        ended(box.run("sessions", "rm", ADA, "zzzz"), 2, "", re.compile('no conversation "zzzz"'))
        same(len(names(box)), 3)
        ended(box.run("sessions", "rm", ADA, "beef", "1f3a"), 0, f"removed {ADA}\nremoved {WEATHER}\n", "")
        same(names(box), [RED + ".jsonl"])
        ended(box.run("sessions", "rm", "--json", RED), 0, f'{{"removed":["{RED}"]}}\n', "")
        same(names(box), [])


@test
def remove_busy():
    """A conversation that another hobnob is talking in is not removed; the others are"""
    with Box() as box:
        three(box)
        talk = box.start("-p", "mock", "-i")
        talk.send("Hello\n")
        talk.expect("Hello\n")
        busy = (set(names(box)) - {i + ".jsonl" for i in (ADA, WEATHER, RED)}).pop()[:-len(".jsonl")]
        ended(box.run("sessions", "rm", ADA, busy, RED), 1, f"removed {ADA}\nremoved {RED}\n",
              f"hobnob: {busy}: another hobnob is talking in it\n")
        talk.send("Still there\n")
        talk.expect("Still there\n")
        talk.close()
        ended(talk.end(), 0, err="")
        same([o["messages"] for o in listed(box) if o["id"] == busy], [4])
        ended(box.run("sessions", "rm", busy), 0, f"removed {busy}\n", "")


main()
