// The program of the kernel's filter that holds a command to its calls (seccomp(2)), built at run
// time from their table.

#include "CallTable.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#else
#define NATIVE 0
#endif

enum {
  // More than the kernel has calls.
  NUMBERS = 512,
  // As far as a line can jump.
  LINES = 256,
  UNPLACED = 1 << 16,
  ENDED = SECCOMP_RET_KILL_PROCESS,
  // Namespaces: CLONE_NEWNS, and all of clone's CLONE_NEW....
  NEW_MOUNTS = 0x00020000,
  NEW_NAMESPACES = 0x7E020000,
  WRITING = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC,
};

// Where a comparison leads if the number is below, and if not.
struct branch {
  unsigned char is;
  unsigned below, from;
};

struct program {
  struct sock_filter code[LINES];
  struct branch branches[LINES];
  unsigned count;
};

static void add(struct program *program, unsigned code, unsigned value, unsigned then,
                unsigned otherwise) {
  if (program->count >= LINES) return;
  struct sock_filter line = {code, (unsigned char)then, (unsigned char)otherwise, value};
  program->code[program->count++] = line;
}

static void answer(struct program *program, unsigned value) {
  add(program, BPF_RET | BPF_K, value, 0, 0);
}

// The lower half of an argument: the kernel takes no more of those that are looked at.
static void argument(struct program *program, unsigned position) {
  add(program, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args) + 8 * position, 0, 0);
}

