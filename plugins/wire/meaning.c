/* SPDX-License-Identifier: MIT */
/*
 * meaning: which kind of failure a server's words describe.
 *
 * Servers word one failure in a hundred ways, but name the same few things: a context window, a
 * prompt, tokens, money; and that they are exceeded, too long, used up. Concepts are the rows of
 * one table, and a rule is which of them one sentence names, and which others it must not name: a
 * rate of tokens a minute is not a window, and a "context deadline exceeded" is a timeout.
 */
#include "wire/meaning.h"

#include "wire/words.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))

/* Concepts, as bits. */
#define CONTEXT (UINT64_C(1) << 0) /* the window, by any of its names */
#define BIG (UINT64_C(1) << 1) /* computed: the prompt, or the context, itself does not fit */
#define PROMPT (UINT64_C(1) << 2)
#define REQUEST (UINT64_C(1) << 3) /* what may be the prompt, and may be anything else */
#define TOKENS (UINT64_C(1) << 4)
#define SIZE (UINT64_C(1) << 5)
#define OVER (UINT64_C(1) << 6)
#define CAP (UINT64_C(1) << 7) /* a limit that is not to be passed */
#define BOUND (UINT64_C(1) << 8) /* a limit is named, though not that it is passed */
#define NUMBER (UINT64_C(1) << 9)
#define SHORTEN (UINT64_C(1) << 10) /* advice */
#define REPLY (UINT64_C(1) << 11) /* the reply's limit */
#define RATE (UINT64_C(1) << 12)
#define TIME (UINT64_C(1) << 13)
#define OTHER (UINT64_C(1) << 14) /* what else may be too long */
#define ACCOUNT (UINT64_C(1) << 15)
#define QUOTA (UINT64_C(1) << 16)
#define BUDGET (UINT64_C(1) << 17)
#define SPENT (UINT64_C(1) << 18)
#define USED_UP (UINT64_C(1) << 19)
#define PERIOD (UINT64_C(1) << 20) /* a day or more */
#define RIGHTS (UINT64_C(1) << 21) /* permissions, storage: no money */
#define RATE_LIMIT (UINT64_C(1) << 22)
#define KEY (UINT64_C(1) << 23)
#define FORBIDDEN (UINT64_C(1) << 24)
#define MISSING (UINT64_C(1) << 25)
#define BUSY (UINT64_C(1) << 26)
#define THINKING (UINT64_C(1) << 27) /* of which there are budgets too */
#define MODEL (UINT64_C(1) << 28)
#define REPLY_ALONE (UINT64_C(1) << 29) /* computed: the sentence is about the reply's limit and no prompt */
#define OUTPUT (UINT64_C(1) << 30) /* computed: how long a reply may be, in other words */
#define HIGH (UINT64_C(1) << 31) /* more than is allowed, where it is known to be a limit */
#define REPLY_LIMIT (UINT64_C(1) << 32) /* the reply's limit by a name that no other thing has */
#define LEAST (UINT64_C(1) << 33) /* too little */
#define BIG_REQUEST (UINT64_C(1) << 34) /* computed: one request is called too large */
#define KEY_NAME (UINT64_C(1) << 35)
#define WRONG (UINT64_C(1) << 36)
#define LOADING (UINT64_C(1) << 37)
#define FAILED (UINT64_C(1) << 38)
#define MINUTE (UINT64_C(1) << 39) /* less than a day */
#define LATER (UINT64_C(1) << 40)
#define PASSES (UINT64_C(1) << 41) /* computed: the prompt exceeds something */
#define GOT (UINT64_C(1) << 42) /* what came, beside what may */
#define API_KEY (UINT64_C(1) << 43) /* a key, and nothing else that may be wrong with a request */
#define FLAGGED (UINT64_C(1) << 44)
#define POLICY (UINT64_C(1) << 45) /* what a provider lets nobody ask */
#define PLACE (UINT64_C(1) << 46) /* where the user is */
#define DENIED (UINT64_C(1) << 47)

