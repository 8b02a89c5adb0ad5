#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Settings from every source: mistakes told with file, line, key and what was expected; who wins; and whom a key is trusted to."""
import json
import os
import re
import shutil

from hob import BUILD, HOBNOB, KEY, Box, Skip, at_server, ended, holds, lacks, main, same, test, test_each, truth
from server import Server, body, reply

MOCK = ("-p", "mock", "-n")
OTHER = "sk-other-9876543210fedcba"


def dry(box, *args, env=None, status=0):
    """The request that would be sent."""
    return json.loads(ended(box.run("-n", "--dry-run", *args, "Hi", env=env), status).out)


def got(box, key, *args, env=None):
    """What config get says."""
    return ended(box.run("config", "get", key, *args, env=env), 0).out.rpartition(" (")[0]


# ---- mistakes in the config file ---------------------------------------------------------------

MISTAKES = [
    ("unknown key", "model: x\ntemprature: 1\n", 2, ("temprature", '"temperature"')),
    ("duplicate key", "model: x\nsystem: y\nmodel: z\n", 3, ("model",)),
    ("wrong type", "temperature: warm\n", 1, ("temperature", "number", "warm")),
    ("out of range", "\n\ntemperature: 3\n", 3, ("temperature", "2")),
    ("no whole number", "context_messages: 1.5\n", 1, ("context_messages", "whole number", "1.5")),
    ("no bool", "stream: perhaps\n", 1, ("stream", "perhaps")),
    ("no time", "timeout_idle: soon\n", 1, ("timeout_idle", "soon")),
    ("a mapping for a text", "model:\n  a: b\n", None, ("model",)),
    ("broken YAML", "model: x\nproviders: {openai: {\n", None, ()),
    ("a tab", "profiles:\n\ta: b\n", 2, ()),
    ("unknown option", "providers:\n  mock:\n    replay: x\n", 3, ("replay", '"reply"')),
    ("bad instance name", "providers:\n  My Server: {plugin: mock}\n", 2, ("My Server",)),
    ("bad option value", "providers:\n  mock: {ttft_ms: soon}\n", 2, ("ttft_ms", "soon")),
    ("price in the file", "price_input: 1\n", 1, ("price_input",)),
    ("unknown key in a profile", "profiles:\n  a:\n    sytem: x\n", 3, ("sytem", '"system"')),
    ("a list at the top", "- a\n", 1, ()),
    ("unknown model key", "models:\n  m: {contxt: 3}\n", 2, ("contxt", '"context"')),
]


@test_each([(m[0], *m[1:]) for m in MISTAKES])
def mistakes(text, line, words):
    """A mistake in the config file is told with file, line, key and what was expected"""
    with Box() as box:
        box.config(text)
        r = ended(box.run(*MOCK, "Hi"), 3, "")
        holds(r.err, f"config.yaml:{line}:" if line else "config.yaml:", *words)


@test
def deep():
    """Depth beyond 16 is refused"""
    with Box() as box:
        box.config("providers: {mock: {reply: " + "[" * 40 + "]" * 40 + "}}\n")
        ended(box.run(*MOCK, "Hi"), 3, "", re.compile("config.yaml:1"))


@test
def config_file_places():
    """--config and HOBNOB_CONFIG name another file, which must be there; --no-config reads none"""
    with Box() as box:
        box.config("model: [broken\n")
        box.write("other.yaml", "system: from other\n")
        same(got(box, "system", "--config", "other.yaml"), "from other")
        same(got(box, "system", env={"HOBNOB_CONFIG": box.cwd + "/other.yaml"}), "from other")
        ended(box.run(*MOCK, "--no-config", "Hi"), 0, "Hi\n")
        ended(box.run(*MOCK, "--config", "missing.yaml", "Hi"), 3, "", re.compile("missing.yaml"))


@test_each([("unknown key", ("-o", "temprature=1"), ("temprature", '"temperature"')),
            ("wrong type", ("-o", "temperature=warm"), ("temperature", "warm")),
            ("unknown option", ("-o", "mock.replay=1"), ("replay",)),
            ("unknown option of another", ("-o", "openai.base_urll=x"), ("base_urll", "base_url")),
            ("unknown instance", ("-o", "mokc.reply=x"), ("mokc", "mock")),
            ("half a price", ("-o", "price_input=1"), ("price_output",)),
            ("unknown profile", ("-P", "nosuch"), ("nosuch",)),
            ("unknown provider", ("-p", "nosuch"), ("nosuch",)),
            ("near provider", ("-p", "mokc"), ("mock",)),
            ("unknown frontend", ("-f", "stdoi"), ("stdio",))])
