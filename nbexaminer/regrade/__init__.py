"""Regrading: shown before it is done, and done as it was shown.

`scratch` grades the class into a folder of its own, `changes` compares what the two gradebooks
hold and `reasons` says why, `printing` prints, `state` tells whether anything has moved since,
`applying` writes. `deciding` keeps what is decided on dropped questions.
"""
