# SPDX-License-Identifier: MIT
# examples: plugins to read and to copy, which tests/e2e/test_examples.py builds and asks. They are installed as source.

examplesdir = $(pkgdatadir)/examples
dist_examples_DATA = \
	%D%/compute.c \
	%D%/frontend.c \
	%D%/http-ndjson.answers.json \
	%D%/http-ndjson.c \
	%D%/http-sse.answers.json \
	%D%/http-sse.c
