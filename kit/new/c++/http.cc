/* SPDX-License-Identifier: MIT */
@ndjson:/* my-plugin: a provider for a server that answers with one JSON document a line. */
@sse:/* my-plugin: a provider for a server that answers with server-sent events. */
/*
 * What the server speaks, and what you replace by your own:
 *
 *   POST BASE_URL/chat   {"model", "messages": [{"role", "content"}], "stream", "max_tokens", ...}
 *     a piece            {"text": "Hel"}
 *     the end            {"done": "stop", "usage": {"in": 12, "out": 34}}
 *     an error           {"error": {"type": "overloaded", "message": "no GPU is free"}}
 *   GET BASE_URL/models  {"models": [{"id": "small-1", "window": 8192}, ...]}
 *
 * An error comes with a status of its own, or after a status of 200. Without "stream" the answer is
 * one document, which has text, done and usage.
 */
#include <hobnob/plugin.hpp>
#include <json-c/json.h>
#include <memory>

namespace {

/* ---- JSON ---- */

struct put_back {
	void operator()(json_object *o) const { json_object_put(o); }
};
typedef std::unique_ptr<json_object, put_back> document;

/* A member, borrowed, or nullptr without one. */
json_object *member(json_object *o, const char *key)
{
	json_object *found = nullptr;
	json_object_object_get_ex(o, key, &found);
	return found;
}

/* The text of a member, borrowed; empty where it is not a text. */
hobnob::text text_of(json_object *o, const char *key)
{
	json_object *found = member(o, key);
	if (!json_object_is_type(found, json_type_string))
		return hobnob::text();
	return hobnob::text(json_object_get_string(found), static_cast<std::size_t>(json_object_get_string_len(found)));
}

/* The number of a member; -1, unknown, where it is not a number. */
int64_t number_of(json_object *o, const char *key)
{
	json_object *found = member(o, key);
	return json_object_is_type(found, json_type_int) ? json_object_get_int64(found) : -1;
}

/* One document, which has to be an object; nullptr: it is not. */
document parse(hobnob::text text)
{
	std::unique_ptr<json_tokener, void (*)(json_tokener *)> tokener(json_tokener_new(), json_tokener_free);
	if (!tokener)
		throw std::bad_alloc();
	document o(text.empty() || text.size() >= INT32_MAX ? nullptr : json_tokener_parse_ex(tokener.get(), text.data(), static_cast<int>(text.size())));
	return json_object_is_type(o.get(), json_type_object) ? std::move(o) : nullptr;
}

/* Adds a member, which belongs to the object from now on. */
void add(const document &o, const char *key, json_object *value)
{
	document kept(value);
	if (!o || !kept || json_object_object_add(o.get(), key, kept.get()))
		throw std::bad_alloc();
	kept.release();
}

json_object *made_of(hobnob::text text)
{
	return json_object_new_string_len(text.empty() ? "" : text.data(), static_cast<int>(text.size()));
}

/* ---- errors ---- */

/* The kinds of the server's errors. */
const struct { const char *type; int32_t code; } errors[] = {
	{ "bad_key", HN_ERR_AUTH },
	{ "no_credit", HN_ERR_QUOTA },
	{ "overloaded", HN_ERR_UNAVAILABLE },
	{ "too_long", HN_ERR_CONTEXT_TOO_LONG },
	{ "too_many_requests", HN_ERR_RATE_LIMITED },
	{ "unknown_model", HN_ERR_NOT_FOUND },
};

/* The failure that {"type", "message"} means: by the type, if it is known, else as `otherwise`. */
hobnob::failure failure_of(json_object *error, int32_t otherwise, const hn_http_response &head)
{
	const hobnob::text type = text_of(error, "type"), message = text_of(error, "message");
	int32_t code = otherwise;

	for (const auto &known : errors)
		if (type.is(known.type))
			code = known.code;
	hobnob::failure why(code, message.empty() ? "the server reports an error and does not say which" : message.str());
	why.status(head.status).retry_after(head.retry_after_ms).flags(head.again);
	return why;
}

/* ---- the provider ---- */

/* Several calls may use it at once: it keeps nothing of a conversation. */
class Provider {
public:
	/* Keeps what the options say. No network here. */
	explicit Provider(const hobnob::options &options) : base_(options.string("base_url")), key_(options.secret("api_key")) {}

	/* One attempt at one reply: hobnob repeats it, and waits, where that helps. */
	int32_t chat(hobnob::call &call, const hobnob::request &request) const
	{
		bool finished = false;
		hobnob::http_request ask = prepared("POST", "chat", body_of(request));

@ndjson:		ask.framing(HN_FRAME_NDJSON);
@sse:		ask.framing(HN_FRAME_EVENTS);
		call.request(ask, [&](const hobnob::piece &piece) -> int32_t {
			const document o = document_of(call, piece);
			if (o)
				finished = read(call, o.get(), *piece.head);
			return finished ? HN_ENOUGH : HN_OK;
		});
		if (!finished)
			throw hobnob::failure(HN_ERR_TRUNCATED, "the server stopped in the middle of its reply");
		return HN_OK;
	}

