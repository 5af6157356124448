# filrouge: `make demo` shows it at work, `make check` tests it, `make help` lists the rest.
# A new cmd/fil-*.c, lib/**/*.c, lib/sql/*.sql, man page or test needs no change here.
SHELL = /bin/bash
.SHELLFLAGS = -eu -o pipefail -c
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules

VERSION = 0.1.0
prefix  = /usr/local
bindir  = $(prefix)/bin
datadir = $(prefix)/share
mandir  = $(datadir)/man

CC     = gcc
CFLAGS = -O2 -g
B      = build
# The engines that the tests run on: sqlite, postgresql or all.
STORE  = all
ENGINES = $(if $(filter all,$(STORE)),postgresql sqlite,$(STORE))
SECONDS = 20
# Twice the processors: tests wait for a server, and a server for them.
JOBS  := $(shell expr 2 \* $$(nproc 2>/dev/null || echo 1))

PACKAGES = gcc make gettext libc6-dev libcsv-dev libinih-dev libsqlite3-dev libjansson-dev libutf8proc-dev libsodium-dev \
	libxlsxwriter-dev libminizip-dev libexpat1-dev librsvg2-dev pkg-config \
	libpq-dev postgresql-15 libcmocka-dev bats perl sqlite3 mandoc procps python3 bsdutils time tzdata
LINT_PACKAGES = clang clang-tidy cppcheck shellcheck
DEB_PACKAGES  = build-essential debhelper lintian
# Node.js from elsewhere has its own npm, and then Debian's cannot be installed.
ACCESSIBILITY_PACKAGES = chromium $(if $(shell command -v npm),,nodejs npm)

# The compiler and its target: some flags are for gcc, clang or x86 only.
COMPILER := $(shell { $(CC) --version | head -n 1; $(CC) -dumpmachine; } 2>/dev/null)
IS_CLANG  = $(findstring clang,$(COMPILER))
IS_X86    = $(filter x86_64-% i686-%,$(COMPILER))

STRICT   = -Werror
WARNINGS = -Wall -Wextra -Wpedantic -Wno-missing-field-initializers -Wno-overlength-strings -Wno-trigraphs -Wformat=2 -Wconversion -Wsign-conversion \
	-Wshadow -Wundef -Wvla -Walloca -Wcast-qual -Wpointer-arith -Wwrite-strings -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wnull-dereference -Wimplicit-fallthrough -Wswitch-enum -Wdate-time \
	$(if $(IS_CLANG),-Wcast-align -Wno-string-concatenation -Wno-string-plus-int -Wno-format-nonliteral,\
	-Wcast-align=strict -Wformat-signedness -Wformat-overflow=2 -Wformat-truncation=2 -Wlogical-op \
	-Wduplicated-cond -Wduplicated-branches -Wstringop-overflow=4 -Warray-bounds=2 -Wuse-after-free=3 \
	-Wtrampolines -Wbidi-chars=any) $(STRICT)
HARDENING = -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$(if $(IS_CLANG),2,3) -fstack-protector-strong -fstack-clash-protection \
	$(if $(IS_X86),-fcf-protection=full) $(if $(IS_CLANG),,-ftrivial-auto-var-init=zero) -fno-strict-overflow \
	-fno-strict-aliasing -fno-delete-null-pointer-checks -fno-common -fPIE
LINKING = -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,separate-code -Wl,--as-needed
# The sanitizer, coverage and fuzz builds set MODE and B, and so have their own folders. They have no warnings, because
# gcc gives false ones under such flags.
MODE    = $(HARDENING)
ASAN    = -O1 -g3 -fno-omit-frame-pointer -U_FORTIFY_SOURCE -fsanitize=address,undefined -fno-sanitize-recover=all

# Without the header of libpq, the commands are built without PostgreSQL.
LIBPQ = $(firstword $(wildcard /usr/include/libpq-fe.h /usr/include/postgresql/libpq-fe.h))
# Without the headers of libxlsxwriter and minizip, they are built without -f xlsx.
XLSX  = $(and $(wildcard /usr/include/xlsxwriter.h),$(wildcard /usr/include/minizip/unzip.h))

