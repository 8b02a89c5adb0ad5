/* SPDX-License-Identifier: MIT */
/* gemini: what it reads: chunks and whole answers, usage, ends, errors, and the list of models. */
#include "../codec_fixture.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define PARTS(parts) "{\"candidates\":[{\"content\":{\"parts\":[" parts "],\"role\":\"model\"},\"index\":0}]}"
#define LAST(parts, word) "{\"candidates\":[{\"content\":{\"parts\":[" parts "]},\"finishReason\":\"" word "\"}]}"
#define EVENT(json) "data: " json "\n\n"
#define STOP EVENT("{\"candidates\":[{\"finishReason\":\"STOP\"}]}")

static void begin_here(void)
{
	begin();
	fake_string(&call, "base_url", "http://localhost:8080");
	create();
}

/* Checks what an answer is read as: the events, the text, the reasoning, what is to be handed back. */
static void check_reply(const char *answer, const char *events, const char *text, const char *opaque)
{
	fake_again(&call);
	fake_body(&call, answer);
	ck_assert_int_eq(chat(), 0);
	check(events, text);
	ck_assert_str_eq(call.opaque.p ? call.opaque.p : "", opaque);
}

START_TEST(parts)
{
	static const struct { const char *answer, *events, *text, *opaque; } t[] = {
		{ EVENT(PARTS("{\"text\":\"Moss\"}")) EVENT(LAST("{\"text\":\" is.\"}", "STOP")), "ttf", "Moss is.", "" },
		{ EVENT(PARTS("{\"text\":\"Hm\",\"thought\":true},{\"text\":\"a\"}")) STOP, "rtf", "a", "" },
		{ EVENT(PARTS("{\"text\":\"gr\xC3\xBCn\",\"thoughtSignature\":\"s\"},{\"text\":\"\",\"thoughtSignature\":\"t\"}")) STOP, "toof", "gr\xC3\xBCn",
			"{\"text\":5,\"thoughtSignature\":\"s\"}{\"text\":0,\"thoughtSignature\":\"t\"}" },
		{ EVENT(PARTS("{\"text\":\"a\\ud83d\"},{\"text\":\"\\ude00b\",\"thoughtSignature\":\"s\"}")) STOP, "ttof", "a\xF0\x9F\x98\x80" "b",
			"{\"text\":5,\"thoughtSignature\":\"s\"}" },
		{ EVENT(PARTS("{\"text\":\"Hm\",\"thought\":true,\"thoughtSignature\":\"s\"}")) STOP, "rof", "",
			"{\"text\":\"Hm\",\"thought\":true,\"thoughtSignature\":\"s\"}" },
		{ EVENT(PARTS("{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"UA==\"},\"thoughtSignature\":\"s\"}")) STOP, "iof", "",
			"{\"inlineData\":{},\"thoughtSignature\":\"s\"}" },
		{ EVENT(PARTS("{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"UA==\"},\"thought\":true}")) STOP, "f", "", "" },
		{ EVENT(PARTS("{\"executableCode\":{\"code\":\"1\"},\"thoughtSignature\":\"s\"}")) STOP, "oxf", "",
			"{\"executableCode\":{\"code\":\"1\"},\"thoughtSignature\":\"s\"}" },
		{ EVENT(PARTS("{},null,7,{\"thought\":true},{\"text\":null},{\"partMetadata\":{}}")) STOP, "f", "", "" },
		{ EVENT(PARTS("{\"text\":\"\"}")) STOP, "f", "", "" },
	};
	begin_here();
	for (size_t i = 0; i < COUNT(t); i++)
		check_reply(t[i].answer, t[i].events, t[i].text, t[i].opaque);
	end();
}
END_TEST

