// The lines of a conversation as they look.

import { stillFace } from "/static/face.js";
import { why } from "/static/why.js";

const NEAR = 120; // pixels from the end within which the newest line is followed
const log = () => document.getElementById("lines");
let lastDay = "";

/** An empty page, for another conversation. */
export function clear() {
  lastDay = "";
  log().replaceChildren();
}

function nearEnd() {
  const { scrollHeight, scrollTop, clientHeight } = log();
  return scrollHeight - scrollTop - clientHeight < NEAR;
}

/** Go to the newest line; unless `always`, only where it was in sight. */
export function scroll(always, change = () => {}) {
  const follow = always || nearEnd();
  change();
  if (follow) log().scrollTop = log().scrollHeight;
}

function dayOf(millis) {
  const day = new Date(millis);
  const ago = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(millis).setHours(0, 0, 0, 0)) / 86_400_000);
  if (ago === 0) return "Today";
  if (ago === 1) return "Yesterday";
  return day.toLocaleDateString("en", { day: "numeric", month: "long", year: "numeric" });
}

/** The line that begins a day, where one begins. */
function day(millis) {
  const name = dayOf(millis);
  if (name === lastDay) return [];
  lastDay = name;
  return [remark(name, "day")];
}

/** Something that nobody in the conversation says. */
export function remark(text, kind) {
  const element = document.createElement("p");
  element.className = kind;
  element.textContent = text;
  return element;
}

function time(millis) {
  const element = document.createElement("time");
  element.dateTime = new Date(millis).toISOString();
  element.textContent = new Date(millis).toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", hour12: false });
  return element;
}

function blank(kind) {
  const element = document.createElement("div");
  element.className = `line ${kind}`;
  const bubble = document.createElement("div");
  bubble.className = "bubble";
  const words = document.createElement("p");
  words.className = "words";
  const foot = document.createElement("div");
  foot.className = "foot";
  bubble.append(words, foot);
  element.append(bubble);
  return element;
}

export const words = (element) => element.querySelector(".words");
export const foot = (element) => element.querySelector(".foot");

/** Something the person says; it goes above a reply that has not begun yet. */
export function mine(text, millis) {
  const element = blank("mine");
  words(element).textContent = text;
  foot(element).append(time(millis));
  const before = log().querySelector(".waiting");
  const rows = [...day(millis), element];
  scroll(true, () => { before ? before.before(...rows) : log().append(...rows); });
  return element;
}

/** Something the agent said. */
export function theirs(text, millis, expression, id) {
  const element = blank("hers");
  const rows = [...day(millis), element];
  speak(element, text, millis, expression, id);
  scroll(true, () => log().append(...rows));
  return element;
}

/** A reply that is awaited. */
export function awaited(name) {
  const element = blank("hers waiting");
  element.prepend(stillFace("thinking"));
  words(element).setAttribute("aria-label", `${name} is thinking`);
  const dots = document.createElement("span");
  dots.className = "dots";
  dots.append(...[0, 1, 2].map(() => document.createElement("i")));
  words(element).append(dots);
  scroll(false, () => log().append(...day(Date.now()), element));
  return element;
}

/** An awaited reply as far as it has come. */
export function grow(element, text) {
  element.classList.remove("waiting");
  scroll(false, () => { words(element).textContent = text; });
}

/** A reply as it stands in the end. */
export function speak(element, text, millis, expression, id) {
  element.classList.remove("waiting");
  element.querySelector("svg.face")?.remove();
  element.prepend(stillFace(expression));
  words(element).removeAttribute("aria-label");
  scroll(false, () => {
    words(element).textContent = text;
    foot(element).replaceChildren(time(millis), why(element.querySelector(".bubble"), id));
  });
}

/** A note under a line, with a button if `act` is given; returns what takes it away again. */
export function note(element, text, label, act) {
  const small = document.createElement("span");
  small.className = "trouble";
  small.append(text);
  if (act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = label;
    button.addEventListener("click", () => { clearNote(); act(); });
    small.append(" ", button);
  }
  const clearNote = () => {
    small.remove();
    element.classList.remove("failed");
  };
  element.classList.add("failed");
  scroll(false, () => foot(element).append(small));
  return clearNote;
}

/** Put lines before all others (they are older), and stay where the reader was. */
export function before(draw) {
  const there = [...log().children];
  const height = log().scrollHeight;
  const day = lastDay;
  clear();
  draw();
  log().append(...there);
  lastDay = day;
  log().scrollTop = log().scrollHeight - height;
}
