#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whom a key is trusted to, a row an attack: a .env that somebody left behind, endpoints, plugins, names and redirects."""
import json
import os
import re
import shlex
import shutil
import subprocess

from hob import BUILD, KEY, SRC, Box, Skip, at_server, ended, holds, lacks, main, same, test, test_each, truth
from server import Server, body, error, reply

ONCE = ("-n", "-o", "retries=0")
PLANTED = "sk-planted-9876543210fedcba"
ROUTER = "sk-or-v1-0011223344556677"
EVIL = "\x1b]0;owned\x07\x9b2J\u202e"
ACTS = ("\x1b]", "\x07", "\x9b", "\u202e")  # what a terminal would obey


def sent(server):
    """All that a server was told: the heads and bodies of its requests."""
    return "".join(f"{r.path} {r.headers} {r.body}" for r in server.requests)


# ---- a .env that somebody left behind -------------------------------------------------------------------

# What stands in the file, beside which settings of the user's; the status, what stderr says.
STEERS = [
    ("base_url", "OPENAI_BASE_URL={url}", 3, ("OPENAI_BASE_URL", ".env", "the key is from OPENAI_API_KEY")),
    ("base_url by its long name", "HOBNOB_OPENAI_BASE_URL={url}", 3, ("HOBNOB_OPENAI_BASE_URL", ".env", "the key is from OPENAI_API_KEY")),
    ("a header", 'HOBNOB_OPENAI_HEADERS={{"Host":"elsewhere.example"}}', 3, ("HOBNOB_OPENAI_HEADERS", "the key is from OPENAI_API_KEY")),
    ("what is merged into the body", 'HOBNOB_OPENAI_EXTRA_BODY={{"user":"x"}}', 3, ("HOBNOB_OPENAI_EXTRA_BODY", "the key is from OPENAI_API_KEY")),
    ("base_url and a key that is not used", "OPENAI_BASE_URL={url}\nOPENAI_API_KEY=" + PLANTED, 3, ("OPENAI_BASE_URL", "the key is from OPENAI_API_KEY")),
    ("base_url and a key of another's", "OPENAI_BASE_URL={url}\nOPENROUTER_API_KEY=" + PLANTED + "\nHOBNOB_PROVIDER=openai", 3, ("OPENAI_BASE_URL",)),
    ("base_url that interpolates the key", "OPENAI_BASE_URL={url}/${{OPENAI_API_KEY}}", 3, ("OPENAI_BASE_URL",)),
]


@test_each(STEERS)
def planted(line, status, words):
    """A .env that was found leads the user's key nowhere"""
    with Server(reply("No.")) as bad, Server(reply("Mine.")) as good, Box(OPENAI_API_KEY=KEY, OPENAI_MODEL="m") as box:
        box.write(".env", line.format(url=bad.url) + "\n", 0o600)
        for env in ({}, {"OPENAI_BASE_URL": good.url} if "base_url" not in line.lower() else {}):
            r = ended(box.run(*ONCE, "Hi", env=env), status, "")
            holds(r.err, *words)
            lacks(r.err, KEY, PLANTED)
        same([bad.requests, good.requests], [[], []])


# A key that the user has elsewhere than in the environment.
KEPT = [("in the config file", "api_key: " + KEY), ("in a file", "api_key_file: {cwd}/key"), ("in a command", "api_key_command: [printf, " + KEY + "]")]


@test_each(KEPT)
def planted_beside(option):
    """Nor is it led astray where it stands, not even by a file with a key of its own"""
    with Server(reply("No.")) as bad, Box() as box:
        box.write("key", KEY, 0o600)
        box.config("provider: openai\nproviders: {openai: {" + option.format(cwd=box.cwd) + "}}\n")
        for more in ("", "OPENAI_API_KEY=\n"):
            box.write(".env", f"OPENAI_BASE_URL={bad.url}\nOPENAI_MODEL=m\n{more}", 0o600)
            holds(ended(box.run(*ONCE, "Hi"), 3, "").err, "OPENAI_BASE_URL", "the key is from")
        # With a key of its own the file chooses that key, and the user's stays at home.
        box.write(".env", f"OPENAI_BASE_URL={bad.url}\nOPENAI_MODEL=m\nOPENAI_API_KEY={PLANTED}\n", 0o600)
        ended(box.run(*ONCE, "Hi"), 0)
        holds(sent(bad), PLANTED)
        lacks(sent(bad), KEY)