/* Of large parts no more is kept than the cap lets through, which is of the whole reply. */
START_TEST(large_parts)
{
	struct buf body = BUF(BUF_NO_CAP);
	begin_here();
	for (int part = 0; part < 3; part++) {
		buf_adds(&body, "data: {\"candidates\":[{\"content\":{\"parts\":[{\"executableCode\":\"");
		for (int i = 0; i < 3 << 19; i++)
			buf_addc(&body, 'x');
		buf_adds(&body, "\"}]}}]}\n\n");
	}
	buf_adds(&body, STOP);
	buf_addc(&body, '\0');
	fake_body(&call, body.p);
	ck_assert_int_eq(chat(), 0);
	check("ooxf", "");
	ck_assert_str_eq(call.log.p, "the reply holds more to be handed back than is kept: some of it will be missing\n");
	buf_free(&body);
	end();
}
END_TEST

START_TEST(calls)
{
	begin_here();
	check_reply(EVENT(PARTS("{\"text\":\"So.\"},{\"functionCall\":{\"name\":\"tide\",\"args\":{\"port\":\"Brest\",\"n\":1.0}},\"thoughtSignature\":\"s\"},"
				"{\"functionCall\":{\"id\":\"k\",\"name\":\"now\"}}")) EVENT(PARTS("{\"functionCall\":{\"name\":\"now\",\"args\":{}}}")) STOP,
		"tacoacacf", "So.", "{\"functionCall\":{\"name\":\"tide\",\"args\":{\"port\":\"Brest\",\"n\":1.0}},\"thoughtSignature\":\"s\"}");
	ck_assert_str_eq(call.calls.p, "0 call_0 tide {\"port\":\"Brest\",\"n\":1.0}\n1 k now {}\n2 call_2 now {}\n");
	ck_assert_int_eq(call.finish, HN_FINISH_TOOL_CALLS);
	ck_assert_str_eq(call.finish_word, "STOP");
	/* nobody runs a call whose arguments are not whole */
	check_reply(EVENT(PARTS("{\"functionCall\":{\"name\":\"tide\",\"willContinue\":true},\"thoughtSignature\":\"s\"}"))
			EVENT(PARTS("{\"functionCall\":{\"partialArgs\":[{\"jsonPath\":\"$.port\",\"stringValue\":\"Brest\"}]}}"))
			EVENT(PARTS("{\"functionCall\":{}}")) STOP,
		"xf", "", "");
	ck_assert_str_eq(call.unshown, "an unfinished call of the tool \"tide\"");
	ck_assert_int_eq(call.finish, HN_FINISH_STOP);
	end();
}
END_TEST

/* Whole, as events, as an array, in pieces: the same reply. */
START_TEST(framings)
{
	static const char *const t[] = {
		EVENT(PARTS("{\"text\":\"a\"}")) EVENT(LAST("{\"text\":\"b\"}", "STOP")),
		"[" PARTS("{\"text\":\"a\"}") "\n,\r\n" LAST("{\"text\":\"b\"}", "STOP") "\n]",
		EVENT("[" PARTS("{\"text\":\"a\"}") "," LAST("{\"text\":\"b\"}", "STOP") "]"),
		PARTS("{\"text\":\"a\"}") "\n" LAST("{\"text\":\"b\"}", "STOP"),
	};
	begin_here();
	for (size_t i = 0; i < COUNT(t); i++)
		for (call.split = 0; call.split < 8; call.split += 7)
			check_reply(t[i], "ttf", "ab", "");
	fake_again(&call);
	fake_body(&call, LAST("{\"text\":\"ab\"}", "STOP"));
	ck_assert_int_eq(fake_chat(&call, provider(), self, "hi", 0), 0);
	check("tf", "ab");
	end();
}
END_TEST

