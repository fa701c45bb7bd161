"""Which column is about what: the headers of nbgrader, Canvas and Moodle, in several languages."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from nbexaminer.roster.errors import RosterError

FIELDS = ("id", "first_name", "last_name", "email", "lms_user_id")
NAME = "name"
"""First and last name in one column."""
_HEADERS: Mapping[str, str] = {
    "id": "id, student id, username, user name, user id, login, login id, sis login id, "
    "benutzername, anmeldename, kennung, nutzername, nom d'utilisateur, identifiant, "
    "nombre de usuario, usuario, nome utente, gebruikersnaam, nome de usuário, netid, unix id",
    "first_name": "first name, given name, given names, forename, vorname, vornamen, prénom, "
    "prénoms, nombre, nome, voornaam, first",
    "last_name": "last name, surname, family name, nachname, familienname, nom, nom de famille, "
    "apellido, apellidos, apellido(s), cognome, sobrenome, achternaam, last",
    "email": "email, e-mail, email address, e-mail address, mail, e-mail-adresse, emailadresse, "
    "adresse de courriel, courriel, adresse e-mail, dirección de correo, correo electrónico, "
    "dirección email, indirizzo email, e-mailadres, endereço de email, correo",
    "lms_user_id": "lms user id, id number, id-nummer, numéro d'identification, número de id, "
    "número de identificación, numero id, canvas id, canvas user id, id-nummer (moodle)",
    NAME: "name, full name, student, student name, vollständiger name, nom complet, "
    "nombre completo, nome completo, volledige naam",
}


def plain(header: str) -> str:
    """Return a header without what people and programs write differently."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", header).casefold())


_FIELD_OF = {plain(name): field for field, names in _HEADERS.items() for name in names.split(",")}
_CANVAS = {"student", "id", "sisloginid"}


def fits(header: Sequence[str]) -> int:
    """Return how many columns of `header` are known."""
    return sum(plain(name) in _FIELD_OF for name in header)


def columns(header: Sequence[str], given: Mapping[str, str]) -> dict[str, int]:
    """Return by field the place of its column; `given` names some of them by hand.

    Raises RosterError where one is missing or not clear.
    """
    places: dict[str, list[int]] = {}
    names = [plain(name) for name in header]
    canvas = set(names) >= _CANVAS
    for place, name in enumerate(names):
        field = "lms_user_id" if canvas and name == "id" else _FIELD_OF.get(name)
        if field is not None:
            places.setdefault(field, []).append(place)
    for field, name in given.items():
        if field not in (*FIELDS, NAME):
            raise RosterError(f"--column {field}=: it is one of {', '.join((*FIELDS, NAME))}")
        places[field] = [p for p, known in enumerate(names) if known == plain(name)]
        if not places[field]:
            raise RosterError(f"there is no column {name!r}; there are {_listed(header)}")
        for other in places:
            if other != field:
                places[other] = [p for p in places[other] if p not in places[field]]
    for field, found in places.items():
        if len(found) > 1:
            both = " and ".join(repr(header[place]) for place in found)
            raise RosterError(
                f"two columns may be the {field}: {both}; say which with --column {field}=HEADER"
            )
    if not places.get("id"):
        raise RosterError(
            "no column is known to be the students' id, the name their work is handed in under; "
            f"the file has {_listed(header)}: say which with --column id=HEADER"
        )
    return {field: found[0] for field, found in places.items() if found}


def _listed(header: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:40]) for name in header[:12])
    return (shown + (" and more" if len(header) > 12 else "")) or "none"