// Allowed if the argument is this.
static void allow(struct program *program, unsigned value) {
  add(program, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
  answer(program, SECCOMP_RET_ALLOW);
}

// Refused if it has one of these bits.
static void refuse(struct program *program, unsigned bits, int error) {
  add(program, BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
  answer(program, SECCOMP_RET_ERRNO | error);
  answer(program, SECCOMP_RET_ALLOW);
}

static void decide(struct program *program, enum outcome outcome, unsigned groups) {
  const int reads = !(groups & (CHANGE | STAY | GROW));
  switch (outcome) {
  case ALLOW: answer(program, SECCOMP_RET_ALLOW); break;
  case END: answer(program, ENDED); break;
  case DENY: answer(program, SECCOMP_RET_ERRNO | EPERM); break;
  case SOCKET:
    argument(program, 0);
    // Netlink leads to half of the kernel: packet filters, IPsec, audit, whatever has a family.
    if (!(groups & GROW)) {
      add(program, BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 6);
      argument(program, 2);
      allow(program, NETLINK_ROUTE);
      allow(program, NETLINK_KOBJECT_UEVENT);
      answer(program, SECCOMP_RET_ERRNO | EPROTONOSUPPORT);
    }
    for (unsigned at = 0; at < sizeof families / sizeof *families; at++)
      if (families[at].groups & groups) allow(program, families[at].number);
    answer(program, SECCOMP_RET_ERRNO | EAFNOSUPPORT);
    break;
  case IOCTL:
    argument(program, 1);
    for (unsigned at = 0; at < sizeof requests / sizeof *requests; at++)
      allow(program, requests[at]);
    answer(program, SECCOMP_RET_ERRNO | ENOTTY);
    break;
  // Nothing new becomes a program.
  case MEMORY:
    argument(program, 2);
    refuse(program, PROT_EXEC, EACCES);
    break;
  case SELF:
    argument(program, 0);
    allow(program, getpid());
    answer(program, SECCOMP_RET_ERRNO | EPERM);
    break;
  case OPEN:
  case OPENAT:
    if (reads) {
      argument(program, outcome == OPEN ? 1 : 2);
      refuse(program, WRITING, EROFS);
    } else {
      answer(program, SECCOMP_RET_ALLOW);
    }
    break;
  case UNSHARE:
    argument(program, 0);
    allow(program, NEW_MOUNTS);
    answer(program, SECCOMP_RET_ERRNO | EPERM);
    break;
  case CLONE:
    argument(program, 0);
    refuse(program, NEW_NAMESPACES, EPERM);
    break;
  default: answer(program, SECCOMP_RET_ERRNO | ENOSYS);
  }
}

// A range of numbers of one outcome begins where the one before it ends.
struct range {
  unsigned short first;
  unsigned char outcome;
};

// Halves the ranges until one is left, of which the outcome's lines follow behind the search: some
// seven comparisons a call. Where the answer is the same whatever the arguments, the kernel (5.11
// and later) asks only once, when the program is installed, which costs it time by the line.
static void search(struct program *program, const struct range *ranges, unsigned count) {
  const unsigned half = count / 2, line = program->count;
  add(program, BPF_JMP | BPF_JGE | BPF_K, ranges[half].first, 0, 0);
  // An outcome's place is not known yet; lines are fewer than the numbers from it on.
  unsigned places[2];
  for (unsigned side = 0; side < 2; side++) {
    const struct range *part = ranges + (side ? half : 0);
    const unsigned length = side ? count - half : half;
    places[side] = length == 1 ? UNPLACED + part->outcome : program->count;
    if (length > 1) search(program, part, length);
  }
  program->branches[line] = (struct branch){1, places[0], places[1]};
}

// Behind the search, once each, what its branches lead to.
static void place(struct program *program, unsigned groups) {
  unsigned char places[OUTCOMES] = {0};
  const unsigned end = program->count;
  for (unsigned line = 0; line < end; line++) {
    struct branch *branch = &program->branches[line];
    if (!branch->is) continue;
    unsigned *sides[] = {&branch->below, &branch->from};
    for (unsigned side = 0; side < 2; side++) {
      if (*sides[side] < UNPLACED) continue;
      unsigned char *known = &places[*sides[side] - UNPLACED];
      if (!*known) {
        *known = (unsigned char)program->count;
        decide(program, *sides[side] - UNPLACED, groups);
      }
      *sides[side] = *known;
    }
    program->code[line].jf = (unsigned char)(branch->below - line - 1);
    program->code[line].jt = (unsigned char)(branch->from - line - 1);
  }
}

static unsigned char outcome_of(const struct call *call, unsigned groups, unsigned char other) {
  const int grows = (groups & GROW) != 0;
  if (call->groups == DANGER) return grows ? DENY : other;
  if (call->groups == PROGRAM) return grows ? call->outcome : END;
  if (grows) return call->outcome == SOCKET || call->groups == GROW ? call->outcome : other;
  return call->groups & groups ? call->outcome : other;
}

static void write_program(struct program *program, unsigned groups) {
  unsigned char outcomes[NUMBERS];
  memset(outcomes, groups & GROW ? ALLOW : REFUSE, sizeof outcomes);
  for (unsigned at = 0; at < sizeof calls / sizeof *calls; at++) {
    unsigned char *outcome = &outcomes[calls[at].number];
    *outcome = outcome_of(&calls[at], groups, *outcome);
  }
  struct range ranges[NUMBERS + 1];
  unsigned count = 0;
  for (unsigned number = 0; number < NUMBERS; number++)
    if (number == 0 || outcomes[number] != outcomes[number - 1])
      ranges[count++] = (struct range){number, outcomes[number]};
#ifdef __x86_64__
  // Kernels before 5.4 take x32's calls of these numbers without x32's bit, too: 521 is ptrace.
  // Source: seccomp(2).
  if (groups & GROW) ranges[count++] = (struct range){NUMBERS, DENY};
#endif

  // Calls of another processor's, or of its 32-bit forms, have other numbers.
  add(program, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch), 0, 0);
  add(program, BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 1, 0);
  answer(program, ENDED);
  add(program, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
#ifdef __x86_64__
  // Those of x32; but -1 is no call at all, and stands for one that a tracer answers in its place.
  add(program, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 3);
  allow(program, ~0u);
  answer(program, ENDED);
#endif
  search(program, ranges, count);
  place(program, groups);
}

int clinux_filter_calls(unsigned groups) {
  struct program program;
  memset(&program, 0, sizeof program);
  write_program(&program, groups);
  if (NATIVE == 0 || program.count >= LINES) {
    errno = ENOSYS;
    return -1;
  }
  struct sock_fprog filter = {program.count, program.code};
  // What is refused is logged; and no memory of ours is so secret that all our calls should pay for
  // hiding it from this processor's guesses. Kernels before 4.17 know not both.
  const unsigned long flags = SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_SPEC_ALLOW;
  long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
  if (result < 0 && errno == EINVAL)
    result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0UL, &filter);
  return result;
}
