/* SPDX-License-Identifier: MIT */
/*
 * codec: the Chat Completions wire, spoken by OpenAI and by everything that calls itself
 * compatible.
 *
 * A provider plugin reads its options, makes one client and forwards chat() and models() to it. A
 * client holds nothing of a conversation; several calls may run on it at once. What differs
 * between servers is data: host tables, the words of their errors, and what this server has
 * refused so far. Nothing here retries, sleeps or prints.
 */
#ifndef HOBNOB_PLUGINS_CODEC_H
#define HOBNOB_PLUGINS_CODEC_H

#include "hobnob/plugin.h"

struct cc;

struct cc_config {
	/* with or without slashes at its end; a query ("?api-version=1") stays at the URL's end */
	hn_str base_url;
	const hn_secret *key; /* NULL: no Authorization header is sent */
	hn_str token_field;  /* max_tokens | max_completion_tokens; anything else: by the host */
	/* developer; user: the system prompt is put into the first question; anything else: system */
	hn_str system_role;
	hn_str stream_usage; /* on | off; anything else: by the host */
	/* JSON object that is merged into each request (RFC 7396: null takes a field out), or
	 * empty */
	hn_str extra;
	/* JSON object that is sent as `reasoning`, or empty. An effort that the request asks for
	 * goes into it, in the place of its max_tokens: servers take only one of the two. */
	hn_str reasoning;
};

/* The client in *out, or fail(). Copies what it keeps, but for host and key. */
int32_t cc_new(const hn_host *, hn_call *, const struct cc_config *, struct cc **out);
void cc_free(struct cc *); /* NULL is fine */
/* One more header on every request, before any call runs; an empty value adds none. One named
 * Authorization takes the place of the key's. 0, or fail(). */
int32_t cc_header(struct cc *, hn_call *, hn_str name, hn_str value);
/* One more member of every request's body, before any call runs; an empty value adds none. The
 * value is JSON; both are copied. What extra says of it goes before. 0, or fail(). */
int32_t cc_set(struct cc *, hn_call *, const char *member, hn_str value);
/* 1 if text is a JSON object and nothing else. */
int cc_is_object(hn_str text);
/* As hn_provider.chat, .models and .credit; the last is OpenRouter's GET /key, and sets all of out
 * but its size. */
int32_t cc_chat(struct cc *, hn_call *, const hn_request *);
int32_t cc_models(struct cc *, hn_call *, int32_t (*put)(void *ud, const hn_model *), void *ud);
int32_t cc_credit(struct cc *, hn_call *, hn_credit *out);

#define CC_ACCEPTS (1u << HN_PART_TEXT | 1u << HN_PART_OPAQUE)

#endif