def command_line(args, words):
    """A mistake on the command line is told"""
    with Box() as box:
        r = ended(box.run(*MOCK, *args, "Hi"), 3, "")
        holds(r.err, *words)
        lacks(r.err, KEY)


@test
def secret_option():
    """-o never takes a secret: it is refused with the reason, its value not shown"""
    with Box() as box:
        for provider in ("openai", "mock"):
            r = ended(box.run("-n", "-p", provider, "-o", "openai.api_key=" + KEY, "Hi"), 3, "")
            holds(r.err, "api_key", "command line", "OPENAI_API_KEY")
            lacks(r.err, KEY)


@test
def environment():
    """A mistake in the environment is told by its name"""
    with Box() as box:
        ended(box.run(*MOCK, "Hi", env={"HOBNOB_TEMPERATURE": "warm"}), 3, "", re.compile("HOBNOB_TEMPERATURE.*number.*warm"))
        r = ended(box.run(*MOCK, "Hi", env={"HOBNOB_TEMPRATURE": "1"}), 0, "Hi\n")
        holds(r.err, "HOBNOB_TEMPRATURE", "HOBNOB_TEMPERATURE")


@test
def dotenv_mistake():
    """A broken .env is told with its line, its values never"""
    with Box() as box:
        box.write(".env", "A=1\nOPENAI_API_KEY='" + KEY + "\n", 0o600)
        r = ended(box.run(*MOCK, "Hi"), 3, "", re.compile(r"\.env:2"))
        lacks(r.err, KEY)


# ---- who wins ---------------------------------------------------------------------------------------

CONFIG = """\
system: file
profile: fp
profiles:
  fp: {system: fileprofile, temperature: 0.1}
  ep: {system: envprofile, temperature: 0.2}
  cp: {system: cliprofile, temperature: 0.3}
"""


@test
def precedence():
    """Command line, its profile, environment, its profile, .env, its profile, config file, its profile: in this order"""
    with Box() as box:
        box.config(CONFIG)
        box.write(".env", "HOBNOB_SYSTEM=dotenv\nHOBNOB_PROFILE=ep\n", 0o600)
        env = {"HOBNOB_SYSTEM": "env"}
        same(got(box, "system", "-o", "system=cli", "-P", "cp", env=env), "cli")
        same(got(box, "system", "-P", "cp", env=env), "cliprofile")
        same(got(box, "system", env={**env, "HOBNOB_PROFILE": "cp"}), "env")
        same(got(box, "system", env={"HOBNOB_PROFILE": "cp"}), "cliprofile")
        same(got(box, "system"), "dotenv")
        box.write(".env", "HOBNOB_PROFILE=ep\n", 0o600)
        same(got(box, "system"), "envprofile")
        box.write(".env", "", 0o600)
        same(got(box, "system"), "file")
        same(got(box, "temperature"), "0.1")
        box.config(CONFIG.replace("system: file\n", ""))
        same(got(box, "system"), "fileprofile")


@test
def listed():
    """config list shows values and where each came from, secrets masked; config path the file"""
    with Box(OPENAI_API_KEY=KEY) as box:
        path = box.config("temperature: 0.5\nproviders: {groq: {plugin: openai, base_url: 'https://g.example/v1', api_key: %s}}\n" % OTHER)
        r = ended(box.run("config", "list", "-m", "m1", env={"HOBNOB_RETRIES": "5"}), 0)
        lacks(r.out + r.err, KEY, OTHER)
        truth(re.search(r"^model +m1 +command line", r.out, re.M), r)
        truth(re.search(r"^retries +5 +environment", r.out, re.M), r)
        truth(re.search(r"^temperature +0\.5 +config file \(.*config\.yaml:1\)", r.out, re.M), r)
        truth(re.search(r"^stream +true +default", r.out, re.M), r)
        holds(r.out, "groq.base_url", "g.example", "groq.api_key", "openai.api_key", "[secret]")
        holds(ended(box.run("config", "path"), 0).out, path)
        rows = {row["key"]: row for row in json.loads(ended(box.run("config", "list", "--json"), 0).out)}
        same([rows["temperature"]["value"], rows["openai.api_key"]["value"]], ["0.5", "[secret]"])
        for key in ("temperature", "max_cost", "openai.api_key", "groq.base_url", "openai.organization"):
            same(json.loads(ended(box.run("config", "get", key, "--json"), 0).out), rows[key])
        same(json.loads(ended(box.run("config", "get", "provider", "--json"), 0).out)["value"], "openai")


