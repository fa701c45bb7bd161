// What a view shows, as data: the settings, and the picture that they make. Nothing here knows of a
// page or a kernel. Python has the same in controls.py and live_view.py, with the same sentences.

import { Refusal, asNumber, general, minus, quoted } from "../shared/text.js";

/** @param {Setting} value */
function asWritten(value) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "string" ? `“${value}”` : minus(general(value, 10));
}

/**
 * What a control makes of a value or of what was typed, or a Refusal.
 * @type {Readers}
 */
const READERS = {
  slider({ low, high, step, typed_up_to }, raw) {
    if (!String(raw).trim()) throw new Refusal("the box is empty, expected a number");
    const number = asNumber(raw) + 0; // -0 is 0
    if (!Number.isFinite(number)) throw new Refusal(`${quoted(raw)} is not a number`);
    const most = typed_up_to ?? high;
    if (number < low || number > most) {
      throw new Refusal(`${asWritten(number)} is outside ${asWritten(low)} to ${asWritten(most)}`);
    }
    if (Number.isInteger(step) && !Number.isInteger(number)) {
      throw new Refusal(`${asWritten(number)} is not a whole number`);
    }
    return number;
  },
  choice({ options }, raw) {
    const values = options.map(([value]) => value);
    const chosen = values.find((value) => value === raw);
    if (chosen === undefined) throw new Refusal(`${quoted(raw)} is none of ${values.join(", ")}`);
    return chosen;
  },
  check(_, raw) {
    if (typeof raw === "boolean") return raw;
    if (raw !== "yes" && raw !== "no") throw new Refusal(`${quoted(raw)} is neither yes nor no`);
    return raw === "yes";
  },
  text: (_, raw, check) => check(String(raw)),
};

/**
 * A view that is looked at. `layout` has its `controls` and `presets`, the `defaults` of its kind,
 * and the `origin`, the settings it was made with; `first` the `settings` and the `preset` shown.
 * @param {ViewLayout} layout
 * @param {Kind} kind
 * @param {Data} data
 * @param {ViewState} first
 */
export function createState(layout, kind, data, first) {
  const { picture, pictures, follow = (settings) => settings, check = (text) => text } = kind;
  const { controls, presets, defaults, origin } = layout;
  /** @type {ViewState} */
  let state = first;
  /** @type {Required<Picture>} */
  let drawn;
  /** @type {Generator<Picture | undefined, void> | null} */
  let coming = null; // the rest of `pictures`
  let said = { message: "", problem: "" };

  /** @param {Settings} settings @param {string} key @param {Setting} raw @param {boolean} typing */
  function changed(settings, key, raw, typing) {
    const control = controls.find((each) => each.key === key);
    if (!control) {
      const known = controls.map((each) => each.key).join(", ");
      throw new Refusal(`${quoted(key)} is no setting, expected ${known}`);
    }
    try {
      const read = /** @type {Reader} */ (READERS[control.kind]);
      return { ...settings, [key]: read(control, raw, (text) => check(text, typing, key, data)) };
    } catch (error) {
      const stays = `It stays at ${asWritten(settings[key])}.`;
      throw refused(error, (why) => `${control.label}: ${why}. ${stays}`);
    }
  }
  /**
   * The same refusal in more words; any other error as it is.
   * @param {unknown} error
   * @param {(why: string) => string} words
   */
  const refused = (error, words) =>
    error instanceof Refusal ? new Refusal(words(error.message)) : error;

  /** @param {Settings} settings */
  function show(settings, preset = "") {
    const rest = pictures?.(settings, data) ?? null;
    put(/** @type {Picture} */ (rest ? rest.next().value : picture?.(settings, data)));
    state = { settings, preset };
    coming = rest;
  }
  /** @param {Picture} found */
  const put = (found) => (drawn = { width: 760, picks: [], limits: {}, ...found });
  /**
   * Take over `start` with `changes` in it, wholly or, with a Refusal, not at all.
   * @param {Settings} start
   * @param {Settings} changes
   */
  function adopt(start, changes, typing = false) {
    const given = Object.keys(changes);
    show(follow(given.reduce((now, key) => changed(now, key, changes[key], typing), start), given));
  }
  const note = () => presets.find(({ title }) => title === state.preset)?.note ?? "";
  /** @type {{ [Name in keyof ViewOrder]-?: (asked: NonNullable<ViewOrder[Name]>) => void }} */
  const ORDERS = {
    change: ([key, raw, typing]) => adopt(state.settings, { [key]: raw }, typing),
    preset(title) {
      const preset = presets.find((each) => each.title === title);
      if (!preset) {
        const titles = presets.map((each) => each.title).join(", ") || "none: it has no presets";
        throw new Refusal(`preset is ${quoted(title)}, expected one of ${titles}`);
      }
      adopt(defaults, preset.settings);
      state.preset = title;
    },
    reset: () => adopt(origin, {}),
    /** Set what a link in the text asks for. */
    link({ preset, ...others }) {
      const before = { state, drawn, coming };
      try {
        if (preset !== undefined) ORDERS.preset(preset);
        if (Object.keys(others).length) adopt(state.settings, others);
      } catch (error) {
        ({ state, drawn, coming } = before);
        throw refused(error, (why) => `The link cannot be followed. ${why}`);
      }
    },
  };
  show(first.settings, first.preset);
  return {
    get state() {
      return state;
    },
    get shown() {
      return { ...drawn, ...state, ...said, message: said.message || note() };
    },
    get isWhole() {
      return !coming;
    },
    /**
     * Compute on until the picture is whole or `isTime` to show it as far as it is.
     * @param {() => boolean} isTime
     */
    goOn(isTime) {
      while (coming && !isTime()) {
        const { value, done } = coming.next();
        if (value) put(value);
        if (done) coming = null;
      }
    },
    /**
     * Do what a person asks for, wholly or not at all, and say what is wrong.
     * @param {ViewOrder} order
     */
    obey(order) {
      const [[name, asked]] = Object.entries(order);
      said = { message: "", problem: "" };
      try {
        /** @type {Record<string, (asked: any) => void>} */ (ORDERS)[name](asked);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        said = { message: error.message, problem: name === "change" ? asked[0] : name };
      }
    },
    /**
     * Show what Python says.
     * @param {ViewState & { message: string, problem: string }} shown
     */
    take({ settings, preset, message, problem }) {
      show(settings, preset);
      said = { message, problem };
    },
    /**
     * A link that sets all that is shown.
     * @param {string} name
     */
    link(name) {
      const values = Object.entries(state.settings).map(([key, value]) => [
        key,
        typeof value === "boolean" ? asWritten(value) : String(value),
      ]);
      return `#${new URLSearchParams([["explore", name], ...values])}`;
    },
  };
}
