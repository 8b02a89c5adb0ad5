# SPDX-License-Identifier: MIT
# bench: built by name only (make bench/sse).

EXTRA_PROGRAMS += %D%/sse
%C%_sse_SOURCES = %D%/sse.c
%C%_sse_LDADD = libcore.la
CLEANFILES += %D%/sse
EXTRA_DIST += %D%/README.md %D%/startup
