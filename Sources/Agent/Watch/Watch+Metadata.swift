import Configuration

extension Watch {
  /// Reads the sources as `apply` does; whether there is something to apply. What cannot be used,
  /// or is not there any more, leaves what was read before as it is.
  @discardableResult
  func readMetadata() -> Bool {
    var diagnostics = Diagnostics()
    var options = options
    // The loop waits.
    options.waitSeconds = 0
    do {
      let found = try MetadataSearch(options).configuration(&diagnostics)
      if let disk = configuration?.diskMissing(in: found) {
        tell(lost: disk)
        return false
      }
      metadata.areGood()
      metadata.keep(warnings: diagnostics)
      configuration = found
      return true
    } catch {
      refuse(error, diagnostics)
      return false
    }
  }

  private func refuse(_ error: MetadataError, _ diagnostics: Diagnostics) {
    if case .none = error {
      // It may come in the time that is given.
      if metadata.waitsUntil != nil { return }
      if let disk = configuration?.diskMissing(in: nil) { return tell(lost: disk) }
    }
    if metadata.isNews(error, diagnostics) { say(.refused(error, diagnostics), lines: 1) }
  }

  private func tell(lost disk: String) {
    guard metadata.isNews(lost: disk) else { return }
    say(.complaint("metadata: \(disk) is gone; what was read from it stays"), lines: 1)
  }
}
