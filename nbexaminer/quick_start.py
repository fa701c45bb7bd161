"""Leaves out what takes a good part of starting and ending.

While it imports, Python looks for cycles every 700 new objects, of which it finds hardly any; here
it does so every 50,000. At the end it looks through everything once more, which takes a fifth of a
second where so much was imported; what is frozen it leaves to the system.
"""

import atexit
import gc

gc.set_threshold(50_000)
atexit.register(gc.freeze)
