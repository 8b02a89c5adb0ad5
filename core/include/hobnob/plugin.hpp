/* SPDX-License-Identifier: MIT */
/*
 * hobnob/plugin.hpp - a plugin as a class of C++11 or later.
 *
 * All of this is compiled into the plugin and does only what plugin.h allows. It is not a part of
 * the ABI: a built plugin does not notice when it changes.
 *
 * A provider is a class with a constructor that takes `const hobnob::options &` and
 *   int32_t chat(hobnob::call &, const hobnob::request &);       HN_OK or HN_ADAPTED
 *   int32_t models(hobnob::call &, const hobnob::put &);         optional
 *   int32_t credit(hobnob::call &, hn_credit &);                 optional
 * A frontend is a class with such a constructor and
 *   int32_t run(hobnob::session &);
 * HOBNOB_PLUGIN makes the plugin of it. Several calls of a provider may run at once.
 *
 * Exceptions end a call and never leave the plugin: hobnob::failure with its kind and hint; any
 * other std::exception as HN_ERR_PLUGIN with its what(). A function here whose host function
 * returns a negative code throws hobnob::unwind, which carries that code back to hobnob.
 *
 * Contents: texts - exceptions - the descriptor - options - requests - events - HTTP - a call -
 * sessions - the plugin. Threads: as the host functions that plugin.h names.
 */
#ifndef HOBNOB_PLUGIN_HPP
#define HOBNOB_PLUGIN_HPP

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>
#if __cplusplus >= 201703L
#include <string_view>
#endif

#include <hobnob/plugin.h>

/* Two plugins may have a class of the same name: the loader must not make one of their tables. */
#if defined(__GNUC__)
#define HOBNOB_LOCAL_ __attribute__((visibility("hidden")))
#else
#define HOBNOB_LOCAL_
#endif

/* HN_HAS and HN_HAS_FN without casts of C. */
#define HOBNOB_HAS(p, T, m) ((p)->struct_size >= offsetof(T, m) + sizeof(T::m))
#define HOBNOB_HAS_FN(p, T, m) (HOBNOB_HAS(p, T, m) && (p)->m)

