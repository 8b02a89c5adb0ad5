# SPDX-License-Identifier: MIT
# hobnob.m4: probes for compiler and linker flags.

# HOBNOB_TRY_FLAGS(VARIABLE, FLAGS)
# Appends each of FLAGS, in order, to VARIABLE if a program can be compiled and linked with it without a warning.
AC_DEFUN([HOBNOB_TRY_FLAGS], [
for hobnob_flag in m4_normalize([$2]); do
	AC_MSG_CHECKING([whether $CC takes $hobnob_flag])
	hobnob_cflags=$CFLAGS
	CFLAGS="$CFLAGS -Werror $hobnob_flag"
	AC_LINK_IFELSE([AC_LANG_SOURCE([[int main(void) { return 0; }]])],
		[hobnob_takes=yes], [hobnob_takes=no])
	CFLAGS=$hobnob_cflags
	AC_MSG_RESULT([$hobnob_takes])
	AS_IF([test $hobnob_takes = yes], [$1="$$1 $hobnob_flag"])
done
])

# HOBNOB_TRY_FORTIFY(VARIABLE, LEVELS)
# Appends _FORTIFY_SOURCE at the first of LEVELS that the C library accepts; none with optimisation off, which it warns of.
AC_DEFUN([HOBNOB_TRY_FORTIFY], [
for hobnob_level in $2; do
	hobnob_flag="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$hobnob_level"
	AC_MSG_CHECKING([whether $CC takes -D_FORTIFY_SOURCE=$hobnob_level])
	hobnob_cflags=$CFLAGS
	CFLAGS="$CFLAGS -Werror $hobnob_flag"
	AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <stdio.h>]], [[puts("")]])],
		[hobnob_takes=yes], [hobnob_takes=no])
	CFLAGS=$hobnob_cflags
	AC_MSG_RESULT([$hobnob_takes])
	AS_IF([test $hobnob_takes = yes], [$1="$$1 $hobnob_flag"; break])
done
])
