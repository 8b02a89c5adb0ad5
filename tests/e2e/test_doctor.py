#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""hobnob doctor: what it finds, what it says is wrong, and with which cure; never a key, never the end of a bad config."""
import json
import os
import re
import shutil
import socket

from hob import BUILD, HOBNOB, KEY, Box, Skip, at_server, ended, holds, lacks, main, same, test, test_each, truth
from secure import CERTIFICATE, Proxy, tls
from server import Server, body, error, hang, listing, reply

CANARY = "sk-canary-6b1f0e9d7c5a3b2f"


def report(box, *args, status=0, **more):
    """The report as JSON, which the text has as well: the findings by area and name, and the problems."""
    got = json.loads(ended(box.run("doctor", "--json", *args, **more), status, err="").out)
    same(sorted(got), ["findings", "problems"])
    for f in got["findings"]:
        same(sorted(f), ["area", "name", "ok", "value"])
    for p in got["problems"]:
        same(sorted(p), ["area", "cure", "what"])
        truth(p["cure"] and "\n" not in p["what"] + p["cure"], p)
    return {(f["area"], f["name"]): f for f in got["findings"]}, got["problems"]


def value(found, area, name):
    """The value of a finding that is well."""
    truth(found[area, name]["ok"], found[area, name])
    return found[area, name]["value"]


def only(problems, area, what, cure):
    """There is one problem, with these words."""
    same(len(problems), 1, problems)
    same(problems[0]["area"], area)
    holds(problems[0]["what"], what)
    holds(problems[0]["cure"], cure)


# ---- what it finds -----------------------------------------------------------------------------

@test
def healthy():
    """With nothing wrong it says so, exit 0, and nothing on stderr"""
    with Box(HOBNOB_PROVIDER="mock") as box:
        r = ended(box.run("doctor"), 0, re.compile(r"\n\nno problem found\n\Z"), "")
        sections = [line for line in r.out.splitlines() if re.fullmatch("[a-z]+", line)]
        same(sections, ["program", "files", "settings", "plugins", "keys", "provider", "network", "journal", "terminal"])
        lacks(r.out, "\n!")


@test
def findings():
    """Program, files, settings with their source, plugins, provider and model are told"""
    with Box(HOBNOB_TEMPERATURE="0.2") as box:
        path = box.config("provider: mine\naliases: {quick: m-1}\nproviders: {mine: {plugin: openai, base_url: 'http://127.0.0.1:9/v1'}}\n"
                          "profiles: {review: {system: 'You review.'}}\n")
        box.write(".env", "HOBNOB_TOP_P=0.5\n", 0o600)
        found, problems = report(box, "-m", "quick", "-P", "review")
        same(problems, [])
        truth(re.fullmatch(r"[0-9.]+ \(plugin ABI 1\.0\)", value(found, "program", "version")), found)
        same(value(found, "program", "program"), f"{os.path.realpath(HOBNOB)} (in its build tree)")
        same(value(found, "files", "config file"), path + ": read")
        same(value(found, "files", ".env"), f"found in {box.cwd}: read")
        holds(value(found, "files", "profiles"), "draft, review (")
        same(value(found, "settings", "provider"), f"mine (config file ({path}:1))")
        same(value(found, "settings", "temperature"), "0.2 (environment (HOBNOB_TEMPERATURE))")
        same(value(found, "settings", "top_p"), "0.5 (.env (.env:1))")
        holds(value(found, "settings", "system"), "You review. (profile of the command line")
        truth(("settings", "retries") not in found, "a default is told")
        truth(re.fullmatch(r"provider [0-9.]+, ABI 1\.0, /.*/mock\.so", value(found, "plugins", "mock")), found)
        same(value(found, "provider", "provider"), "mine (config file)")
        same(value(found, "provider", "plugin"), "openai")
        same(value(found, "provider", "address"), "http://127.0.0.1:9/v1")
        same(value(found, "provider", "model"), "m-1, for the alias quick (command line)")


@test
def model_by_default():
    """Without a word on it the provider is the one whose key is set, the model that provider's own"""
    with Box(OPENAI_API_KEY=KEY) as box:
        found, problems = report(box)
        same(problems, [])
        same(value(found, "provider", "provider"), "openai (a key or an address of its own is set)")
        same(value(found, "provider", "model"), "gpt-5-nano (default)")
        same(value(found, "keys", "openai.api_key"), "environment (OPENAI_API_KEY)")


