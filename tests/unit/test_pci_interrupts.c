// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts of a guest's device, over a simulated kernel: drivers/pciback/intx.c and op.c. The
 * tests check which numbers a guest gets, how often a failing call is repeated, and what the kernel
 * would log.
 */
#include "unit.h"

#include <xen/interface/io/pciif.h>

struct mutex {
	bool locked;
};

#define mutex_lock(lock) ({ assert_false((lock)->locked); (lock)->locked = true; })
#define mutex_unlock(lock) ((void)((lock)->locked = false))
#define lockdep_assert_held(lock) assert_true((lock)->locked)
#define HZ 250
#define time_after(a, b) ((long)((b) - (a)) < 0)

static unsigned long jiffies;

struct work_struct {
	int unused;
};

struct delayed_work {
	struct work_struct work;
	bool queued;
};

static void *pciback_queue;

#define to_delayed_work(w) container_of(w, struct delayed_work, work)
#define msecs_to_jiffies(msecs) (msecs)
#define queue_delayed_work(queue, w, delay) ((void)(queue), (w)->queued = true)
#define cancel_delayed_work(w) ((w)->queued = false)

/* ---- the kernel ---- */

/*
 * Interrupts: 20 is a line of Xen, 21 an event channel, 0x80000000 not connected; MSIs begin at 40.
 */
#define LINE		20
#define OTHER_LINE	21
#define NOT_CONNECTED	0x80000000u
#define MSI		40

#define PCI_DEV_FLAGS_MSI_INTX_DISABLE_BUG 1
typedef unsigned short pci_dev_flags_t;

struct pci_dev {
	unsigned int irq;
	bool enabled, msi_enabled, msix_enabled, broken_intx_masking;
	pci_dev_flags_t dev_flags;
};

struct msix_entry {
	u32 vector;
	u16 entry;
};

struct irq_chip {
	const char *name;
};

static unsigned int line;	/* of the device, without MSI */
static unsigned int requests;	/* of handlers */
static unsigned int enables;	/* of MSI and MSI-X; each failure logs a line */
static int request_err, enable_err;
static bool silent;		/* the device does not respond */
static bool raised;		/* this device raises its line */
static bool line_on;		/* INTx is not disabled in the device */
static bool line_shared;	/* with another domain */
static int (*line_handler)(int irq, void *data);
static u8 bist;

static struct irq_chip *irq_get_chip(unsigned int irq)
{
	static struct irq_chip pirq = { .name = "xen-pirq" }, other = { .name = "xen-dyn" };
	static struct irq_chip unnamed;

	if (irq == NOT_CONNECTED)
		return NULL;
	return irq == LINE || irq >= MSI ? &pirq : irq == OTHER_LINE ? &other : &unnamed;
}

/* For any other number, the kernel hits a BUG_ON(). */
static int xen_pirq_from_irq(unsigned int irq)
{
	assert_true(irq == LINE || irq >= MSI);
	return irq + 100;
}

#define IRQ_NONE 0
#define IRQ_HANDLED 1
#define IRQF_SHARED 0
typedef int irqreturn_t;

static int request_irq(unsigned int irq, irqreturn_t (*handler)(int irq, void *data), int flags,
		       const char *name, void *data)
{
	requests++;
	line_handler = request_err ? NULL : handler;
	return request_err;
}

/* If a line stays raised without a handler, the kernel disables it for all devices on it. */
static void free_irq(unsigned int irq, void *data)
{
	assert_false(raised && line_on);
	line_handler = NULL;
}

#define xen_test_irq_shared(irq) (!line_shared)

/* As in the kernel, also returns false if another device raises the line. */
static bool pci_check_and_mask_intx(struct pci_dev *pdev)
{
	if (pdev->broken_intx_masking || !raised || !line_on)
		return false;
	line_on = false;
	return true;
}

#define pci_intx(pdev, on) ((void)(pdev), line_on = (on))
#define pci_is_enabled(pdev) ((pdev)->enabled)
#define pci_device_is_present(pdev) (!silent)
#define pci_name(pdev) "0000:00:10.0"
#define pci_physfn(pdev) (pdev)
#define pci_warn(pdev, ...) ((void)(pdev))
#define pci_msix_vec_count(pdev) 64

static int pci_read_config_word(struct pci_dev *pdev, int offset, u16 *value)
{
	*value = 2;
	return 0;
}

static int pci_read_config_byte(struct pci_dev *pdev, int offset, u8 *value)
{
	*value = bist;
	return 0;
}

/* The kernel may set up vectors slowly. A raised line without a handler is disabled in the end. */
static void set_up_vectors(void)
{
	assert_true(!raised || !line_on || line_handler);
}

