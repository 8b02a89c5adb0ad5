/* SPDX-License-Identifier: MIT */
/*
 * locale_env: readline reads the locale of characters from the environment by itself, each time it
 * begins a line. The program's own is another where the environment names C, POSIX, a charset
 * other than UTF-8, or a locale that is not installed; all that is written is UTF-8 anyhow. So
 * readline finds the program's own name there, and nobody else does.
 */
#ifndef HOBNOB_FRONTENDS_READLINE_LOCALE_ENV_H
#define HOBNOB_FRONTENDS_READLINE_LOCALE_ENV_H

/* Around a call of readline that looks at the locale. The environment keeps its size and all its
 * strings: only one pointer in it is exchanged, and put back. */
void locale_enter(void);
void locale_leave(void);

#endif