@test
def nobody_answers():
    """Without a provider the lines to paste are the cure, exit 3"""
    with Box() as box:
        found, problems = report(box, status=3)
        only(problems, "provider", "no provider is chosen", "OPENAI_API_KEY=... a key from")
        same(found["provider", "provider"]["value"], "none")
        same(found["keys", "openai.api_key"]["value"], "not set (HOBNOB_OPENAI_API_KEY, OPENAI_API_KEY)")


@test
def cure_of_several_lines():
    """As text a cure of several lines keeps them, below what is wrong, as the error of a chat has them"""
    with Box() as box:
        r = ended(box.run("doctor"), 3, err="")
        same("hobnob: " + r.out.partition("\n\nprovider: ")[2], ended(box.run("-n", "Hi"), 3, "").err)
        holds(r.out, "\n  Put one of these lines into a file .env here, or export it:\n    OPENROUTER_API_KEY=...    a key from openrouter.ai\n")
        r = ended(box.run("doctor", "-p", "openai"), 3, err="")
        same(r.out.partition("\n\nprovider: ")[2], "openai: no api_key\n    OPENAI_API_KEY=...            a line in .env\n"
             "    export OPENAI_API_KEY=...     in the shell\n    providers: {openai: {api_key_command: [pass, show, openai]}}  in config.yaml\n")


@test
def no_key():
    """A provider without the key that it needs is a problem, and the names that give it are the cure"""
    with Box() as box:
        _, problems = report(box, "-p", "openai", status=3)
        only(problems, "provider", "openai: no api_key", "OPENAI_API_KEY=... a line in .env; export OPENAI_API_KEY=")
        same(problems[0]["what"], "openai: no api_key")


@test
def named_files():
    """Files that were named are told with who named them; those that are not read, why not"""
    with Box(HOBNOB_PROVIDER="mock") as box:
        other = box.write("other.yaml", "top_p: 0.1\n")
        env = box.write("my.env", "HOBNOB_SEED=4\n")
        found, _ = report(box, "--env-file", env, env={"HOBNOB_CONFIG": other})
        same(value(found, "files", ".env"), f"{env}, named by --env-file: read")
        same(value(found, "settings", "top_p"), f"0.1 (config file ({other}:1))")
        out = ended(box.run("doctor", "--config", other), 0).out
        holds(out, f"{other}, named by --config: read", "config.yaml: not looked at")
        found, _ = report(box, "--no-config", "--no-env-file")
        same(value(found, "files", "config file"), "none is read: --no-config")
        same(value(found, "files", ".env"), "none is read: --no-env-file")


@test
def text_of_a_problem():
    """As text a problem is one line, what and cure; what is not well is marked"""
    with Box(HOBNOB_PROVIDER="mock") as box:
        box.config("temprature: 1\n")
        r = ended(box.run("doctor"), 3, err="")
        (line,) = r.out.partition("\n\n")[2].splitlines()
        same(line, f'files: {box.home}/.config/hobnob/config.yaml:1: unknown key "temprature"; did you mean "temperature"?')
        holds(r.out, f"\n! config file  {box.home}/.config/hobnob/config.yaml: refused\n")


@test
def value_of_two_lines():
    """A value that has two lines is quoted whole in what is wrong; its second line is no cure"""
    with Box(HOBNOB_PROVIDER="mock") as box:
        r = ended(box.run("doctor", "-o", "temperature=a\nb"), 3, err="")
        (line,) = r.out.partition("\n\n")[2].splitlines()
        same(line, 'files: -o temperature: expected a number from 0 to 2, got "a^Jb"; correct it, or take it out')
        r = ended(box.run("doctor", "--json", "-o", "temperature=a\nb"), 3, err="")
        same(json.loads(r.out)["problems"], [{"area": "files", "what": '-o temperature: expected a number from 0 to 2, got "a^Jb"',
                                              "cure": "correct it, or take it out"}])


# ---- broken settings: each is told, and the rest goes on -----------------------------------------

