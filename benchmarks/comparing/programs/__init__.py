"""The programs that are compared: Tenure, its peers, the limit."""
