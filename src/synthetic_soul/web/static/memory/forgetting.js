// @ts-check
// What is to be forgotten in a moment: until then it can be taken back.

/** Milliseconds in which what was forgotten by mistake can be kept. */
export const UNDO_MS = 8000;

/**
 * @typedef {object} Pending
 * @property {ReturnType<typeof setTimeout>} timer
 * @property {() => Promise<void>} send
 */

export class Forgetting {
  #waitMs;
  /** By id. @type {Map<string, Pending>} */
  #pending = new Map();

  /** @param {number} [waitMs] */
  constructor(waitMs = UNDO_MS) {
    this.#waitMs = waitMs;
  }

  /** @param {string} id */
  has(id) {
    return this.#pending.has(id);
  }

  /**
   * Have something forgotten after a moment.
   * @param {string} id
   * @param {() => Promise<void>} send asks the server; it tells its failures itself
   */
  start(id, send) {
    const timer = setTimeout(() => this.#send(id), this.#waitMs);
    this.#pending.set(id, { timer, send });
  }

  /**
   * Keep it after all.
   * @param {string} id
   */
  undo(id) {
    clearTimeout(this.#pending.get(id)?.timer);
    this.#pending.delete(id);
  }

  /** Forget at once what waits: whoever turns away takes nothing back any more. */
  async flush() {
    await Promise.all([...this.#pending.keys()].map((id) => this.#send(id)));
  }

  /** @param {string} id */
  async #send(id) {
    const pending = this.#pending.get(id);
    this.undo(id);
    await pending?.send();
  }
}
