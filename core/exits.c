/* SPDX-License-Identifier: MIT */
/*
 * exits: the program's own _exit() and _Exit(), which a plugin's calls lead to: the only functions that the program exports.
 * libc's own calls do not come here.
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "call/fatal.h"
#include "util/quit.h"

#ifdef SYS_exit_group /* elsewhere they stay as they are */
HN_EXPORT void _exit(int status)
{
	fatal_exits("_exit", status);
	quit(status);
}

HN_EXPORT void _Exit(int status)
{
	fatal_exits("_Exit", status);
	quit(status);
}
#endif
