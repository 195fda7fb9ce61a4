// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin of QEMU that counts every instruction of Dom0, and of Xen while it works for Dom0, by
 * call path. It fits the machine of the bench: one CPU, a PV Dom0, Xen 4.17, QEMU 7.2.
 *
 * The meter marks the begin and the end of a phase. Between phases QEMU runs as without a plugin.
 * Each phase becomes a file OUT.N of lines "PARENT KIND PC INSNS". Each line is a node of the
 * tree of calls, and PARENT is the number of an earlier line, or -1. KIND is
 *
 *   r   a root; its PC is one of enum root
 *   c   a function that was called, by its first instruction
 *   x   an entry into Xen
 *   b   a block of code at PC, of which INSNS instructions were executed in PARENT
 *
 * Which domain runs is read from Xen's memory: the pointer to the current vcpu is at the top of
 * Xen's stack. The call paths come from the addresses at which calls store and returns load.
 * There is a list of frames for each stack.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The parts of QEMU's plugin interface, version 1, that are used. Debian has no package with its
 * header.
 */
typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;
typedef void (*block_callback)(unsigned int cpu, void *data);
typedef void (*memory_callback)(unsigned int cpu, uint32_t info, uint64_t address, void *data);
typedef void (*translate_callback)(plugin_id id, struct qemu_plugin_tb *tb);
enum { NO_REGISTERS };
/* QEMU 7.2 mixes up reads and writes if only one of them is wanted. */
enum { READ_WRITE = 3 };

void qemu_plugin_reset(plugin_id id, void (*done)(plugin_id id));
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, translate_callback callback);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, block_callback callback,
					  int registers, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, block_callback callback,
					    int registers, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, memory_callback callback,
				      int registers, int access, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
const uint8_t *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
bool qemu_plugin_mem_is_store(uint32_t info);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(uint32_t info, uint64_t address);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *address);
__attribute__((visibility("default"))) int qemu_plugin_version = 1;

/* The operands of the meter's no-ops. */
#define MARK_BEGIN	0x584d0001
#define MARK_END	0x584d0002

#define XEN_TEXT		0xffff82d040000000
#define XEN_TEXT_SIZE		0x40000000
#define KERNEL_HALF		0xffff800000000000
#define XEN_STACK_MASK		0x7fffULL
/* From the top of the stack to current_vcpu in Xen's struct cpu_info. */
#define CURRENT_FROM_TOP	56

#define MAX_DEPTH	256
#define NODE_BUCKETS	(1 << 18)
#define STACK_BUCKETS	4096

enum space { XEN, KERNEL, USER };
enum root { IN_KERNEL, IN_USER, SWITCHED_IN, NR_ROOTS };

struct node {
	struct node *parent;
	struct node *same_hash;
	struct node *older;
	uint64_t pc;
	uint64_t insns;
	int id;
	char kind;
};

/* A translated block of code. */
struct block {
	uint64_t pc;
	unsigned int len;
	enum space space;
	bool thunk;		/* a retpoline: its call or return is a jump */
	struct node *parent;	/* the node in which it ran last, and its child there */
	struct node *node;
};

struct frame {
	uint64_t sp;
	struct node *node;	/* NULL until the first block of the function has run */
};

struct stack {
	struct stack *same_hash;
	uint64_t key;
	int depth;
	struct frame frames[MAX_DEPTH];
};

struct chunk {
	struct chunk *next;
	char data[4 << 20];
};

static plugin_id plugin;
static const char *out;
static uint64_t ram_size;
static char *ram;
static int phases;

/* Data of the phase, which is freed when the next one begins. */
static struct chunk *chunks;
static size_t chunk_used;
static struct node *nodes[NODE_BUCKETS];
static struct node *newest;
static struct stack *stacks[STACK_BUCKETS];
static struct node *roots[NR_ROOTS];

/* Whether Dom0 runs, and where. */
static volatile uint64_t *current_vcpu;
static uint64_t dom0_vcpu;
static bool in_dom0;
static enum space last_space;
static struct stack xen_stack;
static struct node *xen_base;
static struct stack *kernel_stack;
static struct block *running;

