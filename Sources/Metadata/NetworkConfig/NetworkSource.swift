import Addresses
import Configuration

/// What one source says of the network, as a whole.
struct NetworkSource: Equatable {
  var links: [LinkConfiguration] = []
  /// Resolvers of the guest as a whole; those of a link stand in the link.
  var nameservers: [IPAddress] = []
  var searchDomains: [String] = []
  /// It says that there is nothing to configure.
  var isDisabled = false

  var isEmpty: Bool {
    links.isEmpty && nameservers.isEmpty && searchDomains.isEmpty && !isDisabled
  }
}
