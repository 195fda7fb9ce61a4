# SPDX-License-Identifier: GPL-2.0
# How driver sources are compiled in user space; used by tests/unit and tests/fuzz.

TOP := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))../..)
OUT := $(TOP)/build/user
SHIMS := $(TOP)/tests/unit/include

# The package that has the public Xen headers: Debian splits them off as -common, others keep one tree.
kernel-trees := $(KDIR) $(KDIR)/source $(dir $(KDIR:/=))source $(KDIR:-amd64=-common) \
	$(patsubst %-amd64,%-common,$(realpath $(KDIR))) $(shell ls -dr /usr/src/linux-headers-*-common 2>/dev/null)
kernel-tree := $(patsubst %/include/xen/interface/xen.h,%,$(firstword \
	$(wildcard $(addsuffix /include/xen/interface/xen.h,$(kernel-trees)))))
ifeq ($(kernel-tree),)
$(error no kernel headers with include/xen found: install linux-headers-amd64 or set KDIR)
endif

# Names that driver code includes and that are all one small shim.
shim-names := $(addprefix linux/,array_size atomic bio bitmap bitops bits blkdev bsearch bug build_bug cache cgroup \
	compiler compiler_types container_of ctype debugfs device dev_printk err etherdevice export freezer gfp hrtimer init interrupt \
	irq jiffies kdev_t kobject kstrtox kthread ktime llist log2 math math64 minmax mm mmdebug module moduleparam mutex nospec notifier overflow \
	page-flags page_ref percpu printk random ratelimit ratelimit_types rcupdate sched/task seq_file shrinker sizes skbuff slab spinlock sprintf string stringify time64 \
	timekeeping timer tracepoint unaligned wait workqueue xarray) \
	asm/barrier asm/page asm/sync_bitops asm/unaligned trace/define_trace xen/events xen/page xen/pci xen/xenbus
own-names := $(patsubst $(SHIMS)/%.h,%,$(shell find $(SHIMS) -name '*.h'))
shim-names := $(filter-out $(own-names),$(shim-names))

# Real kernel headers that need no service either.
kernel-links := $(patsubst $(kernel-tree)/include/%,%,$(wildcard $(kernel-tree)/include/xen/interface)) \
	linux/list.h linux/poison.h linux/hash.h acpi scsi/scsi_proto.h
arch-links := asm/xen asm/pvclock-abi.h asm/emulate_prefix.h asm/msr-index.h

INCLUDES := -I$(SHIMS) -isystem $(OUT)/include -I$(TOP)/include -I$(TOP)
USER_CFLAGS := -std=gnu11 -g -O1 -fno-strict-aliasing -fno-omit-frame-pointer -fshort-wchar -D_GNU_SOURCE \
	-Wall -Wextra -Werror -Wno-sign-compare -Wno-unused-parameter -Wno-missing-field-initializers \
	-Wno-unused-function -fsanitize=address,undefined -fno-sanitize-recover=all $(INCLUDES)

$(OUT)/include/.made: $(TOP)/tests/unit/user.mk $(wildcard $(SHIMS)/linux/*.h)
	@rm -rf $(@D)
	@mkdir -p $(@D)
	@for n in $(shim-names); do mkdir -p $(@D)/$$(dirname $$n); ln -sf $(SHIMS)/linux/kernel.h $(@D)/$$n.h; done
	@for n in $(kernel-links); do mkdir -p $(@D)/$$(dirname $$n); ln -sfT $(kernel-tree)/include/$$n $(@D)/$$n; done
	@for n in $(arch-links); do ln -sfT $(kernel-tree)/arch/x86/include/$$n $(@D)/$$n; done
	@touch $@

# A file that was renamed or removed may still be in the list of a program that was compiled before. Compile that anew.
%.h: ;
$(TOP)/drivers/%.c: ;
