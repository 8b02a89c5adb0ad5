# SPDX-License-Identifier: MIT
# tests: unit (Check, a program a module), abi (plugins that a test loads), e2e (the real program), and checks of the source.

if HAVE_CHECK
check_PROGRAMS += \
	%D%/unit/call/test_ambient \
	%D%/unit/call/test_call \
	%D%/unit/call/test_handle \
	%D%/unit/call/test_kind \
	%D%/unit/call/test_lent \
	%D%/unit/call/test_order \
	%D%/unit/call/test_process \
	%D%/unit/call/test_rules \
	%D%/unit/call/test_size \
	%D%/unit/call/test_task \
	%D%/unit/chat/test_credit \
	%D%/unit/chat/test_refuse \
	%D%/unit/chat/test_remedy \
	%D%/unit/chat/test_retry \
	%D%/unit/cli/test_cli \
	%D%/unit/commands/test_complete \
	%D%/unit/config/test_dotenv \
	%D%/unit/config/test_options \
	%D%/unit/config/test_paths \
	%D%/unit/config/test_prompt \
	%D%/unit/config/test_secret \
	%D%/unit/config/test_settings \
	%D%/unit/config/test_yaml \
	%D%/unit/conversation/test_history \
	%D%/unit/conversation/test_message_json \
	%D%/unit/conversation/test_parts \
	%D%/unit/conversation/test_trim \
	%D%/unit/frontends/test_footer \
	%D%/unit/frontends/test_jsonl \
	%D%/unit/frontends/test_mention \
	%D%/unit/frontends/test_notify \
	%D%/unit/frontends/test_out \
	%D%/unit/frontends/test_past \
	%D%/unit/frontends/test_queue \
	%D%/unit/frontends/test_queued \
	%D%/unit/frontends/test_rows \
	%D%/unit/frontends/test_status \
	%D%/unit/frontends/test_stdio \
	%D%/unit/frontends/test_thought \
	%D%/unit/frontends/test_typing \
	%D%/unit/frontends/test_view \
	%D%/unit/markdown/test_bounds \
	%D%/unit/markdown/test_markdown \
	%D%/unit/markdown/test_oracle \
	%D%/unit/markdown/test_terminal \
	%D%/unit/money/test_account \
	%D%/unit/money/test_cost \
	%D%/unit/money/test_prices \
	%D%/unit/net/test_http \
	%D%/unit/net/test_http_misuse \
	%D%/unit/net/test_http_trouble \
	%D%/unit/net/test_sse \
	%D%/unit/plugin/test_abi \
	%D%/unit/plugin/test_cache \
	%D%/unit/plugin/test_easy \
	%D%/unit/plugin/test_easy_http \
	%D%/unit/plugin/test_elf \
	%D%/unit/plugin/test_host \
	%D%/unit/plugin/test_instance \
	%D%/unit/plugin/test_probe \
	%D%/unit/plugin/test_provider \
	%D%/unit/plugin/test_registry \
	%D%/unit/plugin/test_row \
	%D%/unit/plugin/test_shim \
	%D%/unit/plugins/test_anthropic \
	%D%/unit/plugins/test_anthropic_errors \
	%D%/unit/plugins/test_anthropic_request \
	%D%/unit/plugins/test_codec \
	%D%/unit/plugins/test_codec_calls \
	%D%/unit/plugins/test_codec_ends \
	%D%/unit/plugins/test_codec_errors \
	%D%/unit/plugins/test_codec_reply \
	%D%/unit/plugins/test_codec_request \
	%D%/unit/plugins/test_codec_words \
	%D%/unit/plugins/test_exec \
	%D%/unit/plugins/test_gemini_reply \
	%D%/unit/plugins/test_gemini_request \
	%D%/unit/plugins/test_mock \
	%D%/unit/plugins/test_mock_things \
	%D%/unit/plugins/test_ollama \
	%D%/unit/plugins/test_ollama_reply \
	%D%/unit/plugins/test_openrouter \
	%D%/unit/plugins/test_promises \
	%D%/unit/plugins/test_responses_reply \
	%D%/unit/plugins/test_responses_request \
	%D%/unit/plugins/test_think \
	%D%/unit/session/test_attached \
	%D%/unit/session/test_branches \
	%D%/unit/session/test_crossing \
	%D%/unit/session/test_events \
	%D%/unit/session/test_relay \
	%D%/unit/session/test_request \
	%D%/unit/session/test_session \
	%D%/unit/session/test_told \
	%D%/unit/store/test_day \
	%D%/unit/store/test_draft \
	%D%/unit/store/test_formats \
	%D%/unit/store/test_journal \
	%D%/unit/store/test_journal_read \
	%D%/unit/store/test_store \
	%D%/unit/tokens/test_part_tokens \
	%D%/unit/tokens/test_tokens \
	%D%/unit/util/test_address \
	%D%/unit/util/test_ascii \
	%D%/unit/util/test_attach \
	%D%/unit/util/test_base64 \
	%D%/unit/util/test_buf \
	%D%/unit/util/test_command \
	%D%/unit/util/test_diff \
	%D%/unit/util/test_duration \
	%D%/unit/util/test_eintr \
	%D%/unit/util/test_encoding \
	%D%/unit/util/test_fault \
	%D%/unit/util/test_fed \
	%D%/unit/util/test_fenced \
	%D%/unit/util/test_hash \
	%D%/unit/util/test_image \
	%D%/unit/util/test_json \
	%D%/unit/util/test_json_walk \
	%D%/unit/util/test_line_reader \
	%D%/unit/util/test_log \
	%D%/unit/util/test_money \
	%D%/unit/util/test_names \
	%D%/unit/util/test_nearest \
	%D%/unit/util/test_part_text \
	%D%/unit/util/test_text \
	%D%/unit/util/test_trust \
	%D%/unit/util/test_utf8 \
	%D%/unit/util/test_wrapped
