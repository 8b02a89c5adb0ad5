#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Locales: what programs write for programs is read and written alike in each of them."""
import functools
import json
import os
import shutil
import subprocess
import tempfile

from hob import BUILD, KEY, Box, Skip, at_server, ended, holds, lacks, lines_of, main, same, sanitized, test, test_each
from server import Server, body, error, reply

MADE = []  # the folders of locales, which go with the program
LOCALES = ("C.UTF-8", "tr_TR.UTF-8", "de_DE.UTF-8")
ONCE = ("-n", "-vv", "-o", "retries=0", "Hi")


@functools.cache
def made(name):
    """Makes a locale, once for all tests: that takes seconds. The folder that it is in."""
    folder = tempfile.TemporaryDirectory(prefix="hobnob-locales-")
    MADE.append(folder)
    try:
        subprocess.run(["localedef", "-i", name.split(".")[0], "-f", "UTF-8", f"{folder.name}/{name}"], capture_output=True, check=False)
    except OSError:
        raise Skip("localedef is not installed") from None
    if not os.path.exists(f"{folder.name}/{name}/LC_NUMERIC"):
        raise Skip(f"localedef cannot make {name} here")
    return folder.name


def foreign(name):
    """The environment in which a locale holds for all that the program runs."""
    # glibc leaks a path for each LOCPATH, which is no leak of the program's
    return {"LC_ALL": name, **({"LOCPATH": made(name)} if name != "C.UTF-8" else {}),
            **({"ASAN_OPTIONS": "detect_leaks=0"} if sanitized() else {})}


@test_each([(name, name) for name in LOCALES])
def headers_of_an_answer(name):
    """Header names in capitals are read: the request id, where a redirect leads"""
    steps = (body(500, b'{"error":{"message":"x"}}', {"X-REQUEST-ID": "RID7"}), body(301, b"", {"LOCATION": "http://there.example/v1"}))
    with Server(*steps) as server, at_server(server) as box:
        env = foreign(name)
        holds(ended(box.run(*ONCE, env=env), 6).err, "request RID7")
        holds(ended(box.run(*ONCE, env=env), 3).err, "points to http://there.example/v1")


@test_each([(name, name) for name in LOCALES])
def words_of_an_error(name):
    """A field that is refused in capitals is left out; a window that is told in capitals is read"""
    with Server(error(400, "UNSUPPORTED PARAMETER: STREAM_OPTIONS.INCLUDE_USAGE"), reply("a"),
                error(400, "THIS MODEL'S MAXIMUM CONTEXT LENGTH IS 4097 TOKENS.")) as server, at_server(server) as box:
        env = foreign(name)
        holds(ended(box.run(*ONCE, env=env), 0, "a\n").err, "stream_options")
        same(["stream_options" in r.json for r in server.chats], [True, False])
        holds(ended(box.run("-n", "-f", "stdio", "Hi", env=env), 7).err, "4097")


@test_each([(name, name) for name in LOCALES])
def headers_of_ones_own(name):
    """AUTHORIZATION in capitals takes the key's place; what bears a telling name in capitals is not shown"""
    own = '{"AUTHORIZATION": "Basic bXktb3du", "X-SIG": "1f2e3d4c5b6a", "X-CREDENTIAL-ID": "0badcafe0badcafe"}'
    with Server(reply("a")) as server, at_server(server) as box:
        env = foreign(name)
        box.config("providers:\n  openai:\n    plugin: openai\n    headers: " + own + "\n")
        r = ended(box.run(*ONCE, env=env), 0, "a\n")
        sent = server.requests[0].headers
        same((sent["authorization"], sent["x-sig"], sent["x-credential-id"]), ("Basic bXktb3du", "1f2e3d4c5b6a", "0badcafe0badcafe"))
        lacks(str(sent), KEY)
        lacks(r.err, "1f2e3d4c5b6a", "0badcafe0badcafe", KEY)


@test_each([(name, name) for name in LOCALES])
def scheme_of_an_address(name):
    """A scheme in capitals is one"""
    with Server(reply("a")) as server, at_server(server) as box:
        env = {**foreign(name), "OPENAI_BASE_URL": server.url.replace("http", "HTTP")}
        ended(box.run("-n", "Hi", env=env), 0, "a\n")