@test
def get_unknown():
    """config get of an unknown key names the nearest, or who lists them"""
    with Box() as box:
        r = box.run("config", "get", "modle")
        truth(r.status in (2, 3), r)
        holds(r.err, "modle", "model")
        holds(box.run("config", "get", "zzzzzzzz").err, 'unknown setting "zzzzzzzz": `hobnob config list` shows all')


@test
def profiles():
    """A profile sets provider, model and prompt together; the shipped draft is there, and the user's own of that name wins"""
    with Server(reply("Reviewed.")) as server, Box(OPENAI_API_KEY=KEY, OPENAI_BASE_URL=server.url) as box:
        box.config("profiles:\n  review:\n    provider: openai\n    model: gpt-5\n    system: |\n      You review\n      patches.\n")
        ended(box.run("-n", "-P", "review", "Hi"), 0, "Reviewed.\n")
        same(server.requests[0].json["model"], "gpt-5")
        same(server.requests[0].messages[0][1].rstrip("\n"), "You review\npatches.")
        body = dry(box, "-p", "mock", "-P", "draft")["body"]
        holds(body[0]["content"], "ghost-writer")
        box.config("profiles: {draft: {system: mine}}\n")
        same(dry(box, "-p", "mock", "-P", "draft")["body"][0]["content"], "mine")


@test
def aliases():
    """An alias stands for a model"""
    with Box(OPENAI_API_KEY=KEY) as box:
        box.config("aliases: {nano: gpt-5-nano-2025}\n")
        same(dry(box, "-p", "openai", "-m", "nano")["body"]["model"], "gpt-5-nano-2025")


@test
def model_levels():
    """An instance's own model goes before the general one of its level; a nearer choice of provider passes a general model over"""
    with Box(OPENAI_API_KEY=KEY) as box:
        def model(*args, env=None):
            return dry(box, *args, env=env)["body"]["model"]
        same(model(), "gpt-5-nano")
        same(model(env={"OPENAI_MODEL": "own"}), "own")
        same(model(env={"OPENAI_MODEL": "own", "HOBNOB_MODEL": "general"}), "own")
        same(model("-m", "said", env={"OPENAI_MODEL": "own"}), "said")
        box.config("provider: openai\nmodel: general\n")
        same(model(), "general")
        same(model("-p", "openai"), "gpt-5-nano")
        box.config("provider: openai\nmodel: general\nproviders: {openai: {model: own}}\n")
        same(model(), "own")


@test
def instances():
    """An instance has environment names of its own; the plugin's serve only the instance that bears its name"""
    with Server(reply("Hi.")) as server, Box(OPENAI_API_KEY=OTHER, OPENAI_MODEL="not-this") as box:
        box.config("providers: {my-groq: {plugin: openai, base_url: '%s'}}\n" % server.url)
        ended(box.run("-n", "-p", "my-groq", "-m", "m", "Hi", env={"HOBNOB_MY_GROQ_API_KEY": KEY}), 0, "Hi.\n")
        same(server.chats[0].headers["authorization"], "Bearer " + KEY)
        ended(box.run("-n", "-p", "my-groq", "-m", "m", "Hi"), 0, "Hi.\n")
        lacks(str(server.chats[1].headers), OTHER, "authorization")
        box.config("providers: {my-groq: {plugin: openai, base_url: '%s', api_key_env: OTHER_KEY}}\n" % server.url)
        ended(box.run("-n", "-p", "my-groq", "-m", "m", "Hi", env={"OTHER_KEY": KEY}), 0, "Hi.\n")
        same(server.chats[2].headers["authorization"], "Bearer " + KEY)
        box.config("providers: {a-b: {plugin: mock}, a_b: {plugin: mock}}\n")
        ended(box.run(*MOCK, "Hi"), 3, "", re.compile("a-b.*a_b|a_b.*a-b", re.S))


