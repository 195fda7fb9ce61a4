# SPDX-License-Identifier: GPL-2.0
# Compiles the modules by Kbuild, installs them, and starts the tests.

KDIR ?= $(firstword $(wildcard /lib/modules/$(shell uname -r)/build) \
	$(lastword $(shell ls -d /lib/modules/*/build 2>/dev/null | sort -V)))
CACHE ?= $(HOME)/.cache/xen-dom0
export CACHE

VERSION := $(shell cat VERSION)
KVER = $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h)
DKMS_DIR = $(DESTDIR)/usr/src/xen-dom0-$(VERSION)
MODPROBE_DIR = $(DESTDIR)/usr/lib/modprobe.d
SHARE_DIR = $(DESTDIR)/usr/share/xen-dom0
MAN_DIR = $(DESTDIR)/usr/share/man
DOC_DIR = $(DESTDIR)/usr/share/doc/xen-dom0
SBIN_DIR = $(DESTDIR)/usr/sbin
COMPLETION_DIR = $(DESTDIR)/usr/share/bash-completion/completions
MODULES := dom0-core dom0-gnttab dom0-xenbus dom0-blkback dom0-netback dom0-scsiback dom0-balloon dom0-evtchn dom0-privcmd dom0-xenfs dom0-gntdev dom0-gntalloc dom0-mcelog dom0-acpi-processor dom0-pciback

# STRICT=1, for developers: warnings are errors, and sparse checks the code if it is installed. Not by default: a newer compiler may
# warn about more, and must not break an installation. tests/build compiles this way.
SPARSE = $(if $(and $(shell command -v sparse),$(wildcard tests/sparse)),C=1 CHECK=$(CURDIR)/tests/sparse CF=-D__CHECK_ENDIAN__)
CHECKS = $(if $(filter 1,$(STRICT)),W=1 $(SPARSE))
ERRORS = $(if $(filter 1,$(STRICT)),-Werror)

KBUILD = $(MAKE) -C $(KDIR) M=$(CURDIR)

all: modules ## compile all modules (the default)

modules:
	@test -n "$(KDIR)" || { echo "no kernel headers found: install linux-headers-amd64 or set KDIR"; exit 1; }
	+$(KBUILD) $(CHECKS) KCFLAGS="$(KCFLAGS) $(ERRORS)" modules

tools: ## compile dom0ctl, which needs no kernel headers, to build/tools
	+$(MAKE) -C tools/dom0ctl OUT=$(CURDIR)/build/tools STRICT=$(STRICT)

# Install all but the modules, which come first: once the modprobe.d file is in place, modprobe asks for them.
install-files:
	install -D -m 644 -t $(MODPROBE_DIR) packaging/modprobe.d/xen-dom0.conf
	install -D -m 644 -t $(SHARE_DIR) packaging/modprobe.d/xen-dom0-devices.conf
	install -D -m 644 -t $(MAN_DIR)/man4 Documentation/man/*.4
	install -D -m 644 -t $(MAN_DIR)/man8 Documentation/man/*.8
	install -D -m 644 -t $(DOC_DIR)/ABI Documentation/ABI/*
	install -D -m 755 -t $(SBIN_DIR) packaging/boot/xen-dom0-boot

install-tools: tools
	install -D -m 755 -t $(SBIN_DIR) build/tools/dom0ctl
	install -D -m 644 -t $(COMPLETION_DIR) packaging/bash-completion/dom0ctl

uninstall-files:
	rm -f $(MODPROBE_DIR)/xen-dom0.conf $(SBIN_DIR)/xen-dom0-boot $(SBIN_DIR)/dom0ctl $(COMPLETION_DIR)/dom0ctl
	rm -f $(addprefix $(MAN_DIR)/man4/,$(notdir $(wildcard Documentation/man/*.4)))
	rm -f $(addprefix $(MAN_DIR)/man8/,$(notdir $(wildcard Documentation/man/*.8)))
	rm -rf $(SHARE_DIR) $(DOC_DIR)

install: modules tools ## install modules, modprobe.d file, boot tool, dom0ctl, man pages and ABI (DESTDIR is honoured)
	+$(KBUILD) INSTALL_MOD_PATH=$(DESTDIR) INSTALL_MOD_DIR=updates modules_install
	$(if $(DESTDIR),,depmod -a $(KVER))
	$(MAKE) install-files install-tools

uninstall: uninstall-files ## remove what install put there; the in-tree drivers are used again after a reboot
	rm -f $(foreach m,$(MODULES),$(DESTDIR)/lib/modules/$(KVER)/updates/drivers/$(m:dom0-%=%)/$(m).ko*)
	$(if $(DESTDIR),,depmod -a $(KVER))

dkms-source: ## copy the sources for DKMS to DESTDIR/usr/src/xen-dom0-VERSION
	install -d $(DKMS_DIR)
	find arch drivers include \( -name '*.[chS]' ! -name '*.mod.c' -o -name Kbuild \) -exec cp --parents -t $(DKMS_DIR) {} +
	install -m 644 -t $(DKMS_DIR) Kbuild VERSION LICENSE dkms.conf

dkms-install: dkms-source ## register with DKMS, compile and install for the kernel of KDIR
	dkms status xen-dom0/$(VERSION) | grep -q . || dkms add xen-dom0/$(VERSION)
	dkms install xen-dom0/$(VERSION) -k $(KVER)
	$(MAKE) install-files install-tools

dkms-uninstall: uninstall-files ## remove the modules from DKMS, for all kernels
	-dkms remove xen-dom0/$(VERSION) --all
	rm -rf $(DKMS_DIR)

deb: ## the Debian packages xen-dom0-dkms and dom0ctl, in build/
	rm -rf build/deb && mkdir -p build/deb/xen-dom0
	cp -r $(filter-out build,$(wildcard *)) build/deb/xen-dom0
	cp -r packaging/debian build/deb/xen-dom0
	cd build/deb/xen-dom0 && dpkg-buildpackage --build=binary --no-sign
	mv build/deb/*.deb build/

dist: ## the last commit as build/xen-dom0-VERSION.tar.gz, the same bytes wherever it is made
	mkdir -p build
	git archive --prefix=xen-dom0-$(VERSION)/ HEAD | gzip -9n >build/xen-dom0-$(VERSION).tar.gz

check: ## the kernels of tests/kernels/list, sparse, unit tests, fuzzers, lint, and the lab without its long scenarios
	tests/setup
	tests/check

check-debug: ## the lab's scenarios on a Dom0 kernel with lockdep, kmemleak and UBSAN; LONG=1: also the long ones
	$(MAKE) lab KERNEL=debug

unit: ## unit tests in user space, with ASan and UBSan
	$(MAKE) -C tests/unit run

fuzz: ## libFuzzer over the pure code: FUZZ_SECONDS (60) for each parser of guests' input, a third for the others
	$(MAKE) -C tests/fuzz run

doc: ## the interface of include/dom0 as manual pages in build/doc (man -l build/doc/dom0_ring_map.9), and all pages as HTML
	@Documentation/render "$(KDIR)/scripts/kernel-doc" build/doc

clean: ## remove what the build made (the cache stays)
	+$(if $(KDIR),$(KBUILD) clean)
	rm -rf build

help: ## this list
	@echo "xen-dom0 $(VERSION): make [target] [KDIR=kernel headers] [CACHE=$(CACHE)]"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | awk -F'\t' '{ printf "%-18s %s\n", $$1, $$2 }'

.PHONY: all modules tools install-files install-tools uninstall-files install uninstall dkms-source dkms-install dkms-uninstall deb dist check check-debug unit fuzz doc clean help

-include tests/lab/lab.mk
-include tests/bench/bench.mk

# Print a variable of this file, for scripts.
print-%:
	@echo "$($*)"
