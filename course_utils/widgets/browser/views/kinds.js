// Every kind of view, by the name of its class in Python. What a module has to export says Kind, in
// types.d.ts.

export * as EmbeddingTable from "./embedding.js";
export * as GradientFlow from "./gradient_flow.js";
export * as ParameterCounter from "./counter.js";
export * as Recurrence from "./recurrence.js";
export * as SentenceGates from "./sentence.js";
export * as TextWriter from "./text_writer.js";
export * as UnitText from "./unit_text.js";
export * as WhoListens from "./who_listens.js";