TESTS += $(check_PROGRAMS)
endif
LDADD = libchat_completions.la libwire.la libfrontends.la libcore.la $(CHECK_LIBS)

# These bring helpers, or the plugin that they test.
%C%_unit_plugins_test_anthropic_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_anthropic.c \
	$(anthropic_la_SOURCES)
%C%_unit_plugins_test_anthropic_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_plugins_test_anthropic_errors_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_anthropic_errors.c \
	$(anthropic_la_SOURCES)
%C%_unit_plugins_test_anthropic_errors_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_plugins_test_anthropic_request_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_anthropic_request.c \
	$(anthropic_la_SOURCES)
%C%_unit_plugins_test_anthropic_request_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_plugins_test_codec_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_codec.c \
	$(openai_la_SOURCES)
%C%_unit_plugins_test_codec_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_plugins_test_codec_calls_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_codec_calls.c \
	$(openrouter_la_SOURCES)
%C%_unit_plugins_test_codec_calls_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_plugins_test_codec_ends_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_codec_ends.c \
	$(openai_la_SOURCES)
%C%_unit_plugins_test_codec_ends_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_plugins_test_codec_errors_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_codec_errors.c \
	$(openai_la_SOURCES)
%C%_unit_plugins_test_codec_errors_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_plugins_test_codec_reply_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_codec_reply.c \
	$(openai_la_SOURCES)
%C%_unit_plugins_test_codec_reply_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_plugins_test_codec_request_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_codec_request.c \
	$(openai_la_SOURCES)
%C%_unit_plugins_test_codec_request_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_plugins_test_codec_words_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_codec_words.c \
	$(openai_la_SOURCES)
%C%_unit_plugins_test_codec_words_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_plugins_test_exec_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_exec.c \
	$(exec_la_SOURCES)
%C%_unit_plugins_test_exec_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_plugins_test_gemini_reply_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_gemini_reply.c \
	$(gemini_la_SOURCES)
%C%_unit_plugins_test_gemini_reply_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_plugins_test_gemini_request_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_gemini_request.c \
	$(gemini_la_SOURCES)
%C%_unit_plugins_test_gemini_request_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_plugins_test_responses_reply_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_responses_reply.c \
	$(responses_la_SOURCES)
%C%_unit_plugins_test_responses_reply_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_plugins_test_responses_request_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_responses_request.c \
	$(responses_la_SOURCES)
%C%_unit_plugins_test_responses_request_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_frontends_test_jsonl_SOURCES = \
	%D%/unit/fake_session.c \
	%D%/unit/fake_session.h \
	%D%/unit/frontends/test_jsonl.c \
	$(jsonl_la_SOURCES)
%C%_unit_frontends_test_jsonl_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_frontends_test_jsonl_LDADD = libfrontends.la $(JSON_LIBS) $(CHECK_LIBS)
%C%_unit_plugins_test_mock_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_mock.c \
	$(mock_la_SOURCES)
%C%_unit_plugins_test_mock_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_plugins_test_mock_things_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_mock_things.c \
	$(mock_la_SOURCES)