@test
def key_command():
    """KEY_command runs a program without a shell, KEY_file reads a file; a failing command is told"""
    with Server(reply("Hi.")) as server, Box(OPENAI_BASE_URL=server.url, OPENAI_MODEL="m") as box:
        box.config("providers: {openai: {api_key_command: [printf, '%s\\n', \"$KEY;x\"]}}\n")
        ended(box.run("-n", "Hi"), 0, "Hi.\n", "")
        same(server.requests[0].headers["authorization"], "Bearer $KEY;x")
        key = box.write("key", KEY + "\n", 0o600)
        box.config("providers: {openai: {api_key_file: %s}}\n" % key)
        ended(box.run("-n", "Hi"), 0, "Hi.\n", "")
        same(server.requests[1].headers["authorization"], "Bearer " + KEY)
        box.config("providers: {openai: {api_key_command: ['false', 'argument']}}\n")
        r = ended(box.run("-n", "Hi"), 3, "")
        holds(r.err, "false")
        lacks(r.err, "argument")
        same(len(server.requests), 2)


@test
def paths_below_home():
    """A ~ at the beginning of a path is HOME, in KEY_file and in an option that is a path; of ~NAME and a~ it is not"""
    with Server(reply("Hi.")) as server, Box(OPENAI_BASE_URL=server.url, OPENAI_MODEL="m") as box:
        box.write(box.home + "/key", KEY + "\n", 0o600)
        box.config("providers: {openai: {api_key_file: ~/key}}\n")
        ended(box.run("-n", "Hi"), 0, "Hi.\n", "")
        same(server.requests[0].headers["authorization"], "Bearer " + KEY)
        box.config("providers: {openai: {api_key_file: ~nobody/key}}\n")
        holds(ended(box.run("-n", "Hi"), 3, "").err, "~nobody/key: No such file or directory")
        box.write(box.home + "/s.json", json.dumps({"steps": [{"text": "From a script.", "times": 0}]}))
        ended(box.run(*MOCK, "-o", "mock.script=~/s.json", "Hi"), 0, "From a script.\n", "")
        holds(ended(box.run(*MOCK, "-o", "mock.script=a~/s.json", "Hi"), 3, "").err, "a~/s.json: No such file or directory")


@test_each([("usual", ""), ("ignored", "CHLD"), ("ignored with others", "CHLD PIPE XFSZ INT TERM HUP QUIT")])
def key_command_signals(signals):
    """KEY_command works whatever signals hobnob's parent ignores, and begins with them as a shell gives them"""
    with Server(reply("Hi.")) as server, Box(OPENAI_BASE_URL=server.url, OPENAI_MODEL="m") as box:
        box.config("providers: {openai: {api_key_command: [sh, -c, 'grep SigIgn /proc/$$/status >ign; (true); echo %s']}}\n" % KEY)
        trap = f'trap "" {signals}; ' if signals else ""
        ended(box.run("-c", trap + 'exec "$0" -n Hi', HOBNOB, argv=["/bin/sh"]), 0, "Hi.\n", "")
        same(server.requests[0].headers["authorization"], "Bearer " + KEY)
        same(int(box.read("ign").split()[1], 16) & 0x7FFFFFFF, 0)  # beyond are those that libc keeps to itself


# ---- no provider, no key ---------------------------------------------------------------------------

@test
def nothing_chosen():
    """Without a key the lines to paste are told, exit 3, in a conversation too"""
    with Box() as box:
        for args, stdin in ((("-n", "Hi"), None), (("-i",), "Hi\n"), (("config", "get", "provider"), None)):
            r = ended(box.run(*args, stdin=stdin), 3, "")
            holds(r.err, "OPENAI_API_KEY=", "OPENAI_BASE_URL=", "-p mock")
        # What is told to stand in .env has to do there: an address alone would not.
        lacks(r.err[:r.err.index("export its address")], "OPENAI_BASE_URL")
        truth(max(map(len, r.err.splitlines())) <= 80, "a line is wider than a terminal")


@test
def no_key():
    """A provider that was chosen without its key says which lines would do, exit 3"""
    with Box() as box:
        r = ended(box.run("-n", "-p", "openai", "Hi"), 3, "")
        holds(r.err, "OPENAI_API_KEY", ".env")


@test
def forbidden_key():
    """A key of OpenRouter's never goes to api.openai.com"""
    with Box(OPENAI_API_KEY="sk-or-v1-0123456789") as box:
        r = ended(box.run("-n", "-p", "openai", "Hi"), 3, "")
        holds(r.err, "api.openai.com")
        lacks(r.err, "sk-or-v1-0123456789")


@test
def plain_http():
    """A key goes over plain http to the loopback only"""
    with Box(OPENAI_API_KEY=KEY, OPENAI_BASE_URL="http://llm.example/v1", OPENAI_MODEL="m") as box:
        r = ended(box.run("-n", "-o", "retries=0", "Hi"), 3, "")
        holds(r.err, "http", "allow_http")


