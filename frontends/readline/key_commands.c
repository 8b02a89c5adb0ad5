/* SPDX-License-Identifier: MIT */
/* key_commands: commands about the keys: /multiline changes what Enter does, /keys says what each does. */
#include "key_commands.h"

#include "editor.h"

/* ---- /multiline ---- */

static int32_t run_multiline(void *ud, hn_session *session, hn_str args, hn_str *text)
{
	static const char on[] =
		"Enter makes a new line; a line with only a dot, or Alt-Enter, sends; "
		"/multiline ends this";
	static const char off[] = "Enter sends; Alt-Enter makes a new line";

	(void)ud;
	(void)session;
	if (args.n) {
		*text = (hn_str){ "/multiline takes no argument", 28 };
		return HN_ERR_USAGE;
	}
	editor_multiline(!editor_is_multiline());
	*text = editor_is_multiline() ? (hn_str){ on, sizeof on - 1 }
				      : (hn_str){ off, sizeof off - 1 };
	return 0;
}

const hn_command multiline_command = {
	.struct_size = sizeof multiline_command,
	.name = "/multiline",
	.help = "let Enter make a new line, or send again",
	.run = run_multiline,
};

/* ---- /keys ---- */

static int32_t run_keys(void *ud, hn_session *session, hn_str args, hn_str *text)
{
	static const char keys[] =
		"Enter              send; in /multiline: a new line; during a reply: queue\n"
		"Alt-Enter          a new line; in /multiline: send\n"
		"Tab                complete a command, its argument, a file's name\n"
		"Ctrl-C             stop the reply, what came is kept; at the prompt: drop the line\n"
		"Ctrl-D             leave, on an empty line\n"
		"Ctrl-X Ctrl-E      edit the line in your editor\n"
		"Up, Down           earlier lines, or the lines of a long text\n"
		"Up during a reply  take the last queued line back\n"
		"Ctrl-R             search earlier lines\n"
		"Ctrl-Z             stop hobnob; fg continues it\n"
		"All other keys are readline's, as ~/.inputrc has them.";

	(void)ud;
	(void)session;
	*text = args.n ? (hn_str){ "/keys takes no argument", 23 } : (hn_str){ keys, sizeof keys - 1 };
	return args.n ? HN_ERR_USAGE : 0;
}

const hn_command keys_command = {
	.struct_size = sizeof keys_command,
	.name = "/keys",
	.help = "what the keys do",
	.run = run_keys,
};
