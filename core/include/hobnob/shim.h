/* SPDX-License-Identifier: MIT */
/*
 * hobnob/shim.h - a function for each pointer that a plugin calls, for languages that cannot call
 * through a table, and for what plugin.h does by macros.
 *
 * Made from plugin.h by `tests/check-bindings --write`. All of it is inline and not a part of the
 * ABI. Threads and results are those of the pointer, which plugin.h describes.
 */
#ifndef HOBNOB_SHIM_H
#define HOBNOB_SHIM_H

#include <hobnob/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- functions of hobnob's: hn_shim_has_X() is 1 if this hobnob has it ---- */

static inline int hn_shim_has_host_extension(const hn_host *table)
{
	return table && HN_HAS_FN(table, hn_host, extension);
}

static inline const void *hn_shim_host_extension(const hn_host *table, const char *id)
{
	return table->extension(id);
}

static inline int hn_shim_has_host_emit(const hn_host *table)
{
	return table && HN_HAS_FN(table, hn_host, emit);
}

static inline int32_t hn_shim_host_emit(const hn_host *table, hn_call *call, const hn_event *event)
{
	return table->emit(call, event);
}

static inline int hn_shim_has_host_fail(const hn_host *table)
{
	return table && HN_HAS_FN(table, hn_host, fail);
}

static inline int32_t hn_shim_host_fail(const hn_host *table, hn_call *call, const hn_error *error)
{
	return table->fail(call, error);
}

static inline int hn_shim_has_host_cancelled(const hn_host *table)
{
	return table && HN_HAS_FN(table, hn_host, cancelled);
}

static inline int32_t hn_shim_host_cancelled(const hn_host *table, hn_call *call)
{
	return table->cancelled(call);
}

static inline int hn_shim_has_host_alloc(const hn_host *table)
{
	return table && HN_HAS_FN(table, hn_host, alloc);
}

static inline void *hn_shim_host_alloc(const hn_host *table, hn_call *call, size_t n)
{
	return table->alloc(call, n);
}

static inline int hn_shim_has_host_option(const hn_host *table)
{
	return table && HN_HAS_FN(table, hn_host, option);
}

static inline int32_t hn_shim_host_option(const hn_host *table, hn_call *call, const char *key, hn_value *out)
{
	return table->option(call, key, out);
}

static inline int hn_shim_has_host_code_of_kind(const hn_host *table)
{
	return table && HN_HAS_FN(table, hn_host, code_of_kind);
}

static inline int32_t hn_shim_host_code_of_kind(const hn_host *table, const char *name)
{
	return table->code_of_kind(name);
}

static inline int hn_shim_has_http_request(const hn_http *table)
{
	return table && HN_HAS_FN(table, hn_http, request);
}

static inline int32_t hn_shim_http_request(const hn_http *table, hn_call *call, const hn_http_request *http_request, hn_http_response *out)
{
	return table->request(call, http_request, out);
}

static inline int hn_shim_has_http_code_of_status(const hn_http *table)
{
	return table && HN_HAS_FN(table, hn_http, code_of_status);
}

static inline int32_t hn_shim_http_code_of_status(const hn_http *table, int32_t status)
{
	return table->code_of_status(status);
}

static inline int hn_shim_has_io_wait_for(const hn_io *table)
{
	return table && HN_HAS_FN(table, hn_io, wait_for);
}

static inline int32_t hn_shim_io_wait_for(const hn_io *table, hn_call *call, hn_pollfd *fds, uint32_t n, int64_t timeout_ms)
{
	return table->wait_for(call, fds, n, timeout_ms);
}

static inline int hn_shim_has_io_now(const hn_io *table)
{
	return table && HN_HAS_FN(table, hn_io, now);
}

static inline int64_t hn_shim_io_now(const hn_io *table, hn_call *call)
{
	return table->now(call);
}

static inline int hn_shim_has_text_safe(const hn_text *table)
{
	return table && HN_HAS_FN(table, hn_text, safe);
}

static inline void hn_shim_text_safe(const hn_text *table, hn_str in, uint32_t flags, void (*put)(void *ud, hn_str piece), void *ud)
{
	table->safe(in, flags, put, ud);
}

