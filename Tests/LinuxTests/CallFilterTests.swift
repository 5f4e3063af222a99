import CCalls
import CLinux
import Glibc
import Testing

@testable import Linux

/// What the kernel answers to a call under a filter.
private enum Answer: Equatable {
  case done
  case refused(Int32)
  /// By SIGSYS.
  case ended

  init(_ outcome: Int32) {
    self = outcome == 0 ? .done : outcome == -SIGSYS ? .ended : .refused(outcome)
  }
}

private let check: Privileges.Calls = .read
private let status: Privileges.Calls = [.read, .look]
private let diagnose: Privileges.Calls = [.read, .look, .probe]
private let apply: Privileges.Calls = [.read, .look, .change]
private let watch: Privileges.Calls = [.read, .look, .change, .stay]
private let network = [check, status, diagnose, apply, watch]

private func answer(
  _ calls: Privileges.Calls, _ number: Int, _ first: Int = 0, _ second: Int = 0, _ third: Int = 0
) -> Answer {
  Answer(ccalls_outcome(calls.rawValue, number, first, second, third))
}

@Suite struct CallFilterTests {
  @Test(arguments: network)
  func `no command of the network begins a program or a process`(calls: Privileges.Calls) {
    #expect(answer(calls, Int(SYS_execve)) == .ended)
    #expect(answer(calls, Int(SYS_execveat)) == .ended)
    #expect(answer(calls, Int(SYS_clone)) == .ended)
    #expect(answer(calls, 435) == .ended)
  }

  @Test(arguments: network, [
    SYS_ptrace, SYS_process_vm_writev, SYS_bpf, SYS_init_module, SYS_finit_module, SYS_mount,
    SYS_umount2, SYS_unshare, SYS_setns, SYS_open_by_handle_at, SYS_chroot, SYS_reboot, SYS_prctl,
    SYS_seccomp, SYS_capset, SYS_setuid, SYS_memfd_create, 425,
    // One that is not there yet.
    500,
  ] as [Int32])
  func `what is not listed is no call`(calls: Privileges.Calls, number: Int32) {
    #expect(answer(calls, Int(number)) == .refused(ENOSYS))
  }

  @Test(arguments: network)
  func `other processes are sent no signal, but itself one`(calls: Privileges.Calls) {
    #expect(answer(calls, Int(SYS_kill), 1, 0) == .refused(EPERM))
    #expect(answer(calls, Int(SYS_tgkill), 1, 1, 0) == .refused(EPERM))
    #expect(answer(calls, Int(SYS_tkill), 1, 0) == .refused(EPERM))
    #expect(answer(calls, Int(SYS_kill), 0, 0) == .refused(EPERM))
  }

  @Test(arguments: network)
  func `no memory becomes a program`(calls: Privileges.Calls) {
    #expect(answer(calls, Int(SYS_mprotect), 0, 0, Int(PROT_READ | PROT_WRITE)) == .done)
    #expect(answer(calls, Int(SYS_mprotect), 0, 0, Int(PROT_EXEC)) == .refused(EACCES))
    #expect(answer(calls, Int(SYS_mmap), 0, 4096, Int(PROT_READ | PROT_EXEC)) == .refused(EACCES))
  }

  /// By their calls a command may open this family, or not.
  @Test(arguments: [
    (check, AF_NETLINK, .refused(ENOSYS)),
    (status, AF_NETLINK, .done), (status, AF_INET, .done), (status, AF_UNIX, .refused(EAFNOSUPPORT)),
    (status, AF_PACKET, .refused(EAFNOSUPPORT)), (status, AF_INET6, .refused(EAFNOSUPPORT)),
    (diagnose, AF_PACKET, .done), (diagnose, AF_INET6, .done),
    (diagnose, AF_UNIX, .refused(EAFNOSUPPORT)),
    (apply, AF_UNIX, .done), (apply, AF_PACKET, .refused(EAFNOSUPPORT)),
    (watch, AF_UNIX, .done), (watch, AF_VSOCK, .refused(EAFNOSUPPORT)),
    (.grow, AF_UNIX, .done), (.grow, AF_INET, .refused(EAFNOSUPPORT)),
  ] as [(Privileges.Calls, Int32, Answer)])
  fileprivate func `sockets are of the families that a command needs`(
    calls: Privileges.Calls, family: Int32, expected: Answer
  ) {
    let type = Int(SOCK_DGRAM.rawValue)
    #expect(answer(calls, Int(SYS_socket), Int(family), type) == expected)
  }

