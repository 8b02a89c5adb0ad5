#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is sent alternates, user and assistant: whatever a kill, pins, a limit, or a file from elsewhere left."""
import glob
import json
import threading
import time

from hob import Box, at_server, ended, holds, lines_of, main, same, test, test_each, truth
from server import DONE, Server, body, chunk, error, hang, pieces, reply


def strict(conn, request):
    """Answers what alternates with its number of messages; refuses the rest, as strict templates do."""
    roles = [m["role"] for m in request.json["messages"] if m["role"] != "system"]
    right = all(r == ("user", "assistant")[i % 2] for i, r in enumerate(roles)) and roles[-1] == "user"
    text = f"A{len(roles)}"
    return (reply(text) if right else error(400, "Conversation roles must alternate user/assistant/user/..."))(conn, request)


def journals(box):
    """The files of the conversations."""
    return sorted(glob.glob(box.home + "/.local/state/hobnob/sessions/*.jsonl"))


def await_text(path, text):
    """Waits until a file holds it."""
    deadline = time.monotonic() + 20
    while text not in open(path, encoding="utf-8").read():
        truth(time.monotonic() < deadline, f"{text} does not come into {path}")
        time.sleep(0.01)


def kill(box, seen, text="never answered", question="never answered"):
    """Asks, waits until the server has the question and the journal a text of it or of its answer, and kills the program."""
    running = box.start("-c", "-n", question)
    truth(seen.wait(20), "the server got nothing")
    seen.clear()
    await_text(journals(box)[-1], text)
    running.process.kill()
    running.process.wait()


def half(seen):
    """Answers with one word, and no more."""
    def step(conn, request):
        seen.set()
        return pieces([chunk({"content": "Half."}), threading.Event()])(conn, request)
    return step


@test_each([("before the reply", "never answered", [("user", "three")]),
            ("within the reply", '"type":"piece"', [("user", "never answered"), ("assistant", "Half."), ("user", "three")])])
def killed(until, more):
    """A question without an answer is left out in a later run as in the one that asked it; a piece of an answer is one"""
    seen = threading.Event()
    with Server(strict, (half if "piece" in until else hang)(seen), strict) as server, at_server(server) as box:
        ended(box.run("-n", "one"), 0, "A1\n")
        kill(box, seen, until)
        ended(box.run("-c", "-i", stdin="three\nfour\n"), 0)
        same(server.chats[2].messages, [("user", "one"), ("assistant", "A1"), *more])
        same(server.chats[3].messages[-3][1], "three")


@test
def killed_again_and_again():
    """However often that happens, only the last question is sent"""
    seen = threading.Event()
    with Server(strict, hang(seen), hang(seen), hang(seen), strict) as server, at_server(server) as box:
        box.run("-n", "one")
        for i in range(3):
            kill(box, seen, f"lost {i}", f"lost {i}")
        ended(box.run("-c", "-n", "two"), 0, "A3\n")
        same(server.chats[-1].messages, [("user", "one"), ("assistant", "A1"), ("user", "two")])


@test_each([(f"message {n}, at most {limit}", n, limit) for n in (1, 2, 3, 4) for limit in (1, 2, 3, 4, 5)])
def pinned(n, limit):
    """A pinned message goes with its other half, under any limit of messages"""
    with Server(strict) as server, at_server(server) as box:
        r = box.run("-i", "-o", f"context_messages={limit}", stdin=f"one\ntwo\n/pin {n}\nthree\nfour\nfive\n")
        ended(r, 0)
        first = 0 if n < 3 else 1
        for i, request in enumerate(server.chats[2:], 2):
            texts = [text for _, text in request.messages]
            pair = [("one", "two")[first], texts[texts.index(("one", "two")[first]) + 1]]
            truth(pair[1].startswith("A"), request.messages)
            unpinned = len(texts) - 1
            truth(unpinned <= max(limit, 2), (limit, request.messages))
            same(texts[-1], ("three", "four", "five")[i - 2])


@test
def pinned_unanswered():
    """A pinned question that got no answer is asked together with the next one"""
    with Server(error(400, "no"), strict) as server, at_server(server) as box:
        box.run("-i", stdin="Speak French.\n/pin 1\ntwo\nthree\n")
        same(server.chats[1].messages, [("user", "Speak French.\n\ntwo")])
        same(server.chats[2].messages, [("user", "Speak French.\n\ntwo"), ("assistant", "A1"), ("user", "three")])


def said(*pairs):
    """A file of OpenAI's messages."""
    roles = {"s": "system", "u": "user", "a": "assistant"}
    return json.dumps([{"role": roles[r], "content": t} for r, t in pairs])


U, A, S = "u", "a", "s"


@test_each([("two questions", said((U, "p"), (U, "q"), (A, "r")), [("user", "p\n\nq"), ("assistant", "r")]),
            ("two answers", said((U, "p"), (A, "q"), (A, "r")), [("user", "p"), ("assistant", "q\n\nr")]),
            ("an answer first", said((A, "hello"), (U, "p"), (A, "q")), [("user", "p"), ("assistant", "q")]),
            ("a question last", said((U, "p"), (A, "q"), (U, "r")), [("user", "p"), ("assistant", "q")]),
            ("only an answer", said((A, "hello")), []), ("only a question", said((U, "p")), []),
            ("an empty answer", said((U, "p"), (A, ""), (U, "q"), (A, "r")), [("user", "q"), ("assistant", "r")]),
            ("an empty answer and another", said((U, "p"), (A, ""), (A, "r")), [("user", "p"), ("assistant", "r")])])
