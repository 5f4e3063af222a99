// What the portable binary's other parts ask of libc and musl does not have: relocations in their
// packed form, the arguments of main for all, and the checked variants that Debian's libmnl and
// libyaml were compiled against (LSB 5.0, "__fprintf_chk").

#include <elf.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Relative relocations, packed as a bitmap (DT_RELR), which older musl does not know: 36 KB less of
// tables. Whether libc has applied them is seen by one of them.
// Source: the generic ABI, "Relative relocation table"; linux/tools/include/uapi/linux/elf.h.
#ifndef DT_RELR
#define DT_RELRSZ 35
#define DT_RELR 36
#endif
extern const Elf64_Dyn _DYNAMIC[] __attribute__((visibility("hidden")));
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
static const char relocated;
static const char *volatile const relocation_seen = &relocated;

__attribute__((no_stack_protector)) static void relocate(void) {
  if (relocation_seen == &relocated) return;
  const Elf64_Addr base = (Elf64_Addr)__ehdr_start;
  const Elf64_Relr *entry = NULL, *end = NULL;
  Elf64_Xword size = 0;
  for (const Elf64_Dyn *item = _DYNAMIC; item->d_tag != DT_NULL; item++) {
    if (item->d_tag == DT_RELR) entry = (const Elf64_Relr *)(base + item->d_un.d_ptr);
    if (item->d_tag == DT_RELRSZ) size = item->d_un.d_val;
  }
  if (!entry) return;
  end = entry + size / sizeof *entry;
  for (Elf64_Addr *place = NULL; entry < end; entry++) {
    if ((*entry & 1) == 0) {
      place = (Elf64_Addr *)(base + *entry);
      *place++ += base;
    } else {
      for (int bit = 0; bit < 63; bit++)
        if (*entry >> (bit + 1) & 1) place[bit] += base;
      place += 63;
    }
  }
}

// The linker puts this in front of libc's start (--wrap), which alone sees the arguments of main.
// Thread-local storage, and with it the stack protector, is not there yet.
int __real___libc_start_main(int (*main)(void), int count, char **vector, void (*init)(void),
                             void (*fini)(void), void (*loader)(void));
void clinux_keep_arguments(int count, char **vector);

__attribute__((no_stack_protector)) int __wrap___libc_start_main(
    int (*main)(void), int count, char **vector, void (*init)(void), void (*fini)(void),
    void (*loader)(void)) {
  relocate();
  clinux_keep_arguments(count, vector);
  return __real___libc_start_main(main, count, vector, init, fini, loader);
}

// Nothing of ours prints through libc: without its printf the binary is 12 KB smaller. libmnl's and
// libyaml's functions that would are never called.
int __fprintf_chk(FILE *stream, int level, const char *format, ...) {
  (void)stream, (void)level, (void)format;
  abort();
}

int __sprintf_chk(char *text, int level, size_t size, const char *format, ...) {
  (void)text, (void)level, (void)size, (void)format;
  abort();
}

// What an assertion of libyaml's ends in (LSB 5.0, "__assert_fail").
_Noreturn void __assert_fail(const char *assertion, const char *file, unsigned line,
                             const char *function) {
  (void)line, (void)function;
  const char *pieces[] = {"guestagent: assertion failed: ", file, ": ", assertion, "\n"};
  for (size_t piece = 0; piece < sizeof pieces / sizeof *pieces; piece++)
    if (write(2, pieces[piece], strlen(pieces[piece])) < 0) break;
  abort();
}
