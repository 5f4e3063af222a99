#include "CLinux.h"

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
