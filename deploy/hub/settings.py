"""What a department sets: who may sign in and how, the address, the gradebook, the workers."""

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from deploy.hub.errors import HubError
from deploy.hub.places import GRADER, PROXY_USER

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")


@dataclass(frozen=True)
class Settings:
    """The values of a hub.toml; what is not set there stands as here."""

    ip: str = "127.0.0.1"
    port: int = 8000
    accounts: str = "own"
    """own: the hub keeps accounts of its own, apart from the machine's; system: the machine's."""
    sign_in: str = "file"
    """file: passwords of the hub's own; pam: the machine's; other: what `extra` sets up."""
    instructors: tuple[str, ...] = ("instructor",)
    students: tuple[str, ...] = ("ana", "ben")
    everybody: bool = False
    """Everybody whom pam or `extra` lets sign in is a student; `students` is not looked at."""
    gradebook: str = ""
    """SQLAlchemy's URL; empty: a PostgreSQL server of the hub's own."""
    dask_workers: int = 0
    """Workers of a Dask cluster on this machine, for `course grade --cluster`."""
    dask_ip: str = "127.0.0.1"
    dask_port: int = 8786
    processes: int = 1024
    """Processes and threads that one student may have, all servers and kernels together."""
    extra: str = ""
    """A file of JupyterHub configuration that is read last."""


def read_settings(path: Path | None) -> Settings:
    """Return the settings in the TOML file `path`, or those of a trial on this machine.

    Raises HubError where the file, a name in it or a value cannot be used.
    """
    if path is None:
        return Settings()
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise HubError(f"{path} cannot be read as TOML: {error}") from None
    values: dict[str, Any] = {}
    types = {field.name: type(field.default) for field in fields(Settings)}
    for name, value in found.items():
        if name not in types:
            raise HubError(f"{path}: unknown setting {name!r}; there are {', '.join(types)}")
        value = tuple(value) if isinstance(value, list) else value
        if type(value) is not types[name]:
            raise HubError(f"{path}: {name} is {value!r}, a {types[name].__name__} was expected")
        values[name] = value
    return _checked(path, Settings(**values))


def _checked(path: Path, settings: Settings) -> Settings:
    def fail(why: str) -> None:
        raise HubError(f"{path}: {why}")

    _one_of(path, "accounts", settings.accounts, ("own", "system"))
    _one_of(path, "sign_in", settings.sign_in, ("file", "pam", "other"))
    people = (*settings.instructors, *settings.students)
    for name in people:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            fail(
                f"{name!r} cannot be an account's name: small letters, digits, - and _, at most 31"
            )
        if name in (GRADER, PROXY_USER, "root"):
            fail(f"{name!r} is an account of the hub's own")
        if people.count(name) > 1:
            fail(f"{name} stands there twice")
    if settings.sign_in == "pam" and settings.accounts != "system":
        fail('sign_in = "pam" needs accounts = "system": PAM knows the machine\'s accounts only')
    if settings.sign_in == "other" and not settings.extra:
        fail('sign_in = "other" needs extra, the file that sets the authenticator up')
    if settings.everybody and (settings.sign_in == "file" or settings.accounts == "own"):
        fail('everybody = true needs accounts = "system" and sign_in = "pam" or "other"')
    return settings


def _one_of(path: Path, name: str, value: Any, known: tuple[str, ...]) -> None:
    if value not in known:
        raise HubError(f"{path}: {name} is {value!r}; it can be {' or '.join(known)}")
