"""Passwords of the hub's own: random, shown once, kept as salted hashes that only root reads."""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

_COST = {"n": 2**14, "r": 8, "p": 1}
_NO_ONE = "00" * 16 + ":" + "00" * 64


def give_passwords(path: Path, names: Iterable[str]) -> dict[str, str]:
    """Give everybody in `names` who has none a password; return the new ones, by name."""
    kept = _read(path)
    new = {name: secrets.token_urlsafe(9) for name in names if name not in kept}
    if new:
        kept |= {name: _hashed(password, os.urandom(16)) for name, password in new.items()}
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(json.dumps(kept, indent=1) + "\n")
    return new


def is_right(path: Path, name: str, password: str) -> bool:
    """Whether `password` is that of `name`; unknown names take as long as known ones."""
    kept = _read(path).get(name, _NO_ONE)
    salt = bytes.fromhex(kept.split(":")[0])
    return hmac.compare_digest(kept, _hashed(password, salt))


def _hashed(password: str, salt: bytes) -> str:
    return f"{salt.hex()}:{hashlib.scrypt(password.encode(), salt=salt, **_COST).hex()}"


def _read(path: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return found
