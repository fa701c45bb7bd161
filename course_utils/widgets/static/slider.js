// One labelled slider. The number lives in the kernel; a move is one message there, and the view
// waits for the answer before it lets the kernel's number move the handle again.

const PATIENCE = 3000; // milliseconds without an answer until we say so
const SILENT = "The kernel does not answer. After a restart of the kernel run the cell again.";

function render({ model, el }) {
  el.classList.add("course-slider");
  const label = document.createElement("label");
  const name = document.createElement("span");
  const input = Object.assign(document.createElement("input"), { type: "range" });
  const number = document.createElement("span");
  const message = document.createElement("span");
  name.className = "name";
  number.className = "number";
  number.ariaHidden = "true"; // the slider says it itself
  message.setAttribute("role", "status");
  label.append(name, input);
  el.replaceChildren(label, number, message);

  let moves = 0;
  let timer;

  const written = (value) => {
    const decimals = model.get("decimals");
    const text = decimals === null ? String(Number(value.toPrecision(3))) : value.toFixed(decimals);
    return text.replace("-", "−");
  };
  const write = (value) => {
    number.textContent = written(value);
    input.setAttribute("aria-valuetext", written(value));
  };
  const follow = () => {
    const value = model.get("value");
    input.value = model.get("log") ? Math.log10(value) : value;
    write(value);
  };
  const fit = () => {
    name.textContent = model.get("description");
    for (const end of ["min", "max", "step"]) input[end] = model.get(end);
    follow();
  };
  const heard = () => {
    if (model.get("heard") < moves) return;
    clearTimeout(timer);
    message.textContent = "";
    follow();
  };
  const move = () => {
    const position = Number(input.value);
    write(model.get("log") ? 10 ** position : position);
    moves = Math.max(moves, model.get("heard")) + 1;
    clearTimeout(timer);
    timer = setTimeout(() => (message.textContent = SILENT), PATIENCE);
    model.send({ position, move: moves });
  };
  const changed = () => {
    if (model.get("heard") >= moves) follow();
  };
  // In command mode JupyterLab and Notebook 7 take arrow keys for themselves, Notebook 7 before they
  // reach the page's elements: only the window hears of them earlier. The slider still moves.
  const keep = (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (plain && event.target === input) event.stopPropagation();
  };

  fit();
  window.addEventListener("keydown", keep, true);
  input.addEventListener("input", move);
  model.on("change:value", changed);
  model.on("change:heard", heard);
  model.on("change:min change:max change:step change:description change:decimals", fit);
  return () => {
    clearTimeout(timer);
    window.removeEventListener("keydown", keep, true);
    model.off("change:value", changed);
    model.off("change:heard", heard);
    model.off("change:min change:max change:step change:description change:decimals", fit);
  };
}

export default { render };