START_TEST(usage)
{
	static const struct { const char *json; int64_t prompt, completion, cached, reasoning; } t[] = {
		{ "{\"promptTokenCount\":9,\"candidatesTokenCount\":5,\"thoughtsTokenCount\":185,\"totalTokenCount\":199}", 9, 190, -1, 185 },
		{ "{\"promptTokenCount\":9,\"cachedContentTokenCount\":8,\"candidatesTokenCount\":5,\"toolUsePromptTokenCount\":100}", 109, 5, 8, -1 },
		{ "{\"promptTokenCount\":9,\"thoughtsTokenCount\":4}", 9, 4, -1, 4 },
		{ "{\"promptTokenCount\":9,\"totalTokenCount\":9}", 9, 0, -1, -1 },
		{ "{\"candidatesTokenCount\":5,\"promptTokenCount\":\"x\"}", -1, 5, -1, -1 },
	};
	begin_here();
	for (size_t i = 0; i < COUNT(t); i++) {
		char answer[512];
		snprintf(answer, sizeof answer, "{\"candidates\":[{\"finishReason\":\"STOP\"}],\"usageMetadata\":%s,\"modelVersion\":\"m-001\"}", t[i].json);
		fake_again(&call);
		fake_body(&call, answer);
		ck_assert_int_eq(chat(), 0);
		check("muf", "");
		ck_assert_str_eq(call.model, "m-001");
		ck_assert_int_eq(call.usage.set & HN_USAGE_PROMPT ? call.usage.prompt : -1, t[i].prompt);
		ck_assert_int_eq(call.usage.set & HN_USAGE_COMPLETION ? call.usage.completion : -1, t[i].completion);
		ck_assert_int_eq(call.usage.set & HN_USAGE_CACHED ? call.usage.cached : -1, t[i].cached);
		ck_assert_int_eq(call.usage.set & HN_USAGE_REASONING ? call.usage.reasoning : -1, t[i].reasoning);
	}
	check_reply(EVENT("{\"usageMetadata\":{\"trafficType\":\"ON_DEMAND\"}}") STOP, "f", "", "");
	check_reply(EVENT("{\"usageMetadata\":{\"promptTokenCount\":3}}") "data: [DONE]\n\n", "uf", "", "");
	/* before the end, what is not counted is not known */
	check_reply(EVENT("{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}],\"usageMetadata\":{\"promptTokenCount\":3}}") STOP, "tuf", "a", "");
	ck_assert_uint_eq(call.usage.set, HN_USAGE_PROMPT);
	end();
}
END_TEST

/* After a finish reason little may come; a word that is not an end is passed over. */
START_TEST(ends)
{
	begin_here();
	check_reply(EVENT(LAST("{\"text\":\"a\"}", "FINISH_REASON_UNSPECIFIED")) EVENT(LAST("{\"text\":\"b\"}", "MAX_TOKENS")), "ttf", "ab", "");
	ck_assert_int_eq(call.finish, HN_FINISH_LENGTH);
	ck_assert_int_eq(call.nearly, 1);
	check_reply(EVENT("{\"candidates\":[{\"finishReason\":\"SAFETY\",\"finishMessage\":\"Unsafe.\"}]}"), "nf", "", "");
	ck_assert_str_eq(call.beside.p, "Unsafe.\n");
	check_reply(EVENT("{\"candidates\":[{\"finishReason\":\"STOP\",\"finishMessage\":\"Fine.\"}]}"), "f", "", "");
	check_reply(EVENT("{\"candidates\":[{\"index\":1,\"finishReason\":\"STOP\"},{\"index\":0,\"finishReason\":\"SPII\"}]}"), "f", "", "");
	ck_assert_int_eq(call.finish, HN_FINISH_CONTENT_FILTER);
	end();
}
END_TEST

