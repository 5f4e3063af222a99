import Testing
@testable import Metadata
