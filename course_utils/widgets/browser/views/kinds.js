// Every kind of view, by the name of its class in Python. A kind has `picture(settings, data)`, a pure
// function, and where it needs them `check(text, typing, key, data)` of its text boxes and
// `follow(settings, given)`. One that takes longer than a frame has `pictures` instead, a generator
// that yields often: the picture as far as it is, at least at first and at last, or nothing.

export * as EmbeddingTable from "./embedding.js";
export * as GradientFlow from "./gradient_flow.js";
export * as ParameterCounter from "./counter.js";
export * as Recurrence from "./recurrence.js";
export * as SentenceGates from "./sentence.js";
export * as TextWriter from "./text_writer.js";
export * as UnitText from "./unit_text.js";
export * as WhoListens from "./who_listens.js";
