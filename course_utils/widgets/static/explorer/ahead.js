// What the kernel has computed beforehand for the values next to where a slider stands.

const REACH = 24; // steps of a slider to either side
const ENOUGH = 12; // while so many are known, no more are asked for
const AT_ONCE = 12;

/** A flat row of numbers as arrays by name; the layout says in which order and shape they came. */
function unpack(row, layout) {
  const found = { numbers: {}, saturated: {}, scale: 1 };
  let start = 0;
  for (const [name, shape] of layout) {
    const size = shape.reduce((a, b) => a * b, 1);
    const flat = [...row.subarray(start, start + size)];
    start += size;
    if (name === "scale") found.scale = flat[0];
    else if (name.startsWith("saturated.")) found.saturated[name.slice(10)] = flat.map(Boolean);
    else found.numbers[name] = shape.length < 2 ? flat : chunks(flat, shape[1]);
  }
  return found;
}
const chunks = (flat, width) =>
  Array.from({ length: flat.length / width }, (_, k) => flat.slice(k * width, (k + 1) * width));

/** The array with one entry replaced; the old one stays as it was. */
function replaced(array, [first, ...rest], value) {
  const copy = [...array];
  copy[first] = rest.length ? replaced(copy[first], rest, value) : value;
  return copy;
}

function createAhead(model, isIdle) {
  let field = null;
  let place = 0;
  let ticket = 0; // what was asked for under an older one no longer holds
  let asked = false;
  let rows = new Map();
  const placeOf = (value) => Math.round((value + field.limit) / field.step);
  const valueAt = (k) => Number((k * field.step - field.limit).toFixed(10));

  function drop() {
    ticket += 1;
    asked = false;
    rows = new Map();
  }
  /** What is not known within `reach` steps of where the slider stands, the nearest first. */
  function missing(reach) {
    const last = placeOf(field.limit);
    const near = Array.from({ length: 2 * reach }, (_, k) => place + (k % 2 ? 1 : -1) * (1 + (k >> 1)));
    return near.filter((k) => k >= 0 && k <= last && !rows.has(k));
  }
  function fill() {
    if (!field || asked || !isIdle() || !model.get("looks_ahead")) return;
    if (missing(ENOUGH).length === 0) return; // in batches: not one message for every move
    const values = missing(REACH).slice(0, AT_ONCE).map(valueAt);
    asked = true;
    try {
      model.send({ ahead: { key: field.key, at: field.at, values, ticket } });
    } catch {
      asked = false; // a move will find out, and say so
    }
  }
  return {
    drop,
    fill,
    /** The slider of `wanted` has the focus and stands at `value`. */
    watch(wanted, value) {
      if (field !== wanted) drop();
      field = wanted;
      place = placeOf(value);
      fill();
    },
    leave() {
      field = null;
      drop();
    },
    isOf: (name) => field !== null && name === `${field.key}/${field.at}`,
    /** What `shown` becomes where the field stands at `value`, or null if that is not known yet. */
    find(shown, wanted, value) {
      const moved = wanted === field && rows.get(placeOf(value));
      if (!moved) return null;
      const whole = replaced(shown.numbers[field.key], field.at, value);
      const numbers = { ...shown.numbers, ...moved.numbers, [field.key]: whole };
      return { ...shown, ...moved, numbers, message: "", problem: false };
    },
    take(content, buffers) {
      if (content.ticket !== ticket) return;
      asked = false;
      const { buffer, byteOffset, byteLength } = buffers[0];
      const all = new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
      const width = all.length / content.values.length;
      content.values.forEach((value, k) => {
        rows.set(placeOf(value), unpack(all.subarray(k * width, (k + 1) * width), content.layout));
      });
      fill();
    },
  };
}
