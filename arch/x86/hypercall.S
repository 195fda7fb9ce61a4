/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercall instructions, one entry for each way into Xen.
 *
 * C passes the number and five arguments in rdi, rsi, rdx, rcx, r8, r9; Xen wants the number in rax
 * and the arguments in rdi, rsi, rdx, r10, r8. Xen may change only registers that a C function may
 * change as well: `syscall` destroys rcx and r11, and a debugging hypervisor overwrites the
 * arguments. Nothing is saved, therefore, and the stack is not touched.
 */
#include <linux/linkage.h>
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