/* The kernel disables INTx when it enables MSI or MSI-X, and the other way round. */
static void intx_for_msi(struct pci_dev *pdev, bool on)
{
	if (!(pdev->dev_flags & PCI_DEV_FLAGS_MSI_INTX_DISABLE_BUG))
		line_on = on;
	set_up_vectors();
}

static int pci_enable_msi(struct pci_dev *pdev)
{
	set_up_vectors();
	enables++;
	if (enable_err)
		return enable_err;
	pdev->irq = MSI;
	pdev->msi_enabled = true;
	intx_for_msi(pdev, false);
	return 0;
}

static int pci_enable_msix_exact(struct pci_dev *pdev, struct msix_entry *entries, int nr)
{
	int i;

	set_up_vectors();
	enables++;
	if (enable_err)
		return enable_err;
	for (i = 0; i < nr; i++)
		entries[i].vector = MSI + i;
	pdev->msix_enabled = true;
	intx_for_msi(pdev, false);
	return 0;
}

static void pci_disable_msi(struct pci_dev *pdev)
{
	pdev->msi_enabled = false;
	pdev->irq = line;
	intx_for_msi(pdev, true);
}

static void pci_disable_msix(struct pci_dev *pdev)
{
	pdev->msix_enabled = false;
	intx_for_msi(pdev, true);
}

/* ---- the parts of the driver that the two files need ---- */

#include "no_pciback.h"
#include "drivers/pciback/config.c"

struct pciback_guest {
	struct mutex lock;
};

struct pciback_intx {
	unsigned int irq;
	u32 pirq;
	bool on, failed, acks, masked;
	struct delayed_work look;
	unsigned long handled;
	char name[32];
};

struct pciback_device {
	struct pci_dev *pdev;
	struct mutex lock;
	struct pciback_config config;
	bool resetting;
	struct pciback_intx intx;
	bool write_logged, interrupts_logged;
	unsigned int failures;
	unsigned long failing_since;
};

static u32 pciback_intx_pirq(unsigned int irq);
static bool pciback_intx_may_raise(const struct pciback_device *device);
static void pciback_intx_start(struct pciback_device *device);
static void pciback_intx_end_messages(struct pciback_device *device, bool raise);
static void pciback_intx_update(struct pciback_device *device);
static void pciback_intx_stop(struct pciback_device *device);
static void pciback_intx_end(struct pciback_device *device);

static struct pciback_device device;

static struct pciback_device *pciback_bus_find(struct pciback_guest *guest, u32 domain, u32 bus,
					       u32 devfn)
{
	return devfn ? NULL : &device;
}

#include "drivers/pciback/intx.c"
#include "drivers/pciback/op.c"

static struct pci_dev pdev;
static u32 msi_flags;

static int read_flags(void *data, unsigned int offset, unsigned int size, u32 *value)
{
	*value = msi_flags;
	return 0;
}

static int write_flags(void *data, unsigned int offset, unsigned int size, u32 value)
{
	return 0;
}

static bool has_messages(void *data)
{
	return pdev.msi_enabled || pdev.msix_enabled;
}

static const struct pciback_config_ops ops = {
	.read = read_flags, .write = write_flags, .messages = has_messages,
};

static void seize(unsigned int irq)
{
	static const struct pciback_field field = {
		.kind = PCIBACK_MSI, .offset = 0x50, .size = 2,
	};

	memset(&device, 0, sizeof(device));
	line = irq;
	pdev = (struct pci_dev){ .irq = irq, .enabled = true };
	device.pdev = &pdev;
	device.config.ops = &ops;
	device.config.length = 256;
	assert_int_equal(pciback_config_add(&device.config, &field), 0);
	pciback_intx_init(&device);
	requests = 0;
	enables = 0;
	raised = false;
	line_shared = false;
	silent = false;
	line_on = true;
	line_handler = NULL;
	request_err = 0;
	enable_err = 0;
	msi_flags = 0;
	bist = 0;
	jiffies = 1000000;
}

static s32 ask(struct xen_pci_op *op, u32 cmd, u32 value)
{
	struct pciback_guest guest = { 0 };

	memset(op, 0, sizeof(*op));
	op->cmd = cmd;
	op->value = value;
	pciback_op_serve(&guest, op);
	assert_false(guest.lock.locked || device.lock.locked);
	return op->err;
}

/*
 * A guest may disable an interrupt that is off. The driver must then not ask the kernel about an
 * interrupt that is not Xen's: the kernel hits a BUG_ON() for it.
 */