@test
def everything_broken():
    """A mistake in every source at once: each is told, what is sound counts, exit 3"""
    with Box(OPENAI_API_KEY=KEY, HOBNOB_TEMPERATURE="warm") as box:
        box.config("model: [x\n")
        box.write(".env", "this is no line\n", 0o600)
        found, problems = report(box, "-o", "retries=many", status=3)
        what = [p["what"] for p in problems]
        same(len(what), 4, what)
        holds(what[0], ".env:1:")
        holds(what[1], "config.yaml:")
        holds(what[2], "HOBNOB_TEMPERATURE: ", "warm")
        holds(what[3], "retries", "many")
        truth(not found["files", "config file"]["ok"] and not found["files", ".env"]["ok"], found)
        same(value(found, "keys", "openai.api_key"), "environment (OPENAI_API_KEY)")
        same(value(found, "provider", "model"), "gpt-5-nano (default)")


@test_each([("a profile", ("-P", "reveiw"), "files", 'there is no profile "reveiw"'), ("a plugin's option", ("-o", "mock.replay=x"), "plugins", "replay"),
            ("a log file", ("--log-file", "/nowhere/x"), "files", "/nowhere/x: No such file"),
            ("a config file", ("--config", "nowhere.yaml"), "files", "nowhere.yaml: No such file"),
            ("an env file", ("--env-file", "nowhere.env"), "files", "nowhere.env: No such file"),
            ("a secret", ("-o", "openai.api_key=" + CANARY), "plugins", "never taken from the command line"),
            ("a provider", ("-p", "opneai"), "provider", 'no plugin is called "opneai"')])
def slips(args, area, what):
    """A slip on the command line is a problem, and the report is whole"""
    with Box(HOBNOB_PROVIDER="mock") as box:
        found, problems = report(box, *args, status=3)
        same(problems[0]["area"], area)
        holds(problems[0]["what"], what)
        lacks(json.dumps(problems), CANARY)
        truth(("terminal", "locale") in found, found)


@test
def warnings():
    """What a found .env may not say, and a name near a known one, are problems, not lines on stderr"""
    with Box(HOBNOB_PROVIDER="mock", HOBNOB_TEMPRATURE="1") as box:
        box.write(".env", "HOBNOB_CONFIG=/x\nHOBNOB_PROXY=http://h\n", 0o600)
        _, problems = report(box, status=3)
        same([(p["what"], p["cure"]) for p in problems], [
            (".env:1: HOBNOB_CONFIG is ignored: a .env that was found may not set it", "--env-file may"),
            (".env:2: proxy is ignored: a .env that was found may not set it", "--env-file may"),
            ("unknown name HOBNOB_TEMPRATURE in the environment", "did you mean HOBNOB_TEMPERATURE?")])


@test
def env_of_others():
    """A .env that others may write is passed over, and that is told"""
    with Box(HOBNOB_PROVIDER="mock") as box:
        box.write(".env", "HOBNOB_SEED=1\n", 0o666)
        found, problems = report(box, status=3)
        only(problems, "files", ".env is writable by everybody: passed over", "--env-file .env")
        same([found["files", ".env"]["value"], found["files", ".env"]["ok"]], ["passed over", False])


FOREIGN = [("a line", lambda b: b.write(".env", "DEBUG\nFOO=1\n", 0o600), "files", ".env:1: "),
           ("UTF-16", lambda b: b.write(".env", "FOO=1\n".encode("utf-16"), 0o600), "files", "UTF-16"),
           ("a folder", lambda b: os.mkdir(b.cwd + "/.env"), "files", ".env is not a regular file: passed over"),
           ("too large", lambda b: b.write(".env", "x" * 2000000, 0o600), "files", ".env: ")]


@test_each(FOREIGN)
def foreign_env(put, area, what):
    """A .env that was found and cannot be read is told, and need not be a mistake: exit 0, as a chat beside it has"""
    with Box(HOBNOB_PROVIDER="mock") as box:
        put(box)
        found, problems = report(box)
        same((len(problems), problems[0]["area"], found["files", ".env"]["ok"]), (1, area, False), problems)
        holds(problems[0]["what"], what)
        ended(box.run("-n", "x"), 0, "x\n", re.compile("hobnob: warning: .*" + re.escape(what)))
        report(box, "-o", "retries=many", status=3)


# ---- keys ------------------------------------------------------------------------------------------