static void *take(size_t size)
{
	struct chunk *chunk;
	void *taken;

	size = (size + 15) & ~15UL;
	if (!chunks || chunk_used + size > sizeof(chunks->data)) {
		chunk = calloc(1, sizeof(*chunk));
		if (!chunk)
			abort();
		chunk->next = chunks;
		chunks = chunk;
		chunk_used = 0;
	}
	taken = chunks->data + chunk_used;
	chunk_used += size;
	return taken;
}

/* Return the child of a node, which may be new. */
static struct node *child(struct node *parent, uint64_t pc, char kind)
{
	uint64_t hash = (uintptr_t)parent * 0x9e3779b97f4a7c15 ^ (pc + kind) * 0xc2b2ae3d27d4eb4f;
	struct node **bucket = &nodes[hash >> 40 & (NODE_BUCKETS - 1)];
	struct node *node;

	for (node = *bucket; node; node = node->same_hash)
		if (node->parent == parent && node->pc == pc && node->kind == kind)
			return node;
	node = take(sizeof(*node));
	*node = (struct node) {
		.parent = parent, .same_hash = *bucket, .older = newest, .pc = pc, .kind = kind,
	};
	*bucket = node;
	newest = node;
	return node;
}

/* ---- stacks ---- */

static struct stack *stack_of(uint64_t sp)
{
	struct stack **bucket = &stacks[(sp >> 14) % STACK_BUCKETS];
	struct stack *stack = kernel_stack;

	/* An interrupt's stack is not aligned to its size. */
	if (stack && stack->depth && sp - stack->frames[stack->depth - 1].sp + 4096 < 8192)
		return stack;
	for (stack = *bucket; stack; stack = stack->same_hash)
		if (stack->key == sp >> 14)
			return stack;
	stack = take(sizeof(*stack));
	stack->key = sp >> 14;
	stack->same_hash = *bucket;
	*bucket = stack;
	return stack;
}

static void pop(struct stack *stack, uint64_t sp)
{
	while (stack->depth && stack->frames[stack->depth - 1].sp <= sp)
		stack->depth--;
}

static void push(struct stack *stack, uint64_t sp)
{
	pop(stack, sp);
	if (stack->depth == MAX_DEPTH)
		stack->depth = 0;
	stack->frames[stack->depth++] = (struct frame) { .sp = sp };
}

/*
 * Return the node of the function that runs on a stack. If it has just been called, its first block
 * names it.
 */
static struct node *top(struct stack *stack, struct node *base, const struct block *block)
{
	struct node *parent = base;
	int i;

	if (!stack || !stack->depth)
		return base;
	for (i = stack->depth - 1; i >= 0; i--) {
		if (stack->frames[i].node) {
			parent = stack->frames[i].node;
			break;
		}
	}
	if (i == stack->depth - 1 || !block || block->thunk)
		return parent;
	return stack->frames[stack->depth - 1].node = child(parent, block->pc, 'c');
}

/* ---- which domain runs ---- */

