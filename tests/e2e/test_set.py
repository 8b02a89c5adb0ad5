#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""/set, one setting after the other: each acts from the next turn on, or is refused with the reason and the place for it."""
import contextlib
import json
import socket

from hob import KEY, Box, at_server, ended, holds, lacks, lines_of, main, same, test, test_each
from prompt import begin, leave, say
from secure import CERTIFICATE, Proxy, tls
from server import Server, error, hang, pieces, reply, stream

PRICED = ("-o", "price_input=1000", "-o", "price_output=1000")


def turns(box, setting, *args, first="Hi", second="Hi", ok=True, status=0):
    """A turn, /set, and a turn: the events of the two turns."""
    lines = [{"id": 1, "say": first}, {"id": 2, "command": "/set " + setting}, {"id": 3, "say": second}]
    r = ended(box.run("-f", "jsonl", *args, stdin="".join(json.dumps(line) + "\n" for line in lines)), status, err="")
    events = lines_of(r.out)
    result = [e for e in events if e["event"] == "result"]
    same([e["ok"] for e in result], [ok], str(result))
    return [[e for e in events if e.get("id") == i] for i in (1, 3)]


def settings():
    """Every setting that there is, by the program's own word."""
    with Box() as box:
        out = json.loads(ended(box.run("config", "list", "--json"), 0).out)
    return [s["key"] for s in out if "." not in s["key"]]


# ---- what shows that one acts ------------------------------------------------------------------------

def in_body(key, value, member, sent, before=None):
    """The request has it from the next turn on."""
    def proof():
        with Server(reply("Yes.")) as server, at_server(server) as box:
            turns(box, f"{key} {value}")
            same([r.json.get(member) for r in server.requests], [before, sent])
    return proof


def provider():
    with Server(reply("Yes.")) as server, at_server(server) as box:
        first, second = turns(box, "provider mock", second="echo me")
        same([first[-1]["text"], second[-1]["text"], len(server.requests)], ["Yes.", "echo me", 1])


def system():
    with Server(reply("Yes.")) as server, at_server(server) as box:
        turns(box, "system Be brief.")
        same([r.messages[0] for r in server.requests], [("user", "Hi"), ("system", "Be brief.")])


def context_messages():
    with Server(reply("Yes.")) as server, at_server(server) as box:
        turns(box, "context_messages 1")
        same([len(r.messages) for r in server.requests], [1, 1])


def context_tokens():
    with Server(reply("Yes.")) as server, at_server(server) as box:
        turns(box, "context_tokens 200", first="word " * 300)
        same([len(r.messages) for r in server.requests], [1, 1])


def refuses(key, value, *args, names=None):
    """The turn after it is refused."""
    def proof():
        with Server(reply("Yes.")) as server, at_server(server) as box:
            first, second = turns(box, f"{key} {value}", *args, status=8)
            same([first[-1]["event"], second[-1]["event"], second[-1]["kind"], len(server.requests)], ["done", "error", "over_limit", 1])
            holds(second[-1]["message"], names or key)
    return proof


def price_table():
    with Server(reply("Yes.")) as server, at_server(server) as box:
        first, second = turns(box, "price_table openai", "-m", "gpt-5-nano")
        same([first[-1]["cost_source"], second[-1]["cost_source"]], [None, "table"])


def retries():
    with Server(reply("Yes."), error(503, "busy", {"Retry-After": "0"}), reply("Later.")) as server, at_server(server) as box:
        _, second = turns(box, "retries 0", status=6)
        same([second[-1]["event"], second[-1]["kind"], len(server.requests)], ["error", "unavailable", 2])


def retry_max_wait():
    with Server(reply("Yes."), error(429, "busy", {"Retry-After": "50"}), reply("Later.")) as server, at_server(server) as box:
        _, second = turns(box, "retry_max_wait 1s", status=5)
        same([second[-1]["event"], second[-1]["kind"], len(server.requests)], ["error", "rate_limited", 2])


def timeout_first_token():
    with Server(reply("Yes."), hang()) as server, at_server(server) as box:
        _, second = turns(box, "timeout_first_token 100ms", status=6)
        same([second[-1]["kind"], "timeout_first_token" in second[-1]["message"]], ["timeout", True])


def timeout_idle():
    with Server(reply("Yes."), pieces([*stream(["Some"])[:2], 20], whole=False)) as server, at_server(server) as box:
        _, second = turns(box, "timeout_idle 100ms", status=6)
        same([second[-1]["kind"], second[-1]["partial"], "timeout_idle" in second[-1]["message"]], ["timeout", "Some", True])


