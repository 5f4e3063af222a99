"""Virtual machines for tests: Debian's kernel, a small initramfs, QEMU and a modelled gateway."""
