#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The jsonl frontend: the exact shape of its events, their order, and that each input ends in exactly one.

Every event of every test is held against docs/jsonl.schema.json by hob.py; here is seen that the schema refuses others.
"""
import copy
import glob
import json
import os
import re
import signal
import subprocess
import sys
import time

from hob import BUILD, HOBNOB, SCHEMA, SRC, TIMEOUT, Box, Skip, at_server, ended, lines_of, main, same, test, test_each, truth
from server import Server, hang, pieces, reply, stream, words

JSONL = ("-p", "mock", "-f", "jsonl")
ABI = os.path.join(BUILD, "tests", "abi", ".libs")


def events(box, *inputs, args=(), status=0):
    """The events of these inputs; a str is sent as it is."""
    lines = "".join((i if isinstance(i, str) else json.dumps(i)) + "\n" for i in inputs)
    return lines_of(ended(box.run(*JSONL, *args, stdin=lines), status, err="").out)


def steps(box, *script):
    """The option for a script."""
    return ("-o", "mock.script=" + box.write("s.json", json.dumps({"steps": list(script)})))


def timeless(event):
    """An event without what a clock says, after a look at it."""
    for key in ("ttft_ms", "total_ms"):
        if key in event:
            truth(event[key] is None or event[key] >= 0, event)
            event = {k: v for k, v in event.items() if k != key}
    return event


def closing(got):
    """What ended each input, by id, in order."""
    return [(e.get("id"), e.get("finish") or e.get("kind") or e["event"]) for e in got if e["event"] in ("done", "error", "result")]


def document():
    """docs/jsonl.md."""
    with open(os.path.join(SRC, "docs", "jsonl.md"), encoding="utf-8") as f:
        return f.read()


def blocked(pid):
    """Whether a process sleeps, and has done nothing for a while."""
    def look():
        with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return fields[0] == "S", fields[11:13]
    before = look()
    time.sleep(0.1)
    return before[0] and before == look()


def wait_for(condition):
    """Waits until it holds; whether it does."""
    deadline = time.monotonic() + TIMEOUT
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


@test
def shapes():
    """A turn is start, deltas, done, with exactly their members; the id is echoed"""
    with Box() as box:
        got = [timeless(e) for e in events(box, {"id": 1, "say": "Hel lo"})]
        name = os.path.basename(glob.glob(box.home + "/.local/state/hobnob/sessions/*.jsonl")[0])
        same(got, [{"event": "start", "id": 1, "provider": "mock", "model": "mock", "session": name[:-len(".jsonl")]},
                   *[e for e in got if e["event"] == "delta"],
                   {"event": "done", "id": 1, "finish": "stop", "text": "Hel lo", "cost": None, "cost_source": None, "model": "mock", "upstream": None, "usage": {
                       "prompt_tokens": 2, "completion_tokens": 2, "cached_tokens": 0, "reasoning_tokens": 0}}])
        deltas = [e for e in got if e["event"] == "delta"]
        same("".join(e["text"] for e in deltas), "Hel lo")
        same({tuple(e) for e in deltas}, {("event", "id", "text")})
        same([e["session"] for e in events(box, {"say": "x"}, args=("--no-journal",)) if e["event"] == "start"], [None])


IDS = ['"a"', "1.5", "null", "true", '{"x": [1]}', "[2]", '""', "-0", "1e2", "123456789012345678901234567890", "1e999",
       r'"\ud800\u0041\/"', '"é"', '[ {"id":7} ,"]}" ]']


@test
def ids():
    """Any id is echoed as it was written, none is left out"""
    with Box() as box:
        for given in IDS:
            out = ended(box.run(*JSONL, stdin=f'{{"id": {given} , "say":"x"}}\nbad\n{{"id":{given},"command":"/nope"}}'), 0).out
            same([line.split(",", 1)[1].startswith(f'"id":{given},"') for line in out.splitlines()], [True, True, True, False, True], out)
        same([e for e in events(box, {"say": "x"}) if "id" in e], [])


@test
def commands():
    """A command ends in a result with its data, or an error; say is verbatim"""
    with Box() as box:
        got = events(box, {"id": 1, "say": "/stats"}, {"id": 2, "command": "/stats"}, {"id": 3, "command": "/stat"}, {"id": 4, "command": "/clear"})
        same([e["text"] for e in got if e["event"] == "done"], ["/stats"])
        stats = next(e for e in got if e["event"] == "result" and e["id"] == 2)
        same([stats["command"], stats["ok"]], ["/stats", True])
        same({k: stats["data"][k] for k in ("turns", "prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens", "cost",
                                            "cost_source")},
             {"turns": 1, "prompt_tokens": 1, "completion_tokens": 1, "cached_tokens": 0, "reasoning_tokens": 0, "cost": None,
              "cost_source": None})
        turn = stats["data"]["each"][0]
        same(turn, {"provider": "mock", "model": "mock", "upstream": None, "usage": {"prompt_tokens": 1, "completion_tokens": 1,
                    "cached_tokens": 0, "reasoning_tokens": 0}, "estimated": False, "cost": None, "cost_source": None,
                    "ttft_ms": turn["ttft_ms"], "total_ms": turn["total_ms"], "retries": 0, "ended": "ok"})
        same([(e["id"], e["kind"]) for e in got if e["event"] == "error"], [(3, "usage")])
        same([e["id"] for e in got if e["event"] == "result"], [2, 4])


@test
def error_shape():
    """An error has kind, status, message, hint and partial"""
    with Box() as box:
        got = events(box, {"id": 1, "say": "x"}, args=steps(box, {"text": "Some", "error": {"kind": "auth", "status": 401, "message": "m"}}),
                     status=4)
        error = got[-1]
        same(error, {"event": "error", "id": 1, "kind": "auth", "status": 401, "message": "m", "hint": error["hint"], "partial": "Some"})


@test
def all_events():
    """trim, retry and reasoning have their members"""
    with Box() as box:
        script = steps(box, {"text": "a"}, {"text": "b"}, {"error": {"kind": "rate_limited", "status": 429, "retry_after_ms": 5}},
                       {"text": "c", "reasoning": "hm", "cost": "0.000012"})
        got = events(box, *[{"id": i, "say": "x"} for i in (1, 2, 3)], args=(*script, "-o", "context_messages=1"))
        by = {e["event"]: e for e in got}
        same(by["trim"], {"event": "trim", "id": 2, "left_out": 2, "sent": 1})
        same(by["retry"], {"event": "retry", "id": 3, "attempt": 1, "wait_ms": 5, "kind": "rate_limited", "status": 429})
        same(by["reasoning"], {"event": "reasoning", "id": 3, "text": "hm"})
        same([by["done"]["cost"], by["done"]["cost_source"]], ["0.000012", "provider"])


BAD = [b"nonsense", b"[1]", b"{}", b'{"say": 3}', b'{"id": 9, "shout": "x"}', b'{"say": "x", "command": "/stats"}', b'{"say": ""}',
       b'{"say": "x", "attach": "a"}', b'{"say": "x", "attach": []}', b'{"say": "x", "attach": ["a", 1]}', b'{"say": "x", "attach": [""]}',
       b'{"cancel": 1}', b'{"command": "stats"}', b'{"say": "x"} {}', b'{"say": "a\0b"}', b'{"say": "\xff"}', b'{"say": NaN}',
       b'{"id": NaN, "say": "x"}', b'{"say": "' + b"x" * (17 << 20) + b'"}', b"[" * 100, b'{"id": 2, "say": ']


@test
def bad_lines():
    """A line that is no such object is an error of kind usage, in its turn, and the conversation goes on; the status is the last turn's"""
    with Box() as box:
        got = lines_of(ended(box.run(*JSONL, stdin=b"\n".join([*BAD[:-1], b'{"id":1,"say":"x"}', BAD[-1]])), 0, err="").out)
        same([e["kind"] for e in got if e["event"] == "error"], ["usage"] * len(BAD))
        same([e["event"] for e in got], ["error"] * (len(BAD) - 1) + ["start", "delta", "done", "error"])
        same({e["status"] for e in got if e["event"] == "error"}, {None})


