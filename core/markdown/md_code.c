/* SPDX-License-Identifier: MIT */
/*
 * md_code: colours the body of a fence, while it streams: a function a state, which takes one character.
 *
 * It knows comments, strings, numbers and keywords. Held back are a word that may be a keyword, and marks that may open a comment
 * or a string. It guesses where a language is odd, but never changes a byte.
 */
#include <string.h>

#include "md_private.h"

enum { PLAIN, WORD, LONG_WORD, NUMBER, OPENING, QUOTES, STRING, COMMENT, BLOCK, STAR };

static int is_letter(unsigned char c)
{
	return (c | 0x20) >= 'a' ? (c | 0x20) <= 'z' : c == '_';
}

static int is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

/* Shows what was held. */
static void release(struct md *md, unsigned style)
{
	struct md_code *code = &md->code;

	md_verbatim(md, code->held, code->n, style);
	code->n = 0;
}

static void hold(struct md *md, char c, uint8_t state)
{
	md->code.held[md->code.n++] = c;
	md->code.state = state;
}

static void show(struct md *md, char c, unsigned style)
{
	md_verbatim(md, &c, 1, style);
}

/* 1 if a comment may begin here. */
static int may_comment(const struct md_code *code)
{
	return !code->lang->apart || !code->before || code->before == ' ' || code->before == '\t';
}

static void plain(struct md *md, char c)
{
	struct md_code *code = &md->code;
	const struct md_lang *lang = code->lang;

	if (is_letter((unsigned char)c) || (lang->first && c == *lang->first)) {
		hold(md, c, WORD);
	} else if (is_digit((unsigned char)c)) {
		code->state = NUMBER;
		show(md, c, MD_NUMBER);
	} else if (lang->line && c == lang->line[0] && !lang->line[1] && may_comment(code)) {
		code->state = COMMENT;
		show(md, c, MD_COMMENT);
	} else if ((lang->line && c == lang->line[0] && lang->line[1]) || (lang->block && c == '/')) {
		hold(md, c, OPENING);
	} else if (c && strchr(lang->quotes, c)) {
		code->quote = (uint8_t)c;
		code->escaped = code->triple = code->quotes = 0;
		hold(md, c, QUOTES);
		if (!lang->triple) {
			code->state = STRING;
			release(md, MD_STRING);
		}
	} else {
		show(md, c, 0);
	}
}

/* 0: the character is not of the word, which has ended. */
static int word(struct md *md, char c)
{
	struct md_code *code = &md->code;

	if (is_letter((unsigned char)c) || is_digit((unsigned char)c)) {
		hold(md, c, WORD);
		if (code->n <= MD_NAME)
			return 1;
		release(md, 0);
		code->state = LONG_WORD;
		return 1;
	}
	release(md, md_lang_has(code->lang, code->held, code->n) ? MD_KEYWORD : 0);
	return 0;
}

static int long_word(struct md *md, char c)
{
	if (!is_letter((unsigned char)c) && !is_digit((unsigned char)c))
		return 0;
	show(md, c, 0);
	return 1;
}

static int number(struct md *md, char c)
{
	if (!is_letter((unsigned char)c) && !is_digit((unsigned char)c) && c != '.')
		return 0;
	show(md, c, MD_NUMBER);
	return 1;
}

/* After the first character of two that open a comment. */
static int opening(struct md *md, char c)
{
	struct md_code *code = &md->code;
	const struct md_lang *lang = code->lang;
	int block = lang->block && code->held[0] == '/' && c == '*';

	if (!block && !(lang->line && code->held[0] == lang->line[0] && c == lang->line[1])) {
		release(md, 0);
		return 0;
	}
	release(md, MD_COMMENT);
	show(md, c, MD_COMMENT);
	code->state = block ? BLOCK : COMMENT;
	return 1;
}

/* After one or two quotes: an empty string, the beginning of one, or three quotes. */
static int quotes(struct md *md, char c)
{
	struct md_code *code = &md->code;
	unsigned n = code->n;

	if ((uint8_t)c == code->quote) {
		hold(md, c, QUOTES);
		if (n < 2)
			return 1;
		code->triple = 1;
	}
	release(md, MD_STRING);
	code->state = n == 2 && !code->triple ? PLAIN : STRING;
	code->quotes = 0;
	return code->triple;
}

