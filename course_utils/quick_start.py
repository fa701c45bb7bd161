"""Leaves out what takes most of the time of starting, and is used by nothing here.

jsonschema, which nbformat and nbgrader import, can check internationalised addresses (IRIs). For
that it builds a grammar when it is imported, which is nearly half of the time until `course` does
anything. It does without where the module is missing, and no notebook has such an address.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
