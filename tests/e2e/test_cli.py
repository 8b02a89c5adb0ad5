#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The command line: options, one turn and its input, sub-command words, --dry-run, exit statuses."""
import json
import os
import re
import signal
import subprocess
import time

from hob import HOBNOB, KEY, Box, at_server, ended, holds, lacks, main, same, test, test_each, truth
from server import Server, pieces, reply, stream

MOCK = ("-p", "mock")


# ---- what is said in one turn ------------------------------------------------------------------

@test
def prompt():
    """PROMPT's words are joined by spaces"""
    with Box() as box:
        ended(box.run(*MOCK, "one", "two", "three"), 0, "one two three\n", "")


@test
def options_anywhere():
    """Options stand before, between and after the words, bundled, joined and with ="""
    with Box() as box:
        ended(box.run("one", "-p", "mock", "two"), 0, "one two\n", "")
        ended(box.run("-pmock", "one"), 0, "one\n", "")
        ended(box.run("--provider=mock", "one"), 0, "one\n", "")
        ended(box.run("-np", "mock", "one"), 0, "one\n", "")


@test
def from_stdin():
    """stdin is the prompt; one newline at its end is taken off, all else is kept"""
    with Box() as box:
        ended(box.run(*MOCK, stdin="  one\ntwo\n"), 0, "  one\ntwo\n", "")
        ended(box.run(*MOCK, stdin="one\n\n"), 0, "one\n", "")
        same(json.loads(box.run(*MOCK, "--dry-run", stdin="one\n\n").out)["body"][0]["content"], "one\n")


@test
def both():
    """PROMPT, a blank line, then stdin; an empty stdin adds nothing, nor a closed one"""
    with Box() as box:
        ended(box.run(*MOCK, "Sum up:", stdin="a\nb\n"), 0, "Sum up:\n\na\nb\n", "")
        ended(box.run(*MOCK, "Sum up:", stdin=""), 0, "Sum up:\n", "")
        ended(box.run("-c", 'exec "$0" -p mock hi <&-', HOBNOB, argv=["/bin/sh"]), 0, "hi\n", "")


@test
def attach():
    """-a puts files after PROMPT and a blank line, in order, each with its name and between fences; then stdin"""
    with Box() as box:
        box.write("a.txt", "first file\n")
        box.write("b.txt", "second file")
        ended(box.run(*MOCK, "-n", "-a", "a.txt"), 0, "a.txt:\n```\nfirst file\n```\n", "")
        ended(box.run(*MOCK, "Look:", "-a", "a.txt", "-a", "b.txt", stdin="and this\n"), 0,
              "Look:\n\na.txt:\n```\nfirst file\n```\n\nb.txt:\n```\nsecond file\n```\n\nand this\n", "")


@test_each([("three", "a ``` b\n```\nevil.txt:\n```\n", 4), ("a run at the end", "x\n`````", 6), ("single ones", "`a` ``b``", 3),
            ("two hundred", "`" * 200 + "\n", 201), ("only one", "`", 3)])
def attach_fenced(text, fence):
    """No content can close its fence, whatever backticks it holds"""
    with Box() as box:
        box.write("a.md", text)
        end = "" if text.endswith("\n") else "\n"
        ended(box.run(*MOCK, "-n", "-a", "a.md"), 0, f"a.md:\n{'`' * fence}\n{text}{end}{'`' * fence}\n", "")


@test_each([("a path", "sub/a b.txt", "sub/a b.txt"), ("a newline", "x:\n```\ny", "x:\\n```\\ny"), ("backticks", "`````", "`````")])
def attach_named(name, shown):
    """A file's name stands as it was given, on one line"""
    with Box() as box:
        box.write(name, "text\n")
        r = ended(box.run(*MOCK, "-n", "-a", name), 0)
        same(r.out.split("\n")[1:], ["```", "text", "```", ""])
        truth(shown == r.out.split("\n")[0][:-1] or "\n" in name, f"{r.out!r}")


@test
def attach_bad():
    """-a refuses what is missing or no text, by name"""
    with Box() as box:
        box.write("nul", b"a\0b")
        box.write("latin", b"caf\xe9")
        for name in ("missing", "nul", "latin"):
            ended(box.run(*MOCK, "-n", "-a", name, "x"), 2, "", re.compile(name))


