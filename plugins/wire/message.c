/* SPDX-License-Identifier: MIT */
/* message: puts together one sentence for a person out of what a server said, at a bounded
 * length. */
#include "wire/wire.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util/ascii.h"
#include "util/utf8.h"

#define PAGE_CAP 300

/* Says whether a byte is white space or a control that must not break a line. */
static int is_space(char c)
{
	return (unsigned char)c <= ' ' || c == 0x7F;
}

/* Appends one character of what is left; a server's invalid bytes become U+FFFD. Returns its bytes in the text. */
static size_t say_character(struct wire_message *m, hn_str left, size_t room)
{
	char bytes[4];
	uint32_t cp = UTF8_BAD;
	size_t n = utf8_decode(left.p, left.n, &cp);
	size_t said = utf8_encode(n ? cp : UTF8_BAD, bytes);
	if (said <= room) {
		memcpy(m->p + m->n, bytes, said);
		m->n += said;
	}
	return said > room || !n ? left.n : n; /* what does not fit, or has no end, ends the words */
}

void wire_say(struct wire_message *m, hn_str s)
{
	size_t limit = m->max && m->max < sizeof m->p ? m->max : sizeof m->p - 1;
	while (s.n && m->n < limit) {
		size_t n = 1;
		if (!is_space(s.p[0]))
			n = say_character(m, s, limit - m->n);
		else if (m->n && m->p[m->n - 1] != ' ')
			m->p[m->n++] = ' ';
		s = (hn_str){ s.p + n, s.n - n };
	}
}

void wire_says(struct wire_message *m, const char *s)
{
	wire_say(m, (hn_str){ s, strlen(s) });
}

void wire_say_number(struct wire_message *m, const char *before, int64_t v, const char *after)
{
	char digits[32];
	snprintf(digits, sizeof digits, "%" PRId64, v);
	wire_says(m, before);
	wire_says(m, digits);
	wire_says(m, after);
}

/* Finds a tag such as "<title" in a page; NULL if it has none. */
static const char *find_tag(hn_str html, const char *tag)
{
	size_t n = strlen(tag);
	for (size_t i = 0; i + n <= html.n; i++)
		if (ascii_ncasecmp(html.p + i, tag, n) == 0)
			return html.p + i;
	return NULL;
}

/* Appends a page's text: what stands between its tags. */
static void say_untagged(struct wire_message *m, hn_str html)
{
	size_t from = 0;
	int inside = 0;
	for (size_t i = 0; i < html.n; i++) {
		if (html.p[i] == '<' && !inside) {
			wire_say(m, (hn_str){ html.p + from, i - from });
			wire_says(m, " ");
			inside = 1;
		} else if (html.p[i] == '>' && inside) {
			inside = 0;
			from = i + 1;
		}
	}
	if (!inside)
		wire_say(m, (hn_str){ html.p + from, html.n - from });
}

/* Gives the inside of the title, with its opening tag; the whole page if there is none. */
static hn_str title_of(hn_str html)
{
	const char *from = find_tag(html, "<title");
	if (!from)
		return html;
	hn_str rest = { from, html.n - (size_t)(from - html.p) };
	const char *to = find_tag(rest, "</title");
	return to ? (hn_str){ from, (size_t)(to - from) } : html;
}

void wire_say_page(struct wire_message *m, hn_str html)
{
	m->max = m->n + PAGE_CAP;
	say_untagged(m, title_of(html));
	m->max = 0;
}

hn_str wire_said(struct wire_message *m)
{
	size_t back = m->n;
	while (back && m->n - back < 3 && ((unsigned char)m->p[back - 1] & 0xC0) == 0x80)
		back--;
	if (back) {
		unsigned char lead = (unsigned char)m->p[back - 1];
		size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
		m->n = want > 1 && m->n - back + 1 < want ? back - 1 : m->n;
	}
	while (m->n && m->p[m->n - 1] == ' ')
		m->n--;
	return (hn_str){ m->p, m->n };
}

void wire_log(const struct wire_host *to, const char *fmt, ...)
{
	const hn_log *log = to->host->extension(HN_ID_LOG);
	char line[512];
	va_list ap;
	if (!log)
		return;
	va_start(ap, fmt);
	int n = vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	if (n > 0) {
		log->line(to->call, 1,
			(hn_str){ line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1 });
	}
}
