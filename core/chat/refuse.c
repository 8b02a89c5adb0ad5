/* SPDX-License-Identifier: MIT */
/* refuse: what a request holds that the provider or its model does not pass on. */
#include "chat/refuse.h"

#include <stdlib.h>

#include "util/mem.h"

#define PARTS_MOST 32 /* bits of `accepts` */
/* Settings of which a list of models is not believed. */
#define SAMPLING (HN_SET_TEMPERATURE | HN_SET_TOP_P | HN_SET_SEED | HN_SET_STOP | HN_SET_EFFORT)

static const struct { uint32_t bit; const char *key, *name, *remove; } settings[] = {
	{ HN_SET_MAX_TOKENS, "max_tokens", "a limit of the reply (max_tokens)", "unset max_tokens (/set -u max_tokens)" },
	{ HN_SET_TEMPERATURE, "temperature", "a temperature", "unset temperature (/set -u temperature)" },
	{ HN_SET_TOP_P, "top_p", "top_p", "unset top_p (/set -u top_p)" },
	{ HN_SET_SEED, "seed", "a seed", "unset seed (/set -u seed)" },
	{ HN_SET_STOP, "stop", "texts to stop at (stop)", "unset stop (/set -u stop)" },
	{ HN_SET_EFFORT, "reasoning_effort", "a reasoning effort (reasoning_effort)", "unset reasoning_effort (/set -u reasoning_effort)" },
	{ HN_SET_TOOLS, "tools", "tools", "offer no tools" },
	{ HN_SET_TOOL_CHOICE, "tool_choice", "a choice of tools (tool_choice)", "leave out tool_choice" },
	{ HN_SET_SCHEMA, "schema", "a schema of the reply (--schema)", "leave out --schema" },
	{ HN_SET_EXTRA, "extra", "members of its API (extra)", "leave out extra" },
};
static const char *const parts[] = { [HN_PART_TEXT] = "text", [HN_PART_IMAGE] = "images",
	[HN_PART_FILE] = "files", [HN_PART_TOOL_CALL] = "calls of tools", [HN_PART_TOOL_RESULT] = "results of tools" };

/* ---- what is not passed on ---- */

uint32_t refuse_doubts(const hn_request *req, const struct bearer *model)
{
	return req->set & SAMPLING & ~model->heeds;
}

static int refuses_setting(const hn_request *req, uint32_t sent, const struct bearer *by, struct refusal *out)
{
	uint32_t lost = req->set & ~(by->heeds | sent);

	if (lost)
		*out = (struct refusal){ .by = by, .setting = lost & -lost };
	return lost != 0;
}

static int refuses_part(const hn_message *m, const struct bearer *by, struct refusal *out)
{
	for (uint32_t i = 0; i < m->n_parts; i++) {
		uint32_t type = HN_AT(hn_part, m->parts, m->part_stride, i)->type;

		if (type == HN_PART_OPAQUE || (type < PARTS_MOST && by->accepts & 1u << type))
			continue;
		*out = (struct refusal){ .by = by, .part = type };
		return 1;
	}
	return 0;
}

/* sent: settings that are passed on, whatever it heeds. */
static int refuses(const hn_request *req, uint32_t sent, const struct bearer *by, struct refusal *out)
{
	if (refuses_setting(req, sent, by, out))
		return 1;
	for (uint32_t i = 0; i < req->n_messages; i++)
		if (refuses_part(HN_AT(hn_message, req->messages, req->message_stride, i), by, out))
			return 1;
	return 0;
}

int refuse_find(const hn_request *req, const struct bearer *provider, const struct bearer *model, struct refusal *out)
{
	return refuses(req, 0, provider, out) || refuses(req, refuse_doubts(req, model), model, out);
}

/* ---- saying it ---- */

const char *refuse_key(uint32_t setting)
{
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		if (settings[i].bit == setting)
			return settings[i].key;
	return NULL;
}

/* What is not passed on, and in *remove how the user takes it out of the request. */
static const char *name_of(const struct refusal *r, const char **remove)
{
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		if (settings[i].bit != r->setting)
			continue;
		*remove = settings[i].remove;
		return settings[i].name;
	}
	*remove = r->setting ? "leave it out" : "leave it out, or remove its message with /undo or /clear";
	if (r->setting)
		return "a setting that this program does not know";
	return r->part < sizeof parts / sizeof *parts && parts[r->part] ? parts[r->part]
									 : "a part that this program does not know";
}

int32_t refuse(hn_call *call, const hn_request *req, const struct bearer *provider, const struct bearer *model, int needs_limit)
{
	struct refusal r;
	const char *name, *remove;
	char *hint;
	int32_t code;

	if (!refuse_find(req, provider, model, &r))
		return 0;
	name = name_of(&r, &remove);
	if (needs_limit && r.setting == HN_SET_MAX_TOKENS)
		remove = "unset max_cost, max_cost_day and max_tokens_session, which need it (/set -u KEY)";
	hint = xasprintf(r.by == provider ? "%s; or take another provider (-p NAME, /provider NAME)"
					  : "%s; or take another model (-m NAME, /model NAME)", remove);
	if (r.by == provider)
		code = call_failf(call, HN_ERR_USAGE, hint, "%s does not take %s", provider->name, name);
	else
		code = call_failf(call, HN_ERR_USAGE, hint, "%s does not take %s, by the list of %s", model->name,
			name, provider->name);
	free(hint);
	return code;
}
