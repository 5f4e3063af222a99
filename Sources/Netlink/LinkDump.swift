import Addresses
import CMnl
import Configuration
import Network

extension FoundLink {
  init?(_ message: Message) {
    guard let part = message.fixedPart(as: ifinfomsg.self) else { return nil }
    self.init(index: UInt32(clamping: part.ifi_index), name: "", mtu: 0)
    isEthernet = Int32(part.ifi_type) == ARPHRD_ETHER
    isUp = part.ifi_flags & UInt32(IFF_UP.rawValue) != 0
    hasCarrier = part.ifi_flags & UInt32(IFF_LOWER_UP.rawValue) != 0
    var link = self
    message.forEachAttribute(after: ifinfomsg.self) { attribute in
      switch attribute.type {
      case IFLA_IFNAME: link.name = attribute.text
      case IFLA_MTU: link.mtu = attribute.number() ?? 0
      case IFLA_ADDRESS: link.macAddress = attribute.macAddress
      case IFLA_PERM_ADDRESS: link.permanentMACAddress = attribute.macAddress
      case IFLA_MASTER: link.controller = attribute.number()
      case IFLA_LINK: link.parent = attribute.number()
      case IFLA_GROUP: link.group = attribute.number() ?? 0
      case IFLA_LINKINFO: link.readInfo(attribute)
      case IFLA_AF_SPEC:
        attribute.forEachNested { family in
          guard family.type == Int(AF_INET6) else { return }
          family.forEachNested {
            guard $0.type == IFLA_INET6_ADDR_GEN_MODE, let mode: UInt8 = $0.number() else { return }
            link.addressGeneration = AddressGeneration(rawValue: mode)
          }
        }
      default: break
      }
    }
    // Other kinds tell of a peer, or of a link that we do not ask for.
    if link.kind != "vlan" { link.parent = nil }
    self = link
    guard !name.isEmpty else { return nil }
  }

  /// `IFLA_LINKINFO`: the kind comes before its data, of the link and of it as a port.
  private mutating func readInfo(_ info: Attribute) {
    var link = self
    var portKind = ""
    info.forEachNested { attribute in
      switch attribute.type {
      case IFLA_INFO_KIND: link.kind = attribute.text
      case IFLA_INFO_SLAVE_KIND: portKind = attribute.text
      case IFLA_INFO_DATA:
        switch link.kind {
        case "vlan":
          attribute.forEachNested { if $0.type == IFLA_VLAN_ID { link.vlanID = $0.number() } }
        case "bond": link.readSettings(attribute, of: .bond)
        case "bridge": link.readSettings(attribute, of: .bridge)
        default: break
        }
      case IFLA_INFO_SLAVE_DATA:
        switch portKind {
        case "bridge": link.readSettings(attribute, of: .bridgePort)
        case "bond":
          // The bond gives its ports one address, and keeps the one that they had.
          attribute.forEachNested {
            guard $0.type == IFLA_BOND_SLAVE_PERM_HWADDR else { return }
            link.permanentMACAddress = link.permanentMACAddress ?? $0.macAddress
          }
        default: break
        }
      default: break
      }
    }
    self = link
  }

  private mutating func readSettings(_ data: Attribute, of owner: LinkParameter.Key.Owner) {
    var settings = settings
    data.forEachNested { attribute in
      guard let field = SettingField.all(of: owner).first(where: { $0.attribute == attribute.type })
      else { return }
      if field.key == .arpIPTargets {
        var addresses: [IPAddress] = []
        attribute.forEachNested { if let address = $0.address { addresses.append(address) } }
        settings.append(LinkSetting(field.key, .addresses(addresses)))
        return
      }
      let number: UInt32? =
        switch field.size {
        case 1: attribute.number(as: UInt8.self).map { UInt32($0) }
        case 2: attribute.number(as: UInt16.self).map { UInt32($0) }
        default: attribute.number()
        }
      guard var number else { return }
      if field.key == .primary {
        let link = LinkIdentity(index: number, name: "")
        settings.append(LinkSetting(field.key, .link(link)))
        return
      }
      // 2 is a spanning tree kept by a program.
      if field.key == .stp { number = min(number, 1) }
      settings.append(LinkSetting(field.key, .number(number)))
    }
    self.settings = settings
  }
}