@test_each([("headers", "headers: {X-Api-Key: " + KEY + "}", "headers"), ("the body", "extra_body: {token: " + KEY + "}", "extra_body")])
def added_by_the_user(option, name):
    """What the user's config adds to requests is not sent to the endpoint of a .env that was found"""
    with Server(reply("Hi.")) as server, Box() as box:
        box.config("providers: {openai: {" + option + "}}\n")
        path = box.write(".env", f"OPENAI_BASE_URL={server.url}\nOPENAI_MODEL=m\nOPENAI_API_KEY={PLANTED}\n", 0o600)
        r = ended(box.run(*ONCE, "Hi"), 0, "Hi.\n")
        holds(r.err, f"openai: {name}: not sent", "OPENAI_BASE_URL", "--env-file")
        lacks(sent(server), KEY)
        ended(box.run(*ONCE, "--env-file", path, "Hi"), 0, "Hi.\n", "")
        holds(str(server.requests[-1].headers) + str(server.requests[-1].body), KEY)


NAMED = [("proxy", "HOBNOB_PROXY={url}"), ("plugin path", "HOBNOB_PLUGIN_PATH=/tmp"), ("command", 'HOBNOB_OPENAI_API_KEY_COMMAND=["touch","ran"]'),
         ("command by its short name", "OPENAI_API_KEY_COMMAND=[touch, ran]"), ("file", "OPENAI_API_KEY_FILE=/etc/hostname"),
         ("log file", "HOBNOB_LOG_FILE=ran"), ("frontend", "HOBNOB_FRONTEND=jsonl"), ("config file", "HOBNOB_CONFIG=ran"),
         ("price", "HOBNOB_PRICE_INPUT=1"), ("ca_file", "HOBNOB_CA_FILE=/etc/hostname"), ("allow_http", "HOBNOB_ALLOW_HTTP=true"),
         ("limit", "HOBNOB_MAX_COST=100"), ("limit of a day", "HOBNOB_MAX_COST_DAY=100"),
         ("limit of tokens", "HOBNOB_MAX_TOKENS_SESSION=1000000")]


@test_each(NAMED)
def named(line):
    """What it may not say is ignored with a warning that names it, and nothing is done of it"""
    with Server(reply("Hi.")) as server, Server(reply("No.")) as bad, at_server(server) as box:
        box.config("max_cost: 1\nmax_cost_day: 1\nmax_tokens_session: 100000\nmodels: {test-model: {price_input: 1, price_output: 1}}\n")
        box.write(".env", line.format(url=bad.url) + "\n", 0o600)
        ended(box.run(*ONCE, "Hi"), 0, "Hi.\n")
        for args in ((), ("-p", "openai")):
            r = box.run("config", "list", *args, env={"OPENAI_API_KEY": ""})
            truth(re.search(r"\.env.* is ignored", r.err), r)
        same([sorted(os.listdir(box.cwd)), bad.requests], [[".env"], []])
        same(server.requests[0].headers["authorization"], "Bearer " + KEY)


@test_each([("by the plugin's name", "programs"), ("by the name of an instance", "my-own")])
def programs(name):
    """It says nothing of what a plugin runs or opens, whoever the plugin is; a file that is named may"""
    folder = os.path.join(BUILD, "tests/abi/.libs")
    if not os.path.exists(folder + "/programs.so"):
        raise Skip("programs.so is not built; make check builds it")
    names = {key: f"HOBNOB_{name.upper().replace('-', '_')}_{key}" for key in ("COMMAND", "TOOL", "WEIGHTS", "TONE")}
    with Box() as box:
        box.config("providers: {my-own: {plugin: programs}}\n")
        path = box.write(".env", f"HOBNOB_PROVIDER={name}\nHOBNOB_MODEL=x\n{names['TONE']}=dry\n{names['WEIGHTS']}=/etc/passwd\n"
                         f"{names['COMMAND']}=[\"touch\",\"ran\"]\n{names['TOOL']}=touch\n", 0o600)
        at = ("-n", "--plugin-path", folder + "/programs.so", "Hi")
        warnings = "".join(f"hobnob: warning: .env: {names[key]} is ignored: a .env that was found may not set it "
                           "(--env-file, the config file and the environment may)\n" for key in ("COMMAND", "TOOL", "WEIGHTS"))
        ended(box.run(*at), 0, "tone=dry \n", warnings)
        every = 'command=["touch","ran"] tool=touch weights=/etc/passwd tone=dry \n'
        ended(box.run("--env-file", path, *at), 0, every, "")
        ended(box.run(*at, env={names["COMMAND"]: "cat"}), 0, re.compile(r'^command=\["cat"\] tone=dry \n$'))
        box.config(f"providers: {{{name}: {{plugin: programs, command: [cat]}}}}\n")
        ended(box.run(*at), 0, 'command=["cat"] tone=dry \n', warnings)


