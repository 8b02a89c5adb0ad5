/* SPDX-License-Identifier: MIT */
/*
 * curl_failure: what curl's errors mean to a caller.
 *
 * A table maps curl's codes to error kinds. For the rest, the phase of the transfer decides: before
 * the first byte of an answer a retry is safe, and the error says so; after the answer broke off it
 * is not.
 */
#include "net/curl_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#define BY_PHASE 0 /* in the table: network; the phase decides whether a retry is safe */

static const char hint_base_url[] = "check base_url, and that this machine is online";
static const char hint_listening[] =
	"is a server listening there? check base_url, and the proxy if there is one";
static const char hint_ca_file[] =
	"if the server's certificate was issued by an authority of your own, name it with ca_file";
static const char hint_tls[] =
	"does the server speak https there? one that speaks plain http has a base_url with http://";
static const char hint_https[] =
	"does the server speak plain http there? one that speaks https has a base_url with https://";
static const char hint_proxy[] = "check the proxy setting, or the proxy that the environment names";

static const struct meaning {
	CURLcode code;
	int32_t kind;
	uint32_t flags;
	const char *what; /* what happened, after "HOST: "; NULL: curl's own words */
	const char *hint;
} meanings[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, HN_ERR_NETWORK, HN_FAIL_FINAL, "the name is not known",
		hint_base_url },
	{ CURLE_COULDNT_RESOLVE_PROXY, HN_ERR_NETWORK, HN_FAIL_FINAL,
		"the proxy's name is not known", hint_proxy },
	{ CURLE_COULDNT_CONNECT, BY_PHASE, 0, NULL, hint_listening },
	{ CURLE_PROXY, HN_ERR_NETWORK, HN_FAIL_FINAL, NULL, hint_proxy },
	{ CURLE_PEER_FAILED_VERIFICATION, HN_ERR_NETWORK, HN_FAIL_FINAL, NULL, hint_ca_file },
	{ CURLE_SSL_CERTPROBLEM, HN_ERR_NETWORK, HN_FAIL_FINAL, NULL, hint_ca_file },
	{ CURLE_SSL_ISSUER_ERROR, HN_ERR_NETWORK, HN_FAIL_FINAL, NULL, hint_ca_file },
	{ CURLE_SSL_CACERT_BADFILE, HN_ERR_CONFIG, 0, NULL,
		"let it name a file of certificates in PEM; the setting ca_file goes before the "
		"environment's names" },
	{ CURLE_SSL_CONNECT_ERROR, BY_PHASE, 0, NULL, hint_tls },
	{ CURLE_URL_MALFORMAT, HN_ERR_CONFIG, 0, "not a valid URL", "check base_url" },
	{ CURLE_UNSUPPORTED_PROTOCOL, HN_ERR_PROTOCOL, 0, "what answers there does not speak HTTP",
		"check base_url" },
	{ CURLE_WEIRD_SERVER_REPLY, HN_ERR_PROTOCOL, 0, "what answers there does not speak HTTP",
		"check base_url" },
	/* for a line without an end curl has its own limit: our memory does not run out */
	{ CURLE_OUT_OF_MEMORY, HN_ERR_PROTOCOL, HN_FAIL_FINAL, "the answer's headers are too large",
		NULL },
#if LIBCURL_VERSION_NUM >= 0x080600
	{ CURLE_TOO_LARGE, HN_ERR_PROTOCOL, HN_FAIL_FINAL, "the answer's headers are too large",
		NULL },
#endif
	{ CURLE_BAD_CONTENT_ENCODING, HN_ERR_PROTOCOL, 0, "the answer's compression is broken",
		NULL },
	{ CURLE_PARTIAL_FILE, HN_ERR_TRUNCATED, HN_FAIL_FINAL,
		"the answer broke off before its end", NULL },
	{ CURLE_GOT_NOTHING, BY_PHASE, 0, "the connection was closed without an answer", NULL },
	{ CURLE_OPERATION_TIMEDOUT, BY_PHASE, 0, "the connection timed out", NULL },
};

/* The entry of a code, or NULL. */
static const struct meaning *find(CURLcode code)
{
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (meanings[i].code == code)
			return &meanings[i];
	return NULL;
}

/* The URL's host and port, borrowed from it. */
static hn_str host_of(const char *url)
{
	const char *p = strstr(url, "://");
	p = p ? p + 3 : url;
	return (hn_str){ p, strcspn(p, "/?#") };
}

/* Fails with "HOST: what" and the flags that the phase gives. */
static int32_t fail(const struct http_job *job, const hn_error *like, const char *what)
{
	hn_str host = host_of(job->url);
	char *message = xasprintf("%.*s: %s", (int)host.n, host.p, what);
	hn_error error = *like;
	error.struct_size = sizeof error;
	error.retry_after_ms = -1;
	error.message = str_of(message);
	int32_t rc = job->services->fail(job->call, &error);
	free(message);
	return rc;
}

/* Whether a retry is safe. */
static uint32_t flags_of(enum transfer_phase phase)
{
	return phase == PHASE_ANSWER ? HN_FAIL_FINAL : HN_FAIL_RETRY;
}