static void find_ram(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	unsigned long from, to;
	char line[512];

	while (maps && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx rw", &from, &to) == 2 && to - from == ram_size)
			ram = (char *)from;
	if (!ram) {
		fprintf(stderr, "count: no memory of the size of the machine's\n");
		exit(1);
	}
	fclose(maps);
}

/*
 * Called at the first call in Xen after the begin of the phase: Dom0 made the mark, so Xen works
 * for it.
 */
static void find_current(uint32_t info, uint64_t sp)
{
	struct qemu_plugin_hwaddr *address = qemu_plugin_get_hwaddr(info, sp);
	uint64_t to_top = (sp | XEN_STACK_MASK) + 1 - sp;

	if (!ram)
		find_ram();
	current_vcpu = (uint64_t *)(ram + qemu_plugin_hwaddr_phys_addr(address) + to_top -
				    CURRENT_FROM_TOP);
	dom0_vcpu = *current_vcpu;
}

/* ---- counting ---- */

static struct node *node_of(const struct block *block, bool was_in_dom0)
{
	if (block->space == USER)
		return roots[IN_USER];
	if (block->space == KERNEL)
		return top(kernel_stack, roots[IN_KERNEL], block);
	if (!was_in_dom0)
		xen_base = roots[SWITCHED_IN];
	else if (last_space == USER)
		xen_base = child(roots[IN_USER], block->pc, 'x');
	else if (last_space == KERNEL)
		xen_base = child(top(kernel_stack, roots[IN_KERNEL], NULL), block->pc, 'x');
	if (!was_in_dom0 || last_space != XEN)
		xen_stack.depth = 0;
	return top(&xen_stack, xen_base, block);
}

static void on_block(unsigned int cpu, void *data)
{
	struct block *block = data;
	bool was_in_dom0 = in_dom0;
	struct node *parent;

	(void)cpu;
	running = block;
	in_dom0 = current_vcpu && *current_vcpu == dom0_vcpu;
	if (!in_dom0)
		return;
	parent = node_of(block, was_in_dom0);
	last_space = block->space;
	if (block->parent != parent) {
		block->parent = parent;
		block->node = child(parent, block->pc, 'b');
	}
	block->node->insns += block->len;
}

/*
 * QEMU 7.2 also reports later accesses, which it makes itself for an interrupt or fxsave. Only
 * the first is that of the instruction.
 */
static bool is_expected(const struct block *block, uint32_t info, bool store)
{
	if (running != block || qemu_plugin_mem_is_store(info) != store)
		return false;
	running = NULL;
	return true;
}

static void on_call(unsigned int cpu, uint32_t info, uint64_t sp, void *data)
{
	struct block *block = data;

	(void)cpu;
	if (!is_expected(block, info, true))
		return;
	if (block->space == XEN && !current_vcpu)
		find_current(info, sp);
	if (!in_dom0)
		return;
	if (block->space == KERNEL)
		kernel_stack = stack_of(sp);
	push(block->space == XEN ? &xen_stack : kernel_stack, sp);
}

static void on_return(unsigned int cpu, uint32_t info, uint64_t sp, void *data)
{
	struct block *block = data;

	(void)cpu;
	if (!is_expected(block, info, false) || !in_dom0)
		return;
	if (block->space == KERNEL)
		kernel_stack = stack_of(sp);
	pop(block->space == XEN ? &xen_stack : kernel_stack, sp);
}

/* ---- phases ---- */

static void write_phase(void)
{
	struct node *node, *next, *oldest = NULL;
	char name[4096];
	FILE *file;
	int id = 0;

	/* Parents first. */
	for (node = newest; node; node = next) {
		next = node->older;
		node->older = oldest;
		oldest = node;
	}
	newest = NULL;
	snprintf(name, sizeof(name), "%s.%d", out, phases++);
	file = fopen(name, "w");
	if (!file) {
		perror(name);
		exit(1);
	}
	for (node = oldest; node; node = node->older) {
		node->id = id++;
		fprintf(file, "%d %c %" PRIx64 " %" PRIu64 "\n",
			node->parent ? node->parent->id : -1, node->kind, node->pc, node->insns);
	}
	fclose(file);
}

static void forget_phase(void)
{
	struct chunk *chunk;
	int i;

	while ((chunk = chunks)) {
		chunks = chunk->next;
		free(chunk);
	}
	memset(nodes, 0, sizeof(nodes));
	memset(stacks, 0, sizeof(stacks));
	newest = NULL;
	kernel_stack = NULL;
	running = NULL;
	current_vcpu = NULL;
	in_dom0 = false;
	for (i = 0; i < NR_ROOTS; i++)
		roots[i] = child(NULL, i, 'r');
}

static void watch_all(plugin_id id);
static void watch_marks(plugin_id id);

static void on_mark(unsigned int cpu, void *data)
{
	(void)cpu;
	if ((uintptr_t)data == MARK_BEGIN) {
		forget_phase();
		qemu_plugin_reset(plugin, watch_all);
	} else {
		write_phase();
		qemu_plugin_reset(plugin, watch_marks);
	}
}

/* ---- translation ---- */

/* A mark is nopl MARK(%rax,%rax,1). */
static void find_marks(plugin_id id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb), i;
	uint32_t mark;

	(void)id;
	if (qemu_plugin_tb_vaddr(tb) >= KERNEL_HALF)
		return;
	for (i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const uint8_t *code = qemu_plugin_insn_data(insn);

		if (qemu_plugin_insn_size(insn) != 8 || memcmp(code, "\x0f\x1f\x84\x00", 4))
			continue;
		memcpy(&mark, code + 4, sizeof(mark));
		if (mark == MARK_BEGIN || mark == MARK_END)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark, NO_REGISTERS,
							       (void *)(uintptr_t)mark);
	}
}

