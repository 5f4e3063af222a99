/// Links may exchange their names, as when the kernel finds two NICs in another order than the
/// metadata: a link that holds the name another is to get, and is renamed itself, is given a
/// passing name first.
public func passingNames(
  _ renamings: [(link: LinkIdentity, to: String)]
) -> [NetworkStep] {
  renamings.compactMap { renaming in
    let isInTheWay = renamings.contains { other in
      other.link.index != renaming.link.index && other.to == renaming.link.name
    }
    // At most 14 bytes of the 15 of a name.
    return isInTheWay ? NetworkStep(renaming.link, .rename("swap\(renaming.link.index)")) : nil
  }
}
