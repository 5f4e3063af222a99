/// What the host says in texts, and the kernel and programs in messages.
let metadataTargets: [Target] = []