# Without those of minizip and expat, they are built without reading workbooks.
READS = $(and $(wildcard /usr/include/expat.h),$(wildcard /usr/include/minizip/unzip.h))

# Without librsvg, the mail of fil-week has no pictures. Its headers are no place for our warnings.
RSVG := $(patsubst -I%,-isystem %,$(filter -I%,$(shell pkg-config --cflags librsvg-2.0 2>/dev/null)))

# Without contraction, arithmetic has the same bits on every processor.
LANGUAGE = -std=gnu17 -ffp-contract=off -D_GNU_SOURCE -DFIL_VERSION='"$(VERSION)"' $(if $(LIBPQ),-DFIL_POSTGRESQL) $(if $(XLSX),-DFIL_HAS_XLSX) $(if $(READS),-DFIL_READS_XLSX) $(if $(RSVG),-DFIL_HAS_RSVG) \
	-I. -I$(B)/gen $(RSVG)
COMPILE  = $(CC) $(LANGUAGE) $(CPPFLAGS) $(CFLAGS) $(MODE) $(WARNINGS) -MMD -MP
LINK     = $(CC) $(CFLAGS) $(MODE) $(LINKING) $(LDFLAGS)
LIBS     = -lcsv -linih -lsqlite3 -ljansson -lutf8proc -lsodium -lm -lpthread

# Commands are shown shortened; V=1 shows them whole.
show = $(if $(V),,@echo '$(1)';)

LIB_FOLDERS = $(shell find lib -type d)
LIB_SOURCES = $(filter-out $(if $(LIBPQ),,lib/store/postgresql/%.c) $(if $(XLSX),,lib/output/xlsx.c) \
	$(if $(READS),,$(addprefix lib/input/,package.c workbook.c workbook_cells.c)) \
	$(if $(RSVG),,lib/page/drawing_png.c),\
	$(sort $(shell find lib -name '*.c')))