@test
def redirect():
    """A redirect is not followed: the message names where it leads"""
    with Server(body(308, b"", {"Location": "https://elsewhere.example/v1"})) as server, at_server(server) as box:
        ended(box.run("-n", "Hi"), 3, "", re.compile("elsewhere.example"))
        same(len(server.requests), 1)


# ---- plugins that may not be loaded -------------------------------------------------------------------

def fixture(box, name, folder="plugins", mode=0o755):
    """Puts a plugin that breaks a rule into a folder; the folder."""
    for place in ("tests/abi/.libs", ".libs"):
        path = os.path.join(BUILD, place, name + ".so")
        if os.path.exists(path):
            break
    else:
        raise Skip(f"{name}.so is not built; make check builds it")
    folder = os.path.join(box.root, folder)
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, mode)
    shutil.copy(path, folder)
    os.chmod(os.path.join(folder, name + ".so"), 0o755)
    return folder


REFUSED = [("wrong_major", r"ABI"), ("newer_minor", r"needs ABI 1\.\d+, this hobnob has 1\.0"), ("short_struct", "struct_size"),
           ("no_symbol", "hobnob_plugin_v1"), ("null_vtable", "vtable"), ("unknown_kind", "type"), ("no_chat", "chat"),
           ("other_name", "calls itself"), ("null_descriptor", "NULL"), ("bad_option", "option"), ("short_vtable", "struct_size")]


@test_each([(name, name, why) for name, why in REFUSED])
def refused(name, why):
    """A plugin that breaks a rule is refused: file and rule are told"""
    with Box() as box:
        folder = fixture(box, name)
        r = ended(box.run("-n", "--plugin-path", folder, "-p", name, "Hi"), 3, "")
        holds(r.err, f"{folder}/{name}.so")
        truth(re.search(why, r.err), r)
        r = ended(box.run("plugins", "--plugin-path", folder), 0)
        truth(re.search(rf"^{name} +refused ", r.out, re.M), r)
        truth(re.search(rf"^{folder}/{name}.so: .*{why}", r.out, re.M), r)


@test
def good_plugin():
    """A plugin of one's own is found by --plugin-path and HOBNOB_PLUGIN_PATH, and may shadow a shipped one"""
    with Box() as box:
        folder = fixture(box, "echo")
        ended(box.run("-n", "--plugin-path", folder, "-p", "echo", "-m", "x", "Hi"), 0, "Hi\n", "")
        ended(box.run("-n", "-p", "echo", "-m", "x", "Hi", env={"HOBNOB_PLUGIN_PATH": folder}), 0, "Hi\n", "")
        second = fixture(box, "echo", "second")
        rows = json.loads(ended(box.run("plugins", "--json", "--plugin-path", folder + ":" + second), 0).out)
        same([r["path"] for r in rows if r["name"] == "echo" and "shadowed" in str(r["state"])], [second + "/echo.so"])


@test
def untrusted_folder():
    """A folder that the world may write to is refused"""
    with Box() as box:
        folder = fixture(box, "echo", mode=0o777)
        r = ended(box.run("-n", "--plugin-path", folder, "-p", "echo", "Hi"), 3, "")
        holds(r.err, folder, "writ")
        folder = fixture(box, "echo", "file")
        os.chmod(folder + "/echo.so", 0o777)
        r = ended(box.run("-n", "--plugin-path", folder, "-p", "echo", "Hi"), 3, "")
        holds(r.err, folder + "/echo.so", "writ")


@test_each([("text", b"#!/bin/sh\n"), ("empty", b""), ("cut short", b"\x7fELF\x02\x01\x01" + b"\0" * 20)])
def no_plugin(data):
    """A file that is no plugin is refused"""
    with Box() as box:
        folder = os.path.join(box.root, "p")
        os.mkdir(folder)
        box.write(folder + "/junk.so", data)
        r = ended(box.run("-n", "--plugin-path", folder, "-p", "junk", "Hi"), 3, "")
        holds(r.err, folder + "/junk.so")
        ended(box.run("plugins", "--plugin-path", folder), 0, re.compile("junk.*refused"))