static void line_that_xen_does_not_know_is_none(void **state)
{
	static const unsigned int lines[] = { 0, 5, OTHER_LINE, 22, NOT_CONNECTED };
	struct xen_pci_op op;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		seize(lines[i]);
		assert_int_equal(ask(&op, XEN_PCI_OP_disable_msi, 0), XEN_PCI_ERR_success);
		assert_int_equal(op.value, 0);
		assert_int_equal(ask(&op, XEN_PCI_OP_disable_msix, 0), XEN_PCI_ERR_success);
		assert_int_equal(op.value, 0);
		assert_int_equal(ask(&op, XEN_PCI_OP_enable_msi, 0), XEN_PCI_ERR_success);
		assert_int_equal(op.value, MSI + 100);
		assert_int_equal(ask(&op, XEN_PCI_OP_disable_msi, 0), XEN_PCI_ERR_success);
		assert_int_equal(op.value, 0);
		assert_int_equal(requests, 0);
	}
}

static void numbers_are_those_of_xen(void **state)
{
	struct xen_pci_op op;

	seize(LINE);
	assert_int_equal(ask(&op, XEN_PCI_OP_disable_msi, 0), XEN_PCI_ERR_success);
	assert_int_equal(op.value, LINE + 100);
	assert_true(device.intx.on);
	assert_int_equal(ask(&op, XEN_PCI_OP_enable_msix, 3), XEN_PCI_ERR_success);
	assert_false(device.intx.on);
	assert_int_equal(op.msix_entries[2].vector, MSI + 102);
	assert_int_equal(ask(&op, XEN_PCI_OP_enable_msi, 0), XEN_PCI_ERR_op_failed);
	assert_int_equal(ask(&op, XEN_PCI_OP_disable_msi, 0), XEN_PCI_ERR_success);
	assert_int_equal(op.value, LINE + 100);
}

static void handler_that_fails_is_not_tried_again(void **state)
{
	struct xen_pci_op op;
	unsigned int i;

	seize(LINE);
	request_err = -EBUSY;
	for (i = 0; i < 100; i++) {
		ask(&op, XEN_PCI_OP_conf_write, 0);
		ask(&op, XEN_PCI_OP_disable_msi, 0);
	}
	assert_int_equal(requests, 1);
	assert_false(device.intx.on);
}

static irqreturn_t interrupts(unsigned int nr)
{
	irqreturn_t answer = IRQ_NONE;

	while (nr--)
		answer = line_handler(LINE, &device);
	return answer;
}

/* Run the delayed work that checks whether the guest has bound its interrupt. */
static void look(void)
{
	assert_true(device.intx.look.queued);
	device.intx.look.queued = false;
	pciback_intx_look(&device.intx.look.work);
}

/* No operation of a guest unmasks the line. Only the delayed work does. */
static void op_does_not_unmask(void **state)
{
	struct xen_pci_op op;

	seize(LINE);
	ask(&op, XEN_PCI_OP_conf_write, 0);
	raised = true;
	interrupts(ASK_INTERVAL);
	ask(&op, XEN_PCI_OP_conf_write, 0);
	assert_false(line_on);
	/*
	 * Enabling and disabling MSI does not either. While MSI is on, there is no line to unmask.
	 */
	assert_int_equal(ask(&op, XEN_PCI_OP_enable_msi, 0), XEN_PCI_ERR_success);
	line_shared = true;
	look();
	assert_false(line_on);
	assert_int_equal(ask(&op, XEN_PCI_OP_disable_msi, 0), XEN_PCI_ERR_success);
	assert_true(device.intx.on);
	assert_false(line_on);
	look();
	assert_true(line_on);
	line_shared = false;
	interrupts(ASK_INTERVAL);
	assert_false(line_on);
	/* The guest is gone: the work is cancelled, and unmasks nothing if it still runs. */
	mutex_lock(&device.lock);
	pciback_intx_end(&device);
	mutex_unlock(&device.lock);
	assert_false(device.intx.look.queued);
	pciback_intx_look(&device.intx.look.work);
	assert_false(line_on);
}

/*
 * A device of Dom0 on the same line may be busy before the guest's driver is loaded. That is no
 * reason to mask the guest's device.
 */