namespace hobnob {

/* ---- texts ---- */

/* A borrowed text: it owns nothing, and str() copies it. */
class text {
public:
	constexpr text() : s_{ nullptr, 0 } {}
	constexpr text(hn_str s) : s_(s) {}
	constexpr text(const char *p, std::size_t n) : s_{ p, n } {}
	text(const char *p) : s_{ p, p ? std::strlen(p) : 0 } {}
	text(const std::string &s) : s_{ s.data(), s.size() } {}
#if __cplusplus >= 201703L
	constexpr text(std::string_view s) : s_{ s.data(), s.size() } {}
	constexpr operator std::string_view() const { return std::string_view(s_.p, s_.n); }
#endif
	constexpr operator hn_str() const { return s_; }
	constexpr const char *data() const { return s_.p; }
	constexpr std::size_t size() const { return s_.n; }
	constexpr bool empty() const { return s_.n == 0; }
	std::string str() const { return s_.n ? std::string(s_.p, s_.n) : std::string(); }
	bool is(text other) const { return s_.n == other.s_.n && (s_.n == 0 || std::memcmp(s_.p, other.s_.p, s_.n) == 0); }

private:
	hn_str s_;
};

/* A value of T with its struct_size, all else zero. */
template <typename T> T sized()
{
	T value = T();
	value.struct_size = static_cast<uint32_t>(sizeof(T));
	return value;
}

/* The elements of an array with a stride, for a range-for. */
template <typename T> class strided {
public:
	class iterator {
	public:
		iterator(const char *at, std::size_t stride) : at_(at), stride_(stride) {}
		const T &operator*() const { return *static_cast<const T *>(static_cast<const void *>(at_)); }
		iterator &operator++() { at_ += stride_; return *this; }
		bool operator!=(const iterator &other) const { return at_ != other.at_; }

	private:
		const char *at_;
		std::size_t stride_;
	};

	strided(const T *base, uint32_t n, uint32_t stride)
		: base_(static_cast<const char *>(static_cast<const void *>(base))), n_(n), stride_(stride) {}
	uint32_t size() const { return n_; }
	const T &operator[](uint32_t i) const { return *iterator(base_ + std::size_t(i) * stride_, stride_); }
	iterator begin() const { return iterator(base_, stride_); }
	iterator end() const { return iterator(n_ ? base_ + std::size_t(n_) * stride_ : base_, stride_); }

private:
	const char *base_;
	uint32_t n_;
	std::size_t stride_;
};

/* ---- exceptions ---- */

/* hobnob has reported this code already, or wants it back: catch it only to throw it again. */
struct unwind { int32_t code; };

namespace detail {

/* Messages are one line, also those of a server or of a library. */
inline std::string line(std::string said)
{
	for (char &c : said)
		if (c == '\n' || c == '\r' || c == '\t')
			c = ' ';
	return said;
}

} // namespace detail

/* Why a call fails: `throw hobnob::failure(HN_ERR_QUOTA, "no coins left").hint("buy some")`. */
class failure : public std::exception {
public:
	failure(int32_t code, std::string message) : error_(sized<hn_error>()), message_(detail::line(std::move(message))) { error_.code = code; }
	failure &hint(std::string what_to_do) { hint_ = detail::line(std::move(what_to_do)); return *this; }
	failure &status(int32_t http) { error_.status = http; return *this; }
	failure &flags(uint32_t hn_fail) { error_.flags = hn_fail; return *this; }
	failure &retry_after(int64_t ms) { error_.retry_after_ms = ms; return *this; }
	failure &window(int64_t tokens) { error_.window = tokens; return *this; }
	failure &prompt(int64_t tokens) { error_.prompt = tokens; return *this; }
	failure &max_output(int64_t tokens) { error_.max_output = tokens; return *this; }
	const char *what() const noexcept override { return message_.c_str(); }
	int32_t code() const noexcept { return error_.code; }
	/* Tells hobnob; returns the code. */
	int32_t report(const hn_host *host, hn_call *call) const noexcept
	{
		hn_error error = error_;
		error.message = text(message_);
		error.hint = text(hint_);
		return host->fail(call, &error);
	}

private:
	hn_error error_;
	std::string message_, hint_;
};

namespace detail {

/* For what has no memory to spare. */
inline int32_t fail(const hn_host *host, hn_call *call, const char *message) noexcept
{
	hn_error error = sized<hn_error>();
	error.code = HN_ERR_PLUGIN;
	error.message = text(message);
	return host->fail(call, &error);
}

inline int32_t fail_line(const hn_host *host, hn_call *call, const char *message) noexcept
{
	try {
		return failure(HN_ERR_PLUGIN, message).report(host, call);
	} catch (...) {
		return fail(host, call, "out of memory");
	}
}

inline void check(int32_t code)
{
	if (code < 0)
		throw unwind{ code };
}

} // namespace detail

/* Runs body(), which returns a code; an exception becomes the failure of the call. Threads of the
 * plugin's own need a catch of their own. */
template <typename Body> int32_t guard(const hn_host *host, hn_call *call, Body body) noexcept
{
	try {
		return body();
	} catch (const unwind &u) {
		return u.code;
	} catch (const failure &f) {
		return f.report(host, call);
	} catch (const std::bad_alloc &) {
		return detail::fail(host, call, "out of memory");
	} catch (const std::exception &e) {
		return detail::fail_line(host, call, e.what());
	} catch (...) {
		return detail::fail(host, call, "an exception that is not a std::exception");
	}
}

/* ---- the descriptor: each function returns a changed copy, also at compile time ---- */

/* One option: `hobnob::option(HN_OPT_STRING, "prefix").initial("> ").help("text before each reply")`. */
class option {
public:
	constexpr option(uint32_t type, const char *key)
		: option(hn_option{ type, 0, 0, 0, key, nullptr, nullptr, nullptr, nullptr, nullptr }) {}
	constexpr option flags(uint32_t f) const { return hn_option{ o_.type, o_.flags | f, o_.n_env, 0, o_.key, o_.initial, o_.values, o_.forbid, o_.help, o_.env }; }
	constexpr option initial(const char *text) const { return hn_option{ o_.type, o_.flags, o_.n_env, 0, o_.key, text, o_.values, o_.forbid, o_.help, o_.env }; }
	constexpr option values(const char *words) const { return hn_option{ o_.type, o_.flags, o_.n_env, 0, o_.key, o_.initial, words, o_.forbid, o_.help, o_.env }; }
	constexpr option forbid(const char *prefix_host) const { return hn_option{ o_.type, o_.flags, o_.n_env, 0, o_.key, o_.initial, o_.values, prefix_host, o_.help, o_.env }; }
	constexpr option help(const char *line) const { return hn_option{ o_.type, o_.flags, o_.n_env, 0, o_.key, o_.initial, o_.values, o_.forbid, line, o_.env }; }
	template <std::size_t N> constexpr option env(const hn_env (&names)[N]) const
	{
		return hn_option{ o_.type, o_.flags, static_cast<uint32_t>(N), 0, o_.key, o_.initial, o_.values, o_.forbid, o_.help, names };
	}
	constexpr operator hn_option() const { return o_; }

private:
	constexpr option(hn_option o) : o_(o) {}
	hn_option o_;
};

/* Who the plugin is: `hobnob::plugin("mumble").version("1.0").options(options)`, then summary and license. */
class plugin {
public:
	explicit constexpr plugin(const char *name) : plugin(0, 0, name, "", "", "", nullptr) {}
	constexpr plugin needs_minor(uint32_t minor) const { return plugin(minor, n_options_, name_, version_, summary_, license_, options_); }
	constexpr plugin version(const char *v) const { return plugin(need_minor_, n_options_, name_, v, summary_, license_, options_); }
	constexpr plugin summary(const char *line) const { return plugin(need_minor_, n_options_, name_, version_, line, license_, options_); }
	constexpr plugin license(const char *spdx) const { return plugin(need_minor_, n_options_, name_, version_, summary_, spdx, options_); }
	template <std::size_t N> constexpr plugin options(const hn_option (&list)[N]) const
	{
		return plugin(need_minor_, static_cast<uint32_t>(N), name_, version_, summary_, license_, list);
	}
	constexpr hn_plugin made(uint32_t type, const void *vtable) const
	{
		return hn_plugin{ static_cast<uint32_t>(sizeof(hn_plugin)), HN_ABI_MAJOR, need_minor_, type, 0, n_options_,
			static_cast<uint32_t>(sizeof(hn_option)), 0, name_, version_, summary_, license_, options_, vtable };
	}

private:
	constexpr plugin(uint32_t need_minor, uint32_t n_options, const char *name, const char *version, const char *summary,
		const char *license, const hn_option *options)
		: need_minor_(need_minor), n_options_(n_options), name_(name), version_(version), summary_(summary), license_(license), options_(options) {}
	uint32_t need_minor_, n_options_;
	const char *name_, *version_, *summary_, *license_;
	const hn_option *options_;
};

/* ---- options, in the constructor ---- */

/* A secret's handle, or nothing. Valid as long as the instance is. */
typedef const hn_secret *secret;

class options {
public:
	options(const hn_host *host, hn_call *call) : host_(host), call_(call) {}
	const hn_host *host() const { return host_; }
	/* The value as the host gives it; is_set is 0 if it has none. Borrowed until the constructor returns. */
	hn_value value(const char *key) const
	{
		hn_value v = sized<hn_value>();
		if (host_->option(call_, key, &v))
			throw failure(HN_ERR_PLUGIN, std::string("the plugin does not declare its option ") + key);
		return v;
	}
	/* STRING URL PATH ENUM JSON; empty if it is not set. */
	std::string string(const char *key) const { return text(value(key).s).str(); }
	int64_t integer(const char *key, int64_t otherwise = 0) const { const hn_value v = value(key); return v.is_set ? v.i : otherwise; }
	double number(const char *key, double otherwise = 0) const { const hn_value v = value(key); return v.is_set ? v.d : otherwise; }
	bool boolean(const char *key) const { return integer(key) != 0; }
	hobnob::secret secret(const char *key) const { return value(key).secret; }
	std::vector<std::string> list(const char *key) const
	{
		const hn_value v = value(key);
		std::vector<std::string> items;
		for (uint32_t i = 0; i < v.n; i++)
			items.push_back(text(v.items[i]).str());
		return items;
	}
	std::vector<std::pair<std::string, std::string>> map(const char *key) const
	{
		const hn_value v = value(key);
		std::vector<std::pair<std::string, std::string>> pairs;
		for (uint32_t i = 0; i < v.n; i++)
			pairs.push_back(std::make_pair(text(v.items[2 * i]).str(), text(v.items[2 * i + 1]).str()));
		return pairs;
	}

private:
	const hn_host *host_;
	hn_call *call_;
};

/* ---- requests ---- */

inline strided<hn_part> parts(const hn_message &m) { return strided<hn_part>(m.parts, m.n_parts, m.part_stride); }

/* What to ask; all of it is borrowed for the call. */
class request {
public:
	explicit request(const hn_request *r) : r_(r) {}
	const hn_request *operator->() const { return r_; }
	/* 1 or more HN_SET_*: all of them are set. */
	bool has(uint32_t set) const { return (r_->set & set) == set; }
	bool dry() const { return (r_->flags & HN_REQUEST_DRY) != 0; }
	bool streams() const { return (r_->flags & HN_REQUEST_STREAM) != 0; }
	text model() const { return r_->model; }
	strided<hn_message> messages() const { return strided<hn_message>(r_->messages, r_->n_messages, r_->message_stride); }
	const hn_message &last() const { return messages()[r_->n_messages - 1]; }
	strided<hn_tool> tools() const { return strided<hn_tool>(r_->tools, r_->n_tools, r_->tool_stride); }
	strided<hn_str> stop() const { return strided<hn_str>(r_->stop, r_->n_stop, static_cast<uint32_t>(sizeof(hn_str))); }

private:
	const hn_request *r_;
};

/* ---- events: a negative number is unknown ---- */

/* What a reply took. */
class usage {
public:
	usage() : u_(sized<hn_usage>()) {}
	usage &prompt(int64_t n) { return set(HN_USAGE_PROMPT, u_.prompt, n); }
	usage &completion(int64_t n) { return set(HN_USAGE_COMPLETION, u_.completion, n); }
	usage &cached(int64_t n) { return set(HN_USAGE_CACHED, u_.cached, n); }
	usage &cache_write(int64_t n) { return set(HN_USAGE_CACHE_WRITE, u_.cache_write, n); }
	usage &reasoning(int64_t n) { return set(HN_USAGE_REASONING, u_.reasoning, n); }
	usage &cost(int64_t pico_dollars) { return set(HN_USAGE_COST, u_.cost, pico_dollars); }
	const hn_usage *get() const { return &u_; }

private:
	usage &set(uint32_t bit, int64_t &member, int64_t n)
	{
		member = n < 0 ? 0 : n;
		u_.set = n < 0 ? u_.set & ~bit : u_.set | bit;
		return *this;
	}
	hn_usage u_;
};

/* An entry of models(); prices in pico-dollars per token. Its texts are borrowed. */
class model {
public:
	explicit model(text id) : m_(sized<hn_model>()) { m_.id = id; }
	model &name(text n) { m_.name = n; return *this; }
	model &context(int64_t tokens) { return set(HN_MODEL_CONTEXT, m_.context, tokens); }
	model &max_output(int64_t tokens) { return set(HN_MODEL_MAX_OUTPUT, m_.max_output, tokens); }
	model &price_input(int64_t p) { return set(HN_MODEL_PRICE_INPUT, m_.price_input, p); }
	model &price_output(int64_t p) { return set(HN_MODEL_PRICE_OUTPUT, m_.price_output, p); }
	model &price_cached(int64_t p) { return set(HN_MODEL_PRICE_CACHED, m_.price_cached, p); }
	model &price_cache_write(int64_t p) { return set(HN_MODEL_PRICE_CACHE_WRITE, m_.price_cache_write, p); }
	model &accepts(uint32_t bits) { m_.accepts = bits; m_.set |= HN_MODEL_ACCEPTS; return *this; }
	model &heeds(uint32_t bits) { m_.heeds = bits; m_.set |= HN_MODEL_HEEDS; return *this; }
	const hn_model *get() const { return &m_; }

private:
	model &set(uint32_t bit, int64_t &member, int64_t n)
	{
		member = n < 0 ? 0 : n;
		m_.set = n < 0 ? m_.set & ~bit : m_.set | bit;
		return *this;
	}
	hn_model m_;
};

/* Takes the entries of models(). */
class put {
public:
	put(int32_t (*function)(void *, const hn_model *), void *ud) : function_(function), ud_(ud) {}
	void operator()(const model &m) const
	{
		if (int32_t code = function_(ud_, m.get()))
			throw unwind{ code };
	}

private:
	int32_t (*function_)(void *, const hn_model *);
	void *ud_;
};

/* ---- HTTP ---- */

/* A request to send; it keeps copies of its texts. */
class http_request {
public:
	http_request(const char *method, text url, text body = text()) : method_(method), url_(url.str()), body_(body.str()) {}
	/* HN_FRAME_*; without it the body comes whole. */
	http_request &framing(uint32_t f) { framing_ = f; return *this; }
	/* hobnob appends the value of the secret when it sends the header. */
	http_request &header(text name, text value, secret key = nullptr)
	{
		headers_.push_back(kept{ name.str(), value.str(), key });
		return *this;
	}

private:
	friend class call;
	struct kept { std::string name, value; secret key; };
	const char *method_;
	std::string url_, body_;
	uint32_t framing_ = HN_FRAME_WHOLE;
	std::vector<kept> headers_;
};

/* What on_data gets: type is an HN_DATA_* of this header, since others are skipped; event the name of a server-sent event. Borrowed. */
struct piece {
	const hn_http_response *head;
	uint32_t type;
	text event, data;
};

/* ---- a call ---- */

class call {
public:
	call(const hn_host *host, hn_call *handle) : host_(host), call_(handle) {}
	const hn_host *host() const { return host_; }
	hn_call *handle() const { return call_; }
	bool cancelled() const noexcept { return host_->cancelled(call_) != 0; }

