"""Whole copies by Tenure and by its peers, measured from outside as whole processes. Standard library only."""
