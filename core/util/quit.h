/* SPDX-License-Identifier: MIT */
/* quit: ends the process at once, whoever has replaced _exit(). */
#ifndef HOBNOB_UTIL_QUIT_H
#define HOBNOB_UTIL_QUIT_H

/* As _exit(). Async-signal-safe. */
_Noreturn void quit(int status);

#endif
