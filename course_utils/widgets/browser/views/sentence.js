// A trained language model reads along: its gates light up word by word. sentence.py has the same
// picture, and reader/ the model.

import { OPERATIONS, last } from "../shared/program.js";
import { Refusal, fixed, general, minus } from "../shared/text.js";
import { networkOf } from "./network.js";
import { boxes, label, percent, shaded } from "./scene.js";

/** @typedef {{ sentence: string, other: string, at: number, quantity: string, order: string }} SentenceSettings */
/** @typedef {{ vocabulary: string[], network: StoredNetwork }} SentenceModel */
/** @typedef {ReturnType<typeof readingOf>} Sentence */

const [LEFT, TOP, WIDE, ROW, NEXT, BAR] = [30, 86, 480, 16, 566, 26];
const [LIKELIEST, MOST_WORDS, STOP] = [8, 20, "."];
/** @type {Record<string, [symbol: string, name: string, role: Role]>} */
const QUANTITIES = {
  f: ["f_{t}", "forget gate f", "forget"],
  i: ["i_{t}", "input gate i", "input"],
  c_tilde: ["C̃_{t}", "candidate C̃", "candidate"],
  o: ["o_{t}", "output gate o", "output"],
  c: ["C_{t}", "cell state C", "candidate"],
  h: ["h_{t}", "hidden state h", "candidate"],
};
/** @param {string} quantity */
const isGate = (quantity) => ["f", "i", "o"].includes(quantity);
/** @param {string} text */
const wordsOf = (text) => text.split(" ").filter((word) => word);

// -------------------------------------------------------------- what is typed

/**
 * How many letters two words have in common, in order, as Python's difflib counts them.
 * @param {string} a
 * @param {string} b
 * @returns {number}
 */
function shared(a, b) {
  let [long, i, j] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    for (let l = 0; l < b.length; l++) {
      let size = 0;
      while (k + size < a.length && a[k + size] === b[l + size]) size++;
      if (size > long) [long, i, j] = [size, k, l];
    }
  }
  if (!long) return 0;
  const before = shared(a.slice(0, i), b.slice(0, j));
  return before + long + shared(a.slice(i + long), b.slice(j + long));
}
/** @param {string} typed @param {string[]} vocabulary */
function nearTo(typed, vocabulary) {
  const candidates = vocabulary.filter((word) => typed.length <= 2 * word.length); // others are below 0.7
  const alike = candidates.map(/** @returns {[ratio: number, word: string]} */ (word) => [(2 * shared(word, typed)) / (word.length + typed.length), word]);
  const close = alike.filter(([ratio]) => ratio >= 0.7);
  close.sort(([r, a], [s, b]) => s - r || (a < b ? 1 : -1));
  return close.slice(0, 3).map(([, word]) => word);
}
/**
 * @param {string} text
 * @param {boolean} typing
 * @param {string} key
 * @param {{ sentence_model: SentenceModel }} data
 */
export function check(text, typing, key, { sentence_model: { vocabulary } }) {
  if (key === "other" && !text.trim()) return "";
  /** @param {string} word */
  const isKnown = (word) => vocabulary.includes(word);
  /** @param {string} part */
  const mayBecome = (part) => !isKnown(part) && vocabulary.some((word) => word.startsWith(part));
  /** @type {string[]} */
  let found = text.toLowerCase().replaceAll("’", "'").match(/\.|[^\s.]+/g) ?? [];
  if (typing && found.length && /\S$/.test(text) && mayBecome(last(found))) found = found.slice(0, -1);
  if (!found.length) {
    throw new Refusal("there is no word in the box, expected some such as “the writer of”");
  }
  const unknown = found.find((word) => !isKnown(word));
  if (unknown !== undefined) {
    const near = nearTo(unknown, vocabulary);
    throw new Refusal(
      `“${[...unknown].slice(0, 20).join("")}” is none of the ${vocabulary.length} words that the ` +
        `model knows${near.length ? `; near it are ${near.join(", ")}` : ""}`,
    );
  }
  if (found.length > MOST_WORDS) {
    throw new Refusal(`there are ${found.length} words, expected at most ${MOST_WORDS}`);
  }
  return found.join(" ");
}
/**
 * Go on to the last word of a new sentence; never beyond the end.
 * @param {SentenceSettings} settings
 * @param {string[]} given
 */
