"""Importers against input that a fuzzer finds, for as long as one likes; no part of the tests."""
