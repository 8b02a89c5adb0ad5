/* SPDX-License-Identifier: MIT */
/* paths: where things are. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "config/paths.h"

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "util/mem.h"

/* Where an installed hobnob has its things; the build says otherwise. */
#ifndef INSTALL_PREFIX
#define INSTALL_PREFIX "/usr/local"
#endif
#ifndef BINDIR
#define BINDIR INSTALL_PREFIX "/bin"
#endif
#ifndef PKGDATADIR
#define PKGDATADIR "/usr/local/share/hobnob"
#endif
#ifndef PKGLIBDIR
#define PKGLIBDIR "/usr/local/lib/hobnob"
#endif
#define LOCAL_PLUGINS "/usr/local/lib/hobnob/plugins"
#ifndef PKGLIBEXECDIR
#define PKGLIBEXECDIR "/usr/local/libexec/hobnob"
#endif
#ifndef PLUGINDIR
#define PLUGINDIR PKGLIBDIR "/plugins"
#endif

/* The absolute path of the running program; without a /proc, as in a plain chroot, what it was started as. */
static char *own_program(int secure)
{
	char *path = realpath("/proc/self/exe", NULL);
	const char *started = (const char *)getauxval(AT_EXECFN);
	if (!path && started && !secure)
		path = realpath(started, NULL);
	return path ? path : xstrdup("hobnob");
}

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? xmemdup0(path, (size_t)(slash - path)) : xstrdup(".");
}

/* The build tree that the program runs from, uninstalled, or NULL: it has config.status and share/ beside it. */
static char *build_tree(const char *program)
{
	char *dir = folder_of(program), *slash = strrchr(dir, '/');
	if (slash && !strcmp(slash, "/.libs"))
		*slash = '\0';
	char *status = xasprintf("%s/config.status", dir),
	     *data = xasprintf("%s/share/defaults.yaml", dir);
	int is_build = !access(status, F_OK) && !access(data, F_OK);
	free(status);
	free(data);
	if (is_build)
		return dir;
	free(dir);
	return NULL;
}

/* The part of an installed folder's name that follows the prefix, or NULL. */
static const char *below_prefix(const char *folder)
{
	size_t n = strlen(INSTALL_PREFIX);
	return !strncmp(folder, INSTALL_PREFIX, n) && folder[n] == '/' ? folder + n : NULL;
}

/* The prefix of an installed tree that was moved: the program stands in its bin, and the data where it belongs. NULL:
 * nothing was moved. */
static char *moved_prefix(const char *program)
{
	const char *bin = below_prefix(BINDIR), *data = below_prefix(PKGDATADIR);
	char *dir = folder_of(program);
	size_t n = strlen(dir), k = bin ? strlen(bin) : 0;
	if (bin && data && n > k && !strcmp(dir + n - k, bin) && strcmp(dir, BINDIR) != 0) {
		dir[n - k] = '\0';
		char *defaults = xasprintf("%s%s/defaults.yaml", dir, data);
		int is_there = !access(defaults, F_OK);
		free(defaults);
		if (is_there)
			return dir;
	}
	free(dir);
	return NULL;
}

/* An installed folder, below the prefix that was moved if there is one (allocated). */
static char *installed(const char *moved, const char *folder)
{
	const char *below = moved ? below_prefix(folder) : NULL;
	return below ? xasprintf("%s%s", moved, below) : xstrdup(folder);
}

/* hobnob's place below an XDG directory: of the variable if it is absolute, else below HOME; NULL without one. */
static char *xdg(int secure, const char *variable, const char *below_home, const char *leaf)
{
	const char *base = secure ? NULL : getenv(variable), *home = secure ? NULL : getenv("HOME");
	if (base && *base == '/')
		return xasprintf("%s/%s", base, leaf);
	if (home && *home == '/')
		return xasprintf("%s/%s/%s", home, below_home, leaf);
	return NULL;
}

/* The machine's own plugins, beside those of a package below /usr or of a folder of somebody's own. */
static void find_local(struct paths *p)
{
	if (p->in_build || !strcmp(p->plugins, LOCAL_PLUGINS))
		return;
	p->local_plugins = xstrdup(LOCAL_PLUGINS);
	p->local_first = !strncmp(p->plugins, "/usr/", strlen("/usr/")) &&
			 strncmp(p->plugins, "/usr/local/", strlen("/usr/local/"));
}

void paths_find(struct paths *p)
{
	*p = (struct paths){ .secure = getauxval(AT_SECURE) != 0 };
	p->program = own_program(p->secure);
	p->config = xdg(p->secure, "XDG_CONFIG_HOME", ".config", "hobnob/config.yaml");
	p->prompts = xdg(p->secure, "XDG_CONFIG_HOME", ".config", "hobnob/prompts");
	p->state = xdg(p->secure, "XDG_STATE_HOME", ".local/state", "hobnob");
	p->cache = xdg(p->secure, "XDG_CACHE_HOME", ".cache", "hobnob");
	char *build = build_tree(p->program), *moved = build || p->secure ? NULL : moved_prefix(p->program);
	p->in_build = build != NULL;
	p->data = build ? xasprintf("%s/share", build) : installed(moved, PKGDATADIR);
	p->lib = build ? xasprintf("%s/core/net/.libs", build) : installed(moved, PKGLIBDIR);
	p->libexec = build ? xstrdup(build) : installed(moved, PKGLIBEXECDIR);
	p->plugins = build ? xasprintf("%s/.libs", build) : installed(moved, PLUGINDIR);
	free(build);
	free(moved);
	find_local(p);
}

char *path_of_user(const char *said)
{
	const char *home = getauxval(AT_SECURE) ? NULL : getenv("HOME");
	int below_home = said[0] == '~' && (!said[1] || said[1] == '/');
	return below_home && home && *home == '/' ? xasprintf("%s%s", home, said + 1) : xstrdup(said);
}

void paths_free(struct paths *p)
{
	char *all[] = { p->program, p->config, p->prompts, p->state, p->cache, p->data, p->lib, p->libexec, p->plugins,
		p->local_plugins };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		free(all[i]);
	*p = (struct paths){ .program = NULL };
}