static inline int hn_shim_has_text_columns(const hn_text *table)
{
	return table && HN_HAS_FN(table, hn_text, columns);
}

static inline uint32_t hn_shim_text_columns(const hn_text *table, hn_str in)
{
	return table->columns(in);
}

static inline int hn_shim_has_log_line(const hn_log *table)
{
	return table && HN_HAS_FN(table, hn_log, line);
}

static inline void hn_shim_log_line(const hn_log *table, hn_call *call, uint32_t level, hn_str text)
{
	table->line(call, level, text);
}

static inline int hn_shim_has_process_spawn(const hn_process *table)
{
	return table && HN_HAS_FN(table, hn_process, spawn);
}

static inline int32_t hn_shim_process_spawn(const hn_process *table, hn_call *call, const hn_program *program, hn_child *out)
{
	return table->spawn(call, program, out);
}

static inline int hn_shim_has_process_close_input(const hn_process *table)
{
	return table && HN_HAS_FN(table, hn_process, close_input);
}

static inline int32_t hn_shim_process_close_input(const hn_process *table, hn_call *call, hn_child *child)
{
	return table->close_input(call, child);
}

static inline int hn_shim_has_process_finish(const hn_process *table)
{
	return table && HN_HAS_FN(table, hn_process, finish);
}

static inline int32_t hn_shim_process_finish(const hn_process *table, hn_call *call, hn_child *child, int64_t wait_ms, int64_t grace_ms)
{
	return table->finish(call, child, wait_ms, grace_ms);
}

static inline int hn_shim_has_session_start(const hn_session_api *table)
{
	return table && HN_HAS_FN(table, hn_session_api, start);
}

static inline void hn_shim_session_start(const hn_session_api *table, hn_session *session, hn_start *out)
{
	table->start(session, out);
}

static inline int hn_shim_has_session_submit(const hn_session_api *table)
{
	return table && HN_HAS_FN(table, hn_session_api, submit);
}

static inline int32_t hn_shim_session_submit(const hn_session_api *table, hn_session *session, const hn_input *input, hn_on_event on_event, void *ud)
{
	return table->submit(session, input, on_event, ud);
}

static inline int hn_shim_has_session_cancel(const hn_session_api *table)
{
	return table && HN_HAS_FN(table, hn_session_api, cancel);
}

static inline void hn_shim_session_cancel(const hn_session_api *table, hn_session *session)
{
	table->cancel(session);
}

static inline int hn_shim_has_session_wait_for(const hn_session_api *table)
{
	return table && HN_HAS_FN(table, hn_session_api, wait_for);
}

static inline int32_t hn_shim_session_wait_for(const hn_session_api *table, hn_session *session, hn_pollfd *fds, uint32_t n, int64_t timeout_ms)
{
	return table->wait_for(session, fds, n, timeout_ms);
}

static inline int hn_shim_has_session_watch(const hn_session_api *table)
{
	return table && HN_HAS_FN(table, hn_session_api, watch);
}

static inline void hn_shim_session_watch(const hn_session_api *table, hn_session *session, int32_t fd, void (*on_readable)(void *ud), void *ud)
{
	table->watch(session, fd, on_readable, ud);
}

static inline int hn_shim_has_session_status(const hn_session_api *table)
{
	return table && HN_HAS_FN(table, hn_session_api, status);
}

static inline void hn_shim_session_status(const hn_session_api *table, hn_session *session, hn_status *out)
{
	table->status(session, out);
}

static inline int hn_shim_has_session_complete(const hn_session_api *table)
{
	return table && HN_HAS_FN(table, hn_session_api, complete);
}

static inline void hn_shim_session_complete(const hn_session_api *table, hn_session *session, hn_str line, size_t cursor, void (*put)(void *ud, hn_str word, hn_str help), void *ud)
{
	table->complete(session, line, cursor, put, ud);
}

static inline int hn_shim_has_session_message(const hn_session_api *table)
{
	return table && HN_HAS_FN(table, hn_session_api, message);
}