def timeout_connect():
    """A listener whose queue is full: no connection comes about."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            s = stack.enter_context(socket.socket())
            s.setblocking(False)
            s.connect_ex(listener.getsockname())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        with Box(OPENAI_API_KEY=KEY, OPENAI_MODEL="m", OPENAI_BASE_URL=url) as box:
            first, second = turns(box, "timeout_connect 200ms", "-o", "timeout_connect=100ms", "-o", "retries=0", status=6)
            holds(first[-1]["message"], "no connection within 100 ms (timeout_connect)")
            holds(second[-1]["message"], "no connection within 200 ms (timeout_connect)")


def proxy():
    with Proxy() as tunnel, Server(reply("Yes."), tls=tls()) as server, at_server(server) as box:
        turns(box, "proxy " + tunnel.url, "-o", "ca_file=" + CERTIFICATE)
        same([len(server.requests), len(tunnel.asked)], [2, 1])


def ca_file():
    with Server(reply("Yes."), tls=tls()) as server, at_server(server) as box:
        first, second = turns(box, "ca_file " + CERTIFICATE, "-o", "retries=0")
        same([first[-1]["kind"], second[-1]["text"]], ["network", "Yes."])


def allow_http():
    with Server(reply("Yes.")) as server:
        with Box(OPENAI_API_KEY=KEY, OPENAI_MODEL="m", OPENAI_BASE_URL="http://far.example/v1") as box:
            first, second = turns(box, "allow_http true", "-o", f"proxy=http://127.0.0.1:{server.port}")
            same([first[-1]["kind"], second[-1]["text"], len(server.requests)], ["config", "Yes.", 1])


def show_reasoning():
    with Box() as box:
        script = box.write("s.json", json.dumps({"steps": [{"text": "Yes.", "reasoning": "Hm.", "times": 0}]}))
        same(ended(box.run("-p", "mock", "-o", "mock.script=" + script, "-i", stdin="Hi\n/set show_reasoning true\n"), 0).err, "")
        r = ended(box.run("-p", "mock", "-o", "mock.script=" + script, "-i", stdin="Hi\n/set show_reasoning true\nHi\n"), 0)
        same([r.out, r.err], ["Yes.\nshow_reasoning = true\nYes.\n", "  Hm.\n"])


def color():
    with Box() as box:
        t = box.terminal("-p", "mock", "-f", "stdio", env={"NO_COLOR": ""})
        t.expect("You: ")
        t.send("/set color never\r")
        at = t.expect("color = never.*You: ")
        lacks(t.text()[t.text().index("color = never"):], "\033[")
        t.send("/set color always\r")
        t.expect("color = always.*\033\\[1;38;5;29mYou: ", after=at)


def plain():
    """Both ways at once: no escape, neither of the editor's nor a colour, and then the editor's again."""
    with Box() as box:
        t = box.terminal("-p", "mock", "-f", "readline", env={"NO_COLOR": "", "HOBNOB_FOOTER": "by {model} · {tokens}"})
        at = t.expect("You: .*\033\\[0m$")
        t.send("/set plain true\r")
        at = t.expect("plain = true.*You: $", after=at)
        t.send("Hi\r")
        end = t.expect("Hi\r\nAssistant: Hi\r\nby mock, 1 and 1 tokens\r\nYou: $", after=at)
        lacks(t.text()[at:], "\033")
        t.send("/set plain false\r")
        t.expect("plain = false.*\033\\[\\?2004hYou: .*\033\\[0m$|plain = false.*\033\\[\\?2004h.*You: .*\033\\[0m$", after=end)


def footer():
    with Box(NO_COLOR="1") as box:
        t = box.terminal("-p", "mock", "-f", "stdio")
        t.expect("You: ")
        t.send("Hi\r")
        at = t.expect("Assistant: Hi\r\nYou: ")
        t.send("/set footer by {model}\rHi\r")
        t.expect("Assistant: Hi\r\nby mock\r\nYou: ", after=at)


def rendered(setting, said, before, after):
    """What the mock repeats is shown in another way from the next turn on."""
    def proof():
        with Box() as box:
            r = ended(box.run("-p", "mock", "-o", "markdown=always", "-i", stdin=f"{said}\n/set {setting}\n{said}\n"), 0, err="")
            key, value = setting.split()
            same(r.out, f"{before}{key} = {value}\n{after}")
    return proof


def pager():
    with Box(NO_COLOR="1", PAGER="cat >one") as box:
        t = begin(box)
        for line in ("Hi", "/less", "/set pager cat >two", "/less"):
            say(t, line + "\r")
        leave(t)
        same([box.read("one"), box.read("two")], ["Hi\n", "Hi\n"])


def notify():
    with Box(NO_COLOR="1") as box:
        t = box.terminal("-p", "mock", "-f", "stdio", "-o", "notify_after=0", "-o", "mock.delta_ms=50")
        t.expect("You: ")
        t.send("Hi you\r")
        at = t.expect("Assistant: Hi you\r\nYou: ")
        t.send("/set notify bell\rHi you\r")
        t.expect("Assistant: Hi you\r\n\aYou: ", after=at)


def notify_after():
    with Box(NO_COLOR="1") as box:
        t = box.terminal("-p", "mock", "-f", "stdio", "-o", "notify=bell", "-o", "mock.delta_ms=50")
        t.expect("You: ")
        t.send("Hi you\r")
        at = t.expect("Assistant: Hi you\r\nYou: ")
        t.send("/set notify_after 20ms\rHi you\r")
        t.expect("Assistant: Hi you\r\n\aYou: ", after=at)


def render_command():
    with Box(NO_COLOR="1") as box:
        t = box.terminal("-p", "mock", "-f", "stdio", env={"HOBNOB_MARKDOWN": "auto"})
        t.expect("You: ")
        t.send("Hi\r")
        at = t.expect("Assistant: Hi\r\nYou: ")
        t.send("/set render_command tr H J\rHi\r")
        t.expect("Assistant:\r\nJi\r\nYou: ", after=at)


PROOFS = {
    "provider": provider, "system": system, "model": in_body("model", "other", "model", "other", "test-model"),
    "temperature": in_body("temperature", "0.5", "temperature", 0.5), "top_p": in_body("top_p", "0.5", "top_p", 0.5),
    "max_tokens": in_body("max_tokens", "77", "max_tokens", 77, 4096), "stop": in_body("stop", "END", "stop", ["END"]),
    "seed": in_body("seed", "7", "seed", 7), "reasoning_effort": in_body("reasoning_effort", "low", "reasoning_effort", "low"),
    "stream": in_body("stream", "false", "stream", None, True), "context_tokens": context_tokens, "context_messages": context_messages,
    "max_cost": refuses("max_cost", "0.001", *PRICED), "max_cost_day": refuses("max_cost_day", "0.001", *PRICED),
    "max_tokens_session": refuses("max_tokens_session", "12"), "confirm_cost": refuses("confirm_cost", "0.001", *PRICED, names="this sends ~"),
    "price_table": price_table, "retries": retries, "retry_max_wait": retry_max_wait, "timeout_connect": timeout_connect,
    "timeout_first_token": timeout_first_token, "timeout_idle": timeout_idle, "proxy": proxy, "ca_file": ca_file, "allow_http": allow_http,
    "show_reasoning": show_reasoning, "color": color, "plain": plain, "footer": footer, "pager": pager,
    "render_command": render_command, "notify": notify, "notify_after": notify_after,
    "markdown": rendered("markdown never", "**a** b", "\033[1ma\033[0m b\n", "**a** b\n"),
    "wrap": rendered("wrap 20", "one two three four five", "one two three four five\n", "one two three four\nfive\n"),
    "links": rendered("links osc8", "[a](b)", "\033[4ma\033[0m \033[2m<b>\033[0m\n",
                      "\033[4ma\033[0m \033]8;;b\033\\\033[2m<b>\033]8;;\033\\\033[0m\n"),
    "theme": rendered("theme plain", "**a** b", "\033[1ma\033[0m b\n", "**a** b\n")}


@test
def all_of_them():
    """There is a proof for each setting that there is"""
    same(sorted([*PROOFS, *(key for key in FIXED if "." not in key)]), sorted(settings()))


@test_each([(key, key) for key in PROOFS])
def acts(key):
    """acts from the next turn on"""
    PROOFS[key]()


FIXED = {"price_input": "price_input price_output", "price_output": "price_input price_output",
         "price_cached": "price_input price_output price_cached", "profile": "profile", "frontend": "frontend", "journal": "journal",
         "mock.reply": "mock.reply", "openai.base_url": "openai.base_url"}
VALUES = {"profile": "draft", "frontend": "stdio", "journal": "false", "mock.reply": "Set.", "openai.base_url": "http://127.0.0.1:9/v1"}


@test_each([(key, key, named.split()) for key, named in FIXED.items()])
def refused(key, named):
    """is refused with the place for it, and that place takes it"""
    with Box() as box:
        ended(box.run("-p", "mock", "-n", "Hi"), 0)
        r = ended(box.run("-p", "mock", "-i", stdin=f"/set {key} {VALUES.get(key, '1')}\n/set {key}=\n"), 0, "")
        place = "-c" + "".join(f" -o {name}=VALUE" for name in named)
        same(r.err, f"hobnob: {key} is fixed once a conversation has begun: leave, and continue with hobnob {place}\n" * 2)
        args = [a.replace("VALUE", VALUES.get(key, "1")) for a in place.split()]
        ended(box.run("-p", "mock", *args, "Again"), 0, "Set.\n" if key == "mock.reply" else "Again\n", "")


# What -u gives each setting: its default; "" for none.
DEFAULTS = {"stream": "true", "context_messages": "0", "price_table": "auto", "retries": "2", "retry_max_wait": "60s", "timeout_connect": "10s",
            "timeout_first_token": "300s", "timeout_idle": "120s", "allow_http": "false", "show_reasoning": "false", "color": "auto", "plain": "false",
            "footer": "end", "notify": "off", "notify_after": "10s", "markdown": "auto", "wrap": "auto", "links": "text", "theme": "auto"}
OTHERS = {"stop": "END", "reasoning_effort": "low", "proxy": "http://127.0.0.1:9", "ca_file": CERTIFICATE, "price_table": "none", "color": "never",
          "system": "Be brief.", "top_p": "0.5", "stream": "false", "allow_http": "true", "show_reasoning": "true", "plain": "true", "markdown": "always", "wrap": "40",
          "links": "osc8", "theme": "dark", "pager": "more", "render_command": "cat", "notify": "bell"}


@test_each([(key, key) for key in PROOFS if key not in ("provider", "model")])
def unset(key):
    """-u gives its default back, whether the command line, the conversation or both set it"""
    value, default = OTHERS.get(key, "1"), DEFAULTS.get(key, "")
    lines = [f"/set -u {key}", f"/set {key}", f"/set {key} {value}", f"/set -u\t{key}", f"/set {key}"]
    with Box() as box:
        r = ended(box.run("-p", "mock", "-o", f"{key}={value}", "-f", "jsonl",
                          stdin="".join(json.dumps({"command": line}) + "\n" for line in lines)), 0, err="")
    same([e["data"].get(key) for e in lines_of(r.out)], [default, default, lines_of(r.out)[2]["data"][key], default, default])
    same(lines_of(r.out)[2]["data"][key] == default, False)


@test
def unset_is_not_sent():
    """What -u unset is not among the next request; nor does it come back with a turn"""
    with Server(reply("Yes.")) as server, at_server(server) as box:
        turns(box, "-u temperature", "-o", "temperature=0.5")
        same([q.json.get("temperature") for q in server.chats], [0.5, None])


@test
def unset_refused():
    """-u names what it cannot unset, and takes one name and no value"""
    told = {"-u": "/set -u takes the name of a setting", "-u seed 7": "/set -u takes no value", "-u seed=": "/set -u takes no value",
            "-u provider": "provider cannot be unset: /provider NAME takes another", "-u model": "model cannot be unset: /model NAME takes another",
            "-u sede": 'unknown setting "sede" (did you mean "seed"?)',
            "-u journal": "journal is fixed once a conversation has begun: leave, and continue with hobnob -c -o journal=VALUE"}
    with Box() as box:
        r = ended(box.run("-p", "mock", "-o", "seed=3", "-i", stdin="".join(f"/set {args}\n" for args in told) + "/set seed\n"), 0, "seed = 3\n")
        same(r.err, "".join(f"hobnob: {text}\n" for text in told.values()))


@test
def nothing_as_a_value():
    """KEY= sets an empty value, where there is one"""
    with Box() as box:
        r = ended(box.run("-p", "mock", "-o", "proxy=http://127.0.0.1:9", "-o", "temperature=1", "-i",
                          stdin="/set proxy\n/set proxy =\n/set proxy\n/set temperature=\n/set temperature\n"), 0)
        same(r.out, "proxy = http://127.0.0.1:9\nproxy = \nproxy = \ntemperature = 1\n")
        same(r.err, 'hobnob: temperature: expected a number from 0 to 2, got ""\n')


if __name__ == "__main__":
    main()
