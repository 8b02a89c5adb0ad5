#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Kills the program at any instant and looks at what is left on the disk.

What the program has confirmed must be there: a question, once its "start" is told; a reply, once its "done" is; a move to
another branch and a saved file, once their "result" is. HOBNOB_TEST_KILLS says how often (1000). test_crash_1.py and those
beside it run these, a share each.
"""
import contextlib
import glob
import json
import os
import random
import signal
import subprocess
import threading
import time

from hob import HOBNOB, Box, Skip, at_server, main, sanitized, same, test, test_each, truth
from server import Server, chunk, pieces

KILLS = int(os.environ.get("HOBNOB_TEST_KILLS", "60" if sanitized() else "1000"))
SLOWEST = 0.25 if sanitized() else 0.03  # seconds until the kill, at most
PARTS = [(f"part {n + 1} of 8", n) for n in range(8)]
CHAT = ("-f", "jsonl", "-p", "mock", "-o", "mock.delta_ms=1")


def share(kills, part):
    """A part of so many kills; all parts together are as many."""
    return (kills + part) // len(PARTS)


def sessions(box):
    """The ids of the conversations on disk; an empty file was killed before its first record, and is none."""
    return sorted(os.path.basename(p)[:-6] for p in glob.glob(box.home + "/.local/state/hobnob/sessions/*.jsonl") if os.path.getsize(p))


def inputs(rng, tag):
    """What is said and commanded in one run."""
    out = []
    for k in range(rng.randint(2, 12)):
        what = rng.choice(["say"] * 5 + ["/retry", "/undo", "/clear", "/edit 1 changed " + f"{tag}-{k}", "/continue",
                                         "/save -f kept.json", "/fork", "/branch 1", "/system be " + f"{tag}-{k}"])
        out.append({"id": k, "say": f"question {tag}-{k} " + "word " * rng.randint(0, 12)} if what == "say"
                   else {"id": k, "command": what})
    return out


def run_and_kill(box, rng, args, lines):
    """Starts it, feeds it, kills it after a while; the events that were whole."""
    process = subprocess.Popen([HOBNOB, *CHAT, *args], env=box.env, cwd=box.cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL)
    try:
        process.stdin.write("".join(json.dumps(line) + "\n" for line in lines).encode())
        process.stdin.flush()
    except BrokenPipeError:  # -c found no conversation that anybody answered: it had ended before
        pass
    time.sleep(rng.uniform(0, SLOWEST))
    process.send_signal(signal.SIGKILL)
    out = process.stdout.read()
    process.wait()
    truth(process.returncode in (-signal.SIGKILL, *((2,) if "-c" in args else ())), f"{args} ended with {process.returncode}")
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    process.stdout.close()
    return [json.loads(line) for line in out[:out.rfind(b"\n") + 1].splitlines()]


def confirmed(lines, events):
    """The texts of questions and replies that were confirmed, in order."""
    said = {line["id"]: line.get("say") for line in lines}
    edited = {line["id"]: line["command"].split(" ", 2)[2] for line in lines if line.get("command", "").startswith("/edit")}
    texts = []
    for event in events:
        question = said.get(event.get("id")) or edited.get(event.get("id"))
        if event["event"] == "start" and question:
            texts.append(("user", question.strip() if event["id"] in edited else question))
        elif event["event"] == "done" and event["text"]:
            texts.append(("assistant", event["text"]))
    return texts


def read(box, id_):
    """A conversation as the program reads it back."""
    result = box.run("sessions", "show", id_, "--json")
    same((result.status, result.err), (0, ""), f"{id_} is not read whole")
    return json.loads(result.out)


# Moves, what may be seen in their middle, and what is behind each: the mock says again whatever it is told.
MOVES = (({"say": "a"}, ("a",), "a a"), ({"say": "b"}, ("a a b",), "a a b b"), ({"command": "/undo"}, (), "a a"),
         ({"command": "/branch 1"}, (), "a a b b"), ({"command": "/edit 1 c"}, ("", "c"), "c c"), ({"command": "/clear"}, (), ""),
         ({"say": "d"}, ("d",), "d d"), ({"command": "/retry"}, ("d",), "d d"), ({"command": "/branch 2"}, (), "c c"),
         ({"say": "e"}, ("c c e",), "c c e e"))


def view_of(talk):
    """The texts of the branch that a conversation ends in."""
    messages = {m["id"]: m for m in talk["messages"]}
    at, texts = talk["head"], []
    while at:
        texts.append(messages[at]["text"])
        at = messages[at].get("parent", 0)
    return " ".join(reversed(texts)).strip()


@test_each(PARTS)
def kills_while_talking(part):
    """Every message that was confirmed is there after a kill, whatever was under way"""
    rng = random.Random(f"talking {part}")
    lost = 0
    with Box() as box:
        for kill in range(share(KILLS, part)):
            args = rng.choice([(), ("-c",), ("-c",), ("-c",)]) if sessions(box) else ()
            before = set(sessions(box))
            tag = f"r{kill}"
            lines = inputs(rng, tag)
            events = run_and_kill(box, rng, args, lines)
            want = confirmed(lines, events)
            new = [s for s in sessions(box) if s not in before]
            lost += len(want) == 0
            have = {(m["role"], m["text"]) for s in sessions(box) for m in read(box, s)["messages"]}
            missing = [w for w in want if w not in have]
            truth(not missing, f"kill {kill}: confirmed and gone: {missing!r}; events {events!r}")
            if any(e["event"] == "result" and e["command"] == "/save" for e in events):
                json.load(open(box.cwd + "/kept.json", encoding="utf-8"))
            if len(sessions(box)) > 6 or len(new) > 3:
                for s in sessions(box)[:-1]:
                    os.unlink(f"{box.home}/.local/state/hobnob/sessions/{s}.jsonl")
    return f"{share(KILLS, part)} kills, {lost} of them before anything was confirmed"


@test_each(PARTS)
def kills_between_moves(part):
    """A move that was confirmed holds after a kill; the next one is whole, begun, or not there"""
    rng = random.Random(f"moves {part}")
    cut = 0
    for n in range(share(KILLS // 5, part)):
        with Box() as box:
            lines = [{"id": i, **move} for i, (move, _, _) in enumerate(MOVES)]
            events = run_and_kill(box, rng, (), lines)
            closed = sum(e["event"] in ("done", "result", "error") for e in events)
            states = [""] + [after for _, _, after in MOVES]
            allowed = {states[closed]}
            if closed < len(MOVES):
                allowed |= {*MOVES[closed][1], states[closed + 1]}
            kept = sessions(box)
            got = view_of(read(box, kept[0])) if kept else ""
            cut += closed < len(MOVES)
            truth(got in allowed, f"kill {n}: {closed} moves were confirmed; it ends in {got!r}, not one of {sorted(allowed)!r}")
    return f"{share(KILLS // 5, part)} kills, {cut} before the last move"


@test
def killed_in_a_reply():
    """A reply that was coming for a while is there but for its last half second, and can be gone on with"""
    with Box() as box:
        reply = " ".join(f"w{i}" for i in range(400))
        a = box.start("-p", "mock", "-o", "mock.delta_ms=10", "-f", "jsonl")
        a.send(json.dumps({"say": reply}) + "\n")
        a.expect('"text":" w120"')
        a.signal(signal.SIGKILL)
        a.process.wait()
        [id_] = sessions(box)
        question, cut = read(box, id_)["messages"]
        same(question["text"], reply)
        same((cut["state"], cut["finish"], cut["parent"]), ("interrupted", "interrupted", 1))
        words = cut["text"].split()
        truth(reply.startswith(cut["text"]) and len(words) > 20, f"{len(words)} words: {cut['text']!r}")
        out = box.run("-c", "-i", "-f", "stdio", stdin="/continue\n/history\n/undo\n/branch 1\n/history\n").out
        truth(out.count("w0 w1 w2") >= 3, out)
        both = read(box, id_)["messages"]
        same([m["role"] for m in both], ["user", "assistant", "assistant"])
        truth(both[2]["text"].startswith(cut["text"] + "Your last reply was cut off."), both[2]["text"][-200:])
        same((both[2]["continues"], both[1]["text"]), (2, cut["text"]))
    return f"{len(words)} words of 120"


COMPUTES = os.path.abspath(os.path.join(os.path.dirname(HOBNOB), "tests/abi/.libs"))


@test_each([("a server", ("-n", "Hi"), "Half a wo"),
            ("a server, in jsonl", ("-f", "jsonl", "Hi"), "Half a wo"),
            ("a plugin on a thread of its own", ("-n", "--plugin-path", COMPUTES, "-p", "computes", "Hi"), "computing")])
def killed_in_silence(args, text):
    """What was shown of a reply is kept half a second later although nothing more comes"""
    if "computes" in args and not os.path.exists(f"{COMPUTES}/computes.so"):
        raise Skip("the plugins of the tests are not built")
    never = threading.Event()
    with Server(pieces([chunk({"content": "Half "}), chunk({"content": "a wo"}), never])) as server, at_server(server) as box:
        a = box.start(*args)
        a.expect('a wo' if "jsonl" in args else text)
        shown = time.monotonic()
        [path] = glob.glob(box.home + "/.local/state/hobnob/sessions/*.jsonl")
        while text not in "".join(m["text"] for m in map(json.loads, open(path, encoding="utf-8")) if m.get("type") == "piece"):
            truth(time.monotonic() < shown + 20, "nothing is kept")
            time.sleep(0.01)
        a.signal(signal.SIGKILL)
        a.process.wait()
        never.set()
        [id_] = sessions(box)
        _, cut = read(box, id_)["messages"]
        same((cut["text"], cut["state"]), (text, "interrupted"))


@test_each(PARTS)
def kills_while_removing(part):
    """A conversation that is being removed is there whole or not at all, and the listing goes on"""
    rng = random.Random(f"removing {part}")
    gone = 0
    with Box() as box:
        for n in range(share(max(20, KILLS // 10), part)):
            same(box.run("-p", "mock", f"hello {n}").status, 0)
            id_ = sessions(box)[-1]
            process = subprocess.Popen([HOBNOB, "sessions", "rm", id_], env=box.env, cwd=box.cwd,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(rng.uniform(0, SLOWEST / 10))
            process.kill()
            process.wait()
            gone += id_ not in sessions(box)
            listed = json.loads(box.run("sessions", "list", "--json").out)
            same(sorted(k["id"] for k in listed), sessions(box))
            if id_ in sessions(box):
                same([m["text"] for m in read(box, id_)["messages"]], [f"hello {n}", f"hello {n}"])
                os.unlink(f"{box.home}/.local/state/hobnob/sessions/{id_}.jsonl")
    return f"{gone} were gone"


if __name__ == "__main__":
    main()