static inline const hn_message *hn_shim_session_message(const hn_session_api *table, hn_session *session, uint32_t i, uint32_t *stride)
{
	return table->message(session, i, stride);
}

static inline int hn_shim_has_session_session_new(const hn_session_api *table)
{
	return table && HN_HAS_FN(table, hn_session_api, session_new);
}

static inline int32_t hn_shim_session_session_new(const hn_session_api *table, hn_session *session, const hn_open *how, hn_session **out, hn_error *why)
{
	return table->session_new(session, how, out, why);
}

static inline int hn_shim_has_session_session_end(const hn_session_api *table)
{
	return table && HN_HAS_FN(table, hn_session_api, session_end);
}

static inline int32_t hn_shim_session_session_end(const hn_session_api *table, hn_session *session)
{
	return table->session_end(session);
}

static inline int hn_shim_has_session_secret(const hn_session_api *table)
{
	return table && HN_HAS_FN(table, hn_session_api, secret);
}

static inline int32_t hn_shim_session_secret(const hn_session_api *table, hn_session *session, hn_str text)
{
	return table->secret(session, text);
}

static inline int hn_shim_has_session_setting(const hn_session_api *table)
{
	return table && HN_HAS_FN(table, hn_session_api, setting);
}

static inline int32_t hn_shim_session_setting(const hn_session_api *table, hn_session *session, hn_str key, hn_str *value)
{
	return table->setting(session, key, value);
}

static inline int hn_shim_has_relay_ask(const hn_relay *table)
{
	return table && HN_HAS_FN(table, hn_relay, ask);
}

static inline int32_t hn_shim_relay_ask(const hn_relay *table, hn_session *session, hn_str provider, const hn_request *request, hn_on_event on_event, void *ud)
{
	return table->ask(session, provider, request, on_event, ud);
}

static inline int hn_shim_has_relay_models(const hn_relay *table)
{
	return table && HN_HAS_FN(table, hn_relay, models);
}

static inline int32_t hn_shim_relay_models(const hn_relay *table, hn_session *session, hn_str provider, int32_t (*put)(void *ud, const hn_model *), void *ud, hn_error *why)
{
	return table->models(session, provider, put, ud, why);
}

static inline int hn_shim_has_commands_add(const hn_commands *table)
{
	return table && HN_HAS_FN(table, hn_commands, add);
}

static inline int32_t hn_shim_commands_add(const hn_commands *table, hn_session *session, const hn_command *command)
{
	return table->add(session, command);
}

/* ---- element i of an array with a stride ---- */

static inline const hn_option *hn_shim_plugin_options(const hn_plugin *of, uint32_t i)
{
	return HN_AT(hn_option, of->options, of->option_stride, i);
}

static inline const hn_part *hn_shim_message_parts(const hn_message *of, uint32_t i)
{
	return HN_AT(hn_part, of->parts, of->part_stride, i);
}

static inline const hn_message *hn_shim_request_messages(const hn_request *of, uint32_t i)
{
	return HN_AT(hn_message, of->messages, of->message_stride, i);
}

static inline const hn_tool *hn_shim_request_tools(const hn_request *of, uint32_t i)
{
	return HN_AT(hn_tool, of->tools, of->tool_stride, i);
}

static inline const hn_http_header *hn_shim_http_request_headers(const hn_http_request *of, uint32_t i)
{
	return HN_AT(hn_http_header, of->headers, of->header_stride, i);
}

static inline const hn_part *hn_shim_start_parts(const hn_start *of, uint32_t i)
{
	return HN_AT(hn_part, of->parts, of->part_stride, i);
}

static inline const hn_part *hn_shim_input_parts(const hn_input *of, uint32_t i)
{
	return HN_AT(hn_part, of->parts, of->part_stride, i);
}

/* ---- functions that hobnob passes to a provider ---- */

static inline int32_t hn_shim_provider_models_put(int32_t (*put)(void *ud, const hn_model *), void *ud, const hn_model *model)
{
	return put(ud, model);
}

#ifdef __cplusplus
}
#endif
#endif
