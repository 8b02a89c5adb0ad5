/* SPDX-License-Identifier: MIT */
/* pool: the connections of all sessions. */
#include "net/pool.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "util/mem.h"

/* A set that nobody uses. */
struct idle {
	void *connections;
	char *origin;
	int64_t since; /* monotonic ms */
};

struct pool {
	pthread_mutex_t lock;
	const struct http_module *module; /* NULL until the first request */
	int starts; /* libcurl has started */
	struct idle idle[POOL_MOST]; /* the newest last */
	size_t n;
};

struct pool *pool_new(void)
{
	struct pool *p = xcalloc(1, sizeof *p);

	pthread_mutex_init(&p->lock, NULL);
	return p;
}

/* Takes one out of the list. */
static struct idle take_out(struct pool *p, size_t i)
{
	struct idle was = p->idle[i];

	memmove(&p->idle[i], &p->idle[i + 1], (--p->n - i) * sizeof *p->idle);
	return was;
}

static void close_at(struct pool *p, size_t i)
{
	struct idle was = take_out(p, i);

	p->module->close(was.connections);
	free(was.origin);
}

void pool_free(struct pool *p)
{
	if (!p)
		return;
	while (p->n)
		close_at(p, p->n - 1);
	if (p->starts)
		p->module->end();
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* ---- the module ---- */

/* It is never closed: threads of libcurl's resolver may outlive a request. */
const struct http_module *module_load(const char *lib, struct fault *f)
{
	http_module_entry entry;
	char *path = xasprintf("%s/http.so", lib);
	void *dl = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	free(path);
	void *symbol = dl ? dlsym(dl, HTTP_MODULE_SYMBOL) : NULL;
	if (!symbol) {
		fault_set(f, HN_ERR_CONFIG, NULL, "%s", dl ? "it has no " HTTP_MODULE_SYMBOL : dlerror());
		return NULL;
	}
	memcpy(&entry, &symbol, sizeof entry);
	const struct http_module *module = entry();
	if (module->version == HTTP_MODULE_VERSION)
		return module;
	fault_set(f, HN_ERR_CONFIG, NULL, "it was built for another version of hobnob");
	return NULL;
}

const struct http_module *pool_module(struct pool *p, const char *lib, int *is_new, struct fault *f)
{
	const struct http_module *module;

	pthread_mutex_lock(&p->lock);
	*is_new = !p->module;
	if (!p->module)
		p->module = module_load(lib, f);
	module = p->module;
	pthread_mutex_unlock(&p->lock);
	return module;
}

/* ---- taking and giving ---- */

/* How useful an idle set is for an origin. */
enum worth {
	WORTH_NOTHING,
	WORTH_FACTS,      /* no connection, but the server's address and TLS session are known */
	WORTH_PERHAPS,    /* a connection with unread data: the server may have closed it */
	WORTH_CONNECTION, /* an open connection */
};

static enum worth worth_of(const struct pool *p, const struct idle *idle, const char *origin)
{
	char byte;
	int fd;
	ssize_t n;

	if (strcmp(idle->origin, origin) != 0)
		return WORTH_NOTHING;
	fd = p->module->kept(idle->connections);
	if (fd < 0)
		return WORTH_FACTS;
	n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	if (n > 0)
		return WORTH_PERHAPS;
	return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? WORTH_CONNECTION : WORTH_FACTS;
}

/* The best set, of equal ones the newest; -1 if none serves. */
static long best(const struct pool *p, const char *origin)
{
	enum worth most = WORTH_NOTHING;
	long at = -1;

	for (size_t i = p->n; i-- > 0 && most < WORTH_CONNECTION;) {
		enum worth worth = worth_of(p, &p->idle[i], origin);

		if (worth <= most)
			continue;
		most = worth;
		at = (long)i;
	}
	return at;
}

void *pool_take(struct pool *p, const char *origin)
{
	struct idle was = { NULL, NULL, 0 };
	long i;

	pthread_mutex_lock(&p->lock);
	i = best(p, origin);
	if (i >= 0)
		was = take_out(p, (size_t)i);
	else if (p->starts || (p->starts = p->module->begin() == 0))
		was.connections = p->module->open();
	pthread_mutex_unlock(&p->lock);
	free(was.origin);
	return was.connections;
}

void pool_give(struct pool *p, void *connections, const char *origin, int64_t now)
{
	pthread_mutex_lock(&p->lock);
	while (p->n && (p->n == POOL_MOST || now - p->idle[0].since > POOL_IDLE_MS))
		close_at(p, 0);
	p->idle[p->n++] = (struct idle){ connections, xstrdup(origin), now };
	pthread_mutex_unlock(&p->lock);
}
