// SPDX-License-Identifier: GPL-2.0
/*
 * A frontend of a PCI device with registers, MSI and MSI-X. It sends valid operations at first.
 * Then it misuses the shared page, operations and its directory. Each response is checked. After
 * each case but the last, which removes the directory, the backend must serve a valid operation.
 */
#include "hostile.h"

#include <stdio.h>
#include <string.h>
#include <xen/io/pciif.h>

/* Registers of the header. */
#define ID		0x00
#define COMMAND		0x04
#define CAPABILITIES	0x34
#define BAR0		0x10
#define BIST		0x0f
#define BIST_START	0x40
#define CAP_PM		1
#define PM_CTRL		4
#define PM_STATE	3
#define CAP_MSI		5
#define CAP_MSIX	0x11

#define TOGGLES		300
#define FLOOD		3000
#define RACE_MS		3000

static struct {
	struct device dev;
	struct pages *page;
	volatile struct xen_pci_sharedinfo *shared;
	uint32_t port;
	uint32_t id;		/* the value of ID at the start */
	bool racing;
	bool vanished;
} pci;

static void pci_connect(unsigned int id)
{
	device_open(&pci.dev, "pci", id);
	device_reset(&pci.dev);
	pci.page = pages_alloc(0, 1, 0);
	pci.shared = (void *)page_at(pci.page, 0);
	memset((void *)pci.shared, 0, PAGE);
	pci.port = evtchn_alloc(0);
	device_put(&pci.dev, "pci-op-ref", "%u", page_gref(pci.page, 0));
	device_put(&pci.dev, "event-channel", "%u", pci.port);
	device_put(&pci.dev, "magic", "7");
	device_set_state(&pci.dev, XenbusStateInitialised);
	device_wait_connected(&pci.dev);
	device_set_state(&pci.dev, XenbusStateConnected);
}

static void pci_close(void)
{
	device_close(&pci.dev);
	evtchn_free(pci.port);
	pages_check_guards(pci.page, "page");
	pages_free(pci.page);
}

/* ---- one op ---- */

static void start_op(const struct xen_pci_op *op)
{
	memcpy((void *)&pci.shared->op, op, sizeof(*op));
	__sync_synchronize();
	__sync_fetch_and_or(&pci.shared->flags, XEN_PCIF_active);
	evtchn_notify(pci.port);
}

static int end_op(struct xen_pci_op *op)
{
	uint64_t end = now_ms() + PATIENCE;

	while (pci.shared->flags & XEN_PCIF_active) {
		if (now_ms() > end)
			die("no answer to command %u", op->cmd);
		evtchn_wait(20);
	}
	memcpy(op, (void *)&pci.shared->op, sizeof(*op));
	return op->err;
}

static int pci_ask(struct xen_pci_op *op)
{
	start_op(op);
	return end_op(op);
}

static uint32_t config_read(int32_t offset, int32_t size)
{
	struct xen_pci_op op = { .cmd = XEN_PCI_OP_conf_read, .offset = offset, .size = size };
	int err = pci_ask(&op);

	if (err)
		wrong("read of %d bytes at 0x%x: error %d", size, offset, err);
	return op.value;
}

static int config_write(int32_t offset, int32_t size, uint32_t value)
{
	struct xen_pci_op op = {
		.cmd = XEN_PCI_OP_conf_write, .offset = offset, .size = size, .value = value,
	};

	return pci_ask(&op);
}

static void want(const char *what, int err, int wanted)
{
	if (err != wanted)
		wrong("%s: answer %d instead of %d", what, err, wanted);
}

/* The backend must serve a valid operation, whatever was sent before. */
static void still_honest(void)
{
	uint32_t id = config_read(ID, 4);

	if (id != pci.id)
		wrong("the device is 0x%x instead of 0x%x", id, pci.id);
}

static int32_t capability(unsigned int id)
{
	int32_t at = config_read(CAPABILITIES, 1) & 0xfc;

	for (int i = 0; at && i < 48; i++, at = config_read(at + 1, 1) & 0xfc)
		if (config_read(at, 1) == id)
			return at;
	die("the device has no capability 0x%x", id);
}

/* ---- cases ---- */

