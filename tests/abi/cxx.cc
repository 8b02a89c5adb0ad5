// SPDX-License-Identifier: MIT
// cxx: a provider in C++11, which waits through hobnob.io/1 and throws what there is to throw.
#include <new>
#include <stdexcept>
#include <string>

#include <hobnob/plugin.hpp>

namespace {

class Provider {
public:
	explicit Provider(const hobnob::options &options) : prefix_(options.string("prefix"))
	{
		if (prefix_ == "throw")
			throw std::runtime_error("thrown by the constructor");
	}

	int32_t chat(hobnob::call &call, const hobnob::request &request) const
	{
		const std::string prompt = hobnob::text(request.last().text).str();
		if (request.dry())
			return HN_OK;
		if (prompt == "fail")
			throw hobnob::failure(HN_ERR_QUOTA, "no coins left").hint("buy some");
		throws(prompt);
		call.say(prefix_ + prompt);
		if (prompt == "wait")
			call.wait(nullptr, 0, -1);
		call.report(hobnob::usage().prompt(size(prompt)).completion(size(prefix_ + prompt)));
		return call.finish(HN_FINISH_STOP);
	}

	int32_t models(hobnob::call &, const hobnob::put &put) const
	{
		put(hobnob::model("small").context(1000).price_input(-1));
		put(hobnob::model("large").name("the large one").max_output(50));
		return HN_OK;
	}

	int32_t credit(hobnob::call &, hn_credit &out) const
	{
		out.left = 1500000000000;
		out.used = 250000000000;
		return HN_OK;
	}

private:
	static void throws(const std::string &prompt)
	{
		if (prompt == "throw")
			throw std::runtime_error("thrown in chat()");
		if (prompt == "throw memory")
			throw std::bad_alloc();
		if (prompt == "throw 7")
			throw 7;
	}

	static int64_t size(const std::string &s) { return static_cast<int64_t>(s.size()); }

	std::string prefix_;
};

constexpr hn_option options[] = {
	hobnob::option(HN_OPT_STRING, "prefix").initial("C++ says: ").help("text before each reply"),
	hobnob::option(HN_OPT_STRING, "model").initial("small").help("there is only one"),
};

} // namespace

HOBNOB_PLUGIN(hobnob::provider<Provider>(),
	hobnob::plugin("cxx").version("0.1").summary("a provider in C++11").license("MIT").options(options))