@test
def no_stdin():
    """-n never reads stdin"""
    with Box() as box:
        ended(box.run(*MOCK, "-n", "hi", stdin="not this\n"), 0, "hi\n", "")
        running = box.start(*MOCK, "-n", "hi")
        ended(running.end(), 0, "hi\n", "")


@test
def empty():
    """An empty prompt is a usage error"""
    with Box() as box:
        for args, stdin in (((), ""), (("",), None), (("-n",), "x"), ((), "\n"), (("  ",), None)):
            ended(box.run(*MOCK, *args, stdin=stdin), 2, "", re.compile("empty"))


@test
def silent_pipe():
    """A pipe that stays open and silent for a second is told once, on one line"""
    with Box() as box:
        running = box.start(*MOCK)
        running.expect("\n", "err")
        running.send("hi\n")
        running.close()
        r = ended(running.end(), 0, "hi\n", re.compile("standard input|stdin"))
        same(r.err.count("\n"), 1)
        truth(r.ms >= 950, r.ms)


@test
def verbatim():
    """In one turn a leading / means nothing"""
    with Box() as box:
        ended(box.run(*MOCK, "-n", "/exit"), 0, "/exit\n", "")
        ended(box.run(*MOCK, stdin="/stats\n"), 0, "/stats\n", "")
        ended(box.run(*MOCK, "-n", "//x"), 0, "//x\n", "")


@test
def newline():
    """The reply is ended by a newline, none is added to one that is there; a pipe gets the true bytes"""
    with Box() as box:
        ended(box.run(*MOCK, "-n", "-o", "mock.reply=a\n", "x"), 0, "a\n")
        ended(box.run(*MOCK, "-n", "-o", "mock.reply=a\n\n", "x"), 0, "a\n\n")
        same(box.run(*MOCK, "-n", "-o", "mock.reply=\033[31ma\a", "x").raw, b"\033[31ma\a\n")


@test
def system_prompt():
    """-s sets the system prompt, @FILE reads it; from the environment @ means nothing"""
    with Box() as box:
        box.write("sys.txt", "From a file.\n")
        def system(*args, env=None):
            body = json.loads(ended(box.run(*MOCK, "-n", "--dry-run", *args, "x", env=env), 0).out)["body"]
            return body[0]["content"] if body[0]["role"] == "system" else None
        same(system(), None)
        same(system("-s", "Text."), "Text.")
        same(system("-s", "@sys.txt").rstrip("\n"), "From a file.")
        same(system(env={"HOBNOB_SYSTEM": "@sys.txt"}), "@sys.txt")
        ended(box.run(*MOCK, "-n", "-s", "@missing", "x"), 3, "", re.compile("missing"))


@test
def usage_line():
    """--usage prints one line of tokens, cost and time to stderr"""
    with Box() as box:
        r = ended(box.run(*MOCK, "-n", "--usage", "one two"), 0, "one two\n")
        truth(re.fullmatch(r"hobnob: tokens 2 in, 2 out; cost .*; time [0-9.]+ s.*\n", r.err), r)


@test
def json_done():
    """--json prints the closing object alone"""
    with Box() as box:
        r = ended(box.run(*MOCK, "-n", "--json", "one two"), 0, err="")
        done = json.loads(r.out)
        same(r.out.count("\n"), 1)
        same([done[k] for k in ("event", "finish", "text", "cost", "cost_source")], ["done", "stop", "one two", None, None])
        same(done["usage"], {"prompt_tokens": 2, "completion_tokens": 2, "cached_tokens": 0, "reasoning_tokens": 0})
        truth("ttft_ms" in done and "total_ms" in done, done)


# ---- conversation or not ---------------------------------------------------------------------------

@test
def interactive():
    """-i makes a conversation of stdin; PROMPT is its first turn, a message; blank lines are ignored"""
    with Box() as box:
        ended(box.run(*MOCK, "-i", stdin="one\n\n   \ntwo\n"), 0, "one\ntwo\n", "")
        ended(box.run(*MOCK, "-i", "/first", stdin="two\n"), 0, "/first\ntwo\n", "")
        box.write("a.txt", "from a file\n")
        ended(box.run(*MOCK, "-i", "-a", "a.txt", stdin="two\n"), 0, "a.txt:\n```\nfrom a file\n```\ntwo\n", "")