@test
def relative_path():
    """On the command line a path may be relative, and a single file; in the environment it is absolute"""
    with Box() as box:
        fixture(box, "echo", box.cwd + "/p")
        for path in ("p", "./p/", "p/echo.so"):
            ended(box.run("-n", "--plugin-path", path, "-p", "echo", "-m", "x", "Hi"), 0, "Hi\n", "")
        ended(box.run("-n", "--plugin-path", "nowhere:p", "-p", "echo", "-m", "x", "Hi"), 0, "Hi\n",
              f"hobnob: warning: --plugin-path: {box.cwd}/nowhere: No such file or directory: name a folder, or a file NAME.so\n")
        r = ended(box.run("-n", "-p", "echo", "-m", "x", "Hi", env={"HOBNOB_PLUGIN_PATH": "p"}), 3, "")
        holds(r.err, 'HOBNOB_PLUGIN_PATH: "p" is not an absolute path: skipped', 'no plugin is called "echo"')
        ended(box.run("-n", "-p", "echo", "-m", "x", "Hi", env={"HOBNOB_PLUGIN_PATH": box.cwd + "/p/echo.so"}), 0, "Hi\n", "")


# ---- a .env that was found may be anybody's -----------------------------------------------------------------

@test
def endpoint_without_key():
    """A found .env with an endpoint and no key beside it is exit 3, naming both, whatever the user's own key is"""
    with Server(reply("No.")) as server, Box(OPENAI_API_KEY=KEY) as box:
        box.write(".env", f"OPENAI_BASE_URL={server.url}\nOPENAI_MODEL=m\n", 0o600)
        r = ended(box.run("-n", "Hi"), 3, "")
        holds(r.err, "OPENAI_BASE_URL", "OPENAI_API_KEY", ".env")
        same(server.requests, [])


@test
def endpoint_with_key():
    """With a key from the same file it applies, and that key is the one that is sent"""
    with Server(reply("Yes.")) as server, Box() as box:
        box.write(".env", f"OPENAI_BASE_URL={server.url}\nOPENAI_MODEL=m\nOPENAI_API_KEY={OTHER}\n", 0o600)
        ended(box.run("-n", "Hi"), 0, "Yes.\n", "")
        same(server.requests[0].headers["authorization"], "Bearer " + OTHER)
        # The user's own key is nearer than the file's: it must not go there.
        r = ended(box.run("-n", "Hi", env={"OPENAI_API_KEY": KEY}), 3, "")
        holds(r.err, "OPENAI_BASE_URL")
        same(len(server.requests), 1)


@test
def env_file_trusted():
    """--env-file is the user's own: its endpoint applies"""
    with Server(reply("Yes.")) as server, Box(OPENAI_API_KEY=KEY) as box:
        box.write("my.env", f"OPENAI_BASE_URL={server.url}\nOPENAI_MODEL=m\n", 0o600)
        ended(box.run("-n", "--env-file", "my.env", "Hi"), 0, "Yes.\n", "")
        same(server.requests[0].headers["authorization"], "Bearer " + KEY)
        ended(box.run("-n", "--env-file", "missing.env", "Hi"), 3, "", re.compile("missing.env"))


@test_each([("plugin path", "HOBNOB_PLUGIN_PATH=/tmp"), ("frontend", "HOBNOB_FRONTEND=jsonl"), ("prices", "HOBNOB_PRICE_TABLE=none"),
            ("log file", "HOBNOB_LOG_FILE=log"), ("allow_http", "HOBNOB_ALLOW_HTTP=true"), ("proxy", "HOBNOB_PROXY=http://127.0.0.1:1"),
            ("ca_file", "HOBNOB_CA_FILE=/dev/null"), ("config", "HOBNOB_CONFIG=/nowhere"),
            ("price", "HOBNOB_PRICE_INPUT=1")])
def user_only(line):
    """What a found .env may not set is ignored with a warning that names it"""
    with Box() as box:
        box.write(".env", line + "\n", 0o600)
        r = ended(box.run(*MOCK, "Hi"), 0, "Hi\n")
        name = line.split("=")[0]
        truth(re.search(rf"\.env:1: ({name}|{name[7:].lower()}) is ignored", r.err), r)
        same(sorted(os.listdir(box.cwd)), [".env"])


@test
def no_command():
    """A found .env may not name a command or a file for a key"""
    with Box() as box:
        box.write(".env", 'OPENAI_API_KEY_COMMAND=["touch","ran"]\nOPENAI_API_KEY_FILE=/etc/passwd\n', 0o600)
        r = ended(box.run("-n", "-p", "openai", "Hi"), 3, "")
        holds(r.err, "OPENAI_API_KEY_COMMAND is ignored", "OPENAI_API_KEY_FILE is ignored")
        same(sorted(os.listdir(box.cwd)), [".env"])


