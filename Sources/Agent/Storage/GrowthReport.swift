import Growth

/// What growth did: commands, layers with their sizes, what was refused and what was left.
public struct GrowthReport {
  public internal(set) var steps: [StepReport] = []
  public internal(set) var layers: [LayerReport] = []
  public internal(set) var refusals: [Refusal] = []
  public internal(set) var notes: [Note] = []
  /// Why nothing could be looked at, if so.
  public internal(set) var failure: String?
  /// Nothing is to grow, by the policy's word.
  public internal(set) var isSwitchedOff = false

  init() {}

  public var outcome: Outcome {
    failure != nil || !refusals.isEmpty
      ? .failed : Outcome(of: steps.map { $0.outcome.outcome })
  }
}

/// One layer, before and after.
public struct LayerReport: Equatable {
  public var name: Layer.Name
  /// Bytes.
  public var before: UInt64
  public var after: UInt64
  public var outcome: Outcome
}

/// Told while it happens: a filesystem may take minutes.
public enum GrowthEvent {
  case done(command: String)
  /// What a program of the guest's said.
  case message(program: String, String)
  /// Bytes that the filesystem at `object` has now, of those that it shall have.
  case progress(object: String, bytes: UInt64, of: UInt64)
}
