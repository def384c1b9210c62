"""The data set of the benchmarks: a distributor of any size, made by SQL, the same every time."""
