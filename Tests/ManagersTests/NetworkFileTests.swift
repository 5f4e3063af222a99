import Addresses
import Testing

@testable import Managers

@Suite struct NetworkFileTests {
  private let eth0 = link("eth0") {
    $0.driver = "virtio_net"
    $0.permanentMACAddress = MACAddress("52:54:00:12:34:57")
  }

  private func fits(_ text: String, _ link: ManagedLink) -> Bool {
    SectionFile([UInt8](text.utf8)).isNetwork(of: link)
  }

  @Test(arguments: [
    "Name=eth0", "Name=e*", "Name=en* eth*", "Name=en*\nName=eth*", "Name=!en*",
    "Name = eth0", "# all\n; of them\nName=*", "Name=en* \\\n eth0",
    "MACAddress=52:54:00:12:34:56", "MACAddress=52-54-00-00-00-01 52-54-00-12-34-56",
    "PermanentMACAddress=52:54:00:12:34:57",
    "Driver=virtio*", "Driver=!e1000", "Type=ether", "Type=!wlan", "Kind=!veth",
    "Name=lan\nName=\nDriver=virtio*",
    "Host=somebody", "Path=pci-*\nName=eth0",
  ])
  func `conditions that all hold fit`(match: String) {
    #expect(fits("[Match]\n\(match)\n[Network]\nDHCP=yes\n", eth0))
  }

  @Test(arguments: [
    "Name=en*", "Name=!eth*", "Name=!en* eth*", "MACAddress=52:54:00:12:34:57",
    "PermanentMACAddress=52:54:00:12:34:56", "MACAddress=nonsense", "Driver=e1000",
    "Driver=!virtio*", "Type=wlan", "Type=bridge", "Kind=veth", "Name=eth0\nDriver=e1000",
    "Kind=veth\nName=host0\nVirtualization=container", "", "Name=",
  ])
  func `a condition that does not hold, or none at all, does not fit`(match: String) {
    #expect(!fits("[Match]\n\(match)\n[Network]\nDHCP=yes\n", eth0))
  }

  @Test func `a link of unknown driver fits no file that asks for one`() {
    #expect(!fits("[Match]\nDriver=virtio_net\n", link("eth0")))
  }

  @Test(arguments: [("yes", true), ("true", true), ("1", true), ("no", false), ("", false)])
  func `a file may leave a link alone`(value: String, isUnmanaged: Bool) {
    let file = SectionFile([UInt8]("[Match]\nName=eth0\n[Link]\nUnmanaged=\(value)\n".utf8))
    #expect(file.isUnmanaged == isUnmanaged)
  }
}
