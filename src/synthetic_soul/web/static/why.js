// Why a reply was what it was: what was remembered for it, and what moved.

import { ask } from "/static/api.js";
import { label } from "/static/memories.js";

const MOST = 8;
const TOWARDS = { emotion: "", sentiment: " towards you", trait: " by nature" };

const spaced = (name) => name.replaceAll("_", " ").replaceAll(":", ": ");

/** One row a feeling, with all its causes; strongest first. */
function sums(moved) {
  const found = new Map();
  for (const { of, dimension, amount, cause } of moved) {
    const name = spaced(dimension) + TOWARDS[of];
    const sum = found.get(name) ?? { name, amount: 0, causes: new Set() };
    sum.amount += amount;
    sum.causes.add(spaced(cause));
    found.set(name, sum);
  }
  return [...found.values()].sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount)).slice(0, MOST);
}

function list(title, items) {
  const part = document.createElement("div");
  const head = document.createElement("strong");
  head.textContent = title;
  const rows = document.createElement("ul");
  rows.append(...items);
  part.append(head, rows);
  return part;
}

function line(text, strong = "", soft = "") {
  const item = document.createElement("li");
  if (strong) {
    const figure = document.createElement("b");
    figure.textContent = strong;
    item.append(figure, " ");
  }
  item.append(text);
  if (soft) {
    const aside = document.createElement("small");
    aside.textContent = ` ${soft}`;
    item.append(aside);
  }
  return item;
}

function told({ recalled, moved }) {
  const remembered = recalled.map((item) => (item.topic ? line(`${label(item.topic)}: ${item.value}`) : line(`“${item.message}”`)));
  const shifts = sums(moved).map(({ name, amount, causes }) => line(name, `${amount < 0 ? "−" : "+"}${Math.abs(amount).toFixed(2)}`, [...causes].join(", ")));
  const parts = [];
  if (remembered.length) parts.push(list("Remembered", remembered));
  if (shifts.length) parts.push(list("What moved", shifts));
  return parts.length ? parts : [line("Nothing moved, and nothing needed to be remembered.")];
}

/** A button that opens, under `bubble`, what the reply with this id was made of. */
export function why(bubble, id) {
  const panel = document.createElement("div");
  panel.className = "why";
  panel.hidden = true;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = "why?";
  button.setAttribute("aria-expanded", "false");
  const toggle = (open) => {
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) panel.scrollIntoView({ block: "nearest" });
  };
  button.addEventListener("click", async () => {
    if (panel.childElementCount === 0) {
      try {
        panel.replaceChildren(...told(await ask("GET", `/v1/messages/${encodeURIComponent(id)}/why`)));
      } catch (error) {
        panel.textContent = `This cannot be told: ${error.message}.`;
      }
    }
    toggle(panel.hidden);
  });
  bubble.append(panel);
  return button;
}
