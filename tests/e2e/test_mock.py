#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The mock provider: what it answers by default, and what each member of a script's steps does."""
import json
import os
import re

from hob import SRC, Box, ended, holds, lines_of, main, same, test, test_each, truth

MOCK = ("-n", "-p", "mock")


def jsonl(box, *says, args=()):
    """Says these to the mock through jsonl; the events."""
    lines = "".join(json.dumps({"id": i, "say": s}) + "\n" for i, s in enumerate(says, 1))
    return lines_of(box.run("-p", "mock", "-f", "jsonl", *args, stdin=lines).out)


def script(box, *steps, name="script.json"):
    """Writes a script; the option that names it."""
    return ("-o", "mock.script=" + box.write(name, json.dumps({"steps": list(steps)}, ensure_ascii=False)))


def closing(events):
    """The events that end an input."""
    return [e for e in events if e["event"] in ("done", "error")]


def deltas(events):
    """The pieces of text."""
    return [e["text"] for e in events if e["event"] == "delta"]


@test
def default():
    """By default it gives back the last user message, word by word, and counts words"""
    with Box() as box:
        events = jsonl(box, "one  two\nthree", args=("-s", "a system prompt"))
        same("".join(deltas(events)), "one  two\nthree")
        same(len(deltas(events)), 3)
        done = closing(events)[0]
        same([done["finish"], done["text"]], ["stop", "one  two\nthree"])
        same([done["usage"][k] for k in ("prompt_tokens", "completion_tokens")], [6, 3])


@test
def reply_option():
    """reply fixes the reply"""
    with Box() as box:
        ended(box.run(*MOCK, "-o", "mock.reply=Always this.", "Hi"), 0, "Always this.\n", "")


@test_each([("word", "word", ["one ", "two", " three"], 3), ("char", "char", list("öne two"), 7), ("2 bytes", "2", None, 4)])
def chunk_option(value, _, count):
    """chunk decides the pieces"""
    with Box() as box:
        said = "one two three" if value == "word" else "öne two"
        events = jsonl(box, said, args=("-o", "mock.chunk=" + value))
        same("".join(deltas(events)), said)
        same(len(deltas(events)), count)


@test
def timing_options():
    """ttft_ms and delta_ms delay the pieces"""
    with Box() as box:
        done = closing(jsonl(box, "one two three", args=("-o", "mock.ttft_ms=60", "-o", "mock.delta_ms=30")))[0]
        truth(60 <= done["ttft_ms"] < 1000, done)
        truth(done["total_ms"] >= 120, done)


@test
def bad_options():
    """A bad option is a configuration error that names it"""
    with Box() as box:
        ended(box.run(*MOCK, "-o", "mock.chunk=lots", "Hi"), 3, "", re.compile("chunk"))
        ended(box.run(*MOCK, "-o", "mock.ttft_ms=soon", "Hi"), 3, "", re.compile("ttft_ms"))
        ended(box.run(*MOCK, "-o", "mock.nosuch=1", "Hi"), 3, "", re.compile("nosuch"))


@test
def text_step():
    """A step's text is the reply, once; then the script is at its end and says so"""
    with Box() as box:
        events = jsonl(box, "a", "b", args=script(box, {"text": "Hello, wörld"}))
        first, second = closing(events)
        same(first["text"], "Hello, wörld")
        same([second["event"], second["partial"]], ["error", ""])
        holds(second["message"], "script")


@test
def match_and_times():
    """match chooses by the last user message, times says how often, 0 without end"""
    with Box() as box:
        steps = script(box, {"text": "First.", "times": 2}, {"match": "^weather", "text": "Sunny.", "times": 0},
                       {"match": "[0-9]+$", "text": "Number."})
        said = ["weather?", "x", "weather!", "the weather", "room 12", "weather", "13"]
        events = closing(jsonl(box, *said, args=steps))
        same([e.get("text") for e in events], ["First.", "First.", "Sunny.", None, "Number.", "Sunny.", None])


@test
def error_step():
    """An error is retried as a server's is, after its retry_after_ms"""
    with Box() as box:
        steps = script(box, {"error": {"kind": "rate_limited", "status": 429, "retry_after_ms": 50, "message": "slow down"},
                             "times": 2}, {"text": "Fine."})
        events = jsonl(box, "Hi", args=steps)
        retries = [e for e in events if e["event"] == "retry"]
        same([(e["attempt"], e["wait_ms"], e["kind"], e["status"]) for e in retries],
             [(1, 50, "rate_limited", 429), (2, 50, "rate_limited", 429)])
        same(closing(events)[0]["text"], "Fine.")


@test
def error_message():
    """An error's message is told"""
    with Box() as box:
        steps = script(box, {"error": {"kind": "auth", "status": 401, "message": "no such key"}})
        ended(box.run(*MOCK, *steps, "Hi"), 4, "", re.compile("no such key"))