@test
def line_ends():
    """Lines end with LF or CR LF, the last need not end, blank ones are passed over"""
    with Box() as box:
        r = box.run(*JSONL, stdin=b'\n\r\n  {"id":1,"say":"a"} \r\n \t \n{"id":2,"say":"b"}')
        same(closing(lines_of(ended(r, 0, err="").out)), [(1, "stop"), (2, "stop")])


@test
def end_of_input():
    """The end of input finishes what runs and what waits; each input ends in exactly one event"""
    with Box() as box:
        got = events(box, *[{"id": i, "say": f"word {i}"} for i in range(50)], args=("-o", "mock.delta_ms=1"))
        same([(e["id"], e["text"]) for e in got if e["event"] == "done"], [(i, f"word {i}") for i in range(50)])


@test
def controls():
    """Text is escaped as JSON, one line an event, whatever it holds"""
    with Box() as box:
        nasty = "a\n\t\"\\\x07\u2028\u202e🚀b"
        got = events(box, {"say": nasty})
        same(got[-1]["text"], nasty)
        script = box.write("s.json", json.dumps({"steps": [{"text": nasty + "\0c"}]}))  # a reply may hold a NUL
        same(events(box, {"say": "x"}, args=("-o", "mock.script=" + script))[-1]["text"], nasty + "\0c")


