/* SPDX-License-Identifier: GPL-2.0 */
/* Submission of commands to the target core's own threads. */
#ifndef _DOM0_COMPAT_TARGET_TARGET_CORE_FABRIC_H
#define _DOM0_COMPAT_TARGET_TARGET_CORE_FABRIC_H

#include_next <target/target_core_fabric.h>

/*
 * 6.7: e2f4ea40138e ("scsi: target: Allow userspace to request direct submissions"). Before, a
 * fabric called target_queue_submission(). Since then it sets default_submit_type, and the function
 * is private. The preprocessor sees neither, so include/compat/Kbuild looks for the function.
 */
#ifdef DOM0_HAS_TARGET_QUEUE_SUBMISSION
#define DOM0_TARGET_SUBMIT_OPS
#define dom0_target_submit(cmd) target_queue_submission(cmd)
#else
#define DOM0_TARGET_SUBMIT_OPS					\
	.default_submit_type = TARGET_QUEUE_SUBMIT,
#define dom0_target_submit(cmd) target_submit(cmd)
#endif

#endif