export function follow(settings, given) {
  const end = wordsOf(settings.sentence).length;
  const goesOn = given.includes("sentence") && !given.includes("at");
  return { ...settings, at: goesOn ? end : Math.min(settings.at, end) };
}

// -------------------------------------------------------------- what is read

/**
 * The steps of reading a full stop and the words, and what the model expects after each.
 * @param {string} sentence
 * @param {SentenceModel} model
 */
function readingOf(sentence, { vocabulary, network: stored }) {
  const network = networkOf(stored);
  const words = [STOP, ...wordsOf(sentence)];
  const traces = network.read(words.map((word) => vocabulary.indexOf(word)));
  const expected = traces.map((trace) => OPERATIONS.softmax(network.scores(trace)));
  const likeliest = expected.map((p) => {
    const order = p.map((_, k) => k).sort((a, b) => p[b] - p[a]);
    return order.slice(0, LIKELIEST).map(/** @returns {[word: string, p: number]} */ (k) => [vocabulary[k], p[k]]);
  });
  const given = words.map((word, t) => (t ? expected[t - 1][vocabulary.indexOf(word)] : NaN));
  return { words, traces, likeliest, given };
}
/**
 * The numbers of the map, one row per word, and whether another sentence was taken from them.
 * @param {Sentence} reading
 * @param {SentenceSettings} settings
 * @param {SentenceModel} model
 * @returns {[values: Matrix, isCompared: boolean]}
 */
function valuesOf(reading, { quantity, other }, model) {
  const values = reading.traces.map((trace) => trace[quantity]);
  if (wordsOf(other).length !== reading.words.length - 1) return [values, false];
  const others = readingOf(other, model).traces.map((trace) => trace[quantity]);
  return [values.map((row, t) => row.map((value, k) => value - others[t][k])), true];
}
/** @param {Matrix} values @param {string} order */
function rowOrder(values, order) {
  const units = values[0].map((_, k) => k);
  if (order === "number") return units;
  const moves = units.map((k) => {
    const own = values.map((row) => row[k]);
    return Math.max(...own) - Math.min(...own);
  });
  return units.sort((a, b) => moves[b] - moves[a]);
}

// -------------------------------------------------------------- the picture

/**
 * @param {string} name
 * @param {Role} role
 * @param {number} largest
 * @param {boolean} signed
 * @param {number} y
 * @returns {Mark[]}
 */
function legend(name, role, largest, signed, y) {
  const shares = signed ? [-1, -0.5, 0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1];
  const cells = shares.map(/** @returns {Shaded} */ (share, k) => [[210 + 30 * k, y, 29, 14], share]);
  return [
    label(LEFT, y + 13, name, 16),
    label(202, y + 12, signed ? `−${general(largest, 2)}` : "0", 15, "end"),
    boxes([[210, y, 149, 14]], "soft"),
    ...shaded(cells, signed ? "candidate" : role),
    label(366, y + 12, general(largest, 2)),
    label(410, y + 12, "one row per unit, one column per word", 15, "start", { faint: true }),
  ];
}
/**
 * @param {Sentence} reading
 * @param {Matrix} values
 * @param {number[]} units
 * @param {SentenceSettings} settings
 * @param {number} wide
 * @param {boolean} compared
 * @returns {Mark[]}
 */
