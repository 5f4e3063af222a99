import Configuration
import Network

/// What was done, object by object: the links, the host name, the resolvers.
public struct Report {
  public var objects: [ObjectReport] = []
  public var notes: [Note] = []

  public init() {}

  public var outcome: Outcome { Outcome(of: objects.map { $0.outcome }) }

  public mutating func note(_ object: String, _ message: String) {
    notes.append(Note(object: object, message: message))
  }
}

/// Something that a person should know, and that is no failure.
public struct Note: Equatable {
  public let object: String
  public let message: String
}

public enum Outcome: String, Equatable {
  case changed, unchanged, failed

  /// Failed if any failed, changed if any changed.
  init(of outcomes: [Outcome]) {
    self =
      outcomes.contains(.failed)
      ? .failed : outcomes.contains(.changed) ? .changed : .unchanged
  }
}

public struct ObjectReport {
  public let name: String
  public internal(set) var steps: [StepReport] = []
  /// Why nothing could be tried, if so.
  public internal(set) var failure: String?

  init(_ name: String, failure: String? = nil) {
    self.name = name
    self.failure = failure
  }

  public var outcome: Outcome {
    failure != nil ? .failed : Outcome(of: steps.map { $0.outcome.outcome })
  }
}

public struct StepReport {
  public let step: Step
  public let outcome: StepOutcome

  /// A step of the network, described only when it is printed, or another command.
  public enum Step: CustomStringConvertible {
    case network(NetworkStep)
    case command(String)

    public var description: String {
      switch self {
      case .network(let step): step.description
      case .command(let command): command
      }
    }
  }
}

public enum StepOutcome: Equatable {
  case done
  /// A dry run does not do it.
  case planned
  case failed(String)

  var outcome: Outcome {
    switch self {
    case .done, .planned: .changed
    case .failed: .failed
    }
  }
}
