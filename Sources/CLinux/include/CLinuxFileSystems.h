// What growing filesystems asks of the kernel, for the same reasons as in CLinux.h.
#pragma once

#include <linux/btrfs.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/types.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

// `statvfs` is a struct and a function of one name.
CLINUX_SAFE static inline int clinux_fstatvfs(int descriptor, struct statvfs *result) {
  return fstatvfs(descriptor, result);
}

// EXT4_IOC_RESIZE_FS: linux/ext4.h is younger than many a distribution's headers. Blocks in all.
CLINUX_SAFE static inline int clinux_ext4_resize(int descriptor, __u64 *blocks) {
  return ioctl(descriptor, _IOW('f', 16, __u64), blocks);
}

// xfs/xfs_fs.h belongs to xfslibs-dev: fs/xfs/libxfs/xfs_fs.h, the first geometry, which every
// kernel answers, and the growth of the data section.
struct clinux_xfs_geometry {
  __u32 blocksize, rtextsize, agblocks, agcount, logblocks, sectsize, inodesize, imaxpct;
  __u64 datablocks, rtblocks, rtextents, logstart;
  unsigned char uuid[16];
  __u32 sunit, swidth;
  __s32 version;
  __u32 flags, logsectsize, rtsectsize, dirblocksize;
};
struct clinux_xfs_growth {
  __u64 newblocks;
  __u32 imaxpct;
};
CLINUX_SAFE static inline int clinux_xfs_geometry_of(int descriptor,
                                                     struct clinux_xfs_geometry *geometry) {
  return ioctl(descriptor, _IOR('X', 100, struct clinux_xfs_geometry), geometry);
}
CLINUX_SAFE static inline int clinux_xfs_grow(int descriptor, struct clinux_xfs_growth *growth) {
  return ioctl(descriptor, _IOW('X', 110, struct clinux_xfs_growth), growth);
}

// Their arrays would be imported as tuples of up to 4096; the rest is the header's own.
CLINUX_SAFE static inline int clinux_btrfs_info(int descriptor,
                                                struct btrfs_ioctl_fs_info_args *info) {
  return ioctl(descriptor, BTRFS_IOC_FS_INFO, info);
}
static inline int clinux_btrfs_device(int descriptor, __u64 id, __u64 *bytes, char *path) {
  struct btrfs_ioctl_dev_info_args device = {.devid = id};
  int result = ioctl(descriptor, BTRFS_IOC_DEV_INFO, &device);
  *bytes = device.total_bytes;
  __builtin_memcpy(path, device.path, sizeof device.path);
  return result;
}
CLINUX_SAFE static inline int clinux_btrfs_resize(int descriptor, const char *size) {
  struct btrfs_ioctl_vol_args volume = {0};
  __builtin_strncpy(volume.name, size, sizeof volume.name - 1);
  return ioctl(descriptor, BTRFS_IOC_RESIZE, &volume);
}

// Swift refuses fork(2), since threads do not survive it: this program has none.
static inline pid_t clinux_fork(void) { return fork(); }

// unshare(2) and mount(2): the one is hidden behind _GNU_SOURCE, and the header of the other
// contradicts linux/mount.h.
static inline int clinux_unshare_mounts(void) { return syscall(SYS_unshare, 0x00020000L); }
CLINUX_SAFE static inline int clinux_mount(const char *source, const char *target,
                                           const char *type, unsigned long flags) {
  return syscall(SYS_mount, source, target, type, flags, (void *)0);
}
CLINUX_SAFE static inline int clinux_unmount(const char *target) {
  return syscall(SYS_umount2, target, 0L);
}
enum : unsigned long {
  CLINUX_MS_PRIVATE_TREE = MS_REC | MS_PRIVATE,
  CLINUX_MS_SAFE = MS_NOSUID | MS_NODEV | MS_NOEXEC,
};
