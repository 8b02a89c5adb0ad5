# SPDX-License-Identifier: MIT
# hobnob.m4: finds hobnob for a plugin.
#
# HOBNOB_PLUGIN([LEAST-VERSION])
#
# Sets HOBNOB (the program), HOBNOB_CFLAGS, HOBNOB_LDFLAGS (which link a plugin, by libtool or without) and hobnobplugindir,
# where plugins for all users are installed; --with-hobnobplugindir=DIR changes that. It is an error if there is no hobnob.
AC_DEFUN([HOBNOB_PLUGIN], [
AC_REQUIRE([PKG_PROG_PKG_CONFIG])
PKG_CHECK_EXISTS([hobnob m4_ifval([$1], [>= $1])], [],
	[AC_MSG_ERROR([pkg-config does not find hobnob m4_ifval([$1], [$1 ])for plugins: install it, or set PKG_CONFIG_PATH])])
AC_MSG_CHECKING([for the flags of a hobnob plugin])
AS_VAR_SET_IF([HOBNOB_CFLAGS], [],
	[HOBNOB_CFLAGS="`$PKG_CONFIG --cflags hobnob` `$PKG_CONFIG --variable=plugin_cflags hobnob`"])
AS_VAR_SET_IF([HOBNOB_LDFLAGS], [], [HOBNOB_LDFLAGS="-shared `$PKG_CONFIG --variable=plugin_ldflags hobnob`"])
AC_MSG_RESULT([$HOBNOB_CFLAGS $HOBNOB_LDFLAGS])
AS_VAR_SET_IF([HOBNOB], [], [HOBNOB=`$PKG_CONFIG --variable=program hobnob`])
AC_ARG_WITH([hobnobplugindir],
	[AS_HELP_STRING([--with-hobnobplugindir=DIR], [where hobnob finds the plugin])],
	[hobnobplugindir=$withval], [hobnobplugindir=`$PKG_CONFIG --variable=plugindir hobnob`])
AC_ARG_VAR([HOBNOB], [the program hobnob, which checks the plugin])
AC_ARG_VAR([HOBNOB_CFLAGS], [flags that compile a plugin of hobnob])
AC_ARG_VAR([HOBNOB_LDFLAGS], [flags that link a plugin of hobnob])
AC_SUBST([hobnobplugindir])
])