@test
def slash():
    """//x says /x; a first word that is no command is a message; an unknown command names the nearest and sends nothing"""
    with Box() as box:
        ended(box.run(*MOCK, "-i", stdin="//stats\n/usr/bin/env\n/Stats\n/\n"), 0, "/stats\n/usr/bin/env\n/Stats\n/\n", "")
        r = ended(box.run(*MOCK, "-i", stdin="/stat\n/exitcode\nhi\n"), 0, "hi\n")
        same(r.err, 'hobnob: unknown command /stat (did you mean "/stats"?)\n'
                    'hobnob: unknown command /exitcode (did you mean "/exit"?)\n')


@test
def slash_arguments():
    """/stats names the one word that it takes; a setting that is fixed by then tells how to go on with it"""
    with Box() as box:
        r = ended(box.run(*MOCK, "-i", stdin="/stats all\n/set price_input 3\n"), 0, "")
        same(r.err, "hobnob: /stats takes nothing, or credits\n"
                    "hobnob: price_input is fixed once a conversation has begun: leave, and continue with hobnob -c "
                    "-o price_input=VALUE -o price_output=VALUE\n")


MISTYPED = [  # the words, and what was meant
    ("sesions list", "sessions list"), ("modles gpt", "models"), ("docter", "doctor"), ("plugin info mock", "plugins info"),
    ("Sessions list", "sessions list"), ("confg get model", "config get"), ("chats", "chat"), ("model", "models"), ("MODELS", "models"),
    ("sessoins search x", "sessions search"), ("plugin ifno mock", "plugins info"), ("sesions lst", "sessions"), ("modle", "models"),
    ("modles gpt nano", "models"), ("modls gpt nano", "models"), ("pluggins", "plugins"), ("sesssions a b c", "sessions"),
    ("list models", "models"), ("LIST Models", "models"), ("model list", "models"), ("lits sessions", "sessions list"),
    ("list session", "sessions list"), ("show session abc", "sessions show"), ("search sessions word", "sessions search"),
    ("get config model", "config get"), ("export session abc f.md", "sessions export"), ("check plugins", "plugins check"),
    ("doctor?", "doctor"), ("sevre", "serve"), ("Serve", "serve"), ("server", "serve"), ("list providers", "config providers")]


@test_each([(words, words.split(), known) for words, known in MISTYPED])
def mistyped(words, known):
    """A sub-command that was mistyped is refused with the cure, and never a question"""
    with Box() as box:
        rest = " ..." if len(words) > 1 else ""
        ended(box.run(*MOCK, *words), 2, "", f'hobnob: "{words[0]}" is not a sub-command (did you mean "{known}"?)\n'
              f"  `hobnob -- {words[0]}{rest}` asks the model\n")
        ended(box.run(*MOCK, "--", *words), 0, " ".join(words) + "\n", "")


@test_each([(word, word, known) for word, known in (
    ("list", '"plugins list" or "config list" or "prompts list" or "sessions list"'),
    ("lsit", '"plugins list" or "config list" or "prompts list" or "sessions list"'),
    ("Search", '"sessions search"'), ("providers", '"config providers"'))])
def lone_verb(word, known):
    """A lone verb names the sub-commands that have it"""
    with Box() as box:
        ended(box.run(*MOCK, word), 2, "", f'hobnob: "{word}" is not a sub-command (did you mean {known}?)\n'
              f"  `hobnob -- {word}` asks the model\n")


@test_each([(words, words.split(), option) for words, option in (
    ("help", "--help"), ("version", "--version"), ("HELP", "--help"), ("help sessions", "--help"), ("hlep", "--help"), ("?", "--help"),
    ("help!", "--help"), ("halp plugin", "--help"), ("verison", "--version"))])