#define REPLY_NAMES                                                                               \
	"max_tokens max_token maximum_tokens max_completion_tokens max_new_tokens "                \
	"max_output_tokens max_tokens_to_sample num_predict n_predict completion_token* "          \
	"output_token* new_token* generated_token* response_token* reply_token* max_completion* "  \
	"max_output* maximum_output* maximum_completion* output_limit* output_length "             \
	"completion_length response_length generation_length 输出"

#define PROMPT_NAMES                                                                              \
	"prompt* input* messages message conversation* history dialog* chat chats thread sequence " \
	"question transcript"
#define REQUEST_NAMES "request requested query text texts content contents body payload"
#define TOO_LARGE "overflow* too_long too_lengthy too_large too_big is_full"

static const struct {
	uint64_t concept;
	const char *stems;
} concepts[] = {
	{ CONTEXT, "context_length* context_window* context_size* context_limit* context_budget "
		   "context_capacity context_tokens maximum_context max_context n_ctx num_ctx "
		   "max_model_len* max_seq_len* max_sequence_len* sequence_length model_length "
		   "model_len kv_cache token_window tokens_window attention_window input_window "
		   "model_token_limit 上下文" },
	{ PROMPT, PROMPT_NAMES " 输入 提示 对话 消息" },
	{ REQUEST, REQUEST_NAMES " 请求 文本 内容" },
	{ TOKENS,
		"tokens token_count token_counts token_limit token_length total_token_count 令牌" },
	{ SIZE, "tokens token_count token_counts token_limit length lengths len size long longer "
		"shorter too_long too_lengthy characters chars bytes words 长度 过长 超长 太长" },
	{ OVER, "exceed* exceeds beyond longer larger bigger greater more_than too_long "
		"too_lengthy too_large too_big too_many overflow* surpass* outgr* oversize* "
		"overlong > reached past_the past_what no_room does_not_fit doesnt_fit do_not_fit "
		"dont_fit cannot_fit cant_fit wont_fit not_fit over_the over_by over_what "
		"tokens_over fill fills is_full >=_n_ctx >=_num_ctx >=_ctx >=_context* >=_max* "
		">=_window >=_limit 超过 超出 过长 超长 "
		"太长 过大" },
	{ CAP, "not_exceed cannot_exceed cant_exceed not_be_more not_be_greater not_be_larger "
	       "cannot_be_more cannot_be_greater cannot_be_larger stay_below stay_under "
	       "stay_within remain_below remain_under not_be_above not_be_over above_#" },
	{ GOT, "got received given" },
	{ LEAST, "at_least not_empty non_empty must_be_> must_be_>= must_be_greater must_be_more "
		 "should_be_> should_be_>= should_be_greater too_short too_few" },
	{ BOUND,
		"only at_most the_most up_to less_than fewer_than smaller_than no_more_than "
		"must_be "
		"should_be must_have max maximum limit limits limited limitation allowed allows <= "
		"< fit fits largest longest available capacity cap caps "
		"capped ceiling permits permit permitted grants granted "
		"or_less or_fewer or_lower 最大 上限 限制" },
	{ NUMBER, "#" },
	{ SHORTEN, "reduce* shorten* shorter truncat* trim* decrease* lower fewer compress* 缩短 "
		   "减少" },
	{ REPLY, REPLY_NAMES " completion" },
	{ REPLY_LIMIT, REPLY_NAMES },
	{ RATE, "rate rates rate_limit* ratelimit* per_minute per_min per_second per_hour per_day "
		"per_month tpm rpm tpd rpd throttl* concurren* requests_per too_many_requests "
		"slow_down wait frequency qps quota* daily monthly today 频率 频繁 并发 限流 "
		"额度 配额" },
	{ TIME, "deadline timeout timed_out time_out time_limit took taking respond seconds second "
		"canceled cancelled" },
	{ OTHER, "uri url header headers cookie cookies filename file files image images audio "
		 "video "
		 "schema tool tools function functions nesting depth parse memory alloc* oom "
		 "api_key "
		 "password username user stop logprobs format pattern grammar regex thinking_budget "
		 "reasoning_budget budget_tokens thinking_tokens reasoning_tokens logit_bias metadata title index name" },
	{ ACCOUNT, "balance balances credit credits funds fund payment payments recharge* "
		   "top_up topup arrear* overdue spend spending prepaid wallet subscription trial "
		   "usd dollar dollars eur euro euros 余额 欠费 充值" },
	{ QUOTA, "quota quotas allowance free_tier key_limit 额度 配额" },
	{ BUDGET, "budget billing usage_limit* usage_cap spend_limit spending_limit" },
	{ SPENT,
		"insufficient* not_enough too_low exceed* exhaust* reached deplet* used_up run_out "
		"ran_out out_of no_remaining negative expired hit hard_limit suspended unpaid "
		"overdue "
		"arrear* lack* zero recharge* top_up no_credits no_credit no_balance no_funds "
		"used_all used_your_entire all_used fully_used over_the 不足 用尽 用完 耗尽 已用 超出 超过 欠费 充值" },
	{ USED_UP,
		"exceed* reached exhaust* used_up hit deplet* over_the are_used is_used were_used "
		"been_used used_all all_used no_requests_left none_left nothing_left out_of is_gone are_gone "
		"no_more_requests no_more_messages no_more_tokens no_more_calls "
		"limit_#_used_# used_#_of_# 用尽 用完 耗尽 超出 超过" },
	{ PERIOD, "per_day this_month this_week daily per_month monthly per_week weekly today a_day "
		  "each_day every_day this_day rpd tpd per_#_hours tomorrow 每日 每天 "
		  "每月" },
	{ RIGHTS, "permission* scope scopes role roles disk storage memory" },
	{ THINKING, "thinking reasoning tokens token" },
	{ RATE_LIMIT,
		"rate_limit* ratelimit* too_many_requests throttl* too_frequent* concurrency_limit "
		"requests_per_minute 频率 频繁 限流" },
	{ KEY, "authentication* unauthorized unauthenticated api_key_invalid invalid_api_key "
	       "invalid_key incorrect_api_key invalid_token login_fail* authorized_error "
	       "not_authorized not_authenticated your_key key_expired key_invalid key_revoked "
	       "wrong_key bad_key expired_key revoked_key unknown_key expired_token token_expired "
	       "token_has_expired token_is_expired please_log_in log_in_first not_logged_in "
	       "login_required 鉴权" },
	{ API_KEY, "api_key apikey" },
	{ PLACE, "user_location your_location your_country your_region" },
	{ DENIED, "not_support* not_available unsupported not_allowed not_permitted" },
	{ KEY_NAME, "api_key apikey access_key secret_key access_token auth_token bearer_token "
		    "credential credentials auth login signature" },
	{ WRONG, "invalid incorrect wrong expired missing not_valid isnt_valid unknown revoked bad "
		 "malformed not_found mismatch* not_match* disabled required failed failure fails" },
	{ LOADING, "is_loading are_loading currently_loading still_loading loading_now being_loaded "
		   "being_started warming warms_up cold_start starting_up is_starting still_starting "
		   "booting not_ready not_yet_ready restarting initializ* initialis* spinning_up "
		   "waking_up come_back_soon not_loaded_yet not_yet_loaded being_downloaded "
		   "being_pulled is_downloading scaling_up provisioning" },
	{ FAILED, "fail failed fails failure cannot corrupt* missing" },
	{ FLAGGED, "flag flagged violat* rejected inspect* trigger*" },
	{ POLICY, "policy policies guideline* safety moderation content_filter* inappropriate" },
	{ LATER, "try_again retry_later retry_in retry_after wait" },
	{ MINUTE, "per_minute per_min per_second per_hour rpm tpm minute" },
	{ FORBIDDEN, "forbidden permission_denied access_denied not_permitted no_permission" },
	{ MISSING, "does_not_exist doesnt_exist not_exist not_found no_such unknown_model 不存在" },
	{ MODEL, "model models 模型" },
	{ HIGH, "too_high too_much above over higher" },
	{ BUSY, "overload* at_capacity over_capacity temporarily unavailable busy try_again_later internal_server_error "
		"internal_error server_error 繁忙" },
};

