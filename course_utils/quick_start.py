"""Leaves out what takes most of the time of starting and ending, and is used by nothing here.

jsonschema, which nbformat and nbgrader import, can check internationalised addresses (IRIs). For
that it builds a grammar when it is imported, which is nearly half of the time until `course` does
anything. It does without where the module is missing, and no notebook has such an address.

While it imports, Python looks for cycles every 700 new objects, of which it finds hardly any; here
it does so every 50,000. At the end it looks through everything once more, which takes a fifth of a
second where so much was imported; what is frozen it leaves to the system.
"""

import atexit
import gc
import sys

gc.set_threshold(50_000)
atexit.register(gc.freeze)
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
