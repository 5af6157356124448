# filrouge: `make demo` shows it at work, `make check` tests it, `make help` lists the rest.
# A new cmd/fil-*.c, lib/**/*.c, lib/sql/*.sql, man page or test is picked up by itself.
SHELL = /bin/bash
.SHELLFLAGS = -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

VERSION = 0.1.0
prefix  = /usr/local
bindir  = $(prefix)/bin
mandir  = $(prefix)/share/man

CC     = gcc
CFLAGS = -O2 -g
B      = build

PACKAGES = gcc make pkg-config libc6-dev libcsv-dev libsqlite3-dev libsmartcols-dev libjansson-dev libutf8proc-dev \
	libsodium-dev libcmocka-dev bats perl sqlite3 mandoc util-linux
LINT_PACKAGES = clang clang-tidy cppcheck shellcheck valgrind gcovr

WARNINGS = -Wall -Wextra -Wpedantic -Wno-overlength-strings -Wformat=2 -Wformat-signedness -Wconversion -Wsign-conversion \
	-Wshadow -Wundef -Wvla -Walloca -Wcast-qual -Wcast-align=strict -Wpointer-arith -Wwrite-strings -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wnull-dereference -Wimplicit-fallthrough -Wswitch-enum -Wdate-time -Werror
HARDENING = -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection=full \
	-fno-strict-overflow -fno-strict-aliasing -fno-delete-null-pointer-checks -fno-common -fPIE
# What gcc 12 has and clang 14 has not.
ifneq (,$(findstring gcc,$(CC)))
WARNINGS += -Wformat-overflow=2 -Wformat-truncation=2 -Wlogical-op -Wduplicated-cond -Wduplicated-branches \
	-Wstringop-overflow=4 -Warray-bounds=2 -Wuse-after-free=3 -Wtrampolines -Wbidi-chars=any
HARDENING += -ftrivial-auto-var-init=zero
HARDENING := $(subst SOURCE=2,SOURCE=3,$(HARDENING))
endif
LINKING = -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,separate-code -Wl,--as-needed
# The sanitizer and coverage builds set MODE, and their own B, so that they disturb nothing.
MODE    = $(HARDENING)

COMPILE = $(CC) -std=gnu17 -D_GNU_SOURCE -DFIL_VERSION='"$(VERSION)"' -I. -I$(B)/gen $(CPPFLAGS) $(CFLAGS) $(MODE) $(WARNINGS) -MMD -MP
LIBS    = -lcsv -lsqlite3 -lsmartcols -ljansson -lutf8proc -lsodium

LIB_SOURCES = $(wildcard lib/*.c lib/store/*.c lib/report/*.c)
LIB_OBJECTS = $(LIB_SOURCES:%.c=$(B)/%.o)
SQL         = $(patsubst lib/sql/%.sql,$(B)/gen/sql/%.inc,$(wildcard lib/sql/*.sql))
SUBJECTS    = $(B)/gen/report/subjects.inc
COMMANDS    = $(patsubst cmd/%.c,$(B)/bin/%,$(wildcard cmd/fil-*.c))
UNIT_TESTS  = $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/test_*.c))
CLI_TESTS   = $(wildcard tests/cli/*.bats)

.PHONY: all help demo check test unit deps lint-deps bench coverage sanitize lint install clean
all: $(COMMANDS)

help:
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 12

$(B)/lib%.a: $(LIB_OBJECTS)
	@rm -f $@; ar rcs $@ $^

$(B)/bin/%: $(B)/cmd/%.o $(B)/libfilrouge.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(MODE) $(LINKING) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/tests/%: $(B)/tests/unit/%.o $(B)/libfilrouge.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(MODE) $(LINKING) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

$(B)/%.o: %.c | $(SQL) $(SUBJECTS)
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

# SQL becomes a C string: `static const char schema[] =` and an include of sql/schema.inc.
$(B)/gen/sql/%.inc: lib/sql/%.sql
	@mkdir -p $(@D)
	@sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&\\n"/' $< > $@

# One SUBJECT(name) for each file of lib/report/, made anew when one comes or goes.
$(SUBJECTS): lib/report
	@mkdir -p $(@D)
	@for f in lib/report/*.c; do [ -e "$$f" ] || continue; n=$${f##*/}; echo "SUBJECT($${n%.c})"; done > $@

.SECONDARY:
-include $(shell find $(B) -name '*.d' 2>/dev/null)

unit: $(UNIT_TESTS)
	prove --exec '' $(UNIT_TESTS)

clean:
	rm -rf $(B)
