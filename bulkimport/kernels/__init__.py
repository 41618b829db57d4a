"""Numba kernels: arrays in, arrays out; loaded only when numbers must be compared."""
