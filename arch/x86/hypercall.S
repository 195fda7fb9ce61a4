/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercall instructions: one function for each instruction that enters Xen.
 *
 * C passes the number and five arguments in rdi, rsi, rdx, rcx, r8, r9. Xen expects the number in
 * rax and the arguments in rdi, rsi, rdx, r10, r8. `syscall` destroys rcx and r11, and a debugging
 * hypervisor overwrites the arguments. A C function may change all of these registers too, so
 * nothing has to be saved, and the stack is not used.
 *
 * The _user functions let the hypervisor access user memory: in a translated domain it honours SMAP
 * as the processor would. A PV kernel is not subject to SMAP, so `syscall` has no such variant.
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
	/* Tell objtool that `syscall` returns here. */
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
