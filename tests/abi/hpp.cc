// SPDX-License-Identifier: MIT
// hpp: what plugin.hpp makes, over a host that writes down what it gets. It prints what is wrong, and returns 1 then.
#include <cstdio>
#include <stdexcept>

#include <hobnob/plugin.hpp>

namespace {

int wrong;

#define SAME(got, wanted) \
	((got) == (wanted) ? void() : (void(wrong = 1), void(std::printf("%s:%d: %s\n", __FILE__, __LINE__, #got))))

// ---- the host ----

struct heard {
	hn_event event;
	hn_usage usage;
	hn_error error;
	std::string text, name, id, message, hint;
	int32_t answer;
	hn_http_request request;
	std::string url, body, headers;
	int32_t given; // what on_data() returned
} told;

int32_t emit(hn_call *, const hn_event *e)
{
	SAME(e->struct_size, sizeof *e);
	told.event = *e;
	told.text = hobnob::text(e->text).str();
	told.name = hobnob::text(e->name).str();
	told.id = hobnob::text(e->id).str();
	if (e->usage)
		told.usage = *e->usage;
	return told.answer;
}

int32_t fail(hn_call *, const hn_error *e)
{
	SAME(e->struct_size, sizeof *e);
	told.error = *e;
	told.message = hobnob::text(e->message).str();
	told.hint = hobnob::text(e->hint).str();
	return e->code;
}

int32_t value(hn_call *, const char *key, hn_value *out)
{
	static const hn_str items[] = { { "a", 1 }, { "1", 1 }, { "b", 1 }, { nullptr, 0 } };
	SAME(out->struct_size, sizeof *out);
	if (key[0] != 'k')
		return HN_ERR_PLUGIN;
	out->is_set = key[1] != '0';
	out->i = 7;
	out->d = 0.5;
	out->s = hobnob::text("text");
	out->items = items;
	out->n = 2;
	return HN_OK;
}

int32_t cancelled(hn_call *)
{
	return 1;
}

int32_t request(hn_call *, const hn_http_request *r, hn_http_response *out)
{
	SAME(r->struct_size, sizeof *r);
	SAME(out->struct_size, sizeof *out);
	told.request = *r;
	told.url = hobnob::text(r->url).str();
	told.body = hobnob::text(r->body).str();
	for (const hn_http_header &h : hobnob::strided<hn_http_header>(r->headers, r->n_headers, r->header_stride))
		told.headers += hobnob::text(h.name).str() + "=" + hobnob::text(h.value).str() + (h.secret ? "+secret;" : ";");
	hn_http_response head = hobnob::sized<hn_http_response>();
	head.status = out->status = 201;
	SAME(r->on_data(r->ud, &head, HN_DATA_TAIL + 1, hobnob::text("name"), hobnob::text("of a later hobnob")), HN_OK);
	told.given = r->on_data(r->ud, &head, HN_DATA_EVENT, hobnob::text("name"), hobnob::text("data"));
	return told.given < 0 ? told.given : told.answer;
}

int32_t code_of_status(int32_t status)
{
	return -status;
}

const hn_http http = { sizeof(hn_http), 0, request, code_of_status };

const void *extension(const char *id)
{
	return hobnob::text(id).is(HN_ID_HTTP) ? &http : nullptr;
}

const hn_host host = { sizeof(hn_host), 0, extension, emit, fail, cancelled, nullptr, value, nullptr };
const hobnob::call here(&host, nullptr);

// ---- what is made ----

constexpr hn_env names[] = { { "A", nullptr }, { "B", "b-" } };
constexpr hn_option options[] = {
	hobnob::option(HN_OPT_ENUM, "key").flags(HN_OPTION_SECRET).initial("i").values("i j").forbid("p h").help("help").env(names).flags(HN_OPTION_OWN),
	hobnob::option(HN_OPT_INT, "bare"),
};
static_assert(options[0].type == HN_OPT_ENUM && options[0].flags == (HN_OPTION_SECRET | HN_OPTION_OWN) && options[0].n_env == 2, "");
static_assert(options[0].initial[0] == 'i' && options[0].values[2] == 'j' && options[0].forbid[0] == 'p' && options[0].help[0] == 'h', "");
static_assert(options[0].key[0] == 'k' && options[0].env == names && options[0].pad == 0, "");
static_assert(options[1].flags == 0 && options[1].n_env == 0 && !options[1].initial && !options[1].env && !options[1].help, "");

struct bare {
	explicit bare(const hobnob::options &) {}
	int32_t chat(hobnob::call &, const hobnob::request &) { return HN_ADAPTED; }
};

struct whole : bare {
	using bare::bare;
	int32_t models(hobnob::call &, const hobnob::put &put)
	{
		put(hobnob::model("m").context(5).price_output(-5).heeds(0));
		return HN_OK;
	}
	int32_t credit(hobnob::call &, hn_credit &out)
	{
		out.left = 9;
		return HN_OK;
	}
};

struct face {
	explicit face(const hobnob::options &) {}
	int32_t run(hobnob::session &) { return HN_OK; }
};

constexpr hn_provider plain = hobnob::provider<bare>();
constexpr hn_provider full = hobnob::provider<whole>().heeds(3).blocks().accepts(12);
constexpr hn_frontend front = hobnob::frontend<face>().flags(HN_FRONTEND_CONVERSES);
static_assert(plain.struct_size == sizeof plain && plain.flags == 0 && plain.accepts == 1u << HN_PART_TEXT && plain.heeds == 0, "");
static_assert(full.flags == HN_PROVIDER_BLOCKS && full.accepts == 12 && full.heeds == 3, "");
static_assert(front.struct_size == sizeof front && front.flags == HN_FRONTEND_CONVERSES, "");
constexpr hn_plugin about = hobnob::plugin("n").version("v").summary("s").license("l").needs_minor(4).options(options).made(HN_TYPE_PROVIDER, &plain);
static_assert(about.struct_size == sizeof about && about.abi_major == HN_ABI_MAJOR && about.need_minor == 4 && about.type == HN_TYPE_PROVIDER, "");
static_assert(about.n_options == 2 && about.option_stride == sizeof(hn_option) && about.options == options && about.vtable == &plain, "");
static_assert(about.name[0] == 'n' && about.version[0] == 'v' && about.summary[0] == 's' && about.license[0] == 'l', "");

void tables()
{
	void *self = nullptr;
	hn_credit credit = hobnob::sized<hn_credit>();
	std::string id;

	SAME(plain.models == nullptr && plain.credit == nullptr, true);
	SAME(full.create(&host, nullptr, &self), HN_OK);
	SAME(full.chat(self, nullptr, nullptr), HN_ADAPTED);
	SAME(full.credit(self, nullptr, &credit), HN_OK);
	SAME(credit.left, 9);
	SAME(full.models(self, nullptr, [](void *ud, const hn_model *m) -> int32_t {
		SAME(m->set, HN_MODEL_CONTEXT | HN_MODEL_HEEDS);
		SAME(m->context, 5);
		*static_cast<std::string *>(ud) = hobnob::text(m->id).str();
		return -33;
	}, &id), -33);
	SAME(id, "m");
	full.destroy(self);
}

void texts()
{
	const std::string with_nul("a\0b", 3);

	SAME(hobnob::text(with_nul).str(), with_nul);
	SAME(hobnob::text(with_nul).is("a"), false);
	SAME(hobnob::text(static_cast<const char *>(nullptr)).is(""), true);
	SAME(hobnob::join_url("https://a/v1//", "/b"), "https://a/v1/b");
	SAME(hobnob::join_url("https://a/v1?k=1", "b"), "https://a/v1/b?k=1");
	SAME(hobnob::join_url("https://a?k=1", "b?c=2"), "https://a/b?c=2&k=1");
}

void sizes()
{
	hn_usage usage = hobnob::sized<hn_usage>();
	const uint64_t grown[] = { 1, 100, 2, 200 };
	uint64_t sum = 0;

	SAME(HOBNOB_HAS(&usage, hn_usage, cost), true);
	usage.struct_size--;
	SAME(HOBNOB_HAS(&usage, hn_usage, cost), false);
	SAME(HOBNOB_HAS_FN(&host, hn_host, emit) && !HOBNOB_HAS_FN(&host, hn_host, alloc), true);
	for (uint64_t n : hobnob::strided<uint64_t>(grown, 2, 16))
		sum += n;
	SAME(sum, 3);
	for (uint64_t n : hobnob::strided<uint64_t>(nullptr, 0, 16))
		sum += n;
	SAME(sum, 3);
}

void values()
{
	const hobnob::options o(&host, nullptr);

	SAME(o.string("k") + "/" + std::to_string(o.integer("k")) + "/" + std::to_string(o.integer("k0", 3)), "text/7/3");
	SAME(o.number("k"), 0.5);
	SAME(o.number("k0", 2), 2);
	SAME(o.list("k"), (std::vector<std::string>{ "a", "1" }));
	SAME(o.map("k")[1], (std::pair<std::string, std::string>("b", "")));
	SAME(hobnob::guard(&host, nullptr, [&] { return o.boolean("other") ? HN_OK : HN_OK; }), HN_ERR_PLUGIN);
	SAME(told.message, "the plugin does not declare its option other");
}

void events()
{
	here.say("piece");
	SAME(told.text + std::to_string(told.event.type), "piece1");
	here.tool_call(2, "id", "name", "{}");
	SAME(told.id + told.name + told.text + std::to_string(told.event.number), "idname{}2");
	here.report(hobnob::usage().prompt(0).completion(5).cached(4).cached(-1).cost(8));
	SAME(told.usage.set, HN_USAGE_PROMPT | HN_USAGE_COMPLETION | HN_USAGE_COST);
	SAME(told.usage.completion * 100 + told.usage.cost + told.usage.cached, 508);
	SAME(here.finish(HN_FINISH_LENGTH, "word"), HN_OK);
	SAME(told.event.finish, HN_FINISH_LENGTH);
	told.answer = -42;
	SAME(hobnob::guard(&host, nullptr, [] { here.say("x"); return HN_OK; }), -42);
	told.answer = HN_OK;
}

void failures()
{
	SAME(hobnob::guard(&host, nullptr, []() -> int32_t {
		throw hobnob::failure(HN_ERR_RATE_LIMITED, "slo\nw").hint("wa\tit").status(429).retry_after(5).flags(1).window(2).prompt(3).max_output(4);
	}), HN_ERR_RATE_LIMITED);
	SAME(told.message + told.hint, "slo wwa it");
	SAME(told.error.status + told.error.retry_after_ms, 434);
	SAME(told.error.flags == 1 && told.error.window == 2 && told.error.prompt == 3 && told.error.max_output == 4, true);
	SAME(hobnob::guard(&host, nullptr, []() -> int32_t { here.log(1, "there is no log"); here.service<hn_io>(HN_ID_IO); return HN_OK; }), HN_ERR_PLUGIN);
	SAME(told.message, "this hobnob does not have hobnob.io/1");
	SAME(hobnob::guard(&host, nullptr, []() -> int32_t { throw std::runtime_error("two\r\nlines"); }), HN_ERR_PLUGIN);
	SAME(told.message, "two  lines");
	void *self = nullptr;
	SAME(front.create(&host, nullptr, &self), HN_ERR_PLUGIN);
	SAME(told.message, "this hobnob does not have hobnob.session/1");
}

void requests()
{
	int key = 0;
	const hn_secret *secret = static_cast<const hn_secret *>(static_cast<void *>(&key));
	std::string got;

	hobnob::http_request ask("POST", "https://a", std::string("body"));
	ask.framing(HN_FRAME_NDJSON).header("A", "1").header("B", "2", secret);
	SAME(here.request(ask, [&](const hobnob::piece &p) -> int32_t {
		got = p.event.str() + p.data.str() + std::to_string(p.type) + std::to_string(p.head->status);
		return HN_ENOUGH;
	}), 201);
	SAME(got + told.url + told.body + told.headers, "namedata1201https://abodyA=1;B=2+secret;");
	SAME(told.request.framing, HN_FRAME_NDJSON);
	SAME(told.given, HN_ENOUGH);
	try {
		here.request(ask, [](const hobnob::piece &) -> int32_t { throw std::runtime_error("out of it"); });
		SAME("nothing was thrown", nullptr);
	} catch (const std::runtime_error &e) {
		SAME(std::string(e.what()), "out of it");
		SAME(told.given, HN_ERR_PLUGIN);
	}
	told.answer = HN_ERR_NETWORK;
	SAME(hobnob::guard(&host, nullptr, [&]() -> int32_t { return here.request(ask, [](const hobnob::piece &) { return HN_OK; }); }), HN_ERR_NETWORK);
	told.answer = HN_OK;
	SAME(here.code_of_status(404), -404);
}

} // namespace

int main()
{
	tables();
	texts();
	sizes();
	values();
	events();
	failures();
	requests();
	return wrong;
}