  /// NETLINK_ROUTE and NETLINK_KOBJECT_UEVENT are left; XFRM, AUDIT, NETFILTER and GENERIC are not.
  @Test(arguments: [status, diagnose, apply, watch])
  func `netlink leads to routes and devices, and to nothing else of the kernel`(
    calls: Privileges.Calls
  ) {
    for number in [0, 15] { #expect(netlink(calls, number) == .done) }
    for number in [6, 9, 12, 16] {
      #expect(netlink(calls, number) == .refused(EPROTONOSUPPORT))
    }
    #expect(netlink(.grow, 16) == .done)
  }

  private func netlink(_ calls: Privileges.Calls, _ number: Int) -> Answer {
    answer(calls, Int(SYS_socket), Int(AF_NETLINK), Int(SOCK_RAW.rawValue), number)
  }

  @Test(arguments: [
    (check, .refused(EROFS)), (status, .refused(EROFS)), (diagnose, .refused(EROFS)),
    // The address is none.
    (apply, .refused(EFAULT)), (watch, .refused(EFAULT)), (.grow, .refused(EFAULT)),
  ] as [(Privileges.Calls, Answer)])
  fileprivate func `who only looks opens nothing for writing`(
    calls: Privileges.Calls, expected: Answer
  ) {
    for flags in [O_WRONLY, O_RDWR, O_CREAT, O_TRUNC] {
      #expect(answer(calls, Int(SYS_openat), -1, 1, Int(flags)) == expected)
    }
    #expect(answer(calls, Int(SYS_openat), -1, 1, Int(O_RDONLY | O_CLOEXEC)) == .refused(EFAULT))
    let renamed = answer(calls, Int(SYS_renameat), -1, 1, -1)
    #expect(renamed == (expected == .refused(EROFS) ? .refused(ENOSYS) : .refused(EFAULT)))
  }

  @Test(arguments: network)
  func `requests of devices are those that read their sizes`(calls: Privileges.Calls) {
    // BLKGETSIZE64 and BLKPG, linux/fs.h and linux/blkpg.h.
    #expect(answer(calls, Int(SYS_ioctl), -1, 0x8008_1272) == .refused(EBADF))
    #expect(answer(calls, Int(SYS_ioctl), -1, 0x1269) == .refused(ENOTTY))
    // Words put into a terminal's input.
    #expect(answer(calls, Int(SYS_ioctl), -1, Int(TIOCSTI)) == .refused(ENOTTY))
  }

  @Test(arguments: [
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_bpf, SYS_init_module,
    SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_setns, SYS_chroot, SYS_pivot_root,
    SYS_open_by_handle_at, SYS_swapon, SYS_reboot, SYS_clock_settime, SYS_perf_event_open,
    SYS_userfaultfd, 425, 428, 438, 442, 443, 467,
    // x32's ptrace, kexec_load and execveat, which old kernels take without its bit.
    521, 528, 545,
  ] as [Int32])
  func `growth is refused what makes more of root`(number: Int32) {
    #expect(answer(.grow, Int(number)) == .refused(EPERM))
  }

  @Test func `growth starts programs and makes mounts of its own, but no other namespaces`() {
    // The address is none.
    #expect(answer(.grow, Int(SYS_execve), 1) == .refused(EFAULT))
    #expect(answer(.grow, Int(SYS_clone), Int(SIGCHLD)) == .done)
    #expect(answer(.grow, Int(SYS_clone), 0x1000_0000 | Int(SIGCHLD)) == .refused(EPERM))
    #expect(answer(.grow, 435) == .refused(ENOSYS))
    #expect(answer(.grow, Int(SYS_unshare), 0x0002_0000) == .done)
    #expect(answer(.grow, Int(SYS_unshare), 0x1000_0000) == .refused(EPERM))
    // Both at once: a user namespace in which it would have every capability.
    #expect(answer(.grow, Int(SYS_unshare), 0x1002_0000) == .refused(EPERM))
  }

  @Test(arguments: network + [.grow])
  func `numbers of another processor end it`(calls: Privileges.Calls) {
    #expect(Answer(ccalls_outcome_of_x32(calls.rawValue)) == .ended)
    #expect(Answer(ccalls_outcome_of_32_bits(calls.rawValue)) == .ended)
  }

  @Test(arguments: network + [.grow])
  func `what every program does is left`(calls: Privileges.Calls) {
    for number in [SYS_getpid, SYS_geteuid, SYS_uname, SYS_brk] {
      let expected: Answer = number == SYS_uname ? .refused(EFAULT) : .done
      #expect(answer(calls, Int(number)) == expected)
    }
  }
}
