// @ts-check
// One thing that is remembered: shown, corrected in place, forgotten with a way back, and traced.

import { ServerError } from "../api/http.js";
import { button, el } from "../dom.js";
import { dayName, STRINGS } from "../strings.js";

/** @typedef {import("../api/session.js").Asker} Asker */
/** @typedef {{ id: string, message: string, username: string, from_agent: boolean, timestamp: number }} Line */
/**
 * @typedef {object} Content what an item shows
 * @property {string} id
 * @property {string} name what it is called for whoever hears the page
 * @property {string} text what can be corrected
 * @property {string} label above the text, or empty
 * @property {(Node | string)[]} notes below it: where it is from, since when, and the like
 * @property {boolean} traceable whether it rests on lines
 * @property {boolean} over whether it no longer holds
 * @property {{ label: string, name: string, act: () => Promise<void> }} [toggle]
 */
/**
 * @typedef {object} Context what the items of a panel share
 * @property {Asker} asker
 * @property {string} path of all memories of an agent
 * @property {import("./forgetting.js").Forgetting} forgetting
 * @property {(text: string) => void} tell says something to whoever hears the page
 * @property {(error: Error) => void} onTrouble
 * @property {() => Promise<void>} onChanged
 */

const MAX_CHARS = 300;

/** @param {unknown} error */
const isGone = (error) => error instanceof ServerError && error.status === 404;

export class Item {
  #context;
  #content;
  #sources = el("ul", { className: "sources", hidden: true });
  element = el("li", {});

  /**
   * @param {Content} content
   * @param {Context} context
   */
  constructor(content, context) {
    this.#content = content;
    this.#context = context;
    this.element.dataset.id = content.id;
    this.#show();
  }

  /** Whether the user is about to change it, so that nothing may take its place. */
  get isBusy() {
    return this.element.dataset.state !== "shown";
  }