START_TEST(failures)
{
	static const struct { const char *answer; int32_t code; uint32_t flags; const char *message, *events; } t[] = {
		{ EVENT("{\"promptFeedback\":{\"blockReason\":\"OTHER\"},\"usageMetadata\":{\"promptTokenCount\":9}}"), HN_ERR_CONTENT_FILTER, HN_FAIL_FINAL,
			"prompt blocked: OTHER", "u" },
		{ EVENT("{\"promptFeedback\":{\"blockReason\":\"JAILBREAK\",\"blockReasonMessage\":\"No.\"}}"), HN_ERR_CONTENT_FILTER, HN_FAIL_FINAL,
			"prompt blocked: JAILBREAK: No.", "" },
		{ EVENT(LAST("{\"text\":\"a\"}", "MALFORMED_FUNCTION_CALL")), HN_ERR_PROTOCOL, HN_FAIL_RETRY,
			"the model called a tool in a form that is not valid, MALFORMED_FUNCTION_CALL", "t" },
		{ EVENT(PARTS("{\"text\":\"a\"}")), HN_ERR_TRUNCATED, 0, "the reply broke off: it has neither a finish reason nor an end mark", "t" },
		{ EVENT("{\"warning\":\"Slow today.\"}") EVENT(PARTS("{\"text\":\"a\"}")), HN_ERR_TRUNCATED, 0,
			"the reply broke off: it has neither a finish reason nor an end mark", "t" },
		{ EVENT(PARTS("{\"text\":\"a\"}")) EVENT("{\"error\":{\"code\":503,\"message\":\"gone\",\"status\":\"UNAVAILABLE\"}}"), HN_ERR_UNAVAILABLE, 0,
			"gone", "t" },
		{ "[{\"error\":{\"code\":400,\"message\":\"API key not valid.\",\"status\":\"INVALID_ARGUMENT\"}}]", HN_ERR_AUTH, 0, "API key not valid.", "" },
		{ EVENT("{\"promptFeedback\":{\"safetyRatings\":[]}}"), HN_ERR_PROTOCOL, 0,
			"the answer holds no reply: {\"promptFeedback\":{\"safetyRatings\":[]}}", "" },
		{ "Hello", HN_ERR_PROTOCOL, 0, "the answer is not one of generateContent: Hello", "" },
	};
	for (size_t i = 0; i < COUNT(t); i++) {
		begin_here();
		fake_body(&call, t[i].answer);
		ck_assert_int_eq(chat(), t[i].code);
		ck_assert_str_eq(call.message, t[i].message);
		ck_assert_uint_eq(call.error_flags, t[i].flags);
		ck_assert_str_eq(call.events.p ? call.events.p : "", t[i].events);
		end();
	}
}
END_TEST

/* Errors with a status: the kind, the wait, the sizes. */
START_TEST(errors)
{
	static const struct { int32_t status; const char *body; int32_t code; int64_t wait, window, prompt, most; } t[] = {
		{ 400, "{\"error\":{\"code\":400,\"message\":\"API Key not found. Please pass a valid API key.\",\"status\":\"INVALID_ARGUMENT\"}}", HN_ERR_AUTH, -1, 0, 0, 0 },
		{ 400, "{\"error\":{\"code\":400,\"message\":\"m\",\"status\":\"INVALID_ARGUMENT\",\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}", HN_ERR_AUTH, -1, 0, 0, 0 },
		{ 429, "{\"error\":{\"code\":429,\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"violations\":[{\"quotaId\":"
		       "\"GenerateRequestsPerMinutePerProjectPerModel-FreeTier\"}]},{\"retryDelay\":\"34.4s\"}]}}", HN_ERR_RATE_LIMITED, 34400, 0, 0, 0 },
		{ 429, "{\"error\":{\"code\":429,\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"violations\":[{\"quotaId\":"
		       "\"GenerateRequestsPerDayPerProjectPerModel-FreeTier\"}]},{\"retryDelay\":\"3s\"}]}}", HN_ERR_QUOTA, 3000, 0, 0, 0 },
		{ 400, "{\"error\":{\"code\":400,\"message\":\"The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).\","
		       "\"status\":\"INVALID_ARGUMENT\"}}", HN_ERR_CONTEXT_TOO_LONG, -1, 1048575, 1196265, 0 },
		{ 400, "{\"error\":{\"code\":400,\"message\":\"The input token count exceeds the maximum number of tokens allowed 1048576.\","
		       "\"status\":\"INVALID_ARGUMENT\"}}", HN_ERR_CONTEXT_TOO_LONG, -1, 1048576, 0, 0 },
		{ 400, "{\"error\":{\"code\":400,\"message\":\"Unable to submit request because it has a maxOutputTokens value of 70000 but the supported "
		       "range is from 1 (inclusive) to 65537 (exclusive). Update the value and try again.\",\"status\":\"INVALID_ARGUMENT\"}}",
			HN_ERR_BAD_REQUEST, -1, 0, 0, 65536 },
		{ 500, "{\"error\":{\"code\":500,\"message\":\"Your input context is too long.\",\"status\":\"INTERNAL\"}}", HN_ERR_CONTEXT_TOO_LONG, -1, 0, 0, 0 },
	};
	for (size_t i = 0; i < COUNT(t); i++) {
		begin_here();
		call.status = t[i].status;
		call.max_tokens = 70000;
		fake_body(&call, t[i].body);
		ck_assert_int_eq(chat(), t[i].code);
		ck_assert_int_eq(call.error_status, t[i].status);
		ck_assert_int_eq(call.error_retry_after_ms, t[i].wait);
		ck_assert_int_eq(call.error_window, t[i].window);
		ck_assert_int_eq(call.error_prompt, t[i].prompt);
		ck_assert_int_eq(call.error_max_output, t[i].most);
		end();
	}
}
END_TEST