	/* The list of models. */
	int32_t models(hobnob::call &call, const hobnob::put &put) const
	{
		call.request(prepared("GET", "models"), [&](const hobnob::piece &piece) -> int32_t {
			const document o = document_of(call, piece);
			json_object *list = member(o.get(), "models");
			if (!json_object_is_type(list, json_type_array))
				throw hobnob::failure(HN_ERR_PROTOCOL, "the server sent something that is not a list of models");
			for (std::size_t i = 0; i < json_object_array_length(list); i++) {
				json_object *entry = json_object_array_get_idx(list, i);
				const hobnob::text id = text_of(entry, "id");
				if (!id.empty())
					put(hobnob::model(id).context(number_of(entry, "window")));
			}
			return HN_OK;
		});
		return HN_OK;
	}

private:
	/* A request with the key. */
	hobnob::http_request prepared(const char *method, const char *path, const std::string &body = std::string()) const
	{
		hobnob::http_request ask(method, hobnob::join_url(base_, path), body);
		if (key_)
			ask.header("Authorization", "Bearer ", key_);
		return ask;
	}

	/* Sends on what the request sets, and nothing else. */
	static std::string body_of(const hobnob::request &request)
	{
		static const char *const roles[] = { "user", "system", "user", "assistant" };
		const document body(json_object_new_object()), messages(json_object_new_array());

		for (const hn_message &m : request.messages()) {
			document o(json_object_new_object());
			add(o, "role", made_of(roles[m.role < 4 ? m.role : 0]));
			add(o, "content", made_of(m.text));
			if (!messages || json_object_array_add(messages.get(), o.get()))
				throw std::bad_alloc();
			o.release();
		}
		add(body, "messages", json_object_get(messages.get()));
		add(body, "model", made_of(request.model()));
		add(body, "stream", json_object_new_boolean(request.streams()));
		if (request.has(HN_SET_MAX_TOKENS))
			add(body, "max_tokens", json_object_new_int64(request->max_tokens));
		if (request.has(HN_SET_TEMPERATURE))
			add(body, "temperature", json_object_new_double(request->temperature));
		const char *text = json_object_to_json_string(body.get());
		return text ? text : throw std::bad_alloc();
	}

	/* What has arrived; nullptr for a document that was cut off: then the reply is unfinished. */
	static document document_of(hobnob::call &call, const hobnob::piece &piece)
	{
		document o = parse(piece.data);
		if (piece.type == HN_DATA_ERROR_BODY)
			throw failure_of(member(o.get(), "error"), call.code_of_status(piece.head->status), *piece.head);
		if (!o && piece.type != HN_DATA_TAIL)
			throw hobnob::failure(HN_ERR_PROTOCOL, "the server sent something that is not a JSON object");
		return o;
	}

	/* Reads one document of the reply; true: it was the last. */
	static bool read(hobnob::call &call, json_object *o, const hn_http_response &head)
	{
		if (json_object *error = member(o, "error"))
			throw failure_of(error, HN_ERR_UNAVAILABLE, head);
		call.say(text_of(o, "text"));
		if (!member(o, "done"))
			return false;
		const hobnob::text why = text_of(o, "done");
		json_object *usage = member(o, "usage");
		call.report(hobnob::usage().prompt(number_of(usage, "in")).completion(number_of(usage, "out")));
		call.finish(why.is("stop") ? HN_FINISH_STOP : why.is("length") ? HN_FINISH_LENGTH : HN_FINISH_UNKNOWN);
		return true;
	}

	std::string base_;
	hobnob::secret key_; /* nullptr: the server wants none */
};

/* ---- what hobnob reads before it calls anything ---- */

constexpr hn_env key_names[] = { { "MY_PLUGIN_API_KEY", nullptr } };

constexpr hn_option options[] = {
	hobnob::option(HN_OPT_STRING, "api_key").flags(HN_OPTION_SECRET | HN_OPTION_REQUIRED | HN_OPTION_AT_HOME).env(key_names).help("key of the account"),
	hobnob::option(HN_OPT_URL, "base_url").flags(HN_OPTION_ENDPOINT).initial("https://api.example.org/v1").help("where the server is"),
	hobnob::option(HN_OPT_STRING, "model").initial("small-1").help("which model answers"),
};

} // namespace

HOBNOB_PLUGIN(hobnob::provider<Provider>().heeds(HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE), /* what body_of() sends on */
	hobnob::plugin("my-plugin").version("0.1").summary("asks a server").license("MIT").options(options))
