// @ts-check
// What an agent knows of the user, by topic.

import { el } from "../dom.js";
import { factLabel, STRINGS, topicTitle } from "../strings.js";
import { Item } from "./item.js";

/** @typedef {import("./item.js").Context} Context */
/**
 * @typedef {object} Fact
 * @property {string} id
 * @property {string} topic
 * @property {string} value
 * @property {"said" | "inferred" | "hearsay"} kind
 * @property {string | null} told_by
 * @property {string | null} told_in
 * @property {boolean} certain
 * @property {number} since
 * @property {number | null} until
 * @property {string | null} source
 * @property {number} used
 * @property {number | null} last_used
 * @property {boolean} hidden
 */
/** @typedef {{ topic: string, facts: Fact[] }} Topic */

/** @param {string} text @param {string} [kind] */
const badge = (text, kind = "") => el("span", { className: `badge ${kind}` }, text);

/** @param {Fact} fact */
function notes({ kind, told_by, certain, since, until, used, last_used, hidden }) {
  const parts = [
    ...(hidden ? [badge(STRINGS.hiddenBadge, "hidden-fact")] : []),
    ...(kind === "inferred" ? [badge(STRINGS.inferredBadge)] : []),
    ...(kind === "hearsay" ? [badge(STRINGS.hearsayBadge)] : []),
    ...(certain ? [] : [badge(STRINGS.unsureBadge)]),
    ...(until === null ? [] : [badge(STRINGS.overSince(until))]),
    kind === "hearsay"
      ? STRINGS.heardOn(told_by, since)
      : (kind === "inferred" ? STRINGS.inferredOn : STRINGS.saidOn)(since),
  ];
  if (used && last_used !== null) parts.push(` · ${STRINGS.usedTimes(used, last_used)}`);
  return parts;
}

/**
 * @param {Fact} fact
 * @param {Context} context
 * @returns {import("./item.js").Content}
 */
function content(fact, context) {
  const { id, topic, value, hidden } = fact;
  const label = factLabel(topic);
  const name = label ? `${label}: ${value}` : value;
  return {
    id,
    name,
    text: value,
    label,
    notes: notes(fact),
    traceable: fact.source !== null,
    over: fact.until !== null,
    toggle: {
      label: hidden ? STRINGS.show : STRINGS.hide,
      name: hidden ? STRINGS.showThat(name) : STRINGS.hideThat(name),
      act: async () => {
        const path = `${context.path}/${encodeURIComponent(id)}`;
        await context.asker.ask("PATCH", path, { hidden: !hidden });
        context.tell(hidden ? STRINGS.shownThat(name) : STRINGS.hiddenThat(name));
      },
    },
  };
}

export class Facts {
  #box;
  #empty;
  /** By id. @type {Map<string, Item>} */
  #items = new Map();

  /**
   * @param {HTMLElement} box
   * @param {HTMLElement} empty shown where there is no fact
   */
  constructor(box, empty) {
    this.#box = box;
    this.#empty = empty;
  }

  clear() {
    this.#items.clear();
    this.#box.replaceChildren();
  }

  /**
   * Show facts; what the user is about to change stays as it is, also where it is not among them.
   * @param {Topic[]} topics
   * @param {Context} context
   * @param {string} none what is said where there is none
   */
  show(topics, context, none) {
    const focus = focusIn(this.#box);
    const before = this.#items;
    this.#items = new Map();
    const sections = topics.map(({ topic, facts }) => {
      const items = facts.map((fact) => {
        const kept = before.get(fact.id);
        const item = kept?.isBusy ? kept : new Item(content(fact, context), context);
        this.#items.set(fact.id, item);
        return item.element;
      });
      return el("section", {}, el("h4", {}, topicTitle(topic)), el("ul", {}, ...items));
    });
    const busy = [...before].filter(([id, item]) => item.isBusy && !this.#items.has(id));
    for (const [id, item] of busy) this.#items.set(id, item);
    if (busy.length) sections.push(el("ul", {}, ...busy.map(([, item]) => item.element)));
    this.#box.replaceChildren(...sections);
    this.#empty.hidden = sections.length > 0;
    this.#empty.textContent = none;
    focus(this.#box);
  }
}

/**
 * Note which button has the focus; return what gives it back to the same one of a new list.
 * @param {HTMLElement} box
 */
function focusIn(box) {
  const at = document.activeElement;
  const id = at && box.contains(at) ? at.closest("li")?.dataset.id : undefined;
  const act = at instanceof HTMLElement ? at.dataset.act : undefined;
  return (/** @type {HTMLElement} */ after) => {
    if (!id) return;
    if (at instanceof HTMLElement && after.contains(at)) {
      at.focus(); // it lost that when it was moved
      return;
    }
    const item = [...after.querySelectorAll("li")].find((each) => each.dataset.id === id);
    /** @type {HTMLElement | null | undefined} */
    const found = item?.querySelector(act ? `[data-act=${act}]` : "button");
    found?.focus();
  };
}
