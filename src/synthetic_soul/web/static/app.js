// @ts-check
// The page's story: enter, choose an agent, talk, watch.

import { AccountDialog } from "./account.js";
import { Replaced, Session } from "./api/session.js";
import { followEvents } from "./api/sse.js";
import { Conversation } from "./conversation.js";
import { button, byId, el, showBanner } from "./dom.js";
import { Feelings } from "./feelings.js";
import { showInstructions } from "./instructions.js";
import { listMemories } from "./memories.js";
import { STRINGS } from "./strings.js";
import { remark, Transcript } from "./transcript.js";
import { makeWhyButton } from "./why.js";

/** @typedef {{ relationship: string, messages: number }} Standing towards the user */
/**
 * @typedef {object} Agent
 * @property {string} id
 * @property {string} name
 * @property {string} occupation
 * @property {string} background
 * @property {number} openings how many ways it has to begin a conversation
 * @property {string | null} avatar path of its picture, null if it brings none
 * @property {string} voice "composer", or the model's name
 * @property {import("./feelings.js").Feeling} feeling
 * @property {Standing} standing
 */

const DISCLOSURE_INTERVAL_MS = 3 * 60 * 60 * 1000;
const DISCLOSURE_CHECK_MS = 60_000;
const CHOSEN_KEY = "agent"; // the agent that this tab talks to
const HUE_SEED = 49; // gives the default agent the hue with which style.css begins

/**
 * Return a hue (0..359) that is always the same for an agent.
 * @param {string} agentId
 */