/* The words where the table has none: the system's error if there is one, else curl's. */
static char *words(const struct http_job *job, CURL *easy, CURLcode code, enum transfer_phase phase,
	const char *detail)
{
	static const char *const said[] = {
		[PHASE_CONNECT] = "no connection",
		[PHASE_SENT] = "the connection broke before an answer came",
		[PHASE_ANSWER] = "the connection broke in the middle of the answer",
	};
	long os = 0;
	if (code == CURLE_SSL_CACERT_BADFILE && job->ca_file)
		return xasprintf("%s: %s holds no certificate in PEM", job->ca_file_by, job->ca_file);
	if (code == CURLE_COULDNT_CONNECT)
		curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os);
	if (os)
		detail = strerror((int)os);
	else if (!detail || !*detail)
		detail = curl_easy_strerror(code);
	return xasprintf("%s (%s)", said[phase], detail);
}

/* A proxy refused the connection: 407 is a matter of settings, any other status of the network. */
static int32_t refused_by_proxy(const struct http_job *job, long status)
{
	hn_error error = {
		.code = status == 407 ? HN_ERR_CONFIG : HN_ERR_NETWORK,
		.status = (int32_t)status,
		.flags = HN_FAIL_FINAL,
		.hint = str_of(hint_proxy),
	};
	char *what = xasprintf("the proxy refused to connect, with status %ld", status);
	int32_t rc = fail(job, &error, what);
	free(what);
	return rc;
}

/* 1 if the answer came as a stream of HTTP/2 or later. Those mark their end: a stream without it
 * was aborted, by a frame or with its connection, and curl's versions report that differently. */
static int is_stream(CURL *easy)
{
	long version = 0;
	curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
	return version >= CURL_HTTP_VERSION_2_0;
}

/* The peer does not speak the URL's protocol: base_url is wrong, and a retry would not help. 0 if
 * what the peer said does not explain the failure. */
static int32_t other_protocol(
	const struct http_job *job, enum transfer_phase phase, enum heard_what heard)
{
	int https = !strncmp(job->url, "https:", 6);
	hn_error error = { .code = HN_ERR_CONFIG, .flags = HN_FAIL_FINAL };
	if (https && phase == PHASE_CONNECT && heard == HEARD_HTTP) {
		error.hint = str_of("if that is right, let base_url begin with http:// in place of "
				    "https://; else check its host and port");
		return fail(job, &error, "this server speaks plain http, not https");
	}
	if (https && phase == PHASE_CONNECT && heard == HEARD_OTHER) {
		error.hint = str_of("check the host and the port of base_url");
		return fail(job, &error, "what answers there does not speak https");
	}
	if (https || phase != PHASE_SENT || heard != HEARD_TLS)
		return 0;
	error.hint = str_of("let base_url begin with https:// in place of http://");
	return fail(job, &error, "this server speaks https, not plain http");
}

/* 1 if a plain-text request was met by silence, as many servers that expect TLS do. */
static int is_silent_about_http(
	const struct http_job *job, enum transfer_phase phase, enum heard_what heard)
{
	return phase == PHASE_SENT && heard == HEARD_NOTHING && !strncmp(job->url, "http:", 5);
}

/* curl reports that the transfer failed. */
int32_t failure_of_curl(const struct http_job *job, CURL *easy, CURLcode code,
	enum transfer_phase phase, enum heard_what heard, const char *detail)
{
	const struct meaning *m = code == CURLE_PARTIAL_FILE && is_stream(easy) ? NULL : find(code);
	long proxy_status = 0;
	curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
	if (phase == PHASE_CONNECT && proxy_status >= 300)
		return refused_by_proxy(job, proxy_status);
	int32_t other = other_protocol(job, phase, heard);
	if (other)
		return other;
	char *text = m && m->what ? xstrdup(m->what) : words(job, easy, code, phase, detail);
	hn_error error = {
		.code = m && m->kind != BY_PHASE ? m->kind : HN_ERR_NETWORK,
		.flags = m && m->kind != BY_PHASE ? m->flags : flags_of(phase),
		.hint = str_of(m && m->hint ? m->hint
			       : is_silent_about_http(job, phase, heard) ? hint_https : NULL),
	};
	if (code == CURLE_OPERATION_TIMEDOUT)
		error.code = HN_ERR_TIMEOUT;
	int32_t rc = fail(job, &error, text);
	free(text);
	return rc;
}

/* One of our own timeouts. A request that was sent may have been billed, so it is not retried. */
int32_t failure_of_time(const struct http_job *job, enum transfer_phase phase, enum heard_what heard,
	const struct timer *timer)
{
	/* a plain http server waits for the end of a line and says nothing */
	int silent = phase == PHASE_CONNECT && heard == HEARD_SILENCE;
	hn_error error = {
		.code = HN_ERR_TIMEOUT,
		.flags = phase == PHASE_CONNECT ? HN_FAIL_RETRY : HN_FAIL_FINAL,
		.hint = str_of(silent ? hint_tls : NULL),
	};
	long long ms = timer->limit_ms;
	int whole = ms % 1000 == 0;
	char *text = xasprintf("%s within %lld %s (%s)",
		silent ? "connected, but no answer to the TLS greeting" : timer->what,
		whole ? ms / 1000 : ms, whole ? "s" : "ms", timer->setting);
	int32_t rc = fail(job, &error, text);
	free(text);
	return rc;
}

/* The answer exceeds a cap. */
int32_t failure_of_size(const struct http_job *job, const char *what, size_t cap)
{
	hn_error error = { .code = HN_ERR_PROTOCOL, .flags = HN_FAIL_FINAL };
	char *text = xasprintf("%s too large (more than %zu KiB)", what, cap >> 10);
	int32_t rc = fail(job, &error, text);
	free(text);
	return rc;
}
