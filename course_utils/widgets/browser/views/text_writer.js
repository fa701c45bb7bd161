// A network goes on writing from words that are typed. text_writer.py has the same picture.

import { OPERATIONS, sum } from "../shared/program.js";
import { Refusal, fixed } from "../shared/text.js";
import { choice, defaultRng } from "./default_rng.js";
import { named } from "./letters.js";
import { networkOf } from "./network.js";
import { label } from "./scene.js";

/** @typedef {{ prompt: string, temperature: number, draw: number }} WriterSettings */
/** @typedef {{ writer: { network: StoredNetwork, alphabet: string } }} WriterData */

const [WIDE, LEFT, TOP, ROW, SIZE] = [490, 8, 26, 27, 18];
const [LETTERS, LINES, LIKELIEST, LONGEST] = [360, 10, 6, 200];
const LINE = /\S(.{0,44}\S)?(?!\S)|\S{46}/g;
/** @type {Record<string, string>} */
const KEYBOARD = { "“": '"', "”": '"', "‘": "'", "’": "'", "—": "--", "\n": " " };

/** @param {string} text @param {boolean} typing @param {string} key @param {WriterData} data */
export function check(text, typing, key, { writer: { alphabet } }) {
  const typed = text.replace(/[“”‘’—\n]/g, (sign) => KEYBOARD[sign]); // the box has one line
  const letters = [...typed];
  const unknown = letters.find((letter) => !alphabet.includes(letter));
  if (unknown !== undefined) throw new Refusal(`“${unknown}” does not occur in the novel`);
  if (!typed.trim()) throw new Refusal("the box is empty, expected a word or two");
  if (letters.length > LONGEST) {
    throw new Refusal(`there are ${letters.length} characters, expected at most ${LONGEST}`);
  }
  return typed;
}
/**
 * A text as lines; a single line break becomes a space, two of them a new paragraph.
 * @param {string} text
 * @returns {string[]}
 */
const wrapped = (text) =>
  text.split(/\n\n\s*/).flatMap((part) => part.replaceAll("\n", " ").match(LINE) ?? []);

/** @param {Vector} p @param {string} alphabet @returns {Table} */
function expected(p, alphabet) {
  const order = p.map((_, k) => k).sort((a, b) => p[b] - p[a]);
  const rows = order.slice(0, LIKELIEST).map((k) => [named(alphabet[k]), fixed(p[k], 3)]);
  return { caption: "What it expects after your words", columns: ["next letter", "probability"], rows };
}
/**
 * @param {WriterSettings} settings
 * @param {string[]} given
 * @param {string} text
 * @param {Table} expectation
 * @returns {Picture}
 */
function pictureOf({ prompt, temperature }, given, text, expectation) {
  const written = wrapped(`${text}…`);
  const lines = [...given, ...written];
  const marks = lines.map((words, row) =>
    label(LEFT, TOP + ROW * row, words, SIZE, "start", { bold: row < given.length }),
  );
  return {
    width: WIDE,
    height: ROW * (given.length + Math.max(written.length, LINES)) + 8,
    marks,
    words:
      `After “${prompt.trim()}” the network wrote ${LETTERS} characters at temperature ` +
      `${fixed(temperature, 1)}.`,
    tables: [
      { caption: "What is written", columns: ["line by line"], rows: lines.map((words) => [words]) },
      expectation,
    ],
  };
}
/**
 * Other words, other random numbers: else much the same text would follow on all of them.
 * @param {string} prompt
 */
const ofPrompt = (prompt) => sum([...prompt].map((letter) => Number(letter.codePointAt(0))));

/**
 * The picture after each letter.
 * @param {WriterSettings} settings
 * @param {WriterData} data
 */
export function* pictures(settings, { writer: { network: stored, alphabet } }) {
  const network = networkOf(stored);
  const random = defaultRng(settings.draw, ofPrompt(settings.prompt));
  let state = network.start;
  /** @type {Numbers} */
  let trace;
  /** @param {string} letter */
  const read = (letter) => {
    trace = network.step(state, alphabet.indexOf(letter));
    state = network.next(trace);
  };
  /** @param {number} temperature */
  const p = (temperature) =>
    OPERATIONS.softmax(network.scores(trace).map((score) => score / temperature));
  for (const letter of settings.prompt) read(letter);
  const expectation = expected(p(1), alphabet);
  const given = wrapped(settings.prompt);
  let text = "";
  while (text.length < LETTERS) {
    text += alphabet[choice(p(settings.temperature), random())];
    yield pictureOf(settings, given, text, expectation);
    read(text.slice(-1));
  }
}
