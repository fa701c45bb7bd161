// One question, answer by answer: the rubric beside the words, every change saved at once.

import { Saver, seenOf } from "./saving.js";

const $ = (id) => document.getElementById(id);
const { api, submissions } = $("marking").dataset;
let question;
let at = 0;
let last = null; // the mark given last
let named = false;
let typing;

const saver = new Saver(api, {
  saving: () => say("Saving …"),
  saved(id, members) {
    const group = groupOf(id);
    if (!group) return;
    update(group, members);
    if (group === here()) {
      const points = members[0].points;
      const many = members.length > 1 ? `, for all ${members.length}` : "";
      say(points === null ? "The mark is taken back." : `Saved: ${plain(points)} of ${plain(question.points)} points${many}.`, "saved");
      if (!saver.get(id)) show();
    }
    progress();
  },
  offline(response) {
    const why = !response ? "the server does not answer"
      : response.status < 500 ? "you are signed out; sign in again in another tab"
      : "the server has an error";
    say(`Not saved: ${why}. The mark is kept in this browser, and sent as soon as that is mended.`, "unsaved");
    progress();
  },
  refused(id, sentence) {
    say(sentence, "unsaved");
    progress();
  },
  overtaken(id, sentence, members, mark) {
    const group = groupOf(id);
    say("Not saved.", "unsaved");
    const known = group?.members.length === members.length
      && members.every((now) => group.members.some((m) => m.grade === now.grade && m.digest === now.digest));
    if (known) update(group, members);
    conflict(sentence, group, mark, known);
    show();
    progress();
  },
});

async function start() {
  try {
    const response = await fetch(api);
    if (response.redirected) throw new Error("you are signed out; sign in and load this page again");
    const said = await response.json();
    if (!response.ok) throw new Error(said.error);
    question = said;
  } catch (error) {
    $("left-words").textContent = "";
    trouble(`The answers could not be loaded: ${error.message}`);
    return;
  }
  $("prompt").innerHTML = question.prompt;
  $("solution").innerHTML = question.solution;
  $("solution-part").hidden = !question.solution;
  $("no-rubric").textContent = question.trouble;
  $("no-rubric").hidden = !question.trouble;
  $("points").max = question.points;
  $("of").textContent = `of ${plain(question.points)}`;
  question.rubric.forEach(addCriterion);
  if (!question.groups.length) {
    $("left-words").textContent = "Nobody's work has been graded yet: autograde the submissions first.";
    return;
  }
  question.groups.forEach(addToOverview);
  at = Math.max(0, question.groups.findIndex(isOpen));
  $("work").hidden = false;
  show();
  progress();
  saver.send();
}

// What is shown

function show() {
  const group = here();
  const mark = shownMark(group);
  $("which").textContent = `Answer ${at + 1} of ${question.groups.length}`;
  $("about").textContent = about(group);
  if (group.html) $("answer").innerHTML = group.html;
  else $("answer").innerHTML = '<p class="nothing">Nothing is written here.</p>';
  whose(group);
  boxes().forEach((box, k) => {
    box.checked = mark.met[k];
    box.closest("label").classList.toggle("met", mark.met[k]);
  });
  if (document.activeElement !== $("points")) $("points").value = mark.points ?? "";
  if (document.activeElement !== $("comment")) $("comment").value = mark.comment;
  $("points").placeholder = group.members[0].automatic ?? "";
  $("note").textContent = note(group);
  $("note").hidden = !$("note").textContent;
  $("back").disabled = mark.points === null;
  $("previous").disabled = at === 0;
  $("next").disabled = at === question.groups.length - 1;
  [...$("overview").children].forEach((button, k) => {
    button.toggleAttribute("aria-current", k === at);
  });
}

function about(group) {
  const parts = [];
  if (group.empty) parts.push("nothing is answered");
  if (group.members.length > 1) parts.push(`${group.members.length} students gave this answer`);
  if (group.likeness >= 0.5) parts.push(`${Math.round(100 * group.likeness)} % like the one before`);
  return parts.join(" · ");
}

