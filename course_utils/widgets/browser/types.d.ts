// The shapes that modules hand one another, each named once. What Python sends has them too: the
// file that is named beside a shape.

type Vector = number[];
type Matrix = Vector[];
/** What a place such as [1, 0] leads into. */
type Nested = number | Nested[];
type Value = number | Vector | Matrix;

// ---------------------------------------------------------------- widgets

/** What a view asks of its host for its state: anywidget's model, or page.js where no kernel is. */
interface Model<State extends object> {
  get<Key extends keyof State & string>(key: Key): State[Key];
  set<Key extends keyof State & string>(key: Key, value: State[Key]): void;
  save_changes(): void;
  on(events: string, hear: (content: any) => void): void;
  off(events: string, hear: (content: any) => void): void;
  /** A page has none. */
  send?(content: object): void;
  /** A page's own address; a notebook has none. */
  address?(): string;
  widget_manager?: { context?: { path?: string } };
}
interface Host<State extends object> {
  model: Model<State>;
  el: HTMLElement;
}
/** What `shown` has of a message that it answers. */
interface Answer {
  problem: string | boolean;
  sequence: number;
}
/** Of an element: listeners are named onclick and so on. */
type Attributes = Record<string, string | number | boolean | null | ((event: any) => void)>;
/** Says something to the reader; as a problem or not. */
type Say = (text: string, isProblem?: boolean) => void;

// ---------------------------------------------------------------- programs (families/program.py)

/** [name, operation, argument, …]; an argument is a name or a number. */
type Step = [name: string, operation: string, ...parts: (string | number)[]];
type Program = Step[];
/** An operation that goes entry by entry. */
interface Elementwise {
  (...parts: Vector[]): Vector;
  (...parts: (number | Vector)[]): number | Vector;
}
interface OnEach {
  (z: Vector): Vector;
  (z: number): number;
}
/** Every number that is known after a step, by name. */
type Numbers = Record<string, Vector>;

// ---------------------------------------------------------------- views (scene.py, controls.py)

type Role = "state" | "forget" | "input" | "candidate" | "output" | "plain" | "faint" | "soft";
type Anchor = "start" | "middle" | "end";
type Shape = "circle" | "square" | "diamond" | "triangle";
type Point = [x: number, y: number];
type Box = [x: number, y: number, width: number, height: number];

interface Boxes {
  kind: "boxes";
  boxes: Box[];
  role: Role;
  opacity: number;
  outline: boolean;
}
interface Line {
  kind: "line";
  points: Point[];
  role: Role;
  width: number;
  dashed: boolean;
}
interface Dots {
  kind: "dots";
  points: Point[];
  role: Role;
  shape: Shape;
  size: number;
}
interface Look {
  bold: boolean;
  faint: boolean;
  light: boolean;
  mono: boolean;
  turn: number;
}
interface Label extends Look {
  kind: "label";
  x: number;
  y: number;
  text: string;
  size: number;
  anchor: Anchor;
}
/** A box, and how strong its colour is, -1 to 1. */
type Shaded = [box: Box, value: number];
type Mark = Boxes | Line | Dots | Label;
/** A place that can be clicked to set a control. */
interface Clickable {
  box: Box;
  key: string;
  value: number | string;
  title: string;
}
interface Table {
  caption: string;
  columns: string[];
  rows: string[][];
}
/** What a view shows for one setting. */
interface Picture {
  height: number;
  marks: Mark[];
  words: string;
  tables: Table[];
  width?: number;
  picks?: Clickable[];
  limits?: Record<string, number>;
}

type Setting = number | string | boolean;
type Settings = Record<string, Setting>;
/** What a picture is computed from beside the settings: live_view.py. */
type Data = Record<string, unknown>;

/**
 * A kind of view. `check` returns what is kept of a text and throws a Refusal; `follow` returns the
 * settings with what goes along when those in `given` change. What takes longer than a frame has
 * `pictures` in place of `picture`, a generator that yields often: the picture as far as it is, at
 * least at first and at last, or nothing.
 */
interface Kind {
  picture?(settings: Settings, data: Data): Picture;
  pictures?(settings: Settings, data: Data): Generator<Picture | undefined, void>;
  check?(text: string, typing: boolean, key: string, data: Data): string;
  follow?(settings: Settings, given: string[]): Settings;
}

