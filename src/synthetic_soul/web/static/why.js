// @ts-check
// Why a reply was what it was: what was recalled for it, and what moved.

import { button, el } from "./dom.js";
import { STRINGS, spaced, topicLabel } from "./strings.js";

/** @typedef {import("./api/session.js").Session} Session */
/** @typedef {{ of: string, dimension: string, amount: number, cause: string }} Change */
/** @typedef {{ topic: string, value: string, message: string }} Recalled */

const MAX_CHANGES = 8;

/** @param {string} name */
const readable = (name) => spaced(name).replaceAll(":", ": ");

/**
 * Sum up the changes of each dimension, with all their causes; strongest first.
 * @param {Change[]} changes
 */
function sums(changes) {
  /** @type {Map<string, { name: string, amount: number, causes: Set<string> }>} */
  const byName = new Map();
  for (const { of, dimension, amount, cause } of changes) {
    const name = readable(dimension) + STRINGS.directedAt[of];
    const sum = byName.get(name) ?? { name, amount: 0, causes: new Set() };
    sum.amount += amount;
    sum.causes.add(readable(cause));
    byName.set(name, sum);
  }
  return [...byName.values()]
    .sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount))
    .slice(0, MAX_CHANGES);
}

/** @param {{ name: string, amount: number, causes: Set<string> }} change */
function changeItem({ name, amount, causes }) {
  const figure = `${amount < 0 ? "−" : "+"}${Math.abs(amount).toFixed(2)}`;
  const because = el("small", {}, ` ${[...causes].join(", ")}`);
  return el("li", {}, el("b", {}, figure), " ", name, because);
}

/** @param {Recalled} item */
function recalledItem({ topic, value, message }) {
  return el("li", {}, topic ? `${topicLabel(topic)}: ${value}` : `“${message}”`);
}

/**
 * @param {string} title
 * @param {HTMLElement[]} items
 */
function part(title, items) {
  return items.length ? [el("div", {}, el("strong", {}, title), el("ul", {}, ...items))] : [];
}

/** @param {{ recalled: Recalled[], moved: Change[] }} why */
function explanation({ recalled, moved }) {
  const parts = [
    ...part(STRINGS.remembered, recalled.map(recalledItem)),
    ...part(STRINGS.moved, sums(moved).map(changeItem)),
  ];
  return parts.length ? parts : [el("li", {}, STRINGS.nothingMoved)];
}

/**
 * Make a button that opens, under `bubble`, what the reply with this id was made of.
 * @param {Session} session
 * @param {HTMLElement} bubble
 * @param {string} id
 */
export function makeWhyButton(session, bubble, id) {
  const panel = el("div", { className: "why", hidden: true });
  const toggle = button(STRINGS.why, () => open(), {
    className: "link",
    "aria-expanded": "false",
  });
  const open = async () => {
    if (panel.childElementCount === 0) {
      try {
        const why = await session.ask("GET", `/v1/messages/${encodeURIComponent(id)}/why`);
        panel.replaceChildren(...explanation(why));
      } catch (error) {
        panel.textContent = STRINGS.noWhy(/** @type {Error} */ (error));
      }
    }
    panel.hidden = !panel.hidden;
    toggle.setAttribute("aria-expanded", String(!panel.hidden));
    if (!panel.hidden) panel.scrollIntoView({ block: "nearest" });
  };
  bubble.append(panel);
  return toggle;
}
