/* SPDX-License-Identifier: MIT */
/*
 * md_span: what is read to its end before it means anything. Each kind is a function of one more character. Where a span fails,
 * who asked reads its text again, as ordinary text.
 */
#include <string.h>

#include "md_private.h"

static int is_digit(uint32_t cp)
{
	return cp >= '0' && cp <= '9';
}

static int is_punctuation(uint32_t cp)
{
	return cp > ' ' && cp < 0x7F && !is_digit(cp) && !((cp | 0x20) >= 'a' && (cp | 0x20) <= 'z');
}

/* Keeps a character of the content. */
static enum md_span_step keep(struct md_span *s, const struct md_char *c, size_t most)
{
	if (s->n + c->n > most)
		return MD_SPAN_FAILED;
	memcpy(s->text + s->n, c->p, c->n);
	s->n += c->n;
	return MD_SPAN_MORE;
}

static enum md_span_step become(struct md_span *s, enum md_span_kind kind)
{
	s->kind = kind;
	return MD_SPAN_MORE;
}

/* A backslash before punctuation is taken away; before a parenthesis it opens maths. */
static enum md_span_step escape(struct md_span *s, const struct md_char *c)
{
	if (!is_punctuation(c->cp))
		return MD_SPAN_FAILED;
	if (c->cp == '(')
		return become(s, MD_SPAN_PAREN);
	s->text[s->n++] = *c->p;
	return MD_SPAN_DONE;
}

static enum md_span_step entity(struct md_span *s, const struct md_char *c)
{
	if (c->cp == ';')
		return s->n ? MD_SPAN_DONE : MD_SPAN_FAILED;
	return c->cp >= 'a' && c->cp <= 'z' ? keep(s, c, 4) : MD_SPAN_FAILED;
}

static enum md_span_step bang(struct md_span *s, const struct md_char *c)
{
	(void)s;
	return c->cp == '[' ? MD_SPAN_DONE : MD_SPAN_FAILED;
}

static enum md_span_step close_bracket(struct md_span *s, const struct md_char *c)
{
	return c->cp == '(' ? become(s, MD_SPAN_ADDRESS) : MD_SPAN_FAILED;
}

static enum md_span_step code(struct md_span *s, const struct md_char *c)
{
	if (c->cp == '`') {
		s->closing++;
		return keep(s, c, MD_EMPHASIS + MD_RUN);
	}
	if (s->closing == s->run)
		return MD_SPAN_OVER;
	s->closing = 0;
	return keep(s, c, MD_EMPHASIS);
}

static enum md_span_step ticks(struct md_span *s, const struct md_char *c)
{
	if (c->cp != '`') {
		s->kind = MD_SPAN_CODE;
		return code(s, c);
	}
	if (s->run == MD_RUN)
		return MD_SPAN_FAILED;
	s->run++;
	return MD_SPAN_MORE;
}

static int is_one_of(uint32_t cp, const char *set)
{
	return cp < 0x7F && strchr(set, (int)cp) != NULL;
}

/* 1 if a number and nothing else has come: money, if no sign of maths follows. */
static int is_amount(const struct md_span *s)
{
	size_t digits = 0;

	while (digits < s->n && (is_digit((unsigned char)s->text[digits]) || s->text[digits] == ',' || s->text[digits] == '.'))
		digits++;
	return digits && digits == s->n;
}

static enum md_span_step maths(struct md_span *s, const struct md_char *c)
{
	int blank = s->n && s->text[s->n - 1] == ' ';

	if (s->closing)
		return is_digit(c->cp) ? MD_SPAN_FAILED : MD_SPAN_OVER;
	if (c->cp == '$' && !s->escaped) {
		s->closing = 1;
		return blank ? MD_SPAN_FAILED : keep(s, c, MD_EMPHASIS + 1);
	}
	s->escaped = c->cp == '\\' && !s->escaped;
	if (is_amount(s) && is_one_of(c->cp, " *;:!?)]|~\"'"))
		return MD_SPAN_FAILED;
	return keep(s, c, MD_EMPHASIS);
}