%C%_unit_plugins_test_mock_things_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_plugins_test_ollama_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_ollama.c \
	$(ollama_la_SOURCES)
%C%_unit_plugins_test_ollama_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_plugins_test_ollama_reply_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_ollama_reply.c \
	$(ollama_la_SOURCES)
%C%_unit_plugins_test_ollama_reply_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_plugins_test_openrouter_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_openrouter.c \
	$(openrouter_la_SOURCES)
%C%_unit_plugins_test_openrouter_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_plugins_test_promises_SOURCES = \
	%D%/unit/fake_host.c \
	%D%/unit/fake_host.h \
	%D%/unit/plugins/test_promises.c
%C%_unit_plugins_test_promises_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_markdown_test_bounds_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_builddir)
%C%_unit_markdown_test_bounds_LDADD = libmarkdown.la libutil.la $(CHECK_LIBS)
%C%_unit_markdown_test_markdown_LDADD = libmarkdown.la libutil.la $(CHECK_LIBS)
%C%_unit_markdown_test_oracle_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_builddir) $(MD4C_CFLAGS)
%C%_unit_markdown_test_oracle_LDADD = libmarkdown.la libutil.la $(CHECK_LIBS) $(MD4C_LIBS)
%C%_unit_markdown_test_terminal_LDADD = libmarkdown.la libutil.la $(CHECK_LIBS)
%C%_unit_frontends_test_footer_SOURCES = %D%/unit/frontends/test_footer.c
%C%_unit_frontends_test_footer_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_frontends_test_footer_LDADD = libfrontends.la $(CHECK_LIBS)
%C%_unit_frontends_test_thought_SOURCES = %D%/unit/frontends/test_thought.c
%C%_unit_frontends_test_thought_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_frontends_test_thought_LDADD = libfrontends.la $(CHECK_LIBS)
%C%_unit_frontends_test_mention_SOURCES = %D%/unit/frontends/test_mention.c
%C%_unit_frontends_test_mention_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_frontends_test_mention_LDADD = libfrontends.la $(CHECK_LIBS)
%C%_unit_frontends_test_notify_SOURCES = %D%/unit/frontends/test_notify.c
%C%_unit_frontends_test_notify_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_frontends_test_notify_LDADD = libfrontends.la $(CHECK_LIBS)
%C%_unit_frontends_test_queue_SOURCES = %D%/unit/frontends/test_queue.c frontends/readline/queue.c
%C%_unit_frontends_test_queue_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_frontends_test_queue_LDADD = libutil.la $(CHECK_LIBS)
%C%_unit_frontends_test_queued_SOURCES = %D%/unit/frontends/test_queued.c
%C%_unit_frontends_test_queued_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_frontends_test_queued_LDADD = libfrontends.la $(CHECK_LIBS)
%C%_unit_frontends_test_past_SOURCES = %D%/unit/frontends/test_past.c frontends/readline/past.c
%C%_unit_frontends_test_past_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_frontends_test_past_LDADD = libutil.la $(CHECK_LIBS)
%C%_unit_plugins_test_think_SOURCES = %D%/unit/plugins/test_think.c
%C%_unit_plugins_test_think_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_frontends_test_typing_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_frontends_test_view_SOURCES = %D%/unit/frontends/test_view.c frontends/readline/view.c
%C%_unit_frontends_test_view_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_frontends_test_view_LDADD = libutil.la $(CHECK_LIBS)
%C%_unit_frontends_test_out_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_frontends_test_out_LDADD = libfrontends.la $(CHECK_LIBS)
%C%_unit_frontends_test_rows_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_frontends_test_rows_LDADD = libfrontends.la $(CHECK_LIBS)
%C%_unit_frontends_test_status_SOURCES = \
	%D%/unit/fake_session.c \
	%D%/unit/fake_session.h \
	%D%/unit/frontends/test_status.c \
	$(stdio_la_SOURCES)
%C%_unit_frontends_test_status_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_frontends_test_status_LDADD = libfrontends.la $(CHECK_LIBS)
%C%_unit_frontends_test_stdio_SOURCES = \
	%D%/unit/fake_session.c \
	%D%/unit/fake_session.h \
	%D%/unit/frontends/test_stdio.c \
	$(stdio_la_SOURCES)
%C%_unit_frontends_test_stdio_CPPFLAGS = $(CPPFLAGS_TEST)
%C%_unit_frontends_test_stdio_LDADD = libfrontends.la $(CHECK_LIBS)
%C%_unit_frontends_test_stdio_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=md_new

