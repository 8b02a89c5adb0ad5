/* SPDX-License-Identifier: MIT */
/*
 * locale_env: readline reads the character locale from the environment by itself, each time it
 * begins a line. The program uses another one if the environment names C, POSIX, a charset other
 * than UTF-8, or a locale that is not installed; all output is UTF-8 in any case. So readline finds
 * the program's own name there, and nobody else does.
 */
#ifndef HOBNOB_FRONTENDS_READLINE_LOCALE_ENV_H
#define HOBNOB_FRONTENDS_READLINE_LOCALE_ENV_H

/* Around a call of readline that looks at the locale. The environment keeps its size and all its
 * strings: one pointer in it is replaced and restored. */
void locale_enter(void);
void locale_leave(void);

#endif
