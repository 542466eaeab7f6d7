# SPDX-License-Identifier: ISC
# Skerry. `make demo` shows it, `make check` proves it, `make help` lists the rest.
# Variables: CC, CFLAGS, PREFIX, DESTDIR, B (build folder), V=1 (show commands), FUZZ_S, SKERRY_VECTORS,
# WERROR=-Werror, TIDY=quick (lint without the static analyzer).

# All processors compile; what is run comes one after the other.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif

VERSION   := 0.1.0
SOVERSION := 0
B         ?= build
PREFIX    ?= /usr/local
CC        := $(if $(filter default,$(origin CC)),gcc,$(CC))
CFLAGS    ?= -O2 -g
WARN      := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla $(WERROR)
HARDEN    := -fstack-protector-strong -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections
CPPFLAGS  += -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DSKERRY_VERSION='"$(VERSION)"' \
             -iquote . -iquote formats -iquote verifier
COMPILE    = $(CC) -std=c11 $(CPPFLAGS) -iquote $(B)/gen/$(patsubst %/,%,$(dir $<)) $(WARN) $(HARDEN) $(CFLAGS) $(if $(filter tests/%,$<),$(TEST_CFLAGS)) -MMD -MP
LINK       = $(CC) $(CFLAGS) -Wl,--gc-sections,--as-needed,-z,relro,-z,now $(LDFLAGS) $(LINKER)
Q         := $(if $(V),,@)
say        = $(if $(V),,@printf '  %-7s %s\n' '$(1)' '$(2)';)

