// @ts-check
// What an agent keeps of the talk with the user, the newest first, with why it keeps it.

import { button, el } from "../dom.js";
import { dayName, STRINGS, spaced } from "../strings.js";
import { Item } from "./item.js";

/** @typedef {import("./item.js").Context} Context */
/**
 * @typedef {object} Kept
 * @property {string} id
 * @property {"observation" | "reflection" | "memory" | "note"} type
 * @property {string} text
 * @property {number} since
 * @property {string[]} sources
 * @property {string} trait
 * @property {string[]} why
 */

const PAGE = 30;
const MAX_NAME_CHARS = 60;

/** @param {Kept} kept */
function notes({ why, trait, type }) {
  const reasons = why.map((word) => STRINGS.whyKept[word] ?? word);
  const badges = (type === "note" ? [STRINGS.noteBadge] : []).map((text) =>
    el("span", { className: "badge" }, text),
  );
  const seen = trait ? [STRINGS.seenThrough(spaced(trait))] : [];
  return [...badges, [...reasons, ...seen].join(" · ")];
}

/**
 * @param {Kept} kept
 * @returns {import("./item.js").Content}
 */
function content(kept) {
  const { id, text, sources } = kept;
  const name = text.length > MAX_NAME_CHARS ? `${text.slice(0, MAX_NAME_CHARS)}…` : text;
  return {
    id,
    name,
    text,
    label: "",
    notes: notes(kept),
    traceable: sources.length > 0,
    over: false,
  };
}

export class Timeline {
  #box;
  #empty;
  #more = button(STRINGS.moreMemories, () => this.#load(), { className: "more", hidden: true });
  /** @type {Item[]} */
  #items = [];
  /** @type {Context | null} */
  #context = null;
  #search = "";
  /** Counts the lists that were asked for: an answer for an earlier one is left out. */
  #asked = 0;
  /** @type {string | null} */
  #next = null;
  /** The list that a day's items go to, and the day. @type {{ day: string, list: HTMLElement }} */
  #day = { day: "", list: el("ul", {}) };

  /**
   * @param {HTMLElement} box
   * @param {HTMLElement} empty shown where there is nothing
   */
  constructor(box, empty) {
    this.#box = box;
    this.#empty = empty;
    box.after(this.#more);
  }

  clear() {
    this.#asked += 1;
    this.#items = [];
    this.#box.replaceChildren();
    this.#more.hidden = true;
  }

  /** Whether the user is about to change something of it. */
  get isBusy() {
    return this.#items.some((item) => item.isBusy);
  }

  /**
   * Show the first page of what a search finds, of everything without one.
   * @param {Context} context
   * @param {string} search
   */
  async open(context, search) {
    this.#context = context;
    this.#search = search;
    this.#next = null;
    await this.#load(true);
  }

  async #load(anew = false) {
    const context = this.#context;
    if (!context) return;
    this.#asked += 1;
    const asked = this.#asked;
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (this.#search) query.set("search", this.#search);
    if (!anew && this.#next) query.set("before", this.#next);
    try {
      /** @type {{ kept: Kept[], next: string | null }} */
      const { kept, next } = await context.asker.ask("GET", `${context.path}?${query}`);
      if (asked === this.#asked) this.#add(kept, next, anew);
    } catch (error) {
      context.onTrouble(/** @type {Error} */ (error));
    }
  }

  /**
   * @param {Kept[]} kept
   * @param {string | null} next
   * @param {boolean} anew
   */
  #add(kept, next, anew) {
    const context = /** @type {Context} */ (this.#context);
    if (anew) {
      this.clear();
      this.#day = { day: "", list: el("ul", {}) };
    }
    for (const each of kept) {
      const item = new Item(content(each), context);
      this.#items.push(item);
      this.#listOf(dayName(each.since)).append(item.element);
    }
    this.#next = next;
    this.#more.hidden = next === null;
    this.#empty.hidden = this.#items.length > 0;
    this.#empty.textContent = this.#search ? STRINGS.nothingFound : STRINGS.noMemories;
  }

  /**
   * Return the list of a day; a search, which has the best first, has one list.
   * @param {string} name
   */
  #listOf(name) {
    const day = this.#search ? STRINGS.bestFirst : name;
    if (day !== this.#day.day) {
      this.#day = { day, list: el("ul", {}) };
      this.#box.append(el("section", {}, el("h4", {}, day), this.#day.list));
    }
    return this.#day.list;
  }
}
