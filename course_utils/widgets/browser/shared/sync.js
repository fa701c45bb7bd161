// The way to the kernel: the state goes there, what Python sets comes back. Nothing waits for it.

const PATIENCE = 3000; // milliseconds without an answer until we say so
const MOST_TRIES = 6; // to send again what nobody answered, each after twice the time
export const SILENCE =
  "The figure goes on, but the kernel does not answer: Python has yet to hear of what you set. It " +
  "is sent again; after a restart of the kernel run the cell again.";
export const CUT_OFF =
  "The kernel was restarted: the figure goes on, but Python does not hear of it until you run the " +
  "cell again.";

/**
 * At most one message is under way; of what is set meanwhile, the latest goes next. A host without
 * a kernel has no way to send, and is not asked to.
 * @template {object} State
 * @template {Answer} Shown
 * @param {Model<{ shown: Shown }>} model
 * @param {{ onNews(shown: Shown): void, onAnswer(): void, onSilence(): void }} hearers
 */
export function createSync(model, { onNews, onAnswer, onSilence }) {
  let sequence = Math.floor(Math.random() * 2 ** 40);
  /** @type {State | null} */
  let underWay = null;
  /** @type {State | null} */
  let waiting = null;
  let tries = 0;
  let timer = 0;

  function send() {
    if (underWay || !waiting) return;
    clearTimeout(timer);
    underWay = waiting;
    waiting = null;
    timer = setTimeout(silence, PATIENCE);
    try {
      model.send?.({ sequence: ++sequence, state: underWay });
    } catch {
      silence();
    }
  }
  function silence() {
    clearTimeout(timer);
    waiting ??= underWay;
    underWay = null;
    tries += 1; // to set the same state twice does no harm
    if (tries < MOST_TRIES) timer = setTimeout(send, PATIENCE * 2 ** (tries - 1));
    onSilence();
  }
  function hear() {
    const shown = model.get("shown");
    if (underWay && shown.sequence === sequence) {
      clearTimeout(timer);
      underWay = null;
      if (shown.problem && !waiting) onNews(shown);
      else if (tries) onAnswer();
      tries = 0;
    } else if (!underWay && !waiting) onNews(shown);
    send(); // also what was kept while nobody answered
  }
  model.on("change:shown", hear);
  return {
    /** @param {State} state */
    push(state) {
      if (typeof model.send !== "function") return;
      waiting = state;
      send();
    },
    isSilent: () => tries > 0,
    dispose() {
      clearTimeout(timer);
      model.off("change:shown", hear);
    },
  };
}