@test_each([
    ("a file that is not there", "api_key_file: /nowhere/key", None, "groq.api_key_file: /nowhere/key: No such file", "name another"),
    ("an empty file", "api_key_file: ./key", 0o600, "groq.api_key_file: ./key: it is empty", "name another"),
    ("a program that is not there", "api_key_command: [no-such-program]", None, 'there is no program "no-such-program"', "install it"),
    ("a program that is none", "api_key_command: [./key]", 0o600, 'there is no program "./key"', "install it"),
])
def bad_keys(line, mode, what, cure):
    """A key that cannot be had"""
    with Box(HOBNOB_PROVIDER="mock") as box:
        box.config("providers: {groq: {plugin: openai, base_url: 'http://127.0.0.1:9', %s}}\n" % line)
        if mode:
            box.write("key", "", mode)
        found, problems = report(box, status=3)
        only(problems, "keys", what, cure)
        same(found["keys", "groq.api_key"]["ok"], False)


@test
def key_of_others():
    """A key file, and a .env with a key, that others may read are told with the chmod that cures it"""
    with Box(HOBNOB_PROVIDER="mock") as box:
        path = box.write("key", CANARY, 0o644)
        box.config("providers: {groq: {plugin: openai, base_url: 'http://127.0.0.1:9', api_key_file: %s}}\n" % path)
        box.write(".env", "OPENAI_API_KEY=" + CANARY + "\n", 0o644)
        found, problems = report(box, status=3)
        same([(p["what"], p["cure"]) for p in problems],
             [(".env holds a key, and others can read it", "chmod 600 .env"), (path + " holds a secret, and others can read the file", "chmod 600 " + path)])
        holds(found["keys", "groq.api_key"]["value"], "the file " + path)
        holds(found["keys", "openai.api_key"]["value"], ".env (OPENAI_API_KEY in .env)")


@test
def config_of_others():
    """A config file with a key that others may read"""
    with Box(HOBNOB_PROVIDER="mock") as box:
        path = box.config("providers: {openai: {api_key: %s}}\n" % CANARY, 0o644)
        _, problems = report(box, status=3)
        only(problems, "keys", path + ":1 holds a secret, and others can read the file", "chmod 600 " + path)


@test
def placeholder():
    """An example's key is told as such"""
    with Box(OPENAI_API_KEY="sk-...") as box:
        found, problems = report(box, status=3)
        only(problems, "keys", 'OPENAI_API_KEY: the key ends in "..."', "a key of your own")
        truth(not found["keys", "openai.api_key"]["ok"], found)


@test
def command_not_run():
    """The program that prints a key is looked for, never run; a file is not read"""
    with Box() as box:
        box.config("provider: openai\nproviders: {openai: {api_key_command: [touch, %s/ran]}}\n" % box.cwd)
        found, problems = report(box)
        same(problems, [])
        holds(value(found, "keys", "openai.api_key"), "the program touch, config file (")
        same(os.listdir(box.cwd), [])


@test
def never_a_key():
    """No key is in the report, whatever it is from and however much is logged"""
    with Box(OPENAI_API_KEY=CANARY, HOBNOB_PROXY=f"http://user:{CANARY}@proxy:3128", https_proxy=f"http://u:{CANARY}x@y@proxy") as box:
        box.write("key", CANARY, 0o600)
        box.write("say", f"#!/bin/sh\necho {CANARY}\n", 0o755)
        box.config("providers:\n  a: {plugin: openai, base_url: 'http://127.0.0.1:9', api_key: %s}\n" % CANARY +
                   "  b: {plugin: openai, base_url: 'http://127.0.0.1:9', api_key_file: key}\n"
                   "  c: {plugin: openai, base_url: 'http://127.0.0.1:9', api_key_command: [./say]}\n"
                   "  d: {plugin: openai, base_url: 'http://127.0.0.1:9', headers: {Authorization: Bearer %s}}\n" % CANARY)
        box.write(".env", f"HOBNOB_A_API_KEY={CANARY}\nHOBNOB_X_TOKEN={CANARY}\n", 0o600)
        for args in ((), ("-vv",), ("--json", "-vv"), ("-o", "proxy="), ("-p", "a", "--log-file", "log")):
            r = box.run("doctor", *args)
            same(r.status, 0, r)
            lacks(r.out + r.err, CANARY, "6b1f0e9d7c5a3b2f", "x@y")
        lacks(box.read("log"), CANARY)


