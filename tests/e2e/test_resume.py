#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Conversations that outlive the process: -c, -r, what goes on with them, and a place that cannot be written."""
import glob
import json
import os
import re
import signal
import stat
import subprocess

from hob import HOBNOB, Box, Skip, ended, holds, lines_of, main, same, test, truth

MOCK = ("-p", "mock")


def folder(box):
    """Where the conversations are."""
    return box.home + "/.local/state/hobnob/sessions"


def kept(box):
    """The ids of the conversations, oldest first."""
    return sorted(os.path.basename(p)[:-6] for p in glob.glob(folder(box) + "/*.jsonl"))


def request(box, *args):
    """The messages that would be sent, as role:text."""
    body = json.loads(box.run("--dry-run", *args).out)["body"]
    return [f"{m['role']}:{m['content']}" for m in body]


@test
def last():
    """-c goes on with the conversation that was used last, one turn or many, in its own file"""
    with Box() as box:
        ended(box.run(*MOCK, "one"), 0, "one\n", "")
        first = kept(box)
        ended(box.run(*MOCK, "other"), 0, "other\n", "")
        os.utime(f"{folder(box)}/{first[0]}.jsonl", (2**31, 2**31))
        ended(box.run("-c", "two"), 0, "two\n", "")
        same(request(box, "-c", "three"), ["user:one", "assistant:one", "user:two", "assistant:two", "user:three"])
        same(len(kept(box)), 2)
        ended(box.run("-c", "-i", "-f", "stdio", stdin="/history\n/exit\n"), 0,
              " 1 user: one\n 2 assistant: one\n 3 user: two\n 4 assistant: two\n4 messages\n", "")


def said(box, word, id_):
    """A conversation of one word, and of an id that no clock and no chance has given."""
    before = kept(box)
    ended(box.run(*MOCK, word), 0, word + "\n", "")
    [given] = [i for i in kept(box) if i not in before]
    with open(f"{folder(box)}/{given}.jsonl", encoding="utf-8") as f:
        box.write(f"{folder(box)}/{id_}.jsonl", f.read().replace(given, id_), 0o600)
    os.unlink(f"{folder(box)}/{given}.jsonl")
    return id_


@test
def by_id():
    """-r takes a whole id, its beginning or its end; what is unknown or ambiguous is refused with the near ones"""
    with Box() as box:
        one, two = said(box, "one", "20261127T235959-0be5"), said(box, "two", "20261127T235959-1f3a")
        near = f"hobnob: no conversation \"{one[:-1]}zz\"; did you mean one of these?\n  {one}  one\n  {two}  two\n"
        same(request(box, "-r", one, "x"), ["user:one", "assistant:one", "user:x"])
        same(request(box, "-r", two[-4:], "x"), ["user:two", "assistant:two", "user:x"])
        ended(box.run("-r", one[:8], "x"), 2, "", f'hobnob: "20261127" is the beginning of 2 conversations:\n  {two}  two\n  {one}  one\n')
        ended(box.run("-r", one[:-1] + "zz", "x"), 2, "", near)
        ended(box.run("-r", "../../etc/passwd", "x"), 2, "", re.compile("^hobnob: \"../../etc/passwd\" is not the id of a conversation\n"))
        ended(box.run("-c", "-r", one, "x"), 2, "", "hobnob: --continue and --resume name two conversations\n  give one of them\n")


@test
def by_id_of_chance():
    """Two ids may end alike, and one as all begin: -r then says which they are; over midnight a day means one of them"""
    with Box() as box:
        one, two = said(box, "one", "20261127T235959-0be5"), said(box, "two", "20261128T000000-0be5")
        three = said(box, "three", "20261128T000001-2026")
        ended(box.run("-r", "0be5", "x"), 2, "", f'hobnob: "0be5" is the end of 2 conversations:\n  {two}  two\n  {one}  one\n')
        ended(box.run("-r", "2026", "x"), 2, "",
              f'hobnob: "2026" is the beginning of 3 conversations:\n  {three}  three\n  {two}  two\n  {one}  one\n')
        same(request(box, "-r", "-2026", "x"), ["user:three", "assistant:three", "user:x"])
        same(request(box, "-r", "20261127", "x"), ["user:one", "assistant:one", "user:x"])