/* What comes back, how much of it there may be, and the words that join the two: "tokens per reply",
 * "the answer you ask for is too long". Any other word between them parts them. */
static const char outputs[] =
	"output outputs reply replies response responses answer answers completion completions "
	"generation generations generate generates generated generating write writes written "
	"produce produces produced return returns";
static const char measures[] = "token tokens length lengths long longer lengthy budget too_large too_big";
static const char glue[] =
	"a an and any are as ask asked at back be below by can cannot cap capped ceiling config could each "
	"every for get greater has have here in is it larger limit limited many may maximum max more most "
	"must no not number of on only one or over per requested should single than that the this "
	"tier to too total under up want was will with within would you your # < > <= >=";

/* What does not fit, and what may stand between it and that: "the chat history has become too big". */
static const char contents[] = PROMPT_NAMES " context contexts ctx";
static const char unfit[] =
	TOO_LARGE " not_fit doesnt_fit dont_fit cannot_fit cant_fit wont_fit never_fit longer_fit "
		  "longer_fits too_much larger_than bigger_than longer_than greater_than #_> #_>=";
static const char windows[] = "context contexts ctx";
static const char left[] = "out_of beyond outside exhausted used_up";
static const char passing[] = "exceeds exceed";
static const char requests[] = REQUEST_NAMES;
static const char too_large[] = TOO_LARGE;
static const char linking[] =
	"a an and are be became become becomes been do does far for gets getting got grew "
	"grown had has have history in is it just model models much no now of one or simply single that the this "
	"to tokens was way were will with your";

