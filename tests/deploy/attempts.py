"""What a student could try from a kernel of their own; run there, it returns what was reached."""

SOURCE = """
import glob, http.client, json, os, socket, ssl, urllib.error, urllib.request
from pathlib import Path

from ipykernel.connect import get_connection_info

STATE = Path("/srv/recurrent-cells")
CHECKOUT = Path(@CHECKOUT@)
OTHER, UID, SENT, DASK = @OTHER@, @UID@, @SENT@, @DASK@
reached = {}

def attempt(name, action):
    try:
        reached[name] = repr(action())[:200]
    except urllib.error.HTTPError as error:
        reached[name] = f"refused: {error.code}"
    except (OSError, http.client.HTTPException) as error:
        reached[name] = f"refused: {type(error).__name__}"

def read(path):
    return lambda: path.read_bytes()[:80]

def ask(url, method="GET"):
    token = os.environ["JUPYTERHUB_API_TOKEN"]
    headers = {"Authorization": f"token {token}"}
    request = urllib.request.Request(url, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.status

def listening(uid):
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A" and row[7] == str(uid)]

def connect():
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(STATE / "gradebook" / "socket" / ".s.PGSQL.5432"))

def gradebook():
    import psycopg
    try:
        psycopg.connect(host=str(STATE / "gradebook" / "socket"), dbname="gradebook",
                        user="course-grader", connect_timeout=5)
    except psycopg.OperationalError as error:
        raise OSError(str(error)) from None

def workers():  # speaks TLS to the scheduler, without its key
    line = socket.create_connection(("127.0.0.1", DASK), timeout=10)
    with ssl._create_unverified_context().wrap_socket(line) as secure:
        if not secure.recv(1):
            raise OSError("closed")
        return "it answers"

inbound = STATE / "exchange" / "recurrent_cells" / "inbound"
attempt("other's home", lambda: os.listdir(STATE / "home" / OTHER))
attempt("other's notebook", read(STATE / "home" / OTHER / "2_forget_gate" / "forget_gate.ipynb"))
attempt("other's sockets", lambda: os.listdir(f"/srv/run/{OTHER}"))
attempt("the list of submissions", lambda: os.listdir(inbound))
attempt("taking a submission away", lambda: os.rename(inbound / SENT, inbound / "gone"))
attempt("taking the exchange's course away",
        lambda: os.rename(inbound.parent, inbound.parent.parent / "gone"))
attempt("the course's folder", lambda: os.listdir(STATE / "course"))
attempt("the course's solutions",
        read(STATE / "course" / "source" / "2_forget_gate" / "forget_gate.ipynb"))
attempt("a graded notebook", read(STATE / "course" / "autograded" / OTHER / "2_forget_gate"
                                  / "forget_gate.ipynb"))
attempt("the gradebook's files", lambda: os.listdir(STATE / "gradebook" / "data"))
attempt("the gradebook's address", read(STATE / "gradebook" / "url"))
attempt("the gradebook's socket", connect)
attempt("the gradebook", gradebook)
attempt("the workers' key", read(STATE / "dask" / "key.pem"))
attempt("the workers", workers)
attempt("the passwords", read(STATE / "hub" / "passwords"))
attempt("the hub's database", read(STATE / "hub" / "jupyterhub.sqlite"))
attempt("the hub's log", read(STATE / "hub" / "log"))
attempt("the checkout's solutions", lambda: os.listdir(CHECKOUT / "source"))
attempt("the checkout's history", lambda: os.listdir(CHECKOUT / ".git"))
attempt("being root", lambda: os.setuid(0))
attempt("being the other", lambda: os.setuid(UID))

api = os.environ["JUPYTERHUB_API_URL"]
attempt("the hub's list of people", lambda: ask(f"{api}/users"))
attempt("what the hub knows of the other", lambda: ask(f"{api}/users/{OTHER}"))
attempt("a token of the other's", lambda: ask(f"{api}/users/{OTHER}/tokens", "POST"))
attempt("stopping the other's server", lambda: ask(f"{api}/users/{OTHER}/server", "DELETE"))
servers = {f"user/{OTHER}": UID, "services/recurrent_cells": os.stat(STATE / "course").st_uid}
for path, uid in servers.items():
    assert listening(uid), f"{path} is not there"
    for port in listening(uid):
        attempt(f"{path}, past the proxy, at {port}",
                lambda: ask(f"http://127.0.0.1:{port}/{path}/api/contents"))

own = {
    "processes of": sorted({os.stat(one).st_uid for one in glob.glob("/proc/[0-9]*")}),
    "uid": os.getuid(),
    "home": os.listdir(Path.home()),
    "server": ask(os.environ["JUPYTERHUB_SERVICE_URL"].rstrip("/") + "/api/contents"),
    "transport": json.loads(get_connection_info())["transport"],
    "me": ask(f"{api}/users/{os.environ['JUPYTERHUB_USER']}"),
}
Path.home().joinpath("attempts.json").write_text(json.dumps({"reached": reached, "own": own}))
"""


def attempts(checkout: str, other: str, uid: int, sent: str, dask: int) -> str:
    """Return the code for a student who knows more than a student can."""
    given = {"CHECKOUT": checkout, "OTHER": other, "UID": uid, "SENT": sent, "DASK": dask}
    code = SOURCE
    for name, value in given.items():
        code = code.replace(f"@{name}@", repr(value))
    return code
