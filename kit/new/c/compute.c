/* SPDX-License-Identifier: MIT */
/* my-plugin: a provider that computes by itself. This one says the words of the last message in reverse order. */
#include <hobnob/easy.h>

struct instance {
	const hn_host *host;
	const hn_io *io;
	int64_t delay; /* ms before each word but the first */
};

/* ---- the life of an instance ---- */

static void destroy(void *self)
{
	free(self);
}

/* Keeps what the options say. Load a model here. */
static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	struct instance *in = calloc(1, sizeof *in);

	if (!in)
		return hn_failf(host, call, HN_ERR_PLUGIN, "out of memory");
	in->host = host;
	in->io = host->extension(HN_ID_IO);
	in->delay = hn_option_int(host, call, "delay", 0);
	if (!in->io) {
		destroy(in);
		return hn_failf(host, call, HN_ERR_PLUGIN, "this hobnob has no " HN_ID_IO);
	}
	if (in->delay < 0) {
		destroy(in);
		return hn_failf(host, call, HN_ERR_CONFIG, "delay: expected 0 or more milliseconds");
	}
	*self = in;
	return HN_OK;
}

/* ---- the reply ---- */

static int is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Takes the last word off the text; empty: no word is left. */
static hn_str last_word(hn_str *text)
{
	hn_str word = { NULL, 0 };

	while (text->n && is_blank(text->p[text->n - 1]))
		text->n--;
	for (word.n = 0; text->n && !is_blank(text->p[text->n - 1]); word.n++)
		text->n--;
	word.p = word.n ? text->p + text->n : NULL;
	return word;
}

/* One step of the computation: waits, unless the user stops it, and says a word. */
static int32_t say_word(const struct instance *in, hn_call *call, hn_str word, int first)
{
	int32_t code = HN_OK;

	if (in->host->cancelled(call)) /* ask often: a reply has to stop within 100 ms */
		return HN_ERR_INTERRUPTED;
	if (!first && in->delay)
		code = in->io->wait_for(call, NULL, 0, in->delay); /* 0: the time has passed */
	if (!first && code == HN_OK)
		code = hn_say(in->host, call, hn_str_of(" "));
	return code == HN_OK ? hn_say(in->host, call, word) : code;
}

/* One attempt at one reply, on a thread of its own. */
static int32_t chat(void *self, hn_call *call, const hn_request *req)
{
	const struct instance *in = self;
	hn_str left = hn_last(req)->text, word;
	int64_t words = 0;
	int32_t code = HN_OK;

	if (req->flags & HN_REQUEST_DRY)
		return HN_OK;
	for (word = last_word(&left); word.n && code == HN_OK; word = last_word(&left))
		code = say_word(in, call, word, words++ == 0);
	if (code == HN_OK && words == 0)
		code = hn_say(in->host, call, hn_str_of("Say a word."));
	if (code == HN_OK)
		code = hn_report(in->host, call, hn_usage_of(words, words));
	return code == HN_OK ? hn_finish(in->host, call, HN_FINISH_STOP) : code;
}

/* ---- what hobnob reads before it calls anything ---- */

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.flags = HN_PROVIDER_BLOCKS, /* chat() runs on a thread of its own, and may take its time */
	.accepts = 1u << HN_PART_TEXT,
	.create = create,
	.destroy = destroy,
	.chat = chat,
};

static const hn_option options[] = {
	HN_OPTION(HN_OPT_INT, 0, "delay", "0", "milliseconds between two words"),
	HN_OPTION(HN_OPT_STRING, 0, "model", "reverse", "there is only one"),
};

HN_PLUGIN(HN_TYPE_PROVIDER, provider, options, "my-plugin", "0.1", "says the words of a message in reverse order", "MIT")