@test
def cut():
    """cut_after ends the stream after so many deltas, unfinished"""
    with Box() as box:
        steps = script(box, {"text": "Only half of this arrives", "cut_after": 2})
        error = closing(jsonl(box, "Hi", args=steps))[0]
        same([error["event"], error["kind"], error["partial"].rstrip()], ["error", "truncated", "Only half"])
        r = ended(box.run(*MOCK, *steps, "Hi"), 1)
        same(r.out.rstrip(), "Only half")


@test
def text_then_error():
    """Text with an error: the error comes after the text, and is not retried"""
    with Box() as box:
        steps = script(box, {"text": "Some words, then trouble", "error": {"kind": "unavailable", "status": 502,
                                                                           "message": "gone"}}, {"text": "No."})
        events = jsonl(box, "Hi", args=steps)
        error = closing(events)[0]
        same([error["kind"], error["status"], error["message"], error["partial"]],
             ["unavailable", 502, "gone", "Some words, then trouble"])
        same([e for e in events if e["event"] == "retry"], [])


@test
def chunks_step():
    """chunks, finish, reasoning, usage and cost are given out as they stand"""
    with Box() as box:
        steps = script(box, {"chunks": ["a", "b"], "ttft_ms": 30, "delta_ms": 10, "finish": "length", "reasoning": "hm",
                             "usage": {"prompt_tokens": 5, "completion_tokens": 2, "cached_tokens": 1}, "cost": "0.0001"})
        events = jsonl(box, "Hi", args=steps)
        same(deltas(events), ["a", "b"])
        same("".join(e["text"] for e in events if e["event"] == "reasoning"), "hm")
        done = closing(events)[0]
        same([done["finish"], done["cost"], done["cost_source"]], ["length", "0.0001", "provider"])
        same(done["usage"], {"prompt_tokens": 5, "completion_tokens": 2, "cached_tokens": 1, "reasoning_tokens": None})
        truth(done["ttft_ms"] >= 30, done)


@test
def same_again():
    """The same script gives the same events, always; only a conversation that is kept has an id of its own"""
    def untimed(events):
        return [{k: v for k, v in e.items() if k not in ("ttft_ms", "total_ms")} for e in events]
    with Box() as box:
        steps = ("--no-journal", *script(box, {"text": "One two three", "times": 0}))
        first = untimed(jsonl(box, "a", "b", args=steps))
        for _ in range(3):
            same(untimed(jsonl(box, "a", "b", args=steps)), first)


@test
def whole_body():
    """With --no-stream the reply comes in one piece"""
    with Box() as box:
        same(deltas(jsonl(box, "one two three", args=("--no-stream",))), ["one two three"])


@test
def members_of_the_page():
    """docs/mock.md names the members that a step may have, and no others"""
    with open(os.path.join(SRC, "docs", "mock.md"), encoding="utf-8") as f:
        rows = f.read().partition("| Member of a step |")[2].splitlines()[2:]
    named = [name for row in rows if row.startswith("|") for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    with open(os.path.join(SRC, "plugins", "mock", "script.c"), encoding="utf-8") as f:
        known = re.findall(r'^\t\{ "(\w+)",', f.read().partition("struct member members[] = {")[2].partition("};")[0], re.M)
    same(sorted(named), sorted(known))


BAD = [
    ("no JSON", '{"steps": [\n  {"text": "a"},\n  {"text": }\n]}', 3, ""),
    ("no steps", '{"stepz": []}', 1, "stepz"),
    ("steps no list", '{\n "steps": 3}', 2, "steps"),
    ("unknown member", '{"steps": [\n  {"text": "a"},\n  {"txet": "b"}\n]}', 3, "txet"),
    ("unknown kind", '{"steps": [\n\n  {"error": {"kind": "tired"}}\n]}', 3, "kind"),
    ("bad match", '{"steps": [\n  {"match": "(", "text": "a"}\n]}', 2, "match"),
    ("bad times", '{"steps": [\n  {"times": -1, "text": "a"}\n]}', 2, "times"),
    ("bad finish", '{"steps": [\n  {"finish": "maybe", "text": "a"}\n]}', 2, "finish"),
    ("bad cost", '{"steps": [\n  {"cost": "free", "text": "a"}\n]}', 2, "cost"),
    ("text no text", '{"steps": [\n  {"text": 7}\n]}', 2, "text"),
    ("chunks no list", '{"steps": [\n  {"chunks": "a"}\n]}', 2, "chunks"),
]


@test_each(BAD)
def bad_script(text, line, word):
    """A bad script is refused at start with its line"""
    with Box() as box:
        path = box.write("bad.json", text)
        r = ended(box.run(*MOCK, "-o", "mock.script=" + path, "Hi"), 3, "")
        holds(r.err, f"bad.json:{line}:", word)


@test
def missing_script():
    """A script that is not there is refused at start, by name, in a conversation too"""
    with Box() as box:
        for args in (("-n", "Hi"), ("-i",)):
            ended(box.run("-p", "mock", "-o", "mock.script=/nowhere/s.json", *args), 3, "", re.compile("/nowhere/s.json"))


if __name__ == "__main__":
    main()
