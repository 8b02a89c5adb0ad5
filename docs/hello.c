/* SPDX-License-Identifier: MIT */
/* hello: the smallest provider: greets whoever speaks to it. */
#include <hobnob/easy.h>

struct hello {
	const hn_host *host;
	char *greeting;
};

/* Makes an instance, which keeps what it needs of its options. */
static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	struct hello *hello = calloc(1, sizeof *hello);

	if (!hello || !(hello->greeting = hn_copy(hn_option_text(host, call, "greeting")))) {
		free(hello);
		return hn_failf(host, call, HN_ERR_PLUGIN, "out of memory");
	}
	hello->host = host;
	*self = hello;
	return HN_OK;
}

static void destroy(void *self)
{
	struct hello *hello = self;

	free(hello->greeting);
	free(hello);
}

/* One reply: the greeting and the last message; a byte counts as a token here. */
static int32_t chat(void *self, hn_call *call, const hn_request *req)
{
	const struct hello *hello = self;
	const hn_str parts[] = {
		hn_str_of(hello->greeting), HN_STR(" You said: "), hn_last(req)->text
	};
	hn_usage usage = hn_usage_of((int64_t)hn_last(req)->text.n, 0);
	int32_t code = HN_OK;

	if (req->flags & HN_REQUEST_DRY)
		return HN_OK;
	for (int i = 0; i < 3 && code == HN_OK; i++) {
		usage.completion += (int64_t)parts[i].n;
		code = hn_say(hello->host, call, parts[i]);
	}
	if (code == HN_OK)
		code = hn_report(hello->host, call, usage);
	return code == HN_OK ? hn_finish(hello->host, call, HN_FINISH_STOP) : code;
}

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT,
	.create = create,
	.destroy = destroy,
	.chat = chat,
};

static const hn_option options[] = {
	HN_OPTION(HN_OPT_STRING, 0, "greeting", "Hello!", "the first word of each reply"),
	HN_OPTION(HN_OPT_STRING, 0, "model", "hello", "there is only one"),
};

HN_PLUGIN(HN_TYPE_PROVIDER, provider, options, "hello", "1.0", "greets whoever speaks to it", "MIT")
