#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a reply holds beside its text: it goes back in its place, from the journal too, and is shown.

The provider is tests/abi/parts.c: it emits what the last message says, and says what it got when it is asked "?".
"""
import base64
import json
import os
import signal
import subprocess

from hob import BUILD, HOBNOB, Box, ended, lines_of, main, same, test, truth

PARTS = ("--plugin-path", os.path.join(BUILD, "tests", "abi", ".libs"), "-p", "parts", "-m", "x")
FOUR = "opaque=a text=one opaque=b:\u00e4 text=two"
CAME = "user[text=" + FOUR + "] assistant[opaque=a:a text=one opaque=b:\u00e4 text=two]"
# What is written down in two pieces: the nap is longer than the half second after which a piece is.
SAID = "opaque=a text=one nap text=two opaque=b text=three wait"


def say(box, text, *args, status=0, err=""):
    """What comes of one turn on standard output."""
    return ended(box.run("-n", *PARTS, *args, "--", text), status, err=err).out


def journal(box):
    """The lines of the only conversation."""
    folder = os.path.join(box.home, ".local/state/hobnob/sessions")
    name, = os.listdir(folder)
    with open(os.path.join(folder, name), encoding="utf-8") as f:
        return [json.loads(line) for line in f]


@test
def in_order():
    """OPAQUE, TEXT, OPAQUE, TEXT come back as they went out: at once, and with -c"""
    with Box() as box:
        talk = "".join(json.dumps({"say": s}) + "\n" for s in (FOUR, "?"))
        got = lines_of(ended(box.run(*PARTS, "-f", "jsonl", stdin=talk), 0, err="").out)
        same([e["text"] for e in got if e["event"] == "done"], ["onetwo", CAME + " user[text=?]"])
    with Box() as box:
        same(say(box, FOUR), "onetwo\n")
        same(say(box, "?", "-c"), CAME + " user[text=?]\n")
        same(journal(box)[0]["version"], 2)
        same(journal(box)[2]["parts"], [{"at": 0, "type": "opaque", "name": "a", "data": "a"},
                                        {"at": 3, "type": "opaque", "name": "b", "data": "\u00e4"}])
        ended(box.run("-n", *PARTS[:2], "-p", "parts", "-m", "other", "-c", "--", "?"), 0,
              CAME.replace("opaque=a:a text=one opaque=b:\u00e4 text=two", "text=onetwo") + " user[text=?] assistant[text=" + CAME +
              " user[text=?]] user[text=?]\n", "")


@test
def old_journal():
    """The opaque parts of a journal of version 1 go back after the text; the next part makes it one of version 2"""
    with Box() as box:
        lines = [{"hobnob": "journal", "version": 1, "id": "20260101T000000-0001", "created": 1},
                 {"type": "message", "id": 1, "role": "user", "text": "q"},
                 {"type": "message", "id": 2, "parent": 1, "role": "assistant", "text": "r", "provider": "parts", "model": "x",
                  "opaque": [{"name": "s", "data": "x"}]}]
        path = os.path.join(box.home, ".local/state/hobnob/sessions/20260101T000000-0001.jsonl")
        os.makedirs(os.path.dirname(path), mode=0o700)
        with open(path, "w", encoding="utf-8") as f:
            f.writelines(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
        same(say(box, "?", "-c"), "user[text=q] assistant[text=r opaque=s:x] user[text=?]\n")
        same(journal(box)[0]["version"], 1)
        same(say(box, "opaque=n text=u", "-c"), "u\n")
        same(journal(box)[0], {**lines[0], "version": 2})
        same(oct(os.stat(path).st_mode & 0o777), "0o600")
        with open(path, encoding="utf-8") as f:
            text = f.read()
        with open(path, "w", encoding="utf-8") as f:
            f.write(text.replace('"version":2', '"version":3', 1))
        r = ended(box.run("-n", *PARTS, "-r", "20260101T000000-0001", "x"), 2, "")
        truth("it is a journal of version 3, which only a newer hobnob can read" in r.err, r.err)


@test
def killed():
    """Parts survive the end of the program as text does, in their places"""
    with Box() as box:
        box_args = [HOBNOB, *PARTS, "-f", "jsonl"]
        with subprocess.Popen(box_args, env=box.env, cwd=box.cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            process.stdin.write((json.dumps({"say": SAID}) + "\n").encode())
            process.stdin.flush()
            folder = os.path.join(box.home, ".local/state/hobnob/sessions")
            while not any(open(os.path.join(folder, name), "rb").read().count(b'"piece"') == 2 for name in
                          (os.listdir(folder) if os.path.isdir(folder) else [])):
                truth(process.poll() is None, "it ended")
            process.send_signal(signal.SIGKILL)
        same(say(box, "?", "-c"), f"user[text={SAID}] assistant[opaque=a:a text=onetwo opaque=b:b text=three] user[text=?]\n")


@test
def events():
    """A program gets calls, images and what is waited for; each is kept"""
    with Box() as box:
        r = ended(box.run(*PARTS, "-f", "jsonl", stdin=json.dumps(
            {"say": "progress=250:load progress=load piece=f:{ call=f:{} image=a.png:PNG finish=tool"}) + "\n"), 0, err="")
        got = [{k: v for k, v in e.items() if k != "event"} for e in lines_of(r.out) if e["event"] in ("part", "progress", "notice")]
        none = dict.fromkeys(("call", "name", "mime", "data", "url", "base64"))
        same(got, [{"text": "load", "thousandths": 250}, {"text": "load", "thousandths": None},
                   {**none, "type": "tool_call", "call": "c1", "name": "f", "data": "{}"},
                   {**none, "type": "image", "name": "a.png", "mime": "image/png", "base64": base64.b64encode(b"PNG").decode()},
                   {"text": 'the model called the tool "f", which nobody offered; hobnob did not run it'}])
        same(lines_of(r.out)[-1]["finish"], "tool_calls")
        same([p["type"] for p in journal(box)[2]["parts"]], ["tool_call", "image"])
        shown = ended(box.run("sessions", "show", journal(box)[0]["id"]), 0, err="").out
        truth("\n## Assistant\n\n[call of the tool f]\n[image a.png, 3 bytes]\n" in shown, shown)


@test
def by_people():
    """On standard output is the text alone; an image is named beside it, and /history and /preview name it, too"""
    with Box() as box:
        same(say(box, "text=a image=b.png:PNG text=c", err="hobnob: [image b.png, 3 bytes]\n"), "ac\n")
        r = ended(box.run(*PARTS, "-i", "-c", stdin="/history\n/preview\n"), 0)
        truth(" 2 assistant: ac [image b.png, 3 bytes]\n" in r.out, r.out)
        truth(r.out.endswith("\nac\n[image b.png, 3 bytes]\n"), r.out)


@test
def no_finish():
    """A provider that ends without a finish is named; what came is kept"""
    with Box() as box:
        r = ended(box.run("-n", *PARTS, "text=half broken"), 1, "half\n")
        same(r.err, "hobnob: the reply may not be whole: parts ended it without a finish\n")
        same(journal(box)[2]["error"], "truncated")


main()