static void handler_stays_while_the_device_is_quiet(void **state)
{
	struct xen_pci_op op;

	seize(LINE);
	ask(&op, XEN_PCI_OP_conf_write, 0);
	assert_int_equal(interrupts(5 * ASK_INTERVAL), IRQ_HANDLED);
	assert_true(line_on);
	/* The guest has not bound its interrupt. The line is masked until it has. */
	raised = true;
	assert_int_equal(interrupts(ASK_INTERVAL), IRQ_HANDLED);
	assert_false(line_on);
	look();
	assert_false(line_on);
	line_shared = true;
	look();
	assert_true(line_on);
	assert_false(device.intx.look.queued);
	assert_int_equal(interrupts(2 * ASK_INTERVAL), IRQ_HANDLED);
	assert_true(line_on);
	/* If a device model has disabled INTx, it stays disabled. */
	device.config.interrupt_control = true;
	device.config.command = PCI_COMMAND_INTX_DISABLE;
	line_shared = false;
	interrupts(ASK_INTERVAL);
	assert_false(line_on);
	line_shared = true;
	look();
	assert_false(line_on);
	/* A line that cannot be masked is left to the kernel, which disables it. */
	seize(LINE);
	raised = true;
	pdev.broken_intx_masking = true;
	ask(&op, XEN_PCI_OP_conf_write, 0);
	interrupts(ASK_INTERVAL);
	assert_int_equal(interrupts(1), IRQ_NONE);
}

static void line_is_quiet_before_its_handler_goes(void **state)
{
	struct xen_pci_op op;

	seize(LINE);
	raised = true;
	ask(&op, XEN_PCI_OP_conf_write, 0);
	assert_true(device.intx.on);
	mutex_lock(&device.lock);
	pciback_intx_end(&device);
	mutex_unlock(&device.lock);
	assert_null(line_handler);
	assert_false(line_on);
}

/* Without a handler of ours, a raised line would be disabled, also for devices of Dom0. */
static void line_without_a_handler_stays_off(void **state)
{
	static const u32 disable[] = { XEN_PCI_OP_disable_msi, XEN_PCI_OP_disable_msix };
	struct xen_pci_op op;
	unsigned int i;

	/* The device is not enabled. The kernel enables INTx when it disables MSI or MSI-X. */
	for (i = 0; i < ARRAY_SIZE(disable); i++) {
		seize(LINE);
		pdev.enabled = false;
		line_on = false;
		assert_int_equal(ask(&op, i ? XEN_PCI_OP_enable_msix : XEN_PCI_OP_enable_msi, 1),
				 XEN_PCI_ERR_success);
		assert_int_equal(ask(&op, disable[i], 0), XEN_PCI_ERR_success);
		assert_int_equal(requests, 0);
		assert_false(line_on);
	}
	/* A write to the power state may have reset the device. */
	line_on = true;
	ask(&op, XEN_PCI_OP_conf_write, 0);
	assert_false(line_on);
	/* The same on an enabled device that is masked. */
	seize(LINE);
	ask(&op, XEN_PCI_OP_conf_write, 0);
	assert_true(line_on);
	raised = true;
	interrupts(ASK_INTERVAL);
	assert_false(line_on);
	line_on = true;
	ask(&op, XEN_PCI_OP_conf_write, 0);
	assert_false(line_on);
	/* A driver of Dom0 does not share the line. */
	seize(LINE);
	request_err = -EBUSY;
	ask(&op, XEN_PCI_OP_conf_write, 0);
	assert_false(line_on);
	line_on = true;
	ask(&op, XEN_PCI_OP_conf_write, 0);
	assert_false(line_on);
}

static void toggle_messages(void)
{
	struct xen_pci_op op;

	assert_int_equal(ask(&op, XEN_PCI_OP_enable_msi, 0), XEN_PCI_ERR_success);
	assert_null(line_handler);
	assert_int_equal(ask(&op, XEN_PCI_OP_disable_msi, 0), XEN_PCI_ERR_success);
	assert_int_equal(ask(&op, XEN_PCI_OP_enable_msix, 3), XEN_PCI_ERR_success);
	assert_null(line_handler);
	assert_int_equal(ask(&op, XEN_PCI_OP_disable_msix, 0), XEN_PCI_ERR_success);
	assert_int_equal(pdev.dev_flags, 0);
}

/*
 * A guest changes between its line and messages without end, while the device raises its line. At
 * no time may the line be raised without a handler. The stand-ins of the kernel check it.
 */
