// Runs a program and lets one of its system calls go wrong.
//
// usage: inject -o RECORD [-l] [-c CALL -n PLACE {-e ERRNO | -s EIGHTHS | -k}] PROGRAM [WORD...]
//
//   -o RECORD   where is written what came to pass, a line each
//   -l          also every call: `call COUNT NUMBER OBJECT RESULT`, tabs between; the object is the
//               path that the call names, or what its descriptor is open on
//   -c CALL     the number of the call to disturb
//   -n PLACE    which one: counted from 1 over the program's calls of that number after exec, since
//               those for memory differ from run to run
//   -e ERRNO    it fails with that number, without being done
//   -s EIGHTHS  it may transfer only so many eighths of its bytes, and one at least
//   -k          SIGKILL after it is done; at place 0: before any call
//
// The record ends with `hit NUMBER OBJECT`, if the place was reached, `calls COUNT`, and
// `exit STATUS` or `signal NUMBER`. Only the program itself is traced: its children are unharmed
// and not counted. A call that is to fail is done as brk(0), which every program may: a filter of
// system calls that the program has set sees a call as any other. Source: ptrace(2).
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct __ptrace_syscall_info Stop;

// What differs between the processors: where a call's number, arguments and result are.
typedef struct user_regs_struct Registers;
#if defined(__x86_64__)
static void set_number(pid_t program, Registers *registers, long number) {
  (void)program;
  registers->orig_rax = number;
}
static void set_first(Registers *registers, long value) { registers->rdi = value; }
static void set_third(Registers *registers, long value) { registers->rdx = value; }
static void set_result(Registers *registers, long value) { registers->rax = value; }
#elif defined(__aarch64__)
static void set_number(pid_t program, Registers *registers, long number) {
  (void)registers;
  int value = number;
  struct iovec place = {&value, sizeof value};
  ptrace(PTRACE_SETREGSET, program, NT_ARM_SYSTEM_CALL, &place);
}
static void set_first(Registers *registers, long value) { registers->regs[0] = value; }
static void set_third(Registers *registers, long value) { registers->regs[2] = value; }
static void set_result(Registers *registers, long value) { registers->regs[0] = value; }
#endif

static void fail(const char *what) {
  perror(what);
  exit(125);
}

static Registers registers_of(pid_t program) {
  Registers registers;
  struct iovec place = {&registers, sizeof registers};
  if (ptrace(PTRACE_GETREGSET, program, NT_PRSTATUS, &place) != 0) fail("PTRACE_GETREGSET");
  return registers;
}

static void set_registers(pid_t program, Registers registers) {
  struct iovec place = {&registers, sizeof registers};
  if (ptrace(PTRACE_SETREGSET, program, NT_PRSTATUS, &place) != 0) fail("PTRACE_SETREGSET");
}

// Which calls name a path, by which argument; -1: none.
static int path_argument(unsigned long long number) {
  switch (number) {
#ifdef SYS_open
  case SYS_open: case SYS_stat: case SYS_lstat: case SYS_access: case SYS_readlink: case SYS_unlink:
  case SYS_mkdir: case SYS_rmdir: case SYS_rename:
#endif
  case SYS_execve: case SYS_memfd_create: return 0;
  case SYS_openat: case SYS_newfstatat: case SYS_faccessat: case SYS_readlinkat: case SYS_unlinkat:
  case SYS_mkdirat: case SYS_renameat: case SYS_statx: case SYS_openat2: case SYS_faccessat2:
  case SYS_renameat2: return 1;
  default: return -1;
  }
}

// Which calls have a descriptor as their first argument.
static int has_descriptor(unsigned long long number) {
  switch (number) {
  case SYS_read: case SYS_write: case SYS_pread64: case SYS_pwrite64: case SYS_readv:
  case SYS_writev: case SYS_close: case SYS_fstat: case SYS_ioctl: case SYS_fcntl: case SYS_flock:
  case SYS_fsync: case SYS_fdatasync: case SYS_ftruncate: case SYS_lseek: case SYS_getdents64:
  case SYS_sendto: case SYS_recvfrom: case SYS_sendmsg: case SYS_recvmsg: case SYS_recvmmsg:
  case SYS_bind: case SYS_connect: case SYS_getsockname: case SYS_setsockopt: case SYS_getsockopt:
  case SYS_fstatfs: return 1;
  default: return 0;
  }
}