@test
def limits():
    """A found .env may lower a limit, never raise it"""
    with Box() as box:
        box.config("max_cost: 0.5\n")
        box.write(".env", "HOBNOB_MAX_COST=0.25\n", 0o600)
        same(got(box, "max_cost"), "0.25")
        box.write(".env", "HOBNOB_MAX_COST=5\n", 0o600)
        r = box.run("config", "get", "max_cost")
        same(r.out, "0.5 (config file)\n")
        holds(r.err, ".env:1: max_cost is ignored")


@test
def writable_dotenv():
    """A .env that others may write to is passed over with a warning that names --env-file"""
    with Box() as box:
        box.write(".env", "HOBNOB_SYSTEM=theirs\n", 0o666)
        r = box.run("config", "get", "system")
        holds(r.err, ".env", "--env-file")
        lacks(r.out, "theirs")


@test_each([
    ("a bare name", "DEBUG\n", "1: this line is skipped: expected NAME=value"),
    ("export of what is set elsewhere", "A=1\nexport PATH\n", "2: this line is skipped: expected NAME=value"),
    ("a unit of systemd", "[Service]\nEnvironment=A=1\n", "1: this line is skipped: expected NAME=value"),
    ("YAML", "---\ndb:\n  host: x\nlist:\n- a\n", "1: this line and 4 more are skipped: expected NAME=value"),
    ("properties of Java", "server.port = 80\nspring-profile: dev\n", "1: this line and 1 more are skipped: expected NAME=value"),
    ("a default", "A=${A:-x}\nB=${A}/y\n", "1: this line and 1 more are skipped: expected ${NAME}"),
    ("words after a quote", "A='x'y\n", "1: this line is skipped: text after the closing quote"),
    ("an open quote", 'A="x\nB=2\n', "1: this line is skipped: no closing double quote"),
    ("a shell script", "#!/bin/sh\nset -eu\nif true; then\n  echo no\nfi\n", "2: this line and 3 more are skipped: expected NAME=value"),
    ("a conflict of git", "<<<<<<< HEAD\nA=1\n=======\nA=2\n>>>>>>> x\n", "1: this line and 2 more are skipped: expected NAME=value"),
    ("a name that only begins as one of ours", "OPENAI_API_KEY-old=x\nHOBNOB_MODEL.bak=x\n",
     "1: this line and 1 more are skipped: expected NAME=value"),
    ("UTF-16", "A=1\nB=2\n".encode("utf-16"), "1: this line and 2 more are skipped: it is UTF-16, not UTF-8 "
     "(convert it, as with: iconv -f UTF-16 -t UTF-8)"),
    ("bytes", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "1: this line and 2 more are skipped: it is not text in UTF-8 (if it is text in another "
     "encoding, convert it, as with: iconv -f LATIN1 -t UTF-8)"),
    ("too many names", "".join(f"A{i}=\n" for i in range(2001)), "2001: the file is skipped: too many names"),
    ("too much", "A=1\n" * 300000, " larger than 1048576 bytes: the file is skipped"),
])
def foreign_dotenv(text, told):
    """A found .env of another program never keeps hobnob from working: one warning names the line and --no-env-file"""
    with Box() as box:
        box.write(".env", text, 0o600)
        ended(box.run(*MOCK, "Hi"), 0, "Hi\n", f"hobnob: warning: .env:{told}; --no-env-file reads none of it\n")
        ended(box.run(*MOCK, "--no-env-file", "Hi"), 0, "Hi\n", "")
        ended(box.run(*MOCK, "--env-file", ".env", "Hi"), 3, "", re.compile(r"\.env"))


@test
def foreign_comments():
    """Comments of a found .env may be in any encoding, without a word; what else is in the file holds"""
    with Box() as box:
        box.write(".env", b"# cl\xe9\nHOBNOB_SYSTEM=here # caf\xe9\n", 0o600)
        ended(box.run("config", "get", "system"), 0, None, "")
        same(got(box, "system"), "here")


