#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The manual's pages and the completions of the shells: made from the tables, true to them, and used for real."""
import json
import os
import re
import shutil
import subprocess

from hob import BUILD, HOBNOB, SRC, Box, Skip, ended, holds, main, same, test, test_each, truth

PAGES = ("hobnob-plugin.7", "hobnob.1", "hobnob.yaml.5")
SUBCOMMANDS = ["chat", "config", "doctor", "models", "plugins", "prompts", "sessions", "widget"]


def made(name):
    """The text of a page."""
    path = os.path.join(BUILD, name)
    if not os.path.exists(path):
        raise Skip("the pages are left out where hobnob is built for another machine")
    with open(path, encoding="utf-8") as f:
        return f.read()


def needs(program):
    """Skips without it."""
    if not shutil.which(program):
        raise Skip(f"{program} is not installed")


def shown(name):
    """A page as it is read, each paragraph one line."""
    needs("mandoc")
    made(name)
    text = subprocess.run(["mandoc", "-Tascii", "-O", "width=400", os.path.join(BUILD, name)], capture_output=True, text=True, check=True).stdout
    return re.sub(".\x08", "", text)


def source(*names):
    """Files of the source, as one text."""
    text = ""
    for name in names:
        with open(os.path.join(SRC, name), encoding="utf-8") as f:
            text += f.read()
    return text


def switches():
    """The options as --help has them: letter or "", name, argument or ""."""
    with Box() as box:
        out = ended(box.run("--help"), 0).out
    return re.findall(r"^  (?:-(\w), |    )--([a-z-]+)(?:\[=\w+\])?(?: (\S+))?  ", out, re.M)


def settings():
    """The settings as `config list` has them."""
    with Box() as box:
        out = ended(box.run("config", "list"), 0).out
    return [line.split()[0] for line in out.splitlines()[1:] if "." not in line.split()[0]]


def verbs():
    """The verbs by sub-command, as its own complaint has them."""
    out = {}
    with Box() as box:
        for sub in ("plugins", "config", "prompts", "sessions", "widget"):
            err = ended(box.run(sub, "no-such-verb"), 2).err
            out[sub] = re.search("there are (.*)", err).group(1).split(", ")
    return out


# ---- the manual --------------------------------------------------------------------------------

@test_each([(name, name) for name in PAGES])
def lint(name):
    """mandoc has nothing to complain of"""
    made(name)
    needs("mandoc")
    # It looks for the pages that this one refers to where it is run.
    r = subprocess.run(["mandoc", "-Tlint", name], cwd=BUILD, capture_output=True, text=True, check=False)
    same([r.returncode, r.stdout], [0, ""])


@test
def every_switch():
    """hobnob(1) has every option with its argument"""
    text = shown("hobnob.1")
    truth(len(switches()) > 20, switches())
    for letter, name, arg in switches():
        head = (f"-{letter}, " if letter else "") + f"--{name}" + (f" {arg}" if arg else "")
        truth(re.search(rf"^ +{re.escape(head)}( |\[|$)", text, re.M), f"no {head!r} in\n{text}")
    holds(text, "readline, stdio or jsonl")  # names as they are typed


@test
def every_subcommand():
    """hobnob(1) has every sub-command with its verbs"""
    text = made("hobnob.1").partition(".Ss Sub-commands")[2].partition(".Ss The doctor")[0]
    parts = re.split(r'^\.It Ic "\\&(\w+)"', text, flags=re.M)
    same(sorted(parts[1::2]), SUBCOMMANDS)
    with_verbs = {sub: re.findall(r'^\.It Cm "\\&(\w+)"', part, re.M) for sub, part in zip(parts[1::2], parts[2::2])}
    same({sub: names for sub, names in with_verbs.items() if names}, verbs())


@test
def every_command():
    """hobnob(1) has every command of a conversation, as /help has it"""
    text = shown("hobnob.1")
    with Box() as box:
        out = ended(box.run("-p", "mock", "-i", stdin="/help all\n/exit\n"), 0).out
    found = re.findall(r"^(/[a-z]+)(?: \((/\S+)\))?(?: ([\[A-Z-][^ ]*(?: [\[A-Z]\S*)*))?  +(\S.*)", out, re.M)
    truth(len(found) > 15, found)
    for name, alias, args, about in found:
        part = re.search(rf"^ +{name}{' ' + re.escape(args) if args else ''}(?:  |$)(.*?)^ {{5,8}}/", text + "\n     /", re.M | re.S)
        truth(part, f"no {name} {args} in\n{text}")
        plain = re.sub(r"\W+", " ", about[1:])
        holds(re.sub(r"\W+", " ", part.group()), plain, alias.strip("/?"))


