/* SPDX-License-Identifier: MIT */
/* doctor_network: the http module, the certificates that are trusted, and the proxy. */
#include "cli/doctor.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "net/http.h"
#include "net/module.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/url.h"

#define CA_MAX ((size_t)16 << 20) /* bytes of a file of certificates */

/* ---- certificates ---- */

/* What is wrong with a file of certificates, or 0. */
static int32_t certificates_fault(const char *path, struct fault *f)
{
	struct buf text = BUF(CA_MAX);
	int32_t code = file_read(path, CA_MAX, &text, f);
	if (!code && (!text.n || !memmem(text.p, text.n, "-----BEGIN ", 11)))
		code = fault_set(f, HN_ERR_CONFIG, NULL, "%s: holds no certificate in PEM", path);
	buf_free(&text);
	return code;
}

/* 1 if a directory holds anything. */
static int dir_holds(const char *path)
{
	DIR *dir = path ? opendir(path) : NULL;
	int any = 0;
	for (struct dirent *e; dir && !any && (e = readdir(dir));)
		any = e->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return any;
}

/* The file that ca_file or the environment names. */
static void look_ca_file(struct doctor *d, const char *path, const char *by)
{
	struct fault f = { 0 };
	int32_t code = certificates_fault(path, &f);
	found(d, !code, "certificates", "%s (%s)", path, by);
	if (code) {
		char *cure = xasprintf("let %s name a file of certificates in PEM", by);
		problem_fault(d, &f, cure);
		free(cure);
	}
}

static void look_ca_dirs(struct doctor *d, const struct trusted *trusted)
{
	struct buf one = BUF(BUF_NO_CAP);
	int holds = 0;
	for (const char *at = trusted->dir; *at && !holds; at += *at == ':') {
		size_t n = strcspn(at, ":");
		buf_cut(&one, 0);
		buf_add(&one, at, n);
		holds = n && dir_holds(one.p);
		at += n;
	}
	buf_free(&one);
	found(d, holds, "certificate folders", "%s (%s)", trusted->dir, trusted->dir_by);
	if (!holds)
		problem(d, HN_ERR_CONFIG, "correct or unset it", "%s: %s holds no certificate",
			trusted->dir_by, trusted->dir);
}

/* Those that libcurl trusts where nothing is said: a file or a directory, either will do. */
static void look_ca_default(struct doctor *d, const struct http_about *about)
{
	const char *file = about->ca_file, *dir = about->ca_path;
	int ok = (file && !certificates_fault(file, NULL)) || dir_holds(dir);
	found(d, ok || (!file && !dir), "certificates", "%s%s%s (libcurl's own choice)",
		file ? file : "", file && dir ? ", " : "",
		dir    ? dir
		: file ? ""
		       : "those of the TLS library");
	if (!ok && (file || dir))
		problem(d, HN_ERR_CONFIG,
			"install the package ca-certificates, or name a file: ca_file",
			"there are no certificates to know a server by in %s", file ? file : dir);
}

/* The environment's names where another goes before them. */
static void look_ca_names(struct doctor *d, const char *by)
{
	static const char *const names[] = { "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = settings_env(d->rt->settings, names[i]);
		if (value && strcmp(names[i], by) != 0)
			found(d, 1, names[i], "%s: not looked at (%s is)", value, by);
	}
}

/* ---- the proxy ---- */

/* The environment variable from which libcurl takes the proxy, or NULL. HTTP_PROXY in upper case
 * does not count: a request's header could set it in a CGI. */
static const char *proxy_name(const struct settings *s, int https)
{
	static const char *const names[] = { "https_proxy", "HTTPS_PROXY", "http_proxy",
		"all_proxy", "ALL_PROXY" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if ((i > 2 || (i < 2) == https) && settings_env(s, names[i]))
			return names[i];
	return NULL;
}

/* The proxy that is set, or that the environment names; its password masked. */
static void add_proxy(struct doctor *d, const char *url, const char *from)
{
	struct buf shown = BUF(BUF_NO_CAP);
	url_show(str_of(url), &shown);
	found(d, 1, "proxy", "%s (%s)", shown.p, from);
	buf_free(&shown);
}

/* The proxy that the environment names. This machine is never reached through it. */
static void look_environment_proxy(struct doctor *d, const char *url)
{
	static const char *const exempt[] = { "no_proxy", "NO_PROXY" };
	const struct settings *s = d->rt->settings;
	const char *name = proxy_name(s, !url || strncmp(url, "http:", 5) != 0);
	if (!name || (url && url_is_loopback(url))) {
		found(d, 1, "proxy", "none%s%s", name ? ": this machine is reached without " : "",
			name ? name : "");
		return;
	}
	add_proxy(d, settings_env(s, name), name);
	for (size_t i = 0; i < sizeof exempt / sizeof *exempt; i++)
		if (settings_env(s, exempt[i])) {
			found(d, 1, exempt[i], "%s", settings_env(s, exempt[i]));
			return;
		}
}

static void look_proxy(struct doctor *d)
{
	const struct value *set = setting(d->rt->settings, S_PROXY);
	if (!set)
		look_environment_proxy(d, d->provider ? d->provider->options->endpoint : NULL);
	else if (*set->text)
		add_proxy(d, set->text, source_name(set->source));
	else
		found(d, 1, "proxy", "none: proxy is set to nothing");
}

void doctor_network(struct doctor *d)
{
	struct trusted trusted;
	struct http_about about;
	struct fault f = { 0 };
	int there = !http_look(d->rt->paths.lib, &about, &f);
	found(d, there, "http module", "%s/http.so", d->rt->paths.lib);
	if (!there) {
		problem_fault(d, &f, "install hobnob whole: `make install`");
	} else {
		found(d, 1, "libcurl", "%s", about.version);
		found(d, about.tls != NULL, "TLS", "%s", about.tls ? about.tls : "none");
		if (!about.tls)
			problem(d, HN_ERR_CONFIG, "install a libcurl with TLS",
				"this libcurl speaks no https");
	}
	settings_trusted(d->rt->settings, &trusted);
	if (trusted.file)
		look_ca_file(d, trusted.file, trusted.file_by);
	if (trusted.dir)
		look_ca_dirs(d, &trusted);
	if (!trusted.file && !trusted.dir && there)
		look_ca_default(d, &about);
	if (trusted.file && !trusted.dir)
		look_ca_names(d, trusted.file_by);
	look_proxy(d);
}
