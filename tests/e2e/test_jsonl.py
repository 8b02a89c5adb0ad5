#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The jsonl frontend: the exact shape of its events, their order, and that each input ends in exactly one."""
import json

from hob import Box, ended, lines_of, main, same, test, truth

JSONL = ("-p", "mock", "-f", "jsonl")


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


@test
def shapes():
    """A turn is start, deltas, done, with exactly their members; the id is echoed"""
    with Box() as box:
        got = [timeless(e) for e in events(box, {"id": 1, "say": "Hel lo"})]
        same(got, [{"event": "start", "id": 1, "provider": "mock", "model": "mock"},
                   *[e for e in got if e["event"] == "delta"],
                   {"event": "done", "id": 1, "finish": "stop", "text": "Hel lo", "cost": None, "cost_source": None, "usage": {
                       "prompt_tokens": 2, "completion_tokens": 2, "cached_tokens": 0, "reasoning_tokens": 0}}])
        deltas = [e for e in got if e["event"] == "delta"]
        same("".join(e["text"] for e in deltas), "Hel lo")
        same({tuple(e) for e in deltas}, {("event", "id", "text")})


@test
def ids():
    """Any id is echoed, none is left out"""
    with Box() as box:
        for given in ("a", 1.5, None, {"x": [1]}, [2]):
            same({json.dumps(e.get("id")) for e in events(box, {"id": given, "say": "x"})}, {json.dumps(given)})
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


@test
def bad_lines():
    """A line that is no such object is an error of kind usage, and the conversation goes on; the status is the last turn's"""
    with Box() as box:
        got = events(box, "nonsense", "[1]", "{}", '{"say": 3}', '{"id": 9, "shout": "x"}', '{"id": 1, "say": "x"}', '{"id": 2, "say": ')
        same([e["kind"] for e in got if e["event"] == "error"], ["usage"] * 6)
        same([e["text"] for e in got if e["event"] == "done"], ["x"])


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
        nasty = "a\n\t\"\\\x07\u2028\u202e🚀\x00b"
        got = events(box, {"say": nasty})
        same(got[-1]["text"], nasty)


@test
def left_by_exit():
    """/exit leaves with 0; what was already sent behind it is answered, not run"""
    with Box() as box:
        got = events(box, {"id": 1, "command": "/exit"}, {"id": 2, "say": "x"})
        same([(e["event"], e["id"], e.get("kind")) for e in got], [("result", 1, None), ("error", 2, "interrupted")])


@test
def flooded():
    """Past 1 MiB of waiting input each further line is answered by an error, and cancel still works"""
    with Box() as box:
        script = steps(box, {"chunks": ["a", "b"], "delta_ms": 60000}, {"text": "Fine.", "times": 0})
        running = box.start(*JSONL, *script)
        running.send('{"id": 0, "say": "x"}\n')
        running.expect('"delta"')
        for i in range(1, 41):
            running.send(json.dumps({"id": i, "say": "y" * 60000}) + "\n")
        running.send('{"cancel": true}\n')
        running.close()
        got = lines_of(ended(running.end(), 0).out)
        closing = [e for e in got if e["event"] in ("done", "error")]
        same(sorted(e["id"] for e in closing), list(range(41)))
        refused = [e for e in closing if e["event"] == "error"]
        truth(len(refused) > 10 and {e["kind"] for e in refused} == {"usage"}, [e["id"] for e in refused])
        same([e["finish"] for e in closing if e["id"] == 0], ["interrupted"])


if __name__ == "__main__":
    main()