@test_each([("a key", "OPENAI_API_KEY=${SECRET_OF_USER}"), ("a prompt", "HOBNOB_SYSTEM=it is ${SECRET_OF_USER}"),
            ("an endpoint", "OPENAI_API_KEY=x\nOPENAI_BASE_URL={url}/${SECRET_OF_USER}")])
def interpolated(line):
    """It interpolates nothing of the environment"""
    with Server(reply("Hi.")) as server, Box(SECRET_OF_USER=KEY) as box:
        box.write(".env", "OPENAI_MODEL=m\n" + line.replace("{url}", server.url) + "\n", 0o600)
        env = {} if "{url}" in line else {"OPENAI_BASE_URL": server.url}
        r = box.run(*ONCE, "Hi", env=env)
        lacks(sent(server) + r.out + r.err, KEY)


@test
def prompt_from_a_file():
    """@FILE is a prompt of -s alone: a .env reads no file that way"""
    with Server(reply("Hi.")) as server, at_server(server) as box:
        box.write("secret", KEY + "-in-a-file")
        box.write(".env", "HOBNOB_SYSTEM=@secret\n", 0o600)
        ended(box.run(*ONCE, "Hi"), 0, "Hi.\n")
        same(server.requests[0].messages[0], ("system", "@secret"))


# ---- a key and its own place ----------------------------------------------------------------------------

@test_each([("a key", "OPENAI_API_KEY"), ("an address", "OPENAI_BASE_URL"), ("both", "OPENAI_API_KEY OPENAI_BASE_URL OPENAI_MODEL")])
def named_instance(names):
    """What the plugin's names in the environment say does not concern an instance of another name"""
    env = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_MODEL": "not-this"}
    with Server(reply("Hi.")) as server, Box(**{n: env[n] for n in names.split()}) as box:
        box.config("providers: {groq: {plugin: openai, base_url: '%s', model: mine}}\n" % server.url)
        for args in (("-p", "groq", *ONCE, "Hi"), ("models", "-p", "groq")):
            box.run(*args)
        truth(server.requests, "it went elsewhere")
        lacks(sent(server), KEY, "not-this", "authorization")


@test
def to_the_other():
    """A key of OpenAI's never reaches OpenRouter, nor one of OpenRouter's OpenAI: the request is not made"""
    with Server(reply("No.")) as server, Box() as box:
        box.config("providers: {openrouter: {base_url: '%s', model: m}}\n" % server.url)
        for args in (("-p", "openrouter", *ONCE, "Hi"), ("models", "-p", "openrouter")):
            box.run(*args, env={"OPENAI_API_KEY": KEY})
        lacks(sent(server), KEY)
    with Box() as box:
        box.write("key", ROUTER, 0o600)
        for option in ("api_key: " + ROUTER, "api_key_file: " + box.cwd + "/key", "api_key_command: [printf, '%s', " + ROUTER + "]"):
            box.config("providers: {openai: {" + option + "}, own: {plugin: openai, " + option + "}}\n")
            for name in ("openai", "own"):
                r = ended(box.run("-p", name, *ONCE, "-o", "timeout_connect=1ms", "-o", "proxy=http://127.0.0.1:9", "Hi"), 3, "")
                holds(r.err, "is never sent to https://api.openai.com")
                lacks(r.err, ROUTER)


PLAIN = ["http://llm.example/v1", "HTTP://10.0.0.1/v1", "http://127.0.0.1.example/v1", "http://localhost.example/v1", "http://[::2]/v1", "http://0.0.0.0/v1",
         "http://2130706433/v1", "http://localhost:80.example/v1"]