/* ---- models ---- */

static struct buf listed;

static int32_t put(void *ud, const hn_model *m)
{
	buf_addf(&listed, "%.*s %.*s %lld %lld %u\n", (int)m->id.n, m->id.p, (int)m->name.n, m->name.p, (long long)m->context,
		(long long)m->max_output, m->set);
	return *(int32_t *)ud;
}

/* Lets another page follow each page. */
static int32_t put_more(void *ud, const hn_model *m)
{
	static char pages[2][64];
	char *page = pages[call.requests % 2];
	(void)m;
	snprintf(page, sizeof pages[0], "{\"models\":[{\"name\":\"a\"}],\"nextPageToken\":\"%u\"}", call.requests);
	call.then.status = 200;
	call.then.body = page;
	return *(int32_t *)ud;
}

static int32_t list(const char *answer, int32_t puts)
{
	listed = BUF(BUF_NO_CAP);
	call.requests = 0;
	fake_body(&call, answer);
	return provider()->models(self, &call, put, &puts);
}

START_TEST(models)
{
	begin_here();
	ck_assert_int_eq(list("{\"models\":[{\"name\":\"models/a\",\"displayName\":\"A\",\"inputTokenLimit\":10,\"outputTokenLimit\":5,"
			      "\"supportedGenerationMethods\":[\"countTokens\",\"generateContent\"]},{\"name\":\"models/e\","
			      "\"supportedGenerationMethods\":[\"embedContent\"]},{\"name\":\"tunedModels/t\",\"inputTokenLimit\":0},{},null]}", 0), 0);
	ck_assert_str_eq(listed.p, "a A 10 5 3\ntunedModels/t  -1 -1 0\n");
	ck_assert_str_eq(call.url, "http://localhost:8080/v1beta/models?pageSize=1000");
	buf_free(&listed);
	ck_assert_int_eq(list("{\"models\":[{\"name\":\"a\"}],\"nextPageToken\":\"x/y\"}", -5), -5); /* put() says that it is enough */
	ck_assert_uint_eq(call.requests, 1);
	buf_free(&listed);
	ck_assert_int_eq(list("{\"models\":[{\"name\":\"a\"}],\"nextPageToken\":\"x/y\"}", 0), 0); /* the same page again */
	ck_assert_uint_eq(call.requests, 2);
	ck_assert_str_eq(call.url, "http://localhost:8080/v1beta/models?pageSize=1000&pageToken=x%2Fy");
	buf_free(&listed);
	ck_assert_int_eq(list("{}", 0), 0);
	ck_assert_int_eq(list("{\"error\":{\"code\":400,\"message\":\"API key not valid.\"}}", 0), HN_ERR_AUTH);
	ck_assert_int_eq(list("{\"message\":\"Not here\"}", 0), HN_ERR_PROTOCOL);
	ck_assert_int_eq(list("[]", 0), HN_ERR_PROTOCOL);
	ck_assert_ptr_null(listed.p);
	int32_t none = 0;
	call.requests = 0;
	fake_body(&call, "{\"models\":[{\"name\":\"a\"}],\"nextPageToken\":\"x\"}");
	ck_assert_int_eq(provider()->models(self, &call, put_more, &none), 0); /* a list without end */
	ck_assert_uint_eq(call.requests, 100);
	end();
}
END_TEST

UNIT_MAIN("gemini_reply", parts, large_parts, calls, framings, usage, ends, failures, errors, models)
