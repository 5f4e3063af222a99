import Addresses
import Testing

@testable import Managers

@Suite struct ConnectionProfileTests {
  private let eth0 = link("eth0") { $0.driver = "virtio_net" }

  private func fits(_ text: String, _ link: ManagedLink) -> Bool {
    SectionFile([UInt8](text.utf8)).isProfile(of: link)
  }

  @Test(arguments: [
    "[connection]\ntype=ethernet\n",
    "[connection]\ntype=802-3-ethernet\ninterface-name=eth0\n",
    "[connection]\ntype=ethernet\n[ethernet]\nmac-address=52:54:00:12:34:56\n",
    "[connection]\ntype=ethernet\nautoconnect=true\n[match]\ninterface-name=en*;eth*;\n",
    "[connection]\ntype=ethernet\n[match]\ninterface-name=!en*\n",
  ])
  func `a connection for the NIC fits`(text: String) {
    #expect(fits(text, eth0))
  }

  @Test(arguments: [
    "", "[connection]\nid=x\n", "[connection]\ntype=wifi\n",
    "[connection]\ntype=ethernet\ninterface-name=eth1\n",
    "[connection]\ntype=ethernet\nautoconnect=false\n",
    "[connection]\ntype=802-3-ethernet\n[802-3-ethernet]\nmac-address=52:54:00:00:00:01\n",
    "[connection]\ntype=ethernet\n[match]\ninterface-name=en*\n",
    "[connection]\ntype=ethernet\n[match]\ninterface-name=eth*;!eth0\n",
    "[connection]\ntype=bond\ninterface-name=bond0\n",
  ])
  func `one for another link, or that does not start by itself, does not`(text: String) {
    #expect(!fits(text, eth0))
  }

  @Test func `a link that is made is known by its name, and is no NIC`() {
    let bond = link("bond0") { $0.kind = "bond" }
    #expect(fits("[connection]\ntype=bond\ninterface-name=bond0\n", bond))
    #expect(!fits("[connection]\ntype=ethernet\n", bond))
  }
}
