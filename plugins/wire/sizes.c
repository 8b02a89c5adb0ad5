/* SPDX-License-Identifier: MIT */
/*
 * sizes: how large a server says that its context window is, and how large the request.
 *
 * Few servers say it in members of the error; the rest say it in words, and each in its own. The
 * words are a table of patterns, the more exact ones first: if a server states the prompt apart
 * from the room for the reply, the prompt counts. A window is also the number next to one of its
 * names. A number that is not a plausible count of tokens is ignored.
 */
#include "wire/wire.h"

#include <string.h>

#include "wire/meaning.h"

#include "util/ascii.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))
#define LEAST_TOKENS 256 /* no limit of tokens is smaller */

/* '#' is the number that is looked for, '%' another one; letters match in any case. */
static const char *const windows[] = {
	"with # maximum context length", /* Mistral */
	"maximum model length of #", /* vLLM */
	"maximum prompt length is #", /* xAI */
	"configured limit of #", /* OpenAI */
	"tokens > # maximum", /* Anthropic */
	"context limit: % + % > #", /* Anthropic */
	"number of tokens allowed (#", /* Gemini */
	"number of tokens allowed #", /* Gemini */
	"`max_new_tokens` must be <= #", /* TGI */
	"cannot exceed # - received", /* Cohere */
	"while limit is #", /* Cerebras */
	"model token limit: #", /* Kimi */
	"exceeds the limit of #", /* Copilot */
	"input length should be [1, #]", /* Qwen */
	"(tpm): limit #", /* Groq: no request may be larger */
	"not exceed #",
	"cannot exceed #",
	"cannot be more than #",
	"no more than #",
	"at most #",
	"% > #",
};

static const char *const prompts[] = {
	"(# in the messages", /* OpenAI, vLLM, DeepSeek */
	"(# of text input", /* OpenRouter */
	"# tokens from the input messages", /* SGLang */
	"# input tokens", /* vLLM */
	"given: # `inputs`", /* TGI */
	"resulted in # tokens", /* OpenAI */
	"request (# tokens", /* llama.cpp */
	"input (# tokens", /* SGLang */
	"prompt (length #", /* vLLM */
	"prompt contains # tokens", /* Mistral */
	"request contains # tokens", /* xAI */
	"keep the first # tokens", /* LM Studio */
	"n_keep: #", /* LM Studio */
	"too long: # tokens", /* Anthropic */
	"too long: #, model", /* Fireworks */
	"context limit: # + %", /* Anthropic */
	"input token count (#", /* Gemini */
	"cannot exceed % - received #", /* Cohere */
	"current length is #", /* Cerebras */
	"prompt token count of #", /* Copilot */
	"# > %",
};

/* The prompt and the reply's limit together. */
static const char *const totals[] = {
	"requested # tokens", /* OpenAI */
	"requested about # tokens", /* OpenRouter */
	"requested a total of # tokens", /* SGLang */
	"(tpm): limit %, requested #", /* Groq */
};

/* Whether text continues with a whole group of three digits. */
static int is_group(const char *p)
{
	return *p == ',' && ascii_is_digit(p[1]) && ascii_is_digit(p[2]) &&
	       ascii_is_digit(p[3]) && !ascii_is_digit(p[4]);
}

/* Whether the text after some digits makes another number of them: 128k, 1e9, 4.5, 1,23. */
static int goes_on(const char *p)
{
	return ascii_is_alpha(*p) || *p == '_' ||
	       ((*p == '.' || *p == ',') && ascii_is_digit(p[1]));
}

/* Reads a number, "4097" or "4,097"; returns the text after it, or NULL if there is no number. One
 * that is too large becomes 0. */
static const char *read_number(const char *p, int64_t *out)
{
	int64_t v = 0;
	if (!ascii_is_digit(*p))
		return NULL;
	for (; ascii_is_digit(*p) || is_group(p); p++)
		if (*p != ',' && v <= WIRE_TOKENS_CAP)
			v = v * 10 + (*p - '0');
	*out = v <= WIRE_TOKENS_CAP ? v : 0;
	return goes_on(p) ? NULL : p;
}

/* Says whether a number counts something other than tokens: "4000 characters". */
static int counts_other(const char *p)
{
	static const char *const units[] = { "char", "byte", "word", "message", "turn", "kb", "mb",
		"kib", "mib", "image", "file", "page", "second", "minute", "request", "%" };
	while (*p && strchr(" )`'\"", *p))
		p++;
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (!ascii_ncasecmp(p, units[i], strlen(units[i])))
			return 1;
	return 0;
}

/* Reads a pattern's number if the text continues as it says; 0 if it does not. */
static int64_t match(const char *text, const char *pattern)
{
	int64_t found = 0, other;
	for (; *pattern && text; pattern++) {
		if (*pattern == '#' || *pattern == '%') {
			text = read_number(text, *pattern == '#' ? &found : &other);
			text = text && counts_other(text) ? NULL : text;
		} else if (ascii_lower(*text) == *pattern) {
			text++;
		} else {
			return 0;
		}
	}
	return text ? found : 0;
}

/* Says whether this is a digit of a number, or of a name, that began before it. */
static int is_inside(const char *text, const char *at)
{
	return ascii_is_digit(*at) && at > text &&
	       (ascii_is_alnum(at[-1]) || strchr("-.,_", at[-1]));
}

/* Reads what the first pattern that fits says; 0 if none does. */
static int64_t first_of(const char *text, const char *const *patterns, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (const char *at = text; *at; at++) {
			int64_t v = is_inside(text, at) ? 0 : match(at, patterns[i]);
			if (v)
				return v;
		}
	return 0;
}

