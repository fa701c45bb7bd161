"""`course grade`: a class graded by a map over processes or a cluster, in front of one writer.

`snapshot` takes from the course what grading needs, `job` is a submission, `pure` the function that
is mapped, `pool` and `cluster` the workers, `writer` the one who writes, `journal` what is done.
"""