interface SliderControl {
  kind: "slider";
  key: string;
  label: string;
  low: number;
  high: number;
  step: number;
  typed_up_to: number | null;
}
interface ChoiceControl {
  kind: "choice";
  key: string;
  label: string;
  options: [value: string, text: string][];
}
interface CheckControl {
  kind: "check";
  key: string;
  label: string;
}
interface TextControl {
  kind: "text";
  key: string;
  label: string;
}
type Control = SliderControl | ChoiceControl | CheckControl | TextControl;
/** What a control makes of a value or of what was typed; throws a Refusal. `check` is the kind's. */
interface Readers {
  slider(control: SliderControl, raw: Setting): number;
  choice(control: ChoiceControl, raw: Setting): string;
  check(control: CheckControl, raw: Setting): boolean;
  text(control: TextControl, raw: Setting, check: (text: string) => string): string;
}
type Reader = (control: Control, raw: Setting, check: (text: string) => string) => Setting;
interface ViewLayout {
  view: string;
  title: string;
  controls: Control[];
  presets: { title: string; note: string; settings: Settings }[];
  defaults: Settings;
  origin: Settings;
}
interface ViewState {
  settings: Settings;
  preset: string;
}
/** What a person asks of a view, one of these. */
interface ViewOrder {
  change?: [key: string, raw: Setting, typing: boolean];
  preset?: string;
  reset?: "all";
  link?: Record<string, string>;
}
type ViewShown = Required<Picture> & ViewState & { message: string; problem: string };
/** The traits of live_view.py. */
interface ViewTraits {
  layout_of_view: ViewLayout;
  data: Data;
  name: string;
  shown: ViewState & { message: string; problem: string; sequence: number };
}

/** An SVG element's name, its text and its attributes. */
interface Drawing {
  tag: "path" | "text";
  text?: string;
  [attribute: string]: string | number | undefined;
}
type MarkMakers = { [Name in Mark["kind"]]: (mark: Extract<Mark, { kind: Name }>) => Drawing };
type MarkMaker = (mark: Mark) => Drawing;
/** A control on the page, and how it shows a value. */
interface ControlPart<Value> {
  root: HTMLElement;
  show(value: Value, isProblem: boolean, limit?: number): void;
}
type SetValue = (value: Setting, isTyping?: boolean) => void;
interface ControlMakers {
  slider(control: SliderControl, set: SetValue): ControlPart<number>;
  choice(control: ChoiceControl, set: SetValue): ControlPart<string>;
  check(control: CheckControl, set: SetValue): ControlPart<boolean>;
  text(control: TextControl, set: SetValue): ControlPart<string>;
}
type ControlMaker = (control: Control, set: SetValue) => ControlPart<any>;

/** network.py */
interface StoredArray {
  columns: number;
  numbers: string;
  scales?: string;
  isVector?: boolean;
}
interface StoredNetwork {
  program: Program;
  carried: Record<string, string>;
  arrays: Record<string, StoredArray>;
}

// ---------------------------------------------------------------- the explorer (diagram.py, …)

type NodeKind = "state" | "vector" | "sum" | "sigmoid" | "tanh" | "value";
interface Term {
  W: string;
  after: string;
  vectors: string[];
}
interface Equation {
  formula: string;
  filled?: string;
  terms: Term[];
  plus: string[];
  peephole: string[];
  times?: string;
}
interface DiagramNode {
  name: string;
  symbol: string;
  title: string;
  kind: NodeKind;
  role: Role;
  x: number;
  y: number;
  equation: Equation;
  ghost?: string;
  label?: string;
}
interface Operator {
  sign: string;
  x: number;
  y: number;
  role: Role;
}
interface Wire {
  points: Point[];
  role: Role;
  carries?: string;
  leaves?: boolean;
  bus?: boolean;
  complement?: boolean;
}
interface Bar {
  name: string;
  symbol: string;
  role: Role;
  start?: string;
  ghost?: string;
}
interface Diagram {
  width: number;
  height: number;
  nodes: DiagramNode[];
  operators: Operator[];
  wires: Wire[];
  bars: Bar[];
  bars_title: string;
  bars_note: string;
  bars_box: Box;
}

/** By the names of the conventions, the value of the option that is chosen. */
type Choice = Record<string, string>;
interface Convention {
  name: string;
  title: string;
  options: { value: string; title: string; note: string }[];
}
interface Block {
  key: string;
  symbol: string;
  reads: string[];
  column?: string;
}
interface CatalogueTab {
  name: string;
  title: string;
  role: Role;
  blocks: Block[];
}
/** The numbers that are set: weights, `xs` (T, D), `h_0`, and `c_0` where the cell has one. */
type Values = { xs: Matrix; h_0: Vector } & Record<string, Vector | Matrix>;
interface CellPreset {
  name: string;
  title: string;
  note: string;
  values: Values;
}
interface Goal {
  name: string;
  at: number[];
  low: number;
  high: number;
  minus?: string;
}
interface Challenge {
  text: string;
  start: Record<string, string>;
  goals: Goal[];
  moves: number;
  only?: string;
}
/** A convention's picture, program, tabs and Python, with everything written out. */
interface Reading {
  diagram: Diagram;
  program: Program;
  tabs: CatalogueTab[];
  python: string[];
}
/** catalogue.py. In `readings` a part that recurs is {"$": its place in `parts`}. */
interface Catalogue {
  cell: string;
  title: string;
  conventions: Convention[];
  carried: [name: string, field: string, letter: string][];
  most_steps: number;
  presets: CellPreset[];
  challenges: Challenge[];
  parts: unknown[];
  readings: Record<string, unknown>;
}