@test
def numbers_beside_a_plugin_that_sets_the_locale():
    """A plugin that takes a locale with a decimal comma for the whole program changes no number of hobnob's"""
    plugin = os.path.join(BUILD, "tests/abi/.libs/foreign_locale.so")
    if not os.path.exists(plugin):
        raise Skip("foreign_locale.so is not built; make check builds it")
    with Server() as server, at_server(server) as box:
        env = foreign("de_DE.UTF-8")
        folder = os.path.join(box.root, "plugins")
        os.mkdir(folder, 0o755)
        shutil.copy(plugin, folder)
        os.chmod(folder + "/foreign_locale.so", 0o755)
        lines = "/set temperature 0.7\na\n/set temperature\n/set temperature 1.25\nb\n/set temperature 0,5\n/set top_p 2.5\n/set\n"
        r = box.run("-n", "-i", "--plugin-path", folder, "-p", "foreign_locale", "-m", "x", env={**env, "LC_ALL": "C.UTF-8"}, stdin=lines)
        holds(r.out, "0,5 700\n", "0,5 1250\n", "temperature = 0.7\n", "temperature = 1.25\n")
        holds(r.err, 'got "0,5"', "from 0 to 1", 'got "2.5"')
        lacks(r.out + r.err, "0,7", "1,25")


def beside_foreign_locale(box, *lines):
    """What hobnob says to commands and messages once that plugin has been called, as events."""
    plugin = os.path.join(BUILD, "tests/abi/.libs/foreign_locale.so")
    if not os.path.exists(plugin):
        raise Skip("foreign_locale.so is not built; make check builds it")
    env = foreign("de_DE.UTF-8")
    folder = os.path.join(box.root, "plugins")
    os.makedirs(folder, 0o755, exist_ok=True)
    os.chmod(shutil.copy(plugin, folder), 0o755)
    said = [line if isinstance(line, dict) else {"command": line} for line in ({"say": "first"}, *lines)]
    return lines_of(ended(box.run("-f", "jsonl", "--plugin-path", folder, "-p", "foreign_locale", "-m", "x", env={**env, "LC_ALL": "C.UTF-8"},
                                  stdin="".join(json.dumps(line) + "\n" for line in said)), 0).out)


def number_settings():
    """Every setting whose value may have decimals, by the program's own word for what it expects."""
    with Box() as box:
        keys = [s["key"] for s in json.loads(ended(box.run("config", "list", "--json"), 0).out) if "." not in s["key"]]
        wrong = {key: box.run("-p", "mock", "-n", "-o", key + "=x,y", "hi").err for key in keys}
    return [key for key, err in wrong.items() if any(word in err for word in ("expected a number", "expected a time", "amount in USD", "price in USD"))]


@test
def each_number_setting():
    """Beside such a plugin each setting that may have decimals takes a point and no comma, and keeps what it was given"""
    keys = number_settings()
    same([key for key in ("temperature", "top_p", "max_cost", "max_cost_day", "retry_max_wait", "timeout_idle", "price_input") if key not in keys], [])
    for key in keys:
        if key.startswith("price_"):
            continue  # fixed by then
        with Box() as box:
            got = beside_foreign_locale(box, f"/set {key} 0.25", f"/set {key}", f"/set {key} 0,75", f"/set {key}")
            same([e["event"] for e in got if e["event"] in ("result", "error")], ["result", "result", "error", "result"], key)
            same([e["data"][key] for e in got if e["event"] == "result"], ["0.25"] * 3, key)


@test
def numbers_of_another_provider():
    """Numbers of a request, prices, costs and files are the same after such a plugin was asked"""
    with Server(reply("Yes.", (7, 3))) as server, at_server(server) as box:
        box.config("models: {test-model: {price_input: 2.5, price_output: 12.5}}\n")
        box.env["HOBNOB_OPENAI_EXTRA_BODY"] = '{"penalty": 0.125}'
        got = beside_foreign_locale(box, "/set temperature 0.7", "/set top_p 0.25", "/provider openai", {"say": "Hi"}, "/stats", "/save f.json")
        sent = server.chats[0].json
        same([sent[k] for k in ("temperature", "top_p", "penalty", "model")], [0.7, 0.25, 0.125, "test-model"])
        same([e["cost"] for e in got if e["event"] == "done"], [None, "0.000055"])
        holds(box.read("f.json"), '"0.000055"')


if __name__ == "__main__":
    main()
