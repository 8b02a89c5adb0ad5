/* SPDX-License-Identifier: MIT */
/* locale_env: the environment's name of the locale, replaced for a moment. */
#include "locale_env.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME_MOST 128

static char **place;              /* in environ; NULL: nothing is replaced */
static char *theirs;              /* the former string */
static char ours[NAME_MOST];

/* The string of a variable that the environment sets to a nonempty value, or NULL. */
static char **find(const char *name)
{
	size_t n = strlen(name);

	for (char **at = environ; at && *at; at++)
		if (!strncmp(*at, name, n) && (*at)[n] == '=' && (*at)[n + 1])
			return at;
	return NULL;
}

/* Puts the program's locale where readline looks first. */
void locale_enter(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *now = setlocale(LC_CTYPE, NULL);

	place = NULL;
	for (size_t i = 0; now && !place && i < sizeof names / sizeof *names; i++) {
		place = find(names[i]);
		snprintf(ours, sizeof ours, "%s=%s", names[i], now);
	}
	if (!place)
		return;
	theirs = *place;
	*place = ours;
}

void locale_leave(void)
{
	if (place)
		*place = theirs;
	place = NULL;
}