@test
def left_by_exit():
    """/exit leaves with 0; what was already sent behind it is answered, not run"""
    with Box() as box:
        got = events(box, {"id": 1, "command": "/exit"}, {"id": 2, "say": "x"})
        same([(e["event"], e["id"], e.get("kind")) for e in got], [("result", 1, None), ("error", 2, "interrupted")])


@test
def left_in_a_flood():
    """/exit leaves though input never ends"""
    with Box() as box:
        flood = """(echo '{"id":1,"command":"/exit"}'; yes '{"say":"x"}') | "$0" -f jsonl -p mock"""
        got = closing(lines_of(ended(box.run("-c", flood, HOBNOB, argv=["/bin/sh"]), 0, err="").out))
        same([got[0], {how for _, how in got[1:]} - {"interrupted"}], [(1, "result"), set()])


@test
def one_turn():
    """--json is one object, and leaves standard input alone"""
    with Box() as box:
        r = ended(box.run("-c", '"$0" -n --json -p mock x; cat', HOBNOB, argv=["/bin/sh"], stdin='{"say":"y"}\n'), 0, err="")
        done, rest = r.out.splitlines()
        same([(e["event"], e["text"]) for e in lines_of(done)] + [rest], [("done", "x"), '{"say":"y"}'])


ENDINGS = [("SIGTERM", signal.SIGTERM, True), ("SIGHUP", signal.SIGHUP, True), ("SIGINT", signal.SIGINT, False)]


@test_each(ENDINGS)
def signal_between(number, _):
    """Between turns a signal ends it, by the signal"""
    with Box() as box:
        running = box.start(*JSONL)
        running.send('{"say":"x"}\n')
        running.expect('"done".*\n')
        truth(wait_for(lambda: blocked(running.process.pid)), "it never waited for input")
        running.signal(number)
        same(closing(lines_of(ended(running.end(), -number, err="").out)), [(None, "stop")])


@test_each(ENDINGS)
def signal_in_turn(number, ends):
    """In a turn a signal cuts the reply; what waits is answered, and worked on only if the conversation goes on"""
    with Box() as box:
        running = box.start(*JSONL, *steps(box, {"chunks": ["a", "b"], "delta_ms": 60000}, {"text": "Fine.", "times": 0}))
        running.send('{"id":1,"say":"x"}\n')
        running.expect('"delta"')
        running.send('{"id":2,"say":"y"}\nbad\n')
        running.send('{"id":3,"say":"z"}\n')
        running.signal(number)
        if not ends:
            running.close()
        r = ended(running.end(), -number if ends else 0, err="")
        rest = closing(lines_of(r.out))[1:]
        same(closing(lines_of(r.out))[0], (1, "interrupted"))
        # A signal may be quicker than what was sent before it: then that was never read.
        all_of_it = [(2, "interrupted"), (None, "interrupted"), (3, "interrupted")]
        same(rest, all_of_it[:len(rest)] if ends else [(2, "stop"), (None, "usage"), (3, "stop")])


# ---- cancel --------------------------------------------------------------------------------------

def cancelled(running, ready, inputs='{"id":1,"say":"x"}\n'):
    """Says something, waits until ready() is over, cancels; the done event comes within a second."""
    running.send(inputs)
    ready()
    began = time.monotonic()
    running.send('{"cancel":true}\n')
    running.expect('"done","id":1,"finish":"interrupted".*\n')
    ms = (time.monotonic() - began) * 1000
    truth(ms < 1000, f"it took {ms:.1f} ms")
    return f"{ms:.1f} ms"