def help_word(words, option):
    """help and version are no questions"""
    with Box() as box:
        ended(box.run(*MOCK, *words), 2, "", f'hobnob: "{words[0]}" is not a sub-command\n'
              f"  did you mean `hobnob {option}`? `hobnob -- {words[0]}` asks the model\n")
        ended(box.run(*MOCK, "--", *words), 0, " ".join(words) + "\n", "")


@test_each([(word, word) for word in ("exit", "quit", "Exit", "QUIT", "eixt", "quti", "bye", "logout", ":q", ":q!", ":wq", "exit.")])
def leaving_word(word):
    """A lone word for leaving is no question"""
    with Box() as box:
        ended(box.run(*MOCK, word), 2, "", f'hobnob: "{word}" is not a sub-command: hobnob ends after one turn, and /exit leaves a '
              f"conversation\n  `hobnob -- {word}` asks the model\n")
        ended(box.run(*MOCK, "--", word), 0, word + "\n", "")


@test
def mistyped_verb():
    """A verb that does not exist is refused, with the nearest one and all that there are"""
    with Box() as box:
        same(box.run("plugins", "chekc").err,
             'hobnob: plugins: unknown word "chekc" (did you mean "check"?)\n  there are list, info, install, check, new\n')


@test_each([(words, words.split()) for words in (
    "serve", "serve --json", "serve -o serve.listen=127.0.0.1:0", "serve token list", "serve with wine")])
def not_built(words):
    """A sub-command that is reserved says so, and what there is; it is no question"""
    with Box() as box:
        ended(box.run(*MOCK, *words), 2, "", "hobnob: `hobnob serve` is not built yet\n"
              "  there are chat, plugins, models, config, prompts, sessions, doctor, widget; `hobnob -- serve` asks the model\n")
        ended(box.run(*MOCK, "--", "serve"), 0, "serve\n", "")


QUESTIONS = (
    "chats are fun", "what is this", "hi", "help me", "model this data", "Session cookies?", "that is", "explain", "version two",
    "help me write a letter", "list three models of cars", "motels near Paris", "modes of failure", "modelo de carta", "Doctor Who",
    "model trains", "list models of planes", "show me models", "search for sessions", "session show me how", "plugin list for vim please",
    "serving suggestions", "server error 500", "exit strategies", "quit smoking tips", "hello", "/exit", "/models", "models, briefly", "cat food",
    "last session", "show plugins for vim", "sesions are what I want to know about")


@test_each([(words, words.split()) for words in QUESTIONS] +
           [(words + ", quoted", [words]) for words in ("help me", "sesions list", "list models", "exit now")])
def no_mistake(words):
    """What people ask is asked, even if its words are near to a sub-command"""
    with Box() as box:
        ended(box.run(*MOCK, *words), 0, " ".join(words) + "\n", "")


@test
def no_mistake_with_file():
    """A word that comes with a file is about the file"""
    with Box() as box:
        box.write("a.txt", "text\n")
        for word in ("list", "help", "check", "modles"):
            ended(box.run(*MOCK, "-a", "a.txt", word), 0, f"{word}\n\na.txt:\n```\ntext\n```\n", "")


@test_each([("--json", "--json"), ("--usage", "--usage")])
def one_turn_only(option):
    """belongs to one turn"""
    with Box() as box:
        ended(box.run(*MOCK, "-i", option, stdin="hi\n"), 2, "", re.compile(option))


@test
def jsonl_converses():
    """jsonl is a conversation by nature; PROMPT is its first say, without id"""
    with Box() as box:
        r = ended(box.run(*MOCK, "-f", "jsonl", "first", stdin='{"id": 7, "say": "two"}\n'), 0, err="")
        dones = [e for e in map(json.loads, r.out.splitlines()) if e["event"] == "done"]
        same([(e.get("id"), e["text"]) for e in dones], [(None, "first"), (7, "two")])


# ---- sub-commands and mistakes -----------------------------------------------------------------------

@test
def words_as_prompt():
    """-- makes a prompt of a sub-command's word; so does standing second"""
    with Box() as box:
        ended(box.run(*MOCK, "-n", "--", "plugins"), 0, "plugins\n", "")
        ended(box.run(*MOCK, "-n", "my", "plugins"), 0, "my plugins\n", "")
        ended(box.run(*MOCK, "-n", "plugins list"), 0, "plugins list\n", "")
        ended(box.run("chat", *MOCK, "-n", "plugins"), 0, "plugins\n", "")
        ended(box.run(*MOCK, "-n", "--", "-x", "--y"), 0, "-x --y\n", "")


