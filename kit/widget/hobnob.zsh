# SPDX-License-Identifier: MIT
# zsh, in ~/.zshrc: eval "$(hobnob widget zsh)"
#
# A key (Alt-i) takes the words on the line as a request and puts the command that hobnob suggests in their place. Nothing runs: you
# edit it and press Enter, and zsh's own history gets it. If there is no command, the line stays as it was.
#   HOBNOB_WIDGET_KEY      another key, as bindkey has it: '\C-g'. By default '\ei', and in vi mode none: there Esc i is two keys.
#   HOBNOB_WIDGET_OPTIONS  options of hobnob, separated by blanks: '-P cheap'

hobnob-widget()
{
	emulate -L zsh
	local command
	[[ $BUFFER == *[![:space:]]* ]] || return 0
	zle -I
	command=$(command hobnob -e -n --no-journal ${=HOBNOB_WIDGET_OPTIONS} -- "$BUFFER" </dev/null) && [[ -n $command ]] || return 0
	BUFFER=$command
	CURSOR=${#BUFFER}
}

if [[ -o zle ]]; then
	zle -N hobnob-widget
	bindkey -M emacs "${HOBNOB_WIDGET_KEY:-\ei}" hobnob-widget
	[[ -z $HOBNOB_WIDGET_KEY ]] || bindkey -M viins "$HOBNOB_WIDGET_KEY" hobnob-widget
fi