def goes_on(running, text="Fine."):
    """One more turn is answered, and the end of input ends it well; the events."""
    running.send('{"id":2,"say":"y"}\n')
    running.close()
    got = lines_of(ended(running.end(), 0, err="").out)
    same(closing(got), [(1, "interrupted"), (2, "stop")])
    same(got[-1]["text"], text)
    return got


@test_each([("streaming", {"chunks": ["a", "b"], "delta_ms": 60000}, '"delta"', "a"),
            ("silent", {"text": "late", "ttft_ms": 60000}, '"start"', ""),
            ("waiting to retry", {"error": {"kind": "rate_limited", "status": 429, "retry_after_ms": 30000}}, '"retry"', "")])
def cancel(step, seen, text):
    """A cancel ends the turn at once, and the conversation goes on"""
    with Box() as box:
        running = box.start(*JSONL, *steps(box, step, {"text": "Fine.", "times": 0}))
        ms = cancelled(running, lambda: running.expect(seen))
        same([e["text"] for e in goes_on(running) if e["event"] == "done"][0], text)
        return ms


@test_each([("silent", hang(), ""), ("mid-reply", pieces([*stream(words("Some words"))[:3], 60]), "Some words")])
def cancel_http(step, text):
    """A cancel ends a call over the network at once, and the conversation goes on"""
    with Server(step, reply("Fine.")) as server, at_server(server) as box:
        running = box.start("-f", "jsonl")
        ms = cancelled(running, lambda: running.expect('" words"') if text else server.wait(1))
        same([e["text"] for e in goes_on(running) if e["event"] == "done"][0], text)
        return ms


@test
def cancel_in_one_gulp():
    """A cancel right behind a say finds it, and no other"""
    with Box() as box:
        got = events(box, {"id": 1, "say": "x"}, {"cancel": True}, {"id": 2, "say": "y"}, args=("-o", "mock.ttft_ms=300"))
        same(closing(got), [(1, "interrupted"), (2, "stop")])


@test
def cancel_of_nothing():
    """A cancel with nothing running does nothing, before, between and after turns"""
    with Box() as box:
        running = box.start(*JSONL)
        for number in (1, 2):
            running.send('{"cancel":true}\n{"cancel":true}\n{"command":"/clear"}\n{"cancel":true}\n')
            after = running.expect('("result".*){%d}\n' % number)
            running.send(f'{{"id":{number},"say":"x"}}\n')
            running.expect(f'"done","id":{number}.*\n', after=after)
        running.send('{"cancel":true}\n')
        running.close()
        same(closing(lines_of(ended(running.end(), 0, err="").out)), [(None, "result"), (1, "stop"), (None, "result"), (2, "stop")])


@test
def cancel_unread():
    """A cancel is taken while nobody reads the output, and a reader that comes back late finds the end of the turn"""
    with Box() as box:
        running = box.start(*JSONL, *steps(box, {"text": "word " * 400000}, {"text": "Fine."}))
        running.send('{"id":1,"say":"x"}\n')
        truth(wait_for(lambda: blocked(running.process.pid)), "it never waited for its reader")
        running.send('{"cancel":true}\n')
        time.sleep(1.5)  # longer than a reader has to take the rest after Ctrl-C
        running.send('{"id":2,"say":"y"}\n')
        running.close()
        got = lines_of(ended(running.end(), 0, err="").out)
        same(closing(got), [(1, "interrupted"), (2, "stop")])
        truth(len(got) < 50000, f"{len(got)} events: the cancel was not seen")


@test
def cancel_behind_a_full_queue():
    """A cancel that had to stay unread, for a reader was slow and the queue was full, is taken when it can be"""
    with Box() as box:
        running = box.start(*JSONL, *steps(box, {"chunks": ["a" * 200000, "b"], "delta_ms": 60000}, {"text": "Fine.", "times": 0}))
        running.send('{"id":1,"say":"x"}\n')
        line = json.dumps({"id": 2, "say": "y" * 65000}) + "\n"
        for _ in range(16):
            running.send(line)
        truth(wait_for(lambda: blocked(running.process.pid)), "it never waited for its reader")
        running.send(line[:12000] + '"}\n{"cancel":true}\n')
        truth(wait_for(lambda: blocked(running.process.pid)), "it never waited again")
        running.expect('"done","id":1,"finish":"interrupted".*\n', timeout=TIMEOUT / 2)
        running.close()
        same(closing(lines_of(ended(running.end(), 0, err="").out)), [(1, "interrupted")] + [(2, "stop")] * 17)


