// @ts-check
// The lines of a conversation as they look.

import { button, el } from "./dom.js";
import { pictureAddress, stillFace } from "./face.js";
import { dayName, STRINGS, timeOfDay } from "./strings.js";

const NEAR_END_PX = 120; // the newest line is followed while the end is as near as this

/** @typedef {{ text: string, millis: number, expression: string, id: string }} Reply */

/**
 * Make something that nobody in the conversation says.
 * @param {string} text
 * @param {string} className
 */
export const remark = (text, className) => el("p", { className }, text);

/** @param {number} millis */
function time(millis) {
  return el("time", { dateTime: new Date(millis).toISOString() }, timeOfDay(millis));
}

/** One line: whoever says it, its words, and what stands under them. */
export class Line {
  words = el("p", { className: "words" });
  foot = el("div", { className: "foot" });
  bubble = el("div", { className: "bubble" }, this.words, this.foot);
  element = el("div", {}, this.bubble);

  /** @param {string} className */
  constructor(className) {
    this.element.className = `line ${className}`;
  }
}

export class Transcript {
  #log;
  #whyButton;
  #lastDay = "";

  /** The agent's line that was added last. @type {Line | null} */
  lastLine = null;

  /** Whose replies these are. @type {{ avatar: string | null }} */
  agent = { avatar: null };

  /**
   * @param {HTMLElement} log
   * @param {(bubble: HTMLElement, id: string) => HTMLElement} whyButton made for each reply
   */
  constructor(log, whyButton) {
    this.#log = log;
    this.#whyButton = whyButton;
  }

  clear() {
    this.#lastDay = "";
    this.#log.replaceChildren();
  }

  /** @param {Node} element */
  add(element) {
    this.#log.append(element);
  }

  /** @param {Node} element */
  addAbove(element) {
    this.#log.prepend(element);
  }

  /**
   * Add what the user says, above a reply that has not begun yet.
   * @param {string} text
   * @param {number} millis
   */
  userLine(text, millis) {
    const line = new Line("user");
    line.words.textContent = text;
    line.foot.append(time(millis));
    const waiting = this.#log.querySelector(".waiting");
    const rows = [...this.#dayRow(millis), line.element];
    this.#change(true, () => (waiting ? waiting.before(...rows) : this.#log.append(...rows)));
    return line;
  }

  /**
   * Add what the agent said.
   * @param {Reply} reply
   */
  agentLine(reply) {
    const line = new Line("agent");
    const rows = [...this.#dayRow(reply.millis), line.element];
    this.finishReply(line, reply);
    this.#change(true, () => this.#log.append(...rows));
    this.lastLine = line;
  }

  /**
   * Add the place of a reply that is awaited.
   * @param {string} name
   */
  awaitedLine(name) {
    const line = new Line("agent waiting");
    line.element.prepend(this.#face("thinking"));
    line.words.setAttribute("aria-label", STRINGS.thinking(name));
    line.words.append(el("span", { className: "dots" }, el("i"), el("i"), el("i")));
    const rows = [...this.#dayRow(Date.now()), line.element];
    this.#change(false, () => this.#log.append(...rows));
    return line;
  }

  /**
   * Show an awaited reply as far as it has come.
   * @param {Line} line
   * @param {string} text
   */
  showPartial(line, text) {
    line.element.classList.remove("waiting");
    this.#change(false, () => {
      line.words.textContent = text;
    });
  }

  /**
   * Show a reply as it stands in the end.
   * @param {Line} line
   * @param {Reply} reply
   */
  finishReply(line, { text, millis, expression, id }) {
    line.element.classList.remove("waiting");
    line.element.querySelector("svg.face")?.remove();
    line.element.prepend(this.#face(expression));
    line.words.removeAttribute("aria-label");
    this.#change(false, () => {
      line.words.textContent = text;
      line.foot.replaceChildren(time(millis), this.#whyButton(line.bubble, id));
    });
  }

  /** @param {string} expression */
  #face(expression) {
    return stillFace(expression, pictureAddress(this.agent, expression));
  }

  /**
   * Note under a line that it failed, with a button if `retry` is given.
   * @param {Line} line
   * @param {string} text
   * @param {() => void} [retry]
   * @returns {() => void} what takes the note away again
   */
  failureNote(line, text, retry) {
    const note = el("span", { className: "trouble" }, text);
    const clear = () => {
      note.remove();
      line.element.classList.remove("failed");
    };
    if (retry) {
      const again = () => {
        clear();
        retry();
      };
      note.append(" ", button(STRINGS.tryAgain, again, { className: "link" }));
    }
    line.element.classList.add("failed");
    this.#change(false, () => line.foot.append(note));
    return clear;
  }

  /**
   * Draw older lines before all others, and stay where the reader was.
   * @param {() => void} draw
   */
  prepend(draw) {
    const later = [...this.#log.children];
    const height = this.#log.scrollHeight;
    const day = this.#lastDay;
    this.clear();
    draw();
    this.#log.append(...later);
    this.#lastDay = day;
    this.#log.scrollTop = this.#log.scrollHeight - height;
  }

  /**
   * Change the lines, and go to the newest; unless `always`, only where it was in sight.
   * @param {boolean} always
   * @param {() => void} change
   */
  #change(always, change) {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    const follow = always || scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    change();
    if (follow) this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** @param {number} millis */
  #dayRow(millis) {
    const name = dayName(millis);
    if (name === this.#lastDay) return [];
    this.#lastDay = name;
    return [remark(name, "day")];
  }
}
