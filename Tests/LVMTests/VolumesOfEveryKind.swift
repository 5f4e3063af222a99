/// RAID 1, a thin pool with a thin volume, a snapshot with its origin, and a cached volume, on two
/// physical volumes.
let volumesOfEveryKind = """
  logical_volumes {
    r {
      id = "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggg01"
      status = ["READ", "WRITE", "VISIBLE"]
      segment_count = 1
      segment1 {
        start_extent = 0
        extent_count = 2
        type = "raid1"
        device_count = 2
        region_size = 4096
        raids = ["r_rmeta_0", "r_rimage_0", "r_rmeta_1", "r_rimage_1"]
      }
    }
    r_rmeta_0 {
      id = "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggg02"
      status = ["READ", "WRITE"]
      segment_count = 1
      segment1 {
        start_extent = 0
        extent_count = 1
        type = "striped"
        stripe_count = 1
        stripes = ["pv0", 0]
      }
    }
    r_rmeta_1 {
      id = "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggg03"
      status = ["READ", "WRITE"]
      segment_count = 1
      segment1 {
        start_extent = 0
        extent_count = 1
        type = "striped"
        stripe_count = 1
        stripes = ["pv1", 0]
      }
    }
    r_rimage_0 {
      id = "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggg04"
      status = ["READ", "WRITE"]
      segment_count = 1
      segment1 {
        start_extent = 0
        extent_count = 2
        type = "striped"
        stripe_count = 1
        stripes = ["pv0", 1]
      }
    }
    r_rimage_1 {
      id = "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggg05"
      status = ["READ", "WRITE"]
      segment_count = 1
      segment1 {
        start_extent = 0
        extent_count = 2
        type = "striped"
        stripe_count = 1
        stripes = ["pv1", 1]
      }
    }
    lvol0_pmspare {
      id = "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggg06"
      status = ["READ", "WRITE"]
      segment_count = 1
      segment1 {
        start_extent = 0
        extent_count = 1
        type = "striped"
        stripe_count = 1
        stripes = ["pv0", 3]
      }
    }
    tp {
      id = "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggg07"
      status = ["READ", "WRITE", "VISIBLE"]
      segment_count = 1
      segment1 {
        start_extent = 0
        extent_count = 2
        type = "thin-pool"
        metadata = "tp_tmeta"
        pool = "tp_tdata"
        transaction_id = 1
        chunk_size = 128
        discards = "passdown"
        zero_new_blocks = 1
      }
    }
    tp_tmeta {
      id = "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggg08"
      status = ["READ", "WRITE"]
      segment_count = 1
      segment1 {
        start_extent = 0
        extent_count = 1
        type = "striped"
        stripe_count = 1
        stripes = ["pv0", 4]
      }
    }
    tp_tdata {
      id = "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggg09"
      status = ["READ", "WRITE"]
      segment_count = 1
      segment1 {
        start_extent = 0
        extent_count = 2
        type = "striped"
        stripe_count = 1
        stripes = ["pv0", 5]
      }
    }
    th {
      id = "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggg10"
      status = ["READ", "WRITE", "VISIBLE"]
      segment_count = 1
      segment1 {
        start_extent = 0
        extent_count = 20
        type = "thin"
        thin_pool = "tp"
        transaction_id = 0
        device_id = 1
      }
    }
    o {
      id = "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggg11"
      status = ["READ", "WRITE", "VISIBLE"]
      segment_count = 1
      segment1 {
        start_extent = 0
        extent_count = 2
        type = "striped"
        stripe_count = 1
        stripes = ["pv0", 7]
      }
    }
    sn {
      id = "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggg12"
      status = ["READ", "WRITE", "VISIBLE"]
      segment_count = 1
      segment1 {
        start_extent = 0
        extent_count = 1
        type = "striped"
        stripe_count = 1
        stripes = ["pv1", 3]
      }
    }
    snapshot0 {
      id = "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggg13"
      status = ["READ", "WRITE"]
      segment_count = 1
      segment1 {
        start_extent = 0
        extent_count = 2
        type = "snapshot"
        chunk_size = 8
        origin = "o"
        cow_store = "sn"
      }
    }
    c {
      id = "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggg14"
      status = ["READ", "WRITE", "VISIBLE"]
      segment_count = 1
      segment1 {
        start_extent = 0
        extent_count = 2
        type = "cache"
        cache_pool = "cp"
        origin = "c_corig"
      }
    }
    c_corig {
      id = "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggg15"
      status = ["READ", "WRITE"]
      segment_count = 1
      segment1 {
        start_extent = 0
        extent_count = 2
        type = "striped"
        stripe_count = 1
        stripes = ["pv0", 9]
      }
    }
    cp {
      id = "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggg16"
      status = ["READ", "WRITE"]
      segment_count = 1
      segment1 {
        start_extent = 0
        extent_count = 1
        type = "cache-pool"
        data = "cp_cdata"
        metadata = "cp_cmeta"
        chunk_size = 128
        cache_mode = "writethrough"
        policy = "smq"
        policy_settings {
          migration_threshold = 2048
        }
      }
    }
    cp_cdata {
      id = "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggg17"
      status = ["READ", "WRITE"]
      segment_count = 1
      segment1 {
        start_extent = 0
        extent_count = 1
        type = "striped"
        stripe_count = 1
        stripes = ["pv1", 4]
      }
    }
    cp_cmeta {
      id = "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggg18"
      status = ["READ", "WRITE"]
      segment_count = 1
      segment1 {
        start_extent = 0
        extent_count = 1
        type = "striped"
        stripe_count = 1
        stripes = ["pv1", 5]
      }
    }
  }
  """