# --- rooms: folder by folder, which objects make up what ---------------------------------------
objects    = $(patsubst %.c,$(B)/obj/%.o,$(sort $(wildcard $(1))))
FORMATS   := $(call objects,formats/*.c)
KEYS      := $(call objects,keys/*.c)
KEYS_CLI  := $(call objects,keys/cli/*.c)
ISSUER    := $(call objects,issuer/*.c issuer/desk/*.c issuer/decide/*.c issuer/exchange/*.c issuer/letter/*.c)
ISSUER_CLI:= $(call objects,issuer/cli/*.c)
VERIFIER  := $(call objects,verifier/*.c verifier/decide/*.c verifier/gather/*.c verifier/state/*.c verifier/exchange/*.c verifier/texts/*.c verifier/show/*.c)
LIBRARY   := $(call objects,verifier/library/*.c)
SITE_CLI  := $(call objects,verifier/cli/*.c)
DAEMON    := $(filter-out %/main.o,$(call objects,verifier/daemon/*.c verifier/daemon/http/*.c verifier/daemon/calls/*.c))

PROGRAMS  := $(B)/skerry $(B)/skerryd $(B)/skerry-issuer $(B)/skerry-keys
LIBRARIES := $(B)/libskerry.so $(B)/libskerry.a $(B)/skerry.pc
ARCHIVES  := $(B)/formats.a $(B)/keys.a $(B)/issuer.a $(B)/verifier.a $(B)/daemon.a
HEADERS   := verifier/skerry.h formats/skerry_error.h

.PHONY: all help deps demo check unit scenario examples clients clients-check conformance lint sanitize coverage fuzz soak bench interop install uninstall clean
.DELETE_ON_ERROR:
.SECONDARY:
all: $(PROGRAMS) $(LIBRARIES)

help:
	@sed -n 's/^## //p' Makefile

## make deps         install the Debian packages that building and checking need (asks for nothing when none is missing)
## make all          programs and library into build/
## make demo         build, then sell, carry and check licenses of three vendors
## make check        unit and scenario tests, the embedding example, conformance
## make lint         layers, headers, exports, man pages, clang-format, clang-tidy, cppcheck
## make sanitize     the tests under ASan and UBSan, with clang; and once under valgrind
## make coverage     branches of what decides that its own tests take
## make fuzz         every reader, FUZZ_S seconds each (10)
## make soak         hours of random histories, kills and fuzz: SKERRY_HISTORIES, SKERRY_KILLS, FUZZ_S (300) say how many
## make bench        speed and size beside the bare limit and peers
## make clients      PHP, shell and every other client over the refusal corpus
## make conformance  the standards' test vectors in $SKERRY_VECTORS
## make interop      other implementations read ours, we read theirs
## make install      to PREFIX (/usr/local) under DESTDIR; make uninstall removes it
## make clean        removes build/

# --- packages: each tier is installed once, when a package of it is missing ---------------------
BUILD_PACKAGES   := gcc libc6-dev binutils pkgconf libsodium-dev libsqlite3-dev zlib1g-dev libqrcodegen-dev libmicrohttpd-dev libjansson-dev libseccomp-dev
CHECK_PACKAGES   := libcmocka-dev libcbor-dev jq sqlite3 faketime curl php-cli python3-nacl tzdata
LINT_PACKAGES    := clang clang-format clang-tidy cppcheck mandoc shellcheck
SANITIZE_PACKAGES:= clang libclang-rt-14-dev lld valgrind
BENCH_PACKAGES   := libssl-dev libjwt-dev libcjose-dev time wrk
CLIENT_PACKAGES  := python3-cryptography nodejs default-jdk-headless
INTEROP_PACKAGES := openssl python3 python3-cbor2
need = @sh tests/need.sh $(1)

deps:
	$(call need,$(BUILD_PACKAGES) $(CHECK_PACKAGES))

# What each side links: keys, packing, records; QR codes on paper and on a terminal; at the vendor's one signer for each processor.
CORE_LIBS   := -lsodium -lz
SITE_LIBS   := $(CORE_LIBS) -lsqlite3
ISSUER_LIBS := $(SITE_LIBS) -lqrcodegen -pthread
DAEMON_LIBS := $(SITE_LIBS) -lmicrohttpd -ljansson -lseccomp -pthread

# --- compiling and linking ---------------------------------------------------------------------
$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(COMPILE) -c -o $@ $<

$(B)/gen/%.sql.h: %.sql
	@mkdir -p $(@D)
	$(call say,SQL,$<)sed 's/\\/\\\\/g; s/"/\\"/g; s/^/"/; s/$$/\\n"/' $< > $@

$(B)/obj/issuer/desk/schema.o: $(patsubst %,$(B)/gen/%.h,$(wildcard issuer/desk/*.sql))
$(B)/obj/verifier/state/schema.o $(B)/obj/verifier/state/seats_schema.o: $(patsubst %,$(B)/gen/%.h,$(wildcard verifier/state/*.sql))

$(B)/formats.a: $(FORMATS)
$(B)/keys.a: $(KEYS)
$(B)/issuer.a: $(ISSUER)
$(B)/verifier.a: $(VERIFIER) $(LIBRARY)
$(B)/daemon.a: $(DAEMON)
$(ARCHIVES):
	$(call say,AR,$@)rm -f $@ && ar rcs $@ $^

$(B)/skerry-keys: $(KEYS_CLI) $(B)/keys.a $(B)/formats.a
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(CORE_LIBS)
$(B)/skerry-issuer: $(ISSUER_CLI) $(B)/issuer.a $(B)/keys.a $(B)/formats.a
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(ISSUER_LIBS)
$(B)/skerry: $(SITE_CLI) $(B)/verifier.a $(B)/keys.a $(B)/formats.a
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(SITE_LIBS) -lqrcodegen

$(B)/skerryd: $(B)/obj/verifier/daemon/main.o $(B)/daemon.a $(B)/verifier.a $(B)/keys.a $(B)/formats.a
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(DAEMON_LIBS)

# The library: only what skerry.h declares is visible, in the shared and in the static one. It stays where a plug-in lets it go:
# SQLite knows its file system by then.
$(B)/libskerry.so.$(VERSION): $(LIBRARY) $(B)/verifier.a $(B)/keys.a $(B)/formats.a verifier/library/skerry.map
	$(call say,LINK,$@)$(LINK) -shared -Wl,-z,nodelete -Wl,-soname,libskerry.so.$(SOVERSION) -Wl,--version-script=verifier/library/skerry.map \
		$(if $(findstring -fsanitize,$(CFLAGS)),,-Wl,-z,defs) -o $@ $(filter %.o %.a,$^) $(SITE_LIBS)
$(B)/libskerry.so: $(B)/libskerry.so.$(VERSION)
	$(Q)ln -sf $(<F) $(B)/libskerry.so.$(SOVERSION) && ln -sf $(<F) $@
$(B)/libskerry.a: $(LIBRARY) $(B)/verifier.a $(B)/keys.a $(B)/formats.a
	$(call say,AR,$@)ld -r --gc-sections --gc-keep-exported -o $(B)/libskerry.o $(LIBRARY) $(filter %.a,$^) 2>/dev/null || \
		ld -r -o $(B)/libskerry.o $(LIBRARY) $(filter %.a,$^); \
	objcopy --localize-hidden $(B)/libskerry.o && rm -f $@ && ar rcs $@ $(B)/libskerry.o
# Made anew each time: PREFIX may be another one.
.PHONY: $(B)/skerry.pc
$(B)/skerry.pc: verifier/library/skerry.pc.in
	@mkdir -p $(@D)
	$(Q)sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' $< > $@

# --- tests: one program for each tests/unit/test_*.c -------------------------------------------
UNIT        := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/test_*.c))
CONFORMANCE := $(patsubst tests/conformance/%.c,$(B)/conformance/%,$(wildcard tests/conformance/*.c))
TEST_LIBS   := $(ARCHIVES)
$(UNIT) $(CONFORMANCE): $(B)/%: $(B)/obj/tests/%.o $(call objects,tests/unit/fixture_*.c) $(TEST_LIBS)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(LINK) -o $@ $(filter %.o,$^) -Wl,--start-group $(TEST_LIBS) -Wl,--end-group -lcmocka -lcbor $(DAEMON_LIBS) -lqrcodegen

# The refusal corpus: what each client, in whatever language, is held against.
CORPUS_FIXTURES := $(patsubst %,$(B)/obj/tests/unit/fixture_%.o,ceremony draw hex hotel license manifest_refusals payload refusals zone)
$(B)/corpus: $(call objects,tests/clients/*.c) $(CORPUS_FIXTURES) $(B)/verifier.a $(B)/keys.a $(B)/formats.a
	$(call say,LINK,$@)$(LINK) -o $@ $^ -lcmocka $(SITE_LIBS)

# The daemon's calls without its wire (calls_without_wire.h): what stands in for it comes first.
$(B)/unit/test_routes $(B)/unit/test_seat_calls: LDFLAGS += -Wl,--allow-multiple-definition

# A little machine to preload, which lives through years in seconds: for tests and examples alone.
$(B)/machine.so: tests/machine/machine.c
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) -std=c11 $(CPPFLAGS) $(WARN) -O2 -fPIC -fvisibility=hidden -shared -o $@ $<

$(B)/light_passphrase.so: tests/machine/light_passphrase.c
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) -std=c11 $(CPPFLAGS) $(WARN) -O2 -fPIC -fvisibility=hidden -shared -o $@ $<

# Many clients of one daemon, who count for themselves.
$(B)/seats-load: tests/load/seats.c
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) -std=c11 $(CPPFLAGS) $(WARN) -O2 -o $@ $<

# --- faults: a site on a disk that fails; the program's main is called from inside ----------------
FAULT       := $(filter-out $(FAULT_SKIP:%=$(B)/fault/%),$(patsubst tests/fault/%.c,$(B)/fault/%,$(wildcard tests/fault/test_*.c)))
FAULT_PARTS := $(filter-out $(B)/obj/tests/fault/test_%,$(call objects,tests/fault/*.c)) $(filter-out %/main.o,$(SITE_CLI)) \
	$(B)/fault/skerry_main.o $(patsubst %,$(B)/obj/tests/unit/fixture_%.o,ceremony every tree)
$(B)/fault/skerry_main.o: $(B)/obj/verifier/cli/main.o
	@mkdir -p $(@D)
	$(Q)objcopy --redefine-sym main=skerry_main $< $@
$(FAULT): $(B)/fault/%: $(B)/obj/tests/fault/%.o $(FAULT_PARTS) $(B)/verifier.a $(B)/keys.a $(B)/formats.a
	$(call say,LINK,$@)$(LINK) -o $@ $^ -lcmocka $(SITE_LIBS) -lqrcodegen

check: deps
	$(Q)for part in all unit scenario examples clients-check conformance; do $(MAKE) --no-print-directory $$part || exit; done
	@echo "make check: everything passed"
# Those that take long begin first.
unit: $(UNIT) $(FAULT)
	$(Q)BUILD=$(abspath $(B)) sh tests/run.sh $(BESIDE) $(FAULT) $(UNIT)
conformance: $(CONFORMANCE)
	$(Q)BUILD=$(abspath $(B)) sh tests/run.sh $(CONFORMANCE)
scenario: all $(B)/machine.so $(B)/light_passphrase.so $(B)/seats-load
	$(Q)BUILD=$(abspath $(B)) sh tests/run.sh $(filter-out $(SCENARIO_SKIP:%=tests/scenario/%.sh),$(sort $(wildcard tests/scenario/[0-9]*.sh)))
# Here what every machine that checks has; clients has all of them, or those that CLIENTS names.
CLIENT_TESTS := $(patsubst %,tests/clients/%.sh,php daemon middleware shell python site guides)
CLIENTS      := $(filter-out lib,$(patsubst tests/clients/%.sh,%,$(wildcard tests/clients/*.sh)))
clients-check: all $(B)/corpus
	$(Q)BUILD=$(abspath $(B)) sh tests/run.sh $(CLIENT_TESTS)
clients: all $(B)/corpus
	$(call need,$(BUILD_PACKAGES) $(CHECK_PACKAGES) $(CLIENT_PACKAGES))
	$(Q)export SKERRY_CLIENTS=all; BUILD=$(abspath $(B)) sh tests/run.sh $(CLIENTS:%=tests/clients/%.sh)
examples: all $(B)/machine.so
	$(Q)BUILD=$(abspath $(B)) sh tests/run.sh tests/scenario/examples.sh

demo: deps
	$(Q)$(MAKE) --no-print-directory all $(B)/machine.so
	$(Q)SKERRY_BIN=$(abspath $(B)) sh docs/examples/demo.sh

lint: all
	$(call need,$(BUILD_PACKAGES) $(CHECK_PACKAGES) $(LINT_PACKAGES))
	$(Q)B=$(B) TIDY=$(TIDY) CPPFLAGS="$(CPPFLAGS)" sh tests/run.sh $(sort $(wildcard tests/lint/[0-9]*.sh))

# What is tested is compiled with care, the tests quickly; and two hundred programs are linked.
ASAN := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
# What kills leave behind is a matter of the disk, and passphrases are one of the processor: those tests take minutes here,
# and check has them.
SLOW_SCENARIOS := 10-key-files 11-ceremony 15-guide 24-desk-locks 27-vendor-guide 50-restore 51-operators 52-unlock 54-recover-killed 83-operators-of-brands
sanitize:
	$(call need,$(BUILD_PACKAGES) $(CHECK_PACKAGES) $(SANITIZE_PACKAGES))
	$(Q)$(MAKE) --no-print-directory all $(UNIT)
	$(Q)export SKERRY_HISTORIES=20000 SKERRY_EVERY=5 PLAIN_BUILD=$(abspath $(B)); for part in all unit scenario; do \
		$(MAKE) --no-print-directory B=$(B)/asan CC=clang CFLAGS="$(ASAN)" TEST_CFLAGS=-O0 LINKER=-fuse-ld=lld FAULT_SKIP=test_site_killed SCENARIO_SKIP="$(SLOW_SCENARIOS)" \
			BESIDE=tests/valgrind.sh $$part || exit; done

# --- coverage: of what decides about access, by its own tests -----------------------------------
DECIDING := clock% dialog evaluate% match seat succession timeline why% words%
coverage:
	$(Q)$(MAKE) --no-print-directory B=$(B)/coverage CC=gcc WERROR= CFLAGS="-O0 -g --coverage" \
		$(patsubst %,$(B)/coverage/unit/%,$(filter $(DECIDING:%=test_%),$(notdir $(UNIT))))
	$(Q)BUILD=$(abspath $(B)/coverage) sh tests/coverage.sh

# --- fuzz: libFuzzer, one harness for each reader, seeds from real documents -------------------
FUZZ_S ?= 10
FUZZ := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz: all
	$(call need,$(BUILD_PACKAGES) $(CHECK_PACKAGES) $(SANITIZE_PACKAGES))
	$(Q)$(MAKE) --no-print-directory B=$(B)/fuzz CC=clang CFLAGS="$(ASAN) -fsanitize=fuzzer-no-link" $(FUZZ:%=$(B)/fuzz/%)
	$(Q)BUILD=$(abspath $(B)) FUZZ_S=$(FUZZ_S) HARNESSES="$(FUZZ)" sh tests/run.sh tests/fuzz/run.sh
# In its own time: each part prints what it does.
soak: FUZZ_S := $(if $(filter command line environment,$(origin FUZZ_S)),$(FUZZ_S),300)
soak: all $(B)/seats-load
	$(call need,$(BUILD_PACKAGES) $(CHECK_PACKAGES) $(SANITIZE_PACKAGES))
	$(Q)$(MAKE) --no-print-directory $(UNIT) $(FAULT)
	$(Q)$(MAKE) --no-print-directory B=$(B)/fuzz CC=clang CFLAGS="$(ASAN) -fsanitize=fuzzer-no-link" $(FUZZ:%=$(B)/fuzz/%)
	$(Q)BUILD=$(abspath $(B)) FUZZ_S=$(FUZZ_S) HARNESSES="$(FUZZ)" sh tests/soak.sh
$(FUZZ:%=$(B)/%): $(B)/%: $(B)/obj/tests/fuzz/%.o $(B)/verifier.a $(B)/keys.a $(B)/formats.a
	$(call say,LINK,$@)$(LINK) -fsanitize=fuzzer -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(SITE_LIBS) $(FUZZ_LIBS)
# A backup is refused unless it holds a manifest that verifies, and so is a bundle.
$(B)/fuzz_site_backup $(B)/fuzz_bundle_in: $(B)/obj/tests/unit/fixture_ceremony.o
$(B)/fuzz_site_backup $(B)/fuzz_bundle_in: FUZZ_LIBS = -lcmocka
# Of the daemon they need what Jansson reads, and what is no socket's.
$(B)/fuzz_call_body $(B)/fuzz_http_call: $(B)/daemon.a
$(B)/fuzz_call_body $(B)/fuzz_http_call: FUZZ_LIBS = -ljansson -lmicrohttpd

# --- bench and interop -------------------------------------------------------------------------
bench: all
	$(call need,$(BUILD_PACKAGES) $(CHECK_PACKAGES) $(BENCH_PACKAGES))
	$(Q)$(MAKE) --no-print-directory $(B)/bench $(B)/seats-load
	$(Q)BUILD=$(abspath $(B)) sh tests/bench/run.sh
$(B)/bench: $(call objects,tests/bench/*.c) $(ARCHIVES)
	$(call say,LINK,$@)$(LINK) -o $@ $(filter %.o,$^) -Wl,--start-group $(ARCHIVES) -Wl,--end-group $(DAEMON_LIBS) -lqrcodegen -lcbor -ljwt -lcjose -lcrypto
interop: all
	$(call need,$(INTEROP_PACKAGES))
	$(Q)BUILD=$(abspath $(B)) sh tests/run.sh tests/interop/run.sh

# --- install -----------------------------------------------------------------------------------
# Below PREFIX; units, the user and the socket's folder are systemd's to find there. With DESTDIR nothing is done but copying.
MAN   := $(wildcard docs/man/*.[1-8])
UNITS := $(patsubst verifier/daemon/system/%.in,%,$(wildcard verifier/daemon/system/*.in))
TO    := $(DESTDIR)$(PREFIX)
install: all
	install -d $(TO)/bin $(TO)/lib/pkgconfig $(TO)/include $(TO)/lib/systemd/system $(TO)/lib/sysusers.d $(TO)/lib/tmpfiles.d \
		$(TO)/share/bash-completion/completions $(TO)/share/skerry
	install -m 0755 $(PROGRAMS) $(TO)/bin
	install -m 0644 $(HEADERS) $(TO)/include
	install -m 0644 $(B)/libskerry.a $(TO)/lib
	install -m 0755 $(B)/libskerry.so.$(VERSION) $(TO)/lib
	ln -sf libskerry.so.$(VERSION) $(TO)/lib/libskerry.so.$(SOVERSION)
	ln -sf libskerry.so.$(VERSION) $(TO)/lib/libskerry.so
	install -m 0644 $(B)/skerry.pc $(TO)/lib/pkgconfig
	for page in $(MAN); do install -D -m 0644 $$page $(TO)/share/man/man$${page##*.}/$${page##*/}; done
	for unit in $(UNITS); do sed 's|@PREFIX@|$(PREFIX)|' verifier/daemon/system/$$unit.in > $(TO)/lib/systemd/system/$$unit; done
	install -m 0644 verifier/daemon/system/skerry.sysusers $(TO)/lib/sysusers.d/skerry.conf
	install -m 0644 verifier/daemon/system/skerry.tmpfiles $(TO)/lib/tmpfiles.d/skerry.conf
	install -m 0644 docs/completion/skerry.bash $(TO)/share/bash-completion/completions/skerry
	for program in skerry-issuer skerry-keys; do ln -sf skerry $(TO)/share/bash-completion/completions/$$program; done
	cp -r verifier/clients $(TO)/share/skerry
	install -d $(TO)/share/doc/skerry
	cp -r docs/guide docs/examples docs/formats.md docs/threat-model.md LICENSE $(TO)/share/doc/skerry
	sh verifier/daemon/system/installed.sh '$(DESTDIR)' '$(PREFIX)'
# What the site holds stays: /var/lib/skerry, /etc/skerry and the user.
uninstall:
	sh verifier/daemon/system/removing.sh '$(DESTDIR)'
	rm -f $(patsubst $(B)/%,$(TO)/bin/%,$(PROGRAMS)) $(patsubst %,$(TO)/include/%,$(notdir $(HEADERS)))
	rm -f $(TO)/lib/libskerry.* $(TO)/lib/pkgconfig/skerry.pc $(patsubst %,$(TO)/lib/systemd/system/%,$(UNITS))
	rm -f $(TO)/lib/sysusers.d/skerry.conf $(TO)/lib/tmpfiles.d/skerry.conf
	rm -f $(patsubst %,$(TO)/share/bash-completion/completions/%,skerry skerry-issuer skerry-keys)
	rm -rf $(TO)/share/skerry $(TO)/share/doc/skerry
	for page in $(MAN); do rm -f $(TO)/share/man/man$${page##*.}/$${page##*/}; done
clean:
	rm -rf $(B)

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
