"""Regrading: shown before it is done, and done as it was shown.

`scratch` grades the class into a folder of its own, `changes` compares what the two gradebooks
hold and `reasons` says why, `shown` prints, `state` tells whether anything has moved since,
`applying` writes. `counting` holds the decisions on extra credit and dropped questions, `keeping`
what a person marked.
"""