@test
def none():
    """-c without any conversation says so, and sends nothing"""
    with Box() as box:
        ended(box.run(*MOCK, "-c", "x"), 2, "", re.compile("^hobnob: there is no conversation"))
        ended(box.run(*MOCK, "-c", "x", env={"HOME": ""}), 2, "", re.compile("^hobnob: "))
        same(kept(box), [])


@test
def who_answers():
    """Provider and model go on, unless the command line says otherwise; one that is gone is told and replaced"""
    with Box() as box:
        box.config("providers: {parrot: {plugin: mock, model: grey}, crow: {plugin: mock}}\n")
        box.run("-p", "parrot", "-m", "green", "one")

        def who(*args):
            r = box.run("-c", "--json", *args, "x")
            return ended(r, 0).err, [json.loads(line).get("provider", "") + "/" + json.loads(line).get("model", "")
                                     for line in open(f"{folder(box)}/{kept(box)[0]}.jsonl", encoding="utf-8")][-1]
        same(who(), ("", "parrot/green"))
        same(who("-m", "red"), ("", "parrot/red"))
        same(who("-p", "crow"), ("", "crow/mock"))
        same(who("-p", "parrot", "-o", "parrot.model=blue"), ("", "parrot/blue"))
        same(who("-p", "parrot"), ("", "parrot/blue"))
        box.config("provider: mock\n")
        warned, now = who()
        holds(warned, "hobnob: warning: parrot answered in this conversation, and cannot now: ")
        same(now, "mock/mock")


@test
def system_prompt():
    """The system prompt goes on; -s replaces it from then on; /system - removes it for good"""
    with Box() as box:
        box.run(*MOCK, "-s", "be kind", "one")
        same(request(box, "-c", "x")[0], "system:be kind")
        same(json.loads(box.run("-c", "--dry-run", "x", env={"HOBNOB_SYSTEM": "be quick"}).out)["body"][0]["content"], "be kind")
        same(request(box, "-c", "-s", "be short", "x")[0], "system:be short")
        box.run("-c", "-s", "be short", "two")
        same(request(box, "-c", "x")[0], "system:be short")
        box.run("-c", "-i", "-f", "stdio", stdin="/system -\nthree\n")
        same(request(box, "-c", "x")[0], "user:one")


@test
def accounts():
    """What a conversation has used goes on: in /stats, and against its limits"""
    with Box() as box:
        box.write("script.json", json.dumps({"steps": [{"text": "ok", "times": 0, "cost": "0.01",
                                                         "usage": {"prompt_tokens": 100, "completion_tokens": 20}}]}))
        args = (*MOCK, "-o", "mock.script=script.json", "-o", "price_input=1", "-o", "price_output=1")
        box.run(*args, "one")
        box.run(*args, "-c", "-i", "-f", "stdio", stdin="two\n/retry\n")
        out = box.run(*args, "-c", "-f", "jsonl", stdin='{"command":"/stats"}\n').out
        stats = lines_of(out)[-1]["data"]
        same((stats["turns"], stats["prompt_tokens"], stats["completion_tokens"], stats["cost"]), (3, 300, 60, "0.03"))
        ended(box.run(*args, "-c", "-o", "max_cost=0.03", "four"), 8, "", re.compile("max_cost would be passed: \\$0 left of \\$0\\.03"))
        ended(box.run(*args, "-c", "-o", "max_tokens_session=360", "four"), 8, "", re.compile("max_tokens_session would be passed: 0 tokens left"))


