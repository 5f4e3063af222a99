#!/bin/sh
# Read by dracut's initqueue each time udev has found all devices that are there: configures the
# network once. Messages are in the journal, or on the console. A failure, be it by a fault of its
# own, does not stop the boot: the guest applies again.
if [ ! -e /run/guestagent/initramfs ]; then
  mkdir -p /run/guestagent
  : >/run/guestagent/initramfs
  /usr/sbin/guestagent apply >/dev/null || :
fi
