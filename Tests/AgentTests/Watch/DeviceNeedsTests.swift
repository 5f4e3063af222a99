import Linux
import Testing

@testable import Agent

@Suite struct DeviceNeedsTests {
  /// As the kernel sends it: what it is about, then its properties, each ended by a zero byte.
  private func event(_ properties: String) -> DeviceEvent {
    DeviceEvent([UInt8](properties.utf8).map { $0 == UInt8(ascii: " ") ? 0 : $0 }[...])
  }

  @Test func `the properties of an event are read`() {
    let found = event(
      "change@/devices/pci0000:00/0000:00:04.0/virtio1/block/vda ACTION=change"
        + " DEVPATH=/devices/pci0000:00/0000:00:04.0/virtio1/block/vda SUBSYSTEM=block RESIZE=1"
        + " MAJOR=254 MINOR=0 DEVNAME=vda DEVTYPE=disk DISKSEQ=3 SEQNUM=1027")
    var expected = DeviceEvent()
    expected.action = .change
    expected.subsystem = "block"
    expected.name = "vda"
    expected.isResized = true
    #expect(found == expected)
  }

  @Test(arguments: [
    ("ACTION=change SUBSYSTEM=block DEVPATH=/x/vda RESIZE=1", DeviceNeeds(growth: true)),
    ("ACTION=change SUBSYSTEM=block DEVPATH=/x/dm-0 RESIZE=1", DeviceNeeds()),
    ("ACTION=change SUBSYSTEM=block DEVPATH=/x/dm-0", DeviceNeeds()),
    (
      "ACTION=change SUBSYSTEM=scsi DEVPATH=/x/2:0:0:0 SDEV_UA=CAPACITY_DATA_HAS_CHANGED",
      DeviceNeeds(growth: true)
    ),
    ("ACTION=change SUBSYSTEM=scsi DEVPATH=/x/2:0:0:0 SDEV_UA=MODE_PARAMETERS_CHANGED",
      DeviceNeeds()),
    ("ACTION=change SUBSYSTEM=block DEVPATH=/x/sr0 DISK_MEDIA_CHANGE=1",
      DeviceNeeds(metadata: true)),
    ("ACTION=add SUBSYSTEM=block DEVPATH=/x/vdb", DeviceNeeds(metadata: true)),
    ("ACTION=add SUBSYSTEM=block DEVPATH=/x/vdb/vdb1", DeviceNeeds(metadata: true)),
    ("ACTION=remove SUBSYSTEM=block DEVPATH=/x/vdb", DeviceNeeds(metadata: true)),
    ("ACTION=change SUBSYSTEM=block DEVPATH=/x/loop0", DeviceNeeds()),
    ("ACTION=add SUBSYSTEM=block DEVPATH=/x/zram0", DeviceNeeds()),
    ("ACTION=add SUBSYSTEM=net DEVPATH=/x/eth0", DeviceNeeds(network: true)),
    ("ACTION=move SUBSYSTEM=net DEVPATH=/x/eth0", DeviceNeeds(network: true)),
    ("ACTION=change SUBSYSTEM=misc DEVPATH=/x/kvm", DeviceNeeds()),
    ("libudev", DeviceNeeds()),
  ] as [(String, DeviceNeeds)])
  func `an event asks for what may have changed`(properties: String, needs: DeviceNeeds) {
    #expect(DeviceNeeds(event(properties)) == needs)
  }
}