	void emit(const hn_event &e) const { detail::check(host_->emit(call_, &e)); }
	/* An event to fill further. */
	static hn_event event(uint32_t type, text content = text())
	{
		hn_event e = sized<hn_event>();
		e.type = type;
		e.text = content;
		return e;
	}
	void say(text t) const { emit(event(HN_EV_TEXT, t)); }
	void think(text t) const { emit(event(HN_EV_REASONING, t)); }
	void notice(text line) const { emit(event(HN_EV_NOTICE, line)); }
	void progress(text line, uint32_t thousandths = 0) const
	{
		hn_event e = event(HN_EV_PROGRESS, line);
		e.number = thousandths;
		emit(e);
	}
	/* The model that actually answers, and the upstream. */
	void model(text id, text upstream = text()) const
	{
		hn_event e = event(HN_EV_MODEL, id);
		e.name = upstream;
		emit(e);
	}
	void opaque(text name, text bytes) const
	{
		hn_event e = event(HN_EV_OPAQUE, bytes);
		e.name = name;
		emit(e);
	}
	/* A whole call of a tool; number: which of several. */
	void tool_call(uint32_t number, text id, text name, text arguments) const
	{
		hn_event e = event(HN_EV_TOOL_CALL, arguments);
		e.number = number;
		e.id = id;
		e.name = name;
		emit(e);
	}
	void report(const usage &u) const
	{
		hn_event e = event(HN_EV_USAGE);
		e.usage = u.get();
		emit(e);
	}
	/* HN_FINISH_*, and the server's own word for it. Always 0: `return call.finish(HN_FINISH_STOP)`. */
	int32_t finish(int32_t why, text word = text()) const
	{
		hn_event e = event(HN_EV_FINISH, word);
		e.finish = why;
		emit(e);
		return HN_OK;
	}

