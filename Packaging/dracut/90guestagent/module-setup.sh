#!/bin/bash
# dracut's module "guestagent": the network in the initramfs as the metadata say. Only where it is
# asked for: add_dracutmodules+=" guestagent " in /etc/dracut.conf.d/guestagent.conf.

check() {
  require_binaries /usr/sbin/guestagent || return 1
  return 255
}

depends() {
  return 0
}

installkernel() {
  # NICs of virtual machines, what metadata disks are attached to, and links that are made; also in
  # an initramfs that is made for this guest alone, whose host may attach them otherwise one day.
  hostonly='' instmods virtio_pci virtio_net e1000 e1000e vmxnet3 xen-netfront hv_netvsc 8139cp \
    virtio_blk virtio_scsi sd_mod sr_mod ata_piix ahci nvme xen-blkfront hv_storvsc \
    qemu_fw_cfg bonding 8021q bridge
}

install() {
  inst_binary /usr/sbin/guestagent
  [ ! -e /etc/guestagent.yaml ] || inst_simple /etc/guestagent.yaml
  inst_hook initqueue/settled 10 "$moddir/guestagent-apply.sh"
}
