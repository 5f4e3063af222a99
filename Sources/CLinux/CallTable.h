// Which system calls a command may make. The numbers, and which calls there are at all, differ from
// one processor to the next.
//
// What is not listed for a command is answered "there is no such call" (ENOSYS), to which the C
// libraries of tomorrow, that make calls of tomorrow, have the answer of yesterday; but to begin a
// program or a process, with which an intruder would begin, ends it at once. The kernel logs both
// (audit type 1326).
// For growth the list is the other way round: LVM, cryptsetup and what they start are the guest's
// own programs, of any age, so all is allowed but what makes more of root than storage needs.
#pragma once

#include "CLinux.h"

#include <linux/btrfs.h>

enum {
  READ = CLINUX_CALLS_READ,
  LOOK = CLINUX_CALLS_LOOK,
  CHANGE = CLINUX_CALLS_CHANGE,
  STAY = CLINUX_CALLS_STAY,
  PROBE = CLINUX_CALLS_PROBE,
  GROW = CLINUX_CALLS_GROW,
  // What begins a program or a process ends a command of the network.
  PROGRAM = 64,
  // Refused to growth, too.
  DANGER = 128,
};

// What becomes of a call; from SOCKET on its arguments decide.
enum outcome { REFUSE, ALLOW, END, DENY, NO_CALL, SOCKET, IOCTL, MEMORY, SELF, OPEN, OPENAT,
               UNSHARE, CLONE, OUTCOMES };

struct call {
  unsigned short number;
  unsigned char groups, outcome;
};