	/* A service by its id; it throws if this hobnob does not have it. */
	template <typename Table> const Table *service(const char *id) const
	{
		if (const void *table = host_->extension(id))
			return static_cast<const Table *>(table);
		throw failure(HN_ERR_PLUGIN, std::string("this hobnob does not have ") + id);
	}
	/* One line for -v (level 1) or -vv (level 2), where hobnob has a log. */
	void log(uint32_t level, text line) const
	{
		if (const void *table = host_->extension(HN_ID_LOG))
			static_cast<const hn_log *>(table)->line(call_, level, line);
	}
	/* Waits for descriptors, or sleeps: HN_WAIT_READY, HN_WAIT_TIMEOUT, HN_WAIT_FAILED. */
	int32_t wait(hn_pollfd *fds, uint32_t n, int64_t timeout_ms) const
	{
		const int32_t waited = service<hn_io>(HN_ID_IO)->wait_for(call_, fds, n, timeout_ms);
		return waited == HN_WAIT_FAILED ? waited : (detail::check(waited), waited);
	}
	/* The error code of an HTTP status when nothing else is known. */
	int32_t code_of_status(int32_t status) const { return service<hn_http>(HN_ID_HTTP)->code_of_status(status); }

	/* Sends a request and passes each piece of the answer to on_data(const hobnob::piece &), which
	 * returns HN_OK, HN_ENOUGH or HN_NEARLY. What it throws comes out here. Returns the status. */
	template <typename OnData> int32_t request(const http_request &ask, OnData on_data) const
	{
		struct waiting {
			OnData &on_data;
			std::exception_ptr thrown;
			static int32_t take(void *ud, const hn_http_response *head, uint32_t type, hn_str event, hn_str data)
			{
				waiting *self = static_cast<waiting *>(ud);
				if (type == 0 || type > HN_DATA_TAIL)
					return HN_OK; /* of a later hobnob */
				try {
					return self->on_data(piece{ head, type, event, data });
				} catch (...) {
					self->thrown = std::current_exception();
					return HN_ERR_PLUGIN;
				}
			}
		} waiting = { on_data, nullptr };
		std::vector<hn_http_header> headers;
		for (const http_request::kept &h : ask.headers_)
			headers.push_back(hn_http_header{ text(h.name), text(h.value), h.key });
		hn_http_request r = sized<hn_http_request>();
		hn_http_response response = sized<hn_http_response>();
		r.framing = ask.framing_;
		r.method = ask.method_;
		r.url = text(ask.url_);
		r.body = text(ask.body_);
		r.headers = headers.data();
		r.n_headers = static_cast<uint32_t>(headers.size());
		r.header_stride = static_cast<uint32_t>(sizeof(hn_http_header));
		r.on_data = waiting::take;
		r.ud = &waiting;
		const int32_t code = service<hn_http>(HN_ID_HTTP)->request(call_, &r, &response);
		if (waiting.thrown)
			std::rethrow_exception(waiting.thrown);
		detail::check(code);
		return response.status;
	}

private:
	const hn_host *host_;
	hn_call *call_;
};

/* base and path with one slash between them; a query of the base comes after the path. */
inline std::string join_url(const std::string &base, const std::string &path)
{
	const std::size_t q = base.find('?');
	std::string url = base.substr(0, q), query = q == std::string::npos ? std::string() : base.substr(q);
	while (!url.empty() && url.back() == '/')
		url.pop_back();
	const std::size_t from = path.find_first_not_of('/');
	url += '/';
	url += from == std::string::npos ? std::string() : path.substr(from);
	if (!query.empty() && path.find('?') != std::string::npos)
		query[0] = '&';
	return url + query;
}

/* ---- sessions, for frontends ---- */

namespace detail {

inline void append(void *made, hn_str piece) noexcept
{
	static_cast<std::string *>(made)->append(piece.n ? piece.p : "", piece.n);
}

} // namespace detail

class session {
public:
	/* Of a host that has hobnob.session/1: others make no frontend. */
	session(const hn_host *host, hn_session *handle)
		: host_(host), session_(handle), api_(static_cast<const hn_session_api *>(host->extension(HN_ID_SESSION))) {}
	const hn_host *host() const { return host_; }
	hn_session *handle() const { return session_; }
	/* The whole table, for what has no function here. */
	const hn_session_api *operator->() const { return api_; }
	hn_start start() const { hn_start s = sized<hn_start>(); api_->start(session_, &s); return s; }
	hn_status status() const { hn_status s = sized<hn_status>(); api_->status(session_, &s); return s; }
	/* HN_WAIT_*, or HN_ERR_INTERRUPTED. */
	int32_t wait(hn_pollfd *fds, uint32_t n, int64_t timeout_ms) const { return api_->wait_for(session_, fds, n, timeout_ms); }
	void cancel() const noexcept { api_->cancel(session_); }
	/* The text with nothing in it that acts on a terminal; flags: HN_TEXT_LINE or 0. */
	std::string safe(text content, uint32_t flags = 0) const
	{
		std::string made;
		const hn_text *table = static_cast<const hn_text *>(host_->extension(HN_ID_TEXT));
		if (!table)
			throw failure(HN_ERR_PLUGIN, "this hobnob does not have " HN_ID_TEXT);
		table->safe(content, flags, detail::append, &made);
		return made;
	}
	/* Works on one input (HN_INPUT_*) until it is done, and passes each event to
	 * on_event(const hn_session_event &), which returns 0 or a negative code. What it throws comes
	 * out here. Returns as submit() in plugin.h. */
	template <typename OnEvent> int32_t submit(uint32_t type, text content, OnEvent on_event, const hn_start *with_parts = nullptr) const
	{
		struct waiting {
			OnEvent &on_event;
			std::exception_ptr thrown;
			static int32_t take(void *ud, const hn_session_event *e)
			{
				waiting *self = static_cast<waiting *>(ud);
				try {
					return self->on_event(*e);
				} catch (...) {
					self->thrown = std::current_exception();
					return HN_ERR_OUTPUT;
				}
			}
		} waiting = { on_event, nullptr };
		hn_input input = sized<hn_input>();
		input.type = type;
		input.text = content;
		if (with_parts) {
			input.parts = with_parts->parts;
			input.n_parts = with_parts->n_parts;
			input.part_stride = with_parts->part_stride;
		}
		const int32_t code = api_->submit(session_, &input, waiting::take, &waiting);
		if (waiting.thrown)
			std::rethrow_exception(waiting.thrown);
		return code;
	}

private:
	const hn_host *host_;
	hn_session *session_;
	const hn_session_api *api_;
};

/* ---- the plugin ---- */

namespace detail {

template <typename P> struct HOBNOB_LOCAL_ instance {
	explicit instance(const options &o) : host(o.host()), own(o) {}
	const hn_host *host;
	P own;
};

template <typename P> HOBNOB_LOCAL_ int32_t create(const hn_host *host, hn_call *handle, void **self)
{
	return guard(host, handle, [=]() -> int32_t {
		*self = new instance<P>(options(host, handle));
		return HN_OK;
	});
}

template <typename P> HOBNOB_LOCAL_ int32_t create_frontend(const hn_host *host, hn_call *handle, void **self)
{
	return host->extension(HN_ID_SESSION) ? create<P>(host, handle, self) : fail(host, handle, "this hobnob does not have " HN_ID_SESSION);
}

template <typename P> HOBNOB_LOCAL_ void destroy(void *self)
{
	delete static_cast<instance<P> *>(self);
}

template <typename P> HOBNOB_LOCAL_ int32_t chat(void *self, hn_call *handle, const hn_request *r)
{
	instance<P> *i = static_cast<instance<P> *>(self);
	return guard(i->host, handle, [=]() -> int32_t {
		call here(i->host, handle);
		return i->own.chat(here, request(r));
	});
}

template <typename P> HOBNOB_LOCAL_ int32_t models(void *self, hn_call *handle, int32_t (*function)(void *, const hn_model *), void *ud)
{
	instance<P> *i = static_cast<instance<P> *>(self);
	return guard(i->host, handle, [=]() -> int32_t {
		call here(i->host, handle);
		return i->own.models(here, put(function, ud));
	});
}

template <typename P> HOBNOB_LOCAL_ int32_t credit(void *self, hn_call *handle, hn_credit *out)
{
	instance<P> *i = static_cast<instance<P> *>(self);
	return guard(i->host, handle, [=]() -> int32_t {
		call here(i->host, handle);
		return i->own.credit(here, *out);
	});
}

/* run() has no call to fail, but the terminal is the frontend's. */
inline int32_t complain(const char *what, int32_t code) noexcept
{
	std::fprintf(stderr, "hobnob: %s\n", what);
	return code;
}

template <typename P> HOBNOB_LOCAL_ int32_t run(void *self, hn_session *handle) noexcept
{
	instance<P> *i = static_cast<instance<P> *>(self);
	try {
		session here(i->host, handle);
		return i->own.run(here);
	} catch (const unwind &u) {
		return u.code;
	} catch (const failure &f) {
		return complain(f.what(), f.code());
	} catch (const std::exception &e) {
		return complain(e.what(), HN_ERR_PLUGIN);
	} catch (...) {
		return complain("an exception that is not a std::exception", HN_ERR_PLUGIN);
	}
}

/* The optional functions: what the class does not have is NULL. */
template <typename P> constexpr auto models_of(int) -> decltype((void)&P::models, decltype(hn_provider::models)()) { return models<P>; }
template <typename P> constexpr auto models_of(long) -> decltype(hn_provider::models) { return nullptr; }
template <typename P> constexpr auto credit_of(int) -> decltype((void)&P::credit, decltype(hn_provider::credit)()) { return credit<P>; }
template <typename P> constexpr auto credit_of(long) -> decltype(hn_provider::credit) { return nullptr; }

} // namespace detail

/* What a provider can do: `hobnob::provider<Mumble>().heeds(HN_SET_MAX_TOKENS)`. It accepts text. */
template <typename P> class provider {
public:
	typedef hn_provider table;
	static constexpr uint32_t type = HN_TYPE_PROVIDER;
	constexpr provider() : provider(0, 1u << HN_PART_TEXT, 0) {}
	/* chat(), models() and credit() compute or wait by themselves. */
	constexpr provider blocks() const { return provider(flags_ | HN_PROVIDER_BLOCKS, accepts_, heeds_); }
	/* Bits 1 << HN_PART_*. */
	constexpr provider accepts(uint32_t bits) const { return provider(flags_, bits, heeds_); }
	/* HN_SET_*. */
	constexpr provider heeds(uint32_t bits) const { return provider(flags_, accepts_, bits); }
	constexpr operator hn_provider() const
	{
		return hn_provider{ static_cast<uint32_t>(sizeof(hn_provider)), flags_, accepts_, heeds_, detail::create<P>, detail::destroy<P>,
			detail::chat<P>, detail::models_of<P>(0), detail::credit_of<P>(0) };
	}

private:
	constexpr provider(uint32_t flags, uint32_t accepts, uint32_t heeds) : flags_(flags), accepts_(accepts), heeds_(heeds) {}
	uint32_t flags_, accepts_, heeds_;
};

/* The same of a frontend: `hobnob::frontend<Plain>().flags(HN_FRONTEND_CONVERSES)`. */
template <typename P> class frontend {
public:
	typedef hn_frontend table;
	static constexpr uint32_t type = HN_TYPE_FRONTEND;
	constexpr frontend() : frontend(0) {}
	constexpr frontend flags(uint32_t bits) const { return frontend(flags_ | bits); }
	constexpr operator hn_frontend() const
	{
		return hn_frontend{ static_cast<uint32_t>(sizeof(hn_frontend)), flags_, detail::create_frontend<P>, detail::destroy<P>, detail::run<P> };
	}

private:
	explicit constexpr frontend(uint32_t flags) : flags_(flags) {}
	uint32_t flags_;
};

} // namespace hobnob

/* Defines hobnob_plugin_v1(). kind: a hobnob::provider or hobnob::frontend; about: a hobnob::plugin.
 * Once per plugin, outside of namespaces. */
#define HOBNOB_PLUGIN(kind, about)                                                           \
	const hn_plugin *hobnob_plugin_v1(void)                                              \
	{                                                                                    \
		static constexpr decltype(kind)::table vtable = kind;                        \
		static constexpr hn_plugin made = (about).made(decltype(kind)::type, &vtable); \
		return &made;                                                                \
	}

#endif
