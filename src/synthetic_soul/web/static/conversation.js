// @ts-check
// A conversation with one agent: what was said, and what is being said.

import { ServerError } from "./api/http.js";
import { followEvents } from "./api/sse.js";
import { button, el } from "./dom.js";
import { MessageQueue } from "./queue.js";
import { STRINGS, sentence } from "./strings.js";
import { remark } from "./transcript.js";

/** @typedef {import("./api/session.js").Asker} Asker */
/** @typedef {import("./api/session.js").Session} Session */
/** @typedef {import("./api/sse.js").ServerEvent} ServerEvent */
/** @typedef {import("./transcript.js").Line} Line */
/** @typedef {import("./transcript.js").Transcript} Transcript */
/** @typedef {{ id: string, line: Line }} Job the id of a message's job, and the message's line */
/** @typedef {{ text: string, key: string, line: Line, visit: number, opening: number }} Message */
/**
 * @typedef {object} StoredLine
 * @property {string} id
 * @property {string} message
 * @property {boolean} from_agent
 * @property {number} timestamp
 * @property {string} expression
 * @property {string} status
 * @property {string} job_id
 */
/**
 * @typedef {object} Outcome
 * @property {string} status
 * @property {{ message: string }} error
 * @property {{ response: string, expression: string, message_id: string, silent: boolean }} result
 */
/**
 * @typedef {object} Surroundings what stays when another conversation is opened
 * @property {Session} session
 * @property {Transcript} transcript
 * @property {HTMLElement} spoken the live region that reads a whole reply out
 * @property {() => void} onOutcome called with every outcome
 * @property {AbortSignal} closed aborted when another conversation is opened
 */
/** @typedef {{ id: string, name: string, openings: number }} Agent */

const PAGE_LINES = 60;
const KEY_BYTES = 16;