static void unknown_commands(void)
{
	static const uint32_t cmds[] = { 6, 7, 8, 9, 10, 255, 0x80000000, UINT32_MAX };
	struct xen_pci_op op;

	for (size_t i = 0; i < ARRAY_SIZE(cmds); i++) {
		op = (struct xen_pci_op){ .cmd = cmds[i] };
		want("unknown command", pci_ask(&op), XEN_PCI_ERR_not_implemented);
	}
}

static void other_devices(void)
{
	static const uint32_t where[][3] = {
		{ 0, 0, 1 }, { 0, 0, 8 }, { 0, 0, 255 }, { 0, 0, 256 }, { 0, 0, UINT32_MAX },
		{ 0, 1, 0 }, { 0, 256, 0 }, { 0, UINT32_MAX, 0 }, { 1, 0, 0 }, { 65536, 0, 0 },
		{ UINT32_MAX, 0, 0 }, { 0, 0, 0x80 }, { 0, 0, 0x88 },
	};
	struct xen_pci_op op;

	for (size_t i = 0; i < ARRAY_SIZE(where); i++)
		for (uint32_t cmd = 0; cmd < 6; cmd++) {
			op = (struct xen_pci_op){
				.cmd = cmd, .domain = where[i][0], .bus = where[i][1],
				.devfn = where[i][2],
				.size = 4, .value = 1,
			};
			want("a device of others", pci_ask(&op), XEN_PCI_ERR_dev_not_found);
		}
}

static void odd_registers(void)
{
	static const int32_t where[][2] = {
		{ 0, 0 }, { 0, 3 }, { 0, 8 }, { 0, -1 }, { 1, 2 }, { 2, 4 }, { 4096, 4 },
		{ 4095, 2 }, { -4, 4 }, { INT32_MAX, 1 }, { INT32_MIN, 4 }, { 0x10000, 4 },
		{ 0, INT32_MIN }, { 0, INT32_MAX },
	};
	struct xen_pci_op op;

	for (size_t i = 0; i < ARRAY_SIZE(where); i++)
		for (uint32_t cmd = XEN_PCI_OP_conf_read; cmd <= XEN_PCI_OP_conf_write; cmd++) {
			op = (struct xen_pci_op){
				.cmd = cmd, .offset = where[i][0], .size = where[i][1],
			};
			want("an odd register", pci_ask(&op), XEN_PCI_ERR_invalid_offset);
		}
}

/*
 * Write all ones, then zeros, to every register. Those that a guest must not change are unchanged.
 */
static void all_registers(void)
{
	uint32_t bar = config_read(BAR0, 4);
	int32_t msi = capability(CAP_MSI), msix = capability(CAP_MSIX);

	for (int32_t offset = 0; offset < 4096; offset += 4)
		for (int i = 0; i < 2; i++)
			config_write(offset, 4, i ? 0 : UINT32_MAX);
	config_write(BAR0, 4, bar);
	if (config_read(BAR0, 4) != bar)
		wrong("BAR 0 is 0x%x instead of 0x%x", config_read(BAR0, 4), bar);
	if (config_read(msi + 2, 2) & 1)
		wrong("a write has enabled MSI");
	if (config_read(msix + 2, 2) & 0x8000)
		wrong("a write has enabled MSI-X");
	want("enabling MSI by a write", config_write(msi + 2, 2, config_read(msi + 2, 2) | 1),
	     XEN_PCI_ERR_access_denied);
	want("enabling MSI-X by a write",
	     config_write(msix + 2, 2, config_read(msix + 2, 2) | 0x8000),
	     XEN_PCI_ERR_access_denied);
}

static int message_op(uint32_t cmd, uint32_t count, uint16_t first, uint16_t step)
{
	struct xen_pci_op op = { .cmd = cmd, .value = count };
	int err;

	for (uint32_t i = 0; i < SH_INFO_MAX_VEC; i++)
		op.msix_entries[i].entry = first + i * step;
	err = pci_ask(&op);
	if (!err && cmd == XEN_PCI_OP_enable_msi && !op.value)
		wrong("MSI without a number");
	return err;
}