@test
def every_setting():
    """hobnob.yaml(5) has every setting with its environment name, hobnob(1) has that name"""
    yaml, text = shown("hobnob.yaml.5"), shown("hobnob.1")
    truth(len(settings()) > 25, settings())
    for key in settings():
        part = re.search(rf"^ +{key}( .*)?$(.*?)\n\n", yaml, re.M | re.S)
        truth(part, f"no {key} in\n{yaml}")
        holds(part.group() + yaml.partition(part.group())[2][:600], "HOBNOB_" + key.upper() + ".")
        holds(text, "HOBNOB_" + key.upper())
    holds(yaml, "a number from 0 to 2", "by default 60s", "auto, always or never", "may lower it, never raise it")
    for section in ("providers", "frontends", "profiles", "aliases", "models"):
        truth(re.search(rf"^ +{section}$", yaml, re.M), f"no {section}")


@test
def every_exit():
    """hobnob(1) has every exit status with its kinds, as the README has them"""
    text = shown("hobnob.1").partition("EXIT STATUS")[2].partition("EXAMPLES")[0]
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", source("README.md"), re.M)
    same([status for status, _ in rows], ["0", "1", "2", "3", "4", "5", "6", "7", "8", "130"])
    for status, about in rows:
        part = re.search(rf"^ +{status} (.*?)(?=\n\n|\Z)", text, re.M | re.S)
        truth(part, f"no {status} in\n{text}")
        same(sorted(re.findall(r"`([a-z_]+)`", about)), sorted(re.findall(r"[a-z_]+", part.group(1).partition("Kinds:")[2])))


@test
def names_of_places():
    """Every HOBNOB_ name that the source reads is in hobnob(1)"""
    names = set(re.findall(r'"(HOBNOB_[A-Z_]*[A-Z])"', source("core/config/settings_table.c")))
    truth(len(names) >= 3, names)
    holds(shown("hobnob.1"), *names)


