import Linux

System.exit(Program.run(Array(System.arguments.dropFirst())).rawValue)
