"""What Tests/Benchmarks/soak does to a `guestagent watch`, and how it judges it."""
