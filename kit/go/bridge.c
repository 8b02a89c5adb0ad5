/* SPDX-License-Identifier: MIT */
/* bridge: the one exported function, the provider's table, and calls through hobnob's. An instance is a handle of Go's. */
#include "bridge.h"

#include <stdlib.h>

#include "_cgo_export.h"

/* Go starts when the file is loaded; a call into it waits until its init functions have run. */
HN_EXPORT const hn_plugin *hobnob_plugin_v1(void)
{
	return goPlugin();
}

static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	uintptr_t handle = 0;
	int32_t code = goCreate((hn_host *)host, call, &handle);

	*self = (void *)handle;
	return code;
}

static void destroy(void *self)
{
	goDestroy((uintptr_t)self);
}

static int32_t chat(void *self, hn_call *call, const hn_request *request)
{
	return goChat((uintptr_t)self, call, (hn_request *)request);
}

static int32_t models(void *self, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	return goModels((uintptr_t)self, call, (void *)put, ud);
}

static int32_t credit(void *self, hn_call *call, hn_credit *out)
{
	return goCredit((uintptr_t)self, call, out);
}

const hn_provider *bridge_table(uint32_t accepts, uint32_t heeds, int lists, int credits)
{
	hn_provider *table = calloc(1, sizeof *table);

	if (!table)
		return NULL;
	table->struct_size = (uint32_t)sizeof *table;
	table->flags = HN_PROVIDER_BLOCKS; /* goroutines move between threads */
	table->accepts = accepts;
	table->heeds = heeds;
	table->create = create;
	table->destroy = destroy;
	table->chat = chat;
	table->models = lists ? models : NULL;
	table->credit = credits ? credit : NULL;
	return table;
}

static hn_str text_of(const void *p, size_t n)
{
	hn_str s;

	s.p = p;
	s.n = n;
	return s;
}

int32_t bridge_emit(const hn_host *host, hn_call *call, const hn_event *event, const void *text, size_t n_text, const void *name,
	size_t n_name, const void *id, size_t n_id, const void *mime, size_t n_mime)
{
	hn_event whole = *event;

	whole.text = text_of(text, n_text);
	whole.name = text_of(name, n_name);
	whole.id = text_of(id, n_id);
	whole.mime = text_of(mime, n_mime);
	return hn_shim_host_emit(host, call, &whole);
}

int32_t bridge_report(const hn_host *host, hn_call *call, const hn_usage *usage)
{
	hn_event event = { .struct_size = sizeof event, .type = HN_EV_USAGE, .usage = usage };

	return hn_shim_host_emit(host, call, &event);
}

int32_t bridge_fail(const hn_host *host, hn_call *call, const hn_error *error, const void *message, size_t n_message,
	const void *hint, size_t n_hint)
{
	hn_error whole = *error;

	whole.message = text_of(message, n_message);
	whole.hint = text_of(hint, n_hint);
	return hn_shim_host_fail(host, call, &whole);
}

int32_t bridge_put(void *put, void *ud, const hn_model *model, const void *id, size_t n_id, const void *name, size_t n_name)
{
	hn_model whole = *model;

	whole.id = text_of(id, n_id);
	whole.name = text_of(name, n_name);
	return hn_shim_provider_models_put((int32_t (*)(void *, const hn_model *))put, ud, &whole);
}

static int32_t on_data(void *ud, const hn_http_response *head, uint32_t type, hn_str event, hn_str data)
{
	return goData((uintptr_t)ud, (hn_http_response *)head, type, (void *)event.p, event.n, (void *)data.p, data.n);
}

int32_t bridge_request(const hn_http *http, hn_call *call, hn_http_request *request, uintptr_t handle, hn_http_response *out)
{
	request->on_data = on_data;
	request->ud = (void *)handle;
	return hn_shim_http_request(http, call, request, out);
}

void bridge_log(const hn_log *log, hn_call *call, uint32_t level, const void *text, size_t n_text)
{
	hn_shim_log_line(log, call, level, text_of(text, n_text));
}
