import Linux

System.begin()
System.exit(
  GrowpartProgram.status(of: System.arguments)
    ?? Program.run(Array(System.arguments.dropFirst())).rawValue)
