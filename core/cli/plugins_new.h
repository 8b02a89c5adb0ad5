/* SPDX-License-Identifier: MIT */
/*
 * plugins_new: `hobnob plugins new`, which copies a skeleton: what a plugin can be written in, what it
 * can talk, and what can build it. These lists are the only ones: for the options, --help, the pages,
 * the completions and every message.
 */
#ifndef HOBNOB_CLI_PLUGINS_NEW_H
#define HOBNOB_CLI_PLUGINS_NEW_H

#include "cli/cli.h"

/* FIRST and NEXT take a word and what is known of it. The first word is the default. */

/* word, how it is written, the end of a source's name, the systems that build it */
#define NEW_LANGUAGES(FIRST, NEXT)                                \
	FIRST("c", "C", "c", "make cmake meson autotools")        \
	NEXT("c++", "C++", "cc", "make cmake meson autotools")    \
	NEXT("rust", "Rust", "rs", "make cargo")

/* word, the folder of its skeleton, what such a provider does */
#define NEW_WIRES(FIRST, NEXT)                                                        \
	FIRST("ndjson", "http", "asks a server that answers with JSON lines")         \
	NEXT("sse", "http", "asks a server that answers with server-sent events")     \
	NEXT("none", "compute", "computes by itself")

/* word, the command that builds the plugin, the one that checks it */
#define NEW_BUILDS(FIRST, NEXT)                                                                               \
	FIRST("make", "make", "make check")                                                                   \
	NEXT("cmake", "cmake -S . -B build && cmake --build build", "ctest --test-dir build --output-on-failure") \
	NEXT("meson", "meson setup build && meson compile -C build", "meson test -C build --print-errorlogs") \
	NEXT("autotools", "autoreconf -fi && ./configure && make", "make check")                              \
	NEXT("cargo", "make", "make check")

/* A list as one literal: its words separated by blanks, or by commas. */
#define NEW_WORD_(word, ...) word
#define NEW_BLANK_(word, ...) " " word
#define NEW_COMMA_(word, ...) ", " word
#define NEW_WORDS(LIST) LIST(NEW_WORD_, NEW_BLANK_)
#define NEW_TEXT(LIST) LIST(NEW_WORD_, NEW_COMMA_)

#define NEW_KINDS "provider|frontend" /* as the verb's arguments have it */

/* `hobnob plugins new provider|frontend NAME [DIR]`: the exit status. DIR, or NAME, is the new folder: it is there
 * whole or not at all. */
int plugins_new(struct runtime *, const struct cli *);

/* Passes put() each language as it is written, and the words of --build that it has, separated by blanks. */
void plugins_new_languages(void (*put)(void *ud, const char *language, const char *builds), void *ud);

#endif
