#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a provider or a model does not pass on of a request: refused by name, before anything is sent."""
import json
import os

from hob import HOBNOB, Box, ended, lines_of, main, same, test, test_each
from server import Server, body, reply

ABI = os.path.abspath(os.path.join(os.path.dirname(HOBNOB), "tests/abi/.libs"))
ECHO = ("-n", "--plugin-path", ABI, "-p", "echo")  # heeds nothing
OTHER = "or take another provider (-p NAME, /provider NAME)"


@test_each([("max_tokens", "max_tokens=9", "a limit of the reply (max_tokens)", "unset max_tokens (/set -u max_tokens)"),
            ("temperature", "temperature=0.5", "a temperature", "unset temperature (/set -u temperature)"), ("top_p", "top_p=0.5", "top_p", "unset top_p (/set -u top_p)"),
            ("seed", "seed=1", "a seed", "unset seed (/set -u seed)"), ("stop", 'stop=["END"]', "texts to stop at (stop)", "unset stop (/set -u stop)"),
            ("effort", "reasoning_effort=low", "a reasoning effort (reasoning_effort)", "unset reasoning_effort (/set -u reasoning_effort)"),
            ("a limit of the user's that needs one", "max_tokens_session=5000", "a limit of the reply (max_tokens)",
             "unset max_cost, max_cost_day and max_tokens_session, which need it (/set -u KEY)")])
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
        same([events[2][k] for k in ("kind", "status", "hint", "partial")], ["usage", None, f"unset seed (/set -u seed); {OTHER}", ""])


# What a list of models leaves out; temperature is not even named.
PARTLY = body(200, {"data": [{"id": "m", "supported_parameters": ["max_tokens", "seed"]}, {"id": "n", "supported_parameters": ["seed"]}]})


def lacks_of(model, *keys):
    return "".join(f"hobnob: the list of openrouter does not name {key} for {model}; it is sent all the same\n" for key in keys)


@test
def incomplete_list():
    """A sampling setting that the provider's list leaves out is sent, and hobnob says so once for each model; a schema is refused"""
    with Server(reply("Yes."), models=PARTLY) as server, Box(OPENROUTER_API_KEY="sk-or-v1-x") as box:
        run = ("-p", "openrouter", "-o", "openrouter.base_url=" + server.url)
        sampling = ("-m", "m", "-o", "temperature=0.5", "-o", "seed=3", "-o", 'stop=["END"]')
        ended(box.run(*run, "-n", *sampling, "Hi"), 0, "Yes.\n", "")  # no list is kept yet
        ended(box.run(*run, "models"), 0)
        ended(box.run(*run, "-n", *sampling, "Hi"), 0, "Yes.\n", lacks_of("m", "temperature", "stop"))
        ended(box.run(*run, "-i", *sampling, stdin="Hi\nHi\n/model n\nHi\n"), 0, "Yes.\nYes.\nn on openrouter\nYes.\n",
              lacks_of("m", "temperature", "stop") + lacks_of("n", "temperature", "stop"))
        same([[q.json[k] for k in ("model", "temperature", "seed", "stop")] for q in server.chats],
             [[m, 0.5, 3, ["END"]] for m in ("m", "m", "m", "m", "n")])
        box.write("s.json", "{}")
        ended(box.run(*run, "-n", "-m", "m", "--schema", "s.json", "Hi"), 2, "",
              "hobnob: m does not take a schema of the reply (--schema), by the list of openrouter\n"
              "  leave out --schema; or take another model (-m NAME, /model NAME)\n")
        same(len(server.chats), 5)


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
