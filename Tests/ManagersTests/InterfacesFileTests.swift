import Addresses
import Testing

@testable import Managers

@Suite struct InterfacesFileTests {
  private let eth0 = link("eth0")

  /// The line of the stanza that configures eth0.
  private func line(_ text: String, of link: ManagedLink) -> Int? {
    var file = InterfacesFile()
    file.append([UInt8](text.utf8), path: "interfaces")
    return file.place(of: link).map { Int($0.dropFirst("interfaces:".count))! }
  }

  @Test(arguments: [
    ("auto eth0\niface eth0 inet dhcp\n", 2),
    ("allow-auto eth0\niface eth0 inet6 auto\n", 2),
    ("# the NIC\n\niface eth0 inet static\n  address 192.0.2.10/32\nallow-hotplug eth1 eth0\n", 3),
    ("auto eth0\niface eth0 inet manual\niface eth0 inet6 static\n  address 2001:db8::1/64\n", 3),
    ("auto eth0\niface eth0 inet manual\n  up ip address add 192.0.2.10/32 dev eth0\n", 2),
    ("auto eth0\niface eth0 inet manual inherits base\n", 2),
    ("auto eth0\niface eth0\n  use dhcp\n", 2),
    ("auto \\\n  eth0\niface eth0 \\\n  inet dhcp\n", 3),
    ("auto /eth*\niface eth0 inet dhcp\n", 2),
    ("auto /eth*/1=lan\niface lan inet dhcp\n", 2),
    ("auto eth*\niface eth0 inet dhcp\n", 2),
    ("auto mac/52:54:00:12:34:56=lan\niface lan inet dhcp\n", 2),
    ("auto eth0\nmapping eth*\n  script /usr/local/bin/where\niface home inet dhcp\n", 2),
  ] as [(String, Int)])
  func `a stanza that is brought up and gives something configures the link`(
    text: String, found: Int
  ) {
    #expect(line(text, of: eth0) == found)
  }

  @Test(arguments: [
    "", "auto lo\niface lo inet loopback\n",
    "iface eth0 inet dhcp\n",
    "auto eth1\niface eth0 inet dhcp\n",
    "auto eth0\niface eth0 inet manual\n",
    "auto eth0\n#iface eth0 inet dhcp\n",
    "auto eth0=lan\niface eth0 inet dhcp\n",
    "auto /en*\niface eth0 inet dhcp\n",
    "auto mac/52:54:00:00:00:01=lan\niface lan inet dhcp\n",
    "auto driver/virtio=lan\niface lan inet dhcp\n",
    "no-auto-down eth0\nrename eth0=lan\nallow-ovs eth0\niface eth0 inet dhcp\n",
    "auto eth0\niface eth0 inet manual\nauto eth1\n  address 192.0.2.1\n",
    "iface", "auto eth0\niface\n\\", "mapping\nauto eth0",
  ])
  func `one that is not brought up, or gives nothing, does not`(text: String) {
    #expect(line(text, of: eth0) == nil)
  }

  @Test func `the loopback is nobody's`() {
    #expect(line("auto lo\niface lo inet static\n  address 192.0.2.1/32\n", of: link("lo")) == nil)
  }

  @Test func `other files are named in their order`() {
    let text = "source interfaces.d/* /run/network/*.if\nsource-directory more /etc/x\n"
    var file = InterfacesFile()
    file.append([UInt8](text.utf8), path: "/etc/network/interfaces")
    #expect(
      file.sources == [
        "/etc/network/interfaces.d/*", "/run/network/*.if", "/etc/network/more/", "/etc/x/",
      ])
  }
}

func link(_ name: String, _ change: (ManagedLink) -> Void = { _ in }) -> ManagedLink {
  let link = ManagedLink(names: [name])
  link.macAddress = MACAddress("52:54:00:12:34:56")
  change(link)
  return link
}