include %D%/abi/local.mk
include %D%/fuzz/local.mk

dist_check_SCRIPTS += \
	%D%/check-example \
	%D%/check-header \
	%D%/check-source
TESTS += \
	%D%/check-example \
	%D%/check-header \
	%D%/check-source

E2E = \
	%D%/e2e/test_alternation.py \
	%D%/e2e/test_anthropic.py \
	%D%/e2e/test_ask.py \
	%D%/e2e/test_at_load.py \
	%D%/e2e/test_attach.py \
	%D%/e2e/test_beside.py \
	%D%/e2e/test_beyond.py \
	%D%/e2e/test_bootstrap.py \
	%D%/e2e/test_canary.py \
	%D%/e2e/test_cancel.py \
	%D%/e2e/test_captures.py \
	%D%/e2e/test_careless.py \
	%D%/e2e/test_check.py \
	%D%/e2e/test_check_frontends.py \
	%D%/e2e/test_cli.py \
	%D%/e2e/test_config.py \
	%D%/e2e/test_confirm.py \
	%D%/e2e/test_context.py \
	%D%/e2e/test_copy.py \
	%D%/e2e/test_crash_1.py \
	%D%/e2e/test_crash_2.py \
	%D%/e2e/test_crash_3.py \
	%D%/e2e/test_crash_4.py \
	%D%/e2e/test_debug_plugins.py \
	%D%/e2e/test_default.py \
	%D%/e2e/test_diff.py \
	%D%/e2e/test_doctor.py \
	%D%/e2e/test_draft.py \
	%D%/e2e/test_entrances.py \
	%D%/e2e/test_examples.py \
	%D%/e2e/test_exec.py \
	%D%/e2e/test_failures.py \
	%D%/e2e/test_gemini.py \
	%D%/e2e/test_gemini_ends.py \
	%D%/e2e/test_going_on.py \
	%D%/e2e/test_growth.py \
	%D%/e2e/test_guide.py \
	%D%/e2e/test_heeds.py \
	%D%/e2e/test_hostile.py \
	%D%/e2e/test_http.py \
	%D%/e2e/test_interrupt.py \
	%D%/e2e/test_invoices.py \
	%D%/e2e/test_jsonl.py \
	%D%/e2e/test_kit.py \
	%D%/e2e/test_languages.py \
	%D%/e2e/test_languages_kit.py \
	%D%/e2e/test_less.py \
	%D%/e2e/test_limits.py \
	%D%/e2e/test_locale.py \
	%D%/e2e/test_looks.py \
	%D%/e2e/test_markdown.py \
	%D%/e2e/test_matrix.py \
	%D%/e2e/test_mechanics.py \
	%D%/e2e/test_memory.py \
	%D%/e2e/test_minute.py \
	%D%/e2e/test_mock.py \
	%D%/e2e/test_models.py \
	%D%/e2e/test_money.py \
	%D%/e2e/test_named.py \
	%D%/e2e/test_no_memory.py \
	%D%/e2e/test_ollama.py \
	%D%/e2e/test_openrouter.py \
	%D%/e2e/test_pages.py \
	%D%/e2e/test_parts.py \
	%D%/e2e/test_pipes.py \
	%D%/e2e/test_plain.py \
	%D%/e2e/test_plugin_files.py \
	%D%/e2e/test_plugin_page.py \
	%D%/e2e/test_plugins_install.py \
	%D%/e2e/test_plugins_new.py \
	%D%/e2e/test_prices.py \
	%D%/e2e/test_prompts.py \
	%D%/e2e/test_put_back.py \
	%D%/e2e/test_queue.py \
	%D%/e2e/test_readline.py \
	%D%/e2e/test_readline_edit.py \
	%D%/e2e/test_readline_jobs_1.py \
	%D%/e2e/test_readline_jobs_2.py \
	%D%/e2e/test_readline_jobs_3.py \
	%D%/e2e/test_readline_jobs_4.py \
	%D%/e2e/test_readline_keep.py \
	%D%/e2e/test_readme.py \
	%D%/e2e/test_reasoning.py \
	%D%/e2e/test_reckoning.py \
	%D%/e2e/test_refusals.py \
	%D%/e2e/test_relay.py \
	%D%/e2e/test_render_command.py \
	%D%/e2e/test_responses.py \
	%D%/e2e/test_responses_errors.py \
	%D%/e2e/test_resume.py \
	%D%/e2e/test_same.py \
	%D%/e2e/test_schema.py \
	%D%/e2e/test_screens.py \
	%D%/e2e/test_sdk_anthropic.py \
	%D%/e2e/test_sdk_gemini.py \
	%D%/e2e/test_sdk_ollama.py \
	%D%/e2e/test_sdk_responses.py \
	%D%/e2e/test_sessions.py \
	%D%/e2e/test_set.py \
	%D%/e2e/test_shares.py \
	%D%/e2e/test_shell.py \
	%D%/e2e/test_stdio.py \
	%D%/e2e/test_terminal.py \
	%D%/e2e/test_thought.py \
	%D%/e2e/test_tools.py \
	%D%/e2e/test_transport.py \
	%D%/e2e/test_trust.py \
	%D%/e2e/test_typing.py \
	%D%/e2e/test_unreadable.py \
	%D%/e2e/test_where.py \
	%D%/e2e/test_widget.py \
	%D%/e2e/test_wires.py