@test_each([("long", "--providr", "--provider"), ("long with value", "--modle=x", "--model"), ("dry run", "--dry_run", "--dry-run")])
def unknown_option(option, nearest):
    """An unknown option is a usage error that names the nearest"""
    with Box() as box:
        r = ended(box.run(option, "x"), 2, "")
        holds(r.err, option.split("=")[0], nearest + '"')


@test_each([(word, word, wanted) for word, wanted in (("-help", "--help"), ("-json", "--json"), ("-usage", "--usage"), ("-dry-run", "--dry-run"), ("-model", "--model"),
                                                      ("-version", "--version"))])
def one_dash(word, wanted):
    """A long option with one dash names itself with two"""
    with Box() as box:
        ended(box.run(*MOCK, word, "hi"), 2, "", f'hobnob: unknown option "{word}" (did you mean "{wanted}"?)\n')


@test_each([(word, word, wanted) for word, wanted in (("\u2013help", "--help"), ("\u2014json", "--json"), ("\u2013\u2013usage", "--usage"),
                                                      ("\u2013-provider=mock", "--provider"), ("\u2212h", "-h"), ("\u2010\u2011version", "--version"))])
def typographic_dash(word, wanted):
    """An option whose dash a word processor has changed is no question; other dashes are text"""
    with Box() as box:
        ended(box.run(*MOCK, word, "hi"), 2, "", f'hobnob: "{word}" begins with a typographic dash (did you mean "{wanted}"?)\n')
        ended(box.run(*MOCK, "--", word), 0, word + "\n", "")
        for text in ("\u2014 hi", "\u2013 help me", "\u2013y", "\u2014helpful", "\u2026help"):
            ended(box.run(*MOCK, *text.split(" ")), 0, text + "\n", "")
        ended(box.run(*MOCK, "option", "\u2013v"), 0, "option \u2013v\n", "")


@test_each([("letter", ("-Z",), "-Z"), ("no value", ("-p",), "-p"), ("no long value", ("hi", "--model"), "--model"),
            ("value too many", ("--json=1", "x"), "--json"), ("no KEY=VALUE", ("-o", "temperature", "x"), "-o"),
            ("plugins word", ("plugins", "ifno", "mock"), "info"), ("config word", ("config", "lst"), "list")])
def wrong_usage(args, word):
    """Wrong usage is told"""
    with Box() as box:
        ended(box.run(*args), 2, "", re.compile(re.escape(word)))


@test
def version():
    """--version names the version and the ABI's"""
    with Box() as box:
        ended(box.run("--version"), 0, re.compile(r"\Ahobnob [0-9.]+ \(plugin ABI 1\.0\)\n\Z"), "")


@test
def help_text():
    """--help holds every option, sub-command and setting"""
    with Box() as box:
        r = ended(box.run("--help"), 0, err="")
        holds(r.out, "--provider", "--model", "--frontend", "--profile", "--system", "--option", "--attach", "--interactive",
              "--continue", "--resume", "--no-journal", "--no-stdin", "--no-stream", "--json", "--usage", "--dry-run", "--config",
              "--no-config", "--env-file", "--no-env-file", "--schema", "--code", "--shell", "--template", "--define", "--plugin-path", "--verbose", "--log-file", "--version", "--help")
        holds(r.out, "plugins", "models", "prompts", "sessions", "doctor", "context_messages", "timeout_first_token", "price_table")
        wide = [line for line in r.out.splitlines() if len(line) > 80]
        truth(not wide, f"wider than a terminal: {wide}")


