/* SPDX-License-Identifier: MIT */
/*
 * careless: a provider that leaves out every member that it does not think of, and breaks a rule of events where the last
 * message asks for that.
 */
#include "fixture.h"
#include "hobnob/easy.h"

static const hn_host *host; /* one instance is enough here */

static int32_t create(const hn_host *given, hn_call *call, void **self)
{
	(void)call;
	host = given;
	*self = NULL;
	return 0;
}

static int32_t say(hn_call *call, const char *text)
{
	return hn_say(host, call, hn_str_of(text));
}

static int32_t finish(hn_call *call, int32_t how)
{
	return hn_finish(host, call, how);
}

/* A long prompt, and not a word about what it cost. */
static int32_t usage(hn_call *call)
{
	const hn_usage said = { .struct_size = sizeof said, .set = HN_USAGE_PROMPT | HN_USAGE_COMPLETION, .prompt = 2000000, .completion = 3 };
	const hn_event event = { .struct_size = sizeof event, .type = HN_EV_USAGE, .usage = &said };
	int32_t code = say(call, "dear");
	if (!code)
		code = host->emit(call, &event);
	return code ? code : finish(call, HN_FINISH_STOP);
}

/* Too much at once, and not a word about when to come back. */
static int32_t busy(hn_call *call)
{
	const hn_error error = { .struct_size = sizeof error, .code = HN_ERR_RATE_LIMITED };
	return host->fail(call, &error);
}

static int32_t late(hn_call *call)
{
	int32_t code = say(call, "before");
	if (!code)
		code = finish(call, HN_FINISH_STOP);
	if (!code)
		code = say(call, " after");
	return code ? code : finish(call, HN_FINISH_LENGTH);
}

static int32_t unknown(hn_call *call)
{
	const hn_event event = { .struct_size = sizeof event, .type = 4711, .text = { "unknown", 7 } };
	int32_t code = say(call, "known");
	if (!code)
		code = host->emit(call, &event);
	return code ? code : finish(call, 77);
}

static int32_t unsized(hn_call *call)
{
	const hn_event event = { .type = HN_EV_TEXT, .text = { "no", 2 } };
	int32_t code = host->emit(call, &event);
	return code ? code : finish(call, HN_FINISH_STOP);
}

static int32_t unsized_usage(hn_call *call)
{
	const hn_usage said = { .prompt = 1 };
	const hn_event event = { .struct_size = sizeof event, .type = HN_EV_USAGE, .usage = &said };
	int32_t code = host->emit(call, &event);
	return code ? code : finish(call, HN_FINISH_STOP);
}

static int32_t unsized_error(hn_call *call)
{
	const hn_error error = { .code = HN_ERR_AUTH, .message = { "lost", 4 } };
	return host->fail(call, &error);
}

static int32_t chat(void *self, hn_call *call, const hn_request *request)
{
	static const struct { const char *word; int32_t (*run)(hn_call *); } acts[] = { { "usage", usage }, { "busy", busy }, { "late", late },
		{ "unknown", unknown }, { "unsized", unsized }, { "unsized usage", unsized_usage }, { "unsized error", unsized_error } };
	(void)self;
	if (request->flags & HN_REQUEST_DRY)
		fputs("told that it is dry\n", stderr);
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		if (hn_same(hn_last(request)->text, acts[i].word))
			return acts[i].run(call);
	return HN_ERR_BAD_REQUEST;
}

static int32_t models(void *self, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	const hn_model model = { .struct_size = sizeof model, .id = { "bare", 4 } };
	(void)self;
	(void)call;
	return put(ud, &model);
}

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT,
	.heeds = HN_SET_MAX_TOKENS,
	.create = create,
	.destroy = fixture_destroy,
	.chat = chat,
	.models = models,
};

HN_PLUGIN_N(HN_TYPE_PROVIDER, provider, NULL, 0, "careless", "0.1", "leaves things out", "MIT")