@test
def moves():
    """A move is kept as well as what is said: /clear and /undo hold when the conversation is gone on with"""
    with Box() as box:
        for word in ("one", "two"):
            box.run(*MOCK, *(["-c"] if kept(box) else []), word)
        box.run("-c", "-i", "-f", "stdio", stdin="/undo\n")
        same(request(box, "-c", "x"), ["user:one", "assistant:one", "user:x"])
        box.run("-c", "-i", "-f", "stdio", stdin="/clear\n")
        same(request(box, "-c", "x"), ["user:x"])
        box.run("-c", "-i", "-f", "stdio", stdin="/branch 1\n")
        same(request(box, "-c", "x"), ["user:one", "assistant:one", "user:two", "assistant:two", "user:x"])


@test
def two_at_once():
    """A second program on a conversation is told, and what it says goes to a copy; the first is not disturbed"""
    with Box() as box:
        box.run(*MOCK, "one")
        first = kept(box)[0]
        a = box.start(*MOCK, "-c", "-f", "jsonl")
        a.send('{"say":"from a"}\n')
        a.expect('"event":"done"')
        r = box.run("-c", "from b")
        ended(r, 0, "from b\n", f"hobnob: warning: {first}: another hobnob is talking in it; what follows is kept as a conversation of its own\n")
        a.send('{"say":"from a again"}\n')
        a.expect('from a again"')
        a.close()
        same(a.end().status, 0)
        same(len(kept(box)), 2)
        other = [i for i in kept(box) if i != first][0]
        same(request(box, "-r", first, "x")[2:], ["user:from a", "assistant:from a", "user:from a again", "assistant:from a again", "user:x"])
        same(request(box, "-r", other, "x")[2:], ["user:from a", "assistant:from a", "user:from b", "assistant:from b", "user:x"])
        ended(box.run("-r", first, "alone again"), 0, "alone again\n", "")


@test
def fork():
    """/fork leaves the conversation as it is and goes on in a copy"""
    with Box() as box:
        box.run(*MOCK, "one")
        first = kept(box)[0]
        before = open(f"{folder(box)}/{first}.jsonl", encoding="utf-8").read()
        ended(box.run("-c", "-i", "-f", "stdio", stdin="/fork\ntwo\n"), 0,
              f"what follows is kept as a conversation of its own; {first} stays as it is\ntwo\n", "")
        same(open(f"{folder(box)}/{first}.jsonl", encoding="utf-8").read(), before)
        other = [i for i in kept(box) if i != first][0]
        same(request(box, "-r", other, "x"), ["user:one", "assistant:one", "user:two", "assistant:two", "user:x"])


@test
def nothing_written():
    """--no-journal, --dry-run and journal=false read a conversation and write nothing"""
    with Box() as box:
        box.run(*MOCK, "one")
        path = f"{folder(box)}/{kept(box)[0]}.jsonl"
        before = (open(path, encoding="utf-8").read(), os.stat(path).st_mtime_ns)
        for args in (("--no-journal",), ("-o", "journal=false"), ("--dry-run",)):
            ended(box.run("-c", *args, "two"), 0, None, "")
            same((open(path, encoding="utf-8").read(), os.stat(path).st_mtime_ns), before)
        same(len(kept(box)), 1)


@test
def damaged():
    """A damaged conversation goes on with what is whole; what is not is named; nothing of it is overwritten"""
    with Box() as box:
        for text in ("one", "two", "three"):
            box.run(*MOCK, *(["-c"] if kept(box) else []), text)
        id_ = kept(box)[0]
        path = f"{folder(box)}/{id_}.jsonl"
        lines = open(path, "rb").read().split(b"\n")
        lines[3] = lines[3][:40] + b"\xff" + lines[3][41:]
        data = b"\n".join(lines) + b'{"type":"message","id":7,"par'
        box.write(path, data, 0o600)
        r = box.run("-c", "four")
        ended(r, 0, "four\n", re.compile(f"^hobnob: warning: {id_}: line 4: [^\n]*\nhobnob: warning: {id_}: line 5: [^\n]*\n$"))
        now = open(path, "rb").read()
        truth(now.startswith(data), "what was there was overwritten")
        same(request(box, "-c", "x"), ["user:one", "assistant:one\n\ntwo", "user:three", "assistant:three", "user:four", "assistant:four", "user:x"])


