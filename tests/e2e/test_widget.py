#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""hobnob widget: the words on a shell's own line become a command there, which the user runs: in bash, zsh and fish."""
import json
import os
import re
import shutil

from hob import HOBNOB, SRC, Box, Skip, ended, holds, lacks, main, same, screen, test, test_each, truth

FILES = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish"}
START = {
    "bash": (["bash", "--noprofile", "-i"], "PS1='ready> '\nset +o histexpand\nHISTFILE=~/.history\neval \"$(hobnob widget bash)\"\n"),
    "zsh": (["zsh", "-d", "-i"], "PS1='ready> '\nunsetopt prompt_sp\nbindkey -e\nHISTFILE=~/.history SAVEHIST=100 HISTSIZE=100\neval \"$(hobnob widget zsh)\"\n"),
    "fish": (["fish", "-i"], "function fish_prompt; echo -n 'ready> '; end\nset -U fish_greeting\nhobnob widget fish | source\n"),
}
STEPS = [{"match": "^two lines$", "text": "```\necho first\necho second\n```"}, {"match": "^echo hides$", "text": "ls \u202e"},
         {"match": "^big files$", "text": "echo 'to  be' \"run\"; touch owned"}]
SHELLS = [(shell, shell) for shell in START]


def shell_in(box, shell, key="\x1bi", more="", **env):
    """An interactive shell with the widget and `more` in its own file, its prompt shown; what types words and presses the key."""
    argv, rc = START[shell]
    if not shutil.which(shell):
        raise Skip(f"{shell} is not installed")
    os.mkdir(box.root + "/bin")
    os.symlink(HOBNOB, box.root + "/bin/hobnob")
    box.write(os.path.join(box.home, FILES[shell]), rc + more)
    script = box.write("s.json", json.dumps({"steps": STEPS}))
    t = box.terminal(argv=argv, env={"PATH": f"{box.root}/bin:{box.env['PATH']}", "HOBNOB_PROVIDER": "mock", "SHELL": shell,
                                     "HOBNOB_WIDGET_OPTIONS": f" -o mock.script={script}  -v", **env})
    t.expect("ready> ")

    def suggest(words, shown):
        at = len(t.text())
        t.send(words + key)
        return t.expect(shown, after=at)
    return t, suggest


def leave(t, at):
    """Leaves the shell."""
    t.expect("ready> ", after=at)
    t.send("\x15\x04")
    t.end()


@test_each(SHELLS)
def put_into_the_line(shell):
    """The command takes the words' place, does not run, can be edited, and is in the shell's own history once Enter runs it"""
    with Box() as box:
        t, suggest = shell_in(box, shell)
        at = suggest("big files", "ready> .*touch owned")
        t.send(" also")
        at = t.expect("also", after=at)
        same("owned" in os.listdir(box.cwd), False)
        t.send("\r")
        at = t.expect("to  be run\r\n", after=at)
        leave(t, at)
        same(sorted(os.listdir(box.cwd)), ["also", "owned", "s.json"])
        place = ".local/share/fish/fish_history" if shell == "fish" else ".history"
        with open(os.path.join(box.home, place), encoding="utf-8") as f:
            history = f.read()
        holds(history, "echo 'to  be' \"run\"; touch owned also\n")
        lacks(history, "big files", "hobnob -e")
        same(os.path.exists(box.home + "/.local/state/hobnob/sessions"), False)  # the history has it


@test_each(SHELLS)
def several_lines(shell):
    """A command of several lines stays one"""
    with Box() as box:
        t, suggest = shell_in(box, shell)
        at = suggest("two lines", "echo first.*echo second")
        t.send("\r")
        at = t.expect("[\r\n]first\r\n.*second\r\n", after=at)
        leave(t, at)


@test_each(SHELLS)
def fails(shell):
    """Without a command the line stays as it was, and the error is shown"""
    with Box() as box:
        t, suggest = shell_in(box, shell)
        at = suggest("echo hides", r"hobnob: -e: the command holds U\+202E .*ready> .*echo hides")
        t.send("\r")
        at = t.expect("[\r\n]hides\r\n", after=at)
        at = suggest("echo \"other", "hobnob: .*no step is left.*ready> .*other")
        t.send(" one\"\r")
        at = t.expect("[\r\n]other one\r\n", after=at)
        leave(t, at)


@test_each(SHELLS)
def words_are_words(shell):
    """The shell does nothing with the words but pass them on; an empty line asks nobody"""
    with Box() as box:
        t, suggest = shell_in(box, shell, HOBNOB_WIDGET_OPTIONS="")
        words = "-p $(touch owned) `touch owned` 'a  \\b"
        at = suggest(words, "ready> .*b")
        shown = screen(t.text().replace("\x1b(B", ""))
        truth(shown.endswith("ready> " + words), shown)
        t.send("\x15")
        suggest(" ", "")
        t.send("echo o''k\r")
        at = t.expect("[\r\n]ok\r\n", after=at)
        leave(t, at)
        same(sorted(os.listdir(box.cwd)), ["s.json"])


@test_each(SHELLS)
def costly(shell):
    """A widget asks nothing while the shell has the terminal's keys: what costs more than confirm_cost is refused, and the line stays"""
    with Box() as box:
        t, suggest = shell_in(box, shell, HOBNOB_WIDGET_OPTIONS="-o price_input=1000 -o price_output=1000 -o confirm_cost=0")
        at = suggest("echo costly", r"hobnob: this sends .*confirm_cost.*ready> .*echo costly")
        t.send("\r")
        leave(t, t.expect("[\r\n]costly\r\n", after=at))


@test_each(SHELLS)
def another_key(shell):
    """HOBNOB_WIDGET_KEY is the key, in the notation of bind"""
    with Box() as box:
        t, suggest = shell_in(box, shell, "\x07", HOBNOB_WIDGET_KEY="\\C-g")
        at = suggest("two lines", "echo first.*echo second")
        t.send("\r")
        leave(t, t.expect("[\r\n]first\r\n.*second\r\n", after=at))


VI = {"bash": "set -o vi\n", "zsh": "bindkey -v\n", "fish": "fish_vi_key_bindings\nfunction fish_mode_prompt; end\n"}


@test_each(SHELLS)
def in_vi_mode(shell):
    """That key acts in vi's insert mode, too"""
    with Box() as box:
        t, suggest = shell_in(box, shell, "\x07", VI[shell], HOBNOB_WIDGET_KEY="\\C-g")
        at = suggest("two lines", "echo first.*echo second")
        t.send("\r")
        leave(t, t.expect("[\r\n]first\r\n", after=at))


@test_each(SHELLS)
def prints(shell):
    """hobnob widget prints the shell's file, with any settings"""
    with Box(HOBNOB_PROVIDER="nobody", HOBNOB_TIMEOUT="no") as box:
        with open(os.path.join(SRC, "kit", "widget", "hobnob." + shell), encoding="utf-8") as f:
            ended(box.run("widget", shell), 0, f.read(), "")


@test
def which_shell():
    """Which shells there are is said"""
    with Box() as box:
        ended(box.run("widget"), 2, "", "hobnob: widget: expected the name of a shell\n  bash, zsh or fish, as in `hobnob widget bash`\n")
        ended(box.run("widget", "ksh"), 2, "", 'hobnob: widget: unknown word "ksh" (did you mean "zsh"?)\n  there are bash, zsh, fish\n')
        ended(box.run("widget", "zsh", "now"), 2, "", re.compile("usage: hobnob widget zsh"))


if __name__ == "__main__":
    main()