/* A prompt's name before one of these is another thing's: "context_id", "prompt_cache_key". */
static const char heads[] = "id ids identifier identifiers uuid guid name names key keys title "
			    "label tag tags role roles type types url uri format hash slug";

#define ANY_PROMPT (PROMPT | REQUEST)
#define NOT_SIZE (REPLY_ALONE | RATE | TIME | OTHER | ACCOUNT | LEAST)

/* What one sentence has to name: all of these, one of those, and none of the others. The last two
 * are of the whole text. */
struct rule {
	int32_t kind;
	unsigned flags; /* of wire_meaning; a rule without any is believed always */
	uint64_t all, any, none, text_all, text_none;
};

static const struct rule rules[] = {
	/* money */
	{ HN_ERR_QUOTA, 0, ACCOUNT | SPENT, 0, RIGHTS, 0, 0 },
	{ HN_ERR_QUOTA, WIRE_NO_WAIT, QUOTA | SPENT, 0, RIGHTS | TIME | MINUTE, 0, RATE_LIMIT },
	{ HN_ERR_QUOTA, WIRE_NO_WAIT, BUDGET | SPENT, 0, RIGHTS | THINKING | OUTPUT, 0, RATE_LIMIT },
	{ HN_ERR_QUOTA, 0, PERIOD | USED_UP, 0, MINUTE, 0, 0 }, /* a short wait does not help */
	/* the window */
	{ HN_ERR_CONTEXT_TOO_LONG, 0, CONTEXT | OVER, 0, REPLY_ALONE | OTHER, 0, 0 },
	{ HN_ERR_CONTEXT_TOO_LONG, 0, CONTEXT | REPLY | NUMBER, 0, REPLY_ALONE | OTHER, 0, 0 },
	{ HN_ERR_CONTEXT_TOO_LONG, 0, CONTEXT | BOUND, 0, REPLY_ALONE | OTHER, 0, 0 },
	{ HN_ERR_CONTEXT_TOO_LONG, 0, BIG, 0, NOT_SIZE, 0, 0 },
	{ HN_ERR_CONTEXT_TOO_LONG, 0, BIG_REQUEST | TOKENS | RATE, 0, REPLY_ALONE | OTHER, 0, 0 },
	{ HN_ERR_CONTEXT_TOO_LONG, 0, SHORTEN | SIZE, PROMPT, REPLY_ALONE | OTHER, 0, LATER },
	{ HN_ERR_CONTEXT_TOO_LONG, WIRE_NO_RATE, SHORTEN | SIZE, PROMPT, REPLY_ALONE | OTHER, 0, 0 },
	{ HN_ERR_CONTEXT_TOO_LONG, WIRE_NO_RATE, PASSES, 0, NOT_SIZE, 0, RATE },
	{ HN_ERR_CONTEXT_TOO_LONG, WIRE_NO_RATE, PROMPT | REPLY, OVER | CAP, NOT_SIZE, 0, RATE },
	{ HN_ERR_CONTEXT_TOO_LONG, WIRE_NO_RATE, TOKENS | BOUND | NUMBER | GOT, MODEL, NOT_SIZE | REPLY, 0,
		RATE },
	{ HN_ERR_CONTEXT_TOO_LONG, WIRE_NO_RATE, SIZE | OVER, ANY_PROMPT, NOT_SIZE, 0, RATE },
	{ HN_ERR_CONTEXT_TOO_LONG, WIRE_NO_RATE, SIZE | BOUND | NUMBER, PROMPT, NOT_SIZE, 0, RATE },
	{ HN_ERR_CONTEXT_TOO_LONG, WIRE_NO_RATE, TOKENS | BOUND | NUMBER, REQUEST, NOT_SIZE, 0,
		RATE },
	{ HN_ERR_CONTEXT_TOO_LONG, WIRE_NO_RATE, TOKENS | OVER | BOUND, 0, NOT_SIZE | REPLY, 0,
		RATE },
	{ HN_ERR_CONTEXT_TOO_LONG, WIRE_NO_RATE, TOKENS | CAP | NUMBER, 0, NOT_SIZE | REPLY, 0,
		RATE },
	{ HN_ERR_CONTEXT_TOO_LONG, WIRE_NO_RATE, OVER, ANY_PROMPT, NOT_SIZE, TOKENS | NUMBER, RATE },
	/* the key and the place, where the status says only that the request is wrong */
	{ HN_ERR_AUTH, 0, API_KEY | WRONG, 0, 0, 0, 0 },
	{ HN_ERR_PERMISSION, 0, PLACE | DENIED, 0, 0, 0, 0 },
	/* what may not be asked; a policy may be an account's as well */
	{ HN_ERR_CONTENT_FILTER, 0, FLAGGED | POLICY, ANY_PROMPT, ACCOUNT | RATE | RIGHTS | QUOTA, 0, 0 },
	/* what a status says where there is one */
	{ HN_ERR_RATE_LIMITED, WIRE_NO_STATUS, RATE_LIMIT, 0, 0, 0, 0 },
	{ HN_ERR_AUTH, WIRE_NO_STATUS, KEY, 0, 0, 0, 0 },
	{ HN_ERR_AUTH, WIRE_NO_STATUS, KEY_NAME | WRONG, 0, 0, 0, 0 },
	{ HN_ERR_PERMISSION, WIRE_NO_STATUS, FORBIDDEN, 0, 0, 0, 0 },
	{ HN_ERR_NOT_FOUND, WIRE_NO_STATUS, MISSING | MODEL, 0, 0, 0, 0 },
	{ HN_ERR_UNAVAILABLE, WIRE_NO_STATUS, BUSY, 0, 0, 0, 0 },
	{ HN_ERR_UNAVAILABLE, WIRE_NO_STATUS, LOADING, 0, FAILED, 0, 0 },
};