@test_each([(url, url) for url in PLAIN])
def plain_http(url):
    """A key does not go over plain http to another machine, whatever its name looks like"""
    with Box(OPENAI_API_KEY=KEY, OPENAI_BASE_URL=url, OPENAI_MODEL="m") as box:
        r = ended(box.run(*ONCE, "-o", "timeout_connect=1ms", "Hi"), 3, "")
        lacks(r.err, KEY)
        holds(r.err, "http")


@test
def plain_proxy():
    """Nor over plain http to this machine by way of a proxy on another"""
    with Box(OPENAI_API_KEY=KEY, OPENAI_BASE_URL="http://127.0.0.1:9/v1", OPENAI_MODEL="m") as box:
        r = ended(box.run(*ONCE, "Hi", env={"HOBNOB_PROXY": "http://proxy.example:3128"}), 3, "")
        holds(r.err, "the key is not sent over plain http")


ODD = ["https://user:passw0rd-of-mine@127.0.0.1:{port}/v1", "http://127.0.0.1:{port}@elsewhere.example/v1", "http://127.0.0.1:{port}\\@elsewhere.example/v1",
       "http://127.0.0.1:{port}/v1\r\nX: y", "file:///etc/passwd", "http://127.0.0.1:{port} /v1", "//127.0.0.1:{port}/v1", "gopher://127.0.0.1:{port}/v1"]


@test_each([(url.partition("{")[0], url) for url in ODD])
def odd_address(url):
    """An address that two readers could read in two ways is refused, exit 3, and what may be a password in it is not shown"""
    with Server(reply("No.")) as server, Box(OPENAI_API_KEY=KEY, OPENAI_MODEL="m") as box:
        env = {"OPENAI_BASE_URL": url.format(port=server.port)}
        r = ended(box.run(*ONCE, "-vv", "Hi", env=env), 3, "")
        holds(r.err, "OPENAI_BASE_URL: expected an http or https URL without user name or password")
        for args in (("config", "list"), ("doctor",), ("models",)):
            more = box.run(*args, env=env)
            lacks(r.err + more.out + more.err, "passw0rd-of-mine", KEY)
        same(server.requests, [])


@test_each([(str(status), status) for status in (301, 302, 303, 307, 308)])
def redirect(status):
    """A redirect is told, never followed, with a key or without"""
    with Server(reply("No.")) as other, Server(body(status, b"", {"Location": other.url + "/chat/completions?k=" + KEY})) as server, \
            at_server(server) as box:
        for args in ((*ONCE, "Hi"), (*ONCE, "-vv", "Hi")):
            r = ended(box.run(*args), 3, "")
            holds(r.err, f"127.0.0.1:{other.port}")
            lacks(r.err, KEY)
        same([len(server.requests), other.requests], [2, []])


@test
def redirected_list():
    """Nor is one of the list of models"""
    with Server(reply("No."), models=body(200, {"data": []})) as other, \
            Server(reply("No."), models=body(302, b"", {"Location": other.url + "/models"})) as server, at_server(server) as box:
        r = ended(box.run("models"), 3, "")
        holds(r.err, f"127.0.0.1:{other.port}")
        same(other.requests, [])


# ---- a secret that stands where none is expected ---------------------------------------------------------

ON_THE_LINE = [("the key", "openai.api_key=" + PLANTED, "api_key"), ("a header", 'openai.headers={"Authorization":"Bearer of-something"}', "headers"),
               ("a header that looks like a key", 'openai.headers={"X-Mine":"' + PLANTED + '"}', "headers"),
               ("an address with a key", "openai.base_url=https://127.0.0.1:9/v1?api_key=01234567", "base_url"),
               ("an address that looks like one", "openai.base_url=https://127.0.0.1:9/v1?x=" + PLANTED, "base_url"),
               ("a body", 'openai.extra_body={"user":"' + PLANTED + '"}', "extra_body"),
               ("a key of another instance", "groq.api_key=" + PLANTED, "api_key")]


