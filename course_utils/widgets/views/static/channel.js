// The way to the kernel for a view that it draws. Before this text stands sync.js, as patient.

const NO_ANSWER =
  "The kernel does not answer. What you set is kept here and goes out with your next move; " +
  "after a restart of the kernel run the cell again.";

/** At most one message is under way; what moves meanwhile waits, only the latest of each number. */
function createChannel(model, onSilence) {
  let sequence = Math.floor(Math.random() * 2 ** 40);
  let underWay = null;
  let timer = 0;
  let tries = 0;
  let waiting = new Map();

  function dispatch(content, changes) {
    clearTimeout(timer);
    underWay = { sequence: ++sequence, changes };
    timer = setTimeout(silence, PATIENCE);
    try {
      model.send({ sequence, ...content });
    } catch {
      silence();
    }
  }
  function send() {
    if (underWay || waiting.size === 0) return;
    const changes = waiting;
    waiting = new Map();
    dispatch({ changes: [...changes.values()] }, changes);
  }
  function silence() {
    clearTimeout(timer);
    waiting = new Map([...underWay.changes, ...waiting]);
    underWay = null;
    tries += 1; // to set a number twice does no harm
    if (tries < MOST_TRIES) timer = setTimeout(send, PATIENCE * 2 ** (tries - 1));
    onSilence();
  }
  return {
    /** Set the number at `key`, `index`; kept and sent again if nobody answers. */
    set(key, index, value) {
      waiting.set(`${key}/${index}`, [key, index, value]);
      send();
    },
    /** Ask for something that replaces what waits to be sent. */
    ask(content) {
      waiting = new Map();
      dispatch(content, new Map());
    },
    /** Hear an answer. */
    answered(shown) {
      if (shown.sequence === underWay?.sequence) {
        clearTimeout(timer);
        underWay = null;
        tries = 0;
      }
      send(); // also what was kept while nobody answered
    },
    isOpen: (key, index) =>
      waiting.has(`${key}/${index}`) || Boolean(underWay?.changes.has(`${key}/${index}`)),
    dispose: () => clearTimeout(timer),
  };
}