# ---- much input, and trouble with the output ---------------------------------------------------------

@test
def flooded():
    """Past 1 MiB of waiting input each further line is answered by an error, and cancel still works"""
    with Box() as box:
        script = steps(box, {"chunks": ["a", "b"], "delta_ms": 60000}, {"text": "Fine.", "times": 0})
        running = box.start(*JSONL, *script)
        running.send('{"id": 0, "say": "x"}\n')
        running.expect('"delta"')
        line = len(json.dumps({"id": 10, "say": ""}))
        for i in range(10, 50):
            running.send(json.dumps({"id": i, "say": "y" * (65536 - line)}) + "\n")
        running.send('{"cancel": true}\n')
        running.close()
        got = closing(lines_of(ended(running.end(), 0, err="").out))
        same(got, [*[(i, "usage") for i in range(26, 50)], (0, "interrupted"), *[(i, "stop") for i in range(10, 26)]])


@test
def flooded_unread():
    """Whoever sends much and reads nothing meanwhile is answered line by line all the same"""
    with Box() as box:
        lines = "".join(json.dumps({"id": i, "say": "y" * 60000}) + "\n" for i in range(60))
        with open(box.write("in", lines + '{"id":60,"say":"z"}'), "rb") as stdin:
            running = box.start(*JSONL, stdin=stdin)
        truth(wait_for(lambda: blocked(running.process.pid)), "it never waited for its reader")
        got = closing(lines_of(ended(running.end(), 0, err="").out))
        same(sorted(i for i, _ in got), list(range(61)))
        worked_on = [i for i, how in got if how == "stop"]
        same(worked_on, sorted(worked_on))
        truth(17 < len(worked_on) < 61, got)


@test
def flooded_badly():
    """A flood of bad lines is answered line by line, too: those that had to stay unread for a while, and the last"""
    with Box() as box:
        lines = ["x"] * 1500 + ["x" * 60000] * 20 + ["x"] * 10000 + ['{"id":1,"say":"z"}']
        got = closing(lines_of(ended(box.run(*JSONL, stdin="\n".join(lines)), 0, err="").out))
        same([len(got), {how for i, how in got if not i}, [i for i, _ in got if i]], [len(lines), {"usage"}, [1]])