@test_each(ON_THE_LINE)
def on_the_line(option, name):
    """-o takes no secret, in whatever place: exit 3 with the reason, and it is not shown"""
    with Box(OPENAI_API_KEY=KEY) as box:
        box.config("providers: {groq: {plugin: openai, base_url: 'http://127.0.0.1:9/v1'}}\n")
        r = ended(box.run(*ONCE, "-p", option.partition(".")[0], "-o", option, "-vv", "Hi"), 3, "")
        holds(r.err, name, "never taken from the command line")
        lacks(r.err, PLANTED, "of-something", "01234567")


@test
def in_a_header():
    """A key in a header of the config file, or in the query of the address, is sent and not shown"""
    values = ["of-the-gateway-1", "abcdefgh-ijkl", "queried-9876"]
    with Server(error(401, " and ".join(values))) as server, Box(OPENAI_API_KEY=KEY) as box:
        box.config("providers: {openai: {base_url: '%s?api-version=7&code=1&api_key=%s', model: m, headers: {X-Gateway-Token: 'Bearer %s', Cookie: %s, X-Mine: shown}}}\n"
                   % (server.url, values[2], values[0], values[1]))
        for args in ((*ONCE, "-vv", "Hi"), (*ONCE, "--dry-run", "Hi"), ("config", "list"), ("config", "list", "--json"), ("doctor",), ("models", "-v")):
            r = box.run(*args)
            lacks(r.out + r.err, *values)
        holds(sent(server), *values, "shown", "api-version=7")
        holds(ended(box.run(*ONCE, "--dry-run", "Hi"), 0).out, '"X-Mine":"shown"', "api-version=7", "[secret]")


# ---- keys from files and commands --------------------------------------------------------------------------

@test
def readable_key_file():
    """A key file that others can read is used with a warning and its cure; 0600 needs none"""
    with Server(reply("Hi.")) as server, Box(OPENAI_BASE_URL=server.url, OPENAI_MODEL="m") as box:
        path = box.write("key", KEY + "\n", 0o644)
        box.config("providers: {openai: {api_key_file: %s}}\n" % path)
        r = ended(box.run(*ONCE, "Hi"), 0, "Hi.\n")
        same(r.err, f"hobnob: warning: {path} holds a secret, and others can read the file: chmod 600 {path}\n")
        os.chmod(path, 0o600)
        ended(box.run(*ONCE, "Hi"), 0, "Hi.\n", "")


NEW_EACH_TIME = """#!/bin/sh
echo "fetching" >&2
echo x >>%(cwd)s/asked
n=$(wc -l <%(cwd)s/asked)
test "$n" -gt 1 && echo %(good)s || echo %(bad)s
"""


# Statuses and bodies by which a server does not accept a key; Google's is a 400.
NOT_ACCEPTED = [("401", 401, {}), ("400 with a code", 400, {"code": "invalid_api_key"}),
                ("400 with a reason", 400, {"status": "INVALID_ARGUMENT", "details": [{"reason": "API_KEY_INVALID"}]})]


@test_each(NOT_ACCEPTED)
def command_after(status, more):
    """A command is asked once more after an invalid key, and no more than that: its new key is sent, its stderr shown, its output never"""
    good, bad = "fresh-0123456789abcdef", "stale-0123456789abcdef"

    def gate(conn, request):
        right = request.headers["authorization"] == "Bearer " + good
        no = body(status, {"error": {"message": "no such key: " + request.headers["authorization"], **more}})
        return (reply("Hi.") if right else no)(conn, request)
    with Server(gate) as server, Box(OPENAI_BASE_URL=server.url, OPENAI_MODEL="m") as box:
        path = box.write("ask", NEW_EACH_TIME % {"cwd": box.cwd, "good": good, "bad": bad}, 0o755)
        box.config("providers: {openai: {api_key_command: ['%s']}}\n" % path)
        r = ended(box.run("-i", "-vv", stdin="a\nb\n"), 0, "Hi.\nHi.\n")
        same([q.headers["authorization"] for q in server.chats], ["Bearer " + k for k in (bad, good, good)])
        same(r.err.count("fetching\n"), 2)
        holds(r.err, "reloading the key")
        lacks(r.out + r.err, good, bad)
    with Server(error(401, "never")) as server, Box(OPENAI_BASE_URL=server.url, OPENAI_MODEL="m") as box:
        path = box.write("ask", NEW_EACH_TIME % {"cwd": box.cwd, "good": good, "bad": bad}, 0o755)
        box.config("providers: {openai: {api_key_command: ['%s']}}\n" % path)
        ended(box.run(*ONCE, "Hi"), 4, "")
        same([len(server.chats), len(box.read("asked").splitlines())], [2, 2])


