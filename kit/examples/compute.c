/* SPDX-License-Identifier: MIT */
/*
 * compute: a provider that computes its replies in this process, on a thread that hobnob gives it.
 *
 * Its model is the smallest there is: which letter follows which three, counted in a text. It is loaded
 * by the first chat(), which says how far it is by PROGRESS, and is shared by all instances. Letters
 * count as tokens. A seed makes a reply repeatable.
 */
#include <hobnob/easy.h>
#include <pthread.h>

#define SYMBOLS 28u /* a to z, the blank, and the full stop */
#define ORDER 3u
#define CONTEXTS (SYMBOLS * SYMBOLS * SYMBOLS)
#define ASK_EVERY 256u /* letters between two looks at cancelled(), and in one piece of the reply */
#define REPLY_MOST 400

static const char symbols[] = "abcdefghijklmnopqrstuvwxyz .";
static const char corpus[] =
	"it was the best of times it was the worst of times it was the age of wisdom it was the age of "
	"foolishness it was the epoch of belief it was the epoch of incredulity it was the season of light "
	"it was the season of darkness it was the spring of hope it was the winter of despair we had "
	"everything before us we had nothing before us we were all going direct to heaven we were all going "
	"direct the other way. in short the period was so far like the present period that some of its "
	"noisiest authorities insisted on its being received for good or for evil in the superlative degree "
	"of comparison only. ";

/* counts[context][symbol] */
struct model {
	uint16_t counts[CONTEXTS][SYMBOLS];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct model *shared; /* NULL until a call has loaded it; guarded by the lock */
static unsigned instances;   /* the last one frees it; guarded by the lock */

struct instance {
	const hn_host *host;
};

static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	struct instance *instance = malloc(sizeof *instance);

	if (!instance)
		return hn_failf(host, call, HN_ERR_PLUGIN, "out of memory");
	instance->host = host;
	pthread_mutex_lock(&lock);
	instances++;
	pthread_mutex_unlock(&lock);
	*self = instance;
	return HN_OK;
}

static void destroy(void *self)
{
	pthread_mutex_lock(&lock);
	if (--instances == 0) {
		free(shared);
		shared = NULL;
	}
	pthread_mutex_unlock(&lock);
	free(self);
}

/* ---- the model ---- */

static uint32_t symbol_of(char c)
{
	const char *at = c ? strchr(symbols, c >= 'A' && c <= 'Z' ? c + 32 : c) : NULL;

	return at ? (uint32_t)(at - symbols) : SYMBOLS - 2;
}

static uint32_t next_context(uint32_t context, uint32_t symbol)
{
	return (context * SYMBOLS + symbol) % CONTEXTS;
}

/* Counts the text; it stops where the user does. */
static int32_t train(const hn_host *host, hn_call *call, struct model *model)
{
	uint32_t context = 0, n = sizeof corpus - 1;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t symbol = symbol_of(corpus[i]);

		if (i % ASK_EVERY == 0) {
			int32_t code = host->cancelled(call) ? HN_ERR_INTERRUPTED
							     : hn_progress(host, call, hn_str_of("loading the model"), i * 1000 / n);
			if (code != HN_OK)
				return code;
		}
		if (i >= ORDER)
			model->counts[context][symbol]++;
		context = next_context(context, symbol);
	}
	return HN_OK;
}

static struct model *loaded(struct model *mine)
{
	struct model *found;

	pthread_mutex_lock(&lock);
	if (!shared) {
		shared = mine;
		mine = NULL;
	}
	found = shared;
	pthread_mutex_unlock(&lock);
	free(mine); /* another call was faster */
	return found;
}

/* The model, loaded now if nobody did. Two calls may load it at once, and the first one wins: under a
 * lock nobody could emit. */
static int32_t load(const hn_host *host, hn_call *call, const struct model **out)
{
	struct model *mine;
	int32_t code;

	if ((*out = loaded(NULL)))
		return HN_OK;
	if (!(mine = calloc(1, sizeof *mine)))
		return hn_failf(host, call, HN_ERR_UNAVAILABLE, "out of memory for the model");
	code = train(host, call, mine);
	if (code == HN_OK)
		*out = loaded(mine);
	else
		free(mine);
	return code;
}

/* ---- a reply ---- */

static uint32_t rnd(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

static uint32_t sample(const struct model *model, uint32_t context, uint64_t *state)
{
	const uint16_t *counts = model->counts[context];
	uint32_t sum = 0, at;

	for (uint32_t s = 0; s < SYMBOLS; s++)
		sum += counts[s];
	if (!sum)
		return SYMBOLS - 2;
	at = rnd(state) % sum;
	for (uint32_t s = 0;; s++) {
		if (at < counts[s])
			return s;
		at -= counts[s];
	}
}

/* Speaks up to a full stop, or to the limit, in pieces. */
static int32_t speak(const hn_host *host, hn_call *call, const struct model *model, uint64_t state, int64_t most, hn_usage *usage)
{
	uint32_t context = 0, symbol = 0;
	char piece[ASK_EVERY];
	size_t n = 0;
	int32_t code = HN_OK;

	for (const char *p = "it "; *p; p++)
		context = next_context(context, symbol_of(*p));
	while (code == HN_OK && usage->completion < most && symbol != SYMBOLS - 1) {
		symbol = sample(model, context, &state);
		context = next_context(context, symbol);
		piece[n++] = symbols[symbol];
		usage->completion++;
		if (n == sizeof piece || symbol == SYMBOLS - 1 || usage->completion == most) {
			hn_str text = { piece, n };
			code = host->cancelled(call) ? HN_ERR_INTERRUPTED : hn_say(host, call, text);
			n = 0;
		}
	}
	if (code == HN_OK)
		code = hn_report(host, call, *usage);
	if (code == HN_OK)
		code = hn_finish(host, call, symbol == SYMBOLS - 1 ? HN_FINISH_STOP : HN_FINISH_LENGTH);
	return code;
}

static int32_t chat(void *self, hn_call *call, const hn_request *req)
{
	const hn_host *host = ((struct instance *)self)->host;
	hn_usage usage = hn_usage_of((int64_t)hn_last(req)->text.n, 0);
	const struct model *model;
	uint64_t state = req->set & HN_SET_SEED ? (uint64_t)req->seed : (uint64_t)hn_last(req)->id;
	int64_t most = req->set & HN_SET_MAX_TOKENS && req->max_tokens < REPLY_MOST ? req->max_tokens : REPLY_MOST;
	int32_t code;

	if (req->flags & HN_REQUEST_DRY)
		return HN_OK;
	code = load(host, call, &model);
	return code == HN_OK ? speak(host, call, model, state, most, &usage) : code;
}

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.flags = HN_PROVIDER_BLOCKS,
	.accepts = 1u << HN_PART_TEXT,
	.heeds = HN_SET_MAX_TOKENS | HN_SET_SEED,
	.create = create,
	.destroy = destroy,
	.chat = chat,
};

static const hn_option options[] = {
	HN_MODEL("letters"),
};

HN_PLUGIN(HN_TYPE_PROVIDER, provider, options, "compute", "1.0", "an example: a model in the process", "MIT")