#define CALL(name) {__NR_##name, READ, ALLOW}
#define RISK(name) {__NR_##name, DANGER, DENY}
static const struct call calls[] = {
  // What every command does: files and disks are read, memory is had, time is told.
  CALL(read), CALL(write), CALL(close), CALL(fstat), CALL(lseek), CALL(munmap), CALL(brk),
  CALL(pread64), CALL(readv), CALL(writev), CALL(mremap), CALL(madvise), CALL(fcntl),
  CALL(getdents64), CALL(uname), CALL(getcwd), CALL(fstatfs), CALL(statfs), CALL(newfstatat),
  CALL(readlinkat), CALL(faccessat), CALL(ppoll), CALL(clock_gettime), CALL(gettimeofday),
  CALL(getpid), CALL(gettid), CALL(getuid), CALL(geteuid), CALL(getgid), CALL(getegid),
  CALL(sysinfo), CALL(sched_getaffinity), CALL(futex), CALL(getrandom),
  {__NR_openat, READ, OPENAT}, {__NR_ioctl, READ, IOCTL},
  {__NR_mmap, READ, MEMORY}, {__NR_mprotect, READ, MEMORY},
  // Its end, also by a signal, and handlers of signals.
  CALL(exit), CALL(exit_group), CALL(rt_sigaction), CALL(rt_sigprocmask), CALL(rt_sigreturn),
  CALL(sigaltstack), CALL(restart_syscall),
  {__NR_kill, READ, SELF}, {__NR_tkill, READ, SELF}, {__NR_tgkill, READ, SELF},
  // Sockets, of the families below.
  {__NR_socket, LOOK, SOCKET}, {__NR_bind, LOOK, ALLOW}, {__NR_getsockname, LOOK, ALLOW},
  {__NR_setsockopt, LOOK, ALLOW}, {__NR_getsockopt, LOOK, ALLOW}, {__NR_sendto, LOOK, ALLOW},
  {__NR_recvfrom, LOOK, ALLOW}, {__NR_sendmsg, LOOK, ALLOW}, {__NR_recvmsg, LOOK, ALLOW},
  {__NR_recvmmsg, LOOK, ALLOW},
  // To systemd, and to resolvers.
  {__NR_connect, CHANGE | PROBE, ALLOW},
  {__NR_renameat, CHANGE, ALLOW}, {__NR_renameat2, CHANGE, ALLOW}, {__NR_unlinkat, CHANGE, ALLOW},
  {__NR_mkdirat, CHANGE, ALLOW}, {__NR_fsync, CHANGE, ALLOW}, {__NR_fdatasync, CHANGE, ALLOW},
  {__NR_ftruncate, CHANGE, ALLOW}, {__NR_flock, CHANGE, ALLOW}, {__NR_pwrite64, CHANGE, ALLOW},
  {__NR_sethostname, CHANGE, ALLOW},
  {__NR_signalfd4, STAY, ALLOW}, {__NR_wait4, STAY, ALLOW},
#ifdef __NR_statx
  CALL(statx),
#endif
#ifdef __NR_faccessat2
  CALL(faccessat2),
#endif
#ifdef __NR_open
  // Calls that younger processors have in one form only.
  {__NR_open, READ, OPEN}, CALL(stat), CALL(lstat), CALL(access), CALL(readlink), CALL(poll),
  CALL(time),
  {__NR_rename, CHANGE, ALLOW}, {__NR_unlink, CHANGE, ALLOW}, {__NR_mkdir, CHANGE, ALLOW},
  {__NR_rmdir, CHANGE, ALLOW}, {__NR_signalfd, STAY, ALLOW},
  {__NR_fork, PROGRAM, ALLOW}, {__NR_vfork, PROGRAM, ALLOW},
#endif
  {__NR_execve, PROGRAM, ALLOW}, {__NR_execveat, PROGRAM, ALLOW},
  {__NR_clone, PROGRAM, CLONE}, {__NR_unshare, GROW, UNSHARE},
  // Its flags lie where no filter sees them: a C library told that it is not there takes clone.
  {435 /* clone3 */, PROGRAM, NO_CALL},
  RISK(ptrace), RISK(process_vm_readv), RISK(process_vm_writev), RISK(kcmp),
  {438 /* pidfd_getfd */, DANGER, DENY}, RISK(perf_event_open), RISK(bpf), RISK(userfaultfd),
  RISK(init_module), RISK(finit_module), RISK(delete_module), RISK(kexec_load),
#ifdef __NR_kexec_file_load
  RISK(kexec_file_load),
#endif
  RISK(reboot), RISK(pivot_root), RISK(chroot), RISK(setns), RISK(open_by_handle_at), RISK(swapon),
  RISK(swapoff), RISK(acct), RISK(quotactl), RISK(syslog), RISK(vhangup), RISK(settimeofday),
  RISK(clock_settime), RISK(clock_adjtime), RISK(adjtimex), RISK(personality), RISK(migrate_pages),
  RISK(move_pages),
  // It would make calls that no filter sees: io_uring_setup and what follows; then the new mounts,
  // open_tree to fspick, mount_setattr and open_tree_attr; quotactl_fd.
  {425, DANGER, DENY}, {426, DANGER, DENY}, {427, DANGER, DENY}, {428, DANGER, DENY},
  {429, DANGER, DENY}, {430, DANGER, DENY}, {431, DANGER, DENY}, {432, DANGER, DENY},
  {433, DANGER, DENY}, {442, DANGER, DENY}, {443, DANGER, DENY}, {467, DANGER, DENY},
#ifdef __NR_iopl
  RISK(iopl), RISK(ioperm), RISK(modify_ldt),
#endif
};

// Of storage, of links (libudev asks for a name by if_indextoname(3)), and what isatty(3) asks, in
// three forms.
static const unsigned requests[] = {
  (unsigned)BLKGETSIZE64, BLKSSZGET, (unsigned)CLINUX_XFS_IOC_FSGEOMETRY,
  (unsigned)BTRFS_IOC_FS_INFO, (unsigned)BTRFS_IOC_DEV_INFO, SIOCETHTOOL, SIOCGIFNAME,
  TIOCGWINSZ, TCGETS, 0x802C542A,
};

// Families of sockets, each with the groups that may have it; 38 is AF_ALG, cryptsetup's. Of
// netlink's the others may have two protocols: see CallFilter.c.
static const struct call families[] = {
  {AF_NETLINK, GROW, ALLOW}, {AF_INET, LOOK, ALLOW}, {AF_INET6, PROBE, ALLOW},
  {AF_UNIX, CHANGE | STAY | GROW, ALLOW}, {AF_PACKET, PROBE, ALLOW}, {38, GROW, ALLOW},
};