function heatMap({ words }, values, units, { quantity, at }, wide, compared) {
  const [symbol, , role] = QUANTITIES[quantity];
  const signed = compared || !isGate(quantity);
  const largest = signed ? Math.max(...values.flat().map(Math.abs), 1) : 1;
  const cells = units.flatMap((unit, r) =>
    words.map(/** @returns {Shaded} */ (_, t) => [
      [LEFT + wide * t, TOP + ROW * r, wide - 1, ROW - 1],
      values[t][unit] / largest,
    ]),
  );
  const [bottom, right] = [TOP + ROW * units.length, LEFT + wide * words.length];
  return [
    boxes([[LEFT, TOP, right - LEFT - 1, bottom - TOP - 1]], "soft"),
    ...shaded(cells, signed ? "candidate" : role),
    boxes([[LEFT + wide * at - 1, TOP - 2, wide + 1, bottom - TOP + 3]], "state", { outline: true }),
    ...units.map((unit, r) =>
      label(LEFT - 6, TOP + ROW * r + 12, String(unit + 1), 13, "end", { faint: true }),
    ),
    ...words.map((word, t) => {
      const look = { turn: -40, bold: t === at, faint: t === 0 };
      return label(LEFT + wide * (t + 0.5) + 4, TOP - 8, t ? word : "start", 16, "start", look);
    }),
    ...legend(compared ? `difference of ${symbol}` : symbol, role, largest, signed, bottom + 14),
  ];
}
/** @param {Sentence} reading @param {number} at @returns {Mark[]} */
function nextWords({ words, likeliest }, at) {
  const after = at ? `after “${words[at]}”` : "at the start";
  /** @type {Mark[]} */
  const marks = [
    label(NEXT - 46, TOP + 12, "next word", 16, "start", { bold: true }),
    label(NEXT - 46, TOP + 34, after, 16),
  ];
  const bars = likeliest[at].map(/** @returns {Box} */ ([word, p], place) => {
    const y = TOP + 54 + BAR * place;
    marks.push(
      label(NEXT + 26, y + 13, word, 16, "end"),
      label(NEXT + 38 + 110 * p, y + 13, fixed(p, 2), 15, "start", { faint: true }),
    );
    return [NEXT + 32, y, Math.max(110 * p, 0.5), BAR - 8];
  });
  return [...marks, boxes(bars)];
}
/** @param {Sentence} reading @param {SentenceSettings} settings @param {boolean} compared */
function told({ words, likeliest }, { at, quantity, other }, compared) {
  const after = at ? `After “${words.slice(1, at + 1).join(" ")}”` : "At the start";
  const best = likeliest[at].slice(0, 2).map(([word, p]) => `“${word}” (${percent(p)})`);
  const [, name] = QUANTITIES[quantity];
  const guess = `${after} it expects ${best.join(" or ")}.`;
  if (compared) return `${guess} Shown is the ${name} minus that of “${other}”.`;
  if (other) return `${guess} To be compared, both sentences need as many words.`;
  return `${guess} Shown is the ${name}.`;
}
/** @param {Sentence} reading */
function wordTable({ words, likeliest, given }) {
  const rows = words.map((word, t) => [
    t ? word : "(start)",
    t ? fixed(given[t], 3) : "",
    likeliest[t].slice(0, 3).map(([next, p]) => `${next} ${fixed(p, 2)}`).join(", "),
  ]);
  const columns = ["word", "its probability before it was read", "likeliest next words"];
  return { caption: "What it expects, word by word", columns, rows };
}
/** @param {Sentence} reading @param {Matrix} values @param {string} quantity */
function unitTable({ words }, values, quantity) {
  const heads = words.map((word, t) => (t ? `${t} ${word}` : "(start)"));
  const rows = values[0].map((_, k) => [
    `unit ${k + 1}`,
    ...values.map((row) => minus(fixed(row[k], 2))),
  ]);
  return { caption: `The ${QUANTITIES[quantity][1]}, unit by unit`, columns: ["unit", ...heads], rows };
}
/** @param {string[]} vocabulary */
function knownWords(vocabulary) {
  const sorted = [...vocabulary].sort();
  const starts = sorted.map((_, k) => k).filter((k) => k % 12 === 0);
  const rows = starts.map((k) => [String(k + 1), sorted.slice(k, k + 12).join(" ")]);
  return { caption: "The words it knows", columns: ["from", "words"], rows };
}

/**
 * @param {SentenceSettings} settings
 * @param {{ sentence_model: SentenceModel }} data
 * @returns {Picture}
 */
export function picture(settings, { sentence_model: model }) {
  const { at, quantity, sentence } = settings;
  const reading = readingOf(sentence, model);
  const [values, compared] = valuesOf(reading, settings, model);
  const units = rowOrder(values, settings.order);
  const wide = Math.min(WIDE / reading.words.length, 60);
  const high = ROW * units.length;
  return {
    height: TOP + high + 44,
    marks: [
      ...heatMap(reading, values, units, settings, wide, compared),
      ...nextWords(reading, at),
    ],
    picks: reading.words.map((word, t) => ({
      box: [LEFT + wide * t, TOP, wide, high], key: "at", value: t, title: `next word after “${word}”`,
    })),
    words: told(reading, settings, compared),
    tables: [
      wordTable(reading),
      unitTable(reading, values, quantity),
      knownWords(model.vocabulary),
    ],
    limits: { at: reading.words.length - 1 },
  };
}