function hue(agentId) {
  const next = (/** @type {number} */ sum, /** @type {string} */ letter) =>
    (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360;
  return [...agentId].reduce(next, HUE_SEED);
}

/** @param {string} agentId */
const agentPath = (agentId) => `/v1/agents/${encodeURIComponent(agentId)}`;

class App {
  #session = new Session();
  #account = new AccountDialog(this.#session, () => this.#becomeOther());
  #feelings = new Feelings();
  #transcript = new Transcript(byId("lines"), (bubble, id) =>
    makeWhyButton(this.#session, bubble, id),
  );
  #input = byId("message", HTMLTextAreaElement);
  #agents = byId("agents", HTMLSelectElement);
  #banner = byId("trouble");
  /** @type {Agent | null} */
  #agent = null;
  /** @type {Conversation | null} */
  #conversation = null;
  #watching = new AbortController();
  #disclosedAt = 0;

  async start() {
    byId("insecure").hidden = window.isSecureContext;
    try {
      await this.#session.enter();
      await this.#meet(await this.#listAgents());
      this.#listen();
      const member = this.#session.takeEnded();
      if (member) this.#tellReplaced(member);
      document.body.dataset.ready = "yes";
      this.#input.focus();
    } catch (error) {
      showBanner(this.#banner, STRINGS.reloadToTryAgain(/** @type {Error} */ (error)));
    }
  }

  /** The agent that the user talks to. */
  get #current() {
    if (this.#agent === null) throw new Error("no agent was met yet");
    return this.#agent;
  }

  /** List the agents; return the id of the one that this tab last talked to, or none. */
  async #listAgents() {
    /** @type {{ agents: Agent[] }} */
    const { agents } = await this.#session.ask("GET", "/v1/agents");
    this.#agents.replaceChildren(...agents.map(({ id, name }) => new Option(name, id)));
    const last = sessionStorage.getItem(CHOSEN_KEY);
    return agents.some(({ id }) => id === last) ? last : null;
  }

  /**
   * Open the conversation with an agent (the active one if none is named).
   * @param {string | null} id
   */
  async #meet(id) {
    this.#watching.abort();
    const user = await this.#account.showUser();
    const path = id ? agentPath(id) : "/v1/agents/active";
    /** @type {Agent} */
    const agent = await this.#session.ask("GET", path);
    this.#agent = agent;
    this.#showAgent(agent);
    this.#feelings.open(agent, user.user_id);
    this.#transcript.agent = agent;
    this.#conversation?.close();
    this.#conversation = new Conversation(agent, {
      session: this.#session,
      transcript: this.#transcript,
      spoken: byId("spoken"),
      onOutcome: () => this.#refresh().catch(() => {}),
    });
    await this.#conversation.open(() => this.#welcome(agent));
    await showInstructions(this.#session, user.operator ? agentPath(agent.id) : "");
    await this.#refresh();
    this.#watch();
  }

  /** @param {Agent} agent */
  #showAgent({ id, name, occupation, voice }) {
    document.title = name;
    document.documentElement.style.setProperty("--hue", String(hue(id)));
    for (const element of document.querySelectorAll(".agent-name")) element.textContent = name;
    byId("occupation").textContent = occupation;
    byId("voice").textContent =
      voice === "composer" ? STRINGS.composerVoice : STRINGS.modelVoice(voice);
    this.#agents.value = id;
    this.#input.placeholder = STRINGS.placeholder(name);
    byId("disclosure").textContent = this.#disclose();
    byId("thought").textContent = STRINGS.noThought;
  }

  /** Return the sentence that says what the user talks to, and note when it was shown. */
  #disclose() {
    this.#disclosedAt = Date.now();
    return STRINGS.disclosure(this.#current.name);
  }

  /** @param {Agent} agent */
  #welcome({ background }) {
    const openings = STRINGS.openings.map((text) =>
      button(text, () => {
        this.#say(text);
        this.#input.focus();
      }),
    );
    const choice = el("div", { className: "openings" }, ...openings);
    this.#transcript.add(el("div", { className: "welcome" }, el("p", {}, background), choice));
  }

  /** Show what changes with every reply: the relationship and the memories. */
  async #refresh() {
    const agent = this.#current;
    /** @type {Agent} */
    const { standing } = await this.#session.ask("GET", agentPath(agent.id));
    if (agent !== this.#agent) return;
    byId("standing").textContent = STRINGS.standing(standing.relationship, standing.messages);
    agent.standing = standing;
    await listMemories(this.#session, byId("memories"), agentPath(agent.id), () => this.#refresh());
  }

  /** Show the last thought, once there can be one. */
  async #showThought() {
    const agent = this.#current;
    if (!agent.standing.messages) return;
    const path = `/v1/thoughts/latest?agent=${encodeURIComponent(agent.id)}`;
    /** @type {{ thought: string } | null} */
    const latest = await this.#session.ask("GET", path).catch(() => null);
    if (latest && agent === this.#agent) byId("thought").textContent = latest.thought;
  }

  /** Show feelings as they change, while somebody looks: each tab has few connections. */
  #watch() {
    this.#watching.abort();
    if (document.hidden) return;
    this.#watching = new AbortController();
    const agent = this.#current;
    /** @param {{ data: import("./feelings.js").Feeling }} event */
    const take = ({ data }) => {
      if (agent !== this.#agent) return true;
      this.#feelings.show(data);
      this.#showThought();
      return false;
    };
    const path = `${agentPath(agent.id)}/live`;
    followEvents(this.#session, path, take, this.#watching.signal, (reachable) => {
      byId("away").hidden = reachable;
    });
  }

  /** @param {string} text */
  async #say(text) {
    showBanner(this.#banner, "");
    this.#current.standing.messages += 1;
    try {
      await this.#conversation?.say(text);
    } catch (error) {
      if (error instanceof Replaced) this.#putBack(text);
    }
  }

  /**
   * Put what could not be sent back to what is being written.
   * @param {string} text
   */
  #putBack(text) {
    this.#input.value = [this.#input.value, text].filter(Boolean).join("\n");
    this.#input.dispatchEvent(new Event("input"));
  }

  #listen() {
    this.#listenToInput();
    this.#listenToInnerToggle();
    this.#account.listen();
    this.#session.onReplaced = async () => {
      const shown = byId("who").textContent ?? "";
      const member = shown === STRINGS.guest ? "" : shown;
      this.#session.takeEnded();
      if (await this.#meetOrTell(this.#current.id)) this.#tellReplaced(member);
    };
    this.#agents.addEventListener("change", () => {
      sessionStorage.setItem(CHOSEN_KEY, this.#agents.value);
      this.#meetOrTell(this.#agents.value);
    });
    document.addEventListener("visibilitychange", () => this.#watch());
    setInterval(() => {
      if (Date.now() - this.#disclosedAt > DISCLOSURE_INTERVAL_MS) {
        this.#transcript.add(remark(this.#disclose(), "day"));
      }
    }, DISCLOSURE_CHECK_MS);
  }

  #listenToInput() {
    const input = this.#input;
    const form = byId("say", HTMLFormElement);
    const fit = () => {
      input.style.height = "auto";
      input.style.height = `${input.scrollHeight + 2}px`;
    };
    input.addEventListener("input", fit);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = input.value;
      input.focus();
      if (!text.trim()) return;
      input.value = "";
      fit();
      this.#say(text);
    });
  }

  /** On a small screen the inner life takes the conversation's place. */
  #listenToInnerToggle() {
    const toggle = byId("open-inner");
    const toggleInner = (/** @type {boolean} */ open) => {
      document.body.classList.toggle("inner", open);
      toggle.setAttribute("aria-expanded", String(open));
      toggle.textContent = open ? STRINGS.talk : STRINGS.innerLife;
    };
    toggle.addEventListener("click", () => {
      toggleInner(!document.body.classList.contains("inner"));
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.#account.isOpen) toggleInner(false);
    });
  }

  /** Meet the same agent as somebody else. */
  #becomeOther() {
    showBanner(this.#banner, "");
    return this.#meet(this.#current.id);
  }

  /**
   * Open the conversation with an agent; show why it failed, and return whether it did not.
   * @param {string} id
   */
  async #meetOrTell(id) {
    try {
      await this.#meet(id);
      return true;
    } catch (error) {
      showBanner(this.#banner, STRINGS.reason(/** @type {Error} */ (error)));
      return false;
    }
  }

  /**
   * Tell that somebody else is here now.
   * @param {string} member the username whose session has ended; empty for a guest's
   */
  #tellReplaced(member) {
    const now = byId("who").textContent ?? "";
    if (now !== STRINGS.guest) {
      showBanner(this.#banner, STRINGS.someoneElse(now));
      return;
    }
    if (!member) {
      showBanner(this.#banner, STRINGS.guestEnded);
      return;
    }
    showBanner(this.#banner, STRINGS.sessionEnded(member));
    this.#banner.append(button(STRINGS.signIn, () => this.#account.openSignIn()));
  }
}

new App().start();
