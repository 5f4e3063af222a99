#include "CLinux.h"

static int failure_status = 1;
void clinux_fail_with(int status) { failure_status = status; }

void clinux_out_of_memory(void) {
  static const char words[] =
      "guestagent: out of memory: not all is done or told; another run goes on from here\n";
  if (write(2, words, sizeof words - 1) < 0) _exit(failure_status);
  _exit(failure_status);
}

char *clinux_copy(const char *text) {
  char *copy = strdup(text);
  if (!copy) clinux_out_of_memory();
  return copy;
}

// Embedded Swift has no CommandLine. glibc hands the arguments of main to every constructor; with
// musl, which does not, CMusl has kept them before.
static int argument_count;
static char **argument_vector;

__attribute__((constructor)) void clinux_keep_arguments(int count, char **vector) {
  if (argument_vector) return;
  argument_count = count;
  argument_vector = vector;
}

int clinux_argument_count(void) { return argument_count; }
const char *clinux_argument(int index) { return argument_vector[index]; }