static void message_interrupts(void)
{
	config_write(COMMAND, 2, 2);
	want("MSI", message_op(XEN_PCI_OP_enable_msi, 0, 0, 0), XEN_PCI_ERR_success);
	want("MSI twice", message_op(XEN_PCI_OP_enable_msi, 0, 0, 0), XEN_PCI_ERR_op_failed);
	want("MSI-X beside MSI", message_op(XEN_PCI_OP_enable_msix, 1, 0, 1),
	     XEN_PCI_ERR_op_failed);
	want("end of MSI", message_op(XEN_PCI_OP_disable_msi, 0, 0, 0), XEN_PCI_ERR_success);
	want("end of MSI twice", message_op(XEN_PCI_OP_disable_msi, 0, 0, 0), XEN_PCI_ERR_success);
	want("MSI-X", message_op(XEN_PCI_OP_enable_msix, 2, 0, 1), XEN_PCI_ERR_success);
	want("MSI-X twice", message_op(XEN_PCI_OP_enable_msix, 2, 0, 1), XEN_PCI_ERR_op_failed);
	want("MSI beside MSI-X", message_op(XEN_PCI_OP_enable_msi, 0, 0, 0), XEN_PCI_ERR_op_failed);
	want("end of MSI-X", message_op(XEN_PCI_OP_disable_msix, 0, 0, 0), XEN_PCI_ERR_success);
	want("end of MSI-X twice", message_op(XEN_PCI_OP_disable_msix, 0, 0, 0),
	     XEN_PCI_ERR_success);
}

static void message_entries(void)
{
	static const uint32_t counts[] = {
		0, 100, 128, 129, 256, 65536, 0x40000001, 0x80000000, UINT32_MAX,
	};

	config_write(COMMAND, 2, 2);
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		want("a bad count of MSI-X", message_op(XEN_PCI_OP_enable_msix, counts[i], 0, 1),
		     XEN_PCI_ERR_op_failed);
	want("one entry twice", message_op(XEN_PCI_OP_enable_msix, 2, 0, 0), XEN_PCI_ERR_op_failed);
	want("an entry behind the table", message_op(XEN_PCI_OP_enable_msix, 1, 2047, 1),
	     XEN_PCI_ERR_op_failed);
	want("an entry far behind it", message_op(XEN_PCI_OP_enable_msix, 2, 65534, 1),
	     XEN_PCI_ERR_op_failed);
}

/* Xen accesses the device's memory to mask an interrupt, so the device has to respond. */
static void sleep_with_messages(void)
{
	int32_t control = capability(CAP_PM) + PM_CTRL;

	config_write(COMMAND, 2, 2);
	want("MSI-X", message_op(XEN_PCI_OP_enable_msix, 2, 0, 1), XEN_PCI_ERR_success);
	for (uint32_t state = 1; state <= PM_STATE; state++) {
		config_write(control, 2, state);
		if (config_read(control, 2) & PM_STATE)
			wrong("the device is in D%u with MSI-X on",
			      config_read(control, 2) & PM_STATE);
	}
	config_write(BIST, 1, BIST_START);
	if (config_read(BIST, 1) & BIST_START)
		wrong("the device tests itself with MSI-X on");
	want("end of MSI-X", message_op(XEN_PCI_OP_disable_msix, 0, 0, 0), XEN_PCI_ERR_success);
	for (int i = 0; i < 5; i++) {
		config_write(control, 2, PM_STATE);
		config_write(control, 2, 0);
	}
	if (config_read(control, 2) & PM_STATE)
		wrong("the device does not come back to D0");
	want("MSI-X afterwards", message_op(XEN_PCI_OP_enable_msix, 2, 0, 1), XEN_PCI_ERR_success);
	want("its end", message_op(XEN_PCI_OP_disable_msix, 0, 0, 0), XEN_PCI_ERR_success);
}

/* The kernel logs each time that it enables a device: the scenario counts lines. */
static void command_toggled(void)
{
	for (int i = 0; i < TOGGLES; i++) {
		want("memory on", config_write(COMMAND, 2, 2), XEN_PCI_ERR_success);
		want("memory off", config_write(COMMAND, 2, 0), XEN_PCI_ERR_success);
	}
	config_write(COMMAND, 2, 2);
	want("MSI", message_op(XEN_PCI_OP_enable_msi, 0, 0, 0), XEN_PCI_ERR_success);
	want("end of MSI", message_op(XEN_PCI_OP_disable_msi, 0, 0, 0), XEN_PCI_ERR_success);
}