@test_each([("in a list", "providers: {openai: {api_key: [%s]}}"), ("in broken YAML", "providers: {openai: {api_key: %s"),
            ("at the top", "api_key: %s"), ("twice", "providers: {openai: {api_key: %s, api_key_file: x}}"),
            ("in an address", "providers: {openai: {base_url: 'http://u:%s@h'}}"),
            ("in a header", "providers: {openai: {headers: 'Authorization: Bearer %s'}}")])
def never_a_key_of_a_mistake(text):
    """Nor is one that stands in a line with a mistake"""
    with Box(HOBNOB_PROVIDER="mock") as box:
        box.config(text % CANARY + "\n")
        r = ended(box.run("doctor", "-vv"), 3)
        lacks(r.out + r.err, CANARY)


# ---- plugins, module, certificates -----------------------------------------------------------------

@test
def plugins_refused():
    """A plugin that is refused is a problem, one that is shadowed a finding"""
    with Box(HOBNOB_PROVIDER="mock") as box:
        path = box.write("more/broken.so", "no plugin")
        shutil.copy(os.path.join(BUILD, ".libs", "mock.so"), box.cwd + "/more/mock.so")
        r = ended(box.run("doctor", "--json", "--plugin-path", box.cwd + "/more"), 3)
        got = json.loads(r.out)
        only(got["problems"], "plugins", path + ": ", "replace that file")
        mocks = [f["value"] for f in got["findings"] if f["area"] == "plugins" and f["name"] == "mock"]
        holds(mocks[0], box.cwd + "/more/mock.so")
        same(mocks[1], f"{BUILD}/.libs/mock.so: shadowed, {box.cwd}/more/mock.so comes first")


@test
def half_installed():
    """Without its plugins and its http module, and with shipped choices that are damaged, it still tells all of that"""
    with Box() as box:
        place = box.cwd + "/program"
        os.makedirs(place + "/share")
        os.symlink("/dev/null", place + "/config.status")
        shutil.copy(HOBNOB, place + "/hobnob")
        if not os.path.exists(os.path.join(BUILD, "share", "defaults.yaml")):
            raise Skip("not in a build tree")
        box.write(place + "/share/defaults.yaml", "provider: {\n")
        found, problems = report(box, argv=[place + "/hobnob"], status=3)
        text = json.dumps(problems)
        holds(text, "defaults.yaml:", f"there is no plugin in {place}/.libs", f"{place}/core/net/.libs/http.so: ", "no provider is chosen")
        same(len(problems), 4, problems)
        truth(not found["network", "http module"]["ok"], found)


@test
def certificates():
    """ca_file is looked at: what is trusted, or what is wrong with it"""
    with Box(HOBNOB_PROVIDER="mock", SSL_CERT_FILE="/other.pem") as box:
        tls()
        found, _ = report(box, "-o", "ca_file=" + CERTIFICATE)
        same(value(found, "network", "certificates"), CERTIFICATE + " (ca_file)")
        same(value(found, "network", "SSL_CERT_FILE"), "/other.pem: not looked at (ca_file is)")
        _, problems = report(box, "-o", "ca_file=/nowhere.pem", status=3)
        only(problems, "network", "/nowhere.pem: No such file", "ca_file")
        box.write("no.pem", "no certificate\n")
        _, problems = report(box, "-o", "ca_file=no.pem", status=3)
        only(problems, "network", "no.pem: holds no certificate in PEM", "ca_file")


@test
def others_certificates():
    """The names that other programs take certificates from are looked at where ca_file is not set"""
    with Box(HOBNOB_PROVIDER="mock") as box:
        tls()
        found, _ = report(box, env={"SSL_CERT_FILE": CERTIFICATE, "SSL_CERT_DIR": os.path.dirname(CERTIFICATE)})
        same(value(found, "network", "certificates"), CERTIFICATE + " (SSL_CERT_FILE)")
        same(value(found, "network", "certificate folders"), os.path.dirname(CERTIFICATE) + " (SSL_CERT_DIR)")
        found, _ = report(box, env={"SSL_CERT_FILE": "/other.pem", "CURL_CA_BUNDLE": CERTIFICATE})
        same(value(found, "network", "certificates"), CERTIFICATE + " (CURL_CA_BUNDLE)")
        same(value(found, "network", "SSL_CERT_FILE"), "/other.pem: not looked at (CURL_CA_BUNDLE is)")
        _, problems = report(box, env={"SSL_CERT_FILE": "/nowhere.pem"}, status=3)
        only(problems, "network", "/nowhere.pem: No such file", "let SSL_CERT_FILE name a file of certificates in PEM")
        _, problems = report(box, env={"SSL_CERT_DIR": "/nowhere.d"}, status=3)
        only(problems, "network", "SSL_CERT_DIR: /nowhere.d holds no certificate", "correct or unset it")


