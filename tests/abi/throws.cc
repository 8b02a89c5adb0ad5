// SPDX-License-Identifier: MIT
// throws: a provider in C++11 that lets an exception out of its WHERE (entry, chat), with the flags FLAGS, as NAME.
#include <stdexcept>
#include <string>

#include <hobnob/easy.h>

namespace {

const hn_host *host;

int32_t create(const hn_host *h, hn_call *, void **self)
{
	host = h;
	*self = NULL;
	return 0;
}

void destroy(void *)
{
}

void may_throw(const std::string &where)
{
	if (where == WHERE)
		throw std::runtime_error("thrown");
}

int32_t chat(void *, hn_call *call, const hn_request *)
{
	hn_say(host, call, hn_str_of("partial "));
	may_throw("chat");
	return hn_finish(host, call, HN_FINISH_STOP);
}

const hn_provider provider = { sizeof(hn_provider), FLAGS, 1u << HN_PART_TEXT, 0, create, destroy, chat, NULL, NULL };
const hn_plugin plugin = { sizeof(hn_plugin), HN_ABI_MAJOR, 0, HN_TYPE_PROVIDER, 0, 0, 0, 0, NAME, "0.1", "throws", "MIT", NULL, &provider };

} // namespace

extern "C" HN_EXPORT const hn_plugin *hobnob_plugin_v1(void)
{
	may_throw("entry");
	return &plugin;
}