@test
def gone_reader():
    """A reader that went away ends it quietly, by SIGPIPE"""
    with Server(pieces(stream(["word "] * 5000))) as server, at_server(server) as box:
        process = subprocess.Popen([HOBNOB, "-f", "jsonl"], env=box.env, cwd=box.cwd, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(b'{"say":"x"}\n')
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
        process.stderr.close()
        process.stdin.close()
        same([process.wait(TIMEOUT), err], [-signal.SIGPIPE, b""])


@test
def full_disk():
    """Output that cannot be written ends it with status 1 and a line that says why"""
    with Box() as box:
        r = box.run("-c", 'echo \'{"say":"x"}\' | "$0" -f jsonl -p mock >/dev/full', HOBNOB, argv=["/bin/sh"])
        ended(r, 1, "", re.compile(r"^hobnob: .*No space left on device\n$"))


# ---- the document and the schema ----------------------------------------------------------------------

ORDER = re.compile("(n*st?[rng]*[dqpng]*)?[DE]|[RE]")
LETTERS = {"notice": "n", "progress": "g", "part": "p", "start": "s", "trim": "t", "retry": "r", "delta": "d", "reasoning": "q", "done": "D", "error": "E", "result": "R"}


@test
def order():
    """The events of an input come in the documented order, whatever becomes of it"""
    truth("\nnotice*  start  trim?  (retry | notice | progress)*  (delta | reasoning | part | notice | progress)*  done | error\n"
          in document(), "the document changed")
    with Box() as box:
        failing = {"error": {"kind": "unavailable", "status": 503, "retry_after_ms": 1, "message": "m"}}
        script = [{"text": "a"}, failing, failing, {"text": "b c", "reasoning": "hm"}, failing, failing, failing,
                  {"text": "half", "error": {"kind": "timeout", "message": "m"}}, {"text": "x y z", "cut_after": 1}, {"chunks": []},
                  {"error": {"kind": "rate_limited", "status": 429, "retry_after_ms": 9000, "message": "m"}}, {"text": "again"}]
        said = [{"id": i, "say": "x"} for i in range(7)] + [{"id": 7, "command": "/retry"}, {"id": 8, "command": "/nope"}, {"id": 9}]
        got = events(box, *said, args=(*steps(box, *script), "-o", "context_messages=1", "-o", "retry_max_wait=5"))
        for i in range(10):
            letters = "".join(LETTERS[e["event"]] for e in got if e.get("id") == i)
            truth(ORDER.fullmatch(letters), f"{i}: {letters}")
        beside = parts(box, "progress=5:loading text=a notice=n call=f:{} image=a.png:x reasoning=r text=b")
        letters = "".join(LETTERS[e["event"]] for e in beside)
        truth(ORDER.fullmatch(letters), letters)
        same({e["event"] for e in got + beside}, SCHEMA.events - {"result"})


def parts(box, *said):
    """The events of a provider that emits what is said."""
    lines = "".join(json.dumps({"say": text}) + "\n" for text in said)
    return lines_of(ended(box.run("--plugin-path", ABI, "-p", "parts", "-m", "x", "-f", "jsonl", stdin=lines), 0, err="").out)


def samples(box):
    """An event of each kind, by name."""
    script = steps(box, {"text": "a"}, {"error": {"kind": "rate_limited", "status": 429, "retry_after_ms": 1}},
                   {"text": "b", "reasoning": "hm", "cost": "0.5"}, {"text": "c"})
    said = [{"id": i, "say": "x"} for i in (1, 2)] + [{"id": 3, "command": c} for c in ("/stats", "/history", "/context", "/model", "/system", "/undo", "/fork")]
    got = events(box, *said, {"id": 4}, {"id": 5, "say": "x"},
                 args=(*script, "-o", "context_messages=1", "-o", "price_input=1", "-o", "price_output=1000", "-o", "max_cost=1"))
    got = parts(box, "progress=5:loading image=a.png:x call=f:{}") + got
    return {e.get("command", e["event"]): e for e in got}


def mutants(value):
    """The same with one member missing, or of a type that none of them may have, at any depth; and what was done."""
    for key in list(value):
        without = copy.deepcopy(value)
        del without[key]
        yield f"without {key}", without
        for wrong in ([], {"x": 1}, 0.5, -1, True, "", "?", 99999):
            if wrong != value[key] and not isinstance(value[key], type(wrong)):
                yield f"{key}: {wrong!r}", {**copy.deepcopy(value), key: wrong}
        if isinstance(value[key], dict):
            for what, inner in mutants(value[key]):
                yield f"{key}.{what}", {**copy.deepcopy(value), key: inner}


# What is no fault: an id may be anything or missing, an unknown window known, and of a command's data each member that is listed is one.
ALLOWED = re.compile(r"(without )?id\b|data\.window: 99999|(upstream|mime): '\?'|data\.each: \[\]|(cost_source|hint|partial|text|model|provider|session|message): ''")


def by_schema():
    """Skips where there is no module for schemas."""
    if not SCHEMA.validator("done"):
        raise Skip("python3-jsonschema is not there")


@test
def schema_holds():
    """The schema is one, and takes each kind of event as its only one"""
    by_schema()
    import jsonschema  # pylint: disable=import-outside-toplevel
    jsonschema.Draft202012Validator.check_schema(SCHEMA.text)
    whole = jsonschema.Draft202012Validator(SCHEMA.text)
    with Box() as box:
        found = samples(box)
        same({e["event"] for e in found.values()}, SCHEMA.events)
        for event in found.values():
            same([e.message for e in whole.iter_errors(event)], [], event)
            same([e.message for e in whole.iter_errors({**event, "new_member": 1})], [], event)
            truth(list(whole.iter_errors({**event, "event": "other"})), event)


@test
def schema_refuses():
    """The schema refuses each event that lacks a member, or has one of another type"""
    by_schema()
    count = 0
    with Box() as box:
        for event in samples(box).values():
            for what, mutant in mutants(event):
                if not ALLOWED.match(what) and "event" not in what:
                    truth(SCHEMA.faults(mutant, event["event"]), f"{what} passes: {mutant!r}")
                    count += 1
    return f"{count} mutants refused"


@test_each([("cost", "done", {"cost": c}) for c in ("1e-5", "0.10", "1.", "01", "-1", "", "0.0")] +
           [("finish", "done", {"finish": "bored"}), ("source", "done", {"cost_source": "guess"}), ("kind", "error", {"kind": "oops"}),
            ("ok", "result", {"ok": False}), ("delta", "delta", {"text": ""}), ("message", "error", {"message": ""}),
            ("session", "start", {"session": ""}), ("trim", "trim", {"left_out": 0}), ("attempt", "retry", {"attempt": 0}),
            ("status", "error", {"status": 0}), ("negative", "done", {"ttft_ms": -1}), ("command", "result", {"command": "stats"})])
def schema_values(name, change):
    """The schema refuses values that may not be"""
    by_schema()
    good = {"done": {"finish": "stop", "text": "", "usage": dict.fromkeys(
        ("prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens")), "cost": "0.5", "cost_source": None, "ttft_ms": None,
        "total_ms": 1, "model": None, "upstream": None}, "error": {"kind": "auth", "status": None, "message": "m", "hint": "", "partial": ""},
        "result": {"command": "/clear", "ok": True, "data": {}}, "delta": {"text": "a"}, "start": {"provider": "p", "model": "m", "session": None},
        "trim": {"left_out": 1, "sent": 0}, "retry": {"attempt": 1, "wait_ms": 0, "kind": "network", "status": None}}[name]
    same(SCHEMA.faults({"event": name, **good}, name), [])
    truth(SCHEMA.faults({"event": name, **good, **change}, name), change)


@test
def schema_of_input():
    """The schema takes what the program takes as input, and refuses what it refuses"""
    by_schema()
    for line in ({"say": "x"}, {"id": None, "say": "/x"}, {"id": [1], "command": "/model a"}, {"cancel": True}, {"say": "x", "more": 1},
                 {"say": "x", "attach": ["a.png", "b.c"]}, {"say": "", "attach": ["a.png"]}):
        same(SCHEMA.faults(line, "input"), [], line)
    for line in BAD[:-1]:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if len(line) < 1 << 20 and "NaN" not in str(line):
            truth(SCHEMA.faults(value, "input"), line)


@test
def schema_is_shipped():
    """The schema is installed: it lies among the data of the build tree, too"""
    with open(os.path.join(BUILD, "share", "jsonl.schema.json"), encoding="utf-8") as f:
        same(json.load(f), SCHEMA.text)


@test
def every_member_is_described():
    """Each member that the schema knows stands in the document"""
    def members(node):
        if isinstance(node, dict):
            yield from node.get("properties", {})
            for inner in node.values():
                yield from members(inner)
        elif isinstance(node, list):
            for inner in node:
                yield from members(inner)
    text = document()
    same([m for m in sorted(set(members(SCHEMA.text))) if f"`{m}`" not in text and f'"{m}"' not in text], [])


@test
def client():
    """The client of the document, at most 20 lines of it, runs as it stands there"""
    code = re.search(r"^```python\n(.*?)^```$", document(), re.M | re.S).group(1)
    truth(code.count("\n") <= 20, "it is longer than 20 lines")
    with Box() as box:
        os.mkdir(box.root + "/bin")
        os.symlink(HOBNOB, box.root + "/bin/hobnob")
        r = box.run("-B", "-c", code, argv=[sys.executable], env={"PATH": box.root + "/bin:" + box.env["PATH"]})
        ended(r, 0, "Hello\ninterrupted after: A\n2 turns\n", "")


@test
def prompt_first():
    """PROMPT with -f jsonl is a say without id, run first"""
    with Box() as box:
        r = ended(box.run(*JSONL, "/clear", stdin='{"id":1,"say":"x"}\n'), 0, err="")
        same([(e.get("id"), e["text"]) for e in lines_of(r.out) if e["event"] == "done"], [(None, "/clear"), (1, "x")])


if __name__ == "__main__":
    main()
