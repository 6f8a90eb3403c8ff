// @ts-check
// Subjects that the agent never mentions.

import { button, byId, el } from "../dom.js";
import { STRINGS } from "../strings.js";

/** @typedef {import("./item.js").Context} Context */
/** @typedef {{ id: string, text: string, since: number }} Subject */

export class Subjects {
  #list = byId("subjects");
  #form = byId("hide-subject", HTMLFormElement);
  #input = byId("subject", HTMLInputElement);
  /** @type {Context | null} */
  #context = null;
  #path = "";

  constructor() {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#hide(this.#input.value.trim());
    });
  }

  clear() {
    this.#context = null;
    this.#list.replaceChildren();
    this.#form.reset();
  }

  /**
   * @param {Subject[]} subjects
   * @param {Context} context
   * @param {string} path of all subjects in the API
   */
  show(subjects, context, path) {
    this.#context = context;
    this.#path = path;
    this.#list.replaceChildren(...subjects.map((subject) => this.#item(subject)));
  }

  /** @param {Subject} subject */
  #item({ id, text }) {
    const lift = button("✕", () => this.#lift(id, text), {
      className: "lift",
      "aria-label": STRINGS.showThat(text),
      title: STRINGS.show,
    });
    return el("li", {}, el("span", { dir: "auto" }, text), lift);
  }

  /** @param {string} text */
  async #hide(text) {
    if (!text) return;
    await this.#attempt(async ({ asker, tell }) => {
      await asker.ask("POST", this.#path, { text });
      this.#form.reset();
      tell(STRINGS.hiddenThat(text));
    });
    this.#input.focus();
  }

  /** @param {string} id @param {string} text */
  async #lift(id, text) {
    await this.#attempt(async ({ asker, tell }) => {
      await asker.ask("DELETE", `${this.#path}/${encodeURIComponent(id)}`);
      tell(STRINGS.shownThat(text));
    });
    this.#input.focus();
  }

  /** @param {(context: Context) => Promise<void>} act */
  async #attempt(act) {
    const context = this.#context;
    if (!context) return;
    try {
      await act(context);
    } catch (error) {
      context.onTrouble(/** @type {Error} */ (error));
      return;
    }
    await context.onChanged();
  }
}