GENERATED   = $(patsubst lib/sql/%.sql,$(B)/gen/sql/%.inc,$(wildcard lib/sql/*.sql)) $(B)/gen/report/subjects.inc \
	$(patsubst lib/css/%.css,$(B)/gen/css/%.inc,$(wildcard lib/css/*.css)) $(B)/gen/page/sections.inc \
	$(patsubst man/%.sh,$(B)/gen/page/%.inc,$(wildcard man/notes.sh))
COMMANDS    = $(patsubst cmd/%.c,$(B)/bin/%,$(wildcard cmd/fil-*.c))
UNIT_TESTS  = $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/*/test_*.c))
SHIMS       = $(patsubst tests/torture/%.c,$(B)/torture/%.so,$(wildcard tests/torture/*.c))
FUZZERS     = $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/*.c))
CATALOGUES  = $(patsubst lib/po/%.po,$(B)/share/locale/%/LC_MESSAGES/filrouge.mo,$(wildcard lib/po/*.po))
# The longest files begin first, and large ones before small ones: else one runs alone in the end.
LONGEST     = $(addprefix tests/cli/,torture.bats postgresql.bats fil-forget.bats fil-undo.bats)
CLI_TESTS   = $(LONGEST) $(filter-out $(LONGEST),$(shell ls -S tests/cli/*.bats))
PAGES       = $(wildcard man/*.[157] man/*/*.[157]) $(patsubst man/%.in,$(B)/man/%,$(wildcard man/*.in man/*/*.in))
COMPLETION  = $(patsubst cmd/%.sh,$(B)/share/bash-completion/completions/filrouge,$(wildcard cmd/completion.sh))
PROFILES    = $(patsubst examples/%,$(B)/share/filrouge/%,$(wildcard examples/profiles/*.ini))
SCRIPTS     = $(wildcard .ci/run cmd/*.sh cmd/*.bash examples/*.sh man/*.sh tests/accessibility/run tests/run tests/slowest tests/cluster tests/coverage tests/floors tests/*/*.sh tests/cli/*.bash)

.PHONY: all texts po translated help demo check torture deps bench calibration coverage fuzz sanitize lint accessibility install deb clean tests unit fuzzers floors
all: $(COMMANDS) $(PAGES) $(CATALOGUES) $(COMPLETION) $(PROFILES) ## build the commands into build/bin, and the man pages

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile | expand -t 20

$(B)/libfilrouge.a: $(LIB_SOURCES:%.c=$(B)/%.o) $(LIB_FOLDERS)
	@rm -f $@
	$(call show,ar $@) ar rcs $@ $(filter %.o,$^)

$(B)/bin/%: $(B)/cmd/%.o $(B)/libfilrouge.a
	@mkdir -p $(@D)
	$(call show,ld $@) $(LINK) -o $@ $^ $(LIBS)

# A test looks for the catalogues where a command does: in ../share.
$(B)/tests/%: $(B)/tests/unit/%.o $(B)/libfilrouge.a | $(CATALOGUES)
	@mkdir -p $(@D) && ln -sfn ../share $(B)/tests/share
	$(call show,ld $@) $(LINK) -o $@ $^ $(LIBS) -lcmocka

# A test runs once: with less optimisation, and without symbols (CFLAGS=-g3 has them), it is compiled sooner.
$(B)/tests/unit/%.o: CFLAGS := $(filter-out -g,$(CFLAGS:-O2=-O1))

# Preloaded before a command; plain in every kind of build.
$(B)/torture/%.so: tests/torture/%.c tests/torture/serve.h
	@mkdir -p $(@D)
	$(call show,ld $@) $(CC) -std=gnu17 -D_GNU_SOURCE -O1 -g -Wall -Wextra $(STRICT) -fPIC -shared -o $@ $<

$(B)/fuzz/%: $(B)/tests/fuzz/%.o $(B)/libfilrouge.a
	@mkdir -p $(@D)
	$(call show,ld $@) $(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBS)

$(B)/%.o: %.c Makefile | $(GENERATED)
	@mkdir -p $(@D)
	$(call show,cc $<) $(COMPILE) -c -o $@ $<

# filrouge.5 is written from the catalogue.
$(B)/man/%: man/%.in man/tables.sh $(B)/bin/fil-list
	@mkdir -p $(@D)
	$(call show,man $@) man/tables.sh $(B)/bin/fil-list $< > $@

# A catalogue of translations. It lies where an installed command looks for it: ../share beside its folder. All text is
# UTF-8: with a character set in it, the C library would load iconv, and crash there where memory ends.
$(B)/share/locale/%/LC_MESSAGES/filrouge.mo: lib/po/%.po
	@mkdir -p $(@D)
	$(call show,mo $@) msgfmt --check-format -o $@ $<
	@LC_ALL=C sed -i 's/charset=UTF-8/CHARSET=UTF-8/' $@

# The completion is written from the tables of the commands. bash looks for a file of each command's name.
$(COMPLETION): cmd/completion.sh cmd/completion.bash $(COMMANDS)
	@rm -rf $(@D) && mkdir -p $(@D)
	$(call show,completion $@) cmd/completion.sh $(B)/bin $(notdir $(COMMANDS)) > $@
	@for command in $(notdir $(COMMANDS)); do ln -s $(@F) $(@D)/$$command; done

$(B)/share/filrouge/%: examples/%
	@mkdir -p $(@D)
	@cp $< $@

# SQL becomes a C string: `static const char schema[] =` and an include of sql/schema.inc.
$(B)/gen/sql/%.inc: lib/sql/%.sql
	@mkdir -p $(@D)
	@sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&\\n"/' $< > $@

# A style sheet becomes a C string in the same way.
$(B)/gen/css/%.inc: lib/css/%.css
	@mkdir -p $(@D)
	@sed 's/^[[:space:]]*//; /^\/\*.*\*\/$$/d; s/\\/\\\\/g; s/"/\\"/g; s/.*/"&\\n"/' $< > $@

# One SUBJECT(name) for each file of lib/report/subjects, and one SECTION(name) for each of lib/page/sections, made again
# when a file is added or removed.
$(B)/gen/report/subjects.inc: $(wildcard lib/report/subjects)
	@mkdir -p $(@D)
	@echo '$(patsubst lib/report/subjects/%.c,SUBJECT(%),$(sort $(wildcard lib/report/subjects/*.c)))' > $@

$(B)/gen/page/sections.inc: $(wildcard lib/page/sections)
	@mkdir -p $(@D)
	@echo '$(patsubst lib/page/sections/%.c,SECTION(%),$(sort $(wildcard lib/page/sections/*.c)))' > $@

# The notes of the weekly page are sentences of fil-report(1), in its languages.
$(B)/gen/page/notes.inc: man/notes.sh man/fil-report.1 man/fr/fil-report.1
	@mkdir -p $(@D)
	@man/notes.sh en man/fil-report.1 > $@ && man/notes.sh fr man/fr/fil-report.1 >> $@ || { rm -f $@; exit 1; }

-include $(shell find $(B) -name '*.d' 2>/dev/null)

# $(call need,PACKAGES): installs the missing packages, as root or with sudo.
need = @missing=$$(comm -23 <(printf '%s\n' $(sort $(1)) | LC_ALL=C sort) <(dpkg-query -W \
	-f='$${Package} $${db:Status-Status}\n' $(1) 2>/dev/null | sed -n 's/ installed$$//p' | LC_ALL=C sort)); \
	[ -n "$$missing" ] || exit 0; \
	as_root=; [ "$$(id -u)" = 0 ] || as_root=$$(command -v sudo) || \
	{ echo "make deps: missing, to be installed by root: $${missing//$$'\n'/ }" >&2; exit 1; }; \
	echo "make deps: installing $${missing//$$'\n'/ }"; \
	$$as_root apt-get -qq update; \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends $$missing >/dev/null

# Runs another make, after the packages are installed or for another kind of build: in parallel, unless -j is given.
AGAIN = +@$(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))

deps: ## install the packages that are missing, with apt-get
	$(call need,$(PACKAGES))

demo: deps ## show all commands on a fictional foundation, in a temporary store
	$(AGAIN) all
	@PATH='$(CURDIR)/$(B)/bin':$$PATH examples/demo.sh $(B)/demo.html

check: deps ## build, and run all tests (TIMES=1: name the slowest)
	$(AGAIN) tests

torture: deps ## the tests with all repetitions that check leaves out, and their figures
	@mkdir -p $(B) && rm -f $(FIGURES)
	$(AGAIN) TORTURE=1 tests
	@cat $(FIGURES)

# What is temporary is kept in memory where 2 GB of it are for that: the server makes hundreds of databases.
MEMORY = $(shell [ -w /dev/shm ] && ! grep -q '^[^ ]* /dev/shm [^ ]* [^ ]*noexec' /proc/mounts && \
	[ "$$(df --output=avail /dev/shm | tail -n 1)" -gt 2000000 ] && echo /dev/shm)
# `make torture` leaves its figures here, for a table in the end.
FIGURES = $(CURDIR)/$(B)/torture.txt
TEST   = env -u MAKEFLAGS -u MAKELEVEL $(if $(TORTURE),,-u FILROUGE_TORTURE) FILROUGE_BIN='$(CURDIR)/$(B)/bin' \
	$(if $(TORTURE),FILROUGE_TORTURE='$(FIGURES)') FILROUGE_SHIMS='$(CURDIR)/$(B)/torture' \
	TMPDIR='$(or $(TMPDIR),$(MEMORY),/tmp)'
PROVE  = prove --exec tests/run --jobs $(JOBS) $(if $(TIMES),--timer)
# With TIMES, the ten slowest files, before prove's closing lines.
SLOWEST = $(if $(TIMES),| tests/slowest)

# The texts of the code, by the functions that translate them (lib/base/language.h).
TEXTS = find lib cmd -name '*.[ch]' -o -name '*.def' | LC_ALL=C sort | LC_ALL=C.UTF-8 xgettext --files-from=- --output=- \
	--language=C --from-code=UTF-8 --no-wrap --add-location=file --add-comments=TRANSLATORS \
	--keyword --keyword=_ --keyword=gettext --keyword=N_ --keyword=ngettext:1,2 --keyword=FIL_COUNTED:1,1 \
	--keyword=fil_fault_set:3 --keyword=fil_fault_data:3 --keyword=fil_warn:1 --keyword=fil_ending_say:1 \
	--keyword=fil_die:2 --keyword=fil_bug:1 --keyword=fil_cli_say:2 --keyword=fil_cli_usage:2 \
	--keyword=fil_messages_say:2 --keyword=OPTION:3 --keyword=WORD:1c,2 | sed '/^"POT-Creation-Date\|^"Report-Msgid-Bugs/d'
texts: ## print the texts of the code, as a template of translations
	@$(TEXTS)

po: ## bring the translations of lib/po up to date with the texts of the code
	@mkdir -p $(B)
	@$(TEXTS) > $(B)/filrouge.pot
	@for po in lib/po/*.po; do msgmerge --quiet --no-wrap --update --backup=off --previous $$po $(B)/filrouge.pot; \
		echo "$$po: $$(msgfmt --statistics -o /dev/null $$po 2>&1)"; done

translated: ## check that every text of the code is translated
	@mkdir -p $(B)
	@$(TEXTS) > $(B)/filrouge.pot
	@for po in lib/po/*.po; do msgcmp $$po $(B)/filrouge.pot; done

floors: ## check that folders of lib/ include lower floors only
	@tests/floors

tests: all $(UNIT_TESTS) $(SHIMS) floors
	$(if $(filter-out sqlite postgresql all,$(STORE)),$(error STORE=$(STORE): sqlite, postgresql or all))
	@$(TEST) $(if $(filter postgresql,$(ENGINES)),tests/cluster) $(PROVE) $(foreach test,$(CLI_TESTS),$(ENGINES:%=%:$(test))) \
		$(if $(filter sqlite,$(ENGINES)),$(UNIT_TESTS:%=sqlite:%)) \
		$(if $(filter postgresql,$(ENGINES)),$(addprefix postgresql:,$(filter %/test_postgresql,$(UNIT_TESTS)))) $(SLOWEST)

unit: $(UNIT_TESTS)
	@$(TEST) prove --exec '' --jobs $(JOBS) $(UNIT_TESTS)

sanitize: deps ## run the tests under ASan and UBSan
	$(AGAIN) B=build/asan MODE='$(ASAN)' LINKING= STRICT=-w tests

# What a fuzzer finds new stays in build/fuzz/found. Its seeds are tests/data and the corpus.
FUZZ = ASAN_OPTIONS=malloc_context_size=1:quarantine_size_mb=1 build/fuzz/fuzz/$$f -max_len=256 \
	-max_total_time=$(SECONDS) -print_final_stats=1 -verbosity=0 build/fuzz/found/$$f \
	tests/fuzz/corpus/$${f\#fuzz_} tests/data/csv tests/data/formats examples/profiles
fuzz: deps ## run the fuzzers on the readers, SECONDS=20 each
	$(call need,clang)
	$(AGAIN) B=build/fuzz CC=clang MODE='$(ASAN:-O1=-O2) -fsanitize=fuzzer-no-link' LINKING= STRICT=-w fuzzers
	@for f in $(notdir $(FUZZERS)); do mkdir -p build/fuzz/found/$$f; echo $$f; $(FUZZ); done

fuzzers: $(FUZZERS)

coverage: deps ## run the tests, print the lines of lib/ that they reach
	@find build/coverage -name '*.gcda' -delete 2>/dev/null || true
	$(AGAIN) B=build/coverage MODE='-O0 --coverage' LINKING= STRICT=-w tests
	@tests/coverage build/coverage

bench: deps ## measure the speed, against sqlite3 or psql (RUNS=1, ONLY=NAME)
	$(AGAIN) all
	@export PATH='$(CURDIR)/$(B)/bin':$$PATH FILROUGE_BIN='$(CURDIR)/$(B)/bin'; missed=0; \
	for figures in bench postgresql; do tests/bench/$$figures.sh || missed=1; done; exit $$missed

# How often the intervals of forecasts hold, on simulated cohorts. The table stands in fil-report(1).
calibration: deps ## simulate forecasts: how often do their intervals hold?
	$(AGAIN) $(B)/tests/calibration/calibration
	@$(B)/tests/calibration/calibration | tee tests/calibration/table.txt

$(B)/tests/calibration/calibration: $(B)/tests/calibration/calibration.o $(B)/libfilrouge.a
	$(call show,ld $@) $(LINK) -o $@ $^ $(LIBS)

# mandoc knows the first section of a page by its English name.
lint: deps floors translated ## run clang-tidy, cppcheck, shellcheck, mandoc, and a build by clang
	$(call need,$(LINT_PACKAGES))
	$(AGAIN) all
	$(AGAIN) B=build/clang CC=clang all unit
	@printf '%s\n' $(LIB_SOURCES) $(wildcard cmd/*.c) | \
		xargs -P $(JOBS) -I@ clang-tidy --quiet @ -- $(subst $(B)/,build/clang/,$(LANGUAGE))
	@# NULL ends lists of arguments: it is a pointer in the C library of Linux.
	cppcheck --quiet --error-exitcode=1 --inline-suppr --enable=warning,performance,portability --suppress=varFuncNullUB \
		-I. -Ibuild/clang/gen lib cmd
	shellcheck $(SCRIPTS) $(CLI_TESTS)
	@for page in $(PAGES); do sed 's/^\.Sh NOM$$/.Sh NAME/' $$page | mandoc -K utf-8 -T lint -W warning || { echo $$page; exit 1; }; done

# The folder of a page: man1, or fr/man1 for one in French.
folder  = $(patsubst man/%,%,$(dir $(1:$(B)/%=%)))man$(subst .,,$(suffix $(1)))
FOLDERS = $(sort $(foreach page,$(PAGES),$(call folder,$(page))))

# What npm brings stays in build/accessibility.
accessibility: deps ## have axe-core look at the pages, in Chromium
	$(call need,$(ACCESSIBILITY_PACKAGES))
	$(AGAIN) all
	@mkdir -p $(B)/accessibility && cp tests/accessibility/package*.json $(B)/accessibility
	@cd $(B)/accessibility && npm ci --silent --no-audit --no-fund
	@tests/accessibility/run $(B)/bin $(B)/accessibility/node_modules

install: all ## install commands, man pages and build/share (prefix, DESTDIR)
	install -d '$(DESTDIR)$(bindir)' $(FOLDERS:%='$(DESTDIR)$(mandir)/%')
	install $(COMMANDS) '$(DESTDIR)$(bindir)'
	$(foreach page,$(PAGES),install -m 644 $(page) '$(DESTDIR)$(mandir)/$(call folder,$(page))';)
	@mkdir -p $(B)/share '$(DESTDIR)$(datadir)'
	tar -C $(B)/share --mode=u=rwX,go=rX -cf - . | tar -C '$(DESTDIR)$(datadir)' --no-overwrite-dir --no-same-owner -pxf -

# The source is copied, so that its top level stays as it is.
DEB = $(B)/deb/filrouge-$(VERSION)
deb: deps ## build a Debian package, build/filrouge_VERSION_ARCHITECTURE.deb
	$(call need,$(DEB_PACKAGES))
	@rm -rf $(B)/deb $(B)/filrouge_*.deb && mkdir -p $(DEB)
	@cp -R $(filter-out build,$(wildcard *)) $(DEB) && cp -R examples/debian $(DEB)
	@sed -i -e 's/@VERSION@/$(VERSION)/' -e 's/@LIBRARIES@/$(filter-out libcmocka-dev,$(filter lib%-dev,$(PACKAGES)))/' \
		-e '/^Build-Depends/s/-dev /-dev, /g' $(DEB)/debian/changelog $(DEB)/debian/control
	@cd $(DEB) && env -u MAKEFLAGS -u MAKELEVEL DEB_BUILD_OPTIONS=parallel=$(JOBS) dpkg-buildpackage --build=binary \
		--unsigned-changes --unsigned-source
	lintian --fail-on error $(B)/deb/filrouge_*.changes
	@mv $(B)/deb/filrouge_*.deb $(B) && rm -r $(B)/deb && ls $(B)/filrouge_*.deb

clean: ## remove what was built
	rm -rf build
