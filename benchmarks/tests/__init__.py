"""Tests of the comparison: python3 -B -m unittest discover -t benchmarks -s benchmarks/tests"""
