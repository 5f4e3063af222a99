// A program that ends by a fault of its own (a trap of Swift's checks, a wild pointer, a stack that
// is too deep, an abort) says so in one line on standard error, and what it was at; then the signal
// ends it, so that whoever started it sees that. Only what signal-safety(7) allows is called.

#define _GNU_SOURCE
#include "include/CLinuxLastWords.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>
#include <unistd.h>

// Where the program lies, as the linker has it.
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char _end[] __attribute__((visibility("hidden")));

#if defined(__x86_64__)
enum { TRAP = SIGILL };
#define TRAP_NAME "SIGILL"
static uintptr_t place(const ucontext_t *context) { return context->uc_mcontext.gregs[REG_RIP]; }
#elif defined(__aarch64__)
enum { TRAP = SIGTRAP };
#define TRAP_NAME "SIGTRAP"
static uintptr_t place(const ucontext_t *context) { return context->uc_mcontext.pc; }
#endif

// What it is at: the command, what it does, and with what. The last byte is never written.
static char command[16], activity[64], object[160];

static void keep(char *place, size_t size, const char *text) {
  size_t count = 0;
  while (count + 1 < size && text[count]) {
    // What others have named stays on one line, and of ASCII; a char has a sign on some processors.
    const signed char letter = text[count];
    place[count++] = letter < ' ' || letter == 127 ? '?' : letter;
  }
  place[count] = 0;
}

void clinux_note_command(const char *name) { keep(command, sizeof command, name); }

void clinux_note(const char *doing, const char *with) {
  object[0] = 0;
  keep(activity, sizeof activity, doing);
  keep(object, sizeof object, with);
}

struct line {
  char text[512];
  size_t count;
};

static void append(struct line *line, const char *text) {
  while (*text && line->count < sizeof line->text) line->text[line->count++] = *text++;
}

static void append_hexadecimal(struct line *line, uintptr_t number) {
  char digits[19] = "";
  char *digit = digits + 18;
  do *--digit = "0123456789abcdef"[number & 15];
  while (number >>= 4);
  *--digit = 'x';
  *--digit = '0';
  append(line, digit);
}

static void say_last_words(int number, siginfo_t *information, void *context) {
  (void)information;
  struct line line = {.count = 0};
  uintptr_t at = place(context), start = (uintptr_t)__ehdr_start;
  append(&line, "guestagent: ");
  append(&line, command);
  append(&line, command[0] ? ": " : "");
  append(&line, "stopped by a fault of its own (");
  append(&line, number == TRAP ? TRAP_NAME : number == SIGABRT ? "SIGABRT" : "SIGSEGV");
  if (at >= start && at < (uintptr_t)_end) {
    append(&line, " at program offset ");
    append_hexadecimal(&line, at - start);
  }
  append(&line, ")");
  append(&line, activity[0] ? " while " : "");
  append(&line, activity);
  append(&line, object[0] ? " " : "");
  append(&line, object);
  append(&line, "; what was done until then stays: see guestagent status;");
  append(&line, " please report this line\n");
  if (write(2, line.text, line.count) < 0) line.count = 0;
  // The default action stands again (SA_RESETHAND). Whoever may not do that says as a shell would.
  if (kill(getpid(), number) != 0) _exit(128 + number);
}

// Memory that is not touched costs nothing; the kernel asks for 11 KiB where vectors are largest.
static char stack[32768];

void clinux_prepare_last_words(void) {
  const stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&other, NULL);
  struct sigaction action = {.sa_flags = SA_SIGINFO | SA_RESETHAND | SA_NODEFER | SA_ONSTACK};
  action.sa_sigaction = say_last_words;
  const int numbers[] = {TRAP, SIGSEGV, SIGABRT};
  for (size_t index = 0; index < sizeof numbers / sizeof *numbers; index++)
    sigaction(numbers[index], &action, NULL);
}
