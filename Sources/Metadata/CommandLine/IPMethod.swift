import Configuration

/// How an `ip=` of the kernel command line has a link configured: one word, or several between
/// commas.
///
///     none | off | static                   nothing of itself
///     dhcp | dhcp4 | on | any | both | bootp | rarp | single-dhcp      DHCP for IPv4
///     dhcp6 | auto6 | either6 | auto        DHCPv6; router advertisements; both; those and DHCP
///     link6 | link-local                    a link-local address of IPv6
///     ibft | fw                             what the firmware has; not done
///     dhcp,<type>,<id>                      the kernel's client identifier, passed over
///
/// Source: Linux, nfsroot.rst; dracut.cmdline(7); nm-initrd-generator(8).
struct IPMethod: Equatable {
  var dhcp4 = false
  var dhcp6 = false
  var acceptRA = false
  var linkLocal6 = false
  var isOfFirmware = false

  init() {}

  /// `nil`: a word of it is unknown.
  init?(_ text: String) {
    let words = commaFields(text)
    for (index, word) in words.enumerated() {
      if index > 0, words[0] == "dhcp", let digit = words[1].utf8.first,
        (0x30...0x39).contains(digit)
      {
        return
      }
      switch Word(word) {
      case "none", "off", "static", "": break
      case "dhcp", "dhcp4", "on", "any", "both", "bootp", "rarp", "single-dhcp": dhcp4 = true
      case "dhcp6": dhcp6 = true
      case "auto6": acceptRA = true
      case "either6": (acceptRA, dhcp6) = (true, true)
      case "auto": (acceptRA, dhcp4) = (true, true)
      case "link6", "link-local": linkLocal6 = true
      case "ibft", "fw": isOfFirmware = true
      default: return nil
      }
    }
  }
}
