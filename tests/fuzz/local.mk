# SPDX-License-Identifier: MIT
# fuzz: what reads the bytes of strangers, for libFuzzer. Never part of `make check`. In a folder of its own:
#   ../configure CC=clang CFLAGS='-g -O1 -fsanitize=fuzzer-no-link,address,undefined' && make fuzz
#   HOBNOB_FUZZ_PLUGIN=.libs/openai.so tests/fuzz/fuzz_reply CORPUS...

FUZZ = \
	%D%/fuzz_conversation \
	%D%/fuzz_dotenv \
	%D%/fuzz_markdown \
	%D%/fuzz_message \
	%D%/fuzz_reply \
	%D%/fuzz_sse \
	%D%/fuzz_yaml
EXTRA_PROGRAMS += $(FUZZ)
CLEANFILES += $(FUZZ)
LDFLAGS_FUZZ = $(AM_LDFLAGS) -fsanitize=fuzzer

%C%_fuzz_conversation_SOURCES = \
	%D%/fuzz.h \
	%D%/fuzz_conversation.c
%C%_fuzz_conversation_LDFLAGS = $(LDFLAGS_FUZZ)
%C%_fuzz_dotenv_SOURCES = \
	%D%/fuzz.h \
	%D%/fuzz_dotenv.c
%C%_fuzz_dotenv_LDFLAGS = $(LDFLAGS_FUZZ)
%C%_fuzz_markdown_SOURCES = \
	%D%/fuzz.h \
	%D%/fuzz_markdown.c
%C%_fuzz_markdown_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
%C%_fuzz_markdown_LDFLAGS = $(LDFLAGS_FUZZ)
%C%_fuzz_message_SOURCES = \
	%D%/fuzz.h \
	%D%/fuzz_message.c
%C%_fuzz_message_LDFLAGS = $(LDFLAGS_FUZZ)
%C%_fuzz_reply_SOURCES = \
	%D%/fuzz.h \
	%D%/fuzz_reply.c \
	tests/unit/fake_host.c
%C%_fuzz_reply_CPPFLAGS = $(CPPFLAGS_TEST) -I$(top_srcdir)
%C%_fuzz_reply_LDFLAGS = $(LDFLAGS_FUZZ)
%C%_fuzz_sse_SOURCES = \
	%D%/fuzz.h \
	%D%/fuzz_sse.c
%C%_fuzz_sse_LDFLAGS = $(LDFLAGS_FUZZ)
%C%_fuzz_yaml_SOURCES = \
	%D%/fuzz.h \
	%D%/fuzz_yaml.c
%C%_fuzz_yaml_LDFLAGS = $(LDFLAGS_FUZZ)

fuzz:
	@$(CC) --version 2>/dev/null | $(GREP) clang >/dev/null || \
		{ echo 'make fuzz needs clang: see $(srcdir)/%D%/local.mk' >&2; exit 1; }
	$(MAKE) $(AM_MAKEFLAGS) $(FUZZ)
.PHONY: fuzz