static int string(struct md *md, char c)
{
	struct md_code *code = &md->code;
	int quote = (uint8_t)c == code->quote && !code->escaped;

	show(md, c, MD_STRING);
	code->quotes = quote ? code->quotes + 1 : 0;
	code->escaped = c == '\\' && !code->escaped;
	if (quote && (!code->triple || code->quotes == 3))
		code->state = PLAIN;
	return 1;
}

static int comment(struct md *md, char c)
{
	struct md_code *code = &md->code;

	show(md, c, MD_COMMENT);
	if (code->state == STAR && c == '/')
		code->state = PLAIN;
	else if (code->state != COMMENT)
		code->state = c == '*' ? STAR : BLOCK;
	return 1;
}

static void step(struct md *md, char c)
{
	static int (*const steps[])(struct md *, char) = {
		[WORD] = word,
		[LONG_WORD] = long_word,
		[NUMBER] = number,
		[OPENING] = opening,
		[QUOTES] = quotes,
		[STRING] = string,
		[COMMENT] = comment,
		[BLOCK] = comment,
		[STAR] = comment,
	};
	struct md_code *code = &md->code;

	if (code->state == PLAIN) {
		plain(md, c);
	} else if (!steps[code->state](md, c)) {
		if (code->state != STRING)
			code->state = PLAIN;
		step(md, c);
	}
	code->before = (uint8_t)c;
}

/* The style of a line of a diff. */
static unsigned of_diff(char c)
{
	return c == '+' ? MD_ADDED : c == '-' ? MD_REMOVED : c == '@' ? MD_NUMBER : 0;
}

/* How many bytes the state takes without a change of it: none of them ends a string or a comment. */
static size_t same(const struct md_code *code, const char *p, size_t n)
{
	size_t i = 0;

	if (code->state == COMMENT)
		return n;
	if (code->state == BLOCK)
		while (i < n && p[i] != '*')
			i++;
	if (code->state == STRING && !code->escaped)
		while (i < n && p[i] != '\\' && (uint8_t)p[i] != code->quote)
			i++;
	if (code->state == PLAIN)
		while (i < n && (p[i] == ' ' || p[i] == '\t'))
			i++;
	return i;
}

/* Shows what is held: the word, or the marks, have ended. */
static void settle(struct md *md)
{
	struct md_code *code = &md->code;
	unsigned held = code->n;

	if (code->state == WORD)
		release(md, md_lang_has(code->lang, code->held, code->n) ? MD_KEYWORD : 0);
	else if (code->n)
		release(md, code->state == QUOTES ? MD_STRING : 0);
	if (code->state == QUOTES)
		code->state = held == 1 ? STRING : PLAIN;
	else if (code->state == STAR)
		code->state = BLOCK;
	else if (code->state < STRING)
		code->state = PLAIN;
}

/* What needs no look at single characters. */
static unsigned style_of(const struct md_code *code)
{
	return code->state == STRING ? MD_STRING : code->state > STRING ? MD_COMMENT : 0;
}

/* Takes one character, or several that change nothing; returns how many bytes. */
static size_t take(struct md *md, const char *p, size_t n)
{
	struct md_code *code = &md->code;
	size_t k = same(code, p, n);

	if (!k && (unsigned char)*p < 0x80) {
		step(md, *p);
		return 1;
	}
	if (!k) {
		settle(md);
		k = md_char_at(p).n;
		code->escaped = 0;
	}
	code->quotes = 0;
	code->before = (uint8_t)p[k - 1];
	md_verbatim(md, p, k, style_of(code));
	return k;
}

void md_code_text(struct md *md, const char *p, size_t n)
{
	struct md_code *code = &md->code;

	if (!n)
		return;
	if (!code->lang || code->lang->diff) {
		if (code->lang && !code->before)
			code->line = of_diff(*p);
		md_verbatim(md, p, n, code->line);
		code->before = 1;
		return;
	}
	for (size_t k; n; p += k, n -= k) {
		k = take(md, p, n);
		md->work++;
	}
}

void md_code_newline(struct md *md)
{
	struct md_code *code = &md->code;

	if (code->lang) {
		settle(md);
		if (code->state == COMMENT || (code->state == STRING && !code->triple && code->quote != '`' && !code->lang->spans))
			code->state = PLAIN;
	}
	code->before = code->escaped = code->quotes = 0;
	code->line = 0;
	md_row_end(md);
}

void md_code_begin(struct md *md, const char *info, size_t n)
{
	md->code = (struct md_code){ .lang = md->pen.shown & MD_COLORS ? md_lang_of(info, n) : NULL };
}