static const char *object_of(pid_t program, const Stop *stop) {
  static char text[4096];
  int path = path_argument(stop->entry.nr);
  ssize_t count = 0;
  if (path >= 0) {
    // To the end of the page only: the next one may not be there.
    unsigned long long start = stop->entry.args[path];
    size_t room = 4096 - start % 4096;
    struct iovec here = {text, room < sizeof text ? room : sizeof text - 1};
    struct iovec there = {(void *)start, here.iov_len};
    count = process_vm_readv(program, &here, 1, &there, 1, 0);
  } else if (has_descriptor(stop->entry.nr)) {
    char link[64];
    snprintf(link, sizeof link, "/proc/%d/fd/%d", program, (int)stop->entry.args[0]);
    count = readlink(link, text, sizeof text - 1);
  }
  text[count < 0 ? 0 : count] = 0;
  for (char *place = text; *place; place++)
    if (*place == '\n' || *place == '\t') *place = ' ';
  return text;
}

// The count of bytes, entries or messages that a call asks to transfer is its third argument.
static int transfers(unsigned long long number) {
  switch (number) {
  case SYS_read: case SYS_write: case SYS_pread64: case SYS_pwrite64: case SYS_readv:
  case SYS_writev: case SYS_recvmmsg: return 1;
  default: return 0;
  }
}

static pid_t start(char **words) {
  pid_t program = fork();
  if (program < 0) fail("fork");
  if (program == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    execv(words[0], words);
    _exit(127);
  }
  int status;
  waitpid(program, &status, 0);
  ptrace(PTRACE_SETOPTIONS, program, 0,
         PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL);
  ptrace(PTRACE_CONT, program, 0, 0);
  waitpid(program, &status, 0);
  if (!WIFSTOPPED(status) || status >> 8 != (SIGTRAP | PTRACE_EVENT_EXEC << 8)) fail(words[0]);
  return program;
}

int main(int count, char **words) {
  FILE *record = NULL;
  long disturbed = -1, place = -1, failure = 0, eighths = -1;
  int lists = 0, kills = 0, option;
  while ((option = getopt(count, words, "+o:lc:n:e:s:k")) != -1) {
    switch (option) {
    case 'o': record = fopen(optarg, "we"); break;
    case 'l': lists = 1; break;
    case 'c': disturbed = atol(optarg); break;
    case 'n': place = atol(optarg); break;
    case 'e': failure = atol(optarg); break;
    case 's': eighths = atol(optarg); break;
    case 'k': kills = 1; break;
    default: return 125;
    }
  }
  if (!record || optind >= count) return 125;
  pid_t program = start(words + optind);
  if (kills && place == 0) kill(program, SIGKILL);

  long calls = 0, met = 0, signal = 0;
  int status, is_exec = 1, is_hit = 0;
  Registers before;
  while (1) {
    ptrace(PTRACE_SYSCALL, program, 0, signal);
    if (waitpid(program, &status, 0) < 0) fail("waitpid");
    if (!WIFSTOPPED(status)) break;
    signal = WSTOPSIG(status);
    if (signal != (SIGTRAP | 0x80)) {
      // An event of the tracing, no signal of the program's.
      if (status >> 16) signal = 0;
      continue;
    }
    signal = 0;
    Stop stop;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, program, sizeof stop, &stop) <= 0) continue;
    if (stop.op == PTRACE_SYSCALL_INFO_ENTRY) {
      is_exec = 0;
      calls++;
      is_hit = (long)stop.entry.nr == disturbed && ++met == place;
      if (lists)
        fprintf(record, "call\t%ld\t%ld\t%s", calls, (long)stop.entry.nr,
                object_of(program, &stop));
      if (is_hit)
        fprintf(record, "hit\t%ld\t%s\n", (long)stop.entry.nr, object_of(program, &stop));
      fflush(record);
      if (!is_hit) continue;
      before = registers_of(program);
      Registers changed = before;
      if (failure) {
        set_number(program, &changed, SYS_brk);
        set_first(&changed, 0);
        set_registers(program, changed);
      } else if (eighths >= 0 && transfers(stop.entry.nr) && stop.entry.args[2] > 1) {
        unsigned long long fewer = stop.entry.args[2] * eighths / 8;
        set_third(&changed, fewer ? fewer : 1);
        set_registers(program, changed);
      }
    } else if (stop.op == PTRACE_SYSCALL_INFO_EXIT && !is_exec) {
      if (lists) fprintf(record, "\t%lld\n", (long long)stop.exit.rval);
      if (is_hit && (failure || eighths >= 0)) {
        set_result(&before, failure ? -failure : (long)stop.exit.rval);
        set_registers(program, before);
      }
      if (is_hit && kills) kill(program, SIGKILL);
      is_hit = 0;
    }
  }
  fprintf(record, "calls\t%ld\n", calls);
  if (WIFEXITED(status)) {
    fprintf(record, "exit\t%d\n", WEXITSTATUS(status));
    return WEXITSTATUS(status);
  }
  fprintf(record, "signal\t%d\n", WTERMSIG(status));
  return 128 + WTERMSIG(status);
}