@test_each([("a setting", "HOBNOB_MODEL m", "HOBNOB_MODEL", "expected NAME=value"),
            ("an instance's key", "export HOBNOB_GROQ_API_KEY", "HOBNOB_GROQ_API_KEY", "expected NAME=value"),
            ("a key that chooses the provider", "OPENAI_API_KEY: " + OTHER, "OPENAI_API_KEY", "expected NAME=value"),
            ("an option of the provider", "OPENAI_MODEL=${M:-x}", "OPENAI_MODEL", "expected ${NAME}"),
            ("in another encoding", b"OPENAI_API_KEY=sk-\xe9", "OPENAI_API_KEY", "it is not text in UTF-8"),
            ("of a part that is skipped", "H=${X:-y}\nOPENAI_BASE_URL=https://$H", "OPENAI_BASE_URL", "it refers to a name whose line is skipped"),
            ("behind an open quote", f"A='x\nB=1\nOPENAI_API_KEY={OTHER}", "OPENAI_API_KEY", "an earlier line opens a quote that none closes")])
def own_line(text, name, why):
    """A line of a found .env that begins with a name of hobnob's own and cannot be read is exit 3, with a way out, and nothing is sent"""
    with Server(reply("No.")) as server, at_server(server) as box:
        raw = text if isinstance(text, bytes) else text.encode()
        box.write(".env", b"DEBUG\n" + raw + b"\n", 0o600)
        line = raw.count(b"\n") + 2
        told = f"hobnob: .env:{line}: {name}: {why}\n  correct that line, or skip the whole file with --no-env-file\n"
        ended(box.run("-n", "Hi"), 3, "", re.compile(re.escape(told) + "$"))
        same(server.requests, [])
        ended(box.run("-n", "--no-env-file", "Hi"), 0, "No.\n", "")


@test_each([("within a quoted note", f'note.txt="see\nOPENAI_BASE_URL=%s\n"\nOPENAI_API_KEY={OTHER}\n'),
            ("within a quote that has words after it", f'NOTE="see\nOPENAI_BASE_URL=%s\n" there\nOPENAI_API_KEY={OTHER}\n'),
            ("within a list of YAML", f"note: 'see\nOPENAI_BASE_URL=%s\n'\nOPENAI_API_KEY={OTHER}\n")])
def no_line(text):
    """What only looks like a line, within a value that was skipped, sends a key nowhere"""
    with Server(reply("No.")) as server, Server(reply("Right.")) as right, Box(OPENAI_BASE_URL=right.url, OPENAI_MODEL="m") as box:
        box.write(".env", text % server.url, 0o600)
        ended(box.run("-n", "Hi"), 0, "Right.\n", re.compile("is skipped"))
        same(server.requests, [])
        same(right.requests[0].headers["authorization"], "Bearer " + OTHER)


@test
def misread_key():
    """Where the key's line was skipped, the endpoint beside it gets no other key"""
    with Server(reply("No.")) as server, Box(HOBNOB_OPENAI_API_KEY=KEY) as box:
        box.write(".env", f"OPENAI_BASE_URL={server.url}\nOPENAI_MODEL=m\nMY.OPENAI_API_KEY={OTHER}\n", 0o600)
        ended(box.run("-n", "Hi"), 3, "", re.compile("OPENAI_BASE_URL"))
        same(server.requests, [])


@test
def unreadable_dotenv():
    """A found .env that may not be read is skipped with a warning"""
    with Box() as box:
        if os.geteuid() == 0:
            raise Skip("root reads every file")
        box.write(".env", "HOBNOB_SYSTEM=x\n", 0)
        ended(box.run(*MOCK, "Hi"), 0, "Hi\n", re.compile(r"warning: .*\.env: Permission denied: the file is skipped"))


@test
def not_parents():
    """The .env of a parent folder is not read, and --no-env-file reads none"""
    with Box() as box:
        box.write(box.root + "/.env", "HOBNOB_SYSTEM=theirs\n", 0o600)
        lacks(box.run("config", "get", "system").out, "theirs")
        box.write(".env", "HOBNOB_SYSTEM=here\n", 0o600)
        same(got(box, "system"), "here")
        lacks(box.run("config", "get", "system", "--no-env-file").out, "here")


@test
def own_names_only():
    """${X} in a .env is of the same file alone; other programs' names are none of our business"""
    with Box(SECRET_OF_USER="leaked") as box:
        box.write(".env", "A=one\nDATABASE_URL=x\nHOBNOB_SYSTEM=${A}-${SECRET_OF_USER}\n", 0o600)
        r = box.run("config", "get", "system")
        holds(r.out, "one-")
        lacks(r.out + r.err, "leaked", "DATABASE_URL")


if __name__ == "__main__":
    main()
