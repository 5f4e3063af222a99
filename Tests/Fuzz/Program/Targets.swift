/// All of them, in the order in which they are run; `selfTests` must be found broken.
let targets: [Target] = diskTargets + metadataTargets

/// What lies on disks.
let diskTargets: [Target] = [.iso9660, .fat, .mbr, .gpt, .lvm2, .superblocks]
