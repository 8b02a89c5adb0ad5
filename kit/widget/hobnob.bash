# SPDX-License-Identifier: MIT
# bash 4 or later, in ~/.bashrc: eval "$(hobnob widget bash)"
#
# A key (Alt-i) takes the words on the line as a request and puts the command that hobnob suggests in their place. Nothing runs: you
# edit it and press Enter, and bash's own history gets it. If there is no command, the line stays as it was.
#   HOBNOB_WIDGET_KEY      another key, as bind has it: '\C-g'. By default '\ei', and in vi mode none: there Esc i is two keys.
#   HOBNOB_WIDGET_OPTIONS  options of hobnob, separated by blanks: '-P cheap'

__hobnob_widget()
{
	local command options=()
	[[ $READLINE_LINE == *[![:space:]]* ]] || return 0
	IFS=$' \t\n' read -r -a options <<<"$HOBNOB_WIDGET_OPTIONS"
	command=$(command hobnob -e -n --no-journal "${options[@]}" -- "$READLINE_LINE" </dev/null) && [[ -n $command ]] || return 0
	READLINE_LINE=$command
	READLINE_POINT=${#command}
}

if [[ $- == *i* ]]; then
	bind -m emacs-standard -x "\"${HOBNOB_WIDGET_KEY:-\ei}\": __hobnob_widget"
	[[ -z $HOBNOB_WIDGET_KEY ]] || bind -m vi-insert -x "\"$HOBNOB_WIDGET_KEY\": __hobnob_widget"
fi