@test
def modes():
    """Files are 0600 and folders 0700, whatever the umask"""
    with Box() as box:
        ended(box.run("-c", f'umask 0; "$0" {" ".join(MOCK)} hi; umask 777; "$0" -c again', HOBNOB, argv=["/bin/sh"]), 0, "hi\nagain\n", "")
        path = f"{folder(box)}/{kept(box)[0]}.jsonl"
        same(oct(stat.S_IMODE(os.stat(path).st_mode)), "0o600")
        same(oct(stat.S_IMODE(os.stat(folder(box)).st_mode)), "0o700")
        same(len(open(path, encoding="utf-8").readlines()), 5)


@test
def reader_gone():
    """A reader that goes away in the middle of a reply does not lose what came of it"""
    with Box() as box:
        for args in (("-n", "long " * 2000), ("-f", "jsonl")):
            process = subprocess.Popen([HOBNOB, *MOCK, "-o", "mock.delta_ms=1", *args], env=box.env, cwd=box.cwd, stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            process.stdin.write(json.dumps({"say": "long " * 2000}).encode() + b"\n")
            process.stdin.close()
            process.stdout.read(400)
            process.stdout.close()
            same((process.wait(20), process.stderr.read()), (-signal.SIGPIPE, b""))
            process.stderr.close()
            asked, reply, _ = request(box, "-c", "x")
            same(asked, "user:" + "long " * 2000)
            truth(reply.startswith("assistant:long long"), reply[:60])


@test
def vanished():
    """A folder or a file that goes away is told once; the chat goes on"""
    with Box() as box:
        a = box.start(*MOCK, "-f", "jsonl")
        a.send('{"say":"one"}\n')
        a.expect('"event":"done"')
        subprocess.run(["rm", "-r", box.home + "/.local"], check=True)
        for word in ("two", "three"):
            a.send(json.dumps({"say": word}) + "\n")
            a.expect(f'"event":"done"[^\n]*"text":"{word}"')
        a.close()
        r = a.end()
        same(r.status, 0)
        same(len(re.findall("continues without a journal", r.err)), 1)


@test
def full_disk():
    """A full disk is told once; the chat goes on; what was written before stays readable"""
    with Box() as box:
        state = box.root + "/small"
        os.mkdir(state)
        if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", state], capture_output=True, check=False).returncode:
            raise Skip("a small file system cannot be mounted here")
        try:
            env = {"XDG_STATE_HOME": state}
            a = box.start(*MOCK, "-f", "jsonl", env=env)
            for n in range(12):
                a.send(json.dumps({"say": f"{n} " + "long " * 2000}) + "\n")
                a.expect(f'"event":"done"[^\n]*"text":"{n} long')
            a.close()
            r = a.end()
            same(r.status, 0)
            same(len(re.findall("No space left on device; the conversation continues without a journal", r.err)), 1)
            shown = box.run("-c", "--dry-run", "x", env=env)
            same(shown.err, "")
            truth(len(json.loads(shown.out)["body"]) >= 5, shown.out[:200])
        finally:
            subprocess.run(["umount", state], check=False)


@test
def read_only():
    """A home that cannot be written is told once; the chat goes on"""
    with Box() as box:
        state = box.root + "/fixed"
        os.mkdir(state)
        if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", state], capture_output=True, check=False).returncode:
            raise Skip("a read-only file system cannot be mounted here")
        try:
            r = box.run(*MOCK, "-i", "-f", "stdio", stdin="one\ntwo\n", env={"XDG_STATE_HOME": state})
            ended(r, 0, "one\ntwo\n")
            same(len(re.findall("Read-only file system; the conversation continues without a journal", r.err)), 1)
        finally:
            subprocess.run(["umount", state], check=False)


if __name__ == "__main__":
    main()
