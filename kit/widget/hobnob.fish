# SPDX-License-Identifier: MIT
# fish 3.1 or later, in ~/.config/fish/config.fish: hobnob widget fish | source
#
# A key (Alt-i) takes the words on the line as a request and puts the command that hobnob suggests in their place. Nothing runs: you
# edit it and press Enter, and fish's own history gets it. If there is no command, the line stays as it was.
#   HOBNOB_WIDGET_KEY      another key: '\cg'. By default '\ei', and in vi mode none: there Esc i is two keys.
#   HOBNOB_WIDGET_OPTIONS  options of hobnob, separated by blanks: '-P cheap'

function __hobnob_widget
    set -l words (commandline | string collect)
    string match -qr '\S' -- "$words"; or return 0
    set -l options (string split -n ' ' -- "$HOBNOB_WIDGET_OPTIONS")
    echo # below the line, which stays on the screen
    set -l command (command hobnob -e -n --no-journal $options -- "$words" </dev/null | string collect)
    if test $pipestatus[1] -eq 0; and test -n "$command"
        commandline -r -- "$command"
        commandline -C (string length -- "$command")
    end
    commandline -f repaint
end

if status is-interactive
    if set -q HOBNOB_WIDGET_KEY; and test -n "$HOBNOB_WIDGET_KEY"
        # What bash and zsh call \C-g is \cg here.
        set -l key (string unescape -- (string replace -a -r '\\\\C-' '\\\\c' -- "$HOBNOB_WIDGET_KEY"))
        bind $key __hobnob_widget
        bind -M insert $key __hobnob_widget
    else
        bind \ei __hobnob_widget
    end
end
