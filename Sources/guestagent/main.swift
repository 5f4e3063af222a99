import Linux

System.exit(
  GrowpartProgram.status(of: System.arguments)
    ?? Program.run(Array(System.arguments.dropFirst())).rawValue)
