/* SPDX-License-Identifier: MIT */
/* my-plugin: a provider that computes by itself. This one says the words of the last message in reverse order. */
#include <hobnob/plugin.hpp>

namespace {

const char blanks[] = " \t\n\r";

/* Takes the last word off the text; empty: no word is left. */
std::string last_word(std::string &text)
{
	const std::size_t last = text.find_last_not_of(blanks);
	text.resize(last == std::string::npos ? 0 : last + 1);
	const std::size_t before = text.find_last_of(blanks);
	const std::size_t start = before == std::string::npos ? 0 : before + 1;
	const std::string word = text.substr(start);
	text.resize(start);
	return word;
}

/* Several calls may use it at once: it keeps nothing of a conversation. */
class Provider {
public:
	/* Keeps what the options say. Load a model here. */
	explicit Provider(const hobnob::options &options) : delay_(options.integer("delay"))
	{
		if (delay_ < 0)
			throw hobnob::failure(HN_ERR_CONFIG, "delay: expected 0 or more milliseconds");
	}

	/* One attempt at one reply, on a thread of its own. */
	int32_t chat(hobnob::call &call, const hobnob::request &request) const
	{
		std::string left = hobnob::text(request.last().text).str();
		int64_t words = 0;

		if (request.dry())
			return HN_OK;
		for (std::string word = last_word(left); !word.empty(); word = last_word(left))
			say(call, word, words++ == 0);
		if (words == 0)
			call.say("Say a word.");
		call.report(hobnob::usage().prompt(words).completion(words));
		return call.finish(HN_FINISH_STOP);
	}

private:
	/* One step of the computation: waits, unless the user stops it, and says a word. */
	void say(hobnob::call &call, const std::string &word, bool first) const
	{
		if (call.cancelled()) /* ask often: a reply has to stop within 100 ms */
			throw hobnob::unwind{ HN_ERR_INTERRUPTED };
		if (!first && delay_)
			call.wait(nullptr, 0, delay_);
		call.say(first ? word : " " + word);
	}

	int64_t delay_; /* ms before each word but the first */
};

/* ---- what hobnob reads before it calls anything ---- */

constexpr hn_option options[] = {
	hobnob::option(HN_OPT_INT, "delay").initial("0").help("milliseconds between two words"),
	hobnob::option(HN_OPT_STRING, "model").initial("reverse").help("there is only one"),
};

} // namespace

/* blocks(): chat() runs on a thread of its own, and may take its time. */
HOBNOB_PLUGIN(hobnob::provider<Provider>().blocks(),
	hobnob::plugin("my-plugin").version("0.1").summary("says the words of a message in reverse order").license("MIT").options(options))