/* What refuses the reply's limit, the surer ones first: `kind` is what wire_refuses_reply says. */
static const struct rule replies[] = {
	{ WIRE_REPLY_OVER, 0, REPLY_LIMIT, OVER | HIGH, PROMPT | RATE | TIME | OTHER, 0, 0 },
	{ WIRE_REPLY_OVER, 0, OUTPUT, OVER | HIGH, PROMPT | RATE | TIME | OTHER, 0, 0 },
	{ WIRE_REPLY_BOUND, 0, REPLY_LIMIT | BOUND | NUMBER, 0, PROMPT | RATE | TIME | OTHER, 0, 0 },
	{ WIRE_REPLY_BOUND, 0, OUTPUT | BOUND | NUMBER, 0, PROMPT | RATE | TIME | OTHER, 0, 0 },
	{ WIRE_REPLY_NAMED, 0, NUMBER, REPLY_LIMIT | OUTPUT, PROMPT | RATE | TIME | OTHER, 0, 0 },
};

static const char *stems_of(uint64_t concept)
{
	for (size_t i = 0; i < ARRAY_LEN(concepts); i++)
		if (concepts[i].concept == concept)
			return concepts[i].stems;
	return "";
}

/* Says whether a sentence is about the reply's limit alone: it names that one before a window, and
 * no prompt. */