/** What reset goes back to. */
interface Origin {
  values: Values;
  choice: Choice;
  step: number;
}
/** What is looked at; `step` counts from 0, `preset` is what it began with. */
interface CellState extends Origin {
  preset: string | null;
  origin: Origin;
}
/** A number that can be set: `limit` on both sides of 0. */
interface Field {
  key: string;
  at: number[];
  label: string;
  limit: number;
  step: number;
}
interface Tab {
  name: string;
  title: string;
  role: Role;
  columns: string[];
  rows: { label: string; fields: Field[] }[];
  by_unit: boolean;
}
/** What stays while numbers move. */
interface CellLayout {
  title: string;
  diagram: Diagram;
  tabs: Tab[];
  presets: CellPreset[];
  conventions: Convention[];
  choice: Choice;
  carried: [field: string, letter: string][];
  movable: string[];
  gates: DiagramNode[];
  challenges: Challenge[];
  most_steps: number;
}
/** What follows from the numbers that are set, at the step that is shown. */
interface CellShown {
  numbers: Numbers;
  saturated: Record<string, boolean[]>;
  scale: number;
  below: boolean;
  full: Record<NodeKind, number>;
  movable: string[];
  units: number;
  step: number;
  preset: string | null;
  problem?: boolean;
}
/** The number that a box is set by; of a sum the bias, of what is squashed that of its sum. */
interface Handle {
  key: string;
  sum?: string;
  squash?: string;
}
type CellOrders = {
  [Name in Exclude<keyof CellOrder, "changes">]-?: (asked: NonNullable<CellOrder[Name]>) => string;
};
/** Changes what is drawn to what is shown. */
type Update = (shown: CellShown) => void;
/** A wire's points, and how much flows there, 0 to 1. */
interface Way {
  points: Point[];
  amount: number;
}
/** Sets the number at a place. */
type OnSet = (key: string, at: number[], value: number | string) => void;
interface FieldHandlers {
  onFocus(field: Field): void;
  onSet: OnSet;
}
/** Hears that a box was pulled so many boxes far from where it was first taken, which `isNew` says. */
type OnDrag = (node: DiagramNode, unit: number, boxes: number, isNew: boolean) => void;
interface ToolbarHandlers {
  onPreset(name: string): void;
  onUnit(unit: number): void;
  onReset(): void;
  onPython(): void;
  onLink(): void;
  onSvg(): void;
  onPng(): void;
}
/** Part of a tab, as it is drawn. */
type Grid = { columns: string[]; rows: Tab["rows"] };
type Change = [key: string, at: number[], raw: number | string];
/** What a person asks of an explorer, one of these. */
interface CellOrder {
  changes?: Change[];
  preset?: string;
  step?: number;
  steps?: number;
  convention?: Choice;
  link?: Record<string, string>;
  challenge?: number;
  reset?: "all" | string[];
}
/** What was done: what is to be said, and whether it is a problem. */
interface Done {
  message: string;
  problem: boolean;
}
/** The traits of live_cell.py. */
interface CellTraits {
  catalogue: Catalogue;
  shown: CellState & { message: string; problem: boolean; sequence: number };
  unit: number;
  name: string;
}

// ---------------------------------------------------------------- prediction.py, slider.py, keeper.py

interface Asked {
  question: string;
}
interface NumberAsked extends Asked {
  kind: "number";
  answer: number;
}
interface ChoiceAsked extends Asked {
  kind: "choice";
  answer: string;
  options: string[];
}
interface CurveAsked extends Asked {
  kind: "curve";
  answer: number[];
  low: number;
  high: number;
  at?: number[];
}
interface PredictionTraits {
  asked: NumberAsked | ChoiceAsked | CurveAsked;
  guess: unknown;
}
/** Hears what could be committed now: nothing yet, or a guess. */
type OnReady = (guess: unknown) => void;
/** One way to ask: its elements, how it shows a guess, and what it says of one. */
interface Question<Guess> {
  root: Element;
  show(guess: Guess | null, isOpen: boolean): void;
  says(guess: Guess): string;
}
interface Askers {
  number(asked: NumberAsked, onReady: OnReady): Question<number>;
  choice(asked: ChoiceAsked, onReady: OnReady, name: string): Question<string>;
  curve(asked: CurveAsked, onReady: OnReady): Question<number[]>;
}
type Asker = (asked: PredictionTraits["asked"], onReady: OnReady, name: string) => Question<any>;
interface SliderTraits {
  value: number;
  min: number;
  max: number;
  step: number;
  description: string;
  decimals: number | null;
  log: boolean;
  continuous: boolean;
  heard: number;
}
interface KeeperTraits {
  name: string;
  state: object;
}
