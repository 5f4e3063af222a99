/// The help text and the version.
enum Usage {
  static var version: String { "0.1.0" }

  static var text: String {
    """
    guestagent configures a virtual machine from its metadata and grows its storage.

    usage: guestagent apply  [OPTION...]   bring the guest to what the metadata say
           guestagent watch  [OPTION...]   apply, and stay to keep it so
           guestagent down   [OPTION...]   take back what apply did
           guestagent config [OPTION...]   print the configuration; looks at no link
           guestagent status [OPTION...]   print what is wanted and what differs
           guestagent diagnose [OPTION...]
                                           look and ask why the network does not work;
                                           with metadata or without, changing nothing
           guestagent check PATH... [--json] [--strict]
                                           look for faults in folders, images and
                                           files of metadata, before any guest boots
           guestagent grow [TARGET...] [OPTION...]
                                           carry new space of disks to filesystems
           guestagent growpart DISK NUMBER make a partition longer, as growpart(1)

      --metadata PATH    folder, image or block device, instead of a search for them
      --cmdline TEXT     instead of /proc/cmdline, which is not read with --metadata
      --interface NAME   only this link, and neither host name nor resolvers
      --dry-run          print the commands that would do it, and do nothing
      --json             print for programs
      --wait SECONDS     wait for a metadata disk and for NICs (apply, watch: 10)
      --wait-dad         wait until IPv6 duplicate address detection has ended; a
                         duplicate is a failure
      --no-grow          watch: leave disks that have grown to others
      --no-reread        watch: do not read metadata again that have changed
      --leave-managed    leave to ifupdown, systemd-networkd, NetworkManager and
                         cloud-init the links that they configure
      --restore          grow: put back the partition table that was overwritten
      --strict           check: exit status 1 where there are only warnings
      --root DIR         files of the guest below DIR; the kernel's host name stays
      --version          print the version
      --help             print this

    exit status: 0 all as wanted, 1 some step failed, something differs or is wrong,
                 2 wrong usage or unusable metadata, 3 no metadata found

    """
  }
}