function note(group) {
  const changed = group.members.filter((member) => member.changed);
  if (changed.length) {
    const whose = group.members.length > 1 ? `${changed.length} of these answers have` : "The answer has";
    return `${whose} changed since it was marked. The mark stands until you give another, or press y to say that it still holds.`;
  }
  if (group.members.some((member) => !alike(member, group.members[0]))) {
    return "These answers say the same and are marked differently. A mark that you give here is for all of them.";
  }
  const { points, automatic } = group.members[0];
  if (points === null && automatic !== null) return `${plain(automatic)} points were given automatically. There is nothing to do here, but you may give another mark.`;
  const sum = total(group.members[0].met);
  if (points !== null && question.rubric.length && points !== sum) {
    return `The points were set by hand: the criteria that are ticked give ${plain(sum)}.`;
  }
  return "";
}

function whose(group) {
  const links = group.members.slice(0, 40).map((member, k) => {
    const link = document.createElement("a");
    link.href = submissions + encodeURIComponent(member.submission) + "/";
    link.textContent = named ? member.name : group.members.length > 1 ? `Submission ${k + 1}` : "The whole submission";
    return link;
  });
  const more = group.members.length > 40 ? [`and ${group.members.length - 40} more`] : [];
  const list = document.createElement("span");
  list.append(...links, ...more);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-default btn-xs";
  button.textContent = named ? "Hide names" : "Show names";
  button.onclick = () => { named = !named; whose(group); };
  $("whose").replaceChildren(list, button);
}

function progress() {
  const all = question.groups.flatMap((group) => group.members);
  const open = all.filter((member) => member.open).length;
  const waiting = saver.waiting.size ? `, ${saver.waiting.size} not saved yet` : "";
  $("left-words").textContent = open
    ? `${all.length - open} of ${all.length} marked, ${open} left${waiting}`
    : `All ${all.length} are marked${waiting}`;
  document.querySelector(".progress-bar").style.width = `${100 * (1 - open / all.length)}%`;
  $("next-open").disabled = !question.groups.some((group, k) => k !== at && isOpen(group));
  question.groups.forEach((group, k) => {
    const changed = group.members.some((member) => member.changed);
    const button = $("overview").children[k];
    button.classList.toggle("done", !isOpen(group));
    button.classList.toggle("changed", changed);
    const points = shownMark(group).points;
    button.title = changed ? "changed since it was marked" : isOpen(group) ? "to be marked" : `${plain(points ?? group.members[0].automatic)} points`;
    button.setAttribute("aria-label", `Answer ${k + 1}: ${button.title}`);
  });
}

function addCriterion(criterion, k) {
  const label = document.createElement("label");
  label.className = "list-group-item";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.onchange = () => tick(k, box.checked);
  const key = document.createElement("kbd");
  key.textContent = k + 1;
  key.hidden = k > 8;
  key.setAttribute("aria-hidden", "true");
  const words = document.createElement("span");
  words.className = "words";
  words.innerHTML = criterion.html;
  const worth = document.createElement("span");
  worth.className = "worth";
  worth.textContent = plain(criterion.points);
  label.append(box, key, words, worth);
  $("criteria").append(label);
}

function addToOverview(group, k) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = group.members.length > 1 ? `${k + 1} ×${group.members.length}` : k + 1;
  button.onclick = () => go(k);
  $("overview").append(button);
}

// What a marker does

function give(mark) {
  clearTimeout(typing);
  const group = here();
  if (mark.points !== null && !(mark.points >= 0 && mark.points <= question.points)) {
    say(`Not saved: the question has 0 to ${plain(question.points)} points.`, "unsaved");
    return;
  }
  if (mark.points !== null) last = mark;
  const judged = question.rubric.map(({ text, points }, k) => ({ text, points, met: mark.met[k] }));
  saver.put(idOf(group), seenOf(group.members), { ...mark, judged: mark.points === null ? [] : judged });
  show();
}

function tick(k, on) {
  const met = shownMark(here()).met.with(k, on);
  give({ points: total(met), met, comment: $("comment").value });
}

function tickAll(on) {
  const met = question.rubric.map(() => on);
  give({ points: on ? question.points : 0, met, comment: $("comment").value });
}

function setPoints() {
  const text = $("points").value.trim();
  if (text === "") return show();
  const { met } = shownMark(here());
  give({ points: Number(text), met, comment: $("comment").value });
}

function setComment() {
  const mark = shownMark(here());
  if ($("comment").value !== mark.comment) give({ ...mark, comment: $("comment").value });
}

