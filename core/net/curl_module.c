/* SPDX-License-Identifier: MIT */
/* curl_module: the table by which the program reaches the http module. */
#include "net/curl_private.h"

static int module_begin(void)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : -1;
}

static void module_end(void)
{
	curl_global_cleanup();
}

static int module_kept(const void *connections)
{
	const struct connections *c = connections;
	return c->kept == CURL_SOCKET_BAD ? -1 : (int)c->kept;
}

static int32_t module_run(void *connections, const struct http_job *job, hn_http_response *out)
{
	return transfer_run(connections, job, out);
}

static void *module_open(void)
{
	return connections_open();
}

static void module_close(void *connections)
{
	connections_close(connections);
}

/* libcurl and the libraries it uses. Not with curl_version(): that asks libldap, which looks up the
 * name of this machine before it answers, however long that takes. */
static void module_about(struct http_about *out)
{
	const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
	*out = (struct http_about){
		.version = info->version,
		.tls = info->ssl_version,
		.ca_file = info->cainfo,
		.ca_path = info->capath,
	};
}

/* The module's one entry. */
HN_EXPORT const struct http_module *hobnob_http_v1(void)
{
	static const struct http_module module = {
		.version = HTTP_MODULE_VERSION,
		.begin = module_begin,
		.end = module_end,
		.open = module_open,
		.close = module_close,
		.kept = module_kept,
		.run = module_run,
		.about = module_about,
	};
	return &module;
}