def imported(text, sent):
    """A file of another program is sent by turns as well, loaded or imported"""
    with Server(strict) as server, at_server(server) as box:
        box.write("c.json", text)
        ended(box.run("-i", stdin="/load c.json\nnext\n"), 0)
        same(server.chats[-1].messages, sent + [("user", "next")])
    with Server(strict) as server, at_server(server) as box:
        box.write("c.json", text)
        ended(box.run("sessions", "import", "c.json"), 0)
        ended(box.run("-r", journals(box)[0][-10:-6], "next"), 0)
        same(server.chats[-1].messages, sent + [("user", "next")])


def kept(*messages):
    """A conversation as /save writes it."""
    roles = {"u": "user", "a": "assistant", "s": "system", "t": "tool"}
    all_ = [{"id": i, "parent": i - 1, "role": roles[r], "text": t, **({"state": "failed"} if r == "f" else {})}
            for i, (r, t) in enumerate(messages, 1)]
    all_[0].pop("parent")
    return json.dumps({"hobnob": "conversation", "version": 1, "head": len(all_), "messages": all_})


@test_each([("a role within", kept((U, "p"), (A, "q"), (S, "r"), (U, "s"), (A, "t")),
             [("user", "p"), ("assistant", "q"), ("user", "r\n\ns"), ("assistant", "t")]),
            ("a tool's message", kept((U, "p"), ("t", "42"), (A, "q")), [("user", "p\n\n42"), ("assistant", "q")]),
            ("answers in a row", kept((U, "p"), (A, "q"), (A, ""), (A, "r")), [("user", "p"), ("assistant", "q\n\nr")]),
            ("questions in a row", kept((U, "p"), (U, "q"), (A, "r"), (U, "s")), [("user", "q"), ("assistant", "r")])])
def loaded(text, sent):
    """A saved conversation of whatever roles is sent by turns"""
    with Server(strict) as server, at_server(server) as box:
        box.write("c.json", text)
        ended(box.run("-i", stdin="/load c.json\nnext\n"), 0)
        same(server.chats[-1].messages, sent + [("user", "next")])


@test
def damaged():
    """A question that is lost from the journal leaves two replies side by side: they are sent as one"""
    with Server(strict) as server, at_server(server) as box:
        box.run("-i", stdin="one\ntwo\n")
        path = journals(box)[-1]
        with open(path, encoding="utf-8") as f:
            lines = [line for line in f if '"two"' not in line]
        with open(path, "w", encoding="utf-8") as f:
            f.writelines(lines)
        ended(box.run("-c", "-n", "next"), 0)
        same(server.chats[-1].messages, [("user", "one"), ("assistant", "A1\n\nA3"), ("user", "next")])


@test
def moved():
    """/undo, /edit, /branch and /retry after a killed turn send what alternates"""
    seen = threading.Event()
    with Server(strict, hang(seen), strict) as server, at_server(server) as box:
        box.run("-n", "one")
        kill(box, seen)
        r = box.run("-c", "-i", stdin="/undo\ntwo\n/edit 3 three\n/branch 1\nfour\n/retry\n/fork\nfive\n")
        ended(r, 0)
        same([[t for _, t in q.messages] for q in server.chats[2:]],
             [["one", "A1", "two"], ["one", "A1", "three"], ["one", "A1", "four"], ["one", "A1", "four"],
              ["one", "A1", "four", "A3", "five"]])


@test
def told():
    """/context, the trim event and `sent` of the journal are about what is sent"""
    seen = threading.Event()
    with Server(strict, hang(seen), strict) as server, at_server(server) as box:
        box.run("-n", "one")
        kill(box, seen)
        r = box.run("-c", "-f", "jsonl", "-o", "context_messages=3",
                    stdin="".join(json.dumps(i) + "\n" for i in ({"command": "/context"}, {"say": "two"}, {"say": "three"})))
        events = lines_of(r.out)
        context = next(e["data"] for e in events if e["event"] == "result")
        same((context["sent"], context["left_out"]), (2, 0))
        same([(e["left_out"], e["sent"]) for e in events if e["event"] == "trim"], [(2, 3)])
        same([len(q.messages) for q in server.chats[2:]], [3, 3])
        with open(journals(box)[-1], encoding="utf-8") as f:
            same([m["sent"] for m in map(json.loads, f) if m.get("role") == "assistant"], [1, 3, 3])


@test
def counted_with_joined():
    """What a server counted for a request with joined messages is found again in a later run"""
    with Server(reply("Yes.", (90, 2))) as server, at_server(server) as box:
        box.write("c.json", kept((U, "p " * 40), ("t", "q " * 40), (A, "r"), (A, "s")))
        box.run("-i", stdin="/load c.json\nnext\n")
        context, = [e["data"] for e in lines_of(box.run("-c", "-f", "jsonl", stdin='{"command":"/context"}\n').out) if e["event"] == "result"]
        same((context["prompt_tokens"], context["sent"]), (92, 4))


@test
def continue_without_question():
    """A reply without a question is never sent, so it is not continued"""
    with Box() as box:
        box.write("c.json", json.dumps({"hobnob": "conversation", "version": 1, "head": 1, "messages": [
            {"id": 1, "role": "assistant", "state": "interrupted", "text": "Once upon"}]}))
        r = box.run("-p", "mock", "-i", stdin="/load c.json\n/continue\n")
        holds(r.err, "hobnob: the last reply has no question before it, and is never sent\n")


main()
