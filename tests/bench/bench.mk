# SPDX-License-Identifier: GPL-2.0

CASES ?= *
GUESTS ?= pv

bench: ## compare our drivers with the in-tree ones (CASES=pattern,... GUESTS=pv,pvh)
	tests/lab/setup
	CACHE='$(CACHE)' tests/bench/bench --cases '$(CASES)' --guests '$(GUESTS)'

profile: ## where the instructions of Dom0 go in cases of the bench, by module and function (CASES=pattern,... GUESTS=pv,pvh)
	tests/lab/setup
	CACHE='$(CACHE)' tests/bench/profile --cases '$(CASES)' --guests '$(GUESTS)'

.PHONY: bench profile