static int is_reply_alone(hn_str sentence, uint64_t said)
{
	const char *reply = wire_names(sentence, stems_of(REPLY));
	const char *context = wire_names(sentence, stems_of(CONTEXT));
	if (said & PROMPT)
		return 0;
	return said & REPLY ? !context || reply < context : said & OUTPUT && !context;
}

/* Gives the concepts that stand beside each other in a sentence. */
static uint64_t pairs_of(hn_str sentence)
{
	return (wire_beside(sentence, outputs, measures, glue) ? OUTPUT : 0) |
	       (wire_beside(sentence, contents, unfit, linking) ? BIG : 0) |
	       (wire_beside(sentence, windows, left, linking) ? BIG : 0) |
	       (wire_beside(sentence, contents, passing, linking) ? PASSES : 0) |
	       (wire_beside(sentence, requests, too_large, linking) ? BIG_REQUEST : 0);
}

static uint64_t concepts_of(hn_str sentence)
{
	uint64_t said = pairs_of(sentence);
	for (size_t i = 0; i < ARRAY_LEN(concepts); i++) {
		int thing = concepts[i].concept & ANY_PROMPT;
		if (wire_names_but(sentence, concepts[i].stems, thing ? heads : ""))
			said |= concepts[i].concept;
	}
	return is_reply_alone(sentence, said) ? said | REPLY_ALONE : said;
}

/* Says whether a rule holds for a sentence of a text. */
static int holds(const struct rule *r, uint64_t said, uint64_t text, unsigned flags)
{
	return !(r->flags & ~flags) && (said & r->all) == r->all && (!r->any || said & r->any) &&
	       !(said & r->none) && (text & r->text_all) == r->text_all && !(text & r->text_none);
}

/* What the sentences of a text name, each and together. */
struct content {
	uint64_t said[WIRE_SENTENCES], text;
	size_t n;
};

/* Reads the sentences of a text. The tokens of a reply are not the prompt's. */
static void read_text(const struct wire_text *words, struct content *out)
{
	struct wire_text own = *words;
	wire_text_join(&own, stems_of(REPLY));
	hn_str rest = { own.p, own.n }, sentence;
	out->text = out->n = 0;
	while (out->n < WIRE_SENTENCES && wire_sentence(&rest, &sentence))
		out->text |= out->said[out->n++] = concepts_of(sentence);
}

/* Gives the kind of the first rule that holds for a sentence; 0 if none does. */
static int32_t first_rule(
	const struct rule *list, size_t rows, const struct content *c, unsigned flags)
{
	for (size_t i = 0; i < rows; i++)
		for (size_t k = 0; k < c->n; k++)
			if (holds(&list[i], c->said[k], c->text, flags))
				return list[i].kind;
	return 0;
}

int32_t wire_meaning(const struct wire_text *words, unsigned flags)
{
	struct content c;
	read_text(words, &c);
	return first_rule(rules, ARRAY_LEN(rules), &c, flags);
}

int32_t wire_refuses_reply(const struct wire_text *words, int *rate)
{
	struct content c;
	read_text(words, &c);
	*rate = (c.text & RATE) != 0;
	return first_rule(replies, ARRAY_LEN(replies), &c, 0);
}

int wire_names_reply(hn_str words, int any)
{
	return wire_names(words, stems_of(any ? REPLY : REPLY_LIMIT)) != NULL;
}
