/* What a fuzz target may take: counted while it runs, and ended at the place where it takes more. */
#ifndef COUNTING_H
#define COUNTING_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that may be allocated at one time, and edges of the instrumented code that may be passed. */
void counting_begin(int64_t memory, uint64_t work);

struct counting_taken {
  /* The most bytes that were allocated at one time, those before the beginning left out. */
  int64_t memory;
  uint64_t work;
};
struct counting_taken counting_end(void);

/* Says what is broken on standard error and ends the program by a signal, which libFuzzer takes
 * for a crash. */
_Noreturn void counting_broken(const char *what);

/* libFuzzer's driver; no header of its own declares it for C. */
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*input)(const uint8_t *bytes, size_t count));

#endif