@test
def help_of_one():
    """--help after a sub-command or its verb is about that alone, with the options of its own"""
    with Box() as box:
        end = "\n`hobnob --help` lists the options of all sub-commands, and the settings.\n"
        same(ended(box.run("sessions", "list", "--help"), 0, err="").out,
             "usage: hobnob sessions list [OPTION]...\n\nevery answered conversation, the one used last first\n\n"
             "Options:\n      --all  sessions list only: unanswered ones as well\n" + end)
        same(ended(box.run("models", "-h"), 0, err="").out, "usage: hobnob models [WORD...] [OPTION]...\n\n"
             "list the models, or those that hold all WORDs, with windows and prices\n" + end)
        r = ended(box.run("plugins", "nosuch", "--help"), 0, err="")
        holds(r.out, "usage: hobnob plugins VERB [OPTION]...\n", "\nVerbs:\n", "\n  install FILE ", "--lang", "--only", end)
        lacks(r.out, "--all", "--connect", "sessions list")
        r = ended(box.run("plugins", "check", "--help"), 0, err="")
        holds(r.out, "usage: hobnob plugins check FILE [OPTION]...\n", "--only")
        lacks(r.out, "Verbs:", "--lang")
        whole = ended(box.run("--help"), 0).out
        for args in (["chat"], ["serve"]):
            same(ended(box.run(*args, "--help"), 0).out, whole)


@test
def plugins_listed():
    """plugins lists what is there, --json too; plugins info shows the options"""
    with Box() as box:
        r = ended(box.run("plugins"), 0, err="")
        holds(r.out, "mock", "openai", "stdio", "jsonl", "provider", "frontend", "1.0")
        found = {p["name"]: p for p in json.loads(ended(box.run("plugins", "--json"), 0).out)}
        same([found["mock"]["kind"], found["stdio"]["kind"]], ["provider", "frontend"])
        r = ended(box.run("plugins", "info", "openai"), 0)
        holds(r.out, "api_key", "OPENAI_API_KEY", "base_url", "OPENAI_BASE_URL", "token_field", "extra_body")
        ended(box.run("plugins", "info", "opneai"), 3, "", re.compile("openai"))


@test
def models_listed():
    """models lists the provider's"""
    with Box() as box:
        ended(box.run("models", "-p", "mock"), 0, re.compile("^mock", re.M))


# ---- --dry-run ---------------------------------------------------------------------------------------

@test
def dry_openai():
    """--dry-run prints the exact request, secrets redacted, and sends nothing, journals nothing, runs no command"""
    with Server(reply("No.")) as server, at_server(server) as box:
        box.config("providers: {openai: {api_key_command: [touch, %s/ran]}}\n" % box.cwd)
        r = ended(box.run("-n", "--dry-run", "-s", "Sys", "Hi", env={"OPENAI_API_KEY": ""}), 0, err="")
        lacks(r.out, KEY)
        request = json.loads(r.out)
        same([request["method"], request["url"]], ["POST", server.url + "/chat/completions"])
        same(request["body"]["messages"], [{"role": "system", "content": "Sys"}, {"role": "user", "content": "Hi"}])
        same([request["body"][k] for k in ("model", "stream", "max_tokens")], ["test-model", True, 4096])
        headers = {k.lower(): v for k, v in request["headers"].items()}
        same([headers["authorization"], headers["content-type"]], ["Bearer [secret]", "application/json"])
        same(server.requests, [])
        same(os.path.exists(box.cwd + "/ran"), False)
        same(os.path.exists(box.home + "/.local/state/hobnob/sessions"), False)
        sent = ended(box.run("-n", "-s", "Sys", "Hi", env={"OPENAI_API_KEY": KEY}), 0) and server.requests[0].json
        same(request["body"], sent)


@test
def dry_mock():
    """--dry-run of a provider without http prints the messages as body, url null"""
    with Box() as box:
        r = ended(box.run(*MOCK, "-n", "--dry-run", "-s", "Sys", "Hi"), 0, err="")
        same(json.loads(r.out), {"method": None, "url": None, "headers": {},
                                 "body": [{"role": "system", "content": "Sys"}, {"role": "user", "content": "Hi"}]})


# ---- how it ends -----------------------------------------------------------------------------------------

KINDS = [("truncated", 1), ("protocol", 1), ("plugin", 1), ("content_filter", 1), ("output", 1), ("usage", 2), ("config", 3),
         ("auth", 4), ("permission", 4), ("rate_limited", 5), ("quota", 5), ("network", 6), ("timeout", 6), ("unavailable", 6),
         ("bad_request", 7), ("not_found", 7), ("context_too_long", 7), ("over_limit", 8)]