@test
def command_sees():
    """A command sees an empty stdin, no descriptor of ours, and no key in its environment but those of the user's"""
    look = "#!/bin/sh\nenv >%(cwd)s/env\nls -l /proc/$$/fd >%(cwd)s/fds\ncat >%(cwd)s/stdin\necho key-0123456789abcdef\n"
    with Server(reply("Hi.")) as server, Box() as box:
        box.write("look", look % {"cwd": box.cwd}, 0o755)
        box.write(".env", "OPENROUTER_API_KEY=%s\nHOBNOB_SYSTEM=mine\n" % ROUTER, 0o600)
        box.config("provider: openai\nproviders: {openai: {base_url: '%s', model: m, api_key_command: ['%s/look']}}\n" % (server.url, box.cwd))
        ended(box.run("-i", stdin="Hi\n"), 0, "Hi.\n")
        lacks(box.read("env"), ROUTER, "mine")
        lacks(box.read("fds"), "socket:", ".jsonl")
        same(box.read("stdin"), "")


# ---- the folder of the conversations ----------------------------------------------------------------------

@test_each([("by everybody", 0o777, True), ("by everybody, sticky", 0o1777, True), ("by nobody else", 0o755, False)])
def open_sessions(mode, warned):
    """A sessions folder that others may write in is used, with one warning that names the chmod; doctor tells it as well"""
    with Box() as box:
        place = box.home + "/.local/state/hobnob/sessions"
        os.makedirs(place)
        os.chmod(place, mode)
        why = f"{place} is writable by everybody, so others may remove conversations or plant some"
        r = ended(box.run("-i", "-p", "mock", stdin="Hi\nHo\n"), 0)
        same(r.err, f"hobnob: warning: {why}: chmod go-w {place}\n" if warned else "")
        same(len(os.listdir(place)), 1)
        found = json.loads(box.run("doctor", "--json", "-p", "mock").out)["problems"]
        told = [(p["what"], p["cure"]) for p in found if place in p["what"]]
        same(told, [(why, f"chmod go-w {place}")] if warned else [])


# ---- plugins and names -----------------------------------------------------------------------------------

@test_each([(repr(name), name) for name in ("../x", "/tmp/x", ".", "..", "a/b", "x.so", "X", "-x", "", EVIL)])
def no_name(name):
    """A provider or a frontend is a plain name, never a path, from whatever source"""
    with Box() as box:
        os.mkdir(box.root + "/p")
        for place in (box.root, box.root + "/p"):
            box.write(os.path.join(place, "x.so"), "no plugin")
        for option in ("-p", "-f"):
            r = box.run("-n", "--plugin-path", box.root + "/p", "-p", "mock", option + name if name.startswith("-") else option, name, "Hi")
            truth(r.status in (2, 3), r)
            lacks(r.err, *ACTS, box.root)
        if name:
            holds(ended(box.run("-n", "Hi", env={"HOBNOB_PROVIDER": name}), 3, "").err, "HOBNOB_PROVIDER: expected a name")
            box.config("providers: {x: {plugin: %s}}\n" % json.dumps(name))
            holds(ended(box.run("-n", "-p", "x", "Hi"), 3, "").err, "plugin: expected the name of a plugin")


@test_each([("the folder, by everybody", 0o777, 0o755, "writable by everybody"), ("the file, by everybody", 0o755, 0o757, "writable by everybody"),
            ("the folder, with the sticky bit", 0o1777, 0o755, "writable by everybody"), ("what a link leads to", None, 0o755, "writable by everybody")])
def writable(folder_mode, mode, why):
    """A plugin that others could have put there is not loaded, whatever its name, and that is told"""
    with Box() as box:
        folder, real = box.root + "/p", box.root + "/real"
        os.mkdir(folder)
        box.write((real if folder_mode is None else folder) + "/mock.so", "no plugin", mode)
        if folder_mode is None:
            os.symlink(real + "/mock.so", folder + "/mock.so")
            os.chmod(real, 0o777)
        else:
            os.chmod(folder, folder_mode)
        r = ended(box.run("-n", "--plugin-path", folder, "-p", "mock", "Hi"), 3, "")
        holds(r.err, why, folder + "/mock.so", "it hides")
        truth(re.search("^mock +refused ", ended(box.run("plugins", "--plugin-path", folder), 0).out, re.M), r)


