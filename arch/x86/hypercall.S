/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercall instructions, one entry for each way into Xen.
 *
 * C passes the number and five arguments in rdi, rsi, rdx, rcx, r8, r9; Xen wants the number in rax
 * and the arguments in rdi, rsi, rdx, r10, r8. Xen may change only registers that a C function may
 * change as well: `syscall` destroys rcx and r11, and a debugging hypervisor overwrites the
 * arguments. Nothing is saved, therefore, and the stack is not touched.
 *
 * The _user entries let the hypervisor reach user memory: in a translated domain it honours SMAP as
 * the processor would. A PV kernel is not subject to SMAP, so `syscall` needs no such entry.
 */
#include <linux/linkage.h>
#include <asm/smap.h>
#include <asm/unwind_hints.h>

.macro LOAD_HYPERCALL
	movq	%rdi, %rax
	movq	%rsi, %rdi
	movq	%rdx, %rsi
	movq	%rcx, %rdx
	movq	%r8, %r10
	movq	%r9, %r8
.endm

	.text

SYM_FUNC_START(dom0_hypercall_syscall)
	LOAD_HYPERCALL
	syscall
	/* For objtool, which would expect that `syscall` does not come back. */
	UNWIND_HINT_FUNC
	RET
SYM_FUNC_END(dom0_hypercall_syscall)

SYM_FUNC_START(dom0_hypercall_vmcall)
	LOAD_HYPERCALL
	vmcall
	RET
SYM_FUNC_END(dom0_hypercall_vmcall)

SYM_FUNC_START(dom0_hypercall_vmmcall)
	LOAD_HYPERCALL
	vmmcall
	RET
SYM_FUNC_END(dom0_hypercall_vmmcall)

SYM_FUNC_START(dom0_hypercall_vmcall_user)
	LOAD_HYPERCALL
	ASM_STAC
	vmcall
	ASM_CLAC
	RET
SYM_FUNC_END(dom0_hypercall_vmcall_user)

SYM_FUNC_START(dom0_hypercall_vmmcall_user)
	LOAD_HYPERCALL
	ASM_STAC
	vmmcall
	ASM_CLAC
	RET
SYM_FUNC_END(dom0_hypercall_vmmcall_user)