/* Skips the first of some phrases that the text continues with; unchanged if there is none. */
static const char *skip(const char *p, const char *const *phrases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t m = strlen(phrases[i]);
		if (!ascii_ncasecmp(p, phrases[i], m))
			return p + m;
	}
	return p;
}

/* Reads the number that is said of the window by one of its names: "context window of 2000". What goes
 * on to exceed something is not the window; 0 if there is none. */
static int64_t beside_name(const char *text)
{
	static const char *const names[] = { "context length", "context window", "context size",
		"context limit", "max_seq_len", "max_model_len", "n_ctx", "num_ctx",
		"sequence length", "model length" };
	static const char *const joints[] = { " of", " is", " limit", " only", " =", " (", ":", "=",
		" " };
	static const char *const after[] = { ") exceed", " exceed", " tokens exceed", ") is", " is",
		" >", ") >" };
	for (const char *at = text; *at; at++) {
		const char *p = skip(at, names, ARRAY_LEN(names)), *from = p;
		if (p == at)
			continue;
		while ((p = skip(from, joints, ARRAY_LEN(joints))) != from)
			from = p;
		int64_t v = 0;
		const char *end = read_number(p, &v);
		if (end && v && !counts_other(end) && skip(end, after, ARRAY_LEN(after)) == end)
			return v;
	}
	return 0;
}

/* ---- a request that is larger than a rate ---- */

/* What a word says about the number after it, or if there is none about the one before it. */
enum label { UNLABELLED, LIMIT, ASKED, USED };

static const struct {
	const char *word;
	enum label label;
} labels[] = {
	{ "limit", LIMIT },
	{ "limited", LIMIT },
	{ "cap", LIMIT },
	{ "allowed", LIMIT },
	{ "allows", LIMIT },
	{ "allowance", LIMIT },
	{ "maximum", LIMIT },
	{ "max", LIMIT },
	{ "most", LIMIT },
	{ "than", LIMIT },
	{ "rate", LIMIT },
	{ "requested", ASKED },
	{ "request", ASKED },
	{ "requests", ASKED },
	{ "asks", ASKED },
	{ "takes", ASKED },
	{ "take", ASKED },
	{ "needs", ASKED },
	{ "needed", ASKED },
	{ "requires", ASKED },
	{ "required", ASKED },
	{ "used", USED },
	{ "sent", USED },
	{ "consumed", USED },
	{ "left", USED },
	{ "remaining", USED },
};

static enum label label_of(const char *word, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(labels); i++)
		if (strlen(labels[i].word) == n && !ascii_ncasecmp(word, labels[i].word, n))
			return labels[i].label;
	return UNLABELLED;
}

/* Reads which number is a limit and which one was asked for: "Limit 30000, Requested 41000". Of each the
 * first one counts. */
static void read_labelled(const char *text, int64_t out[USED + 1])
{
	enum label label = UNLABELLED;
	int64_t waiting = 0;
	for (const char *p = text; *p;) {
		size_t n = 0;
		int64_t v = 0;
		while (ascii_is_alpha(p[n]) || p[n] == '_')
			n++;
		const char *end = n || is_inside(text, p) ? NULL : read_number(p, &v);
		if (n) {
			enum label now = label_of(p, n);
			if (now && waiting && !out[now])
				out[now] = waiting;
			else if (now)
				label = now;
			if (n < 5 || ascii_ncasecmp(p, "token", 5) != 0)
				waiting = 0;
			p += n;
		} else if (end && v >= LEAST_TOKENS) {
			if (label && !out[label])
				out[label] = v;
			else if (!label)
				waiting = v;
			label = UNLABELLED;
			p = end;
		} else {
			p++;
		}
	}
}

/* Reads a member that may be missing; 0 if it says nothing. */
static int64_t member(struct json_object *error, const char *key)
{
	int64_t v = wire_count(wire_member(error, key));
	return v > 0 ? v : 0;
}

int64_t wire_beyond_rate(const char *message, int64_t *limit)
{
	int64_t said[USED + 1] = { 0 };
	struct wire_text words = { 0 };
	wire_text_add(&words, (hn_str){ message, strlen(message) });
	hn_str all = { words.p, words.n };
	int rate;
	if (wire_refuses_reply(&words, &rate) > WIRE_REPLY_NAMED || !wire_names(all, "tokens tpm tpd tph") ||
		wire_names(all, "last_minute past_minute so_far this_minute"))
		return 0;
	read_labelled(message, said);
	*limit = said[LIMIT];
	return said[LIMIT] && said[ASKED] > said[LIMIT] ? said[ASKED] : 0;
}

/* Reads how large the prompt is in a number that counts the reply's limit in; 0 if it was not said. */
static int64_t of_total(const char *message, int64_t limit)
{
	int64_t total = first_of(message, totals, ARRAY_LEN(totals));
	return total > limit ? total - limit : total;
}

void wire_sizes(struct json_object *error, const char *message, int64_t limit, hn_error *out)
{
	out->window = member(error, "n_ctx");
	out->prompt = member(error, "n_prompt_tokens");
	if (!out->window)
		out->window = first_of(message, windows, ARRAY_LEN(windows));
	if (!out->window)
		out->window = beside_name(message);
	if (!out->prompt)
		out->prompt = first_of(message, prompts, ARRAY_LEN(prompts));
	if (!out->prompt)
		out->prompt = of_total(message, limit);
	int64_t most = 0, asked = wire_beyond_rate(message, &most);
	if (asked && !out->window)
		out->window = most;
	if (asked && !out->prompt)
		out->prompt = asked > limit ? asked - limit : asked;
}