  #path() {
    return `${this.#context.path}/${encodeURIComponent(this.#content.id)}`;
  }

  #show() {
    const { label, text, notes, over } = this.#content;
    const words = el("p", { className: "value" }, text);
    const parts = [
      ...(label ? [el("small", {}, label)] : []),
      words,
      el("p", { className: "notes" }, ...notes),
      el("div", { className: "acts" }, ...this.#buttons()),
      this.#sources,
    ];
    this.element.dataset.state = "shown";
    this.element.classList.toggle("over", over);
    this.element.replaceChildren(...parts);
  }

  #buttons() {
    const { name, traceable, toggle } = this.#content;
    /** @param {string} what @param {string} label @param {() => void} act @param {object} [more] */
    const link = (what, label, act, more = {}) =>
      button(what, act, { className: "link", "aria-label": label, ...more });
    const buttons = [link(STRINGS.correct, STRINGS.correctThat(name), () => this.#edit())];
    if (toggle) {
      const press = link(toggle.label, toggle.name, () => this.#change(press, toggle.act));
      press.dataset.act = "toggle";
      buttons.push(press);
    }
    if (traceable) {
      const trace = link(STRINGS.source, STRINGS.sourceOf(name), () => this.#trace(trace), {
        "aria-expanded": String(!this.#sources.hidden),
      });
      buttons.push(trace);
    }
    const forget = link(STRINGS.forget, STRINGS.forgetThat(name), () => this.#forget());
    forget.dataset.act = "forget";
    return [...buttons, forget];
  }

  // -- correcting --------------------------------------------------------------------------------

  #edit() {
    const { name, text } = this.#content;
    const input = el("textarea", {
      value: text,
      maxLength: MAX_CHARS,
      rows: Math.min(4, Math.ceil(text.length / 40)),
      required: true,
      "aria-label": STRINGS.correctThat(name),
    });
    const save = el("button", { type: "submit" }, STRINGS.save);
    const form = el(
      "form",
      { className: "editing" },
      input,
      el(
        "div",
        { className: "acts" },
        save,
        button(STRINGS.cancel, () => this.#reset()),
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save(input.value.trim(), save);
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.preventDefault(); // it would close the dialog
        this.#reset();
      } else if (event.key === "Enter" && !event.shiftKey && event.target === input) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    this.element.dataset.state = "editing";
    this.element.replaceChildren(form);
    input.focus();
    input.select();
  }

  /** Show it as it was. */
  #reset() {
    this.#show();
    this.element.querySelector("button")?.focus();
  }

  /**
   * @param {string} text
   * @param {HTMLButtonElement} save
   */
  async #save(text, save) {
    if (!text || text === this.#content.text) {
      this.#reset();
      return;
    }
    await this.#change(save, async () => {
      const { name } = this.#content;
      const answer = await this.#context.asker.ask("PATCH", this.#path(), { text });
      const id = (answer.memory ?? answer.kept).id;
      this.#content = { ...this.#content, id, text };
      this.element.dataset.id = id;
      this.#reset();
      this.#context.tell(STRINGS.corrected(name));
    });
  }

  /**
   * Change it on the server; a button does nothing more meanwhile, and keeps the focus.
   * @param {HTMLButtonElement} pressed
   * @param {() => Promise<void>} act
   */
  async #change(pressed, act) {
    if (pressed.ariaDisabled) return;
    pressed.ariaDisabled = "true";
    try {
      await act();
    } catch (error) {
      if (!isGone(error)) {
        this.#context.onTrouble(/** @type {Error} */ (error));
        pressed.ariaDisabled = null;
        return;
      }
      this.element.dataset.state = "shown";
    }
    await this.#context.onChanged();
  }

  // -- forgetting --------------------------------------------------------------------------------

  #forget() {
    const { id, name } = this.#content;
    const undo = button(STRINGS.undo, () => this.#undo(), {
      className: "link",
      "aria-label": STRINGS.undoThat(name),
    });
    this.element.dataset.state = "forgotten";
    this.element.replaceChildren(
      el("p", { className: "gone" }, el("span", {}, STRINGS.forgotten(name)), undo),
    );
    undo.focus();
    this.#context.tell(STRINGS.forgottenFor(name));
    this.#context.forgetting.start(id, () => this.#send());
  }

  #undo() {
    this.#context.forgetting.undo(this.#content.id);
    this.#show();
    /** @type {HTMLElement | null} */ (this.element.querySelector("[data-act=forget]"))?.focus();
    this.#context.tell(STRINGS.keptThat(this.#content.name));
  }

  async #send() {
    const next = this.#neighbour();
    try {
      await this.#context.asker.ask("DELETE", this.#path());
    } catch (error) {
      if (!isGone(error)) {
        this.#show();
        this.#context.onTrouble(/** @type {Error} */ (error));
        return;
      }
    }
    const hadFocus = this.element.contains(document.activeElement);
    this.element.dataset.state = "shown"; // nothing of it waits any more
    this.element.remove();
    if (hadFocus) next?.focus();
    await this.#context.onChanged();
  }

  /** Return the button that has the focus once this item is gone. */
  #neighbour() {
    const panel = this.element.closest("[role=tabpanel]");
    const items = [...(panel?.querySelectorAll("li[data-id]") ?? [])];
    const place = items.indexOf(this.element);
    return (items[place + 1] ?? items[place - 1] ?? panel)?.querySelector("button") ?? null;
  }

  // -- tracing -----------------------------------------------------------------------------------

  /** @param {HTMLButtonElement} pressed */
  async #trace(pressed) {
    if (!this.#sources.childElementCount) {
      try {
        /** @type {{ lines: Line[] }} */
        const { lines } = await this.#context.asker.ask("GET", `${this.#path()}/sources`);
        this.#sources.replaceChildren(...sourceItems(lines));
      } catch (error) {
        this.#context.onTrouble(/** @type {Error} */ (error));
        return;
      }
    }
    this.#sources.hidden = !this.#sources.hidden;
    pressed.setAttribute("aria-expanded", String(!this.#sources.hidden));
  }
}

/** @param {Line[]} lines */
function sourceItems(lines) {
  if (!lines.length) return [el("li", {}, STRINGS.noSource)];
  return lines.map(({ message, username, timestamp }) => {
    const when = username ? `${username}, ${dayName(timestamp)}` : dayName(timestamp);
    return el("li", {}, el("q", { dir: "auto" }, message), " ", el("small", {}, when));
  });
}