@test_each([("set", {}, ("-o", "proxy=http://u:secret@p:1"), "http://***@p:1 (command line)"),
            ("of the environment", {"https_proxy": "http://u:se@cret@p:1"}, (), "http://***@p:1 (https_proxy)"),
            ("in capitals", {"HTTPS_PROXY": "http://p:1"}, (), "http://p:1 (HTTPS_PROXY)"),
            ("for all", {"ALL_PROXY": "socks5h://p:1"}, (), "socks5h://p:1 (ALL_PROXY)"),
            ("for http only", {"http_proxy": "http://p:1"}, (), "none"),
            ("switched off", {"https_proxy": "http://p:1"}, ("-o", "proxy="), "none: proxy is set to nothing"),
            ("not for this machine", {"http_proxy": "http://p:1", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, (),
             "none: this machine is reached without http_proxy")])
def proxies(env, args, expected):
    """The proxy in force"""
    with Box(OPENAI_API_KEY=KEY, no_proxy="a.example", **env) as box:
        found, _ = report(box, *args)
        same(value(found, "network", "proxy"), expected)
        same(("network", "no_proxy") in found, "(" in expected and not args)


# ---- journal and terminal ----------------------------------------------------------------------------

@test
def journal():
    """The journal's folder, its room, and how many conversations it holds"""
    with Box(HOBNOB_PROVIDER="mock") as box:
        place = box.home + "/.local/state/hobnob/sessions"
        found, _ = report(box)
        same(value(found, "journal", "folder"), place + " (made when first needed)")
        same(value(found, "journal", "conversations"), "0, 0 of them damaged")
        ended(box.run("-n", "Hi"), 0)
        ended(box.run("-n", "Ho"), 0)
        (first, _) = sorted(os.listdir(place))
        with open(os.path.join(place, first), "ab") as f:
            f.write(b"{broken\n")
        box.write(place + "/20260101T000000-abcd.jsonl", "no journal\n")
        found, problems = report(box)
        same(problems, [])
        same(value(found, "journal", "folder"), place)
        same(value(found, "journal", "conversations"), "2, 1 of them damaged")
        same(value(found, "journal", "no journals"), "20260101T000000-abcd.jsonl: not a hobnob journal")
        box.write(place + "/20260101T000000-abce.jsonl", "no journal\n")
        holds(value(report(box)[0], "journal", "no journals"), "not a hobnob journal; and others")
        truth(re.fullmatch(r"[0-9.]+ MiB", value(found, "journal", "free")), found)
        found, _ = report(box, "-o", "journal=false")
        same(value(found, "journal", "kept"), "no: journal is off")
        found, _ = report(box, env={"HOME": ""})
        same(value(found, "journal", "kept"), "no: HOME is not set")


@test
def journal_unwritable():
    """A journal that cannot be written is told, with who is in its way"""
    with Box(HOBNOB_PROVIDER="mock") as box:
        path = box.write(box.home + "/.local/state", "a file\n")
        found, problems = report(box, status=3)
        only(problems, "journal", path + ": Not a directory", "journal=false")
        same(found["journal", "folder"]["ok"], False)


@test
def on_a_terminal():
    """On a terminal its size is told; a locale that is not installed is a problem"""
    with Box(HOBNOB_PROVIDER="mock", LC_ALL="xx_XX.UTF-8") as box:
        t = box.terminal("doctor", size=(24, 200))
        out = t.end().out.replace("\r\n", "\n")
        holds(out, "  terminal  stdin, stdout, stderr\n", "  TERM      xterm\n", "  size      200 columns, 24 lines\n",
              "! locale    xx_XX.UTF-8, charset ANSI_X3.4-1968: other characters than ASCII may not be shown\n",
              '\nterminal: the locale "xx_XX.UTF-8" is not installed; `locale -a`')
        same(t.process.returncode, 3)
        found, problems = report(box, env={"LC_ALL": "C", "TERM": ""})
        same(problems, [])
        same([value(found, "terminal", "TERM"), value(found, "terminal", "terminal")],
             ["not set", "none of stdin, stdout and stderr"])


# ---- --connect -------------------------------------------------------------------------------------------

@test
def connects_only_when_asked():
    """It connects to nothing without --connect; with it the provider is asked once for its models"""
    with Server(models=listing("a", "b")) as server, at_server(server) as box:
        report(box)
        same(server.connections, 0)
        found, problems = report(box, "--connect")
        same(problems, [])
        truth(re.fullmatch(r"2 models after \d+ ms", value(found, "connection", "answered")), found)
        same([r.path for r in server.requests], ["/v1/models"])


def closed_port():
    """A port that nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@test_each([("401", error(401, "bad key", kind="authentication_error"), 4, "auth", "bad key", "is the key right"),
            ("403", error(403, "not you"), 4, "permission", "not you", "a key that may list models"),
            ("404", error(404, "what?"), 7, "not_found", "what?", ""),
            ("500", error(500, "boom"), 6, "unavailable", "boom", "try again later"),
            ("a page", body(200, b"<html>Welcome</html>", {"Content-Type": "text/html"}), 1, "protocol", "", "base_url"),
            ("a redirect", body(302, b"", {"Location": "https://elsewhere.example/"}), 3, "config", "elsewhere.example", "base_url")])
def refused_by_the_server(answer, status, kind, what, cure):
    """--connect: a server that refuses is told with its cure, and the status is that of the kind"""
    with Server(models=answer) as server, at_server(server) as box:
        found, problems = report(box, "--connect", status=status)
        only(problems, "connection", what, cure)
        truth(re.fullmatch(kind + r" after \d+ ms", found["connection", "failed"]["value"]), found)
        same(len(server.requests), 1)


@test
def unreachable():
    """--connect: a port that is closed, a name that is none, a time-out, a proxy that is not there"""
    with Box(OPENAI_API_KEY=KEY, OPENAI_BASE_URL=f"http://127.0.0.1:{closed_port()}/v1") as box:
        _, problems = report(box, "--connect", status=6)
        only(problems, "connection", "no connection (Connection refused)", "is a server listening there?")
        _, problems = report(box, "--connect", "-o", "openai.base_url=https://[::1]:1/v1", status=6)
        only(problems, "connection", "[::1]:1: ", "base_url")
        _, problems = report(box, "--connect", "-o", f"proxy=http://127.0.0.1:{closed_port()}", status=6)
        only(problems, "connection", "refused", "proxy")
    with Server(models=hang()) as server, at_server(server) as box:
        _, problems = report(box, "--connect", "-o", "timeout_first_token=200ms", status=6)
        only(problems, "connection", "within 200 ms (timeout_first_token)", "base_url")


@test
def certificate_unknown():
    """--connect: a certificate that nobody vouches for; with ca_file all is well, through a proxy too"""
    with Proxy() as proxy, Server(reply("x"), models=listing("a"), tls=tls()) as server, at_server(server) as box:
        _, problems = report(box, "--connect", status=6)
        only(problems, "connection", "ertificate", "ca_file")
        found, problems = report(box, "--connect", "-o", "ca_file=" + CERTIFICATE, "-o", "proxy=" + proxy.url)
        same(problems, [])
        truth(re.fullmatch(r"1 model after \d+ ms", value(found, "connection", "answered")), found)
        same(len(proxy.asked), 1)


@test
def nobody_to_ask():
    """--connect without a provider asks nobody; with one that needs no network all is well"""
    with Box() as box:
        found, _ = report(box, "--connect", status=3)
        same(value(found, "connection", "asked"), "no: there is no provider to ask")
        found, problems = report(box, "--connect", "-p", "mock")
        same(problems, [])
        holds(value(found, "connection", "answered"), "1 model after ")


@test
def usage():
    """--connect belongs to doctor, and doctor takes no words"""
    with Box() as box:
        for args in (("-p", "mock", "--connect", "Hi"), ("models", "--connect"), ("config", "list", "--connect")):
            ended(box.run(*args), 2, "", re.compile("--connect belongs to `hobnob doctor`"))
        ended(box.run("doctor", "me"), 2, "", re.compile("usage: hobnob doctor"))


if __name__ == "__main__":
    main()
