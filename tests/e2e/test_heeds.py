#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a provider or a model does not pass on of a request: refused by name, before anything is sent."""
import json
import os

from hob import HOBNOB, Box, ended, lines_of, main, same, test, test_each

ABI = os.path.abspath(os.path.join(os.path.dirname(HOBNOB), "tests/abi/.libs"))
ECHO = ("-n", "--plugin-path", ABI, "-p", "echo")  # heeds nothing
OTHER = "or take another provider (-p NAME, /provider NAME)"


@test_each([("max_tokens", "max_tokens=9", "a limit of the reply (max_tokens)", "unset max_tokens"),
            ("temperature", "temperature=0.5", "a temperature", "unset temperature"), ("top_p", "top_p=0.5", "top_p", "unset top_p"),
            ("seed", "seed=1", "a seed", "unset seed"), ("stop", 'stop=["END"]', "texts to stop at (stop)", "unset stop"),
            ("effort", "reasoning_effort=low", "a reasoning effort (reasoning_effort)", "unset reasoning_effort"),
            ("a limit of the user's that needs one", "max_tokens_session=5000", "a limit of the reply (max_tokens)",
             "unset max_cost, max_cost_day and max_tokens_session, which need it")])
def setting(value, what, remove):
    """Exit 2 with the setting's name; the same in a dry run"""
    with Box() as box:
        for more in ((), ("--dry-run",)):
            ended(box.run(*ECHO, "-o", value, *more, "Hi"), 2, "", f"hobnob: echo does not take {what}\n  {remove}; {OTHER}\n")


@test
def without():
    """Without a setting all goes on: a limit that hobnob chose by itself is not among the request"""
    with Box() as box:
        ended(box.run(*ECHO, "-m", "x", "Hi"), 0, "Hi\n", "")
        ended(box.run(*ECHO, "-o", "max_tokens=0", "Hi"), 0, "Hi\n", "")


@test
def conversation_goes_on():
    """In a conversation the turn fails, and the next one, with another provider, takes the same setting"""
    with Box() as box:
        r = ended(box.run(*ECHO[1:], "-f", "jsonl", stdin="".join(json.dumps(o) + "\n" for o in (
            {"say": "one"}, {"command": "/set seed 3"}, {"say": "two"}, {"command": "/provider mock"}, {"say": "three"}))), 0)
        events = [e for e in lines_of(r.out) if e["event"] in ("start", "done", "error")]
        same([[e["event"], e.get("text", e.get("message"))] for e in events],
             [["start", None], ["done", "one"], ["error", "echo does not take a seed"], ["start", None], ["done", "three"]])
        same([events[2][k] for k in ("kind", "status", "hint", "partial")], ["usage", None, f"unset seed; {OTHER}", ""])


@test
def dry_run():
    """A provider without http does nothing in a dry run; hobnob describes the messages"""
    with Box() as box:
        script = box.write("s.json", json.dumps({"steps": []}))
        r = ended(box.run("-n", "-p", "mock", "-o", "mock.script=" + script, "-s", "Be brief.", "--dry-run", "Hi"), 0)
        same(json.loads(r.out), {"method": None, "url": None, "headers": {},
                                 "body": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]})


if __name__ == "__main__":
    main()
