"""Tests of Oped: one module for each module of the code, and real SQLite files throughout."""