/* Change the op all the time while it is served: command, device, register and count. */
static void *spoil_op(void *arg)
{
	while (pci.racing) {
		pci.shared->op.cmd = random_u32() % 8;
		pci.shared->op.offset = random_edge();
		pci.shared->op.size = random_edge();
		pci.shared->op.devfn = random_u32() & 1;
		pci.shared->op.value = random_edge();
		pci.shared->op.msix_entries[0].entry = random_u32();
	}
	return arg;
}

static void op_that_changes(void)
{
	uint64_t end = now_ms() + RACE_MS;
	unsigned int count = 0;
	struct xen_pci_op op;
	pthread_t thread;

	pci.racing = true;
	thread = run_on_other_cpu(spoil_op, NULL);
	for (; now_ms() < end; count++) {
		op = (struct xen_pci_op){ .cmd = count % 6, .size = 4, .offset = BAR0, .value = 1 };
		pci_ask(&op);
	}
	pci.racing = false;
	pthread_join(thread, NULL);
	message_op(XEN_PCI_OP_disable_msix, 0, 0, 0);
}

/*
 * Set the flag again while it is being cleared, with and without an event, and send events without
 * the flag.
 */
static void flood(void)
{
	struct xen_pci_op op = { .cmd = 77 };

	memcpy((void *)&pci.shared->op, &op, sizeof(op));
	for (int i = 0; i < FLOOD; i++) {
		if (i % 3)
			__sync_fetch_and_or(&pci.shared->flags, XEN_PCIF_active);
		if (i % 2)
			evtchn_notify(pci.port);
	}
	evtchn_notify(pci.port);
	end_op(&op);
	want("an op out of a flood", op.err, XEN_PCI_ERR_not_implemented);
}

static void other_flags(void)
{
	struct xen_pci_op op = { .cmd = XEN_PCI_OP_conf_read, .offset = ID, .size = 4 };

	pci.shared->flags = UINT32_MAX & ~XEN_PCIF_active;
	want("a read with all flags", pci_ask(&op), XEN_PCI_ERR_success);
	if (pci.shared->flags != (UINT32_MAX & ~XEN_PCIF_active))
		wrong("the backend has changed flags of ours: 0x%x", pci.shared->flags);
	pci.shared->flags = 0;
}

/*
 * The last case. The guest goes on, and the scenario checks whether the device still belongs to it.
 */
static void directory_removed(void)
{
	xs_remove(pci.dev.front);
	if (device_wait(&pci.dev, 1u << XenbusStateClosed, PATIENCE) != XenbusStateClosed)
		wrong("the backend does not close, its state is %d", device_state(&pci.dev));
	pci.dev.closed = true;
	pci.vanished = true;
}

static const struct {
	const char *name;
	void (*run)(void);
} pci_cases[] = {
	{ "unknown-commands", unknown_commands },
	{ "devices-of-others", other_devices },
	{ "odd-registers", odd_registers },
	{ "xsa-120-131-all-registers", all_registers },
	{ "xsa-157-message-interrupts", message_interrupts },
	{ "xsa-157-message-entries", message_entries },
	{ "sleep-with-messages", sleep_with_messages },
	{ "command-toggled", command_toggled },
	/* After so many failures MSI is refused for a minute. */
	{ "xsa-155-op-that-changes", op_that_changes },
	{ "xsa-332-flood", flood },
	{ "other-flags", other_flags },
	{ "directory-removed", directory_removed },
};

static bool run_pci_case(unsigned int id, size_t i)
{
	case_begin("pci", pci_cases[i].name);
	pci_connect(id);
	pci.id = config_read(ID, 4);
	pci_cases[i].run();
	if (!pci.vanished)
		still_honest();
	pci_close();
	return case_end();
}

bool pci_hostile(unsigned int id)
{
	bool good = true;

	seed_random(35);
	for (size_t i = 0; i < ARRAY_SIZE(pci_cases); i++)
		good &= run_pci_case(id, i);
	return good;
}
