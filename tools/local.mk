# SPDX-License-Identifier: MIT
# tools: what a developer runs beside the tests. Nothing here is part of a build, of `make check` or of `make install`.

EXTRA_DIST += \
	%D%/compile-commands \
	%D%/coverage \
	%D%/cppcheck.txt \
	%D%/format \
	%D%/lint

# The revision that changes are counted from; the folder that is looked at (all of the product if empty).
SINCE = HEAD
ROOM =

format:
	@$(srcdir)/%D%/format '$(SINCE)'

format-check:
	@$(srcdir)/%D%/format --check '$(SINCE)'

lint: compile_commands.json
	@$(srcdir)/%D%/lint . $(ROOM)

coverage:
	@$(srcdir)/%D%/coverage coverage

# What make would run if every source had just been changed.
compile_commands.json: Makefile $(srcdir)/%D%/compile-commands
	@test -n '$(PYTHON)' || { echo 'compile_commands.json needs python3: install it and run configure again' >&2; exit 1; }
	$(AM_V_GEN)find $(srcdir)/core $(srcdir)/plugins $(srcdir)/frontends $(srcdir)/tests -name '*.c' | $(SED) 's/^/-W /' | \
		xargs $(MAKE) $(AM_MAKEFLAGS) -n V=1 all-am $(check_PROGRAMS) $(check_LTLIBRARIES) 2>/dev/null | \
		$(PYTHON) $(srcdir)/%D%/compile-commands >$@.tmp && mv $@.tmp $@

distclean-local:
	-rm -rf coverage

CLEANFILES += compile_commands.json compile_commands.json.tmp
.PHONY: coverage format format-check lint