@test
def version_not_date():
    """The pages bear the version; of the day they were built on they say nothing"""
    version = subprocess.run([HOBNOB, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    for name in (*PAGES, "completions/hobnob", "completions/_hobnob", "completions/hobnob.fish"):
        holds(made(name), f"hobnob {version}")
        template = {"hobnob": "hobnob.bash"}.get(os.path.basename(name), os.path.basename(name)) + ".in"
        dates = re.compile(r"\b(?:20\d\d|January|February|March|April|May|June|July|August|September|October|November|December)\b")
        same(dates.findall(made(name)), dates.findall(source("core/pages/" + template)))


@test
def no_mark_left():
    """No mark of a template is left unfilled"""
    for name in (*PAGES, "completions/hobnob", "completions/_hobnob", "completions/hobnob.fish"):
        same(re.findall(r"@[A-Za-z_]+(?: \w+)?@", made(name)), [])


# ---- completion ----------------------------------------------------------------------------------

CONFIG = "providers: {groq: {plugin: openai, base_url: 'http://127.0.0.1:9'}}\nprofiles: {review: {top_p: 0.5}}\n"
FRONTENDS = ["jsonl", "stdio"]


def prepared():
    """A box with an instance, a profile, a conversation and some files, and hobnob on the PATH."""
    box = Box()
    box.config(CONFIG)
    box.write(box.home + "/.config/hobnob/prompts/translate.md", "{{")
    os.mkdir(box.cwd + "/bin")
    os.symlink(HOBNOB, box.cwd + "/bin/hobnob")
    box.env["PATH"] = box.cwd + "/bin:" + box.env["PATH"]
    ended(box.run("-p", "mock", "-n", "Hi"), 0)
    os.mkdir(box.cwd + "/folder")
    box.write("file one.txt", "x")
    box.write("folder/two.txt", "x")
    return box


def providers(box):
    """The providers that are installed, and the instance of the config file."""
    listed = json.loads(ended(box.run("plugins", "--json"), 0).out)
    return sorted(["groq"] + [p["name"] for p in listed if p["kind"] == "provider"])


def session_of(box):
    """The id of the one conversation."""
    (name,) = os.listdir(box.home + "/.local/state/hobnob/sessions")
    return name.removesuffix(".jsonl")


BASH = r"""
source "$COMPLETION"
compopt() { :; }
line=$1 prefix=$2
read -ra COMP_WORDS < <(sed 's/=/ = /g' <<<"$line")
[[ $line != *[[:space:]=] ]] || COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$line COMP_POINT=${#line}
_hobnob "${COMP_WORDS[0]}"
printf '%s\n' "${COMPREPLY[@]}"
"""


def by_bash(box, line):
    """What bash is given to complete the end of a line with."""
    needs("bash")
    made("completions/hobnob")
    r = box.run("-c", BASH, "bash", line, argv=["bash"], env={"COMPLETION": os.path.join(BUILD, "completions", "hobnob")})
    same([r.status, r.err], [0, ""])
    return sorted(word for word in r.out.splitlines() if word)


def by_fish(box, line):
    """What fish offers."""
    needs("fish")
    made("completions/hobnob.fish")
    script = f"source {BUILD}/completions/hobnob.fish; complete -C {quoted(line)}"
    r = box.run("--no-config", "-c", script, argv=["fish"])
    same([r.status, r.err], [0, ""])
    return sorted(word.partition("\t")[0].rpartition("=")[2] if "=" in line.split()[-1] and word.partition("\t")[0][-1:] != "="
                  else word.partition("\t")[0] for word in r.out.splitlines())


def quoted(text):
    """In single quotes."""
    return "'" + text.replace("'", "\\'") + "'"


ZSHRC = r"""
fpath=($COMPLETIONS $fpath)
autoload -Uz compinit
compinit -u -D
bindkey "^I" complete-word
unsetopt beep
PROMPT='READY> '
# What every completion ends in also says what it was given.
compadd () {
	local -a hits
	if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
		builtin compadd -A hits "$@"
		(( $#hits )) && print -rl -- "WORD:"${^hits}
	fi
	builtin compadd "$@"
}
finish () { print END; comppostfuncs=(finish) }
comppostfuncs=(finish)
"""


def by_zsh(box, line):
    """What zsh, on a terminal, adds to the words that it offers."""
    needs("zsh")
    made("completions/_hobnob")
    box.write(".zshrc", ZSHRC)
    t = box.terminal("-i", argv=["zsh"], env={"ZDOTDIR": box.cwd, "COMPLETIONS": os.path.join(BUILD, "completions")})
    at = t.expect("READY> ")
    t.send(line + "\t")
    end = t.expect("END\r\n", after=at)
    words = set(re.findall(r"WORD:([^\r\n]*)", t.text()[at:end]))
    t.free()
    box.running.remove(t)
    return sorted(words)


SHELLS = {"bash": by_bash, "fish": by_fish, "zsh": by_zsh}
LINES = [
    ("sub-commands", "hobnob ", SUBCOMMANDS), ("a sub-command's end", "hobnob con", ["config"]),
    ("verbs", "hobnob config ", "verbs"), ("a provider", "hobnob -p ", "providers"),
    ("behind =", "hobnob --provider=gr", ["groq"]), ("a profile", "hobnob chat -P re", ["review"]),
    ("a frontend", "hobnob -f js", ["jsonl"]), ("a plugin", "hobnob plugins info mo", ["mock"]),
    ("a prompt file", "hobnob -t ", ["translate"]), ("a prompt file of a verb", "hobnob prompts show tr", ["translate"]),
    ("a setting", "hobnob config get temp", ["temperature"]), ("an option's name", "hobnob --no-jo", ["--no-journal"]),
    ("an option between", "hobnob -p mock config get temp", ["temperature"]),
    ("a value of a setting", "hobnob -o stream=t", ["true"]), ("an enum", "hobnob -o color=", ["always", "auto", "never"]),
    ("a word of an option", "hobnob plugins new --wire n", ["ndjson", "none"]), ("a word of a verb", "hobnob plugins new ", ["frontend", "provider"]),
    ("a name that is new", "hobnob plugins new provider mo", []),
    ("nothing for a prompt", "hobnob chat f", []), ("a word that is no verb", "hobnob doctor ", []),
]


@test_each([(f"{shell}: {about}", shell, line, expected) for shell in SHELLS for about, line, expected in LINES])
def completed(shell, line, expected):
    """The words that a shell completes with"""
    with prepared() as box:
        if expected == "verbs":
            expected = sorted(verbs()["config"])
        elif expected == "providers":
            expected = providers(box)
        same(SHELLS[shell](box, line), expected)


@test_each([(shell, shell) for shell in SHELLS])
def completed_sessions(shell):
    """A conversation's id is completed, by -r and by the verbs that take one"""
    with prepared() as box:
        for line in ("hobnob -r ", "hobnob sessions show ", "hobnob sessions export 20"):
            same(SHELLS[shell](box, line), [session_of(box)])


@test_each([(shell, shell) for shell in SHELLS])
def completed_plugins(shell):
    """The names of all plugins that are found, also of those that are refused, and nothing of the reasons"""
    with prepared() as box:
        box.env["HOBNOB_PLUGIN_PATH"] = box.fixture("wrong_major")
        box.write(os.path.join(box.root, "plugins", "empty.so"), "", 0o644)
        listed = json.loads(ended(box.run("plugins", "--json"), 0).out)
        same({"empty", "wrong_major"} - {p["name"] for p in listed}, set())
        same(SHELLS[shell](box, "hobnob plugins info "), sorted(p["name"] for p in listed))


@test
def bash_details():
    """bash: all options; KEY= of all settings; files with blanks, folders, @FILE"""
    with prepared() as box:
        every = sorted([f"-{letter}" for letter, _, _ in switches() if letter] + [f"--{name}" for _, name, _ in switches()])
        same(by_bash(box, "hobnob -"), every)
        same(by_bash(box, "hobnob -o "), sorted(key + "=" for key in settings()))
        same(by_bash(box, "hobnob -a f"), ["file one.txt", "folder"])
        same(by_bash(box, "hobnob -s @f"), ["@file one.txt", "@folder"])
        same(by_bash(box, "hobnob --plugin-path fo"), ["folder"])
        same(by_bash(box, "hobnob plugins new provider x fo"), ["folder"])
        same(by_bash(box, "hobnob --config=fi"), ["file one.txt"])
        same(by_bash(box, "hobnob -- -"), [])
        same(by_bash(box, "hobnob -o provider=gr"), ["groq"])
        same(by_bash(box, "hobnob sessions export x f"), ["file one.txt", "folder"])


@test
def bash_for_real():
    """bash: on a terminal, Tab completes the line"""
    needs("bash")
    made("completions/hobnob")
    with prepared() as box:
        t = box.terminal("--norc", "--noprofile", "-i", argv=["bash"], env={"PS1": "$ ", "INPUTRC": "/dev/null"})
        t.expect(r"\$ ")
        t.send(f"source {BUILD}/completions/hobnob\r")
        at = t.expect(r"completions/hobnob\r\n.*?\$ ")
        t.send("hobnob config get temp\t")
        at = t.expect("temperature ", after=at)
        t.send("-p mo\t-o top\t0.5\r")
        t.expect(r"mock -o top_p=0\.5.*not set", after=at)
        t.send("exit\r")
        t.end()


@test_each([(shell, shell) for shell in SHELLS])
def quiet(shell):
    """A config that cannot be read: no words, and nothing said"""
    with prepared() as box:
        box.config("model: [\n")
        same(SHELLS[shell](box, "hobnob -p "), [])
        same(SHELLS[shell](box, "hobnob config pa"), ["path"])


@test
def names_for_shells():
    """config providers, frontends and profiles print a name a line"""
    with prepared() as box:
        same(sorted(ended(box.run("config", "providers"), 0, err="").out.splitlines()), providers(box))
        same(ended(box.run("config", "profiles"), 0, err="").out, "draft\nreview\n")
        holds(ended(box.run("config", "frontends"), 0, err="").out, *[f + "\n" for f in FRONTENDS])


@test
def facts_of_the_footer():
    """hobnob.yaml(5) names each fact that a format of `footer` may hold, and no other, and says what "end" stands for"""
    page = shown("hobnob.yaml.5")
    facts = re.findall(r'\{ "(\w+)", put_\w+ \}', source("frontends/shared/footer.c"))
    same(sorted(set(re.findall(r"\{(\w+)\}", page))), sorted(facts))
    end = re.search(r'#define FOOTER_END "(.*)"', source("frontends/shared/footer.h"))[1]
    holds(page, f"end is `{end.replace('·', '.')}'.")


if __name__ == "__main__":
    main()