static void line_has_a_handler_while_messages_change(void **state)
{
	struct xen_pci_op op;

	seize(LINE);
	ask(&op, XEN_PCI_OP_conf_write, 0);
	raised = true;
	toggle_messages();
	assert_true(line_on && line_handler);
	/* A failure leaves the handler. */
	enable_err = -EINVAL;
	assert_int_equal(ask(&op, XEN_PCI_OP_enable_msi, 0), XEN_PCI_ERR_op_failed);
	assert_int_equal(ask(&op, XEN_PCI_OP_enable_msix, 1), XEN_PCI_ERR_op_failed);
	assert_true(line_on && line_handler);
	enable_err = 0;
	/* A masked device stays masked. */
	interrupts(ASK_INTERVAL);
	toggle_messages();
	assert_false(line_on);
	assert_non_null(line_handler);
	/* Without a handler, INTx is not enabled for a moment. */
	seize(LINE);
	request_err = -EBUSY;
	ask(&op, XEN_PCI_OP_conf_write, 0);
	raised = true;
	toggle_messages();
	assert_false(line_on);
	seize(LINE);
	pdev.enabled = false;
	line_on = false;
	raised = true;
	toggle_messages();
	assert_false(line_on);
}

/* MSI and MSI-X together may fail FAILURES_MAX times a minute. Then the kernel is asked again. */
static void messages_that_fail_are_not_tried_for_ever(void **state)
{
	struct xen_pci_op op;
	unsigned int i;

	seize(LINE);
	enable_err = -EINVAL;
	for (i = 0; i < 100; i++, jiffies += HZ / 4) {
		u32 cmd = i % 2 ? XEN_PCI_OP_enable_msi : XEN_PCI_OP_enable_msix;

		assert_int_equal(ask(&op, cmd, 1), XEN_PCI_ERR_op_failed);
	}
	assert_int_equal(enables, FAILURES_MAX);
	enable_err = 0;
	assert_int_equal(ask(&op, XEN_PCI_OP_enable_msi, 0), XEN_PCI_ERR_op_failed);
	jiffies += FAILURES_INTERVAL;
	assert_int_equal(ask(&op, XEN_PCI_OP_enable_msi, 0), XEN_PCI_ERR_success);
}

static void messages_want_a_device_that_answers(void **state)
{
	struct xen_pci_op op;

	seize(LINE);
	bist = PCI_BIST_START;
	assert_int_equal(ask(&op, XEN_PCI_OP_enable_msi, 0), XEN_PCI_ERR_op_failed);
	assert_int_equal(ask(&op, XEN_PCI_OP_enable_msix, 1), XEN_PCI_ERR_op_failed);
	bist = 0;
	/* The guest has enabled MSI by itself, which interrupt control allows. */
	msi_flags = PCI_MSI_FLAGS_ENABLE;
	assert_int_equal(ask(&op, XEN_PCI_OP_enable_msix, 1), XEN_PCI_ERR_op_failed);
	assert_int_equal(enables, 0);
	msi_flags = 0;
	assert_int_equal(ask(&op, XEN_PCI_OP_enable_msix, 1), XEN_PCI_ERR_success);
}

static void nothing_is_served_during_a_reset(void **state)
{
	struct xen_pci_op op;
	u32 cmd;

	seize(LINE);
	device.resetting = true;
	for (cmd = 0; cmd < ARRAY_SIZE(op_fns); cmd++)
		assert_int_equal(ask(&op, cmd, 1), XEN_PCI_ERR_op_failed);
	assert_int_equal(enables + requests, 0);
	device.resetting = false;
	assert_int_equal(ask(&op, XEN_PCI_OP_enable_msi, 0), XEN_PCI_ERR_success);
}

/*
 * The reset restores registers in which INTx is disabled, so the line is unmasked only afterwards.
 */
static void line_stays_masked_during_a_reset(void **state)
{
	struct xen_pci_op op;

	seize(LINE);
	ask(&op, XEN_PCI_OP_conf_write, 0);
	raised = true;
	interrupts(ASK_INTERVAL);
	assert_false(line_on);
	device.resetting = true;
	line_shared = true;
	look();
	assert_false(line_on);
	device.resetting = false;
	silent = true;
	look();
	assert_false(line_on);
	silent = false;
	look();
	assert_true(line_on);
	assert_false(device.intx.look.queued);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(line_that_xen_does_not_know_is_none),
	cmocka_unit_test(numbers_are_those_of_xen),
	cmocka_unit_test(handler_that_fails_is_not_tried_again),
	cmocka_unit_test(handler_stays_while_the_device_is_quiet),
	cmocka_unit_test(op_does_not_unmask),
	cmocka_unit_test(line_is_quiet_before_its_handler_goes),
	cmocka_unit_test(line_without_a_handler_stays_off),
	cmocka_unit_test(line_has_a_handler_while_messages_change),
	cmocka_unit_test(messages_that_fail_are_not_tried_for_ever),
	cmocka_unit_test(messages_want_a_device_that_answers),
	cmocka_unit_test(nothing_is_served_during_a_reset),
	cmocka_unit_test(line_stays_masked_during_a_reset),
};

RUN_TESTS(tests)