function uniqueKey() {
  const bytes = [...crypto.getRandomValues(new Uint8Array(KEY_BYTES))];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A reply on its way: all messages that it answers share its line. */
class AwaitedReply {
  #epoch = "";
  /** @type {string[]} */
  #chunks = [];

  /** @param {Line} line */
  constructor(line) {
    this.line = line;
  }

  /**
   * Take a piece and return the text so far. A new run of the same turn begins the text anew.
   * @param {string} epoch
   * @param {number} number
   * @param {string} text
   */
  add(epoch, number, text) {
    if (this.#epoch !== epoch) this.#chunks = [];
    this.#epoch = epoch;
    this.#chunks[number] = text;
    return this.#chunks.join("").trimStart();
  }
}

export class Conversation {
  #agent;
  #session;
  #transcript;
  #spoken;
  #onOutcome;
  #closed;
  /** @type {Asker} */
  #asker;
  /** Which of its openings is shown; null where the conversation has begun. */
  /** @type {number | null} */
  #opening = null;
  /** @type {AwaitedReply | null} */
  #awaited = null;
  /** The runs whose reply is shown: several jobs tell of the same one. @type {Set<string>} */
  #shownEpochs = new Set();
  /** @type {MessageQueue<Message, Job>} */
  #queue = new MessageQueue(
    (message) => this.#submit(message),
    (job) => this.#followJob(job),
  );

  /**
   * @param {Agent} agent
   * @param {Surroundings} surroundings
   */
  constructor(agent, { session, transcript, spoken, onOutcome, closed }) {
    this.#agent = agent;
    this.#session = session;
    this.#transcript = transcript;
    this.#spoken = spoken;
    this.#onOutcome = onOutcome;
    this.#closed = closed;
    this.#asker = session.until(closed);
    closed.addEventListener("abort", () => this.#queue.close());
  }

  /**
   * Show the latest lines, and follow those that still wait.
   * @param {() => void} welcome called where nothing was said yet
   */
  async open(welcome) {
    const { messages, before } = await this.#page("");
    if (!messages.length) welcome();
    const waiting = this.#draw(messages);
    if (messages.length === 1 && messages[0].from_agent && this.#agent.openings > 1) {
      this.#opening = 0;
      this.#offerOpenings();
    }
    if (before) this.#offerEarlier(before);
    this.#queue.follow(...waiting);
  }

  /**
   * Say something. It is sent after what was said before it, until it has arrived.
   * @param {string} text
   */
  say(text) {
    document.querySelector(".welcome")?.remove();
    document.querySelector(".choice")?.remove();
    const line = this.#transcript.userLine(text, Date.now());
    const opening = this.#opening ?? 0;
    this.#opening = null;
    const { visit } = this.#session;
    return this.#queue.send({ text, key: uniqueKey(), line, visit, opening });
  }

  /** Let the user choose among the agent's openings, until something is said. */
  #offerOpenings() {
    const { openings } = this.#agent;
    const line = this.#transcript.lastLine;
    const place = el("span", { className: "soft" });
    const show = () => {
      place.textContent = STRINGS.openingOf((this.#opening ?? 0) + 1, openings);
    };
    let wanted = 0;
    const step = async (/** @type {number} */ by) => {
      wanted = (wanted + by + openings) % openings;
      const asked = wanted;
      try {
        const { messages } = await this.#page("", asked);
        if (asked !== wanted || !line?.foot.contains(choice)) return;
        // Only now: what the user has not seen is not what they answer.
        this.#opening = asked;
        line.words.textContent = messages[0].message;
        show();
      } catch (error) {
        if (asked !== wanted) return;
        wanted = this.#opening ?? 0;
        place.textContent = STRINGS.reason(/** @type {Error} */ (error));
      }
    };
    const choice = el(
      "span",
      { className: "choice" },
      button("‹", () => step(-1), { className: "link", ariaLabel: STRINGS.openingBefore }),
      place,
      button("›", () => step(1), { className: "link", ariaLabel: STRINGS.openingAfter }),
    );
    show();
    line?.foot.append(choice);
  }

  /**
   * @param {string} before where the page ends; empty for the latest
   * @param {number} opening which one a conversation begins with that has not begun yet
   * @returns {Promise<{ messages: StoredLine[], before: string | null }>}
   */
  async #page(before, opening = 0) {
    const query = new URLSearchParams({ limit: String(PAGE_LINES), agent: this.#agent.id });
    if (before) query.set("before", before);
    if (opening) query.set("opening", String(opening));
    return await this.#asker.ask("GET", `/v1/messages/conversation?${query}`);
  }

  /**
   * Draw stored lines; return the jobs of those that still wait.
   * @param {StoredLine[]} messages
   */
  #draw(messages) {
    /** @type {Job[]} */
    const waiting = [];
    for (const { id, message, from_agent, timestamp, expression, status, job_id } of messages) {
      if (from_agent) {
        this.#transcript.agentLine({ text: message, millis: timestamp, expression, id });
        continue;
      }
      const job = { id: job_id, line: this.#transcript.userLine(message, timestamp) };
      if (status === "failed") this.#noteFailure(job, STRINGS.noReply);
      else if (status === "queued" || status === "running") waiting.push(job);
    }
    return waiting;
  }

  /** @param {string} before */
  #offerEarlier(before) {
    const offer = button(STRINGS.earlier, () => show(), { className: "earlier" });
    const show = async () => {
      offer.disabled = true; // a second click would draw the same lines once more
      const page = this.#page(before).finally(() => {
        offer.disabled = false;
      });
      const { messages, before: earlier } = await page;
      offer.remove();
      /** @type {Job[]} */
      let waiting = [];
      this.#transcript.prepend(() => {
        waiting = this.#draw(messages);
      });
      if (earlier) this.#offerEarlier(earlier);
      this.#queue.follow(...waiting);
    };
    this.#transcript.addAbove(offer);
  }

  /**
   * @param {Message} message
   * @returns {Promise<Job>}
   */
  async #submit(message) {
    const { text, key, line, visit, opening } = message;
    let clearNote = () => {};
    /** @param {Error} error */
    const onUnreachable = (error) => {
      clearNote();
      clearNote = this.#transcript.failureNote(line, STRINGS.stillSending(error));
    };
    try {
      // It tells in which country somebody is who may need a helpline.
      const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
      const agent = this.#agent.id;
      const body = { message: text, type: "dm", agent, opening, time_zone: timeZone };
      const headers = { "Idempotency-Key": key };
      const path = "/v1/messages/submit";
      const job = await this.#session.askUntilReached(
        "POST",
        path,
        body,
        headers,
        visit,
        onUnreachable,
      );
      clearNote();
      return { id: job.job_id, line };
    } catch (error) {
      clearNote();
      const retry = () => this.#queue.resend(message).catch(() => {});
      this.#transcript.failureNote(line, STRINGS.notSent(/** @type {Error} */ (error)), retry);
      throw error;
    }
  }

  /**
   * Follow a job to its outcome; its text grows in the line of the awaited reply.
   * @param {Job} job
   */
  async #followJob(job) {
    this.#awaited ??= new AwaitedReply(this.#transcript.awaitedLine(this.#agent.name));
    const path = `/v1/jobs/${encodeURIComponent(job.id)}/events`;
    /** @param {ServerEvent} event */
    const take = ({ id, event, data }) => {
      const [epoch, number] = id.split(".");
      if (event === "text") this.#showText(epoch, Number(number), data.text);
      else if (event === "done") this.#finish(job, epoch, data);
      return event === "done";
    };
    await followEvents(this.#session, path, take, this.#closed);
    this.#awaited?.line.element.remove(); // a job that is no longer there has no outcome
    this.#awaited = null;
  }

  /**
   * @param {string} epoch
   * @param {number} number
   * @param {string} text
   */
  #showText(epoch, number, text) {
    if (!this.#awaited || this.#shownEpochs.has(epoch)) return;
    this.#transcript.showPartial(this.#awaited.line, this.#awaited.add(epoch, number, text));
  }

  /**
   * @param {Job} job
   * @param {string} epoch
   * @param {Outcome} outcome
   */
  #finish(job, epoch, { status, error, result }) {
    const line = this.#awaited?.line;
    this.#awaited = null;
    if (line && status === "succeeded" && result.response && !this.#shownEpochs.has(epoch)) {
      const { response: text, expression, message_id: id } = result;
      this.#transcript.finishReply(line, { text, millis: Date.now(), expression, id });
      this.#spoken.textContent = `${this.#agent.name}: ${text}`;
    } else {
      line?.element.remove();
      if (status === "failed") this.#noteFailure(job, error.message);
      else if (result.silent) {
        job.line.foot.append(remark(STRINGS.silent(this.#agent.name), "silent"));
      }
    }
    this.#shownEpochs.add(epoch);
    this.#onOutcome();
  }

  /**
   * @param {Job} job
   * @param {string} message
   */
  #noteFailure(job, message) {
    this.#transcript.failureNote(job.line, sentence(message), async () => {
      try {
        const path = `/v1/jobs/${encodeURIComponent(job.id)}/retry`;
        await this.#asker.ask("POST", path);
      } catch (error) {
        // 409: it has been tried again elsewhere.
        if (!(error instanceof ServerError && error.status === 409)) {
          this.#noteFailure(job, /** @type {Error} */ (error).message);
          return;
        }
      }
      this.#queue.follow(job);
    });
  }
}