@test_each([(kind, kind, status) for kind, status in KINDS])
def statuses(kind, status):
    """The exit status follows from the kind, in one turn and at the end of a conversation"""
    with Box() as box:
        script = box.write("s.json", json.dumps({"steps": [{"error": {"kind": kind, "message": "as told"}, "times": 0}]}))
        args = (*MOCK, "-o", "retries=0", "-o", "mock.script=" + script)
        ended(box.run(*args, "-n", "hi"), status, "", re.compile("^hobnob: as told", re.M))
        ended(box.run(*args, "-i", stdin="hi\n/stats\n"), status)
        ended(box.run(*args, "-i", stdin="hi\n/exit\n"), 0)
        error = json.loads(ended(box.run(*args, "-n", "--json", "hi"), status).out)
        same([error["event"], error["kind"], error["message"], error["partial"]], ["error", kind, "as told", ""])


@test_each([("length", "length"), ("content_filter", "content_filter"), ("stop", "stop")])
def finishes(finish):
    """A reply that came is done, whatever finished it"""
    with Box() as box:
        script = box.write("s.json", json.dumps({"steps": [{"text": "Some.", "finish": finish, "times": 0}]}))
        ended(box.run(*MOCK, "-n", "-o", "mock.script=" + script, "hi"), 0, "Some.\n")


@test
def money():
    """max_cost refuses a turn that would pass it, with the numbers, exit 8; an unpriced model is refused too"""
    with Box() as box:
        prices = ("-o", "price_input=1000", "-o", "price_output=1000")
        r = ended(box.run(*MOCK, "-n", "-o", "max_cost=0.01", *prices, "hi"), 8, "")
        holds(r.err, "max_cost", "$0.01")
        ended(box.run(*MOCK, "-n", "-o", "max_cost=0.01", "hi"), 8, "", re.compile("price"))
        ended(box.run(*MOCK, "-n", "-o", "max_cost=10", *prices, "hi"), 0, "hi\n")
        ended(box.run(*MOCK, "-n", "-o", "max_cost=1", "-o", "max_tokens=0", *prices, "hi"), 3, "", re.compile("max_tokens"))


@test
def full_disk():
    """Output that cannot be written is exit 1, and told"""
    with Box() as box:
        for args in (("-p mock -n hi"), ("-p mock -n --json hi"), ("--help"), ("--version"), ("plugins"), ("config list"),
                     ("-p mock -n --dry-run hi")):
            r = box.run("-c", f'exec "$0" {args} >/dev/full', HOBNOB, argv=["/bin/sh"])
            ended(r, 1, "", re.compile("No space left"))


@test
def gone_reader():
    """A reader that went away ends it quietly, by SIGPIPE"""
    with Server(pieces(stream(["word " * 8] * 5000))) as server, at_server(server) as box:  # more than a pipe holds
        env = {**box.env}
        process = subprocess.Popen([HOBNOB, "-n", "hi"], env=env, cwd=box.cwd, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.read(5)
        process.stdout.close()
        err = process.stderr.read()
        process.stderr.close()
        same([process.wait(20), err], [-signal.SIGPIPE, b""])


@test_each([("SIGINT", signal.SIGINT), ("SIGTERM", signal.SIGTERM), ("SIGHUP", signal.SIGHUP)])
def interrupted(number):
    """One turn dies of the signal itself, with what came shown"""
    with Server(pieces([*stream(["Some words"])[:2], 60])) as server, at_server(server) as box:
        running = box.start("-n", "Hi")
        running.expect("Some words")
        running.signal(number)
        began = time.monotonic()
        ended(running.end(), -number, "Some words\n")
        truth(time.monotonic() - began < 1, "it took longer than a second")


@test
def interrupted_reading():
    """Ctrl-C while stdin is read dies of SIGINT"""
    with Box() as box:
        running = box.start(*MOCK)
        running.expect("\n", "err")
        running.signal()
        ended(running.end(), -signal.SIGINT, "")


if __name__ == "__main__":
    main(at_once=4)
