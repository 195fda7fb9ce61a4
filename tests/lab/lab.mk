# SPDX-License-Identifier: GPL-2.0
# The lab's targets, included by the top Makefile.

DRIVERS ?= ours
KERNEL ?= stock
PAIR ?= bookworm
comma := ,
# setup installs Python, which `run` needs.
LAB = tests/lab/setup && tests/lab/run $(if $(LONG),--long) $(if $(ACCEL),--accel $(ACCEL)) --drivers $(DRIVERS) --kernel $(KERNEL) --pair $(PAIR) $(if $(GUEST_PAIR),--guest-pair $(GUEST_PAIR))

lab: ## real Xen, Dom0 and guests in QEMU: SCENARIO=name,name (all) PAIR=bookworm|trixie|newest DRIVERS=ours|intree KERNEL=stock|debug|bare|grafted|builtin
	$(LAB) $(subst $(comma), ,$(SCENARIO))

check-long: ## the kernels of tests/kernels/list that make check leaves out, and every scenario of the lab on each pair
	tests/setup
	tests/check --long

lab-shell: ## an interactive console of the lab's Dom0
	$(LAB) --shell

demo: ## guests on our drivers in QEMU, step by step, from a fresh machine to verified data (KERNEL=bare: Dom0 has no Xen driver but ours; ACCEL=auto|kvm|tcg)
	@tests/need python3:python3
	@tests/lab/demo --accel $(or $(ACCEL),auto) --drivers $(DRIVERS) --kernel $(KERNEL) --pair $(PAIR)

demo-picture: ## the same, drawn as Documentation/demo.svg, which README.md shows
	tests/lab/record Documentation/demo.svg make --no-print-directory demo

.PHONY: lab check-long lab-shell demo demo-picture
