/* SPDX-License-Identifier: MIT */
/* md_langs: what the lexer knows of each family of languages, a table. Names and keywords stand between blanks. */
#include <string.h>

#include "md_langs.h"

#define C_WORDS \
	" abstract alignas alignof and as asm async auto await base bool boolean break byte case catch chan char class co_await co_return " \
	"co_yield concept const consteval constexpr constinit const_cast continue crate data decltype default defer delegate delete do " \
	"double dyn dynamic_cast else enum event explicit export extends extension extern fallthrough false final finally fixed float " \
	"fn for foreach friend fun func function go goto guard if impl implements import in include init inline instanceof int interface " \
	"internal is let lock long loop map match mod module mut mutable namespace native new nil noexcept not null nullptr object " \
	"open operator or out override package params private protected protocol pub public range readonly ref register " \
	"reinterpret_cast requires restrict return sealed select self Self short signed sizeof static static_assert static_cast strictfp " \
	"string struct super switch synchronized template this thread_local throw throws trait transient true try type typedef typeid " \
	"typename typeof uint union unsafe unsigned use using val var virtual void volatile when where while with xor yield " \
	"#define #elif #else #endif #error #if #ifdef #ifndef #include #line #pragma #undef "

static const struct md_lang langs[] = {
	{
		.names = " c h c++ cpp cc cxx hpp java cs csharp c# kotlin kt swift scala php objc objective-c dart glsl proto zig "
			 "arduino cuda ",
		.words = C_WORDS,
		.quotes = "\"'",
		.line = "//",
		.block = 1,
		.first = "#",
	},
	{ .names = " rust rs ", .words = C_WORDS, .quotes = "\"", .line = "//", .block = 1 },
	{ .names = " go golang ", .words = C_WORDS, .quotes = "\"'`", .line = "//", .block = 1 },
	{
		.names = " python py python3 pycon ",
		.words = " False None True and as assert async await break case class continue def del elif else except finally for from "
			 "global if import in is lambda match nonlocal not or pass raise return try while with yield self ",
		.quotes = "\"'",
		.line = "#",
		.triple = 1,
	},
	{
		.names = " sh bash shell zsh ksh console fish dockerfile makefile make ",
		.words = " case do done elif else esac exit export fi for function if in local return select set shift source then until "
			 "while unset trap readonly declare eval exec cd echo ",
		.quotes = "\"'",
		.line = "#",
		.apart = 1,
		.spans = 1,
	},
	{
		.names = " js javascript jsx ts typescript tsx mjs node ",
		.words = " any as async await boolean break case catch class const constructor continue debugger declare default delete do "
			 "else enum export extends false finally for from function get if implements import in infer instanceof interface "
			 "is keyof let module namespace new null number of private protected public readonly return set static string "
			 "super switch symbol this throw true try type typeof undefined unknown var void while with yield ",
		.quotes = "\"'`",
		.line = "//",
		.block = 1,
	},
	{ .names = " json jsonc json5 jsonl ", .words = " true false null ", .quotes = "\"", .line = "//", .block = 1 },
	{
		.names = " yaml yml toml ini conf ",
		.words = " true false null yes no on off True False ",
		.quotes = "\"'",
		.line = "#",
		.apart = 1,
	},
	{
		.names = " sql mysql postgres postgresql plpgsql sqlite ",
		.words = " add all alter and as asc begin between by cascade case check column commit constraint create cross database "
			 "default delete desc distinct drop else end except exists explain foreign from full function grant group having "
			 "if in index inner insert intersect into is join key left like limit not null offset on or order outer over "
			 "partition primary references returning right rollback select set table then transaction trigger true false "
			 "union unique update using values view when where with ",
		.quotes = "'\"",
		.line = "--",
		.block = 1,
		.any_case = 1,
	},
	{ .names = " diff patch ", .words = " ", .quotes = "", .diff = 1 },
};

/* A name in small letters between blanks; 0 if it is longer than any. */
static size_t between_blanks(char out[MD_NAME + 3], const char *p, size_t n, int fold)
{
	if (!n || n > MD_NAME)
		return 0;
	out[0] = ' ';
	for (size_t i = 0; i < n; i++)
		out[i + 1] = (char)(fold && p[i] >= 'A' && p[i] <= 'Z' ? p[i] | 0x20 : p[i]);
	out[n + 1] = ' ';
	out[n + 2] = '\0';
	return n;
}

const struct md_lang *md_lang_of(const char *name, size_t n)
{
	char key[MD_NAME + 3];
	size_t end = 0;

	while (end < n && name[end] > ' ' && name[end] != '{' && name[end] != ',' && name[end] != ':')
		end++;
	if (!between_blanks(key, name, end, 1))
		return NULL;
	for (size_t i = 0; i < sizeof langs / sizeof *langs; i++)
		if (strstr(langs[i].names, key))
			return &langs[i];
	return NULL;
}

int md_lang_has(const struct md_lang *lang, const char *word, size_t n)
{
	char key[MD_NAME + 3];

	return between_blanks(key, word, n, lang->any_case) && strstr(lang->words, key) != NULL;
}