PLUGIN = r"""
#include "fixture.h"
#define EVIL "\033]0;owned\007\302\2332J\342\200\256"
static int32_t chat(void *self, hn_call *call, const hn_request *request)
{
	(void)self;
	(void)call;
	(void)request;
	return HN_ERR_PLUGIN;
}
static const hn_provider provider = FIXTURE_PROVIDER(sizeof(hn_provider), 0, chat);
static const hn_option options[] = {
	{ .type = HN_OPT_STRING, .key = "mine", .initial = EVIL, .help = "help" EVIL },
};
const hn_plugin *hobnob_plugin_v1(void)
{
	static const hn_plugin plugin = { .struct_size = sizeof(hn_plugin), .abi_major = HN_ABI_MAJOR, .type = HN_TYPE_PROVIDER,
		.n_options = 1, .option_stride = sizeof *options, .name = "evil", .version = "1" EVIL, .summary = "summary" EVIL,
		.license = "MIT" EVIL, .options = options, .vtable = &provider };
	return &plugin;
}
"""


def compiled(box, source, name, *flags):
    """Compiles a shared object; its path."""
    compiler = shlex.split(os.environ.get("CC", "cc"))
    if not shutil.which(compiler[0]):
        raise Skip("no compiler")
    path = os.path.join(box.root, "p", name + ".so")
    done = subprocess.run([*compiler, "-shared", "-fPIC", "-w", "-o", path, box.write(os.path.join(box.root, "p", name + ".c"), source), *flags],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise Skip(f"it cannot be compiled: {done.stderr}")
    return path


@test
def plugin_strings():
    """What a plugin says of itself, and how its file is called, does nothing to a terminal"""
    with Box() as box:
        path = compiled(box, PLUGIN, "evil", f"-I{SRC}/core/include", f"-I{SRC}/tests/abi")
        folder = box.root + "/p" + EVIL
        os.rename(box.root + "/p", folder)
        shutil.copy(os.path.join(folder, "evil.so"), os.path.join(folder, "no" + EVIL + ".so"))
        path = os.path.join(folder, "evil.so")
        at = ("--plugin-path", folder)
        for args in (("plugins", *at), ("plugins", "--json", *at), ("plugins", "info", "evil", *at), ("plugins", "check", path), ("doctor", *at),
                     ("config", "list", "-p", "evil", *at), ("-n", "-vv", "-p", "evil", *at, "Hi"), ("-n", "-p", "no" + EVIL, *at, "Hi"),
                     ("-p", "evil", "--help", *at)):
            lacks(box.terminal(*args).end().out, *ACTS)


FILES = [("-a", "{}"), ("-s", "@{}"), ("--config", "{}"), ("--env-file", "{}"), ("--log-file", "/nowhere/{}"), ("-o", "mock.script={}"), ("-P", "{}"),
         ("-r", "{}"), ("-o", "ca_file={}"), ("--plugin-path", "{}"), ("--plugin-path", "/nowhere{}")]


@test_each([(" ".join(args), *args) for args in FILES])
def file_names(option, value):
    """The name of a file does nothing to a terminal, be it there, not there, or with a mistake in it"""
    with Box() as box:
        box.write("there" + EVIL, "mistake: [\n", 0o600)
        for name in ("there" + EVIL, "missing" + EVIL):
            lacks(box.terminal("-p", "mock", "-n", "-v", option, value.format(name), "Hi").end().out, *ACTS)


@test_each([(c, c) for c in ("/load", "/save", "/write", "/model", "/provider", "/set", "/branch", "/edit", "/system")])
def words_of_commands(command):
    """Nor does what a command is given, in what is said of it"""
    with Box() as box:
        r = box.run("-p", "mock", "-i", stdin=f"Hi\n{command} x{EVIL}\n")
        lacks(r.err, *ACTS)


if __name__ == "__main__":
    main()
