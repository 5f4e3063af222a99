import Addresses
import Configuration

/// The resolvers and search domains of a guest, whichever link they came with, in the forms of the
/// files that say so.
struct Resolvers: Equatable {
  private(set) var nameservers: [IPAddress] = []
  private(set) var searchDomains: [String] = []

  /// Those of the guest first, then link by link, each once.
  init(_ configuration: Configuration) {
    var known: [IPPrefix: Int] = [:]
    for address in configuration.nameservers + configuration.links.flatMap({ $0.nameservers })
    where known.updateValue(0, forKey: IPPrefix(host: address)) == nil {
      nameservers.append(address)
    }
    var knownDomains: [String: Int] = [:]
    for domain in configuration.searchDomains + configuration.links.flatMap({ $0.searchDomains })
    where knownDomains.updateValue(0, forKey: domain) == nil {
      searchDomains.append(domain)
    }
  }

  var isEmpty: Bool { nameservers.isEmpty && searchDomains.isEmpty }

  /// Source: resolv.conf(5).
  var resolvConf: String {
    nameservers.map { "nameserver \($0)\n" }.joined()
      + (searchDomains.isEmpty ? "" : "search \(searchDomains.joined(separator: " "))\n")
  }

  /// Source: resolved.conf(5).
  var resolvedConf: String {
    var text = "[Resolve]\n"
    if !nameservers.isEmpty {
      text += "DNS=\(nameservers.map { $0.description }.joined(separator: " "))\n"
    }
    if !searchDomains.isEmpty { text += "Domains=\(searchDomains.joined(separator: " "))\n" }
    return text
  }
}
