// Partition tables as fdisk and sfdisk read them.
#include <libfdisk/libfdisk.h>
#include <sys/syscall.h>
#include <unistd.h>

// A file in memory, which goes with its descriptor: memfd_create(2) asks for _GNU_SOURCE.
static inline int cfdisk_memory_file(void) {
  return (int)syscall(SYS_memfd_create, "disk", 1u);
}