static bool is_prefix(uint8_t byte)
{
	return byte >> 4 == 4 || byte == 0x2e || byte == 0x3e || byte == 0x66 || byte == 0xf2 ||
	       byte == 0xf3;
}

/* A retpoline calls one of the next instructions. */
static bool calls_thunk(const uint8_t *code)
{
	uint32_t distance;

	memcpy(&distance, code + 1, sizeof(distance));
	return distance < 32;
}

/* It stores the address of the target first: mov %reg,(%rsp); ret. */
static bool returns_thunk(const struct qemu_plugin_tb *tb)
{
	const uint8_t *code = qemu_plugin_insn_data(qemu_plugin_tb_get_insn(tb, 0));

	return qemu_plugin_tb_n_insns(tb) == 2 && (code[0] & 0xfb) == 0x48 && code[1] == 0x89 &&
	       (code[2] & 0xc7) == 0x04 && code[3] == 0x24;
}

/* Follow the calls and returns. They end their blocks. */
static void follow_calls(struct qemu_plugin_tb *tb, struct block *block)
{
	struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, block->len - 1);
	const uint8_t *code = qemu_plugin_insn_data(insn);
	const uint8_t *end = code + qemu_plugin_insn_size(insn);
	memory_callback callback = NULL;

	while (code < end - 1 && is_prefix(*code))
		code++;
	if (*code == 0xe8 && end - code == 5) {
		callback = on_call;
		block->thunk = calls_thunk(code);
	} else if (*code == 0xff && end - code > 1 && (code[1] >> 3 & 7) == 2) {
		callback = on_call;
	} else if (*code == 0xc3 || *code == 0xc2) {
		callback = on_return;
		block->thunk = returns_thunk(tb);
	}
	if (callback && !block->thunk)
		qemu_plugin_register_vcpu_mem_cb(insn, callback, NO_REGISTERS, READ_WRITE, block);
}

static void watch_block(plugin_id id, struct qemu_plugin_tb *tb)
{
	struct block *block = take(sizeof(*block));
	uint64_t pc = qemu_plugin_tb_vaddr(tb);

	*block = (struct block) {
		.pc = pc,
		.len = qemu_plugin_tb_n_insns(tb),
		.space = pc - XEN_TEXT < XEN_TEXT_SIZE ? XEN : pc >= KERNEL_HALF ? KERNEL : USER,
	};
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, NO_REGISTERS, block);
	if (block->space == USER)
		find_marks(id, tb);
	else
		follow_calls(tb, block);
}

static void watch_all(plugin_id id)
{
	qemu_plugin_register_vcpu_tb_trans_cb(id, watch_block);
}

static void watch_marks(plugin_id id)
{
	qemu_plugin_register_vcpu_tb_trans_cb(id, find_marks);
}

/*
 * QEMU 7.2 keeps a pointer to the callbacks of the call or return that it translated last. It
 * frees them together with the translations, and uses them for its own next access to memory.
 * With this file in LD_PRELOAD it finds an empty array instead.
 */
struct garray {
	char *data;
	unsigned int len, capacity, element, flags, references;
	void *clear;
};

__attribute__((visibility("default"))) char *g_array_free(struct garray *array, int all)
{
	static char *(*original)(struct garray *array, int all);

	if (!all || array->clear) {
		if (!original)
			original = dlsym(RTLD_NEXT, "g_array_free");
		return original(array, all);
	}
	array->len = 0;
	free(array->data);
	array->data = NULL;
	return NULL;
}

/* The arguments are out=FILE and ram=MIB. */
__attribute__((visibility("default"))) int qemu_plugin_install(plugin_id id, const void *info,
							       int argc, char **argv)
{
	int i;

	(void)info;
	for (i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "out=", 4))
			out = strdup(argv[i] + 4);
		else if (!strncmp(argv[i], "ram=", 4))
			ram_size = strtoull(argv[i] + 4, NULL, 10) << 20;
	}
	plugin = id;
	watch_marks(id);
	return out && ram_size ? 0 : -1;
}
