/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Runs a few actors in every order in which their accesses to shared memory can follow each other.
 *
 * An actor is a function. Each READ_ONCE() and WRITE_ONCE() is a step, before which another actor
 * may go on. The explorer runs the actors again and again, each time in an order that it has not
 * tried, until there is none left. It sees every sequentially consistent order (or those with few
 * preemptions, where a test says so); reordering by a processor is not modelled.
 *
 * Include this file before the driver's source. Actors may block only in interleave_wait(), and
 * must end after a bounded number of steps.
 */
#ifndef _TESTS_INTERLEAVE_H
#define _TESTS_INTERLEAVE_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

static void interleave_step(void);
#define UNIT_ACCESS() interleave_step()

#define INTERLEAVE_ACTORS	4
#define INTERLEAVE_STEPS	512
#define INTERLEAVE_STACK	(64 << 10)

struct interleave_actor {
	void (*run)(void *data);
	bool (*ready)(void *data);	/* set while the actor waits */
	bool ended;
	ucontext_t context;
	char stack[INTERLEAVE_STACK] __attribute__((aligned(64)));
};

/* One decision: which actor ran next, of those that could. */
struct interleave_choice {
	unsigned char actor;
	unsigned char last;	/* the actor that ran before; switching from it is a preemption */
};

static struct interleave {
	struct interleave_actor actors[INTERLEAVE_ACTORS];
	unsigned int nr_actors;
	struct interleave_actor *running;
	void *data;
	ucontext_t scheduler;
	struct interleave_choice path[INTERLEAVE_STEPS];
	unsigned int depth;
	unsigned int preemptions;
	unsigned int max_preemptions;
} interleave;

/* Outside of actors, such as in the reset function, an access is no step. */
static void interleave_step(void)
{
	struct interleave_actor *self = interleave.running;

	if (self)
		swapcontext(&self->context, &interleave.scheduler);
}

/* Called by an actor: others run until @ready says true. */
__attribute__((unused))
static void interleave_wait(bool (*ready)(void *data))
{
	interleave.running->ready = ready;
	interleave_step();
	interleave.running->ready = NULL;
}

static void interleave_main(void)
{
	interleave.running->run(interleave.data);
	interleave.running->ended = true;
	swapcontext(&interleave.running->context, &interleave.scheduler);
}

static bool interleave_can_run(unsigned int i)
{
	struct interleave_actor *actor = &interleave.actors[i];

	/* The condition is evaluated outside of actors, so its accesses are not steps. */
	return i < interleave.nr_actors && !actor->ended &&
	       (!actor->ready || actor->ready(interleave.data));
}

/* Order of preference: the actor that ran last, then the others by number. */
static unsigned int interleave_candidate(unsigned int last, unsigned int rank)
{
	if (rank == 0)
		return last;
	return rank - 1 < last ? rank - 1 : rank;
}

static unsigned int interleave_rank(const struct interleave_choice *choice)
{
	if (choice->actor == choice->last)
		return 0;
	return choice->actor < choice->last ? choice->actor + 1 : choice->actor;
}

/* The first candidate from @rank on that can run; false if there is none. */
static bool interleave_choose(struct interleave_choice *choice, unsigned int rank)
{
	bool free_switch = !interleave.depth || !interleave_can_run(choice->last);

	for (; rank < interleave.nr_actors; rank++) {
		unsigned int i = interleave_candidate(choice->last, rank);

		if (!interleave_can_run(i))
			continue;
		if (rank && !free_switch && interleave.preemptions >= interleave.max_preemptions)
			return false;
		choice->actor = i;
		return true;
	}
	return false;
}

static void interleave_go_on(const struct interleave_choice *choice)
{
	if (interleave.depth && choice->actor != choice->last && interleave_can_run(choice->last))
		interleave.preemptions++;
	interleave.running = &interleave.actors[choice->actor];
	swapcontext(&interleave.scheduler, &interleave.running->context);
	interleave.running = NULL;
}

static void interleave_start(void (*reset)(void *data))
{
	unsigned int i;

	reset(interleave.data);
	interleave.preemptions = 0;
	for (i = 0; i < interleave.nr_actors; i++) {
		struct interleave_actor *actor = &interleave.actors[i];

		actor->ended = false;
		actor->ready = NULL;
		getcontext(&actor->context);
		actor->context.uc_stack.ss_sp = actor->stack;
		actor->context.uc_stack.ss_size = sizeof(actor->stack);
		actor->context.uc_link = NULL;
		makecontext(&actor->context, interleave_main, 0);
	}
}

/*
 * Runs one order: the decisions of path[] up to @fixed, of which the last is to be the next
 * candidate; then the first candidate at each step. Returns false if there is no such candidate.
 */
static bool interleave_run(void (*reset)(void *data), unsigned int fixed)
{
	struct interleave_choice choice = { 0 };
	unsigned int rank;

	interleave_start(reset);
	for (interleave.depth = 0; interleave.depth < INTERLEAVE_STEPS; interleave.depth++) {
		rank = 0;
		if (interleave.depth < fixed)
			rank = interleave_rank(&interleave.path[interleave.depth]);
		if (interleave.depth + 1 == fixed)
			rank++;
		if (!interleave_choose(&choice, rank))
			return interleave.depth + 1 != fixed;
		interleave.path[interleave.depth] = choice;
		interleave_go_on(&choice);
		choice.last = choice.actor;
	}
	fprintf(stderr, "an actor does not end within %u steps\n", INTERLEAVE_STEPS);
	return true;
}

static bool interleave_all_ended(void)
{
	unsigned int i;

	for (i = 0; i < interleave.nr_actors; i++) {
		if (!interleave.actors[i].ended)
			return false;
	}
	return true;
}

/* The order that failed: one letter a step, A is the first actor. */
static void interleave_print(void)
{
	unsigned int i;

	fprintf(stderr, "order: ");
	for (i = 0; i < interleave.depth; i++)
		fputc('A' + interleave.path[i].actor, stderr);
	fputc('\n', stderr);
}

/*
 * Explores all orders with at most @max_preemptions switches away from an actor that could have
 * gone on. @reset prepares the shared state; @check is asked after each order and returns false
 * if the outcome is wrong. An order in which actors are left waiting is wrong as well. Returns
 * the number of orders tried, or 0 after the first wrong one, which is printed.
 */
__attribute__((unused))
static unsigned long interleave_explore(void (*const *actors)(void *data), unsigned int nr_actors,
					unsigned int max_preemptions, void (*reset)(void *data),
					bool (*check)(void *data), void *data)
{
	unsigned long orders = 0;
	unsigned int fixed = 0, i;

	interleave.nr_actors = nr_actors;
	interleave.max_preemptions = max_preemptions;
	interleave.data = data;
	for (i = 0; i < nr_actors; i++)
		interleave.actors[i].run = actors[i];
	do {
		if (!interleave_run(reset, fixed)) {
			/* No other candidate there: change an earlier decision. */
			fixed--;
			continue;
		}
		orders++;
		if (!interleave_all_ended()) {
			fprintf(stderr, "an actor waits, and no other can wake it\n");
			interleave_print();
			return 0;
		}
		if (!check(data)) {
			interleave_print();
			return 0;
		}
		fixed = interleave.depth;
	} while (fixed);
	return orders;
}

#endif
