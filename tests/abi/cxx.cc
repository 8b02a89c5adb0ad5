// SPDX-License-Identifier: MIT
// cxx: a provider in C++11, which waits through hobnob.io/1 and lets no exception cross the line.
#include <exception>
#include <stdexcept>
#include <string>

#include <hobnob/easy.h>

namespace {

class Instance {
public:
	Instance(const hn_host *host, hn_call *call)
		: host_(host), io_(static_cast<const hn_io *>(host->extension(HN_ID_IO)))
	{
		hn_str prefix = hn_option_text(host, call, "prefix");
		prefix_.assign(prefix.p, prefix.n);
		if (!io_)
			throw std::runtime_error("this host has no " HN_ID_IO);
	}

	int32_t answer(hn_call *call, const std::string &prompt) const
	{
		if (prompt == "fail")
			return hn_failf(host_, call, HN_ERR_QUOTA, "no %s left", "coins");
		if (prompt == "throw")
			throw std::runtime_error("thrown in chat()");
		const std::string reply = prefix_ + prompt;
		int32_t code = hn_say(host_, call, str(reply));
		if (!code && prompt == "wait")
			code = io_->wait_for(call, NULL, 0, -1);
		if (!code)
			code = hn_report(host_, call, hn_usage_of(size(prompt), size(reply)));
		return code ? code : hn_finish(host_, call, HN_FINISH_STOP);
	}

private:
	static int64_t size(const std::string &s) { return static_cast<int64_t>(s.size()); }
	static hn_str str(const std::string &s) { return hn_str{ s.data(), s.size() }; }

	const hn_host *host_;
	const hn_io *io_;
	std::string prefix_;
};

const hn_host *the_host;

// An exception becomes an error of the plugin's.
template <typename Body> int32_t guarded(hn_call *call, Body body)
{
	try {
		return body();
	} catch (const std::exception &e) {
		return hn_failf(the_host, call, HN_ERR_PLUGIN, "%s", e.what());
	} catch (...) {
		return hn_failf(the_host, call, HN_ERR_PLUGIN, "an unknown exception");
	}
}

int32_t create(const hn_host *host, hn_call *call, void **self)
{
	the_host = host;
	return guarded(call, [=]() -> int32_t {
		*self = new Instance(host, call);
		return HN_OK;
	});
}

void destroy(void *self)
{
	delete static_cast<Instance *>(self);
}

int32_t chat(void *self, hn_call *call, const hn_request *request)
{
	if (request->flags & HN_REQUEST_DRY)
		return HN_OK;
	return guarded(call, [=]() -> int32_t {
		const hn_str last = hn_last(request)->text;
		return static_cast<Instance *>(self)->answer(call, std::string(last.p, last.n));
	});
}

const hn_provider provider =
	HN_PROVIDER(0, 1u << HN_PART_TEXT, 0, create, destroy, chat, NULL, NULL);

const hn_option options[] = {
	HN_OPTION(HN_OPT_STRING, 0, "prefix", "C++ says: ", "text before each reply"),
	HN_OPTION(HN_OPT_STRING, 0, "model", "small", "there is only one"),
};

} // namespace

HN_PLUGIN(HN_TYPE_PROVIDER, provider, options, "cxx", "0.1", "a provider in C++11", "MIT")