dist_check_SCRIPTS += $(E2E)
dist_check_SCRIPTS += %D%/check-abi %D%/check-bindings %D%/check-circles
if HAVE_PYTHON
TESTS += %D%/check-abi %D%/check-bindings %D%/check-circles $(E2E)
endif

# Every test speaks TAP.
TEST_EXTENSIONS = .py
TAP = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(TAP)
PY_LOG_DRIVER = $(TAP)
PY_LOG_COMPILER = $(PYTHON) -B

# Tests see nothing of the user who runs them: no key, no setting, no home, no proxy. What is meant for them begins with
# HOBNOB_TEST_.
AM_TESTS_ENVIRONMENT = \
	for name in $$(env | $(SED) -nE '/^HOBNOB_TEST_/d; s/^((ANTHROPIC|GEMINI|GOOGLE|OLLAMA|OPENAI|OPENROUTER|HOBNOB)_[A-Za-z0-9_]*)=.*/\1/p'); do unset "$$name"; done; \
	unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY NO_COLOR SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE; \
	HOME='$(abs_top_builddir)/tests/nowhere'; \
	XDG_CONFIG_HOME=$$HOME/config XDG_STATE_HOME=$$HOME/state XDG_CACHE_HOME=$$HOME/cache XDG_DATA_HOME=$$HOME/data; \
	HOBNOB_TEST_SRCDIR='$(abs_top_srcdir)' HOBNOB_TEST_BUILDDIR='$(abs_top_builddir)'; \
	HOBNOB='$(abs_top_builddir)/hobnob$(EXEEXT)' CC='$(CC)' LC_ALL=C.UTF-8; \
	export HOME XDG_CONFIG_HOME XDG_STATE_HOME XDG_CACHE_HOME XDG_DATA_HOME HOBNOB_TEST_SRCDIR HOBNOB_TEST_BUILDDIR HOBNOB \
		CC LC_ALL;

check-local:
	@test -n '$(CHECK_LIBS)' || { echo 'make check needs the library Check: install it and run configure again' >&2; exit 1; }
	@test -n '$(PYTHON)' || { echo 'make check needs python3: install it and run configure again' >&2; exit 1; }

EXTRA_DIST += \
	%D%/data \
	%D%/e2e/anthropic_rules.py \
	%D%/e2e/anthropic_server.py \
	%D%/e2e/crash.py \
	%D%/e2e/gemini_rules.py \
	%D%/e2e/gemini_server.py \
	%D%/e2e/golden \
	%D%/e2e/hob.py \
	%D%/e2e/http2.py \
	%D%/e2e/kit.py \
	%D%/e2e/languages.py \
	%D%/e2e/minute.py \
	%D%/e2e/misbehaves.py \
	%D%/e2e/ollama_server.py \
	%D%/e2e/prompt.py \
	%D%/e2e/readline_jobs.py \
	%D%/e2e/responses_rules.py \
	%D%/e2e/responses_server.py \
	%D%/e2e/secure.py \
	%D%/e2e/server.py \
	%D%/e2e/vt.py \
	%D%/e2e/worlds.py \
	%D%/unit/anthropic_fixture.h \
	%D%/unit/codec_fixture.h \
	%D%/unit/fault_is.h \
	%D%/unit/fixtures.h \
	%D%/unit/guarded.h \
	%D%/unit/http_world.h \
	%D%/unit/loopback.h \
	%D%/unit/markdown_screen.h \
	%D%/unit/ollama_fixture.h \
	%D%/unit/scratch.h \
	%D%/unit/session_world.h \
	%D%/unit/settings_world.h \
	%D%/unit/unit.h