function takeBack() {
  if (shownMark(here()).points === null) return;
  give({ points: null, met: question.rubric.map(() => false), comment: $("comment").value });
}

function sameAsLast() {
  if (last) give({ ...last, met: [...last.met] });
}

function stillHolds() {
  if (here().members.some((member) => member.changed)) give(shownMark(here()));
}

function go(k) {
  if (k < 0 || k >= question.groups.length) return;
  leave();
  at = k;
  say("");
  show();
  progress();
  $("which").focus();
  $("which").scrollIntoView({ block: "nearest" });
}

function goToOpen() {
  const count = question.groups.length;
  for (let step = 1; step < count; step += 1) {
    const k = (at + step) % count;
    if (isOpen(question.groups[k])) return go(k);
  }
  leave();
  say("There is no other answer to be marked.");
}

// What stands in a field and is not saved is saved before another answer is shown.
function leave() {
  clearTimeout(typing);
  document.activeElement?.blur();
}

function conflict(sentence, group, mark, known) {
  const box = $("conflict");
  box.replaceChildren(`${group ? `Answer ${question.groups.indexOf(group) + 1}: ` : ""}${sentence} `);
  const button = (words, act) => {
    const one = document.createElement("button");
    one.type = "button";
    one.className = "btn btn-default btn-sm";
    one.textContent = words;
    one.onclick = () => { box.hidden = true; act(); };
    box.append(one, " ");
  };
  if (known) {
    button("Keep what stands there now", () => go(question.groups.indexOf(group)));
    button(`Save mine (${mark.points === null ? "taken back" : `${plain(mark.points)} points`})`, () => {
      go(question.groups.indexOf(group));
      give({ points: mark.points, met: question.rubric.map((_, k) => Boolean(mark.met[k])), comment: mark.comment });
    });
  } else {
    button("Load the answers again", () => location.reload());
  }
  box.hidden = false;
}

// Small things

const here = () => question.groups[at];
const idOf = (group) => group.members[0].grade;
const groupOf = (id) => question.groups.find((group) => idOf(group) === id);
const isOpen = (group) => !saver.get(idOf(group)) && group.members.some((member) => member.open);
const boxes = () => [...$("criteria").querySelectorAll("input")];
const plain = (value) => String(Math.round(100 * value) / 100);
const alike = (a, b) => a.points === b.points && a.comment === b.comment && String(a.met) === String(b.met);

function total(met) {
  return question.rubric.reduce((sum, { points }, k) => sum + (met[k] ? points : 0), 0);
}

function shownMark(group) {
  const { points, met, comment } = saver.get(idOf(group)) ?? group.members[0];
  return { points, met, comment };
}

function update(group, members) {
  group.members = group.members.map((member) => members.find((now) => now.grade === member.grade) ?? member);
}

function say(words, kind = "") {
  $("status").textContent = words;
  $("status").className = kind;
}

function trouble(words) {
  $("trouble").textContent = words;
  $("trouble").hidden = false;
}

const KEYS = {
  0: () => tickAll(false), a: () => tickAll(true),
  ArrowRight: () => go(at + 1), ArrowLeft: () => go(at - 1),
  n: goToOpen, Enter: goToOpen, r: sameAsLast, y: stillHolds, u: takeBack,
  p: () => $("points").select(), c: () => $("comment").focus(),
};

document.addEventListener("keydown", (event) => {
  if (!question?.groups.length || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = event.target.closest("textarea, input[type=number]");
  if (field) {
    if (event.key === "Escape" || (event.key === "Enter" && field === $("points"))) {
      event.preventDefault();
      field.blur();
    }
    return;
  }
  if (event.key === "Enter" && event.target.closest("button, a, summary")) return;
  const digit = /^[1-9]$/.test(event.key) ? Number(event.key) - 1 : -1;
  const act = digit >= 0 ? () => question.rubric[digit] && tick(digit, !shownMark(here()).met[digit]) : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

$("points").addEventListener("change", setPoints);
$("comment").addEventListener("change", setComment);
$("comment").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(setComment, 1000);
});
$("none").onclick = () => tickAll(false);
$("full").onclick = () => tickAll(true);
$("back").onclick = takeBack;
$("previous").onclick = () => go(at - 1);
$("next").onclick = () => go(at + 1);
$("next-open").onclick = goToOpen;

start();
