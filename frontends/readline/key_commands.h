/* SPDX-License-Identifier: MIT */
/* key_commands: commands about the keys: /multiline changes what Enter does, /keys says what each does. */
#ifndef HOBNOB_FRONTENDS_READLINE_KEY_COMMANDS_H
#define HOBNOB_FRONTENDS_READLINE_KEY_COMMANDS_H

#include "hobnob/plugin.h"

extern const hn_command multiline_command, keys_command;

#endif
