// Marks on their way to the server: kept in this browser until the server has them.

const AGAIN_MS = 3000;

export class Saver {
  // `hears` is told of every change: saving(), saved(id, members), offline(), refused(id, sentence),
  // overtaken(id, sentence, members, mark).
  constructor(address, hears) {
    this.address = address;
    this.hears = hears;
    this.place = `marking ${address}`;
    this.waiting = new Map(kept(this.place));
    this.busy = false;
    window.addEventListener("online", () => this.send());
    window.addEventListener("beforeunload", (event) => {
      if (this.waiting.size) event.preventDefault();
    });
  }

  // The mark of a group that the server does not have yet.
  get(id) {
    return this.waiting.get(id)?.mark;
  }

  // A newer mark takes the place of one that still waits; what the marker saw first stays.
  put(id, seen, mark) {
    const before = this.waiting.get(id);
    this.waiting.set(id, { seen: before?.seen ?? seen, mark });
    this.keep();
    this.hears.saving();
    this.send();
  }

  drop(id) {
    this.waiting.delete(id);
    this.keep();
  }

  keep() {
    try {
      localStorage.setItem(this.place, JSON.stringify([...this.waiting]));
    } catch {
      // a browser that keeps nothing: the page itself still does
    }
  }

  async send() {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    try {
      while (this.waiting.size) {
        const [id, job] = this.waiting.entries().next().value;
        if (!(await this.sendOne(id, job))) {
          this.timer = setTimeout(() => this.send(), AGAIN_MS);
          return;
        }
      }
    } finally {
      this.busy = false;
    }
  }

  // Whether the server has answered, one way or another.
  async sendOne(id, job) {
    let response, said;
    try {
      response = await fetch(this.address, {
        method: "PUT",
        headers: { "Content-Type": "application/json", "X-XSRFToken": cookie("_xsrf") },
        body: JSON.stringify({ seen: job.seen, ...job.mark }),
      });
      said = await response.json();
    } catch {
      this.hears.offline(response);
      return false;
    }
    if (response.status === 401 || response.status === 403 || response.status >= 500) {
      this.hears.offline(response);
      return false;
    }
    const newer = this.waiting.get(id);
    if (response.ok && newer !== job) {
      newer.seen = seenOf(said.members);
      this.keep();
    } else {
      this.drop(id);
    }
    if (response.ok) this.hears.saved(id, said.members);
    else if (response.status === 409) this.hears.overtaken(id, said.error, said.members, job.mark);
    else this.hears.refused(id, said.error);
    return true;
  }
}

// What a marker has before them, as the server asks for it.
export function seenOf(members) {
  return members.map(({ grade, digest, points, comment }) => ({ grade, digest, points, comment }));
}

function kept(place) {
  try {
    return JSON.parse(localStorage.getItem(place) ?? "[]");
  } catch {
    return [];
  }
}

function cookie(name) {
  return document.cookie.match(`\\b${name}=([^;]*)\\b`)?.[1] ?? "";
}