static enum md_span_step dollar(struct md_span *s, const struct md_char *c)
{
	if (c->cp == '$')
		return become(s, MD_SPAN_DISPLAY);
	if (c->cp <= ' ')
		return MD_SPAN_FAILED;
	s->kind = MD_SPAN_MATHS;
	return maths(s, c);
}

/* Until a character comes twice, or after a backslash: $$ and \). */
static enum md_span_step until(struct md_span *s, const struct md_char *c, char first, char second)
{
	int closes = c->cp == (unsigned char)second && s->n && s->text[s->n - 1] == first && s->closing;

	s->closing = c->cp == (unsigned char)first;
	if (keep(s, c, MD_EMPHASIS) == MD_SPAN_FAILED)
		return MD_SPAN_FAILED;
	return closes ? MD_SPAN_DONE : MD_SPAN_MORE;
}

static enum md_span_step display(struct md_span *s, const struct md_char *c)
{
	return c->cp == '$' && !s->n ? MD_SPAN_FAILED : until(s, c, '$', '$');
}

static enum md_span_step paren(struct md_span *s, const struct md_char *c)
{
	return until(s, c, '\\', ')');
}

/* Within the address itself; a blank ends it, but not in <>. */
static enum md_span_step address_itself(struct md_span *s, const struct md_char *c)
{
	if (c->cp == '<' && !s->n)
		s->quote = '>';
	else if (s->quote ? c->cp == s->quote : c->cp == ' ')
		s->phase = 1;
	else if (c->cp == ')' && !s->quote && s->depth-- == 0)
		return MD_SPAN_DONE;
	else
		s->depth += c->cp == '(' && !s->quote;
	return keep(s, c, MD_ADDRESS);
}

/* An address, perhaps in <>, perhaps with a title, then the parenthesis. */
static enum md_span_step address(struct md_span *s, const struct md_char *c)
{
	if (c->cp < ' ')
		return MD_SPAN_FAILED;
	if (s->phase == 0)
		return address_itself(s, c);
	if (s->phase == 2) {
		s->phase = c->cp == s->quote && !s->escaped ? 3 : 2;
		s->escaped = c->cp == '\\' && !s->escaped;
		return keep(s, c, MD_ADDRESS);
	}
	if (c->cp == ')')
		return MD_SPAN_DONE;
	if (c->cp != ' ') {
		if (s->phase == 3 || (c->cp != '"' && c->cp != '\'' && c->cp != '('))
			return MD_SPAN_FAILED;
		s->phase = 2;
		s->quote = c->cp == '(' ? ')' : (uint8_t)c->cp;
		s->escaped = 0;
	}
	return keep(s, c, MD_ADDRESS);
}

enum md_span_step md_span_step(struct md_span *s, const struct md_char *c)
{
	static enum md_span_step (*const steps[])(struct md_span *, const struct md_char *) = {
		[MD_SPAN_ESCAPE] = escape,
		[MD_SPAN_ENTITY] = entity,
		[MD_SPAN_BANG] = bang,
		[MD_SPAN_CLOSE] = close_bracket,
		[MD_SPAN_TICKS] = ticks,
		[MD_SPAN_CODE] = code,
		[MD_SPAN_DOLLAR] = dollar,
		[MD_SPAN_MATHS] = maths,
		[MD_SPAN_DISPLAY] = display,
		[MD_SPAN_PAREN] = paren,
		[MD_SPAN_ADDRESS] = address,
	};
	return steps[s->kind](s, c);
}

enum md_span_step md_span_end(const struct md_span *s)
{
	if (s->kind == MD_SPAN_CODE && s->closing == s->run)
		return MD_SPAN_OVER;
	return s->kind == MD_SPAN_MATHS && s->closing ? MD_SPAN_OVER : MD_SPAN_FAILED;
}
